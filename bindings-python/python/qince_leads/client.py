"""The loops around Call and Pages: everything that decides stands below them."""

from __future__ import annotations

import copy
import logging
import os
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Generic, TypedDict, TypeVar

from qince_leads._columns import Columns, to_pandas, to_polars
from qince_leads._core import Account, Call, Done, Other, Pages, Policy, Send, __version__, check_header
from qince_leads._generated.operations import AsyncOperations, Operations
from qince_leads._host import Clock, random_fraction, random_id, redact_logs, without_secrets
from qince_leads._runtime import AsyncTurns, Turns, run_time
from qince_leads.errors import InvalidAccountError, QinceError, UncertainError
from qince_leads.transport import (
    CONNECT_TIMEOUT,
    AsyncTransport,
    NotSentError,
    Reply,
    ThreadTransport,
    Transport,
    checked_seconds,
    has_httpx,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
    from types import TracebackType

    import pyarrow
    from typing_extensions import Self, Unpack

    from qince_leads._core import (
        Attempt,
        Fault,
        Page,
        Payload,
        Query,
        Receipt,
        Record,
        SignedRequest,
        Wait,
        _TimestampForm,
    )
    from qince_leads._generated.values import _Json
    from qince_leads.bulk import AddMany, AsyncAddMany
    from qince_leads.errors import Failure

__all__ = ["AsyncClient", "AsyncScan", "Client", "RequestOptions", "Scan", "ScanPage"]

logger = logging.getLogger("qince_leads")

R = TypeVar("R")
L = TypeVar("L", bound="Record")
T = TypeVar("T", Transport, AsyncTransport)

_HOOKS = ("on_request", "on_attempt", "on_uncertain")
_STATUSES = range(100, 600)


def _checked(options: dict[str, Any]) -> dict[str, Any]:
    checked_seconds("timeout", options["timeout"])
    policy = Policy() if options["policy"] is None else options["policy"]
    headers: Mapping[Any, Any] = {} if options["headers"] is None else options["headers"]
    if not isinstance(policy, Policy):
        raise TypeError("policy must be a Policy")
    if options["timestamp_form"] not in ("epoch_ms", "compact"):
        raise TypeError("timestamp_form must be 'epoch_ms' or 'compact'")
    for name in _HOOKS:
        if options[name] is not None and not callable(options[name]):
            raise TypeError(f"{name} must be callable")
    return {**options, "policy": policy, "headers": _checked_headers(headers)}


def _checked_headers(headers: Mapping[Any, Any]) -> dict[str, str]:
    """Headers that requests may have besides their own."""
    if not isinstance(headers, Mapping):
        raise TypeError("headers must be a mapping of names to texts")
    for name, value in headers.items():
        if not (isinstance(name, str) and isinstance(value, str)):
            raise TypeError(f"the header {name!r} and its value must be texts")
        check_header(name, value)
    return dict(headers)


def _from_environment() -> Account:
    """The account that the environment names."""
    openid, app_key = (os.environ.get(name, "") for name in ("QINCE_OPENID", "QINCE_APP_KEY"))
    missing = [name for name, value in (("QINCE_OPENID", openid), ("QINCE_APP_KEY", app_key)) if not value]
    if missing:
        raise InvalidAccountError(
            f"{' and '.join(missing)} not set in the environment: set it, or give openid and app_key"
        )
    return Account(openid, app_key, os.environ.get("QINCE_BASE_URL") or None)


class RequestOptions(TypedDict, total=False):
    """How a client calls: what `with_options` and `options` of a single call change."""

    timeout: float
    policy: Policy | None
    timestamp_form: _TimestampForm
    headers: Mapping[str, str] | None
    on_request: Callable[[str, str, int], Mapping[str, str] | None] | None
    on_attempt: Callable[[Attempt], object] | None
    on_uncertain: Callable[[UncertainError], object] | None


class _Client(Generic[T]):
    """Who calls, where, and how.

    :param account: who calls; or give `openid`, `app_key` and, where the console shows another, `base_url`. Without any
        of them they are QINCE_OPENID, QINCE_APP_KEY and QINCE_BASE_URL of the environment.
    :param transport: what sends requests: httpx where it is installed, else urllib.
    :param timeout: how long one attempt may take, in seconds, from the moment that it has its turn to the whole reply.
    :param connect_timeout: how long to wait for a connection, in seconds; a transport of your own has its own.
    :param max_concurrent: how many requests run at once; what waits for its turn is neither timed nor sent.
    :param policy: how often and how long to try.
    :param timestamp_form: how requests are stamped.
    :param headers: headers of your own on each request.
    :param on_request: called before each request with its operation, its message id, and which attempt it is. What it
        returns are headers to add, for tracing, or None.
    :param on_attempt: called after each attempt, for logs and metrics.
    :param on_uncertain: called with the UncertainError whenever a call ends, is given up or cancelled in doubt.

    What a hook raises is logged and passed over. `on_request` and `on_attempt` are called while a request has its turn:
    from there, call nothing that waits for one.

    :raises InvalidAccountError: where the account cannot be used.
    """

    _turns: Any

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
        connect_timeout: float | None = None,
        max_concurrent: int = 10,
        policy: Policy | None = None,
        timestamp_form: _TimestampForm = "epoch_ms",
        headers: Mapping[str, str] | None = None,
        on_request: Callable[[str, str, int], Mapping[str, str] | None] | None = None,
        on_attempt: Callable[[Attempt], object] | None = None,
        on_uncertain: Callable[[UncertainError], object] | None = None,
    ) -> None:
        if account is None:
            if openid is None and app_key is None and base_url is None:
                account = _from_environment()
            elif openid is None or app_key is None:
                raise TypeError("an Account is needed, or openid and app_key, or none of them")
            else:
                account = Account(openid, app_key, base_url)
        elif not isinstance(account, Account):
            raise TypeError(f"expected Account, got {type(account).__name__}")
        elif not (openid is None and app_key is None and base_url is None):
            raise TypeError("give either an Account, or openid, app_key and base_url")
        if transport is not None and not callable(transport):
            raise TypeError("transport must be callable")
        if transport is not None and connect_timeout is not None:
            raise TypeError("give connect_timeout to your transport")
        if isinstance(max_concurrent, bool) or not isinstance(max_concurrent, int) or max_concurrent < 1:
            raise TypeError("max_concurrent must be an int, 1 at least")
        self._account = account
        self._owns_transport = transport is None
        self._transport: T = (
            self._default_transport(CONNECT_TIMEOUT if connect_timeout is None else connect_timeout)
            if transport is None
            else transport
        )
        self._turns = self._make_turns(max_concurrent)
        self._options = _checked(
            {
                "timeout": timeout,
                "policy": policy,
                "timestamp_form": timestamp_form,
                "headers": headers,
                "on_request": on_request,
                "on_attempt": on_attempt,
                "on_uncertain": on_uncertain,
            }
        )
        redact_logs()

    @staticmethod
    def _default_transport(connect_timeout: float) -> T:
        raise NotImplementedError

    @staticmethod
    def _make_turns(max_concurrent: int) -> Any:
        raise NotImplementedError

    @property
    def account(self) -> Account:
        """The account that signs."""
        return self._account

    def with_options(self, **changes: Unpack[RequestOptions]) -> Self:
        """The same client with some options changed: timeout, policy, timestamp_form, headers and the hooks.

        Both share transport and turns, and what closes one closes the other.
        """
        unknown = changes.keys() - self._options.keys()
        if unknown:
            raise TypeError(f"unknown option: {', '.join(sorted(unknown))}")
        client = copy.copy(self)
        client._options = _checked({**self._options, **changes})
        return client

    def _with(self, options: RequestOptions | None) -> Self:
        return self if options is None else self.with_options(**options)

    def _begin(self, payload: Payload[R] | Other, by_code: bool = False) -> _Course[Any]:
        self._check_open()
        options = self._options
        call: Call[Any] = Call(
            self._account,
            payload,
            policy=options["policy"],
            timestamp_form=options["timestamp_form"],
            by_code=by_code,
        )
        library = getattr(self._transport, "library", "")
        return _Course(call, options, f"{_USER_AGENT} {library}" if library else _USER_AGENT)

    def _check_open(self) -> None:
        if self._turns.is_closed:
            raise RuntimeError("this client is closed: make another one")

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._account!r})"


