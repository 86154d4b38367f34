"""A table of leads in any database that SQLAlchemy knows, and how far the runs that keep it have come."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qince_leads import ApaasLead, Lead, fields
from qince_leads.cli.columns import flat
from qince_leads.cli.console import UserError
from qince_leads.cli.writers import imported

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence

    from sqlalchemy import URL, Connection, Engine, Table

RUNS = "qince_sync"
AT_ONCE = 500
"""How many ids one statement names: databases take so many at least."""
VOIDED_BY = {"classic": "delete_reason_name", "apaas": "delete_reason_id"}
"""The member that only a voided lead has."""


@dataclass
class Progress:
    """How far a table is, as its database says."""

    account: str
    """Tells accounts apart without naming them."""
    family: str
    since: str
    """The first day of creation of all that it holds."""
    run: int = 0
    """The number of the run under way, or of the last one."""
    began_at: int | None = None
    """When the run under way began, in seconds since the epoch; None between two runs."""
    is_full: bool = False
    first_day: str | None = None
    """The first day that the run under way asks for."""
    step: int = 0
    """Which of its queries is being read."""
    scan: str | None = None
    """How far that is; None where it has not begun."""
    read_to: str | None = None
    """The day on which the last complete run began."""
    full_at: int | None = None
    """When the last complete run that read all leads began, in seconds since the epoch."""


class Database:
    """Leads in a table, and its progress in another; both change together, or not at all."""

    def __init__(self, place: str, name: str, progress: Progress) -> None:
        self._alchemy = imported("sqlalchemy", "keep a table", extra="sync")
        self._url = self._url_of(place)
        self._name = name
        self._voided_by = VOIDED_BY[progress.family]
        with self._errors():
            # What a statement carries is other people's data.
            self._engine: Engine = self._alchemy.create_engine(self._url, hide_parameters=True)
            self._runs = self._table_of_runs()
            self.progress = self._opened(progress)

    def __str__(self) -> str:
        shown: str = self._url.render_as_string(hide_password=True)
        return f"{self._name} of {shown.removeprefix('sqlite:///')}"

    def _url_of(self, place: str) -> URL:
        if "://" not in place:
            path = Path(place)
            if not path.absolute().parent.is_dir():
                raise UserError(f"{path.parent}: no such folder")
            file: URL = self._alchemy.URL.create("sqlite", database=place)
            return file
        try:
            url: URL = self._alchemy.make_url(place)
            return url
        except self._alchemy.exc.SQLAlchemyError:
            raise UserError("the database is neither a file nor a URL such as postgresql+psycopg://HOST/NAME") from None

    @contextmanager
    def _errors(self) -> Generator[None]:
        """What the database says, in one line, without the password."""
        try:
            yield
        except self._alchemy.exc.SQLAlchemyError as error:
            said = " ".join(str(getattr(error, "orig", None) or error).split())
            password = self._url.password
            said = said.replace(str(password), "***") if password else said
            raise UserError(f"the database: {said}", exit_code=1) from None
        except ImportError as error:
            driver = self._url.drivername
            raise UserError(f"{driver} needs a driver that is not installed: {error.name or error}") from None

    def _table_of_runs(self) -> Table:
        sql = self._alchemy
        columns = [
            sql.Column("table_name", sql.String(100), primary_key=True),
            *(sql.Column(name, sql.BigInteger) for name in ("run", "began_at", "step", "full_at")),
            sql.Column("is_full", sql.Boolean),
            *(sql.Column(name, sql.Text) for name in ("account", "family", "since", "first_day", "scan", "read_to")),
        ]
        table: Table = sql.Table(RUNS, sql.MetaData(), *columns)
        return table

    def _opened(self, asked: Progress) -> Progress:
        """The progress that the database knows, or this where it knows none; the tables are there afterwards."""
        self._runs.create(self._engine, checkfirst=True)
        with self._engine.begin() as connection:
            known = connection.execute(self._mine(self._alchemy.select(self._runs))).mappings().one_or_none()
            if known is None:
                if self._alchemy.inspect(connection).has_table(self._name):
                    raise UserError(
                        f"the table {self._name} is there, and not of this command; choose another by --table"
                    )
                # Before the table: what is there without this is somebody else's.
                connection.execute(self._runs.insert(), {"table_name": self._name, **vars(asked)})
        progress = asked if known is None else _progress(known)
        if (progress.account, progress.family) != (asked.account, asked.family):
            raise UserError(
                f"the table {self._name} holds leads of another account, or family; choose another by --table"
            )
        self._leads = self._table_of_leads(progress.family)
        return progress

    def _table_of_leads(self, family: str) -> Table:
        """The table, with a column for each that the SDK knows by now."""
        sql = self._alchemy
        self._names = [*(field.name for field in fields(Lead if family == "classic" else ApaasLead)), "extra"]
        columns = [
            sql.Column(name, sql.String(100), primary_key=True) if name == "id" else sql.Column(name, sql.Text)
            for name in (*self._names, "synced_at", "voided_at")
        ]
        columns.append(sql.Column("sync_run", sql.BigInteger, index=True))
        table: Table = sql.Table(self._name, sql.MetaData(), *columns)
        table.create(self._engine, checkfirst=True)
        there = {column["name"] for column in sql.inspect(self._engine).get_columns(self._name)}
        quoted = self._engine.dialect.identifier_preparer.quote
        with self._engine.begin() as connection:
            for column in table.columns:
                if column.name not in there:
                    kind = column.type.compile(self._engine.dialect)
                    connection.execute(
                        sql.text(f"ALTER TABLE {quoted(self._name)} ADD COLUMN {quoted(column.name)} {kind}")
                    )
        return table

    def _mine(self, statement: Any) -> Any:
        return statement.where(self._runs.c.table_name == self._name)

    @contextmanager
    def _changing(self) -> Generator[Connection]:
        """A transaction, at the end of which the progress is kept as well."""
        with self._errors(), self._engine.begin() as connection:
            yield connection
            connection.execute(self._mine(self._runs.update()), vars(self.progress))

    def save(self) -> None:
        """Keeps the progress."""
        with self._changing():
            pass

    def take(self, leads: Sequence[Lead | ApaasLead], now: str) -> int:
        """Keeps leads, each as it came last, and the progress. Returns how many have no id, and cannot be kept."""
        rows = {lead.id: self._row(lead, now) for lead in leads if lead.id}
        with self._changing() as connection:
            for ids in _cut(list(rows)):
                known = self._voided(connection, ids)
                for id_, voided_at in known.items():
                    # The day on which it was first seen to be voided.
                    rows[id_]["voided_at"] = rows[id_]["voided_at"] and (voided_at or now)
                if new := [rows[id_] for id_ in ids if id_ not in known]:
                    connection.execute(self._leads.insert(), new)
                if known:
                    bound = self._alchemy.bindparam("old_id")
                    update = self._leads.update().where(self._leads.c.id == bound)
                    changed = [{"old_id": id_, **rows[id_]} for id_ in known]
                    connection.execute(update, changed)
        return sum(not lead.id for lead in leads)

    def _voided(self, connection: Connection, ids: Sequence[str]) -> dict[str, str | None]:
        """When those of these leads that are there already were seen to be voided."""
        found = self._alchemy.select(self._leads.c.id, self._leads.c.voided_at).where(self._leads.c.id.in_(ids))
        return {row.id: row.voided_at for row in connection.execute(found)}

    def _row(self, lead: Lead | ApaasLead, now: str) -> dict[str, Any]:
        values = lead.to_dict()
        row = {name: _storable(flat(values.get(name))) for name in self._names}
        voided_at = now if row[self._voided_by] else None
        return {**row, "synced_at": now, "voided_at": voided_at, "sync_run": self.progress.run}

    def void_unseen(self, now: str) -> int:
        """Marks the leads that this run, which has read all, has not seen, and keeps the progress. Returns how many."""
        with self._changing() as connection:
            columns = self._leads.c
            is_gone = (columns.sync_run < self.progress.run) & columns.voided_at.is_(None)
            return connection.execute(self._leads.update().where(is_gone).values(voided_at=now)).rowcount

    def count(self) -> tuple[int, int]:
        """How many leads there are, and how many of them are voided."""
        count = self._alchemy.func.count
        with self._errors(), self._engine.connect() as connection:
            counted = self._alchemy.select(count(), count(self._leads.c.voided_at)).select_from(self._leads)
            row: tuple[int, int] = tuple(connection.execute(counted).one())
            return row

    def close(self) -> None:
        """Closes the connections."""
        self._engine.dispose()


def _storable(text: str | None) -> str | None:
    """A text that every database takes: PostgreSQL has no NUL."""
    return text and text.replace("\0", "\N{REPLACEMENT CHARACTER}")


def _progress(row: Any) -> Progress:
    return Progress(**{name: value for name, value in row.items() if name != "table_name"})


def _cut(ids: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(ids), AT_ONCE):
        yield ids[start : start + AT_ONCE]
