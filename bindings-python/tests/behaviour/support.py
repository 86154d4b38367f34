"""What the tests of behaviour share."""

from __future__ import annotations

import asyncio
import hashlib
import json
import subprocess
import sys
import urllib.parse
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import pytest
import qince_leads
from qince_leads import (
    Account,
    AsyncClient,
    Attempt,
    Call,
    Client,
    Done,
    Other,
    Page,
    Payload,
    Policy,
    Query,
    Reply,
    ScanPage,
    SignedRequest,
    Violation,
    Wait,
)

E = TypeVar("E", bound=BaseException)

OPENID = "openid-8f3a"
APP_KEY = "app-key-5c1e"
PUSH_SECRET = "push-secret-77aa"
SECRETS = (OPENID, APP_KEY, PUSH_SECRET)

PACKAGE = Path(qince_leads.__file__).parent
# What takes any fields by keyword is Any to those who check types.
PAYLOADS: list[Any] = [
    qince_leads.AddLead,
    qince_leads.AddApaasLead,
    qince_leads.ModifyLead,
    qince_leads.ModifyApaasLead,
    qince_leads.RemoveLead,
    qince_leads.QueryLeads,
    qince_leads.QueryApaasLeads,
]
PARTS: list[Any] = [
    qince_leads.LeadExtField,
    qince_leads.LeadExtRow,
    qince_leads.LeadFilter,
    qince_leads.LeadFilterGroup,
    qince_leads.LeadMobile,
    qince_leads.LeadSort,
]
RECORDS: list[Any] = [
    qince_leads.ApaasLead,
    qince_leads.LeadChoice,
    qince_leads.FollowUp,
    qince_leads.LeadLabel,
    qince_leads.Lead,
    qince_leads.LeadExt,
    qince_leads.LeadPhone,
    qince_leads.LeadPhoto,
    qince_leads.LeadReference,
    qince_leads.LeadRegion,
]

# The shortest payload of each operation that breaks no rule.
VALID: dict[str, Payload[Any]] = {
    "add": qince_leads.AddLead(emp_name="e"),
    "add_apaas": qince_leads.AddApaasLead(company_name="c"),
    "modify": qince_leads.ModifyLead(id="7"),
    "modify_apaas": qince_leads.ModifyApaasLead(id="7"),
    "remove": qince_leads.RemoveLead(id="7"),
    "query": qince_leads.QueryLeads(code="c"),
    "query_apaas": qince_leads.QueryApaasLeads(code="c"),
}

AT_ONCE = Policy(base_delay_ms=0, max_delay_ms=0)
ONCE = Policy(max_attempts=1)


def account() -> Account:
    return Account(OPENID, APP_KEY)


def body(data: object = None, code: str = "0", **members: object) -> str:
    """The body of a reply of the service."""
    return json.dumps({"return_code": code, **members} | ({} if data is None else {"response_data": data}))


def page_of(*rows: object, kind: type[Query[Any]] = qince_leads.QueryLeads) -> Page[Any]:
    """A page that was read from these rows."""
    return qince_leads.read(kind, 200, body(list(rows)))


OK = Reply(200, body("7"))
EMPTY = Reply(200, body([]))


def rows(*leads: object) -> Reply:
    return Reply(200, body(list(leads)))


def violations(make: Callable[[], object]) -> list[tuple[str, str]]:
    """Path and rule of all that a payload breaks when it is made."""
    with pytest.raises(qince_leads.InvalidPayloadError) as raised:
        make()
    return said(raised.value.violations)


def said(all_of: tuple[Violation, ...]) -> list[tuple[str, str]]:
    return sorted((violation.path, violation.rule) for violation in all_of)


def push_body(
    data: object,
    *,
    secret: str = PUSH_SECRET,
    timestamp: str = "1000",
    data_type: str = "salesLeads_follow",
    **others: str,
) -> str:
    """The body of a push that was signed."""
    text = data if isinstance(data, str) else json.dumps(data)
    digest = hashlib.md5(f"{text}|{secret}|{timestamp}".encode()).hexdigest()
    members = {"msgId": "m1", "data": text, "timestamp": timestamp, "digest": digest, "dataType": data_type}
    return urllib.parse.urlencode(members | others)


