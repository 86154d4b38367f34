"""What is wrong in a file, by row and column."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from qince_leads.cli.console import counted, err, table, text
from qince_leads.cli.files import write_csv

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

HEADER = ("row", "column", "rule", "message")


class Fault(NamedTuple):
    """One way in which a row is wrong. Row 0 means the columns themselves."""

    row: int
    column: str
    rule: str
    message: str


def show_faults(faults: Sequence[Fault], at_most: int) -> None:
    """The first faults as a table, and how many more there are."""
    shown = ((_place(fault), fault.column or "(whole row)", fault.message) for fault in faults[:at_most])
    err.print(table(("row", "column", "what is wrong"), shown))
    if len(faults) > at_most:
        err.print(text(f"... and {counted(len(faults) - at_most, 'more fault')}", "dim"))


def write_faults(path: Path, faults: Sequence[Fault]) -> None:
    """All faults as CSV."""
    write_csv(path, HEADER, ((_place(fault), *fault[1:]) for fault in faults))


def _place(fault: Fault) -> str:
    return f"{fault.row}" if fault.row else "header"
