"""A copy of a table in which what is wrong is coloured, with notes that say why: to be corrected and imported."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qince_leads.cli.console import UserError
from qince_leads.cli.failed import texts_of
from qince_leads.cli.files import replacing
from qince_leads.cli.readers.workbook import is_letter, place_of
from qince_leads.cli.writers import EXCEL_CELL, EXCEL_ROWS, imported

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from qince_leads.cli.faults import Fault
    from qince_leads.cli.tables import Table

NOTES = 5_000
"""Excel takes long to open a workbook with more notes; the cells are coloured all the same."""


def is_workbook(path: Path) -> bool:
    """Whether faults are to be marked, and not listed."""
    return path.suffix.lower() == ".xlsx"


def write_marked(path: Path, table: Table, faults: Iterable[Fault]) -> None:
    """Writes the table, with its rows and columns where they were."""
    if not table.columns:
        raise UserError(f"--faults {path}: {table.path} has no columns to mark; name the file .csv")
    places = {title: place_of(letter) for title, letter in table.columns.items()}
    why = _by_place(faults, places, table.header_row)
    wrong_in: dict[int, list[int]] = {}
    for row_number, place in why:
        wrong_in.setdefault(row_number, []).append(place)
    with replacing(path) as beside:
        workbook = imported("xlsxwriter", "write .xlsx").Workbook(str(beside))
        sheet = workbook.add_worksheet("leads")
        plain = workbook.add_format({"num_format": "@"})
        bold = workbook.add_format({"num_format": "@", "bold": True})
        wrong = workbook.add_format({"num_format": "@", "bg_color": "#FFC7CE", "font_color": "#9C0006"})
        sheet.freeze_panes(table.header_row, 0)

        notes = 0

        def write(row: int, place: int, text: str | None, form: object) -> None:
            nonlocal notes
            reasons = why.get((row, place))
            if text or reasons:
                sheet.write_string(row - 1, place, (text or "")[:EXCEL_CELL], wrong if reasons else form)
            if reasons and notes < NOTES:
                sheet.write_comment(row - 1, place, "\n".join(reasons), {"x_scale": 2})
                notes += 1

        for title, place in places.items():
            sheet.set_column(place, place, max(12, 2 * len(title) + 2))
            write(table.header_row, place, title, bold)
        for row in table.rows:
            if row.number > EXCEL_ROWS:
                raise UserError(f"--faults {path}: Excel has {EXCEL_ROWS:,} rows, and there are more; name it .csv")
            texts = {_place(title, places): text for title, text in texts_of(row).items()}
            for place in sorted({*texts, *wrong_in.get(row.number, ())}):
                write(row.number, place, texts.get(place), plain)
        workbook.close()


def _place(title: str, places: dict[str, int]) -> int:
    """Where a column stands; one that has no name is called by its letter."""
    return places[title] if title in places else place_of(title)


def _by_place(faults: Iterable[Fault], places: dict[str, int], header: int) -> dict[tuple[int, int], list[str]]:
    """Why each cell is wrong. What is no column's is said in the first of its row."""
    why: dict[tuple[int, int], list[str]] = {}
    first = min(places.values())
    for fault in faults:
        is_column = fault.column in places or is_letter(fault.column)
        place = _place(fault.column, places) if is_column else first
        said = fault.message if is_column or not fault.column else f"{fault.column}: {fault.message}"
        why.setdefault((fault.row or header, place), []).append(said)
    return why
