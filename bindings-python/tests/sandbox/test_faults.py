"""A service that misbehaves: what is promised of every operation."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from typing import Any

import pytest
from qince_leads import (
    AddLead,
    HttpStatusError,
    MalformedError,
    Policy,
    QinceError,
    QueryApaasLeads,
    QueryLeads,
    Receipt,
    RejectedError,
    TransportError,
    UncertainError,
)

from .environment import Environment
from .hosts import ASYNC, KINDS, SWIFT, Host, for_each, hosting
from .sandbox import Sandbox

# By kind of fault: what the observer sees of the request that meets it.
BEFORE = {"drop_before": "unknown", "error_500": "http_status", "bad_gateway": "http_status"}
AFTER = {"drop_after": "unknown", "error_500_after": "http_status", "truncated": "malformed"}
HARMLESS = {"slow": "ok", "late": "ok", "gzip": "ok"}
IN_DOUBT = BEFORE | AFTER

SLOW_MS = 30


async def each_operation(host: Host, sandbox: Sandbox, fault: str) -> dict[str, list[str]]:
    """Has each operation's first request meet a fault, and returns what was attempted for it."""
    traces = {}

    async def write(operation: str, **fields: Any) -> None:
        sandbox.plan_faults(next=[fault], slow_ms=SLOW_MS)
        try:
            await host.call(operation, **fields)
        finally:
            traces[operation] = host.trace()

    async def found(operation: str, query: QueryLeads | QueryApaasLeads) -> list[str]:
        sandbox.plan_faults(next=[fault], slow_ms=SLOW_MS)
        leads = await host.find(query)
        traces[operation] = host.trace()
        return [lead.linkman for lead in leads]

    await write("add", emp_name="负责人", code="C1")
    await write("add_apaas", company_name="示例公司", code="C2")
    await write("modify", code="C1", linkman="甲")
    await write("modify_apaas", code="C2", linkman="乙")
    assert await found("query", QueryLeads(code="C1")) == ["甲"]
    assert await found("query_apaas", QueryApaasLeads(code="C2")) == ["乙"]
    try:
        await write("remove", code="C1")
    except RejectedError:
        assert fault in AFTER
    return traces


def promised(fault: str) -> dict[str, list[str]]:
    """What each operation is to attempt where its first request meets this fault."""
    outcome = {**IN_DOUBT, **HARMLESS, "too_many": "http_status"}[fault]
    writes = ("add", "add_apaas", "modify", "modify_apaas", "remove")
    queries = ("query", "query_apaas")
    if fault in HARMLESS:
        # A scan ends with an empty page.
        return {write: [f"{write} ok"] for write in writes} | {query: [f"{query} ok"] * 2 for query in queries}
    traces = {write: [f"{write} {outcome}", f"{write} ok"] for write in writes}
    traces |= {query: [f"{query} {outcome}", f"{query} ok", f"{query} ok"] for query in queries}
    if fault in AFTER:
        traces["remove"] = [f"remove {outcome}", "remove rejected"]
    for add, query in (("add", "query"), ("add_apaas", "query_apaas")):
        if fault in IN_DOUBT:
            again = [] if fault in AFTER else [f"{add} ok"]
            traces[add] = [f"{add} {outcome}", f"{query} ok", *again]
    return traces


@pytest.mark.asyncio
@pytest.mark.parametrize("fault", [*IN_DOUBT, *HARMLESS])
async def test_every_operation_that_meets_a_fault_ends_as_promised(host: Host, sandbox: Sandbox, fault: str) -> None:
    assert await each_operation(host, sandbox, fault) == promised(fault)
    classic, apaas = sandbox.leads()
    assert (classic["code"], classic["removed"]) == ("C1", True)
    assert (apaas["code"], apaas["removed"]) == ("C2", False)
    assert [classic["payload"]["linkman"], apaas["payload"]["linkman"]] == ["甲", "乙"]


