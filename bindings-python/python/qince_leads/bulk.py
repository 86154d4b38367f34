"""Many leads at a time: a bounded number of adds under way, and one outcome for each lead."""

from __future__ import annotations

import queue
import threading
from collections import deque
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from qince_leads._frames import rows_of
from qince_leads._host import Pacer
from qince_leads._runtime import run_time
from qince_leads.errors import InvalidPayloadError, QinceError, UncertainError

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Self

    from qince_leads._core import Payload, Receipt
    from qince_leads.client import AsyncClient, Client

__all__ = ["AddMany", "AsyncAddMany", "LeadOutcome"]


@dataclass(frozen=True)
class LeadOutcome:
    """What came of one lead of many."""

    index: int
    """Its place among the leads that were given, from 0."""
    lead: Any
    """The lead as it was given; of a frame the fields of its row."""
    receipt: Receipt | None
    """What the service answered; None where the lead was not added, or nobody knows."""
    error: QinceError | TypeError | ValueError | None
    """Why it was not added, or why nobody knows (UncertainError); None where it was."""

    @property
    def outcome(self) -> str:
        """`ok`, or the code of the error; `invalid_payload` for what is no lead, too."""
        if self.error is None:
            return "ok"
        return self.error.code if isinstance(self.error, QinceError) else InvalidPayloadError.code


# What is wrong with one lead, and not with the program.
_OF_ONE_LEAD = (QinceError, TypeError, ValueError)


class _Bulk:
    """What both forms have in common."""

    unread: list[LeadOutcome]
    """Outcomes of adds that were begun, but not handed out, because the loop was left: complete once it has ended."""

    def __init__(self, client: Any, kind: type[Payload[Receipt]], at_once: int, per_second: float | None) -> None:
        if isinstance(at_once, bool) or not isinstance(at_once, int) or at_once < 1:
            raise TypeError("at_once must be an int, 1 at least")
        self.unread = []
        self._client = client
        self._kind: Any = kind
        self._at_once = at_once
        self._pacer = Pacer(per_second)
        self._count = 0

    def _payload(self, lead: Any) -> Any:
        if isinstance(lead, self._kind):
            return lead
        if isinstance(lead, Mapping):
            return self._kind(**lead)
        raise TypeError(f"expected {self._kind.__name__} or its fields, got {type(lead).__name__}")

    def _numbered(self) -> int:
        self._count += 1
        return self._count - 1


class AddMany(_Bulk):
    """The outcomes of many adds in the order in which they end, to be iterated over once: see `Client.add_many`.

    Whoever leaves the loop early begins nothing more. What is under way is waited for, and its outcomes are in
    `unread`.
    """

    def __init__(
        self,
        client: Client,
        kind: type[Payload[Receipt]],
        leads: Iterable[object],
        at_once: int,
        per_second: float | None,
    ) -> None:
        super().__init__(client, kind, at_once, per_second)
        self._source = iter(rows_of(leads, kind))
        self._ended: queue.SimpleQueue[LeadOutcome | BaseException] = queue.SimpleQueue()
        self._under_way = 0
        self._outcomes = self._run()

    def __iter__(self) -> Iterator[LeadOutcome]:
        return self._outcomes

    def close(self) -> None:
        """Begins nothing more, and waits until what is under way has ended."""
        self._outcomes.close()  # type: ignore[attr-defined]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _run(self) -> Iterator[LeadOutcome]:
        # How long to wait for the turn of the next lead; None where there is none.
        wait_s: float | None = self._pacer.wait_s()
        failure: Exception | None = None
        try:
            while wait_s is not None or self._under_way:
                may_begin = wait_s is not None and self._under_way < self._at_once
                try:
                    # What ends while one waits for a turn is handed out meanwhile.
                    ended = self._ended.get(block=wait_s != 0 or not may_begin, timeout=wait_s if may_begin else None)
                except queue.Empty:
                    wait_s, failure = self._begin()
                    continue
                self._under_way -= 1
                if isinstance(ended, BaseException):
                    raise ended
                yield ended
            if failure is not None:
                raise failure
        finally:
            while self._under_way:
                ended = self._ended.get()
                self._under_way -= 1
                if isinstance(ended, LeadOutcome):
                    self.unread.append(ended)

    def _begin(self) -> tuple[float | None, Exception | None]:
        """Begins the next lead, and says how long to wait for the turn of the one after it; or why there is none."""
        try:
            lead = next(self._source)
        except StopIteration:
            return None, None
        except Exception as error:
            # It is raised once what is under way has ended, and has been handed out.
            return None, error
        thread = threading.Thread(target=self._add, args=(self._numbered(), lead), daemon=True)
        # First: an interruption after the start would leave an outcome behind.
        self._under_way += 1
        try:
            thread.start()
        except RuntimeError:
            self._under_way -= 1
            raise
        return self._pacer.wait_s(), None

    def _add(self, index: int, lead: object) -> None:
        try:
            try:
                ended: LeadOutcome | BaseException = LeadOutcome(
                    index, lead, self._client._run(self._payload(lead)), None
                )
            except _OF_ONE_LEAD as error:
                ended = LeadOutcome(index, lead, None, error)
        except BaseException as error:
            ended = error
        self._ended.put(ended)


