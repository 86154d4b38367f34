"""What the readers give: lines of cells, and what was put right in passing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from qince_leads.cli.cells import UnreadableCellError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Cell: TypeAlias = "str | UnreadableCellError"


class Line(NamedTuple):
    """A line of a file, by the number that a spreadsheet shows."""

    number: int
    cells: Sequence[Cell]


class Lines(NamedTuple):
    """The lines of a file, to be iterated once, and how they were found."""

    form: str
    lines: Iterator[Line]
    is_untyped: bool = False
    """Whether nobody knows of digits if they were a text or a number."""


class Merged(str):
    """The text of cells that were merged: of several rows, or of several columns too."""

    first_row: int
    is_wide: bool

    @classmethod
    def of(cls, text: str, first_row: int, *, is_wide: bool) -> Merged:
        """The text of the first of these cells, which is that of all."""
        merged = cls(text)
        merged.first_row, merged.is_wide = first_row, is_wide
        return merged


@dataclass
class Notes:
    """What was put right, or left out, while a file was read: how often, and where first."""

    found: dict[str, tuple[int, str]] = field(default_factory=dict[str, tuple[int, str]])

    def add(self, what: str, where: str) -> None:
        """Takes note of one place."""
        times, first = self.found.get(what, (0, where))
        self.found[what] = times + 1, first

    def hidden_row(self, number: int) -> None:
        """Takes note of a row that its user does not see."""
        self.add("a hidden row was left out (--include-hidden reads it)", f"row {number}")

    def told(self) -> Iterator[str]:
        """One line for each kind."""
        for what, (times, where) in self.found.items():
            yield f"{what}, {where}" if times == 1 else f"{what}, {times:,} times, first {where}"