@pytest.mark.asyncio
async def test_a_service_that_is_busy_is_asked_again_when_it_says(sandbox: Sandbox) -> None:
    sandbox.create_leads(3 * len(KINDS))
    sandbox.create_leads(2 * len(KINDS), "apaas", "A")
    promises = promised("too_many")

    async def work(n: int, kind: str) -> dict[str, list[str]]:
        async with hosting(kind) as host:
            results: list[Any] = await asyncio.gather(
                host.call("add", emp_name="负责人", code=f"T{n}"),
                host.call("add_apaas", company_name="示例公司", code=f"T{n}"),
                host.call("modify", code=f"L{3 * n + 1}", linkman="甲"),
                host.call("modify_apaas", code=f"A{2 * n + 1}", linkman="乙"),
                host.call("remove", code=f"L{3 * n + 2}"),
                host.find(QueryLeads(code=f"L{3 * n + 3}")),
                host.find(QueryApaasLeads(code=f"A{2 * n + 2}")),
            )
            assert [len(leads) for leads in results[-2:]] == [1, 1]
            trace = host.trace()
            return {name: [each for each in trace if each.split()[0] == name] for name in promises}

    # All at once, for each of them waits a second.
    sandbox.plan_faults(next=["too_many"] * (len(promises) * len(KINDS)))
    began = asyncio.get_running_loop().time()
    traces = await asyncio.gather(*(work(n, kind) for n, kind in enumerate(KINDS)))
    assert asyncio.get_running_loop().time() - began >= 1
    assert traces == [promises] * len(KINDS)
    stored = sandbox.leads()
    for n in range(len(KINDS)):
        assert sorted(lead["family"] for lead in stored if lead["code"] == f"T{n}") == ["apaas", "classic"]
    assert sum(lead["removed"] for lead in stored) == len(KINDS)
    assert sum(lead["revision"] for lead in stored if not lead["removed"]) == 2 * len(KINDS)


@pytest.mark.asyncio
async def test_a_service_that_is_always_busy_ends_in_the_last_failure_and_nothing_is_added(
    kind: str, sandbox: Sandbox
) -> None:
    sandbox.plan_faults(rate=1, kinds=["too_many"])
    async with hosting(kind, policy=Policy(max_attempts=3, deadline_ms=100)) as host:
        with pytest.raises(HttpStatusError) as caught:
            await host.call("add", emp_name="负责人")
        assert caught.value.status == 429
        # Its deadline comes before what Retry-After asks for.
        assert host.trace() == ["add http_status"]
    assert sandbox.leads() == []


@pytest.mark.asyncio
@pytest.mark.parametrize("fault", IN_DOUBT)
async def test_an_add_without_a_code_whose_outcome_is_unknown_is_uncertain(
    host: Host, sandbox: Sandbox, fault: str
) -> None:
    for operation, fields in (("add", {"emp_name": "负责人"}), ("add_apaas", {"company_name": "示例公司"})):
        sandbox.plan_faults(next=[fault])
        with pytest.raises(UncertainError) as caught:
            await host.call(operation, **fields)
        assert host.trace() == [f"{operation} {IN_DOUBT[fault]}"]
        cause = caught.value.__cause__
        match IN_DOUBT[fault]:
            case "unknown":
                assert isinstance(cause, TransportError) and cause.failure == "unknown"
                assert cause.__cause__ is not None
            case "http_status":
                assert isinstance(cause, HttpStatusError) and cause.status >= 500
            case _:
                assert isinstance(cause, MalformedError) and cause.body.startswith(b"{")
    assert len(sandbox.leads()) == (2 if fault in AFTER else 0)


