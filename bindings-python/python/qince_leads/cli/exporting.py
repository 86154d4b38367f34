"""`qince-leads export`: writes the leads that a query finds to a file."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Any

import typer

from qince_leads import ApaasLead, Client, Lead, Pages, QueryApaasLeads, QueryLeads
from qince_leads._columns import Columns
from qince_leads.cli.columns import Column, Header, columns_of, value_at
from qince_leads.cli.conditions import PANEL, query_of, with_conditions
from qince_leads.cli.console import UserError, counted, say, warn
from qince_leads.cli.files import replacing
from qince_leads.cli.progress import Meter
from qince_leads.cli.recording import recording
from qince_leads.cli.writers import CsvWriter, JsonlWriter, ParquetWriter, Writer, XlsxWriter, imported

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from qince_leads import Fault, Page
    from qince_leads.cli.credentials import Credentials

FULL_PAGE = 1000
SHOWN = 5
"""How many faults are told one by one."""


class Format(str, Enum):
    """What is written."""

    CSV = "csv"
    XLSX = "xlsx"
    JSONL = "jsonl"
    PARQUET = "parquet"


SUFFIXES = {
    ".csv": Format.CSV,
    ".xlsx": Format.XLSX,
    ".jsonl": Format.JSONL,
    ".ndjson": Format.JSONL,
    ".parquet": Format.PARQUET,
}


@with_conditions
def export_leads(
    context: typer.Context,
    target: Annotated[Path, typer.Argument(metavar="OUT", help="A .csv, .xlsx, .jsonl or .parquet file, or -.")],
    apaas: Annotated[bool, typer.Option("--apaas", help="Export aPaaS leads instead of classic ones.")] = False,
    form: Annotated[
        Format | None, typer.Option("--format", help="What to write. Else what the file's name says.")
    ] = None,
    columns: Annotated[
        str | None,
        typer.Option(
            metavar="NAME,...",
            help="Only these, in this order, as in id,code. A part of one is mobile.phone, a custom field ext:KEY.",
        ),
    ] = None,
    header: Annotated[
        Header, typer.Option(help="Name columns as the SDK does, the vendor, or by the vendor's label.")
    ] = Header.NAME,
    encoding: Annotated[
        str | None,
        typer.Option(
            help="The encoding of CSV. Else UTF-8, in a file with the byte order mark by which Excel knows it."
        ),
    ] = None,
    raw: Annotated[
        bool,
        typer.Option(
            "--raw",
            help="In CSV, leave what begins as a formula does as it is. Else an apostrophe keeps Excel from it.",
        ),
    ] = False,
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many leads.")] = None,
    page_size: Annotated[int | None, typer.Option(min=1, help="How many leads to ask for at a time.")] = None,
    since: Annotated[
        str | None, typer.Option(metavar="DAY", help="What was modified on this day or later: --modify-time-start.")
    ] = None,
    until: Annotated[
        str | None, typer.Option(metavar="DAY", help="What was modified on this day or before: --modify-time-end.")
    ] = None,
    restart: Annotated[
        bool, typer.Option("--restart", help="Begin anew, though an export to this file was interrupted.")
    ] = False,
    timeout: Annotated[float, typer.Option(min=0.1, help="Seconds to wait for a reply.")] = 30.0,
    where: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=VALUE",
            help="Any other condition: extra.NAME=VALUE, or with --apaas query_group=JSON and sorts=JSON.",
            rich_help_panel=PANEL,
        ),
    ] = None,
    **conditions: str | None,
) -> None:
    """Writes the leads that a query finds to a file. At least one condition is required.

    Every value is text, so ids keep all their digits; in a CSV file Excel cuts them off when it opens it, in .xlsx it
    does not. What is nested (labels, custom fields) is JSON text, and nested in .jsonl. The file is there once it is
    whole. What was read of an export that was interrupted is kept beside it for a day: the same command goes on from
    there.
    """
    for name, day in (("modify_time_start", since), ("modify_time_end", until)):
        if day is not None and conditions.get(name) is not None:
            raise UserError(f"give either --{name.replace('_', '-')}, or what is short for it")
        conditions[name] = conditions.get(name) if day is None else day
    form = form or _format_of(target)
    size = min(limit, FULL_PAGE) if limit is not None and page_size is None else page_size
    query = query_of(QueryApaasLeads if apaas else QueryLeads, conditions, where or (), size)
    shown = columns_of(ApaasLead if apaas else Lead, columns, header)
    credentials: Credentials = context.obj
    number, faults = 0, Faults()
    with (
        Client(credentials.account(), timeout=timeout) as client,
        recording(target, credentials.fingerprint(), query, restart=restart) as kept,
        _writer(target, form, [column.title for column in shown], encoding, raw=raw) as writer,
        Meter("exporting", limit) as meter,
    ):
        pages: Pages[Any] = Pages(query)
        is_flat = not isinstance(writer, JsonlWriter) and all(len(column.path) == 1 for column in shown)
        take = _by_column(writer, query, shown) if is_flat else _by_lead(writer, shown)
        for page in kept.pages(client, pages):
            faults.note(page.faults)
            taken = take(pages, page, None if limit is None else limit - number)
            meter.advance(taken)
            number += taken
            if number == limit:
                break
        # Before the file takes its place: else the next export would begin with what is in there.
        kept.drop()
    warn_of(faults, "exported")
    say(f"{counted(number, 'lead')} exported{'' if str(target) == '-' else f' to {target}'}", "green")


@dataclass
class Faults:
    """What came in another shape than the vendor documents."""

    number: int = 0
    shown: list[str] = field(default_factory=list[str])
    _pages: int = 0

    def note(self, faults: Sequence[Fault]) -> None:
        """Takes those of the next page."""
        self._pages += 1
        self.number += len(faults)
        self.shown += [f"page {self._pages} {fault}" for fault in faults[: SHOWN - len(self.shown)]]


def warn_of(faults: Faults, done: str) -> None:
    """One line, if there were any."""
    if faults.number:
        warn(
            f"{counted(faults.number, 'fault')} in what the service sent. A member of another shape than the vendor "
            f"documents is not {done}, a row that is no record is left out: {'; '.join(faults.shown)}"
            f"{'; ...' if faults.number > SHOWN else ''}"
        )


Take = Callable[["Pages[Any]", "Page[Any]", "int | None"], int]
"""Writes the new leads of a page, at most so many, and says how many those were."""


def _by_lead(writer: Writer, shown: Sequence[Column]) -> Take:
    """For any column, and for what is nested."""

    def take(pages: Pages[Any], page: Page[Any], limit: int | None) -> int:
        leads = pages.take(page)[:limit]
        for lead in leads:
            values = lead.to_dict()
            writer.write([value_at(values, column.path) for column in shown])
        return len(leads)

    return take


def _by_column(writer: Any, query: QueryLeads | QueryApaasLeads, shown: Sequence[Column]) -> Take:
    """For flat files of whole members: much faster, since no lead becomes an object."""
    imported("pyarrow", "export")
    columns = Columns(query, [column.path[0] for column in shown])

    def take(pages: Pages[Any], page: Page[Any], limit: int | None) -> int:
        batch = columns.take(pages, page).slice(0, limit)
        writer.write_batch(batch)
        return batch.num_rows

    return take


def _format_of(target: Path) -> Format:
    if form := SUFFIXES.get(target.suffix.lower()):
        return form
    raise UserError(f"{target}: say the format by --format, or name the file {', '.join(SUFFIXES)}")


@contextmanager
def _writer(target: Path, form: Format, titles: Sequence[str], encoding: str | None, *, raw: bool) -> Generator[Writer]:
    if str(target) == "-":
        if form not in (Format.CSV, Format.JSONL):
            raise UserError(f"{form.value} cannot go to standard output")
        writer = _text_writer(sys.stdout, form, titles, raw=raw)
        yield writer
        writer.finish()
        return
    with replacing(target) as beside, _opened(beside, form, encoding) as file:
        file_writer = (
            _text_writer(file, form, titles, raw=raw)
            if file is not None
            else (XlsxWriter if form is Format.XLSX else ParquetWriter)(beside, titles)
        )
        try:
            yield file_writer
            file_writer.finish()
        finally:
            file_writer.release()


def _opened(path: Path, form: Format, encoding: str | None) -> AbstractContextManager[IO[str] | None]:
    """The file where it is text; other formats open it themselves."""
    if form is Format.CSV:
        return path.open("w", encoding=encoding or "utf-8-sig", newline="")
    return path.open("w", encoding="utf-8", newline="\n") if form is Format.JSONL else nullcontext()


def _text_writer(file: IO[str], form: Format, titles: Sequence[str], *, raw: bool) -> Writer:
    return CsvWriter(file, titles, raw=raw) if form is Format.CSV else JsonlWriter(file, titles)
