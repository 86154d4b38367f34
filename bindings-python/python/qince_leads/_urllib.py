"""A transport by `urllib`, which comes with Python."""

from __future__ import annotations

import http.client
import io
import ssl
import sys
import threading
import time
import urllib.error
import urllib.request
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from qince_leads._runtime import anew_in_children
from qince_leads.transport import CONNECT_TIMEOUT, NotSentError, Reply, Whole, bounded, checked_seconds

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

    from qince_leads._core import SignedRequest

__all__ = ["UrllibTransport"]

_CHUNK = 1 << 16


class _Course(urllib.request.Request):
    """A request, and how far it has come."""

    def __init__(self, request: SignedRequest, timeout: float, connect_timeout: float) -> None:
        headers = {"Accept-Encoding": "gzip", **request.headers}
        super().__init__(request.url, request.body, headers, method=request.method)
        self._begun = time.monotonic()
        self._timeout = bounded(timeout)
        self.connect_timeout = min(connect_timeout, self._timeout)
        self.may_have_left = False
        self.refused_by = ""
        self._own_host = self.host

    def goes_to(self, peer: str) -> None:
        """Takes note of whom a connection is made to."""
        self.refused_by = (
            f"no connection to {peer}: " if self.host == self._own_host else f"no way through the proxy {peer}: "
        )

    def left(self) -> float:
        """How many seconds are left, until a connection stands or for all of it."""
        timeout = self._timeout if self.may_have_left else self.connect_timeout
        left = self._begun + timeout - time.monotonic()
        if left <= 0:
            raise TimeoutError("no whole reply in time" if self.may_have_left else "no connection in time")
        return left


class _Timely(io.RawIOBase):
    """What comes from a socket; no read waits longer than what is left of the time."""

    def __init__(self, connection: socket.socket, course: _Course) -> None:
        self._socket = connection
        self._file = connection.makefile("rb", buffering=0)
        self._course = course
        self.has_ended = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._socket.settimeout(self._course.left())
        length = self._file.readinto(buffer)
        self.has_ended = length == 0
        return length

    def close(self) -> None:
        self._file.close()
        super().close()


class _Response(http.client.HTTPResponse):
    def __init__(self, connection: socket.socket, *args: Any, course: _Course, **options: Any) -> None:
        super().__init__(connection, *args, **options)
        self.fp.close()
        self._timely = _Timely(connection, course)
        self.fp = io.BufferedReader(self._timely)

    def begin(self) -> None:
        super().begin()
        # By itself http.client takes what comes ahead of a reply, such as HTTP 103, for the reply.
        while HTTPStatus.CONTINUE <= self.status < HTTPStatus.OK:
            self.headers = self.msg = None  # type: ignore[assignment]
            super().begin()
        # By itself http.client takes a head that breaks off for a whole one.
        if self._timely.has_ended:
            raise http.client.IncompleteRead(b"")


class _Noting(http.client.HTTPConnection):
    """Tells a request how far it has come."""

    def __init__(self, host: str, *, course: _Course, **options: Any) -> None:
        super().__init__(host, **options)
        self._course = course
        self.response_class = partial(_Response, course=course)  # type: ignore[assignment]

    def connect(self) -> None:
        self._course.goes_to(f"{self.host}:{self.port}")
        super().connect()
        self.sock.settimeout(self._course.left())
        # Its head goes out next.
        self._course.may_have_left = True


class _NotingSecurely(_Noting, http.client.HTTPSConnection):
    pass


class _Handler(urllib.request.AbstractHTTPHandler):
    """Opens connections that note."""

    def __init__(self, context: Callable[[], ssl.SSLContext]) -> None:
        super().__init__()
        self._context_of = context

    def http_open(self, request: Any) -> Any:
        return self.do_open(partial(_Noting, course=request), request)

    def https_open(self, request: Any) -> Any:
        return self.do_open(partial(_NotingSecurely, course=request), request, context=self._context_of())

    http_request = https_request = urllib.request.AbstractHTTPHandler.do_request_


class UrllibTransport:
    """Sends by `urllib`, which comes with Python. One connection a request.

    :param proxy: the proxy's URL; without one, those that the environment names are used.
    :param context: what certificates are verified by; that of the system unless given.
    :param connect_timeout: how long to wait for a connection, in seconds; never longer than for the reply.
    """

    def __init__(
        self,
        *,
        proxy: str | None = None,
        context: ssl.SSLContext | None = None,
        connect_timeout: float = CONNECT_TIMEOUT,
    ) -> None:
        self._proxy = proxy
        self._given = self._context = context
        self._connect_timeout = checked_seconds("connect_timeout", connect_timeout)
        # What takes every status as it comes: nothing but proxies and connections.
        self._opener = urllib.request.OpenerDirector()
        self._opener.add_handler(urllib.request.ProxyHandler(None if proxy is None else {}))
        self._opener.add_handler(urllib.request.UnknownHandler())
        self._opener.add_handler(_Handler(self._made))
        self._begin()
        anew_in_children(self)

    def _begin(self) -> None:
        self._making = threading.Lock()

    @property
    def library(self) -> str:
        """What it sends by, for the `User-Agent`."""
        return "urllib/{}.{}".format(*sys.version_info)

    def __call__(self, request: SignedRequest, timeout: float, /) -> Reply:
        course = _Course(request, timeout, self._connect_timeout)
        try:
            return self._sent(course)
        except Exception as error:
            if course.may_have_left:
                raise
            cause = getattr(error, "reason", error) if isinstance(error, urllib.error.URLError) else error
            why = f"{type(cause).__name__}: {cause}"
        # Not from the error, which holds the request.
        raise NotSentError(course.refused_by + why)

    def _sent(self, course: _Course) -> Reply:
        if self._proxy is not None:
            _lead_through(self._proxy, course)
        with self._opener.open(course, timeout=course.connect_timeout) as response:
            whole = Whole()
            while chunk := response.read1(_CHUNK):
                whole.take(chunk)
            # What is still to come never came.
            if missing := getattr(response, "length", None):
                raise http.client.IncompleteRead(b"", missing)
            headers: dict[str, str] = {}
            for name, value in response.headers.items():
                headers[name] = f"{headers[name]}, {value}" if name in headers else value
            return Reply(int(response.status or 0), whole.body(), headers)

    def _made(self) -> ssl.SSLContext:
        with self._making:
            # To make it takes 100 ms: it reads all certificates of the system.
            self._context = self._context or ssl.create_default_context()
            return self._context

    def __reduce__(self) -> tuple[Any, ...]:
        make = partial(type(self), proxy=self._proxy, context=self._given, connect_timeout=self._connect_timeout)
        return make, ()


def _lead_through(proxy: str, course: _Course) -> None:
    url = urlsplit(proxy)
    if url.username is not None:
        from base64 import b64encode

        told = f"{unquote(url.username)}:{unquote(url.password or '')}"
        course.add_header("Proxy-Authorization", f"Basic {b64encode(told.encode()).decode()}")
    course.set_proxy(url.netloc.rpartition("@")[2], url.scheme)
