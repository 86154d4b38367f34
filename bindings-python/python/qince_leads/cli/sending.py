"""Adds a lead: it is recorded before it is sent, and after its outcome is known."""

from __future__ import annotations

import json
from enum import Enum
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias

from qince_leads import (
    AddApaasLead,
    AddLead,
    Client,
    InvalidPayloadError,
    ModifyApaasLead,
    ModifyLead,
    QinceError,
    RejectedError,
    UncertainError,
    fields,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from qince_leads import ApaasLead, Receipt
    from qince_leads import Lead as FoundLead
    from qince_leads.cli.journal import Entry, Journal
    from qince_leads.cli.plan import Lead

Outcome: TypeAlias = Literal[
    "added", "updated", "already there", "rejected", "uncertain", "failed", "skipped", "not sent"
]

SUCCESS: frozenset[Outcome] = frozenset[Outcome](("added", "updated", "already there"))
FINAL = SUCCESS.union(frozenset[Outcome](("rejected",)))
"""Outcomes that another run takes over; what failed was surely not added, and is sent again."""


class Result(NamedTuple):
    """What came of a row."""

    row: int
    code: str | None
    outcome: Outcome
    id: str | None = None
    message: str | None = None
    is_earlier: bool = False


class Operation(NamedTuple):
    """How one family of leads is added and found."""

    name: str
    kind: type[AddLead] | type[AddApaasLead]
    add: Callable[[Client, Any], Receipt]
    find: Callable[[Client, str], FoundLead | ApaasLead | None]
    changed: type[ModifyLead] | type[ModifyApaasLead]
    modify: Callable[[Client, Any], Receipt]


CLASSIC = Operation("add", AddLead, Client.add, Client.find, ModifyLead, Client.modify)
APAAS = Operation("add_apaas", AddApaasLead, Client.add_apaas, Client.find_apaas, ModifyApaasLead, Client.modify_apaas)


class Existing(str, Enum):
    """What to do with a row whose code a lead has already."""

    REPORT = "report"
    SKIP = "skip"
    UPDATE = "update"


class Job(NamedTuple):
    """A lead to add; one in doubt may have been added by an earlier run, one that is there has only to be changed."""

    lead: Lead
    is_in_doubt: bool
    is_there: bool = False


class Sender:
    """Adds one lead at a time, from any thread."""

    def __init__(
        self, client: Client, operation: Operation, journal: Journal, existing: Existing = Existing.REPORT
    ) -> None:
        self._client = client
        self._existing = existing
        self._operation = operation
        self._journal = journal

    def send(self, job: Job) -> Result:
        """Adds a lead, unless an earlier run turns out to have added it."""
        outcome, lead_id, message = self._outcome(job)
        self._journal.finish(job.lead.row, outcome, lead_id, message)
        return Result(job.lead.row, job.lead.code, outcome, lead_id, message)

    def _outcome(self, job: Job) -> tuple[Outcome, str | None, str | None]:
        return self._known(job) or self._add(job)

    def _known(self, job: Job) -> tuple[Outcome, str | None, str | None] | None:
        """What comes of a row whose lead is there already; None where it is not."""
        code = job.lead.code
        if code is None or not (job.is_in_doubt or job.is_there):
            return None
        try:
            found = None if job.is_there else self._found(code)
        except QinceError as error:
            return "uncertain", None, f"an earlier run may have added it, and asking failed: {error}"
        if job.is_there or (found is not None and self._existing is Existing.UPDATE):
            return self._update(job.lead, code)
        return found

    def _add(self, job: Job) -> tuple[Outcome, str | None, str | None]:
        doubted = job.lead.code if job.is_in_doubt else None
        self._journal.begin(job.lead.row, job.lead.code, job.lead.told)
        try:
            receipt = self._operation.add(self._client, job.lead.payload)
        except UncertainError as error:
            return "uncertain", None, str(error)
        except RejectedError as error:
            return self._there(job.lead) or self._rejected(error, doubted)
        except QinceError as error:
            # That this run's requests were not carried out says nothing of an earlier run's.
            return "failed" if doubted is None else "uncertain", None, str(error)
        return "added", receipt.id, None

    def _there(self, lead: Lead) -> tuple[Outcome, str | None, str | None] | None:
        """What comes of a row that was refused though a lead has its code; None where that is not so, or no matter."""
        if self._existing is Existing.REPORT or lead.code is None:
            return None
        try:
            found = self._found(lead.code)
        except QinceError:
            return None
        if found is None:
            return None
        if self._existing is Existing.UPDATE:
            return self._update(lead, lead.code)
        return "already there", found[1], "a lead has its code"

    def _update(self, lead: Lead, code: str) -> tuple[Outcome, str | None, str | None]:
        """Changes a lead to what the row says, but for what a modification does not take."""
        taken = {field.wire_name for field in fields(self._operation.changed)} | {"extra"}
        members = {name: value for name, value in lead.body.items() if name in taken}
        self._journal.begin(lead.row, code, lead.told)
        try:
            receipt = self._operation.modify(self._client, self._operation.changed.from_json(json.dumps(members)))
        except (RejectedError, InvalidPayloadError) as error:
            return "rejected", None, str(error)
        except QinceError as error:
            return "failed", None, str(error)
        return "updated", receipt.id, None

    def _rejected(self, error: RejectedError, doubted: str | None) -> tuple[Outcome, str | None, str | None]:
        """The request of an earlier run may have arrived just now, and be why this one was refused."""
        if doubted is None:
            return "rejected", None, str(error)
        try:
            found = self._found(doubted)
        except QinceError:
            found = None
        return found or ("uncertain", None, f"an earlier run may have added it, and this one was {error}")

    def _found(self, code: str) -> tuple[Outcome, str | None, str | None] | None:
        lead = self._operation.find(self._client, code)
        return None if lead is None else ("already there", lead.id, "found by its code after an interrupted run")


def jobs_of(
    leads: Iterable[Lead],
    entries: dict[int, Entry],
    *,
    resend_uncertain: bool,
    retry_rejected: bool,
    existing: Existing = Existing.REPORT,
) -> tuple[list[Job], list[Result]]:
    """What is left to do, and what earlier runs have done."""
    jobs: list[Job] = []
    earlier: list[Result] = []
    for lead in leads:
        entry = entries.get(lead.row)
        if entry is None or entry.outcome == "failed" or (entry.outcome == "rejected" and retry_rejected):
            jobs.append(Job(lead, is_in_doubt=False))
        elif entry.outcome in SUCCESS and existing is Existing.UPDATE and entry.told not in (None, lead.told):
            jobs.append(Job(lead, is_in_doubt=False, is_there=True))
        elif entry.outcome in FINAL:
            earlier.append(Result(lead.row, lead.code, entry.outcome, entry.id, entry.message, is_earlier=True))
        elif lead.code is not None or resend_uncertain:
            jobs.append(Job(lead, is_in_doubt=True))
        else:
            message = "an earlier run may have added it; look it up, then give --resend-uncertain if it is not there"
            earlier.append(Result(lead.row, None, "uncertain", None, entry.message or message, is_earlier=True))
    return jobs, earlier
