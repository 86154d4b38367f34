"""One account, used by several processes."""

from __future__ import annotations

import multiprocessing
import pickle
import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import pytest
from qince_leads import (
    AddLead,
    AsyncClient,
    Client,
    Lead,
    Policy,
    QinceError,
    QueryLeads,
    Receipt,
    RejectedError,
    UrllibTransport,
)

from .environment import ROOT, Environment
from .sandbox import Sandbox

PATIENT = Policy(max_attempts=40, base_delay_ms=2, max_delay_ms=20, deadline_ms=None)
KINDS = ["drop_before", "drop_after", "error_500", "error_500_after", "bad_gateway", "truncated", "gzip"]


@pytest.fixture(autouse=True)
def _importable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets processes that are spawned import this module."""
    monkeypatch.setattr(sys, "path", [*sys.path, str(ROOT)])


def add_all(client: Client, leads: list[AddLead]) -> list[Receipt | QinceError]:
    """What a worker process does; its results and errors go back to the first process."""
    results: list[Receipt | QinceError] = []
    for lead in leads:
        try:
            results.append(client.add(lead))
        except QinceError as error:
            results.append(error)
    return results


def find(client: Client, query: QueryLeads) -> list[Lead]:
    return list(client.query(query))


@pytest.mark.parametrize("transport", [None, UrllibTransport()], ids=["httpx", "urllib"])
def test_a_client_works_in_processes_that_were_spawned(
    sandbox: Sandbox, account: Environment, transport: UrllibTransport | None
) -> None:
    with Client(**account.account, transport=transport, policy=PATIENT) as client:
        # Connections that are open already stay with this process.
        client.add(AddLead(emp_name="负责人", code="P0"))
        leads = [AddLead(emp_name="负责人", code=f"P{n}") for n in range(1, 41)]
        sandbox.plan_faults(rate=0.3, seed=3, kinds=KINDS)
        with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as processes:
            halves = processes.map(add_all, [client] * 2, [leads[:20], leads[20:]])
            results = [result for half in halves for result in half]
            sandbox.plan_faults()
            [found] = processes.map(find, [client], [QueryLeads(code="P7")])
            [again] = processes.map(add_all, [client], [[AddLead(emp_name="负责人", code="P7")]])
    ids = {lead["code"]: lead["id"] for lead in sandbox.leads()}
    assert len(sandbox.leads()) == 41
    assert [result.id for result in results if isinstance(result, Receipt)] == [ids[f"P{n}"] for n in range(1, 41)]
    assert [lead.id for lead in found] == [ids["P7"]]
    [refused] = again
    assert isinstance(refused, RejectedError) and refused.return_msg == "线索编码(code)已存在"


def test_a_pickled_async_client_is_the_same_client(account: Environment) -> None:
    client = AsyncClient(**account.account, policy=PATIENT, timeout=3)
    copy = pickle.loads(pickle.dumps(client))
    assert copy.account == client.account
    assert account.app_key not in repr(copy)


def test_processes_that_add_the_same_leads_add_each_once(sandbox: Sandbox, account: Environment) -> None:
    client = Client(**account.account, policy=PATIENT)
    leads = [AddLead(emp_name="负责人", code=f"P{n}") for n in range(40)]
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as processes:
        results = [result for half in processes.map(add_all, [client] * 2, [leads, leads]) for result in half]
    assert Counter(type(result) for result in results) == {Receipt: 40, RejectedError: 40}
    assert sorted(lead["code"] for lead in sandbox.leads()) == sorted(f"P{n}" for n in range(40))


def test_one_client_serves_many_threads_at_once(sandbox: Sandbox, account: Environment) -> None:
    with Client(**account.account, policy=PATIENT) as client, ThreadPoolExecutor(16) as threads:
        codes = [f"T{n}" for n in range(200)]
        receipts = list(threads.map(lambda code: client.add(emp_name="负责人", code=code), codes))
        found = list(threads.map(lambda code: next(iter(client.query(code=code))), codes))
    ids = {lead["code"]: lead["id"] for lead in sandbox.leads()}
    assert [receipt.id for receipt in receipts] == [ids[code] for code in codes]
    assert [lead.id for lead in found] == [ids[code] for code in codes]
