"""Reads the rows of a file, numbered as a spreadsheet shows them, and names their cells by the columns."""

from __future__ import annotations

import zipfile
from collections import Counter
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, Any

from qince_leads.cli.cells import MARKS, UnreadableCellError, cut_number, is_cut, unwrapped, without_invisible
from qince_leads.cli.console import UserError
from qince_leads.cli.readers import csv_file, json_lines, ods, xls, xlsx
from qince_leads.cli.readers.lines import Merged, Notes
from qince_leads.cli.readers.workbook import damage, letters_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from qince_leads.cli.readers.lines import Cell, Line, Lines

LOOKED_AT = 20
"""How many rows are looked at for one that names the columns."""

_OLD_WORKBOOK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_TEXT = (".csv", ".tsv", ".txt")
_WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".ods", ".et", ".xlsb")


@dataclass(slots=True)
class Row:
    """A row of a table: what its cells hold by column, and which could not be read."""

    number: int
    cells: dict[str, Any] = field(default_factory=dict[str, Any])
    unreadable: list[tuple[str, UnreadableCellError]] = field(default_factory=list[tuple[str, UnreadableCellError]])


@dataclass
class Table:
    """The rows of a file, to be iterated once. A file of JSON lines has no columns of its own."""

    path: Path
    form: str
    columns: dict[str, str]
    """The letter of each column by its name; columns of the same name have their letter in it too."""
    twice: dict[str, str]
    """The names in common of columns that have one."""
    header_row: int
    """The number of the row that names the columns; 0 where there is none."""
    rows: Iterable[Row]
    notes: Notes

    def column(self, name: str) -> str | None:
        """The column of that name or letter."""
        if name in self.columns:
            return name
        return next((column for column, letter in self.columns.items() if letter == name), None)


def read_table(
    path: Path,
    *,
    encoding: str | None = None,
    delimiter: str | None = None,
    sheet: str | None = None,
    header_row: int | None = None,
    include_hidden: bool = False,
    is_known: Callable[[str], bool] = bool,
) -> Table:
    """Reads a table. `is_known` says of a name whether it names a column of those that are meant."""
    notes = Notes()
    suffix = path.suffix.lower()
    if suffix in json_lines.SUFFIXES:
        return Table(path, "JSON lines", {}, {}, 0, _json_rows(path, encoding, notes), notes)
    if suffix in _WORKBOOKS:
        lines = _workbook(path)(path, sheet, notes, include_hidden=include_hidden)
    elif suffix in _TEXT:
        lines = csv_file.read(path, encoding, delimiter, notes)
    else:
        raise UserError(f"{path}: `{suffix}` is not known; name the file .csv, .xlsx, .xls, .ods or .jsonl")
    return _table(path, lines, notes, header_row, is_known)


def _workbook(path: Path) -> Callable[..., Lines]:
    """The reader for what the file holds, whatever it is called."""
    with path.open("rb") as file:
        start = file.read(512)
    if start.startswith(_OLD_WORKBOOK):
        return xls.read
    if zipfile.is_zipfile(path):
        with damage(path), zipfile.ZipFile(path) as archive:
            names = archive.namelist()
        if "content.xml" in names:
            return ods.read
        if any(name.endswith(".bin") and "workbook" in name for name in names):
            raise UserError(f"{path} is a binary workbook; open it in Excel, and save it as .xlsx")
        return xlsx.read
    if start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        raise UserError(f"{path} is a web page, and no workbook; open it in Excel, and save it as .xlsx")
    if start.startswith(b"PK"):
        raise UserError(f"{path} is no Excel workbook that can be read: its end is missing; get it whole")
    raise UserError(
        f"{path} is no Excel workbook; open it in Excel and save it as .xlsx, or name it .csv if it is text"
    )


def _table(path: Path, lines: Lines, notes: Notes, header_row: int | None, is_known: Callable[[str], bool]) -> Table:
    header, rest = _header(path, lines.lines, header_row, is_known)
    for cell in header.cells:
        _Cleaner(notes).clean(str(cell), header.number, _header_text(cell))
    names = [_header_text(cell) for cell in header.cells]
    counts = Counter(names)
    columns = {
        place: name if counts[name] == 1 else f"{name} ({letters_of(place)})"
        for place, name in enumerate(names)
        if name
    }
    by_name = {column: letters_of(place) for place, column in columns.items()}
    twice = {column: names[place] for place, column in columns.items() if counts[names[place]] > 1}
    rows = _rows(columns, header.number, lines._replace(lines=rest), notes)
    return Table(path, lines.form, by_name, twice, header.number, rows, notes)


