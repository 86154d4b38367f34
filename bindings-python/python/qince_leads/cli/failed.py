"""The rows of a file that did not become leads, as a file to correct and import."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING

from qince_leads.cli.columns import flat
from qince_leads.cli.console import UserError
from qince_leads.cli.files import replacing
from qince_leads.cli.readers.json_lines import SUFFIXES as JSON
from qince_leads.cli.readers.json_lines import lines_of
from qince_leads.cli.writers import CsvWriter, XlsxWriter

if TYPE_CHECKING:
    from collections.abc import Container, Iterable
    from pathlib import Path

    from qince_leads.cli.tables import Row, Table

UNREADABLE = "#N/A"
"""For a cell without a text, so that it is a fault again and does not pass for an empty one."""


def texts_of(row: Row) -> dict[str, str | None]:
    """What the cells of a row say, by column."""
    unreadable = {column: error.text or UNREADABLE for column, error in row.unreadable}
    return {**unreadable, **{column: flat(value) for column, value in row.cells.items()}}


def check_failed(path: Path, file: Path) -> None:
    """A UserError where the rows of `file` could not be written to `path`."""
    forms = JSON if file.suffix.lower() in JSON else (".csv", ".xlsx")
    if path.suffix.lower() not in forms:
        raise UserError(f"--failed {path}: name the file {' or '.join(forms)}")


def write_failed(path: Path, table: Table, encoding: str | None, wanted: Container[int]) -> int:
    """Writes those rows with their own columns, or as the lines that they are, and says how many they are."""
    if not table.columns:
        return _write_lines(path, (line for number, line in lines_of(table.path, encoding) if number in wanted))
    titles = [*table.columns]
    is_csv = path.suffix.lower() == ".csv"
    number = 0
    with (
        replacing(path) as beside,
        beside.open("w", encoding="utf-8-sig", newline="") if is_csv else nullcontext() as text,
    ):
        writer = XlsxWriter(beside, titles) if text is None else CsvWriter(text, titles, raw=False)
        try:
            for row in table.rows:
                if row.number in wanted:
                    texts = texts_of(row)
                    writer.write([texts.get(title) for title in titles])
                    number += 1
            writer.finish()
        finally:
            writer.release()
    return number


def _write_lines(path: Path, lines: Iterable[str]) -> int:
    number = 0
    with replacing(path) as beside, beside.open("w", encoding="utf-8", newline="\n") as file:
        for line in lines:
            file.write(line.strip("\ufeff\r\n") + "\n")
            number += 1
    return number
