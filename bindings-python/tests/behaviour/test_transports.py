"""The transports that come with the package, against a server on this host."""

from __future__ import annotations

import asyncio
import errno
import gzip
import math
import os
import pickle
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from http.server import BaseHTTPRequestHandler
from typing import Any

import httpx
import pytest
from qince_leads import (
    Account,
    AsyncClient,
    AsyncHttpxTransport,
    Client,
    HttpStatusError,
    HttpxTransport,
    NotSentError,
    Policy,
    RemoveLead,
    Reply,
    SignedRequest,
    ThreadTransport,
    TransportError,
    UncertainError,
    UrllibTransport,
    sign,
)

from .server import Answer, Server, closed_port, drop, in_turn, reply
from .support import APP_KEY, AT_ONCE, ONCE, OPENID, account, body, rows, run_python

Send = Callable[..., Reply]
TRANSPORTS: dict[str, Callable[[], Any]] = {
    "urllib": UrllibTransport,
    "httpx": HttpxTransport,
    "async httpx": AsyncHttpxTransport,
    "thread": lambda: ThreadTransport(UrllibTransport()),
}


@pytest.fixture(params=TRANSPORTS)
def send(request: pytest.FixtureRequest) -> Send:
    """Each of the transports, as if it waited."""

    def send(signed: SignedRequest, timeout: float = 5.0) -> Reply:
        transport = TRANSPORTS[request.param]()
        if isinstance(transport, UrllibTransport | HttpxTransport):
            try:
                return transport(signed, timeout)
            finally:
                getattr(transport, "close", lambda: None)()

        async def run() -> Reply:
            try:
                return await transport(signed, timeout)  # type: ignore[no-any-return]
            finally:
                if isinstance(transport, AsyncHttpxTransport):
                    await transport.aclose()

        return asyncio.run(run())

    return send


def request_to(port: int) -> SignedRequest:
    return sign(Account(OPENID, APP_KEY, f"http://127.0.0.1:{port}"), RemoveLead(code="c"))


def told(came: Reply) -> tuple[int, bytes | str, str | None]:
    return came.status, came.body, came.retry_after


def test_a_request_is_sent_as_it_was_signed(send: Send, server: Server) -> None:
    request = server.request
    assert told(send(request)) == (200, body("7").encode(), None)
    ((method, path, headers, sent),) = server.seen
    assert (method, sent) == ("POST", request.body)
    assert server.base_url + path == request.url
    assert headers["Content-Type"] == request.headers["Content-Type"]
    assert headers["Content-Length"] == str(len(request.body))


@pytest.mark.parametrize("status", [400, 404, 429, 500, 503])
def test_another_status_is_a_reply_like_any_other(send: Send, server: Server, status: int) -> None:
    server.answer = reply("<示例>", status, Retry_After="7")
    assert told(send(server.request)) == (status, "<示例>".encode(), "7")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(send: Send, server: Server, status: int) -> None:
    server.answer = reply("moved", status, Location="/elsewhere")
    assert told(send(server.request)) == (status, b"moved", None)
    assert len(server.seen) == 1


def test_a_compressed_reply_is_read_whoever_unfolds_it(send: Send, server: Server) -> None:
    from qince_leads import read

    zipped = gzip.compress(body("7").encode())
    for answer in (reply(zipped), reply(zipped, Content_Encoding="gzip")):
        server.answer = answer
        came = send(server.request)
        assert read(RemoveLead, came.status, came.body).id == "7"


@pytest.mark.parametrize("ahead", [100, 102, 103])
def test_what_comes_ahead_of_a_reply_is_not_taken_for_it(send: Send, server: Server, ahead: int) -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(f"HTTP/1.1 {ahead} Ahead\r\nLink: </x>\r\n\r\n".encode())
        reply(body("7"))(handler)

    server.answer = answer
    assert told(send(server.request)) == (200, body("7").encode(), None)


def test_a_large_reply_comes_whole(send: Send, server: Server) -> None:
    large = bytes(range(256)) * 4096
    server.answer = reply(large)
    assert send(server.request).body == large