_USER_AGENT = "qince-leads-python/{} python/{}.{}".format(__version__, *sys.version_info)


def _log(level: int, message: str, *args: object, exc_info: bool = False) -> None:
    """Logs; a handler that fails must not fail the call that it tells of."""
    with suppress(Exception):
        logger.log(level, message, *args, exc_info=exc_info)


def _noted(batch: pyarrow.RecordBatch, page: Page[Any]) -> pyarrow.RecordBatch:
    """A batch has no place for what is wrong with its page."""
    if page.faults:
        _log(logging.WARNING, "a page of which not all is as it is documented: %d faults", len(page.faults))
    return batch


class _Course(Generic[R]):
    """One call on its way, and whom it tells of it."""

    def __init__(self, call: Call[R], options: dict[str, Any], user_agent: str) -> None:
        self._call = call
        self._options = options
        self._user_agent = user_agent
        self._clock = Clock()
        self._replies: dict[str, Reply | None] = {}

    def step(self) -> Send | Wait | Done[R]:
        """What to do next."""
        return self._call.step(self._clock.now_ms(), random_id(), random_fraction())

    def seconds_of(self, wait: Wait) -> float:
        """How long to wait."""
        return self._clock.seconds_until(wait.until_ms)

    def request(self, send: Send) -> SignedRequest:
        """The request with all headers."""
        request = send.request
        added = self._tell("on_request", request.operation, request.msg_id, send.number)
        try:
            added = {} if added is None else _checked_headers(added)
        except (TypeError, InvalidAccountError):
            _log(logging.ERROR, "on_request returned what are no headers to add", exc_info=True)
            added = {}
        request = request.with_headers({"User-Agent": self._user_agent})
        for headers in (self._options["headers"], added):
            if headers:
                request = request.with_headers(headers)
        return request

    def replied(self, request: SignedRequest, reply: Any) -> None:
        """Takes what a transport returned."""
        if not isinstance(reply, Reply):
            status, body, headers = reply
            reply = Reply(status, body, headers)
        # What is no status is no answer of a server, and says nothing of what became of the request.
        if isinstance(reply.status, bool) or not isinstance(reply.status, int):
            raise TypeError("the status of a reply must be an int")
        if reply.status not in _STATUSES:
            raise ValueError(f"{reply.status} is no status of HTTP")
        self._call.replied(request.msg_id, self._clock.now_ms(), reply.status, reply.body, reply.retry_after)
        self._observe(request, reply)

    def failed(self, request: SignedRequest, error: Exception) -> None:
        """Takes what a transport raised, or what is wrong with what it returned."""
        failure: Failure = "not_sent" if isinstance(error, NotSentError) else "unknown"
        self._call.failed(request.msg_id, self._clock.now_ms(), failure, without_secrets(error, request))
        self._observe(request, None)

    def done(self, done: Done[R]) -> R:
        """The result, with the reply that it was read from."""
        result: Any = done.result
        last = self._call.last_attempt
        reply = last and self._replies.get(last.operation)
        if reply is not None:
            result._came_as(reply)
        return done.result

    def ended(self, error: QinceError) -> None:
        """Completes the error that the call ends with, and tells of doubt."""
        last = self._call.last_attempt
        if last is not None:
            # Where a query to settle an add went well, it is the add's own reply that says why.
            error.reply = self._replies.get(self._call.operation if last.outcome == "ok" else last.operation)
            if isinstance(error.__cause__, QinceError):
                error.__cause__.reply = error.reply
        if isinstance(error, UncertainError):
            self._doubted(error)

    def given_up(self, interruption: BaseException) -> BaseException:
        """What a call raises that was interrupted: where it may have been carried out, that comes along."""
        doubt = self._call.give_up(self._clock.now_ms())
        attempt = self._call.last_attempt
        if attempt is not None and attempt.outcome == "cancelled":
            self._told_of(attempt)
        if isinstance(doubt, UncertainError):
            self._doubted(doubt)
            if isinstance(interruption, Exception):
                return doubt
            interruption.__cause__ = doubt
        # The frames of the transport hold the URL, and so do those of what it was handling.
        interruption.__context__ = None
        return interruption.with_traceback(None)

    def _observe(self, request: SignedRequest, reply: Reply | None) -> None:
        self._replies[request.operation] = reply
        attempt = self._call.last_attempt
        if attempt is not None:
            self._told_of(attempt)

    def _told_of(self, attempt: Attempt) -> None:
        _log(logging.DEBUG, "%s", attempt)
        self._tell("on_attempt", attempt)

    def _doubted(self, doubt: UncertainError) -> None:
        _log(logging.WARNING, "%s", self._call.doubt_line)
        self._tell("on_uncertain", doubt)

    def _tell(self, hook: str, *told: object) -> Any:
        """Calls a hook; one that fails must not fail the call that it looks at."""
        tell = self._options[hook]
        if tell is None:
            return None
        try:
            return tell(*told)
        except Exception:
            _log(logging.ERROR, "%s failed", hook, exc_info=True)
            return None


