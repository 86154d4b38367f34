"""Everything at once, with all defaults: what waits for its turn just waits."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

from qince_leads import AddLead, AsyncClient, Client

from .environment import Environment
from .sandbox import Sandbox

ADDS = 2000


def leads(count: int) -> list[AddLead]:
    return [AddLead(cus_name=f"公司 {n}", emp_name="负责人") for n in range(count)]


def test_two_thousand_adds_that_are_gathered_are_added_once_each(sandbox: Sandbox, account: Environment) -> None:
    async def add_all() -> int:
        async with AsyncClient(**account.account) as client:
            return len(await asyncio.gather(*map(client.add, leads(ADDS))))

    assert asyncio.run(add_all()) == ADDS
    assert sorted(lead["payload"]["cus_name"] for lead in sandbox.leads()) == sorted(f"公司 {n}" for n in range(ADDS))
    assert sandbox.faults()["requests"] == ADDS


def test_so_many_threads_as_one_likes_add_at_once(sandbox: Sandbox, account: Environment) -> None:
    with Client(**account.account) as client, ThreadPoolExecutor(100) as threads:
        receipts = list(threads.map(client.add, leads(500)))
    assert len({receipt.id for receipt in receipts}) == 500
    assert sandbox.faults()["requests"] == 500