def test_an_empty_reply_comes_empty(send: Send, server: Server) -> None:
    server.answer = reply("")
    assert told(send(server.request)) == (200, b"", None)


def took(run: Callable[[], object]) -> tuple[Exception, float]:
    """What something raises, and how long it took."""
    before = time.monotonic()
    with pytest.raises(Exception) as raised:  # noqa: PT011
        run()
    return raised.value, time.monotonic() - before


def wait(server: Server) -> Callable[[BaseHTTPRequestHandler], None]:
    def answer(_: BaseHTTPRequestHandler) -> None:
        server.over.wait(5)

    return answer


def trickle_headers(server: Server) -> Callable[[BaseHTTPRequestHandler], None]:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.flush_headers()
        for _ in range(60):
            handler.wfile.write(b"X-Slow: 1\r\n")
            if server.over.wait(0.02):
                return

    return answer


def trickle_body(server: Server) -> Callable[[BaseHTTPRequestHandler], None]:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        for _ in range(60):
            handler.wfile.write(b"x")
            if server.over.wait(0.02):
                return

    return answer


@pytest.mark.parametrize("slow", [wait, trickle_headers, trickle_body])
def test_a_reply_that_is_not_whole_in_time_is_given_up_and_may_have_been_carried_out(
    send: Send, server: Server, slow: Any
) -> None:
    assert_given_up_in_time(send, server, slow(server))


def assert_given_up_in_time(send: Send, server: Server, answer: Answer) -> None:
    server.answer = answer
    error, seconds = took(lambda: send(server.request, 0.25))
    server.over.set()
    assert seconds < 0.9
    assert not isinstance(error, NotSentError)


def test_a_connection_that_nobody_takes_was_not_sent(send: Send) -> None:
    request = request_to(closed_port())
    error, _ = took(lambda: send(request))
    assert isinstance(error, NotSentError)


def test_a_name_that_nobody_knows_was_not_sent(send: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "*")

    def unknown(*_: object, **__: object) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    error, _ = took(lambda: send(sign(account(), RemoveLead(code="c"))))
    assert isinstance(error, NotSentError)


def test_a_connection_that_breaks_may_have_carried_the_request(send: Send, server: Server) -> None:
    server.answer = drop
    error, _ = took(lambda: send(server.request))
    assert not isinstance(error, NotSentError)
    assert len(server.seen) == 1


def test_a_reply_that_breaks_off_is_no_reply(send: Send, server: Server) -> None:
    def half(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        handler.wfile.write(b'{"return_code":"0"}')
        handler.close_connection = True

    server.answer = half
    error, _ = took(lambda: send(server.request))
    assert not isinstance(error, NotSentError)


def test_what_is_no_http_is_no_reply(send: Send) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=speak_nonsense, args=(listening,), daemon=True)
        thread.start()
        error, _ = took(lambda: send(request_to(listening.getsockname()[1]), 1.0))
        thread.join(2)
    assert not isinstance(error, NotSentError)


def speak_nonsense(listening: socket.socket) -> None:
    connection, _ = listening.accept()
    with connection:
        connection.recv(1 << 16)
        connection.sendall(b"SSH-2.0-OpenSSH\r\n\r\n")


@pytest.mark.parametrize("timeout", [1e10, 1e300, math.inf, 10**12])
def test_a_time_out_that_is_longer_than_a_socket_takes_or_endless_is_no_failure(
    send: Send, server: Server, timeout: float
) -> None:
    assert send(server.request, timeout).status == 200


# How far a request had come.