class Client(_Client[Transport], Operations):
    """The sales leads of one account.

    ::

        client = Client(openid=..., app_key=...)
        client.add(AddLead(cus_name="示例公司", emp_name="负责人", code="L1"))
        for lead in client.query(create_time_start="2026-01-01"):
            print(lead.cus_name)

    Failures are tried again where that is harmless; an add whose outcome is unknown is settled by a query for its
    `code`, so give each lead one.

    It may be used from several threads at once, in forked processes, and pickled where its transport may. An
    interrupted call raises what interrupted it; where an add may have been carried out by then, an UncertainError is
    its `__cause__`.
    """

    @staticmethod
    def _default_transport(connect_timeout: float) -> Transport:
        if has_httpx():
            from qince_leads._httpx import HttpxTransport

            return HttpxTransport(connect_timeout=connect_timeout)
        from qince_leads._urllib import UrllibTransport

        return UrllibTransport(connect_timeout=connect_timeout)

    @staticmethod
    def _make_turns(max_concurrent: int) -> Turns:
        return Turns(max_concurrent)

    def other(
        self,
        path: str,
        payload: Mapping[str, _Json] | Sequence[_Json],
        /,
        *,
        repeat: bool = True,
        options: RequestOptions | None = None,
    ) -> Receipt:
        """Sends a request to any endpoint of the vendor, see Other. What comes back is the receipt's `data`."""
        client = self._with(options)
        course: _Course[Receipt] = client._begin(Other(path, payload, repeat=repeat))
        return client._drive(course)

    def _run(self, payload: Payload[R], by_code: bool = False) -> R:
        course: _Course[R] = self._begin(payload, by_code)
        return self._drive(course)

    def _drive(self, course: _Course[R]) -> R:
        try:
            while True:
                with self._turns:
                    self._check_open()
                    step = course.step()
                    while isinstance(step, Send):
                        self._send(course, step)
                        step = course.step()
                if isinstance(step, Done):
                    return course.done(step)
                time.sleep(course.seconds_of(step))
        except QinceError as error:
            course.ended(error)
            raise
        except BaseException as interruption:
            raise course.given_up(interruption)  # noqa: B904 (it is the same)

    def _send(self, course: _Course[Any], step: Send) -> None:
        request = course.request(step)
        try:
            course.replied(request, self._transport(request, self._options["timeout"]))
        except Exception as error:
            course.failed(request, error)

    def _scan(self, query: Query[L]) -> Scan[L]:
        return Scan(self, query)

    def _many(self, kind: type[Payload[Receipt]], leads: Any, at_once: int, per_second: float | None) -> AddMany:
        from qince_leads.bulk import AddMany

        return AddMany(self, kind, leads, at_once, per_second)

    def close(self) -> None:
        """Ends the client: nothing is sent any more. Closes the connections of the default transport; one of your own
        is yours to close.
        """
        self._turns.close()
        if self._owns_transport and (close := getattr(self._transport, "close", None)) is not None:
            close()

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

    def record_batches(self) -> Iterator[pyarrow.RecordBatch]:
        """The leads, page by page, as batches of Apache Arrow: a column of texts for each field, what is nested as JSON
        text, and what the SDK does not know in `extra`. No value becomes an object of Python's.

        Where a page is not as the vendor documents it, a warning is logged. Raises ImportError without pyarrow.
        """
        columns = Columns(self._query)
        pages = Pages(self._query)
        while (query := pages.next_query()) is not None:
            page = self._client._run(query)
            batch = _noted(columns.take(pages, page), page)
            if batch.num_rows:
                yield batch

    def to_arrow(self) -> pyarrow.Table:
        """All leads as a table of Apache Arrow, see record_batches."""
        return Columns(self._query).table(self.record_batches())

    def to_pandas(self) -> Any:
        """All leads as a frame of pandas with columns of Arrow, see record_batches."""
        return to_pandas(self.to_arrow())

    def to_polars(self) -> Any:
        """All leads as a frame of polars, see record_batches."""
        return to_polars(self.to_arrow())

    def __repr__(self) -> str:
        return f"<Scan of {self._query!r}>"


