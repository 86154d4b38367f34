"""Transports by httpx, whose trace extension tells how far a request has come."""

from __future__ import annotations

import os
import re
import threading
import time
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, cast
from weakref import ref

from qince_leads._runtime import PerLoop, anew_in_children, run_time
from qince_leads.transport import CONNECT_TIMEOUT, NotSentError, Reply, Whole, bounded, checked_seconds

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping
    from ssl import SSLContext

    import httpx

    from qince_leads._core import SignedRequest

__all__ = ["AsyncHttpxTransport", "HttpxTransport"]


class _Course:
    """How far one request has come."""

    def __init__(self, request: SignedRequest, timeout: float, connect_timeout: float, *, is_own: bool) -> None:
        import httpx

        timeout = bounded(timeout)
        self._is_own = is_own
        self.timeout = timeout
        self._connect_timeout = min(connect_timeout, timeout)
        self._begun = time.monotonic()
        self.sent: dict[str, Any] = {
            "method": request.method,
            "url": request.url,
            "headers": {"Accept-Encoding": "gzip", **request.headers},
            "content": request.body,
            "timeout": httpx.Timeout(timeout, connect=self._connect_timeout),
            "follow_redirects": False,
        }
        self._is_told = False
        self._failure: BaseException | None = None
        self._may_have_left = False
        self._peer = ""
        url = httpx.URL(request.url)
        self._service = f"{url.raw_host.decode('ascii')}:{url.port or (443 if url.scheme == 'https' else 80)}"

    def note(self, event: str, info: Mapping[str, Any]) -> None:
        """Takes what httpx tells, such as `http11.send_request_headers.started`."""
        self._is_told = True
        _, _, what = event.partition(".")
        self._failure = info.get("exception", self._failure)
        if what == "connect_tcp.started":
            self._peer = f"{info['host']}:{info['port']}"
        elif what == "send_request_headers.started":
            # By CONNECT a proxy is asked for a way.
            self._may_have_left = self._may_have_left or info["request"].method != b"CONNECT"
        elif what in ("connect_tcp.complete", "start_tls.complete"):
            _bound(info["return_value"])

    async def anote(self, event: str, info: Mapping[str, Any]) -> None:
        """The same for an asynchronous client, whose time is bounded as a whole."""
        if not event.endswith(".complete"):
            self.note(event, info)

    def has_not_left(self, error: Exception) -> bool:
        """Whether nothing of the request left this host before this was raised."""
        import httpx

        if self._may_have_left:
            return False
        # A client of one's own may try a second way that tells nothing: its silence says nothing either.
        if self._is_told and (not self._is_own or error.__cause__ is self._failure is not None):
            return True
        return isinstance(
            error,
            (
                httpx.ConnectError,
                httpx.ConnectTimeout,
                httpx.PoolTimeout,
                httpx.ProxyError,
                httpx.UnsupportedProtocol,
                httpx.InvalidURL,
            ),
        )

    def told(self, error: Exception) -> str:
        """In words what kept the request from being sent."""
        why = f"{type(error).__name__}: {error}".removesuffix(": ")
        if not self._peer:
            return why
        what = "no connection to" if self._peer == self._service else "no way through the proxy"
        return f"{what} {self._peer}: {why}"

    def left(self) -> float:
        """How many seconds are left, until a connection stands or for all of it."""
        timeout = self.timeout if self._may_have_left else self._connect_timeout
        return self._begun + timeout - time.monotonic()


_THREAD = threading.local()
_LOGIN = re.compile(r"//\S*@")


def _bound(stream: Any) -> None:
    """Has each read from a connection wait no longer than what is left of its thread's time.

    By itself httpx bounds each wait, so that what trickles in is waited for without an end.
    """
    import httpcore

    read = stream.read

    def read_in_time(max_bytes: int, timeout: float | None = None) -> bytes:
        course: _Course | None = getattr(_THREAD, "course", None)
        if course is not None:
            timeout = course.left() if timeout is None else min(timeout, course.left())
            if timeout <= 0:
                raise httpcore.ReadTimeout("out of time")
        came: bytes = read(max_bytes, timeout)
        return came

    stream.read = read_in_time


class _Httpx:
    """What both kinds share: a client of one's own or not, until it is closed or the process forks."""

    def __init__(self, client: Any, *, connect_timeout: float) -> None:
        self._given: Any = client
        self._connect_timeout = checked_seconds("connect_timeout", connect_timeout)
        self._is_closed = False
        self._used_in: int | None = None
        self._verify: SSLContext | None = None

    @property
    def library(self) -> str:
        """What it sends by, for the `User-Agent`."""
        import httpx

        return "httpx/" + ".".join(httpx.__version__.split(".")[:2])

    def _check(self) -> None:
        if self._is_closed or (self._given is not None and self._given.is_closed):
            raise NotSentError("the transport is closed")
        if self._given is not None:
            self._used_in = self._used_in or os.getpid()
            if self._used_in != os.getpid():
                raise NotSentError("this httpx client was used before the process forked: make one in each process")

    def _made_as(self, kind: str) -> Any:
        """A client that keeps no cookies, and whose connections are counted by whoever calls it."""
        try:
            return self._made_of_environment(kind)
        except Exception as error:
            # What is wrong with a URL may quote a piece of it, and that of a proxy holds a password.
            is_quoted = "URL" in type(error).__name__
            why = type(error).__name__ + ("" if is_quoted else f": {_LOGIN.sub('//', str(error))}")
        raise NotSentError(f"httpx cannot be used with the proxies or certificates that the environment names: {why}")

    def _made_of_environment(self, kind: str) -> Any:
        from http.cookiejar import CookieJar, DefaultCookiePolicy

        import httpx

        # To make it takes 100 ms: it reads all certificates. Loops and children share it.
        self._verify = self._verify or httpx.create_ssl_context()
        return getattr(httpx, kind)(
            verify=self._verify,
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=20),
        )

    def __reduce__(self) -> tuple[Any, ...]:
        return partial(type(self), self._given, connect_timeout=self._connect_timeout), ()