@pytest.mark.parametrize("number", [errno.ECONNREFUSED, errno.EHOSTUNREACH, errno.ENETUNREACH, errno.ETIMEDOUT])
def test_an_error_of_connecting_that_comes_while_reading_may_have_been_carried_out(
    send: Send, server: Server, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def is_to_the_service(of: socket.socket) -> bool:
        # One that the service has closed by now is its own.
        with suppress(OSError):
            return of.family == socket.AF_INET and of.getpeername()[1] == int(server.base_url.rpartition(":")[2])
        return False

    def recv(self: socket.socket, *args: Any) -> bytes:
        came = socket_recv(self, *args)
        if is_to_the_service(self):
            raise OSError(number, os.strerror(number))
        return came

    def readinto(self: Any, buffer: Any) -> int | None:
        came = file_readinto(self, buffer)
        if is_to_the_service(self._sock):
            raise OSError(number, os.strerror(number))
        return came

    socket_recv, file_readinto = socket.socket.recv, socket.SocketIO.readinto
    monkeypatch.setattr(socket.socket, "recv", recv, raising=False)
    monkeypatch.setattr(socket.SocketIO, "readinto", readinto)
    error, _ = took(lambda: send(server.request))
    assert len(server.seen) == 1
    assert not isinstance(error, NotSentError)
    assert os.strerror(number) in str(error) or isinstance(error, httpx.ReadError)


BEFORE = [httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError, httpx.UnsupportedProtocol]
AFTER = [httpx.ReadError, httpx.ReadTimeout, httpx.WriteError, httpx.RemoteProtocolError, httpx.DecodingError, OSError]


@pytest.mark.parametrize("kind", [*BEFORE, *AFTER])
def test_of_what_tells_no_phases_the_class_alone_counts(kind: Any) -> None:
    def fail(_: object) -> httpx.Response:
        raise kind("failed") from OSError(errno.ECONNREFUSED, "refused")

    signed = sign(account(), RemoveLead(code="c"))
    error, _ = took(lambda: HttpxTransport(httpx.Client(transport=httpx.MockTransport(fail)))(signed, 5.0))
    assert isinstance(error, NotSentError) is (kind in BEFORE)

    async def use() -> None:
        await AsyncHttpxTransport(httpx.AsyncClient(transport=httpx.MockTransport(fail)))(signed, 5.0)

    error, _ = took(lambda: asyncio.run(use()))
    assert isinstance(error, NotSentError) is (kind in BEFORE)


class TriesTwice(httpx.HTTPTransport):
    """Where the first way is refused, it sends by a second one that tells of no phase, and loses the reply."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        told = request.extensions
        try:
            return self.refused(request)
        except httpx.ConnectError:
            request.extensions = {name: value for name, value in told.items() if name != "trace"}
            super().handle_request(request).read()
            raise httpx.ReadError("the reply is lost") from None

    def refused(self, request: httpx.Request) -> httpx.Response:
        to = httpx.Request("POST", f"http://127.0.0.1:{closed_port()}", extensions=request.extensions)
        return super().handle_request(to)


def test_that_a_second_way_is_silent_does_not_mean_that_nothing_was_sent(server: Server) -> None:
    transport = HttpxTransport(httpx.Client(transport=TriesTwice()))
    with pytest.raises(UncertainError):
        Client(server.account, transport=transport, policy=AT_ONCE).add(emp_name="e")
    assert len(server.seen) == 1


@pytest.fixture
def black_hole() -> Iterator[int]:
    """A port that answers no attempt to connect: more are waiting there than it takes."""
    with ExitStack() as stack:
        listening = stack.enter_context(socket.socket())
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        for _ in range(8):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(listening.getsockname())
        yield listening.getsockname()[1]


@pytest.mark.parametrize("kind", [HttpxTransport, AsyncHttpxTransport, UrllibTransport])
def test_an_address_that_does_not_answer_is_given_up_after_a_time_of_its_own(kind: Any, black_hole: int) -> None:
    transport, signed = kind(connect_timeout=0.3), request_to(black_hole)

    async def run() -> Any:
        return await transport(signed, 20.0)

    error, seconds = took(lambda: asyncio.run(run()) if kind is AsyncHttpxTransport else transport(signed, 20.0))
    assert isinstance(error, NotSentError)
    assert f"127.0.0.1:{black_hole}" in str(error)
    assert seconds < 5


def by_proxy(url: str) -> dict[str, Callable[[], Any]]:
    return {
        "urllib": lambda: UrllibTransport(proxy=url),
        "httpx": lambda: HttpxTransport(httpx.Client(proxy=url)),
        "async httpx": lambda: AsyncHttpxTransport(httpx.AsyncClient(proxy=url)),
    }


@pytest.mark.parametrize("answer", ["403 Forbidden", "407 Proxy Authentication Required", "502 Bad Gateway", ""])
@pytest.mark.parametrize("name", by_proxy(""))
def test_a_proxy_that_does_not_connect_is_named_without_its_password_and_nothing_was_sent(
    name: str, answer: str
) -> None:
    heads: list[bytes] = []

    def refuse(listening: socket.socket) -> None:
        connection, _ = listening.accept()
        with connection:
            heads.append(connection.recv(1 << 16))
            if answer:
                connection.sendall(f"HTTP/1.1 {answer}\r\nContent-Length: 0\r\n\r\n".encode())

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=refuse, args=(listening,), daemon=True)
        thread.start()
        address = f"127.0.0.1:{listening.getsockname()[1]}"
        transport = by_proxy(f"http://user:pass-word@{address}")[name]()
        signed = sign(Account(OPENID, APP_KEY, "https://leads.example"), RemoveLead(code="c"))

        async def run() -> Any:
            return await transport(signed, 5.0)

        error, _ = took(lambda: asyncio.run(run()) if "async" in name else transport(signed, 5.0))
        thread.join(2)
    assert isinstance(error, NotSentError)
    assert address in str(error)
    assert answer in str(error)
    assert "pass-word" not in str(error)
    assert heads[0].startswith(b"CONNECT leads.example:443 ")
    assert OPENID.encode() not in heads[0]


@pytest.mark.parametrize("base_url", ["https://leads.example", "http://127.0.0.1:1"])
@pytest.mark.parametrize("name", by_proxy(""))
def test_a_proxy_that_nobody_answers_at_is_told_from_the_service(name: str, base_url: str) -> None:
    address = f"127.0.0.1:{closed_port()}"
    transport = by_proxy(f"http://{address}")[name]()
    signed = sign(Account(OPENID, APP_KEY, base_url), RemoveLead(code="c"))

    async def run() -> Any:
        return await transport(signed, 5.0)

    error, _ = took(lambda: asyncio.run(run()) if "async" in name else transport(signed, 5.0))
    assert isinstance(error, NotSentError)
    assert str(error).startswith(f"no way through the proxy {address}: ")


def test_a_reply_that_is_longer_than_what_is_read_is_not_taken_in(
    send: Send, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qince_leads.transport.MAX_BODY", 1000)
    server.answer = reply("x" * 1000)
    assert len(send(server.request).body) == 1000
    server.answer = reply("x" * 1001)
    error, _ = took(lambda: send(server.request))
    assert not isinstance(error, NotSentError)
    assert "longer than 1000 bytes" in str(error)


def test_gzip_is_asked_for_and_handed_on_as_it_came(send: Send, server: Server) -> None:
    zipped = gzip.compress(body("7").encode())
    server.answer = reply(zipped, Content_Encoding="gzip")
    assert send(server.request).body == zipped
    assert server.seen[0][2]["Accept-Encoding"] == "gzip"


def test_cookies_do_not_come_back(server: Server) -> None:
    server.answer = reply(body("7"), Set_Cookie="session=1")
    for transport in (HttpxTransport(), UrllibTransport()):
        for _ in range(2):
            transport(server.request, 5.0)

    async def use() -> None:
        transport = AsyncHttpxTransport()
        for _ in range(2):
            await transport(server.request, 5.0)

    asyncio.run(use())
    assert len(server.seen) == 6
    assert [headers.get("Cookie") for _, _, headers, _ in server.seen] == [None] * 6


# Clients on top.


def test_a_client_without_a_transport_of_its_own_sends_by_httpx_where_it_is_installed(server: Server) -> None:
    with Client(server.account) as client:
        assert client.remove(code="c").id == "7"
        assert client.remove(code="c").id == "7"

    async def use() -> str | None:
        async with AsyncClient(server.account) as client:
            return (await client.remove(code="c")).id

    assert asyncio.run(use()) == "7"
    assert ["httpx" in headers["User-Agent"] for _, _, headers, _ in server.seen] == [True] * 3


def test_a_client_without_httpx_sends_by_urllib(server: Server) -> None:
    code = """
import asyncio, sys
sys.modules["httpx"] = None
import importlib.util
found = importlib.util.find_spec
importlib.util.find_spec = lambda name, *rest: None if name == "httpx" else found(name, *rest)
from qince_leads import Account, AsyncClient, Client
account = Account("o", "k", sys.argv[1])
async def use():
    async with AsyncClient(account) as client:
        return await client.remove(code="c")
print(Client(account).remove(code="c").id, asyncio.run(use()).id)
"""
    assert run_python(code, server.base_url) == "7 7"
    assert ["urllib" in headers["User-Agent"] for _, _, headers, _ in server.seen] == [True] * 2


def test_a_client_scans_and_retries_over_http(server: Server) -> None:
    answers = [reply("", 503), reply(rows({"id": 1}).body), drop, reply(rows({"id": 2}).body), reply(rows().body)]
    server.answer = in_turn(answers)
    with Client(server.account, policy=AT_ONCE) as client:
        assert [lead.id for lead in client.query(code="c")] == ["1", "2"]
    assert answers == []


def test_a_client_tells_a_closed_port_from_a_broken_connection(server: Server) -> None:
    for transport in (UrllibTransport(), HttpxTransport()):
        closed = Account(OPENID, APP_KEY, f"http://127.0.0.1:{closed_port()}")
        with pytest.raises(TransportError) as raised:
            Client(closed, transport=transport, policy=ONCE).add(emp_name="e")
        assert raised.value.failure == "not_sent"
        server.answer = drop
        with pytest.raises(UncertainError):
            Client(server.account, transport=transport, policy=ONCE).add(emp_name="e")


def test_a_redirect_ends_a_call_with_its_status(server: Server) -> None:
    server.answer = reply("", 302, Location="/elsewhere")
    for transport in (UrllibTransport(), HttpxTransport()):
        with pytest.raises(HttpStatusError) as raised:
            Client(server.account, transport=transport).add(emp_name="e")
        assert raised.value.status == 302


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HTTPS_PROXY", "ftp://user:pass-word@127.0.0.1:9"),
        ("HTTPS_PROXY", "http://user:pass-word/x@127.0.0.1:9"),
        ("HTTPS_PROXY", "http://user:pass-word@127.0.0.1:none"),
        ("NO_PROXY", "[::1"),
        ("SSL_CERT_FILE", "missing.pem"),
    ],
)
@pytest.mark.parametrize("kind", [HttpxTransport, AsyncHttpxTransport])
def test_an_environment_that_httpx_cannot_use_is_told_and_nothing_was_sent(
    kind: Any, name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    signed = request_to(closed_port())

    async def run() -> Any:
        return await kind()(signed, 5.0)

    error, _ = took(lambda: asyncio.run(run()) if kind is AsyncHttpxTransport else kind()(signed, 5.0))
    assert isinstance(error, NotSentError)
    assert "the environment" in str(error)
    assert "pass-word" not in str(error)


# httpx of one's own.


def test_an_httpx_client_of_ones_own_is_used_and_left_open(server: Server) -> None:
    mine = httpx.Client(headers={"X-Mine": "yes"}, follow_redirects=True)
    transport = HttpxTransport(mine)
    server.answer = reply("", 302, Location="/elsewhere")
    assert transport(server.request, 5.0).status == 302
    transport.close()
    assert not mine.is_closed
    mine.close()
    assert [headers["X-Mine"] for _, _, headers, _ in server.seen] == ["yes"]


def test_an_asynchronous_httpx_client_of_ones_own_is_used_and_left_open(server: Server) -> None:
    async def use() -> bool:
        async with httpx.AsyncClient(headers={"X-Mine": "yes"}) as mine:
            transport = AsyncHttpxTransport(mine)
            assert (await transport(server.request, 5.0)).status == 200
            await transport.aclose()
            return mine.is_closed

    assert asyncio.run(use()) is False
    assert server.seen[0][2]["X-Mine"] == "yes"


def test_an_httpx_client_that_has_no_connection_to_spare_has_sent_nothing(server: Server) -> None:
    hold = threading.Event()

    def answer(handler: BaseHTTPRequestHandler) -> None:
        hold.wait(2)
        drop(handler)

    server.answer = answer
    with httpx.Client(limits=httpx.Limits(max_connections=1)) as mine:
        transport = HttpxTransport(mine)
        holding = threading.Thread(target=lambda: took(lambda: transport(server.request, 1.0)), daemon=True)
        holding.start()
        while not server.seen:
            time.sleep(0.001)
        error, _ = took(lambda: transport(server.request, 0.05))
        hold.set()
        holding.join(2)
    assert isinstance(error, NotSentError)


def test_a_transport_that_was_closed_sends_nothing_any_more(server: Server) -> None:
    transport = HttpxTransport()
    assert transport(server.request, 5.0).status == 200
    transport.close()
    transport.close()
    with pytest.raises(NotSentError, match="closed"):
        transport(server.request, 5.0)
    assert len(server.seen) == 1


def test_transports_survive_pickle(server: Server) -> None:
    for transport in (UrllibTransport(), HttpxTransport()):
        transport(server.request, 5.0)
        assert pickle.loads(pickle.dumps(transport))(server.request, 5.0).status == 200
    kept = pickle.loads(pickle.dumps(ThreadTransport(UrllibTransport())))
    assert asyncio.run(kept(server.request, 5.0)).status == 200
    assert type(pickle.loads(pickle.dumps(AsyncHttpxTransport()))) is AsyncHttpxTransport


def test_a_transport_in_a_thread_lets_others_run_and_hands_on_what_is_raised() -> None:
    def slow(_: SignedRequest, timeout: float, /) -> Reply:
        time.sleep(0.05)
        raise KeyError(timeout)

    async def run() -> int:
        turns = 0
        sending = asyncio.ensure_future(ThreadTransport(slow)(sign(account(), RemoveLead(code="c")), 3.0))
        while not sending.done():
            turns += 1
            await asyncio.sleep(0.001)
        with pytest.raises(KeyError) as raised:
            await sending
        assert 2.0 < raised.value.args[0] <= 3.0
        return turns

    assert asyncio.run(run()) > 5


def test_what_gets_no_thread_within_its_time_is_not_sent() -> None:
    sent: list[float] = []

    def slow(_: SignedRequest, timeout: float, /) -> Reply:
        sent.append(timeout)
        time.sleep(0.2)
        return Reply(200, body("7"))

    async def run() -> list[str]:
        transport = ThreadTransport(slow, max_threads=1)
        signed = sign(account(), RemoveLead(code="c"))
        ends = await asyncio.gather(*(transport(signed, at) for at in (5.0, 0.1, 5.0)), return_exceptions=True)
        return [type(end).__name__ for end in ends]

    assert asyncio.run(run()) == ["Reply", "NotSentError", "Reply"]
    assert len(sent) == 2
    assert sent[1] < 4.9


def test_what_speaks_no_tls_is_sent_nothing(send: Send) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=speak_nonsense, args=(listening,), daemon=True)
        thread.start()
        secure = Account(OPENID, APP_KEY, f"https://127.0.0.1:{listening.getsockname()[1]}")
        error, _ = took(lambda: send(sign(secure, RemoveLead(code="c")), 1.0))
        thread.join(2)
    assert isinstance(error, NotSentError)
    assert "SSL" in str(error)


def test_the_package_loads_no_http_library_before_it_is_needed() -> None:
    loaded = run_python("import sys, qince_leads; print([m for m in ('httpx', 'asyncio', 'ssl') if m in sys.modules])")
    assert loaded == "[]"
    assert sys.version_info >= (3, 10)
    assert Policy() == Policy()


def test_threads_that_start_together_share_one_client(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[object] = []
    make = httpx.Client.__init__

    def counted(self: httpx.Client, *args: Any, **options: Any) -> None:
        made.append(self)
        make(self, *args, **options)

    monkeypatch.setattr(httpx.Client, "__init__", counted)
    transport = HttpxTransport()
    together = threading.Barrier(8)

    def send_one() -> int:
        together.wait()
        return transport(server.request, 5.0).status

    with ThreadPoolExecutor(8) as pool:
        statuses = [sent.result() for sent in [pool.submit(send_one) for _ in range(8)]]
    transport.close()
    assert (statuses, len(made)) == ([200] * 8, 1)