class AsyncClient(_Client[AsyncTransport], AsyncOperations):
    """The sales leads of one account, for asyncio and trio.

    ::

        async with AsyncClient(openid=..., app_key=...) as client:
            await client.add(AddLead(cus_name="示例公司", emp_name="负责人", code="L1"))
            async for lead in client.query(create_time_start="2026-01-01"):
                print(lead.cus_name)

    Failures are tried again where that is harmless; an add whose outcome is unknown is settled by a query for its
    `code`, so give each lead one.

    It may be used in one event loop after another and in several at once, under asyncio and trio. A cancelled call
    raises CancelledError at once; where an add may have been carried out by then, an UncertainError is its `__cause__`.
    """

    @staticmethod
    def _default_transport(connect_timeout: float) -> AsyncTransport:
        if has_httpx():
            from qince_leads._httpx import AsyncHttpxTransport

            return AsyncHttpxTransport(connect_timeout=connect_timeout)
        from qince_leads._urllib import UrllibTransport

        return ThreadTransport(UrllibTransport(connect_timeout=connect_timeout))

    @staticmethod
    def _make_turns(max_concurrent: int) -> AsyncTurns:
        return AsyncTurns(max_concurrent)

    async def other(
        self,
        path: str,
        payload: Mapping[str, _Json] | Sequence[_Json],
        /,
        *,
        repeat: bool = True,
        options: RequestOptions | None = None,
    ) -> Receipt:
        """Sends a request to any endpoint of the vendor, see Other. What comes back is the receipt's `data`."""
        client = self._with(options)
        course: _Course[Receipt] = client._begin(Other(path, payload, repeat=repeat))
        return await client._drive(course)

    async def _run(self, payload: Payload[R], by_code: bool = False) -> R:
        course: _Course[R] = self._begin(payload, by_code)
        return await self._drive(course)

    async def _drive(self, course: _Course[R]) -> R:
        library, _ = run_time()
        try:
            while True:
                async with self._turns:
                    self._check_open()
                    step = course.step()
                    while isinstance(step, Send):
                        await self._send(course, step)
                        step = course.step()
                if isinstance(step, Done):
                    return course.done(step)
                await library.sleep(course.seconds_of(step))
        except QinceError as error:
            course.ended(error)
            raise
        except BaseException as interruption:
            raise course.given_up(interruption)  # noqa: B904 (it is the same)

    async def _send(self, course: _Course[Any], step: Send) -> None:
        request = course.request(step)
        try:
            course.replied(request, await self._transport(request, self._options["timeout"]))
        except Exception as error:
            course.failed(request, error)

    def _scan(self, query: Query[L]) -> AsyncScan[L]:
        return AsyncScan(self, query)

    def _many(self, kind: type[Payload[Receipt]], leads: Any, at_once: int, per_second: float | None) -> AsyncAddMany:
        from qince_leads.bulk import AsyncAddMany

        return AsyncAddMany(self, kind, leads, at_once, per_second)

    async def aclose(self) -> None:
        """Ends the client: nothing is sent any more. Closes the connections of the default transport; one of your own
        is yours to close.
        """
        self._turns.close()
        if self._owns_transport and (close := getattr(self._transport, "aclose", None)) is not None:
            await close()

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

    async def record_batches(self) -> AsyncIterator[pyarrow.RecordBatch]:
        """The leads, page by page, as batches of Apache Arrow: a column of texts for each field, what is nested as JSON
        text, and what the SDK does not know in `extra`. No value becomes an object of Python's.

        Where a page is not as the vendor documents it, a warning is logged. Raises ImportError without pyarrow.
        """
        columns = Columns(self._query)
        pages = Pages(self._query)
        while (query := pages.next_query()) is not None:
            page = await self._client._run(query)
            batch = _noted(columns.take(pages, page), page)
            if batch.num_rows:
                yield batch

    async def to_arrow(self) -> pyarrow.Table:
        """All leads as a table of Apache Arrow, see record_batches."""
        return Columns(self._query).table([batch async for batch in self.record_batches()])

    async def to_pandas(self) -> Any:
        """All leads as a frame of pandas with columns of Arrow, see record_batches."""
        return to_pandas(await self.to_arrow())

    async def to_polars(self) -> Any:
        """All leads as a frame of polars, see record_batches."""
        return to_polars(await self.to_arrow())

    def __repr__(self) -> str:
        return f"<AsyncScan of {self._query!r}>"