@pytest.mark.asyncio
async def test_an_add_without_a_code_is_sent_again_where_it_surely_was_not_carried_out(sandbox: Sandbox) -> None:
    async def add(kind: str) -> None:
        async with hosting(kind) as host:
            await host.call("add", emp_name="负责人")
            assert host.trace() == ["add http_status", "add ok"]

    sandbox.plan_faults(next=["too_many"] * len(KINDS))
    await asyncio.gather(*map(add, KINDS))
    assert len(sandbox.leads()) == len(KINDS)


@pytest.mark.asyncio
async def test_the_query_that_settles_an_add_is_asked_again_until_it_is_answered(host: Host, sandbox: Sandbox) -> None:
    sandbox.plan_faults(next=["drop_after", "drop_before", "error_500", "truncated", "none"])
    receipt = await host.call("add", emp_name="负责人", code="C1")
    assert host.trace() == ["add unknown", "query unknown", "query http_status", "query malformed", "query ok"]
    assert [lead["id"] for lead in sandbox.leads()] == [receipt.id]


@pytest.mark.asyncio
async def test_an_add_that_cannot_be_settled_in_time_is_uncertain(kind: str, sandbox: Sandbox) -> None:
    sandbox.plan_faults(next=["drop_after"] + ["drop_before"] * 2)
    async with hosting(kind, policy=Policy(max_attempts=2, base_delay_ms=2)) as host:
        with pytest.raises(UncertainError):
            await host.call("add", emp_name="负责人", code="C1")
        assert host.trace() == ["add unknown", "query unknown", "query unknown"]
    assert len(sandbox.leads()) == 1


async def all_add(fault: str, slow_ms: int, timeout: float, sandbox: Sandbox) -> dict[str, Receipt]:
    """Has each kind of client add a lead, all at once, where every add meets a fault."""

    async def add(kind: str) -> Receipt:
        async with hosting(kind, timeout=timeout) as host:
            receipt = await host.call("add", emp_name="负责人", code=kind)
            assert host.trace()[0] == "add unknown"
            return receipt

    sandbox.plan_faults(rate=1, kinds=[fault], operations=["add"], slow_ms=slow_ms)
    receipts = await asyncio.gather(*map(add, KINDS))
    return dict(zip(KINDS, receipts, strict=True))


@pytest.mark.asyncio
async def test_an_add_whose_reply_comes_too_late_is_settled(sandbox: Sandbox) -> None:
    receipts = await all_add("slow", 800, 0.3, sandbox)
    assert {lead["code"]: lead["id"] for lead in sandbox.leads()} == {code: r.id for code, r in receipts.items()}
    assert len(sandbox.leads()) == len(KINDS)


@pytest.mark.asyncio
async def test_an_add_that_is_carried_out_only_after_it_was_sent_again_is_added_once(sandbox: Sandbox) -> None:
    receipts = await all_add("late", 1000, 0.3, sandbox)
    sandbox.await_late_requests()
    assert {lead["code"]: lead["id"] for lead in sandbox.leads()} == {code: r.id for code, r in receipts.items()}
    assert len(sandbox.leads()) == len(KINDS)


@pytest.mark.asyncio
async def test_an_add_without_a_code_whose_reply_comes_too_late_is_uncertain(kind: str, sandbox: Sandbox) -> None:
    sandbox.plan_faults(next=["slow"], slow_ms=300)
    async with hosting(kind, timeout=0.1) as host:
        with pytest.raises(UncertainError) as caught:
            await host.call("add", emp_name="负责人")
    assert isinstance(caught.value.__cause__, TransportError)
    assert len(sandbox.leads()) == 1


@pytest.mark.asyncio
async def test_an_add_that_its_first_request_overtakes_is_settled_by_another_query(sandbox: Sandbox) -> None:
    # One kind stands for all: a second is waited for, and the transport has no part in it.
    async with hosting("async httpx", timeout=0.3) as host:
        sandbox.plan_faults(next=["late", "none", "too_many"], slow_ms=700)
        receipt = await host.call("add", emp_name="负责人", code="C1")
        assert host.trace() == ["add unknown", "query ok", "add http_status", "add rejected", "query ok"]
    assert [lead["id"] for lead in sandbox.leads()] == [receipt.id]


