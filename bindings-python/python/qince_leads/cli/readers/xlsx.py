"""The lines of an Excel workbook, straight from its XML.

A workbook is a zip of XML files: `workbook.xml` names the sheets, `styles.xml` has the formats by which numbers are
shown, `sharedStrings.xml` the texts, and a sheet has cells that point to both. All names are compared without their
namespace, which differs between the usual and the strict form.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from datetime import datetime
from typing import IO, TYPE_CHECKING, NamedTuple

from qince_leads.cli.cells import UnreadableCellError, written_number
from qince_leads.cli.dates import BUILT_IN, date_text, shows_date
from qince_leads.cli.readers.lines import Cell, Line, Lines, Notes
from qince_leads.cli.readers.workbook import (
    CHUNK,
    Merges,
    Row,
    Sheet,
    choose,
    column_of,
    damage,
    letters_of,
    lines_of,
    local,
    new_parser,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_MERGE = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]+)(\d+):([A-Z]+)(\d+)"')
_PREFIX = b"<any-prefix:mergeCell"
_BUILT_IN_NUMBERS = {1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%"}

_NO_RESULT = UnreadableCellError("a formula without its result: open the file in Excel and save it")


class Format(NamedTuple):
    """How a number is shown."""

    code: str
    is_date: bool


def read(path: Path, sheet: str | None, notes: Notes, *, include_hidden: bool) -> Lines:
    """Reads the sheet of that name or number, or else the first that can be seen."""
    with damage(path):
        workbook = Workbook(path)
        chosen, form = choose(path, workbook.sheets, sheet)
        return Lines(form, workbook.lines(chosen, notes, include_hidden=include_hidden))


class Workbook:
    """A workbook whose sheets are read one row after the other."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._zip = zipfile.ZipFile(path)
        # Some programs write them with the separators of Windows, or in small letters.
        self._parts = {name.replace("\\", "/").lower(): name for name in self._zip.namelist()}
        self._book = next((target for kind, target in self._related("").values() if kind == "officeDocument"), "")
        if not self._book:
            raise ValueError("no workbook is in it")
        related = self._related(self._book)
        self._by_kind = dict(related.values())
        self.sheets: list[Sheet] = []
        self._from_1904 = False
        self._is_stale = False

        def begin(name: str, attributes: Mapping[str, str]) -> None:
            if name == "sheet":
                kind, target = related.get(attributes.get("id", ""), ("", ""))
                if kind == "worksheet":
                    is_hidden = attributes.get("state", "visible") != "visible"
                    self.sheets.append(Sheet(attributes.get("name", ""), target, is_hidden))
            elif name == "workbookPr":
                self._from_1904 = attributes.get("date1904") in ("1", "true")
            elif name == "calcPr":
                self._is_stale = attributes.get("fullCalcOnLoad") in ("1", "true")

        self._walk(self._book, begin)

    def lines(self, sheet: Sheet, notes: Notes, *, include_hidden: bool) -> Iterator[Line]:
        """The rows of a sheet that are not empty."""
        with damage(self._path):
            merges = self._merges(sheet.part)
            parser = SheetParser(self._shared_strings(), self._formats(), self._from_1904, is_stale=self._is_stale)
            with self._open(sheet.part) as file:
                yield from lines_of(file, parser.feed, merges, notes, include_hidden=include_hidden)
            parser.finish()

    def _open(self, part: str) -> IO[bytes]:
        if part.lower() not in self._parts:
            raise KeyError(part)
        return self._zip.open(self._parts[part.lower()])

    def _walk(
        self,
        part: str,
        begin: Callable[[str, Mapping[str, str]], None],
        end: Callable[[str], None] | None = None,
        text: Callable[[str], None] | None = None,
    ) -> None:
        parser = new_parser()

        def begin_local(name: str, attributes: Mapping[str, str]) -> None:
            begin(local(name), {local(key): value for key, value in attributes.items()})

        def end_local(name: str) -> None:
            if end is not None:
                end(local(name))

        parser.StartElementHandler = begin_local
        parser.EndElementHandler = end_local
        if text is not None:
            parser.CharacterDataHandler = text
        with self._open(part) as file:
            parser.ParseFile(file)

    def _related(self, part: str) -> dict[str, tuple[str, str]]:
        """The kinds and the names of the files that a file of the zip refers to, by id."""
        folder, name = posixpath.split(part)
        found: dict[str, tuple[str, str]] = {}

        def begin(element: str, attributes: Mapping[str, str]) -> None:
            if element == "Relationship" and attributes.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/", folder, attributes["Target"].replace("\\", "/")))
                found[attributes["Id"]] = (attributes["Type"].rpartition("/")[2], target.lstrip("/"))

        self._walk(posixpath.join(folder, "_rels", f"{name}.rels"), begin)
        return found

    def _formats(self) -> list[Format]:
        """The format of each style."""
        if "styles" not in self._by_kind:
            return []
        codes: dict[int, str] = dict(_BUILT_IN_NUMBERS) | BUILT_IN
        styles: list[int] = []
        within: list[str] = []

        def begin(name: str, attributes: Mapping[str, str]) -> None:
            within.append(name)
            if name == "numFmt":
                codes[int(attributes["numFmtId"])] = attributes.get("formatCode", "")
            elif name == "xf" and "cellXfs" in within:
                styles.append(int(attributes.get("numFmtId", "0")))

        def end(_: str) -> None:
            within.pop()

        self._walk(self._by_kind["styles"], begin, end)
        shown = [codes.get(style, "General") for style in styles]
        return [Format(code, shows_date(code)) for code in shown]

    def _shared_strings(self) -> list[str]:
        if "sharedStrings" not in self._by_kind:
            return []
        strings: list[str] = []
        pieces: list[str] = []
        state = {"takes": False, "phonetic": False}

        def begin(name: str, _: Mapping[str, str]) -> None:
            if name == "t":
                state["takes"] = not state["phonetic"]
            elif name == "rPh":
                state["phonetic"] = True

        def end(name: str) -> None:
            if name == "si":
                strings.append(unescaped("".join(pieces)))
                pieces.clear()
            elif name == "t":
                state["takes"] = False
            elif name == "rPh":
                state["phonetic"] = False

        self._walk(
            self._by_kind["sharedStrings"], begin, end, lambda text: pieces.append(text) if state["takes"] else None
        )
        return strings

    def _merges(self, part: str) -> Merges:
        """The merged cells, which stand after all rows."""
        found = b""
        with self._open(part) as file:
            before = b""
            while chunk := file.read(CHUNK):
                if found:
                    found += chunk
                elif (place := (joined := before + chunk).find(b"mergeCell")) >= 0:
                    found = joined[max(0, place - len(_PREFIX)) :]
                before = chunk[-len(_PREFIX) :]
        merges = Merges()
        for left, first, right, last in _MERGE.findall(found):
            merges.add(int(first), int(last), column_of(left.decode()), column_of(right.decode()))
        return merges


