"""`qince-leads import`: adds the leads of a file."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from qince_leads import Client, Policy
from qince_leads._host import Pacer
from qince_leads.cli.console import UserError, counted, say, warn
from qince_leads.cli.failed import check_failed, write_failed
from qince_leads.cli.faults import show_faults, write_faults
from qince_leads.cli.files import digest_of, prove
from qince_leads.cli.journal import Binding, Journal, other_journal
from qince_leads.cli.locks import lock
from qince_leads.cli.marked import is_workbook, write_marked
from qince_leads.cli.plan import Columns, Plan
from qince_leads.cli.progress import Meter
from qince_leads.cli.report import outcomes, report
from qince_leads.cli.run import Run
from qince_leads.cli.sending import APAAS, CLASSIC, Existing, Sender, jobs_of
from qince_leads.cli.tables import read_table

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence

    from qince_leads.cli.credentials import Credentials
    from qince_leads.cli.tables import Table

READING = "How to read the file"
COLUMNS = "What the columns mean"
CODES = "Codes"
SENDING = "Sending and resuming"
OUTPUT = "Output"


def import_leads(
    context: typer.Context,
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="A .csv, .xlsx, .xls, .ods or .jsonl file.")
    ],
    apaas: Annotated[bool, typer.Option("--apaas", help="Add aPaaS leads instead of classic ones.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only check every row; send nothing.")] = False,
    skip_invalid: Annotated[
        bool, typer.Option("--skip-invalid", help="Send the rows that are right though others are wrong.")
    ] = False,
    encoding: Annotated[
        str | None,
        typer.Option(
            help="The encoding of a text file, such as utf-8, gb18030, big5. Else what the file shows.",
            rich_help_panel=READING,
        ),
    ] = None,
    delimiter: Annotated[
        str | None,
        typer.Option(
            help="What separates columns. Else a comma, semicolon or tab, whichever it is.", rich_help_panel=READING
        ),
    ] = None,
    sheet: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", help="The sheet of a workbook. Else the first that is not hidden.", rich_help_panel=READING
        ),
    ] = None,
    header_row: Annotated[
        int | None,
        typer.Option(
            min=1, help="The row that names the columns. Else the first that is not empty.", rich_help_panel=READING
        ),
    ] = None,
    include_hidden: Annotated[
        bool, typer.Option("--include-hidden", help="Read hidden rows too.", rich_help_panel=READING)
    ] = False,
    renamed: Annotated[
        list[str] | None,
        typer.Option(
            "--map",
            metavar="COLUMN=NAME",
            help="Read a column as this attribute, or as ext:KEY. A column may be named by its letter, here and below.",
            rich_help_panel=COLUMNS,
        ),
    ] = None,
    mapping: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            dir_okay=False,
            help="A text file of lines COLUMN=NAME for files that come again; without a NAME a column is left out.",
            rich_help_panel=COLUMNS,
        ),
    ] = None,
    ignored: Annotated[
        list[str] | None,
        typer.Option("--ignore", metavar="COLUMN", help="Leave a column out.", rich_help_panel=COLUMNS),
    ] = None,
    extra: Annotated[
        list[str] | None,
        typer.Option(
            "--extra",
            metavar="COLUMN",
            help="Send a column under its own name, as a parameter that this SDK does not know.",
            rich_help_panel=COLUMNS,
        ),
    ] = None,
    trusted: Annotated[
        list[str] | None,
        typer.Option(
            "--trust",
            metavar="COLUMN",
            help="Take long numbers of a column as they stand, though Excel may have put zeros at their end.",
            rich_help_panel=COLUMNS,
        ),
    ] = None,
    code_from: Annotated[
        list[str] | None,
        typer.Option(
            "--code-from",
            metavar="COLUMN",
            help="Take the code of a row without one from this column; from several, joined by `-`, if given again.",
            rich_help_panel=CODES,
        ),
    ] = None,
    generate_codes: Annotated[
        bool,
        typer.Option(
            "--generate-codes",
            help="Give a row without a code one made from what it says: the same each time.",
            rich_help_panel=CODES,
        ),
    ] = False,
    workers: Annotated[
        int, typer.Option(min=1, max=64, help="How many leads to send at a time.", rich_help_panel=SENDING)
    ] = 8,
    timeout: Annotated[
        float, typer.Option(min=0.1, help="Seconds to wait for a reply.", rich_help_panel=SENDING)
    ] = 30.0,
    give_up_after: Annotated[
        int,
        typer.Option(
            min=0,
            help="Stop after so many failures in a row, or where the first so many are all refused for one reason; 0 "
            "for never.",
            rich_help_panel=SENDING,
        ),
    ] = 20,
    per_second: Annotated[
        float | None,
        typer.Option(help="Begin no more leads in a second. Else as many as there are.", rich_help_panel=SENDING),
    ] = None,
    retry_code: Annotated[
        list[str] | None,
        typer.Option(
            "--retry-code",
            metavar="CODE",
            help="Send again what is refused with this code: the rate limit of your tenant, say.",
            rich_help_panel=SENDING,
        ),
    ] = None,
    journal: Annotated[
        Path | None,
        typer.Option(
            help="Where to keep what was begun and done. Else FILE.journal.jsonl.",
            rich_help_panel=SENDING,
            dir_okay=False,
        ),
    ] = None,
    existing: Annotated[
        Existing,
        typer.Option(
            help="Of a row whose code a lead has: report it, skip it, or update that lead. The latter two go on with a "
            "file that was corrected since.",
            rich_help_panel=SENDING,
        ),
    ] = Existing.REPORT,
    retry_rejected: Annotated[
        bool,
        typer.Option("--retry-rejected", help="Send again what an earlier run saw rejected.", rich_help_panel=SENDING),
    ] = False,
    resend_uncertain: Annotated[
        bool,
        typer.Option(
            "--resend-uncertain",
            help="Send again rows without a code that an earlier run may have added: look them up first.",
            rich_help_panel=SENDING,
        ),
    ] = False,
    result: Annotated[
        Path | None,
        typer.Option(
            help="Where to write what came of each row. Else FILE.result.csv.", rich_help_panel=OUTPUT, dir_okay=False
        ),
    ] = None,
    faults: Annotated[
        Path | None,
        typer.Option(
            help="Where to write all faults, if there are any: a list as .csv, or a copy of the rows as .xlsx, in "
            "which what is wrong is coloured, with notes. Else FILE.faults.csv.",
            rich_help_panel=OUTPUT,
            dir_okay=False,
        ),
    ] = None,
    failed: Annotated[
        Path | None,
        typer.Option(
            help="Where to write the rows that were not added, with their columns, to correct: .csv or .xlsx; .jsonl "
            "for JSON lines.",
            rich_help_panel=OUTPUT,
            dir_okay=False,
        ),
    ] = None,
    show: Annotated[int, typer.Option(min=0, help="How many faults to show.", rich_help_panel=OUTPUT)] = 20,
) -> None:
    """Adds the leads of a CSV, Excel or JSON-lines file.

    Every row is checked first, and nothing is sent unless every row is right. Then each lead is written to a journal
    before and after it is sent: after a crash or Ctrl-C, run the same command again, and it goes on without losing or
    doubling a lead.

    The first row names the columns, by the SDK's name, the vendor's, or its label: cus_name and 客户名称 are the same.
    A column ext:KEY is the custom field KEY, extra.NAME a parameter new to this SDK.

    Ends with 0 if all leads were added, 1 if some were not, 2 if a row or the usage is wrong, 130 after Ctrl-C, SIGTERM
    or SIGHUP.
    """
    operation = APAAS if apaas else CLASSIC
    columns = Columns(
        _pairs(renamed or ()),
        _read_mapping(mapping),
        ignored or (),
        extra or (),
        trusted or (),
        code_from or (),
        generate_codes,
    )
    plan = Plan(operation.kind, columns)
    how: dict[str, Any] = {
        "encoding": encoding,
        "delimiter": _delimiter(delimiter),
        "sheet": sheet,
        "header_row": header_row,
        "include_hidden": include_hidden,
    }
    _read(plan, file, _table(plan, file, **how))
    _tell_faults(plan, lambda: _table(plan, file, **how), faults or _beside(file, "faults.csv"), show)
    _tell_codes(plan)
    if plan.faults and (plan.has_wrong_columns or not skip_invalid or not plan.leads):
        if not dry_run:
            say("nothing was sent")
        raise typer.Exit(2)
    if dry_run:
        say(f"{counted(len(plan.leads), 'row')} can be sent; nothing was (--dry-run)", "green")
        raise typer.Exit(2 if plan.faults else 0)

    credentials: Credentials = context.obj
    account = credentials.account()
    pacer = Pacer(per_second)
    result = result or _beside(file, "result.csv")
    prove(result, "--result")
    if failed is not None:
        check_failed(failed, file)
        prove(failed, "--failed")
    binding = Binding(operation.name, credentials.fingerprint(), digest_of(file), plan.digest)
    path = journal or _beside(file, "journal.jsonl")
    with locked(file):
        if not path.exists() and (other := other_journal(binding, path, {file.parent, path.parent})):
            raise UserError(
                f"this import was begun with another journal: go on by --journal {other}, or take that file away to "
                "send all rows again"
            )
        kept = Journal.open(path, binding, None if existing is Existing.REPORT else plan.leads)
        jobs, earlier = jobs_of(
            plan.leads,
            kept.entries,
            resend_uncertain=resend_uncertain,
            retry_rejected=retry_rejected,
            existing=existing,
        )
        if kept.entries:
            say(f"going on from {kept.path}: {counted(len(earlier), 'row')} done, {len(jobs):,} to go")
        policy = Policy(retry_codes=retry_code or ())
        with Client(account, timeout=timeout, max_concurrent=workers, policy=policy) as client:
            run = Run(
                Sender(client, operation, kept, existing).send,
                jobs,
                earlier,
                workers=workers,
                give_up_after=give_up_after,
                pacer=pacer,
            )
            try:
                run.run()
            finally:
                exit_code = report(run, plan, result)
                if run.interrupts > 1:
                    # Threads that wait for a reply cannot be ended; the journal says what they have begun.
                    sys.stdout.flush()
                    sys.stderr.flush()
                    os._exit(exit_code)
        kept.close()
        if failed is not None:
            wanted = {row for row, outcome in outcomes(run, plan) if outcome in ("rejected", "failed", "skipped")}
            number = write_failed(failed, _table(plan, file, **how), encoding, wanted)
            say(f"{counted(number, 'row')} to correct: {failed}")
    raise typer.Exit(exit_code)


@contextmanager
def locked(file: Path) -> Generator[None]:
    """Keeps other imports away from a file, whatever journal they have."""
    with file.open("rb") as held:
        try:
            lock(held.fileno())
        except BlockingIOError:
            raise UserError(
                f"another import is using the journal of {file}, or {file} with another one; wait until it has ended"
            ) from None
        except OSError:
            # Not every network drive knows locks; that of the journal is left.
            pass
        yield


def _delimiter(given: str | None) -> str | None:
    delimiter = "\t" if given == "\\t" else given
    if delimiter is not None and len(delimiter) != 1:
        raise UserError("--delimiter takes one character")
    return delimiter


def _table(plan: Plan, file: Path, **how: Any) -> Table:
    return read_table(file, is_known=plan.knows, **how)


def _read(plan: Plan, file: Path, table: Table) -> None:
    with Meter("reading", None) as meter:
        table.rows = meter.counted(table.rows)
        plan.read(table)
    say(f"{file}: {counted(len(plan.codes), 'row')}, {table.form}")
    for note in table.notes.told():
        warn(note)
    if plan.recognised:
        say(f"read as: {', '.join(f'{column} as {name}' for column, name in plan.recognised.items())}")
    if plan.left_out:
        say(f"left out, for an add does not take what an export has there: {', '.join(plan.left_out)}")
    if not plan.codes and not plan.faults:
        raise UserError(f"{file} has no rows")


def _tell_faults(plan: Plan, again: Callable[[], Table], path: Path, show: int) -> None:
    if not plan.faults:
        return
    show_faults(plan.faults, show)
    if is_workbook(path):
        write_marked(path, again(), plan.faults)
    else:
        write_faults(path, plan.faults)
    wrong = len(plan.codes) - len(plan.leads)
    say(f"{counted(len(plan.faults), 'fault')} in {counted(wrong, 'row')}; all of them: {path}", "red")


def _tell_codes(plan: Plan) -> None:
    if without := plan.without_code:
        warn(
            f"{counted(without, 'row')} without a code: if the reply to one is lost, nobody can tell whether it was "
            "added. Give codes, or let --code-from or --generate-codes do so"
        )


def _beside(file: Path, suffix: str) -> Path:
    return file.with_name(f"{file.name}.{suffix}")


def _read_mapping(path: Path | None) -> dict[str, str]:
    names: dict[str, str] = {}
    if path is None:
        return names
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeError:
        raise UserError(f"{path} is not in UTF-8; save it so") from None
    for number, line in enumerate(lines, start=1):
        if not line.strip() or line.startswith("#"):
            continue
        column, sign, name = line.rpartition("=")
        if not sign or not column.strip():
            raise UserError(f"{path}, line {number}: write COLUMN=NAME, or COLUMN= to leave a column out")
        names[column.strip()] = name.strip()
    return names


def _pairs(given: Sequence[str]) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for each in given:
        column, sign, name = each.rpartition("=")
        if not sign or not column or not name:
            raise UserError(f"--map {each}: write COLUMN=NAME")
        pairs[column] = name
    return pairs
