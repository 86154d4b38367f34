"""The loops around Call and Pages: everything that decides stands below them."""

from __future__ import annotations

import copy
import logging
import time
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from qince_leads._core import Account, Call, Done, Pages, Policy, Send
from qince_leads._generated.operations import AsyncOperations, Operations
from qince_leads._host import (
    clock_ms,
    failure_of,
    random_fraction,
    random_id,
    redact_logs,
    retry_after_ms,
    without_secrets,
)
from qince_leads.errors import UncertainError
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
    from collections.abc import AsyncIterator, Callable, Iterator
    from types import TracebackType

    from typing_extensions import Self, TypedDict, Unpack

    from qince_leads._core import Attempt, Payload, Query, Record, _TimestampForm

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


__all__ = ["AsyncClient", "AsyncScan", "Client", "Scan"]

logger = logging.getLogger("qince_leads")

R = TypeVar("R")
L = TypeVar("L", bound="Record")
T = TypeVar("T", Transport, AsyncTransport)

GIVEN_UP = (
    "uncertain: the lead may or may not have been added (the call was given up); look it up before adding it again"
)


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

    def _begin(self, payload: Payload[R]) -> Call[R]:
        options = self._options
        return Call(self._account, payload, policy=options["policy"], timestamp_form=options["timestamp_form"])

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

    def _run(self, payload: Payload[R]) -> R:
        call = self._begin(payload)
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
            if call.is_in_doubt:
                raise interrupted from UncertainError(GIVEN_UP)
            raise

    def _send(self, call: Call[Any], step: Send) -> None:
        try:
            reply = self._transport(step.request, self._options["timeout"])
            status, body, retry_after = reply
            call.replied(clock_ms(), status, body, retry_after_ms(retry_after))
        except Exception as error:
            call.failed(clock_ms(), failure_of(error), without_secrets(error))
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


class Scan(Generic[L]):
    """All leads that a query finds, read page by page as they are asked for. Each iteration begins anew."""

    def __init__(self, client: Client, query: Query[L]) -> None:
        self._client = client
        self._query = query

    def __iter__(self) -> Iterator[L]:
        for page in self.pages():
            yield from page

    def pages(self) -> Iterator[list[L]]:
        """The leads, page by page."""
        pages = Pages(self._query)
        while (query := pages.next_query()) is not None:
            leads = pages.take(self._client._run(query))
            if leads:
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

    async def _run(self, payload: Payload[R]) -> R:
        # asyncio takes as long to import as all the rest, and whoever is here has imported it.
        import asyncio

        call = self._begin(payload)
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
            if call.is_in_doubt:
                raise cancelled from UncertainError(GIVEN_UP)
            raise

    async def _send(self, call: Call[Any], step: Send) -> None:
        try:
            reply = await self._transport(step.request, self._options["timeout"])
            status, body, retry_after = reply
            call.replied(clock_ms(), status, body, retry_after_ms(retry_after))
        except Exception as error:
            call.failed(clock_ms(), failure_of(error), without_secrets(error))
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

    async def pages(self) -> AsyncIterator[list[L]]:
        """The leads, page by page."""
        pages = Pages(self._query)
        while (query := pages.next_query()) is not None:
            leads = pages.take(await self._client._run(query))
            if leads:
                yield leads

    def __repr__(self) -> str:
        return f"<AsyncScan of {self._query!r}>"
