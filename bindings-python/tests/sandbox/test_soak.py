"""Hundreds of adds at once, against a service that fails at random: nothing is lost, and nothing doubled."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from contextlib import AsyncExitStack
from functools import partial
from typing import Any, NamedTuple

import pytest
from qince_leads import Policy, QinceError, Receipt, UncertainError

from .hosts import KINDS, Host, for_each, hosting
from .sandbox import Sandbox

# By each kind of client.
ADDS = 80
SEED = 1

TIMEOUT = 0.4
SLOW_MS = int(2 * TIMEOUT * 1000)

OFTEN = ["drop_before", "drop_after", "error_500", "error_500_after", "bad_gateway", "truncated", "slow", "gzip"]
# One asks for a second's wait, the other costs a time-out, so they come less often than the others.
SELDOM = ["too_many", "late", "late"]
FAULTS = {"rate": 0.3, "kinds": OFTEN * 5 + SELDOM, "slow_ms": SLOW_MS}

# So many attempts that none but a broken call uses them up.
PATIENT = Policy(max_attempts=40, base_delay_ms=5, max_delay_ms=80, deadline_ms=None)
# So few that many calls use them up.
IMPATIENT = Policy(max_attempts=2, base_delay_ms=2, max_delay_ms=5)


class Added(NamedTuple):
    """What came of the add of one lead, whose name none other has."""

    name: str
    result: Receipt | QinceError


async def add(host: Host, prefix: str, number: int, *, with_code: bool = True) -> Added:
    """Adds a lead of either family."""
    name = f"{prefix}{number}"
    fields = {"code": name} if with_code else {}
    try:
        if number % 2:
            result = await host.call("add", emp_name="负责人", cus_name=name, **fields)
        else:
            result = await host.call("add_apaas", company_name=name, **fields)
    except QinceError as error:
        return Added(name, error)
    return Added(name, result)


def faults_met(sandbox: Sandbox) -> int:
    """Ends the faults, waits for what was held back, and counts."""
    counts: dict[str, int] = sandbox.plan_faults()["faults"]
    sandbox.await_late_requests()
    return sum(counts.values())


def judge(added: list[Added], stored: list[dict[str, Any]]) -> None:
    """Holds what every call said against what is stored."""
    leads = defaultdict(list)
    for lead in stored:
        payload = lead["payload"]
        leads[payload.get("cus_name") or payload["company_name"]].append(lead["id"])
    wrong = []
    for name, result in added:
        ids = leads.pop(name, [])
        match result:
            case Receipt():
                is_right = ids == [result.id]
            case UncertainError():
                is_right = len(ids) <= 1
            case _:
                is_right = ids == []
        if not is_right:
            wrong.append((name, result, ids))
    assert wrong == []
    assert dict(leads) == {}, "stored, but never added"


async def add_all(adds: int, policy: Policy, *, with_code: bool = True) -> tuple[list[Added], list[str]]:
    """Has each kind of client add so many leads, all at once; returns what came of that, and what was attempted."""

    async def work(kind: str) -> tuple[list[Added], list[str]]:
        async with hosting(kind, policy=policy, timeout=TIMEOUT) as host:
            run = partial(add, host, f"{kind} ", with_code=with_code)
            return await for_each(range(adds), run), host.trace()

    results = await asyncio.gather(*map(work, KINDS))
    return [each for added, _ in results for each in added], [each for _, trace in results for each in trace]


@pytest.mark.asyncio
async def test_of_hundreds_of_adds_under_random_faults_none_is_lost_and_none_doubled(sandbox: Sandbox) -> None:
    sandbox.plan_faults(seed=SEED, **FAULTS)
    added, trace = await add_all(ADDS, PATIENT)
    assert faults_met(sandbox) > len(added) / 5
    assert len(trace) > len(added) * 1.2
    judge(added, sandbox.leads())
    assert [name for name, result in added if not isinstance(result, Receipt)] == []


@pytest.mark.asyncio
async def test_whatever_impatient_adds_say_is_so(sandbox: Sandbox) -> None:
    # What is late may come after all that could be asked.
    sandbox.plan_faults(seed=SEED, rate=0.6, kinds=OFTEN, slow_ms=SLOW_MS)
    added, _ = await add_all(ADDS // 3, IMPATIENT)
    assert faults_met(sandbox) > len(added) / 5
    judge(added, sandbox.leads())
    assert [name for name, result in added if isinstance(result, UncertainError)] != []


@pytest.mark.asyncio
async def test_adds_without_codes_are_never_sent_again_where_in_doubt(sandbox: Sandbox) -> None:
    sandbox.plan_faults(seed=SEED, **{**FAULTS, "kinds": [*OFTEN, "too_many"]})
    added, trace = await add_all(ADDS // 3, PATIENT, with_code=False)
    assert faults_met(sandbox) > len(added) / 10
    judge(added, sandbox.leads())
    assert {type(result) for _, result in added} == {Receipt, UncertainError}
    assert {attempt for attempt in trace if attempt.startswith("query")} == set()


@pytest.mark.asyncio
async def test_clients_of_every_kind_that_add_the_same_leads_at_once_add_each_once(sandbox: Sandbox) -> None:
    sandbox.plan_faults(seed=SEED, **FAULTS)
    async with AsyncExitStack() as stack:
        hosts = [await stack.enter_async_context(hosting(kind, policy=PATIENT, timeout=TIMEOUT)) for kind in KINDS]
        results = await asyncio.gather(*(for_each(range(20), partial(add, host, "R")) for host in hosts))
    assert faults_met(sandbox) > 0
    stored = sandbox.leads()
    assert sorted(lead["code"] for lead in stored) == sorted(f"R{number}" for number in range(20))
    ids = {lead["code"]: lead["id"] for lead in stored}
    for name, result in (added for host in results for added in host):
        # Who comes late is refused, or takes the lead that has the code for its own.
        if isinstance(result, Receipt):
            assert result.id == ids[name]
        else:
            assert result.code == "rejected"
