"""`qince-leads template`: an empty workbook for leads, with what is allowed in each column."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from qince_leads import AddApaasLead, AddLead, fields
from qince_leads.cli.console import UserError, say
from qince_leads.cli.files import replacing
from qince_leads.cli.writers import imported

if TYPE_CHECKING:
    from qince_leads import Field
    from qince_leads.cli.fields import Kind

ROWS = 10_000
"""How many rows are formatted, and have drop-downs."""
OFTEN_FILLED = ("code", "cus_name", "company_name", "emp_name", "pool_name", "linkman", "mobile")
"""What comes first, and is drawn darker."""


def write_template(
    target: Annotated[Path, typer.Argument(metavar="OUT", dir_okay=False, help="The .xlsx file to write.")],
    apaas: Annotated[bool, typer.Option("--apaas", help="For aPaaS leads instead of classic ones.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
) -> None:
    """Writes an empty workbook whose columns `import` knows: Chinese headers, notes with limits, and drop-downs.

    Custom fields get columns of their own: name them ext:KEY.
    """
    if target.suffix.lower() != ".xlsx":
        raise UserError(f"{target}: a template is a workbook; name it .xlsx")
    if target.exists() and not force:
        raise UserError(f"{target} is there already; give another name, or --force")
    kind = AddApaasLead if apaas else AddLead
    with replacing(target) as beside:
        _write(beside, kind)
    say(f"{target} written; fill it in, then: qince-leads import {target}{' --apaas' if apaas else ''}", "green")


def _write(path: Path, kind: Kind) -> None:
    workbook = imported("xlsxwriter", "write .xlsx").Workbook(str(path))
    sheet = workbook.add_worksheet("线索")
    text = workbook.add_format({"num_format": "@"})
    plain, strong = (
        workbook.add_format({"bold": bold, "bg_color": colour, "border": 1, "num_format": "@"})
        for bold, colour in ((False, "#EDEDED"), (True, "#BDD7EE"))
    )
    known = [field for field in fields(kind) if field.name != "exts"]
    known.sort(key=lambda field: OFTEN_FILLED.index(field.name) if field.name in OFTEN_FILLED else len(OFTEN_FILLED))
    shared = Counter(field.label for field in known)
    for place, field in enumerate(known):
        title = field.label if shared[field.label] == 1 else f"{field.label} ({field.name})"
        sheet.set_column(place, place, max(12, 2 * len(title) + 2), text)
        sheet.write_string(0, place, title, strong if field.name in OFTEN_FILLED else plain)
        sheet.write_comment(0, place, "\n".join(_notes(field)), {"x_scale": 2, "y_scale": 1.4})
        if validation := _validation(field):
            sheet.data_validation(1, place, ROWS, place, validation)
    sheet.freeze_panes(1, 0)
    workbook.close()


def _notes(field: Field) -> list[str]:
    notes = [f"{field.label} {field.name}"]
    if field.required:
        notes.append("必填")
    if field.allowed:
        notes.append(f"可选值：{'，'.join(label for _, label in field.allowed)}")
    elif field.max_chars:
        notes.append(f"最多 {field.max_chars} 个字符")
    return [*notes, field.doc.replace("`", "")]


def _validation(field: Field) -> dict[str, Any] | None:
    """What Excel lets its user enter."""
    if field.allowed:
        labels = [label for _, label in field.allowed]
        return {"validate": "list", "source": labels, "error_title": field.label, "error_message": " / ".join(labels)}
    if field.max_chars:
        return {
            "validate": "length",
            "criteria": "<=",
            "value": field.max_chars,
            "error_title": field.label,
            "error_message": f"最多 {field.max_chars} 个字符",
        }
    return None