class HttpxTransport(_Httpx):
    """Sends by an `httpx.Client`: your own, or one that is made at the first request and closed by `close`.

    :param client: your own, for proxies, certificates and limits.
    :param connect_timeout: how long to wait for a connection, in seconds; never longer than for the reply.
    """

    def __init__(self, client: httpx.Client | None = None, *, connect_timeout: float = CONNECT_TIMEOUT) -> None:
        super().__init__(client, connect_timeout=connect_timeout)
        self._begin()
        anew_in_children(self)

    def _begin(self) -> None:
        self._making = threading.Lock()
        self._client: httpx.Client | None = None

    def __call__(self, request: SignedRequest, timeout: float, /) -> Reply:
        client = self._made()
        course = _Course(request, timeout, self._connect_timeout, is_own=self._given is not None)
        _THREAD.course = course
        try:
            with client.stream(**course.sent, extensions={"trace": course.note}) as response:
                whole = Whole()
                for chunk in response.iter_raw():
                    whole.take(chunk)
                    if course.left() < 0:
                        raise TimeoutError("out of time")
                return Reply(response.status_code, whole.body(), dict(response.headers))
        except Exception as error:
            if not course.has_not_left(error):
                raise
            why = course.told(error)
        finally:
            _THREAD.course = None
        # Not from the error, which holds the request.
        raise NotSentError(why)

    def _made(self) -> httpx.Client:
        with self._making:
            self._check()
            if self._given is not None:
                return cast("httpx.Client", self._given)
            if self._client is None:
                self._client = cast("httpx.Client", self._made_as("Client"))
            return self._client

    def close(self) -> None:
        """Closes the connections, but for those of a client of your own. Nothing is sent any more."""
        with self._making:
            self._is_closed = True
            client, self._client = self._client, None
        if client is not None:
            client.close()


class _OfLoop:
    """A client that is closed with its event loop: that ends what is iterated asynchronously in it."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client
        self._until_the_end = _until_the_end(self.client)
        with suppress(StopIteration):
            # As far as its `yield`, so that the loop knows of it.
            self._until_the_end.asend(None).send(None)

    async def aclose(self) -> None:
        await self._until_the_end.aclose()


async def _until_the_end(client: httpx.AsyncClient) -> AsyncGenerator[None, None]:
    try:
        yield
    finally:
        await client.aclose()


class AsyncHttpxTransport(_Httpx):
    """Sends by an `httpx.AsyncClient`: your own, or one for each event loop, made at the first request there and closed
    by `aclose`.

    :param client: your own, for proxies, certificates and limits.
    :param connect_timeout: how long to wait for a connection, in seconds; never longer than for the reply.
    """

    def __init__(self, client: httpx.AsyncClient | None = None, *, connect_timeout: float = CONNECT_TIMEOUT) -> None:
        super().__init__(client, connect_timeout=connect_timeout)
        self._begin()
        anew_in_children(self)

    def _begin(self) -> None:
        # Those of a parent are kept, for their end would reach into its event loops.
        self._of_parent = getattr(self, "_clients", None)
        self._clients = PerLoop(lambda: _OfLoop(self._made_as("AsyncClient")))
        self._loop_of_given: ref[Any] | None = None

    async def __call__(self, request: SignedRequest, timeout: float, /) -> Reply:
        import anyio

        client = self._here()
        course = _Course(request, timeout, self._connect_timeout, is_own=self._given is not None)
        try:
            # httpx bounds each wait; a little more for all of them leaves it the time to say which one was too long.
            with anyio.fail_after(course.timeout + 0.1):
                async with client.stream(**course.sent, extensions={"trace": course.anote}) as response:
                    whole = Whole()
                    async for chunk in response.aiter_raw():
                        whole.take(chunk)
                    return Reply(response.status_code, whole.body(), dict(response.headers))
        except Exception as error:
            if not course.has_not_left(error):
                raise
            why = course.told(error)
        # Not from the error, which holds the request.
        raise NotSentError(why)

    def _here(self) -> httpx.AsyncClient:
        self._check()
        if self._given is None:
            return self._clients.here().client
        _, loop = run_time()
        if self._loop_of_given is None:
            self._loop_of_given = ref(loop)
        if self._loop_of_given() is not loop:
            raise NotSentError("this httpx client was used in another event loop: make one in each")
        return cast("httpx.AsyncClient", self._given)

    async def aclose(self) -> None:
        """Closes the connections, but for those of a client of your own. Nothing is sent any more."""
        self._is_closed = True
        if (mine := self._clients.take()) is not None:
            await mine.aclose()
