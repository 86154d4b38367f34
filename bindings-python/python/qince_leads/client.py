"""The loops around Call and Pages: everything that decides stands below them."""

from __future__ import annotations

import copy
import logging
import time
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from qince_leads._core import Account, Call, Done, Other, Pages, Policy, Send
from qince_leads._generated.operations import AsyncOperations, Operations
from qince_leads._host import (
    clock_ms,
    failure_of,
    random_fraction,
    random_id,
    redact_logs,
    text_of,
    without_secrets,
)
from qince_leads.transport import (
    AsyncHttpxTransport,
    AsyncTransport,
    HttpxTransport,
    ThreadTransport,
    Transport,
    UrllibTransport,
    has_httpx,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
    from types import TracebackType

    from typing_extensions import Self, TypedDict, Unpack

    from qince_leads._core import Attempt, Fault, Payload, Query, Receipt, Record, _TimestampForm
    from qince_leads._generated.values import _Json
    from qince_leads.errors import QinceError

    class _Options(TypedDict):
        """How a client calls."""

        timeout: float
        policy: Policy
        timestamp_form: _TimestampForm
        on_attempt: Callable[[Attempt], object] | None

    class _Changes(TypedDict, total=False):
        """Some of these options."""

        timeout: float
        policy: Policy
        timestamp_form: _TimestampForm
        on_attempt: Callable[[Attempt], object] | None


__all__ = ["AsyncClient", "AsyncScan", "Client", "Scan", "ScanPage"]

logger = logging.getLogger("qince_leads")

R = TypeVar("R")
L = TypeVar("L", bound="Record")
T = TypeVar("T", Transport, AsyncTransport)


def _checked(options: _Options) -> _Options:
    timeout: object = options["timeout"]
    if isinstance(timeout, bool) or not isinstance(timeout, int | float) or not timeout > 0:
        raise TypeError("timeout must be a number of seconds, more than 0")
    if not isinstance(options["policy"], Policy):
        raise TypeError("policy must be a Policy")
    if options["timestamp_form"] not in ("epoch_ms", "compact"):
        raise TypeError("timestamp_form must be 'epoch_ms' or 'compact'")
    if options["on_attempt"] is not None and not callable(options["on_attempt"]):
        raise TypeError("on_attempt must be callable")
    return options


class _Client(Generic[T]):
    """Who calls, where, and how.

    :param account: who calls; or give `openid`, `app_key` and, where the console shows another, `base_url`.
    :param transport: what sends requests: httpx where it is installed, else urllib.
    :param timeout: how long to wait for one reply, in seconds.
    :param policy: how often and how long to try.
    :param timestamp_form: how requests are stamped.
    :param on_attempt: called after each attempt, for logs and metrics. What it raises is logged and passed over.
    :raises InvalidAccountError: where the account cannot be used.
    """

    def __init__(
        self,
        account: Account | None = None,
        /,
        *,
        openid: str | None = None,
        app_key: str | None = None,
        base_url: str | None = None,
        transport: T | None = None,
        timeout: float = 30.0,
        policy: Policy | None = None,
        timestamp_form: _TimestampForm = "epoch_ms",
        on_attempt: Callable[[Attempt], object] | None = None,
    ) -> None:
        if account is None:
            if openid is None or app_key is None:
                raise TypeError("an Account is needed, or openid and app_key")
            account = Account(openid, app_key, base_url)
        elif not isinstance(account, Account):
            raise TypeError(f"expected Account, got {type(account).__name__}")
        elif not (openid is None and app_key is None and base_url is None):
            raise TypeError("give either an Account, or openid, app_key and base_url")
        if transport is not None and not callable(transport):
            raise TypeError("transport must be callable")
        self._account = account
        self._owns_transport = transport is None
        self._transport: T = self._default_transport() if transport is None else transport
        self._options = _checked(
            {
                "timeout": timeout,
                "policy": Policy() if policy is None else policy,
                "timestamp_form": timestamp_form,
                "on_attempt": on_attempt,
            }
        )
        redact_logs()

    @staticmethod
    def _default_transport() -> T:
        raise NotImplementedError

    @property
    def account(self) -> Account:
        """The account that signs."""
        return self._account

    def with_options(self, **changes: Unpack[_Changes]) -> Self:
        """The same client with some options changed: timeout, policy, timestamp_form, on_attempt.

        Both share the transport, and what closes one closes the other.
        """
        unknown = changes.keys() - self._options.keys()
        if unknown:
            raise TypeError(f"unknown option: {', '.join(sorted(unknown))}")
        client = copy.copy(self)
        client._options = _checked({**self._options, **changes})
        return client

    def _begin(self, payload: Payload[Any] | Other) -> Call[Any]:
        options = self._options
        return Call(self._account, payload, policy=options["policy"], timestamp_form=options["timestamp_form"])

    def _give_up(self, call: Call[Any]) -> QinceError | None:
        """Ends a call that was interrupted; where an add may have been carried out, that is the error to report."""
        doubt = call.give_up(clock_ms())
        attempt = call.last_attempt
        if attempt is not None and attempt.outcome == "cancelled":
            self._observe(attempt)
        if doubt is not None:
            logger.warning("%s %s was interrupted: %s", call.operation, doubt.msg_id, doubt)
        return doubt

    def _observe(self, attempt: Attempt | None) -> None:
        """Tells of an attempt; an observer that fails must not fail the call that it observes."""
        if attempt is None:
            return
        logger.debug(
            "%s attempt %d: %s (HTTP %s) in %d ms, POST %s",
            attempt.operation,
            attempt.number,
            attempt.outcome,
            attempt.status,
            attempt.duration_ms,
            attempt.url,
        )
        observe = self._options["on_attempt"]
        if observe is not None:
            try:
                observe(attempt)
            except Exception:
                logger.exception("on_attempt failed")

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._account!r})"


