"""Reads the rows of a CSV, Excel or JSON-lines file, numbered as a spreadsheet shows them."""

from __future__ import annotations

import codecs
import csv
import json
import zipfile
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, cast

from qince_leads.cli.cells import UnreadableCellError, cell_text, plain_number
from qince_leads.cli.console import UserError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs"}
_MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_CHUNK = 1 << 20


@dataclass
class Row:
    """A row of a table: what its cells hold by column, and which could not be read."""

    number: int
    cells: dict[str, Any] = field(default_factory=dict[str, Any])
    unreadable: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])


@dataclass
class Table:
    """The rows of a file, to be iterated once. A file of JSON lines has no columns of its own."""

    form: str
    columns: Sequence[str]
    rows: Iterable[Row]


def read_table(path: Path, *, encoding: str | None, delimiter: str | None, sheet: str | None) -> Table:
    """Reads a table in the format that its name says."""
    suffix = path.suffix.lower()
    if suffix in (".jsonl", ".ndjson"):
        return _jsonl(path)
    if suffix in (".xlsx", ".xlsm"):
        return _xlsx(path, sheet)
    if suffix in (".csv", ".tsv", ".txt"):
        return _csv(path, encoding or _encoding_of(path), delimiter)
    if suffix == ".xls":
        raise UserError(f"{path}: the old .xls format is not read; save it as .xlsx")
    raise UserError(f"{path}: `{suffix}` is not known; name the file .csv, .xlsx or .jsonl")


def _csv(path: Path, encoding: str, delimiter: str | None) -> Table:
    csv.field_size_limit(1 << 30)
    declared = _declared_delimiter(path, encoding)
    delimiter = delimiter or declared or _delimiter_of(path, encoding)
    lines = _numbered(_csv_lines(path, encoding, delimiter))
    if declared:
        next(lines)
    columns = _columns(path, lines)
    form = f"CSV in {encoding}, separated by {DELIMITERS.get(delimiter, repr(delimiter))}"
    return Table(form, [name for name in columns if name], _rows(columns, lines))


def _csv_lines(path: Path, encoding: str, delimiter: str) -> Iterator[Sequence[str]]:
    with path.open(encoding=encoding, newline="") as file:
        reader = csv.reader(file, delimiter=delimiter, strict=True)
        try:
            yield from reader
        except csv.Error as error:
            raise UserError(f"{path}, line {reader.line_num}: {error}; is a quotation mark missing?") from None
        except UnicodeError:
            raise UserError(f"{path} is not in {encoding}; say which encoding it is in by --encoding") from None


def _encoding_of(path: Path) -> str:
    """UTF-8 where the file is that, else GB18030, in which Excel writes CSV in China."""
    with path.open("rb") as file:
        start = file.read(3)
    for mark, encoding in _MARKS.items():
        if start.startswith(mark):
            return encoding
    for encoding in ("utf-8", "gb18030"):
        if _is_in(path, encoding):
            return encoding
    raise UserError(f"{path} is neither in UTF-8 nor in GB18030; say which encoding it is in by --encoding")


