"""A scan over more leads than a page holds, by `AsyncClient`."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import screen
from expect import expect
from qince_leads import QueryLeads

if TYPE_CHECKING:
    from stage import Stage

LEADS = 2500


def show(stage: Stage) -> None:
    before = ids(stage)
    stage.sandbox.create_leads(count=LEADS, family="classic", code_prefix="P", create_date="2026-01-01")
    created = ids(stage) - before

    query = QueryLeads(create_time_start="2026-01-01", create_time_end="2026-01-01", page=1, page_size=1000)
    read = asyncio.run(scanned(stage, query))
    attempts = stage.attempts()
    screen.line("query", "sent", stage.path(attempts[0]))
    screen.line("", "", stage.body_of(query))
    screen.line("", "came", f"{len(read):,} leads in {len(attempts)} requests; the last page was empty")

    expect(len(read) == LEADS, f"{len(read)} leads were read")
    expect(len(set(read)) == LEADS, "a lead was handed out twice")
    expect(set(read) == created, "the leads read are not those that were created")
    screen.ok("every lead once, and just those that the sandbox has")


async def scanned(stage: Stage, query: QueryLeads) -> list[str | None]:
    async with stage.async_client() as client:
        return [lead.id async for lead in client.query(query)]


def ids(stage: Stage) -> set[str | None]:
    return {lead["id"] for lead in stage.sandbox.leads()}