class Client(_Client[Transport], Operations):
    """The sales leads of one account.

    ::

        client = Client(openid=..., app_key=...)
        client.add(AddLead(cus_name="示例公司", emp_name="负责人", code="L1"))
        for lead in client.query(create_time_start="2026-01-01"):
            print(lead.cus_name)

    Failures are tried again where that is harmless; an add whose outcome is unknown is settled by a query for its
    `code`, so give each lead one.

    It may be used from several threads at once, and pickled where its transport may. An interrupted call raises what
    interrupted it; where an add may have been carried out by then, an UncertainError is its `__cause__`.
    """

    @staticmethod
    def _default_transport() -> Transport:
        return HttpxTransport() if has_httpx() else UrllibTransport()

    def other(self, path: str, payload: Mapping[str, _Json] | Sequence[_Json], /, *, repeat: bool = True) -> Receipt:
        """Sends a request to any endpoint of the vendor, see Other. What comes back is the receipt's `data`."""
        call: Call[Receipt] = self._begin(Other(path, payload, repeat=repeat))
        return self._drive(call)

    def _run(self, payload: Payload[R]) -> R:
        call: Call[R] = self._begin(payload)
        return self._drive(call)

    def _drive(self, call: Call[R]) -> R:
        try:
            while True:
                step = call.step(clock_ms(), random_id(), random_fraction())
                if isinstance(step, Done):
                    return step.result
                if isinstance(step, Send):
                    self._send(call, step)
                else:
                    time.sleep(max(0, step.until_ms - clock_ms()) / 1000)
        except Exception:
            raise
        except BaseException as interrupted:
            if doubt := self._give_up(call):
                raise interrupted from doubt
            raise

    def _send(self, call: Call[Any], step: Send) -> None:
        request = step.request
        try:
            status, body, retry_after = self._transport(request, self._options["timeout"])
            call.replied(request.msg_id, clock_ms(), status, body, text_of(retry_after))
        except Exception as error:
            call.failed(request.msg_id, clock_ms(), failure_of(error), without_secrets(error, request))
        self._observe(call.last_attempt)

    def _scan(self, query: Query[L]) -> Scan[L]:
        return Scan(self, query)

    def close(self) -> None:
        """Closes the connections of the default transport; one of your own is yours to close."""
        if self._owns_transport and isinstance(self._transport, HttpxTransport):
            self._transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class ScanPage(list[L]):
    """The leads of a page that were not handed out before."""

    faults: tuple[Fault, ...]
    """What of the page is not as the vendor documents it, by row and member, see Page."""

    def __init__(self, leads: Iterable[L], faults: tuple[Fault, ...]) -> None:
        super().__init__(leads)
        self.faults = faults

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (list(self), self.faults)