class SheetParser:
    """Takes the XML of a sheet piece by piece, and gives the rows that have ended."""

    def __init__(self, strings: list[str], formats: list[Format], from_1904: bool, *, is_stale: bool) -> None:
        self._strings = strings
        self._formats = formats
        self._from_1904 = from_1904
        self._is_stale = is_stale
        self._names: dict[str, str] = {}
        self._columns: dict[str, int] = {}
        self._rows: list[Row] = []
        self._row = 0
        self._is_hidden = False
        self._cells: list[Cell] = []
        self._column = -1
        self._kind = "n"
        self._style = 0
        self._text = ""
        self._takes = False
        self._has_formula = False
        self._is_phonetic = False
        self._parser = new_parser()
        self._parser.StartElementHandler = self._begin
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters

    def feed(self, chunk: bytes) -> list[Row]:
        """The rows that end within this piece, and whether they are hidden."""
        self._rows = []
        self._parser.Parse(chunk)
        return self._rows

    def finish(self) -> None:
        """Nothing more comes: what is open now was cut off."""
        self._parser.Parse(b"", True)

    def _local(self, name: str) -> str:
        found = self._names.get(name)
        if found is None:
            found = self._names[name] = local(name)
        return found

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        name = self._names.get(name) or self._local(name)
        if name == "c":
            place = attributes.get("r")
            if place is None:
                self._column += 1
            else:
                letters = place.rstrip("0123456789")
                column = self._columns.get(letters)
                if column is None:
                    column = self._columns[letters] = column_of(letters)
                self._column = column
            self._kind = attributes.get("t", "n")
            self._style = int(attributes.get("s", "0"))
            self._text = ""
            self._has_formula = False
        elif name == "v":
            self._takes = True
        elif name == "t":
            self._takes = not self._is_phonetic
        elif name == "f":
            self._has_formula = True
        elif name == "row":
            self._row = int(attributes.get("r", self._row + 1))
            self._is_hidden = attributes.get("hidden") in ("1", "true") or attributes.get("ht") == "0"
            self._cells = []
            self._column = -1
        elif name == "rPh":
            self._is_phonetic = True

    def _characters(self, text: str) -> None:
        if self._takes:
            self._text += text

    def _end(self, name: str) -> None:
        name = self._names[name]
        if name in ("v", "t"):
            self._takes = False
        elif name == "c":
            if self._text or self._has_formula:
                cells = self._cells
                missing = self._column - len(cells)
                if missing > 0:
                    cells.extend([""] * missing)
                value = self._value()
                if missing < 0:
                    cells[self._column] = value
                else:
                    cells.append(value)
        elif name == "row":
            self._rows.append((self._row, self._cells, self._is_hidden))
        elif name == "rPh":
            self._is_phonetic = False

    def _value(self) -> Cell:
        text = self._text
        match self._kind:
            case _ if self._has_formula and (not text or (self._is_stale and text == "0")):
                # A result of "" is a text, and is there.
                value = "" if self._kind == "str" else _NO_RESULT
            case "n":
                value = self._number(text)
            case "s":
                value = self._shared(text)
            case "str" | "inlineStr":
                value = unescaped(text)
            case "b":
                value = "TRUE" if text == "1" else "FALSE"
            case "e":
                value = UnreadableCellError(f"the cell holds the error {text}")
            case "d":
                value = self._iso_date(text)
            case _:
                raise ValueError(f"the cell {self._place()} is of an unknown kind")
        return value

    def _shared(self, text: str) -> str:
        try:
            return self._strings[int(text)]
        except IndexError:
            raise ValueError(f"the text of the cell {self._place()} is missing") from None

    def _number(self, text: str) -> Cell:
        number_format = self._formats[self._style] if self._style < len(self._formats) else GENERAL
        if number_format.code == "General" and len(text) <= 15 and text.isdigit():
            return text
        try:
            if number_format.is_date:
                return date_text(float(text), number_format.code, from_1904=self._from_1904)
            return written_number(text.strip(), number_format.code)
        except UnreadableCellError as error:
            return error
        except ValueError:
            return UnreadableCellError(f"{text} is no number")

    def _iso_date(self, text: str) -> str:
        try:
            when = datetime.fromisoformat(text.removesuffix("Z"))
        except ValueError:
            raise ValueError(f"the cell {self._place()} holds {text} as a date") from None
        return when.strftime("%Y-%m-%d %H:%M:%S" if when.time() != datetime.min.time() else "%Y-%m-%d")

    def _place(self) -> str:
        return f"{letters_of(self._column)}{self._row}"


GENERAL = Format("General", is_date=False)


def unescaped(text: str) -> str:
    """`_x000D_` is how a workbook writes what XML does not hold."""
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text
