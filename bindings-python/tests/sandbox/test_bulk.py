"""Many leads at a time against a service that fails at random, and leads that are ensured."""

from __future__ import annotations

import asyncio
from collections import Counter

from qince_leads import AddLead, AsyncClient, Client, LeadOutcome, Policy

from .environment import Environment
from .sandbox import Sandbox

FAULTS = {"rate": 0.25, "kinds": ["drop_before", "drop_after", "error_500", "error_500_after", "truncated"]}
# So many attempts that none but a broken call uses them up.
PATIENT = Policy(max_attempts=40, base_delay_ms=5, max_delay_ms=80, deadline_ms=None)


def leads(prefix: str, count: int) -> list[AddLead]:
    return [AddLead(emp_name="负责人", code=f"{prefix}{n}") for n in range(count)]


def check(sandbox: Sandbox, prefix: str, outcomes: list[LeadOutcome]) -> None:
    assert {one.outcome for one in outcomes} == {"ok"}
    assert sorted(one.index for one in outcomes) == list(range(100))
    stored = Counter(lead["code"] for lead in sandbox.leads() if lead["code"].startswith(prefix))
    assert stored == Counter(lead.code for lead in leads(prefix, 100))
    ids = {lead["code"]: lead["id"] for lead in sandbox.leads()}
    assert all(one.receipt is not None and one.receipt.id == ids[one.lead.code] for one in outcomes)


def test_of_many_leads_each_is_stored_once_whatever_is_lost(sandbox: Sandbox, account: Environment) -> None:
    sandbox.plan_faults(**FAULTS)
    with Client(**account.account, policy=PATIENT) as client:
        outcomes = list(client.add_many(leads("S", 100)))
    check(sandbox, "S", outcomes)

    async def add_all() -> list[LeadOutcome]:
        async with AsyncClient(**account.account, policy=PATIENT) as client:
            return [outcome async for outcome in client.add_many(leads("A", 100))]

    check(sandbox, "A", asyncio.run(add_all()))
    assert sum(sandbox.plan_faults()["faults"].values()) > 10


def test_what_was_ensured_exists_and_is_found(sandbox: Sandbox, account: Environment) -> None:
    with Client(**account.account) as client:
        assert client.find("E1") is None
        first = client.ensure(emp_name="负责人", cus_name="示例公司", code="E1")
        again = client.ensure(emp_name="负责人", cus_name="示例公司", code="E1")
        assert (first.existed, again.existed, first.id) == (False, True, again.id)
        found = client.find("E1")
        assert found is not None
        assert (found.id, found.cus_name) == (first.id, "示例公司")
        apaas = client.ensure_apaas(company_name="示例公司", code="E1")
        found_apaas = client.find_apaas("E1")
        assert found_apaas is not None
        assert (apaas.existed, found_apaas.id) == (False, apaas.id)
    assert len(sandbox.leads()) == 2