class Answers:
    """A transport that answers by a list: a reply, an error to be raised, or a function of request and timeout."""

    def __init__(self, *answers: Any) -> None:
        self.sent: list[SignedRequest] = []
        self.timeouts: list[float] = []
        self._answers = list(answers)

    def __call__(self, request: SignedRequest, timeout: float, /) -> Any:
        self.sent.append(request)
        self.timeouts.append(timeout)
        assert self._answers, "nothing more was to be sent"
        answer = self._answers.pop(0)
        if isinstance(answer, BaseException):
            raise answer
        return answer(request, timeout) if callable(answer) else answer

    @property
    def operations(self) -> list[str]:
        return [request.operation for request in self.sent]


class Host:
    """A client of either kind behind one face."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.attempts: list[Attempt] = []

    def client(self, transport: Callable[..., Any], **options: Any) -> Any:
        options = {"policy": AT_ONCE, "on_attempt": self.attempts.append, **options}
        if self.kind == "sync":
            return Client(account(), transport=transport, **options)

        async def send(request: SignedRequest, timeout: float, /) -> Any:
            await asyncio.sleep(0)
            return transport(request, timeout)

        return AsyncClient(account(), transport=send, **options)

    def call(self, client: Any, operation: str, *args: Any, **fields: Any) -> Any:
        """What a call comes to."""
        if self.kind == "sync":
            return getattr(client, operation)(*args, **fields)

        async def call() -> Any:
            return await getattr(client, operation)(*args, **fields)

        return asyncio.run(call())

    def leads(self, scan: Any) -> list[Any]:
        """All leads of a scan."""
        if self.kind == "sync":
            return list(scan)

        async def leads() -> list[Any]:
            return [lead async for lead in scan]

        return asyncio.run(leads())

    def pages(self, scan: Any) -> list[ScanPage[Any]]:
        """All pages of a scan."""
        if self.kind == "sync":
            return list(scan.pages())

        async def pages() -> list[ScanPage[Any]]:
            return [page async for page in scan.pages()]

        return asyncio.run(pages())

    @property
    def outcomes(self) -> list[tuple[str, str]]:
        return [(attempt.operation, attempt.outcome) for attempt in self.attempts]


class Hand:
    """A call that is driven by hand, with a clock of its own."""

    def __init__(self, payload: Payload[Any] | Other, policy: Policy | None = None) -> None:
        self.call: Call[Any] = Call(account(), payload, policy=policy or AT_ONCE)
        self.sent: list[SignedRequest] = []
        self.now_ms = 0

    def send(self) -> SignedRequest:
        """Steps until a request is to be sent; the clock is set to where a wait ends."""
        while True:
            step = self.call.step(self.now_ms, f"m{len(self.sent) + 1}", 0.0)
            assert not isinstance(step, Done), "the call is over"
            if isinstance(step, Wait):
                self.now_ms = step.until_ms
                continue
            self.sent.append(step.request)
            return step.request

    def reply(self, reply: Reply) -> None:
        self.send()
        self.call.replied(self.sent[-1].msg_id, self.now_ms, reply.status, reply.body, reply.retry_after)

    def fail(self, failure: Any = "unknown", cause: BaseException | None = None) -> None:
        self.send()
        self.call.failed(self.sent[-1].msg_id, self.now_ms, failure, cause)

    def end(self) -> Any:
        """What the call comes to."""
        step = self.call.step(self.now_ms, "last", 0.0)
        assert isinstance(step, Done), f"the call goes on: {step}"
        return step.result

    def error(self, kind: type[E]) -> E:
        """What the call ends with."""
        with pytest.raises(kind) as raised:
            self.end()
        return raised.value


def run_python(code: str, *args: str, timeout: float = 10) -> str:
    """What Python prints that runs this code in a process of its own."""
    command = [sys.executable, "-X", "utf8", "-c", code, *args]
    done = subprocess.run(command, capture_output=True, text=True, timeout=timeout, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.strip()
