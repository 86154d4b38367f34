"""What sends requests. A transport is one callable; these are ready to be used.

To write one of your own, POST `request.url` with `request.headers` and `request.body`, unchanged, do not follow
redirects, and return a :class:`Reply`. Raise :class:`NotSentError` where you know that nothing left this host; whatever
else you raise counts as a request that may have arrived.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from qince_leads._core import SignedRequest

if TYPE_CHECKING:
    import httpx

__all__ = [
    "AsyncHttpxTransport",
    "AsyncTransport",
    "HttpxTransport",
    "NotSentError",
    "Reply",
    "ThreadTransport",
    "Transport",
    "UrllibTransport",
]

_CHUNK = 1 << 16


class Reply(NamedTuple):
    """A reply as it came over HTTP."""

    status: int
    """The HTTP status."""
    body: bytes | str
    """The body, compressed by gzip or not."""
    retry_after: str | None = None
    """The value of the `Retry-After` header."""


class NotSentError(Exception):
    """Raised by a transport that knows that nothing left this host: no connection was made."""


class Transport(Protocol):
    """What sends a request and waits at most `timeout` seconds for its reply.

    Those of this module bound each wait for more bytes of the headers, and the time for the whole body.
    """

    def __call__(self, request: SignedRequest, timeout: float, /) -> Reply: ...


class AsyncTransport(Protocol):
    """What sends a request and waits at most `timeout` seconds for its reply."""

    async def __call__(self, request: SignedRequest, timeout: float, /) -> Reply: ...


def has_httpx() -> bool:
    """Whether httpx is installed."""
    import importlib.util

    return importlib.util.find_spec("httpx") is not None


def was_not_sent(error: BaseException | None) -> bool:
    """Whether an error says that no connection was made.

    Only what the operating system itself says counts, or a NotSentError. It is looked for in what the error was raised
    from or holds, but not in what was being handled meanwhile: that may have to do with something else.
    """
    import errno
    import socket

    no_connection = {errno.ECONNREFUSED, errno.ENETUNREACH, errno.EHOSTUNREACH, errno.EADDRNOTAVAIL}
    seen: set[int] = set()
    pending: list[object] = [error]
    while pending:
        each = pending.pop()
        if not isinstance(each, BaseException) or id(each) in seen:
            continue
        seen.add(id(each))
        if isinstance(each, NotSentError | ConnectionRefusedError | socket.gaierror):
            return True
        if isinstance(each, OSError) and each.errno in no_connection:
            return True
        # urllib and urllib3 hold what they go back to in `reason`, requests in `args`, aiohttp in `os_error`.
        pending += [each.__cause__, getattr(each, "reason", None), getattr(each, "os_error", None), *each.args]
    return False


class UrllibTransport:
    """Sends by `urllib`, which comes with Python. One connection a request."""

    def __init__(self) -> None:
        # To make one takes 20 ms: it reads all certificates of the system.
        self._opener: Any = None

    def __call__(self, request: SignedRequest, timeout: float, /) -> Reply:
        import http.client
        import urllib.error
        import urllib.request

        if self._opener is None:
            # A redirect is an answer like any other that is none of the service.
            handler = type("NoRedirects", (urllib.request.HTTPRedirectHandler,), {"redirect_request": _no_request})
            self._opener = urllib.request.build_opener(handler)
        timeout = _bounded(timeout)
        deadline = time.monotonic() + timeout
        sent = urllib.request.Request(request.url, request.body, request.headers, method=request.method)
        try:
            response = self._opener.open(sent, timeout=timeout)
        except urllib.error.HTTPError as error:
            response = error
        with response:
            body = bytearray()
            while chunk := response.read1(_CHUNK):
                body += chunk
                _check(deadline)
            # What is still to come never came.
            if getattr(response, "length", None):
                raise http.client.IncompleteRead(bytes(body), response.length)
            return Reply(int(response.status or 0), bytes(body), response.headers.get("Retry-After"))

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), ()


def _no_request(*_: object) -> None:
    return None


def _bounded(timeout: float) -> float:
    """No socket waits longer than a day for a single byte."""
    return min(timeout, 86_400.0)


def _check(deadline: float) -> None:
    if time.monotonic() > deadline:
        raise TimeoutError("no whole reply in time")


class HttpxTransport:
    """Sends by an `httpx.Client`: your own, or one that is made at the first request and closed by `close`."""

    def __init__(self, client: httpx.Client | None = None) -> None:
        self._given = client
        self._client = client
        self._making = threading.Lock()

    def __call__(self, request: SignedRequest, timeout: float, /) -> Reply:
        import httpx

        with self._making:
            client = self._client = self._client or httpx.Client()
        timeout = _bounded(timeout)
        deadline = time.monotonic() + timeout
        try:
            with client.stream(
                request.method,
                request.url,
                headers=request.headers,
                content=request.body,
                timeout=timeout,
                follow_redirects=False,
            ) as response:
                body = bytearray()
                for chunk in response.iter_bytes():
                    body += chunk
                    _check(deadline)
                return Reply(response.status_code, bytes(body), response.headers.get("Retry-After"))
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol) as error:
            raise NotSentError(str(error)) from error

    def close(self) -> None:
        """Closes the connections, but for those of a client of your own."""
        if self._client is not None and self._given is None:
            self._client.close()
            self._client = None

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self._given,)


class AsyncHttpxTransport:
    """Sends by an `httpx.AsyncClient`: your own, or one that is made at the first request and closed by `aclose`."""

    def __init__(self, client: httpx.AsyncClient | None = None) -> None:
        self._given = client
        self._client = client

    async def __call__(self, request: SignedRequest, timeout: float, /) -> Reply:
        import asyncio

        import httpx

        if self._client is None:
            self._client = httpx.AsyncClient()
        timeout = _bounded(timeout)
        sending = self._client.request(
            request.method,
            request.url,
            headers=request.headers,
            content=request.body,
            timeout=timeout,
            follow_redirects=False,
        )
        try:
            # httpx bounds each wait; a little more for all of them leaves it the time to say which one was too long.
            response = await asyncio.wait_for(sending, timeout + 0.1)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol) as error:
            raise NotSentError(str(error)) from error
        return Reply(response.status_code, response.content, response.headers.get("Retry-After"))

    async def aclose(self) -> None:
        """Closes the connections, but for those of a client of your own."""
        if self._client is not None and self._given is None:
            await self._client.aclose()
            self._client = None

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self._given,)


class ThreadTransport:
    """Sends by a transport that waits, in a thread of its own, so that asyncio need not wait.

    A cancelled request goes on in its thread until its time is over; nobody sees its reply.
    """

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def __call__(self, request: SignedRequest, timeout: float, /) -> Reply:
        import asyncio

        return await asyncio.to_thread(self._transport, request, timeout)