def _is_in(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeError:
        return False
    return True


def _declared_delimiter(path: Path, encoding: str) -> str | None:
    """What Excel's own first line `sep=;` says."""
    line = _first_line(path, encoding).rstrip("\r\n")
    delimiter = line[4:] if line.lower().startswith("sep=") else ""
    return delimiter if len(delimiter) == 1 else None


def _delimiter_of(path: Path, encoding: str) -> str:
    """Whichever separates the first line into most columns."""
    line = _first_line(path, encoding)
    return max(DELIMITERS, key=lambda delimiter: sum(len(cells) for cells in csv.reader([line], delimiter=delimiter)))


def _first_line(path: Path, encoding: str) -> str:
    try:
        with path.open(encoding=encoding) as file:
            return next((line for line in file if line.strip()), "")
    except (UnicodeError, LookupError):
        raise UserError(f"{path} cannot be read in {encoding}; say which encoding it is in by --encoding") from None


def _xlsx(path: Path, sheet: str | None) -> Table:
    try:
        import openpyxl  # type: ignore[import-untyped, unused-ignore]
    except ImportError:
        raise UserError("reading .xlsx needs openpyxl; install it with: pip install 'qince-leads[cli]'") from None

    def load(*, formulas: bool) -> Any:
        try:
            return openpyxl.load_workbook(path, read_only=True, data_only=not formulas)
        except (zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
            raise UserError(f"{path} is no Excel workbook that can be read: {error}") from None

    workbook = load(formulas=False)
    names = [worksheet.title for worksheet in workbook.worksheets]
    if sheet is not None and sheet not in names:
        raise UserError(f"{path} has no sheet `{sheet}`; it has {', '.join(names)}")
    chosen = sheet or names[0]
    lines = _sheet_lines(workbook[chosen])
    if _has_formulas(path):
        lines = _with_formulas_told(lines, _sheet_lines(load(formulas=True)[chosen]))
    numbered = _numbered(lines)
    columns = _columns(path, numbered)
    others = f", the first of {len(names)}; choose by --sheet" if sheet is None and len(names) > 1 else ""
    return Table(f"Excel sheet `{chosen}`{others}", [name for name in columns if name], _rows(columns, numbered))


def _sheet_lines(worksheet: Any) -> Iterator[Sequence[Any]]:
    # Other programs than Excel write wrong dimensions, and cells outside would be passed over.
    worksheet.reset_dimensions()
    for cells in worksheet.iter_rows():
        yield [_cell(cell) for cell in cells]


def _cell(cell: Any) -> str | UnreadableCellError:
    if cell.data_type == "e":
        return UnreadableCellError(f"the cell holds the error {cell.value}")
    try:
        return cell_text(cell.value, getattr(cell, "number_format", None) or "")
    except UnreadableCellError as error:
        return error


def _has_formulas(path: Path) -> bool:
    with zipfile.ZipFile(path) as archive:
        sheets = [name for name in archive.namelist() if name.startswith("xl/worksheets/")]
        return any(_holds(archive, name, (b"<f>", b"<f ", b"<f/")) for name in sheets)


def _holds(archive: zipfile.ZipFile, name: str, wanted: tuple[bytes, ...]) -> bool:
    with archive.open(name) as file:
        end = b""
        while chunk := file.read(_CHUNK):
            if any(each in end + chunk for each in wanted):
                return True
            end = chunk[-3:]
    return False


def _with_formulas_told(lines: Iterator[Sequence[Any]], formulas: Iterator[Sequence[Any]]) -> Iterator[Sequence[Any]]:
    """A formula whose result was not stored reads as empty: it must not pass for an empty cell."""
    missing = UnreadableCellError("a formula without its result: open the file in Excel and save it")
    for line, sources in zip_longest(lines, formulas, fillvalue=()):
        pairs = zip_longest(line, sources, fillvalue="")
        yield [
            missing if value == "" and isinstance(source, str) and source.startswith("=") else value
            for value, source in pairs
        ]


def _jsonl(path: Path) -> Table:
    return Table("JSON lines", [], _json_rows(path))


def _json_rows(path: Path) -> Iterator[Row]:
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            if line.strip():
                yield _json_row(number, line)


def _json_row(number: int, line: bytes) -> Row:
    try:
        given: Any = json.loads(line.decode("utf-8-sig"), object_pairs_hook=_members)
    except (ValueError, RecursionError) as error:
        return Row(number, unreadable=[("", f"not a line of JSON: {error}")])
    if not isinstance(given, dict):
        return Row(number, unreadable=[("", "not a JSON object")])
    members = cast("dict[str, Any]", given)
    return Row(number, {name: _json_text(value) for name, value in members.items() if value not in (None, "")})


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        raise ValueError("a name stands there twice")
    return members


def _json_text(value: Any) -> Any:
    """Numbers as text, lists and objects as they are."""
    return plain_number(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def _numbered(lines: Iterable[Sequence[Any]]) -> Iterator[tuple[int, Sequence[Any]]]:
    return iter(enumerate(lines, start=1))


def _columns(path: Path, lines: Iterator[tuple[int, Sequence[Any]]]) -> list[str]:
    """The names of the columns, which stand in the first row that is not empty."""
    for number, line in lines:
        names = [str(name).strip() for name in line]
        if any(names):
            named = [name for name in names if name]
            if twice := sorted({name for name in named if named.count(name) > 1}):
                raise UserError(f"{path}, row {number}: these columns are there twice: {', '.join(twice)}")
            return names
    raise UserError(f"{path} is empty: its first row has to name the columns")


def _rows(columns: Sequence[str], lines: Iterator[tuple[int, Sequence[Any]]]) -> Iterator[Row]:
    for number, line in lines:
        row = Row(number)
        for place, value in enumerate(line):
            column = columns[place] if place < len(columns) else ""
            if isinstance(value, UnreadableCellError):
                row.unreadable.append((column, str(value)))
            elif not (stripped := value.strip()):
                continue
            elif column:
                row.cells[column] = stripped
            else:
                row.unreadable.append(("", f"a value in column {_letters(place)}, which has no name"))
        if row.cells or row.unreadable:
            yield row


def _letters(place: int) -> str:
    """A column as a spreadsheet names it: A, B, ... Z, AA."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
