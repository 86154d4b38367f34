"""`qince-leads sync`: keeps a table of a database as the service's leads are."""

from __future__ import annotations

import datetime
import time
from typing import TYPE_CHECKING, Annotated, Any

import typer

from qince_leads import Client, Pages, QueryApaasLeads, QueryLeads
from qince_leads.cli.console import UserError, counted, say, warn
from qince_leads.cli.database import Database, Progress
from qince_leads.cli.exporting import Faults, warn_of
from qince_leads.cli.files import begun_at
from qince_leads.cli.progress import Meter

if TYPE_CHECKING:
    from qince_leads.cli.credentials import Credentials

EARLIEST = "2000-01-01"
DAY = 86_400
CHINA = datetime.timezone(datetime.timedelta(hours=8))
"""The service's days are China's."""


def sync_leads(
    context: typer.Context,
    database: Annotated[
        str,
        typer.Argument(
            envvar="QINCE_DATABASE",
            metavar="DATABASE",
            help="A file for SQLite, or the URL of any other database as SQLAlchemy takes it. "
            "Give a URL with a password by the environment: other users of this machine can see the command line.",
        ),
    ],
    apaas: Annotated[bool, typer.Option("--apaas", help="Keep aPaaS leads instead of classic ones.")] = False,
    table: Annotated[str | None, typer.Option(help="The table. Else `leads`, or with --apaas `apaas_leads`.")] = None,
    since: Annotated[
        str | None,
        typer.Option(metavar="DAY", help=f"Keep what was created from this day on. Else from {EARLIEST} on."),
    ] = None,
    overlap: Annotated[
        int, typer.Option(min=0, metavar="DAYS", help="Read so many days again that an earlier run has read.")
    ] = 1,
    full: Annotated[bool, typer.Option("--full", help="Read all leads again, to find those that are gone.")] = False,
    full_every: Annotated[
        int,
        typer.Option(min=0, metavar="DAYS", help="Do so by itself where that was last done so long ago; 0: always."),
    ] = 1,
    page_size: Annotated[int | None, typer.Option(min=1, help="How many leads to ask for at a time.")] = None,
    timeout: Annotated[float, typer.Option(min=0.1, help="Seconds to wait for a reply.")] = 30.0,
) -> None:
    """Keeps a table of a database as the service's leads are: run it again and again.

    A run reads what was created or modified since the last one, and puts each lead in the place of what was there by
    its id. Leads that were voided are kept, with the time at which that was seen in `voided_at`: those that the service
    does not tell of any more are found by a run that reads all. A run that was interrupted, however, is gone on with
    by the next one. What is nested (labels, custom fields) is JSON text, and so are unknown members, in `extra`.
    """
    credentials: Credentials = context.obj
    family = "apaas" if apaas else "classic"
    first_day = _day(since) if since else None
    wanted = Progress(credentials.fingerprint(), family, first_day or EARLIEST)
    with Client(credentials.account(), timeout=timeout) as client:
        kept = Database(database, table or ("apaas_leads" if apaas else "leads"), wanted)
        try:
            _begin(kept, first_day, overlap, full_every * DAY, full=full)
            _read(client, kept, page_size)
        finally:
            kept.close()


def _day(text: str) -> str:
    try:
        return datetime.datetime.strptime(text, "%Y-%m-%d").date().isoformat()
    except ValueError:
        raise UserError(f"{text}: write a day as in 2026-01-31") from None


def _begin(kept: Database, since: str | None, overlap: int, full_every: int, *, full: bool) -> None:
    """Begins a run, unless one is under way that is young enough to go on with."""
    progress, now = kept.progress, int(time.time())
    is_other = since is not None and since != progress.since
    if is_other:
        # It has never read all that this is to hold: until a run has, however that ends.
        progress.full_at = None
    wants_all = full or progress.full_at is None or now - progress.full_at >= full_every
    is_young = progress.began_at is not None and now - progress.began_at < DAY
    if is_young and not is_other and (progress.is_full or not full):
        say(f"going on with the run of {begun_at(progress.began_at or now)} that was interrupted")
        return
    progress.since = since or progress.since
    progress.run += 1
    progress.began_at, progress.is_full = now, wants_all
    progress.step, progress.scan = 0, None
    if wants_all or progress.read_to is None:
        progress.first_day = progress.since
    else:
        last = datetime.date.fromisoformat(progress.read_to)
        progress.first_day = (last - datetime.timedelta(days=overlap)).isoformat()
    kept.save()


def _read(client: Client, kept: Database, page_size: int | None) -> None:
    progress, faults = kept.progress, Faults()
    taken = without_id = 0
    with Meter("syncing", None) as meter:
        for step, query in enumerate(_queries(progress, page_size)):
            if step < progress.step:
                continue
            pages: Pages[Any] = Pages.resume(progress.scan) if progress.scan else Pages(query)
            while (asked := pages.next_query()) is not None:
                page = client._run(asked)
                faults.note(page.faults)
                leads = pages.take(page)
                progress.scan = pages.save()
                without_id += kept.take(leads, _now())
                taken += len(leads)
                meter.advance(len(leads))
            progress.step, progress.scan = step + 1, None
            kept.save()
    gone = _end(kept)
    warn_of(faults, "kept")
    if without_id:
        warn(f"{counted(without_id, 'lead')} without an id cannot be kept")
    number, voided = kept.count()
    found = f", {counted(gone, 'lead')} found gone" if gone else ""
    say(f"{counted(taken, 'lead')} read{found}; {counted(number, 'lead')}, {voided:,} voided, in {kept}", "green")


def _queries(progress: Progress, page_size: int | None) -> list[QueryLeads | QueryApaasLeads]:
    """What a run reads, one after the other."""
    kind = QueryLeads if progress.family == "classic" else QueryApaasLeads
    size: Any = {} if page_size is None else {"page_size": page_size}
    created = kind(create_time_start=progress.first_day, **size)
    # A lead that was never modified may have no day of modification.
    return [created] if progress.is_full else [created, kind(modify_time_start=progress.first_day, **size)]


def _end(kept: Database) -> int:
    """Ends the run. Returns how many leads are gone."""
    progress = kept.progress
    began_at = progress.began_at or int(time.time())
    progress.read_to = datetime.datetime.fromtimestamp(began_at, CHINA).date().isoformat()
    progress.began_at, progress.step = None, 0
    if not progress.is_full:
        kept.save()
        return 0
    progress.full_at = began_at
    return kept.void_unseen(_now())


def _now() -> str:
    return datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
