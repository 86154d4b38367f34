"""Workbooks of raw XML, as Excel and other programs write them, right and wrong."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

from qince_leads import AddLead
from qince_leads.cli.plan import Columns, Plan
from qince_leads.cli.tables import read_table

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
REFERENCES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
STRICT_REFERENCES = "http://purl.oclc.org/ooxml/officeDocument/relationships"

HEADER = "cus_name", "emp_name", "code"


def text(place: str, value: str) -> str:
    """A cell that holds a text of its own."""
    return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{value}</t></is></c>'


def row(number: int, *values: str, more: str = "", attributes: str = "") -> str:
    """A row of texts from column A on, and of cells as they are."""
    cells = "".join(text(f"{chr(ord('A') + place)}{number}", value) for place, value in enumerate(values))
    return f'<row r="{number}" {attributes}>{cells}{more}</row>'


def write_xlsx(
    path: Path,
    *rows: str,
    after: str = "",
    styles: str = "",
    strings: str | None = None,
    sheets: str = '<sheet name="线索" sheetId="1" r:id="r1"/>',
    kind: str = "worksheet",
    main: str = MAIN,
    references: str = REFERENCES,
    without: str = "",
) -> Path:
    """A workbook with one sheet of these rows; `sheets` may name more, which are all the same."""
    relationship = f'<Relationship Id="%s" Type="{references}/%s" Target="%s"/>'
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    sheet = f'<worksheet xmlns="{main}"><sheetData>%s</sheetData>%s</worksheet>'
    parts = {
        "_rels/.rels": relationships(package, relationship % ("r1", "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{references}"><sheets>{sheets}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": relationships(
            package,
            relationship % ("r1", kind, "worksheets/sheet1.xml"),
            relationship % ("r2", kind, "/xl/worksheets/sheet2.xml"),
            relationship % ("r3", "styles", "styles.xml"),
            relationship % ("r4", "sharedStrings", "sharedStrings.xml") if strings is not None else "",
        ),
        "xl/worksheets/sheet1.xml": sheet % ("".join(rows), after),
        "xl/worksheets/sheet2.xml": sheet % (row(1, "词典"), ""),
        "xl/styles.xml": f'<styleSheet xmlns="{main}">{styles}</styleSheet>',
    }
    if strings is not None:
        parts["xl/sharedStrings.xml"] = f'<sst xmlns="{main}">{strings}</sst>'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            if name != without:
                archive.writestr(name, '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>' + content)
    return path


def relationships(package: str, *each: str) -> str:
    """What a file of the zip refers to."""
    return f'<Relationships xmlns="{package}">{"".join(each)}</Relationships>'


def formats(*ids: int, codes: str = "") -> str:
    """Styles 0, 1, ... with these formats."""
    each = "".join(f'<xf numFmtId="{number}"/>' for number in ids)
    return f"{codes}<cellXfs>{each}</cellXfs>"


def planned(path: Path, columns: Columns | None = None, **how: Any) -> Plan:
    """What an import makes of a file."""
    plan = Plan(AddLead, columns or Columns())
    plan.read(read_table(path, is_known=plan.knows, **how))
    return plan


def read(path: Path, **how: Any) -> list[dict[str, Any]]:
    """The leads of a file that has no faults."""
    plan = planned(path, **how)
    assert plan.faults == []
    return [lead.payload.to_dict() for lead in plan.leads]


def faults(path: Path, **how: Any) -> list[tuple[int, str, str]]:
    """The faults of a file: row, column and what is wrong."""
    return [(fault.row, fault.column, fault.message) for fault in planned(path, **how).faults]