@pytest.mark.asyncio
async def test_a_host_that_cannot_be_reached_was_sent_nothing(kind: str) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        port = nobody.getsockname()[1]
    async with hosting(
        kind, base_url=f"http://127.0.0.1:{port}", policy=Policy(max_attempts=3, base_delay_ms=1)
    ) as host:
        for fields in ({}, {"code": "C1"}):
            with pytest.raises(TransportError) as caught:
                await host.call("add", emp_name="负责人", **fields)
            assert caught.value.failure == "not_sent"
            assert caught.value.__cause__ is not None
            assert host.trace() == ["add not_sent"] * 3


@pytest.mark.asyncio
async def test_an_address_where_the_service_is_not_ends_at_once(kind: str, account: Environment) -> None:
    async with hosting(kind, base_url=f"{account.base_url}/elsewhere") as host:
        with pytest.raises(HttpStatusError) as caught:
            await host.call("add", emp_name="负责人", code="C1")
        assert caught.value.status == 404
        assert host.trace() == ["add http_status"]


@pytest.mark.asyncio
async def test_failures_show_no_secret_whatever_goes_wrong(
    kind: str, sandbox: Sandbox, account: Environment, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    shown: list[str] = []
    async with hosting(kind, policy=Policy(max_attempts=1)) as host:
        for fault in IN_DOUBT:
            sandbox.plan_faults(next=[fault])
            with pytest.raises(QinceError) as caught:
                await host.call("modify", id="1234567890123456789", linkman="甲")
            shown += [str(caught.value), repr(caught.value), str(caught.value.__dict__)]
        shown += [f"{attempt!r} {attempt.url}" for attempt in host.attempts]
    shown += [record.getMessage() for record in caplog.records if record.name != "asyncio"]
    for secret in (account.app_key, account.openid):
        assert not [line for line in shown if secret in line]


@pytest.mark.asyncio
async def test_a_scan_under_faults_hands_out_each_lead_once(host: Host, sandbox: Sandbox) -> None:
    sandbox.create_leads(300)
    sandbox.quirks(page_cap=20)
    expected = sorted(lead["id"] for lead in sandbox.leads())
    sandbox.plan_faults(rate=0.3, seed=11, kinds=[*IN_DOUBT, *HARMLESS], slow_ms=10)
    found = await host.find(QueryLeads(create_time_start="2026-01-01"))
    assert sorted(lead.id for lead in found) == expected
    assert len(host.trace()) > 16


@pytest.mark.asyncio
async def test_modifications_and_removals_under_faults_are_all_carried_out(host: Host, sandbox: Sandbox) -> None:
    sandbox.create_leads(25)
    sandbox.plan_faults(rate=0.3, seed=13, kinds=[*IN_DOUBT, *HARMLESS], slow_ms=10)

    async def work(lead: dict[str, Any]) -> None:
        await host.call("modify", id=lead["id"], cus_name=f"N{lead['id']}")
        # Its first request may be carried out, and the reply lost.
        with contextlib.suppress(RejectedError):
            await host.call("remove", id=lead["id"])

    await for_each(sandbox.leads(), work)
    for lead in sandbox.leads():
        assert (lead["payload"]["cus_name"], lead["removed"]) == (f"N{lead['id']}", True)


@pytest.mark.asyncio
@pytest.mark.parametrize("kind", ASYNC)
async def test_what_a_payload_breaks_is_said_before_anything_is_sent(kind: str, sandbox: Sandbox) -> None:
    async with hosting(kind, policy=SWIFT) as host:
        with pytest.raises(QinceError) as caught:
            await host.call("add", AddLead(code="C" * 101))
        assert caught.value.code == "invalid_payload"
        assert host.trace() == []
    assert sandbox.faults()["requests"] == 0
