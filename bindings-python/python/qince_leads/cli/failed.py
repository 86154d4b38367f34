"""The rows of a file that did not become leads, as a file to correct and import."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING

from qince_leads.cli.console import UserError
from qince_leads.cli.files import replacing
from qince_leads.cli.writers import CsvWriter, XlsxWriter

if TYPE_CHECKING:
    from collections.abc import Container
    from pathlib import Path

    from qince_leads.cli.tables import Table

UNREADABLE = "#N/A"
"""For a cell without a text, so that it is a fault again and does not pass for an empty one."""


def check_failed(path: Path, file: Path) -> None:
    """A UserError where the rows of `file` could not be written to `path`."""
    if path.suffix.lower() not in (".csv", ".xlsx"):
        raise UserError(f"--failed {path}: name the file .csv or .xlsx")
    if file.suffix.lower() not in (".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls", ".ods", ".et"):
        raise UserError(f"--failed {path}: {file} has no columns; its lines are numbered in the result file")


def write_failed(path: Path, table: Table, wanted: Container[int]) -> int:
    """Writes those rows with their own columns, and says how many they are."""
    number = 0
    titles = [*table.columns]
    is_csv = path.suffix.lower() == ".csv"
    with (
        replacing(path) as beside,
        beside.open("w", encoding="utf-8-sig", newline="") if is_csv else nullcontext() as text,
    ):
        writer = XlsxWriter(beside, titles) if text is None else CsvWriter(text, titles, raw=False)
        try:
            for row in table.rows:
                if row.number in wanted:
                    unreadable = {column: error.text or UNREADABLE for column, error in row.unreadable}
                    writer.write([row.cells.get(title, unreadable.get(title)) for title in titles])
                    number += 1
            writer.finish()
        finally:
            writer.release()
    return number