class AsyncAddMany(_Bulk):
    """The outcomes of many adds in the order in which they end, to be iterated over once: see `AsyncClient.add_many`.

    Whoever leaves the loop early, or is cancelled, cancels what is under way: of what may have been carried out by
    then, `unread` holds an UncertainError, which is told as any doubt is. To wait for that, use it by `async with`, or
    call `aclose`.
    """

    def __init__(
        self,
        client: AsyncClient,
        kind: type[Payload[Receipt]],
        leads: Iterable[object] | AsyncIterable[object],
        at_once: int,
        per_second: float | None,
    ) -> None:
        super().__init__(client, kind, at_once, per_second)
        rows: Any = rows_of(leads, kind)
        self._is_async = hasattr(rows, "__aiter__")
        self._source: Any = rows.__aiter__() if self._is_async else iter(rows)
        self._is_over = False
        self._is_left = False
        self._failure: BaseException | None = None
        self._working = 0
        # Each with what says that it was handed out: only then may its worker read another lead.
        self._ended: deque[tuple[LeadOutcome, Any]] = deque()
        self._news: Any = None
        self._outcomes = self._run()

    def __aiter__(self) -> AsyncIterator[LeadOutcome]:
        return self._outcomes

    async def aclose(self) -> None:
        """Cancels what is under way, and waits until it has ended."""
        await self._outcomes.aclose()  # type: ignore[attr-defined]

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def _run(self) -> AsyncIterator[LeadOutcome]:
        library, _ = run_time()
        self._news = library.Event()
        reading = library.Lock()
        workers = _workers(library)
        try:
            for _ in range(self._at_once):
                self._working += 1
                workers.start(lambda: self._work(library, reading, workers.cancelled))
            while self._working or self._ended:
                if not self._ended:
                    self._news = library.Event()
                    await self._news.wait()
                while self._ended:
                    outcome, handed_out = self._ended.popleft()
                    handed_out.set()
                    yield outcome
            if self._failure is not None:
                raise self._failure
        finally:
            self._is_left = True
            await workers.cancel()
            self.unread.extend(outcome for outcome, _ in self._ended)
            self._ended.clear()

    async def _work(self, library: Any, reading: Any, cancelled: Any) -> None:
        try:
            while True:
                async with reading:
                    if self._is_over or not await self._read():
                        return
                    index, lead = self._numbered(), self._lead
                    if wait_s := self._pacer.wait_s():
                        await library.sleep(wait_s)
                handed_out = library.Event()
                self._ended.append((await self._add(index, lead, handed_out), handed_out))
                self._news.set()
                await handed_out.wait()
        except BaseException as error:
            # Leads that are cancelled for reasons of their own must not look like leads that have ended.
            if self._is_left or not isinstance(error, (Exception, cancelled)):
                raise
            self._is_over, self._failure = True, error
        finally:
            self._working -= 1
            self._news.set()

    async def _read(self) -> bool:
        """Reads the next lead, if there is one."""
        try:
            self._lead: object = await self._source.__anext__() if self._is_async else next(self._source)
        except (StopIteration, StopAsyncIteration):
            self._is_over = True
            return False
        return True

    async def _add(self, index: int, lead: object, handed_out: Any) -> LeadOutcome:
        try:
            return LeadOutcome(index, lead, await self._client._run(self._payload(lead)), None)
        except _OF_ONE_LEAD as error:
            return LeadOutcome(index, lead, None, error)
        except BaseException as interruption:
            doubt = interruption.__cause__
            if isinstance(doubt, UncertainError):
                self._ended.append((LeadOutcome(index, lead, None, doubt), handed_out))
            raise


def _workers(library: Any) -> Any:
    return _AsyncioWorkers(library) if library.__name__ == "asyncio" else _TrioWorkers(library)


class _AsyncioWorkers:
    def __init__(self, asyncio: Any) -> None:
        self._asyncio = asyncio
        # What leads raise that were cancelled.
        self.cancelled = asyncio.CancelledError
        self._tasks: list[Any] = []

    def start(self, work: Any) -> None:
        self._tasks.append(self._asyncio.create_task(work()))

    async def cancel(self) -> None:
        """Cancels all, and waits until they have ended, whoever cancels that."""
        for task in self._tasks:
            task.cancel()
        while any(not task.done() for task in self._tasks):
            with suppress(self._asyncio.CancelledError):
                await self._asyncio.wait(self._tasks)


class _TrioWorkers:
    """Tasks of the system: a nursery must not be left and entered again between two outcomes."""

    cancelled = ()
    """What is cancelled stays in its own scope."""

    def __init__(self, trio: Any) -> None:
        self._trio = trio
        self._scopes: list[Any] = []
        self._ends: list[Any] = []

    def start(self, work: Any) -> None:
        scope, end = self._trio.CancelScope(), self._trio.Event()
        self._scopes.append(scope)
        self._ends.append(end)

        async def run() -> None:
            try:
                with scope:
                    await work()
            finally:
                end.set()

        self._trio.lowlevel.spawn_system_task(run)

    async def cancel(self) -> None:
        """Cancels all, and waits until they have ended, whoever cancels that."""
        for scope in self._scopes:
            scope.cancel()
        with self._trio.CancelScope(shield=True):
            for end in self._ends:
                await end.wait()
