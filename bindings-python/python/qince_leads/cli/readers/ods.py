"""The lines of an OpenDocument spreadsheet, whose cells hold what they show."""

from __future__ import annotations

import re
import zipfile
from typing import TYPE_CHECKING

from qince_leads.cli.cells import EXACT_BELOW, UnreadableCellError, plain_number
from qince_leads.cli.readers.lines import Cell, Line, Lines, Notes
from qince_leads.cli.readers.workbook import Merges, Row, Sheet, choose, damage, lines_of, local, new_parser

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_ROWS = 1_048_576
_COLUMNS = 16_384
_NOT_PLAIN = re.compile(r"-?\d+\.0+|-?\d+([.,]\d+)?[Ee][+-]?\d+|#+")
_TIME = re.compile(r"PT(\d+)H(\d+)M(\d+)(?:[.,]\d+)?S")


def read(path: Path, sheet: str | None, notes: Notes, *, include_hidden: bool) -> Lines:
    """Reads the sheet of that name or number, or else the first that can be seen."""
    with damage(path):
        archive = zipfile.ZipFile(path)
        chosen, form = choose(path, _sheets(archive), sheet)
        return Lines(form, _lines(path, archive, chosen, notes, include_hidden=include_hidden))


def _sheets(archive: zipfile.ZipFile) -> list[Sheet]:
    sheets: list[Sheet] = []
    hidden: set[str] = set()
    style = ""

    def begin(name: str, attributes: dict[str, str]) -> None:
        nonlocal style
        given = {local(key): value for key, value in attributes.items()}
        if local(name) == "style":
            style = given.get("name", "")
        elif local(name) == "table-properties" and given.get("display") == "false":
            hidden.add(style)
        elif local(name) == "table":
            sheets.append(Sheet(given.get("name", ""), f"{len(sheets)}", given.get("style-name", "") in hidden))

    parser = new_parser()
    parser.StartElementHandler = begin
    with archive.open("content.xml") as file:
        parser.ParseFile(file)
    return sheets


def _lines(path: Path, archive: zipfile.ZipFile, sheet: Sheet, notes: Notes, *, include_hidden: bool) -> Iterator[Line]:
    with damage(path), archive.open("content.xml") as file:
        parser = _Parser(int(sheet.part))
        yield from lines_of(file, parser.feed, parser.merges, notes, include_hidden=include_hidden)


class _Parser:
    """Takes the XML piece by piece, and gives the rows of one sheet that have ended."""

    def __init__(self, sheet: int) -> None:
        self.merges = Merges()
        self._wanted = sheet
        self._sheet = -1
        self._rows: list[Row] = []
        self._number = 0
        self._times = 1
        self._is_hidden = False
        self._cells: list[Cell] = []
        self._blank = 0
        self._cell: dict[str, str] = {}
        self._paragraphs: list[str] = []
        self._within: list[str] = []
        self._parser = new_parser()
        self._parser.StartElementHandler = self._begin
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters

    def feed(self, chunk: bytes) -> list[Row]:
        """The rows that end within this piece."""
        self._rows = []
        self._parser.Parse(chunk)
        return self._rows

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        name = local(name)
        self._within.append(name)
        if name == "table":
            self._sheet += 1
        if self._sheet != self._wanted:
            return
        given = {local(key): value for key, value in attributes.items()}
        if name == "table-row":
            self._times = min(int(given.get("number-rows-repeated", "1")), _ROWS)
            self._is_hidden = given.get("visibility", "visible") != "visible"
            self._cells = []
            self._blank = 0
        elif name in ("table-cell", "covered-table-cell"):
            self._cell = given
            self._paragraphs = []
        elif name == "p" and "annotation" not in self._within:
            self._paragraphs.append("")
        elif name in ("s", "tab", "line-break"):
            self._characters({"s": " ", "tab": "\t"}.get(name, "\n") * int(given.get("c", "1")))

    def _characters(self, text: str) -> None:
        if self._paragraphs and "p" in self._within and "annotation" not in self._within:
            self._paragraphs[-1] += text

    def _end(self, name: str) -> None:
        self._within.pop()
        name = local(name)
        if self._sheet != self._wanted:
            return
        if name in ("table-cell", "covered-table-cell"):
            self._take_cell()
        elif name == "table-row":
            if any(self._cells):
                for number in range(self._number + 1, self._number + 1 + self._times):
                    self._rows.append((number, list(self._cells), self._is_hidden))
            self._number += self._times

    def _take_cell(self) -> None:
        place = len(self._cells) + self._blank
        rows, columns = (int(self._cell.get(f"number-{each}-spanned", "1")) for each in ("rows", "columns"))
        value = self._value("\n".join(self._paragraphs))
        if value and (rows > 1 or columns > 1):
            self.merges.add(self._number + 1, self._number + rows, place, place + columns - 1)
        times = min(int(self._cell.get("number-columns-repeated", "1")), _COLUMNS - place)
        if value:
            self._cells += [""] * self._blank + [value] * times
            self._blank = 0
        else:
            self._blank += times

    def _value(self, shown: str) -> Cell:
        match self._cell.get("value-type"):
            case "float" | "currency" | "percentage":
                number = float(self._cell.get("value", "nan"))
                if not abs(number) < EXACT_BELOW:
                    return UnreadableCellError(
                        "a number of more than 15 digits, of which a spreadsheet keeps 15: enter it as text"
                    )
                return plain_number(number) if not shown or _NOT_PLAIN.fullmatch(shown) else shown
            case "date":
                return self._cell.get("date-value", shown).replace("T", " ").removesuffix(" 00:00:00")
            case "time":
                time = _TIME.fullmatch(self._cell.get("time-value", ""))
                return f"{int(time[1]):02}:{time[2]}:{time[3]}" if time else shown
            case _ if shown.startswith(("#", "Err:")) and "formula" in self._cell:
                return UnreadableCellError(f"the cell holds the error {shown}")
            case _:
                return shown