class Scan(Generic[L]):
    """All leads that a query finds, read page by page as they are asked for. Each iteration begins anew."""

    def __init__(self, client: Client, query: Query[L]) -> None:
        self._client = client
        self._query = query

    def __iter__(self) -> Iterator[L]:
        for page in self.pages():
            yield from page

    def pages(self) -> Iterator[ScanPage[L]]:
        """The leads, page by page. A page of which nothing could be read has faults and no leads."""
        pages = Pages(self._query)
        while (query := pages.next_query()) is not None:
            page = self._client._run(query)
            leads = ScanPage(pages.take(page), page.faults)
            if leads or leads.faults:
                yield leads

    def __repr__(self) -> str:
        return f"<Scan of {self._query!r}>"


class AsyncClient(_Client[AsyncTransport], AsyncOperations):
    """The sales leads of one account, for asyncio.

    ::

        async with AsyncClient(openid=..., app_key=...) as client:
            await client.add(AddLead(cus_name="示例公司", emp_name="负责人", code="L1"))
            async for lead in client.query(create_time_start="2026-01-01"):
                print(lead.cus_name)

    Failures are tried again where that is harmless; an add whose outcome is unknown is settled by a query for its
    `code`, so give each lead one.

    A cancelled call raises CancelledError at once; where an add may have been carried out by then, an UncertainError is
    its `__cause__`.
    """

    @staticmethod
    def _default_transport() -> AsyncTransport:
        return AsyncHttpxTransport() if has_httpx() else ThreadTransport(UrllibTransport())

    async def other(
        self, path: str, payload: Mapping[str, _Json] | Sequence[_Json], /, *, repeat: bool = True
    ) -> Receipt:
        """Sends a request to any endpoint of the vendor, see Other. What comes back is the receipt's `data`."""
        call: Call[Receipt] = self._begin(Other(path, payload, repeat=repeat))
        return await self._drive(call)

    async def _run(self, payload: Payload[R]) -> R:
        call: Call[R] = self._begin(payload)
        return await self._drive(call)

    async def _drive(self, call: Call[R]) -> R:
        # asyncio takes as long to import as all the rest, and whoever is here has imported it.
        import asyncio

        try:
            while True:
                step = call.step(clock_ms(), random_id(), random_fraction())
                if isinstance(step, Done):
                    return step.result
                if isinstance(step, Send):
                    await self._send(call, step)
                else:
                    await asyncio.sleep(max(0, step.until_ms - clock_ms()) / 1000)
        except Exception:
            raise
        except BaseException as cancelled:
            if doubt := self._give_up(call):
                raise cancelled from doubt
            raise

    async def _send(self, call: Call[Any], step: Send) -> None:
        request = step.request
        try:
            status, body, retry_after = await self._transport(request, self._options["timeout"])
            call.replied(request.msg_id, clock_ms(), status, body, text_of(retry_after))
        except Exception as error:
            call.failed(request.msg_id, clock_ms(), failure_of(error), without_secrets(error, request))
        self._observe(call.last_attempt)

    def _scan(self, query: Query[L]) -> AsyncScan[L]:
        return AsyncScan(self, query)

    async def aclose(self) -> None:
        """Closes the connections of the default transport; one of your own is yours to close."""
        if self._owns_transport and isinstance(self._transport, AsyncHttpxTransport):
            await self._transport.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()


class AsyncScan(Generic[L]):
    """All leads that a query finds, read page by page as they are asked for. Each iteration begins anew."""

    def __init__(self, client: AsyncClient, query: Query[L]) -> None:
        self._client = client
        self._query = query

    async def __aiter__(self) -> AsyncIterator[L]:
        async for page in self.pages():
            for lead in page:
                yield lead

    async def pages(self) -> AsyncIterator[ScanPage[L]]:
        """The leads, page by page. A page of which nothing could be read has faults and no leads."""
        pages = Pages(self._query)
        while (query := pages.next_query()) is not None:
            page = await self._client._run(query)
            leads = ScanPage(pages.take(page), page.faults)
            if leads or leads.faults:
                yield leads

    def __repr__(self) -> str:
        return f"<AsyncScan of {self._query!r}>"
