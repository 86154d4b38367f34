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
    ensure: Callable[[Client, Any], Receipt]
    find: Callable[[Client, str], FoundLead | ApaasLead | None]
    changed: type[ModifyLead] | type[ModifyApaasLead]
    modify: Callable[[Client, Any], Receipt]


CLASSIC = Operation("add", AddLead, Client.add, Client.ensure, Client.find, ModifyLead, Client.modify)
APAAS = Operation(
    "add_apaas",
    AddApaasLead,
    Client.add_apaas,
    Client.ensure_apaas,
    Client.find_apaas,
    ModifyApaasLead,
    Client.modify_apaas,
)

FOUND = "found by its code after an interrupted run"


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
        code = job.lead.code
        if job.is_there and code is not None:
            return self._update(job.lead, code)
        return self._ensure(job.lead, code) if job.is_in_doubt and code is not None else self._add(job.lead)

    def _add(self, lead: Lead) -> tuple[Outcome, str | None, str | None]:
        self._journal.begin(lead.row, lead.code, lead.told)
        try:
            receipt = self._operation.add(self._client, lead.payload)
        except UncertainError as error:
            return "uncertain", None, str(error)
        except RejectedError as error:
            return self._there(lead) or ("rejected", None, str(error))
        except QinceError as error:
            return "failed", None, str(error)
        return "added", receipt.id, None

    def _ensure(self, lead: Lead, code: str) -> tuple[Outcome, str | None, str | None]:
        """Adds a lead that an earlier run may have added only where none has its code: that is the core's to find out.

        Whatever ends it says nothing of the earlier run's request, which may have arrived just now.
        """
        self._journal.begin(lead.row, code, lead.told)
        try:
            receipt = self._operation.ensure(self._client, lead.payload)
        except RejectedError as error:
            why = f"an earlier run may have added it, and this one was {error}"
            return self._there(lead) or self._found(code) or ("uncertain", None, why)
        except QinceError as error:
            return "uncertain", None, f"an earlier run may have added it: {error}"
        if not receipt.existed:
            return "added", receipt.id, None
        if self._existing is Existing.UPDATE:
            return self._update(lead, code)
        return "already there", receipt.id, FOUND

    def _there(self, lead: Lead) -> tuple[Outcome, str | None, str | None] | None:
        """What comes of a row that was refused though a lead has its code; None where that is not so, or no matter."""
        if self._existing is Existing.REPORT or lead.code is None:
            return None
        found = self._found(lead.code)
        if found is None or self._existing is Existing.SKIP:
            return found and ("already there", found[1], "a lead has its code")
        return self._update(lead, lead.code)

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

    def _found(self, code: str) -> tuple[Outcome, str | None, str | None] | None:
        try:
            found = self._operation.find(self._client, code)
        except QinceError:
            return None
        return None if found is None else ("already there", found.id, FOUND)


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
