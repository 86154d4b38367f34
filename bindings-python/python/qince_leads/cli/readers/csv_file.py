"""The lines of a CSV file."""

from __future__ import annotations

import csv
from itertools import chain
from typing import TYPE_CHECKING

from qince_leads.cli.console import UserError
from qince_leads.cli.readers import encodings
from qince_leads.cli.readers.lines import Line, Lines, Notes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs"}


def read(path: Path, encoding: str | None, delimiter: str | None, notes: Notes) -> Lines:
    """Reads CSV; what is not given is told by the file."""
    if encoding is None:
        encoding, told = encodings.encoding_of(path)
    else:
        encodings.check(path, encoding)
        told = encoding
    declared = _declared_delimiter(path, encoding)
    delimiter = delimiter or declared or _delimiter_of(path, encoding)
    lines = _lines(path, encoding, delimiter, notes)
    if declared:
        next(lines)
    return Lines(f"CSV in {told}, separated by {DELIMITERS.get(delimiter, repr(delimiter))}", lines, is_untyped=True)


def _lines(path: Path, encoding: str, delimiter: str, notes: Notes) -> Iterator[Line]:
    csv.field_size_limit(1 << 30)
    with path.open(encoding=encoding, newline="") as file:
        first = file.readline()
        if (marked := first.lstrip("\ufeff")) != first:
            notes.add("a second byte order mark was passed over", "row 1")
        reader = csv.reader(chain([marked], file), delimiter=delimiter, strict=True)
        try:
            for number, cells in enumerate(reader, start=1):
                yield Line(number, cells)
        except csv.Error as error:
            raise UserError(f"{path}, line {reader.line_num}: {error}; is a quotation mark missing?") from None


def _declared_delimiter(path: Path, encoding: str) -> str | None:
    """What Excel's own first line `sep=;` says."""
    line = _first_line(path, encoding).rstrip("\r\n")
    delimiter = line[4:] if line.lower().startswith("sep=") else ""
    return delimiter if len(delimiter) == 1 else None


def _delimiter_of(path: Path, encoding: str) -> str:
    """Whichever separates the first line that any of them separates into most columns."""
    with path.open(encoding=encoding) as file:
        line = next((line for line in file if any(delimiter in line for delimiter in DELIMITERS)), "")
    return max(DELIMITERS, key=lambda delimiter: sum(len(cells) for cells in csv.reader([line], delimiter=delimiter)))


def _first_line(path: Path, encoding: str) -> str:
    with path.open(encoding=encoding) as file:
        return next((line for line in file if line.strip()), "")
