"""An add is carried out, but its reply never comes; by `AsyncClient`."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import screen
from expect import expect
from qince_leads import AddLead, Receipt

if TYPE_CHECKING:
    from stage import Stage

CODE = "D1"


def show(stage: Stage) -> None:
    stage.sandbox.plan_faults("drop_after")
    receipt = asyncio.run(add(stage, AddLead(cus_name="示例公司", emp_name="负责人", code=CODE)))
    stage.sandbox.plan_faults()

    attempts = stage.attempts()
    for attempt in attempts:
        screen.line(attempt.operation, "sent", stage.path(attempt))
        came = f"HTTP {attempt.status}" if attempt.status else "the connection was closed without a reply"
        screen.line("", "came", f"{came} in {attempt.duration_ms} ms: {attempt.outcome}")
    seen = [f"{attempt.operation} {attempt.outcome}" for attempt in attempts]
    expect(seen == ["add unknown", "query ok"], f"the attempts were {seen}")

    stored = stage.sandbox.leads_with_code(CODE)
    expect(len(stored) == 1, f"{len(stored)} leads have the code {CODE}")
    expect(receipt.id == stored[0]["id"], "the query found another lead")
    screen.ok(f"found by its code {CODE}: id {receipt.id}, the only lead that has it")


async def add(stage: Stage, lead: AddLead) -> Receipt:
    async with stage.async_client() as client:
        return await client.add(lead)
