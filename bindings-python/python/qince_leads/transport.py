"""What sends requests. A transport is one callable; HttpxTransport, AsyncHttpxTransport and UrllibTransport are ready
to be used.

To write one of your own, POST `request.url` with `request.headers` and `request.body`, unchanged, do not follow
redirects, never send twice, and return a :class:`Reply`. Raise :class:`NotSentError` where you know that nothing of the
request left this host; whatever else you raise counts as a request that may have arrived.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from qince_leads._core import MAX_BODY, SignedRequest
from qince_leads._runtime import anew_in_children, run_time

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

__all__ = ["AsyncTransport", "NotSentError", "Reply", "ThreadTransport", "Transport"]


class _Reply(NamedTuple):
    status: int
    body: bytes | str
    headers: Mapping[str, str]


class Reply(_Reply):
    """A reply as it came over HTTP: its status, its body, compressed by gzip or not, and its headers.

    In place of the headers, a `Retry-After` alone may be given.
    """

    __slots__ = ()

    def __new__(
        cls,
        status: int,
        body: bytes | str,
        headers: Mapping[str, str] | str | int | None = None,
        *,
        retry_after: str | int | None = None,
    ) -> Reply:
        if not isinstance(headers, Mapping):
            retry_after = headers if retry_after is None else retry_after
            headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
        return super().__new__(cls, status, body, headers)

    @property
    def retry_after(self) -> str | None:
        """The text of the `Retry-After` header, if there is one."""
        values = [value for name, value in self.headers.items() if name.lower() == "retry-after"]
        # That a transport hands on a number is no reason to lose the reply.
        return str(values[0]) if values else None

    def __getnewargs__(self) -> tuple[Any, ...]:
        return (self.status, self.body, dict(self.headers))

    def __repr__(self) -> str:
        # A body may hold what people wrote, or the URL that it answers to.
        return f"<Reply {self.status}, {len(self.body)} long, {len(self.headers)} headers>"


class NotSentError(Exception):
    """Raised by a transport that knows that nothing of the request left this host."""


class Transport(Protocol):
    """What sends a request and waits at most `timeout` seconds for its whole reply."""

    def __call__(self, request: SignedRequest, timeout: float, /) -> Reply: ...


class AsyncTransport(Protocol):
    """What sends a request and waits at most `timeout` seconds for its whole reply."""

    async def __call__(self, request: SignedRequest, timeout: float, /) -> Reply: ...


def has_httpx() -> bool:
    """Whether httpx is installed."""
    import importlib.util

    return importlib.util.find_spec("httpx") is not None


CONNECT_TIMEOUT = 10.0


def checked_seconds(name: str, seconds: object) -> float:
    """A time that is one."""
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not seconds > 0:
        raise TypeError(f"{name} must be a number of seconds, more than 0")
    return seconds


def bounded(timeout: float) -> float:
    """No socket waits longer than a day for a single byte."""
    return min(timeout, 86_400.0)


class Whole:
    """A body that comes in chunks, no more of it than the core reads."""

    def __init__(self) -> None:
        self._chunks: list[bytes] = []
        self._length = 0

    def take(self, chunk: bytes) -> None:
        self._length += len(chunk)
        if self._length > MAX_BODY:
            raise ValueError(f"the reply is longer than {MAX_BODY} bytes")
        self._chunks.append(chunk)

    def body(self) -> bytes:
        return b"".join(self._chunks)


class ThreadTransport:
    """Sends by a transport that waits, in threads of its own, so that others need not wait.

    A cancelled request goes on in its thread until its time is over; nobody sees its reply. What gets no thread within
    its time is not sent.

    :param max_threads: how many threads there are at most.
    """

    def __init__(self, transport: Transport, *, max_threads: int = 32) -> None:
        self._transport = transport
        self._max_threads = max_threads
        self._begin()
        anew_in_children(self)

    def _begin(self) -> None:
        self._making = threading.Lock()
        self._threads: ThreadPoolExecutor | None = None

    @property
    def library(self) -> str:
        """What it sends by, for the `User-Agent`."""
        return getattr(self._transport, "library", "")

    async def __call__(self, request: SignedRequest, timeout: float, /) -> Reply:
        from contextvars import copy_context

        send = partial(self._send, request, time.monotonic() + bounded(timeout))
        library, loop = run_time()
        if library.__name__ == "trio":
            reply = await library.to_thread.run_sync(send, abandon_on_cancel=True)
        else:
            run = copy_context().run
            reply = await loop.run_in_executor(self._pool(), run, send)
        return reply  # type: ignore[no-any-return]

    def _send(self, request: SignedRequest, until: float) -> Reply:
        left = until - time.monotonic()
        if left <= 0:
            raise NotSentError("no thread was free in time")
        return self._transport(request, left)

    def _pool(self) -> ThreadPoolExecutor:
        from concurrent.futures import ThreadPoolExecutor

        with self._making:
            if self._threads is None:
                self._threads = ThreadPoolExecutor(self._max_threads, "qince-leads")
            return self._threads

    def __reduce__(self) -> tuple[Any, ...]:
        return partial(type(self), self._transport, max_threads=self._max_threads), ()
