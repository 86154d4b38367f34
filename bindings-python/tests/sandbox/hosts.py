"""Clients of every kind behind one face, so that one test holds all of them to the same."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, TypeVar

from qince_leads import (
    AsyncClient,
    AsyncHttpxTransport,
    Attempt,
    Client,
    HttpxTransport,
    Payload,
    Policy,
    Query,
    QueryApaasLeads,
    Receipt,
    Record,
    ThreadTransport,
    UrllibTransport,
)

from .environment import environment
from .transports import AiohttpTransport, RequestsTransport

SYNC = ("httpx", "urllib", "requests")
ASYNC = ("async httpx", "aiohttp", "async threads")
KINDS = (*SYNC, *ASYNC)

AT_ONCE = 16

SWIFT = Policy(max_attempts=8, base_delay_ms=2, max_delay_ms=20)

E = TypeVar("E")
T = TypeVar("T")


class Host:
    """A client and what it sent. Clients that wait do so in threads."""

    def __init__(self, client: Client | AsyncClient, threads: ThreadPoolExecutor, attempts: list[Attempt]) -> None:
        self.client = client
        self.attempts = attempts
        self._threads = threads

    async def call(self, operation: str, payload: Payload[Receipt] | None = None, /, **fields: Any) -> Receipt:
        """Calls an operation that writes."""
        method = getattr(self.client, operation)
        result: Receipt
        if isinstance(self.client, AsyncClient):
            result = await method(payload, **fields)
        else:
            result = await self._wait(lambda: method(payload, **fields))
        return result

    async def find(self, query: Query[Record]) -> list[Any]:
        """All leads that a query finds."""
        method = "query_apaas" if isinstance(query, QueryApaasLeads) else "query"
        scan = getattr(self.client, method)(query)
        if isinstance(self.client, AsyncClient):
            return [lead async for lead in scan]
        return await self._wait(lambda: list(scan))

    def trace(self) -> list[str]:
        """The attempts since this was asked last, each as in `add unknown`."""
        trace = [f"{attempt.operation} {attempt.outcome}" for attempt in self.attempts]
        self.attempts.clear()
        return trace

    async def _wait(self, run: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, run)


@asynccontextmanager
async def hosting(kind: str, **options: Any) -> AsyncIterator[Host]:
    """A host of this kind, whose client waits only shortly between attempts."""
    attempts: list[Attempt] = []
    options = {
        "policy": SWIFT,
        "timeout": 5.0,
        "on_attempt": attempts.append,
        **environment().account,
        **options,
    }
    async with AsyncExitStack() as stack:
        client: Client | AsyncClient
        match kind:
            case "httpx":
                client = stack.enter_context(Client(**options))
                assert isinstance(client._transport, HttpxTransport)
            case "urllib":
                client = Client(transport=UrllibTransport(), **options)
            case "requests":
                client = Client(transport=RequestsTransport(), **options)
            case "async httpx":
                client = await stack.enter_async_context(AsyncClient(**options))
                assert isinstance(client._transport, AsyncHttpxTransport)
            case "aiohttp":
                sessions = await stack.enter_async_context(AiohttpTransport.session())
                client = AsyncClient(transport=AiohttpTransport(sessions), **options)
            case "async threads":
                client = AsyncClient(transport=ThreadTransport(UrllibTransport()), **options)
            case _:
                raise ValueError(kind)
        threads = stack.enter_context(ThreadPoolExecutor(AT_ONCE))
        yield Host(client, threads, attempts)


async def for_each(elements: Iterable[E], run: Callable[[E], Awaitable[T]]) -> list[T]:
    """Awaits a coroutine for each of the elements, some of them at once."""
    slots = asyncio.Semaphore(AT_ONCE)

    async def in_turn(element: E) -> T:
        async with slots:
            return await run(element)

    return await asyncio.gather(*(in_turn(element) for element in elements))
