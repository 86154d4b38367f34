"""How far it is: a bar on a terminal, else a line now and then."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, TypeVar

from rich.progress import BarColumn, Progress, ProgressColumn, SpinnerColumn, Task, TextColumn, TimeRemainingColumn
from rich.text import Text

from qince_leads.cli.console import duration, err, say

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import TracebackType

    from typing_extensions import Self

T = TypeVar("T")

STEP = 50
"""How many things that are counted in passing the meter moves by."""
EVERY = 60.0
"""Seconds between two plain lines."""


class Rate(ProgressColumn):
    """`85/s`."""

    def render(self, task: Task) -> Text:
        """How many in a second."""
        speed = task.finished_speed or task.speed
        return Text(f"{speed:,.0f}/s" if speed else "", "dim")


class Meter:
    """Counts towards a total, which may be unknown."""

    def __init__(self, doing: str, total: int | None) -> None:
        self._doing = doing
        self._total = total
        self._done = 0
        self._note = ""
        self._began = self._said = time.monotonic()
        self._progress: Progress | None = None
        if err.is_terminal:
            self._progress = _bar(total)
            self._task = self._progress.add_task(doing, total=total, note="")

    def __enter__(self) -> Self:
        if self._progress is not None:
            self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._progress is not None:
            self._progress.stop()

    def advance(self, by: int = 1, note: str = "") -> None:
        """So many more are done."""
        self._done += by
        self._note = note
        if self._progress is not None:
            self._progress.update(self._task, advance=by, note=note)
        elif time.monotonic() - self._said >= EVERY:
            self._said = time.monotonic()
            say(self._line())

    def counted(self, things: Iterable[T]) -> Iterator[T]:
        """The same things, counted as they pass."""
        passed = 0
        for thing in things:
            yield thing
            passed += 1
            if passed == STEP:
                self.advance(passed)
                passed = 0
        self.advance(passed)

    def _line(self) -> str:
        took = time.monotonic() - self._began
        rate = self._done / took if took else 0.0
        if self._total is None:
            return f"{self._doing}: {self._done:,}, {rate:,.0f}/s"
        left = duration((self._total - self._done) / rate) if rate else "?"
        share = 100 * self._done // self._total if self._total else 100
        note = f", {self._note}" if self._note else ""
        return f"{self._doing}: {self._done:,} of {self._total:,} ({share}%){note}, {rate:,.0f}/s, {left} left"


def _bar(total: int | None) -> Progress:
    doing = TextColumn("{task.description}")
    note = TextColumn("[red]{task.fields[note]}")
    if total is None:
        return Progress(SpinnerColumn(), doing, TextColumn("{task.completed:,.0f}"), Rate(), console=err)
    count = TextColumn("{task.completed:,.0f} of {task.total:,.0f}")
    return Progress(doing, BarColumn(), count, Rate(), TimeRemainingColumn(), note, console=err)
