"""What the workbooks of all formats have in common: sheets, merged cells, damage."""

from __future__ import annotations

import struct
import zipfile
import zlib
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, NamedTuple, TypeAlias
from xml.parsers import expat

from qince_leads.cli.console import UserError
from qince_leads.cli.readers.lines import Cell, Line, Merged, Notes

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator
    from pathlib import Path

Row: TypeAlias = "tuple[int, list[Cell], bool]"
"""A row by its number, and whether it is hidden."""

CHUNK = 1 << 18
"""How much of a part is read at once."""


class Sheet(NamedTuple):
    """A sheet of a workbook, and the file within the zip that holds it."""

    name: str
    part: str
    is_hidden: bool


def choose(path: Path, sheets: list[Sheet], wanted: str | None) -> tuple[Sheet, str]:
    """The sheet that is meant, and what to say of it."""
    if not sheets:
        raise UserError(f"{path} has no sheet with cells")
    names = ", ".join(f"{sheet.name}{' (hidden)' if sheet.is_hidden else ''}" for sheet in sheets)
    if wanted is not None:
        for number, sheet in enumerate(sheets, start=1):
            if wanted in (sheet.name, str(number)):
                return sheet, f"sheet `{sheet.name}`"
        raise UserError(f"{path} has no sheet `{wanted}`; it has {names}")
    visible = next((sheet for sheet in sheets if not sheet.is_hidden), None)
    if visible is None:
        raise UserError(f"{path} has only hidden sheets: choose one by --sheet; it has {names}")
    others = f", the first that is not hidden of {len(sheets)}; choose by --sheet" if len(sheets) > 1 else ""
    return visible, f"sheet `{visible.name}`{others}"


@contextmanager
def damage(path: Path) -> Generator[None]:
    """What breaks while a workbook is read is one line, whatever it is and wherever."""
    try:
        yield
    except expat.ExpatError as error:
        raise damaged(path, f"its XML is broken ({error})") from None
    except (zipfile.BadZipFile, zlib.error, EOFError, struct.error) as error:
        raise damaged(path, f"the zip file that it is is broken ({error})") from None
    except KeyError as error:
        raise damaged(path, f"something in it is missing: {error.args[0]}") from None
    except (ValueError, IndexError, OverflowError, NotImplementedError, RuntimeError) as error:
        raise damaged(path, str(error)) from None


def damaged(path: Path, why: str) -> UserError:
    return UserError(
        f"{path} is no workbook that can be read: {why}; open it in Excel and save it as .xlsx, or get it anew"
    )


class Merges:
    """The merged cells of a sheet. All cells have what the first of them says, as its user sees it."""

    def __init__(self) -> None:
        self._beginning: dict[int, list[tuple[int, int, int]]] = {}
        self._open: dict[int, tuple[int, Merged]] = {}

    def add(self, first: int, last: int, left: int, right: int) -> None:
        """The cells from a first to a last row, and from a left to a right column."""
        self._beginning.setdefault(first, []).append((last, left, right))

    def filled(self, number: int, cells: list[Cell], notes: Notes) -> list[Cell]:
        """A row with what merged cells say in it; one that would else be empty stays so."""
        if self._open:
            self._open = {column: each for column, each in self._open.items() if each[0] >= number}
            if any(cells):
                for column, (_, text) in self._open.items():
                    cells.extend([""] * (column + 1 - len(cells)))
                    if not cells[column]:
                        cells[column] = text
                        if not text.is_wide:
                            notes.add("merged cells were filled", f"row {number}: {text}")
        for last, left, right in self._beginning.get(number, ()):
            value = cells[left] if left < len(cells) else ""
            if isinstance(value, str) and value:
                merged = Merged.of(value, number, is_wide=right > left)
                cells[left] = merged
                for column in range(left, right + 1):
                    self._open[column] = (last, merged)
        return cells


def lines_of(
    file: IO[bytes], feed: Callable[[bytes], list[Row]], merges: Merges, notes: Notes, *, include_hidden: bool
) -> Iterator[Line]:
    """The rows that a parser gives while it is fed a file, but for those that its user does not see."""
    while chunk := file.read(CHUNK):
        for number, cells, is_hidden in feed(chunk):
            if is_hidden and not include_hidden:
                notes.hidden_row(number)
            else:
                yield Line(number, merges.filled(number, cells, notes))


def new_parser() -> expat.XMLParserType:
    """A parser that follows no reference out of the file, and takes no entity of its own."""
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def refuse(*_: object) -> None:
        raise ValueError("it declares a document type")

    parser.StartDoctypeDeclHandler = refuse
    return parser


def local(name: str) -> str:
    """A name without its prefix."""
    return name.rpartition(":")[2]


def column_of(letters: str) -> int:
    """The place of a column: 0 for A, 26 for AA."""
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - ord("A") + 1
    if not 0 < place <= 16_384:
        raise ValueError(f"there is no column {letters}")
    return place - 1


def letters_of(place: int) -> str:
    """A column as a spreadsheet names it: A, B, ... Z, AA."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def place_of(letters: str) -> int:
    """The column that a spreadsheet names so, from 0."""
    place = 0
    for letter in letters:
        place = 26 * place + ord(letter) - ord("A") + 1
    return place - 1


def is_letter(name: str) -> bool:
    """Whether a name may be that of a column as a spreadsheet has it."""
    return name.isascii() and name.isalpha() and name.isupper() and len(name) <= 3
