"""What came of an import: a file with each row's outcome, and the sum of it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from qince_leads.cli.console import UserError, counted, err, fail, say, table, text
from qince_leads.cli.files import write_csv
from qince_leads.cli.sending import SUCCESS, Outcome, Result

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from rich.text import Text

    from qince_leads.cli.plan import Plan
    from qince_leads.cli.run import Run

HEADER = ("row", "code", "outcome", "id", "message")
SHOWN = 10

STYLES: dict[Outcome, str] = {
    "added": "green",
    "updated": "green",
    "already there": "green",
    "rejected": "red",
    "failed": "red",
    "uncertain": "yellow",
    "skipped": "yellow",
    "not sent": "yellow",
}
NEXT: dict[Outcome, str] = {
    "rejected": "act on the message; --retry-rejected sends them again",
    "failed": "run the same command again",
    "uncertain": "run the same command again; look up those without a code",
    "skipped": "correct them in a file of their own",
    "not sent": "run the same command again",
}


def report(run: Run, plan: Plan, path: Path) -> int:
    """Writes the result file, shows the sum of it, and says what the program ends with."""
    results = _results(run, plan)
    is_written = _write(path, results)
    _show_unsuccessful(results)
    counts = Counter[Outcome](result.outcome for result in results)
    earlier = Counter[Outcome](result.outcome for result in results if result.is_earlier)
    err.print(table(("outcome", "rows", ""), (_sum(each, counts, earlier) for each in STYLES if counts[each])))
    if is_written:
        say(f"each row's outcome: {path}")
    if run.interrupts:
        say("stopped as asked; run the same command again to go on", "yellow")
        return 130
    return 0 if is_written and SUCCESS.issuperset(counts) else 1


def outcomes(run: Run, plan: Plan) -> Iterator[tuple[int, Outcome]]:
    """What came of each row."""
    return ((result.row, result.outcome) for result in _results(run, plan))


def _results(run: Run, plan: Plan) -> list[Result]:
    to_send = {lead.row for lead in plan.leads}
    return [_result(run, row, code, is_right=row in to_send) for row, code in plan.codes.items()]


def _write(path: Path, results: Sequence[Result]) -> bool:
    """Writes the result file; where that fails now, the journal has it all, and the rest is still told."""
    try:
        write_csv(path, HEADER, (_line(result) for result in results))
    except (OSError, UserError) as error:
        fail(
            f"{path} cannot be written: {getattr(error, 'strerror', None) or error}; run the same command again for it"
        )
        return False
    return True


def _result(run: Run, row: int, code: str | None, *, is_right: bool) -> Result:
    if row in run.results:
        return run.results[row]
    if run.is_under_way(row):
        return Result(row, code, "uncertain", message="given up while it was under way")
    if is_right:
        return Result(row, code, "not sent")
    return Result(row, code, "skipped", message="invalid: see the faults")


def _sum(outcome: Outcome, counts: Counter[Outcome], earlier: Counter[Outcome]) -> tuple[Text, str, str]:
    notes = [f"{earlier[outcome]:,} of them by an earlier run"] if earlier[outcome] else []
    notes += [NEXT[outcome]] if outcome in NEXT else []
    return text(outcome, STYLES[outcome]), f"{counts[outcome]:,}", "; ".join(notes)


def _line(result: Result) -> tuple[str, ...]:
    return (str(result.row), result.code or "", result.outcome, result.id or "", result.message or "")


def _show_unsuccessful(results: Sequence[Result]) -> None:
    told = [result for result in results if result.outcome in ("rejected", "failed", "uncertain")]
    if not told:
        return
    rows = (
        (str(result.row), result.code or "", text(result.outcome, STYLES[result.outcome]), result.message or "")
        for result in told[:SHOWN]
    )
    err.print(table(("row", "code", "outcome", "message"), rows))
    if len(told) > SHOWN:
        err.print(text(f"... and {counted(len(told) - SHOWN, 'more row')}", "dim"))
    err.print()
