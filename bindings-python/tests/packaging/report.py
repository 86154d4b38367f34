"""One line for each check, and how many passed."""

from __future__ import annotations

import textwrap
import time
from collections import Counter
from collections.abc import Callable

WORDS = {"passed": "ok    ", "failed": "FAILED", "missing": "NOT AVAILABLE"}


class NotAvailableError(Exception):
    """What a check needs is not on this machine."""


class Report:
    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()

    def check(self, name: str, run: Callable[[], str]) -> bool:
        """Runs a check, which says more about itself or raises; the answer is whether it passed."""
        began = time.monotonic()
        try:
            outcome, about = "passed", run()
        except NotAvailableError as missing:
            outcome, about = "missing", str(missing)
        except Exception as error:  # Whatever goes wrong is this check's failure, and the others go on.
            said = str(error) or "no more is known"
            outcome, about = "failed", f"{type(error).__name__}\n{textwrap.indent(said, '    ')}"
        self._counts[outcome] += 1
        print(f"{name:<28} {WORDS[outcome]} {time.monotonic() - began:5.1f} s  {about}", flush=True)
        return outcome == "passed"

    def is_good(self) -> bool:
        """Prints the counts."""
        counts = self._counts
        print(
            f"packaging: {counts['passed']} passed, {counts['failed']} failed, {counts['missing']} not available",
            flush=True,
        )
        return counts["failed"] == 0