def _header(
    path: Path, lines: Iterator[Line], wanted: int | None, is_known: Callable[[str], bool]
) -> tuple[Line, Iterator[Line]]:
    """The row that names the columns: that which is wanted, or the first that is not empty; and the rows after it."""
    if wanted is not None:
        for line in lines:
            if line.number == wanted:
                return line, lines
        raise UserError(f"{path} has no row {wanted}, which --header-row names, or it is hidden")
    first = next((line for line in lines if any(map(_header_text, line.cells))), None)
    if first is None:
        raise UserError(f"{path} is empty: its first row has to name the columns")
    is_title = sum(bool(_header_text(cell)) for cell in first.cells) == 1
    if not is_title and any(is_known(_header_text(cell)) for cell in first.cells):
        return first, lines
    looked_at: list[Line] = []
    for line in lines:
        looked_at.append(line)
        known = [name for cell in line.cells if (name := _header_text(cell)) and is_known(name)]
        if len(known) > 1:
            raise UserError(
                f"{path}: row {first.number} does not name the columns, but row {line.number} may "
                f"({', '.join(known[:3])}): give --header-row {line.number}, or --header-row {first.number} if it does"
            )
        if len(looked_at) == LOOKED_AT:
            break
    return first, chain(looked_at, lines)


def _header_text(cell: object) -> str:
    return " ".join(unwrapped(without_invisible(str(cell))[0].strip()).split())


class _Cleaner:
    """Takes out of texts what their user does not see, and takes note of it."""

    def __init__(self, notes: Notes) -> None:
        self._notes = notes

    def clean(self, text: str, number: int, column: str) -> str:
        """The text of a cell."""
        if not text.isprintable():
            text, taken = without_invisible(text)
            if taken:
                named = " ".join(f"U+{ord(character):04X}" for character in dict.fromkeys(taken))
                self._note("characters that nobody sees were taken out", number, column, named)
        return text.strip()

    def unwrap(self, text: str, number: int, column: str) -> str:
        """The text of a cell that Excel was kept away from."""
        if text and text[0] in MARKS and (inner := unwrapped(text)) != text:
            self._note("what keeps Excel away from a text was taken off", number, column, text)
            return inner
        return text

    def _note(self, what: str, number: int, column: str, found: str) -> None:
        self._notes.add(what, f"in row {number}, `{column}`: {found}")


def _rows(columns: dict[int, str], header: int, lines: Lines, notes: Notes) -> Iterator[Row]:
    cleaner = _Cleaner(notes)

    def value_of(cell: Cell, number: int, column: str) -> Cell:
        if type(cell) is str and len(cell) < 16 and cell.isprintable() and cell.strip()[:1] not in MARKS:
            return cell.strip()  # as most are
        if isinstance(cell, UnreadableCellError):
            return cell
        if isinstance(cell, Merged) and cell.first_row <= header:
            return ""
        if isinstance(cell, Merged) and cell.is_wide:
            return UnreadableCellError("it is merged with other columns: undo that in Excel (取消合并)")
        text = cleaner.clean(cell, number, column)
        if (inner := cleaner.unwrap(text, number, column)) != text:
            return inner
        return cut_number(text) if lines.is_untyped and len(text) > 15 and text.isdecimal() and is_cut(text) else text

    for number, cells in lines.lines:
        row = Row(number)
        for place, cell in enumerate(cells):
            column = columns.get(place, "")
            if not cell or not (value := value_of(cell, number, column)):
                continue
            if not column:
                row.unreadable.append((letters_of(place), _unnamed(value, letters_of(place))))
            elif isinstance(value, UnreadableCellError):
                row.unreadable.append((column, value))
            else:
                row.cells[column] = value
        if row.cells or row.unreadable:
            yield row


def _unnamed(cell: Cell, letter: str) -> UnreadableCellError:
    return UnreadableCellError(
        f"a value in column {letter}, which has no name: give it one by --map {letter}=NAME, or leave it out by "
        f"--ignore {letter}",
        cell if isinstance(cell, str) else cell.text,
        is_of_column=True,
    )


def _json_rows(path: Path, encoding: str | None, notes: Notes) -> Iterator[Row]:
    cleaner = _Cleaner(notes)
    for number, members in json_lines.read(path, encoding):
        row = Row(number)
        if isinstance(members, UnreadableCellError):
            row.unreadable.append(("", members))
            yield row
            continue
        for key, value in members.items():
            name = cleaner.clean(key, number, key)
            try:
                text = json_lines.text_of(value)
            except UnreadableCellError as error:
                row.unreadable.append((name, error))
                continue
            if isinstance(text, str):
                text = cleaner.clean(text, number, name)
            if text is not None and text != "":
                row.cells[name] = text
        yield row
