"""What the user sees: results on standard output, everything else on standard error."""

from __future__ import annotations

import re
import sys
from io import TextIOWrapper
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from qince_leads import Violation

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


class UserError(Exception):
    """Something that the user can put right: shown as one line, then the program ends with `exit_code`."""

    def __init__(self, message: str, *, exit_code: int = 2) -> None:
        super().__init__(message)
        self.exit_code = exit_code


def say(message: str, style: str = "") -> None:
    """One line on standard error, never wrapped, so that logs keep it whole."""
    err.print(text(message, style), soft_wrap=True)


def warn(message: str) -> None:
    """One line that should not be missed."""
    err.print(Text.assemble(("warning: ", "bold yellow"), text(message)), soft_wrap=True)


def fail(message: str) -> None:
    """The one line that says why this did not work."""
    err.print(Text.assemble(("error: ", "bold red"), text(message)), soft_wrap=True)


def text(message: str, style: str = "") -> Text:
    """Text from outside: no markup, and nothing that steers a terminal."""
    return Text(_CONTROL.sub("\N{REPLACEMENT CHARACTER}", message), style)


def table(columns: Iterable[str], rows: Iterable[Sequence[str | Text]], title: str | None = None) -> Table:
    """A table of text from outside."""
    shown = Table(title=title, title_justify="left", title_style="bold", header_style="bold", box=None, pad_edge=False)
    for column in columns:
        shown.add_column(column, overflow="fold")
    for row in rows:
        shown.add_row(*(cell if isinstance(cell, Text) else text(cell) for cell in row))
    return shown


def show_violations(violations: Sequence[Violation]) -> None:
    """Everything that is wrong with a payload."""
    err.print(table(("where", "rule", "what is wrong"), ((v.path or "(all)", v.rule, v.message) for v in violations)))


def counted(number: int, what: str) -> str:
    """`1 row`, `2,000 rows`."""
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"


def duration(seconds: float) -> str:
    """`0:07`, `1:02:03`."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def write_utf8() -> None:
    """Files and pipes get UTF-8, whatever the locale says; a terminal knows better."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper) and not stream.isatty():
            stream.reconfigure(encoding="utf-8")
