"""No output shows an app key, a push secret, an openid or a digest."""

from __future__ import annotations

import asyncio
import io
import logging
import traceback
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from typing import Any

import httpx
import pytest
from qince_leads import (
    Account,
    AddLead,
    AsyncClient,
    AsyncHttpxTransport,
    Call,
    Client,
    HttpStatusError,
    HttpxTransport,
    Other,
    QinceError,
    RemoveLead,
    Reply,
    Send,
    ThreadTransport,
    TransportError,
    UncertainError,
    UrllibTransport,
    sign,
    verify_push,
)
from qince_leads._core import redact

from .server import Server, closed_port, drop, in_turn, reply
from .support import APP_KEY, AT_ONCE, ONCE, OPENID, PUSH_SECRET, SECRETS, Answers, Host, account, body, push_body

ADD = AddLead(emp_name="e", code="L1")
DIGEST = "1912fc5cd17ce3476551af8488a50ee6"


def assert_silent(*texts: object, digests: tuple[str, ...] = ()) -> None:
    for text in texts:
        told = [secret for secret in (*SECRETS, *digests) if secret in str(text)]
        assert told == [], f"{told} in {str(text)[:500]}"


def told(error: BaseException) -> list[str]:
    """All that an error may print."""
    with_locals = traceback.TracebackException.from_exception(error, capture_locals=True)
    mine = [line for line in with_locals.format() if "site-packages/_pytest" not in line]
    return [str(error), repr(error), *traceback.format_exception(error), *map(str, error.args), *mine]


def error_of(run: Callable[[], object]) -> BaseException:
    with pytest.raises(QinceError) as raised:
        run()
    return raised.value


def test_an_account_and_a_client_show_no_secret() -> None:
    for each in (account(), Client(account()), AsyncClient(account()), Client(account()).query(code="c")):
        assert_silent(repr(each), str(each), f"{each}", f"{[each]}")


def test_a_request_and_a_call_show_neither_openid_nor_digest_but_where_they_are_asked_for_the_url() -> None:
    request = sign(account(), ADD)
    digest = request.url.split("/")[-2]
    assert OPENID in request.url
    assert len(digest) == 32
    call = Call(account(), ADD)
    step = call.step(int(request.timestamp), request.msg_id, 0.0)
    assert isinstance(step, Send)
    assert step.request.url == request.url
    call.failed(request.msg_id, int(request.timestamp), "unknown")
    shown = (request, request.redacted_url, call, step, call.last_attempt, call.last_attempt and call.last_attempt.url)
    assert_silent(*map(repr, shown), *map(str, shown), digests=(digest,))


@pytest.mark.parametrize(
    "make",
    [
        lambda: Account("", APP_KEY),
        lambda: Account(OPENID, ""),
        lambda: Account(OPENID, APP_KEY, "ftp://x"),
        lambda: Account(OPENID, APP_KEY, "https://user@example.com"),
        lambda: sign(account(), ADD, now_ms=-1),
        lambda: sign(account(), AddLead()),
        lambda: verify_push(push_body({}, secret="x"), secrets=[PUSH_SECRET], max_age_ms=None),
        lambda: verify_push(push_body({}), secrets=PUSH_SECRET, max_age_ms=0, now_ms=0),
        lambda: verify_push(push_body("["), secrets=PUSH_SECRET, max_age_ms=None),
        lambda: Client(account(), transport=Answers(Reply(404, ""))).add(ADD),
        lambda: Client(account(), transport=Answers(TimeoutError())).add(emp_name="e"),
        lambda: Client(account(), transport=Answers(Reply(200, body(code="5")))).add(ADD),
    ],
)
def test_errors_and_their_tracebacks_show_no_secret(make: Callable[[], object]) -> None:
    error = error_of(make)
    assert_silent(str(error), repr(error), *traceback.format_exception(error), *error.args, *vars(error).values())


def test_type_errors_of_wrong_secrets_do_not_show_them() -> None:
    wrong: list[Callable[[], object]] = [
        lambda: Account(OPENID, APP_KEY.encode()),  # type: ignore[arg-type]
        lambda: Account([OPENID], APP_KEY),  # type: ignore[arg-type]
        lambda: Account(OPENID, f"{APP_KEY}\ud800"),
        lambda: verify_push("", secrets=[PUSH_SECRET.encode()], max_age_ms=None),  # type: ignore[list-item]
        lambda: Client(APP_KEY),  # type: ignore[arg-type]
    ]
    for make in wrong:
        with pytest.raises(TypeError) as raised:
            make()
        assert_silent(str(raised.value))


def test_what_an_observer_is_given_shows_no_secret(host: Host) -> None:
    transport = Answers(TimeoutError(), Reply(503, ""), Reply(200, body("7")))
    host.call(host.client(transport), "remove", code="c")
    digests = tuple(request.url.split("/")[-2] for request in transport.sent)
    assert len(host.attempts) == 3
    for attempt in host.attempts:
        assert_silent(repr(attempt), attempt.url, attempt.outcome, digests=digests)


# Logs.


class Logs:
    """All that is logged, at every level, by anyone."""

    def __init__(self) -> None:
        self.records: list[logging.LogRecord] = []
        self._out = io.StringIO()
        self._handler = logging.StreamHandler(self._out)
        self._handler.setFormatter(logging.Formatter("%(name)s %(levelname)s %(message)s"))
        self._handler.addFilter(self._note)

    @property
    def text(self) -> str:
        return self._out.getvalue()

    def _note(self, record: logging.LogRecord) -> bool:
        self.records.append(record)
        return True

    def __enter__(self) -> Logs:
        root = logging.getLogger()
        root.addHandler(self._handler)
        self._level = root.level
        root.setLevel(logging.NOTSET)
        return self

    def __exit__(self, *_: object) -> None:
        root = logging.getLogger()
        root.removeHandler(self._handler)
        root.setLevel(self._level)


@pytest.fixture
def logs() -> Iterator[Logs]:
    with Logs() as logs:
        yield logs


def test_every_attempt_is_logged_at_debug_without_secrets(host: Host, logs: Logs) -> None:
    transport = Answers(TimeoutError(), Reply(200, body("7")))
    host.call(host.client(transport), "remove", code="c")
    ours = [record for record in logs.records if record.name == "qince_leads"]
    assert [record.levelno for record in ours] == [logging.DEBUG] * 2
    assert ["unknown" in ours[0].getMessage(), "ok" in ours[1].getMessage()] == [True, True]
    assert "/api/salesleads/v1/removeSalesLeads/***/" in ours[0].getMessage()
    assert_silent(logs.text, digests=tuple(request.url.split("/")[-2] for request in transport.sent))


def test_an_observer_that_raises_is_logged_without_secrets(host: Host, logs: Logs) -> None:
    def observe(_: object) -> None:
        raise RuntimeError("observer")

    host.call(host.client(Answers(Reply(200, body("7"))), on_attempt=observe), "remove", code="c")
    assert "RuntimeError: observer" in logs.text
    assert_silent(logs.text)


TRANSPORTS: dict[str, Callable[[], Any]] = {
    "urllib": UrllibTransport,
    "httpx": HttpxTransport,
    "async httpx": AsyncHttpxTransport,
    "thread": lambda: ThreadTransport(HttpxTransport()),
}


def call(at: Account, transport: Any, add: AddLead = ADD) -> object:
    if isinstance(transport, UrllibTransport | HttpxTransport):
        return Client(at, transport=transport, policy=ONCE).add(add)

    async def call() -> object:
        return await AsyncClient(at, transport=transport, policy=ONCE).add(add)

    return asyncio.run(call())


@pytest.mark.parametrize("name", TRANSPORTS)
def test_what_the_libraries_of_transports_log_shows_neither_openid_nor_digest(
    name: str, server: Server, logs: Logs
) -> None:
    call(server.account, TRANSPORTS[name]())
    digest = server.seen[0][1].split("/")[-2]
    assert len(digest) == 32
    if "httpx" in name:
        assert "HTTP Request: POST" in logs.text
        assert "/api/salesleads/v1/addSalesLeads/***/" in logs.text
    assert_silent(logs.text, digests=(digest, digest.upper()))


def reported(error: BaseException | None, seen: set[int] | None = None) -> Iterator[str]:
    """All that a crash reporter takes of an error: what it goes back to, and the locals of each frame."""
    seen = set() if seen is None else seen
    if error is None or id(error) in seen:
        return
    seen.add(id(error))
    yield from (str(error), repr(error), *map(repr, vars(error).values()))
    trace = error.__traceback__
    while trace is not None:
        if "_pytest" not in trace.tb_frame.f_code.co_filename:
            yield from (f"{name} = {value!r}" for name, value in trace.tb_frame.f_locals.items())
            # It looks into what it knows no better.
            yield from (repr(vars(value)) for value in trace.tb_frame.f_locals.values() if is_foreign(value))
        trace = trace.tb_next
    yield from reported(error.__cause__, seen)
    yield from reported(error.__context__, seen)


def is_foreign(value: object) -> bool:
    return type(value).__module__.partition(".")[0] in ("httpx", "httpcore", "urllib", "http", "h11")


@pytest.mark.parametrize("add", [ADD, AddLead(emp_name="e")])
@pytest.mark.parametrize("name", TRANSPORTS)
def test_errors_of_a_broken_connection_show_no_secret_even_with_the_locals_of_each_frame(
    name: str, server: Server, add: AddLead
) -> None:
    closed = Account(OPENID, APP_KEY, f"http://127.0.0.1:{closed_port()}")
    server.answer = drop
    for at in (server.account, closed):
        error = error_of(lambda at=at: call(at, TRANSPORTS[name](), add))  # type: ignore[misc]
        digests = tuple(path.split("/")[-2] for _, path, _, _ in server.seen)
        assert_silent(*reported(error), *traceback.format_exception(error), digests=digests)


class Interrupts(httpx.BaseTransport):
    """Is interrupted below httpx, whose frames hold the URL."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        assert OPENID in str(request.url)
        raise KeyboardInterrupt


def test_what_interrupts_a_request_does_not_bring_the_frames_of_the_transport_along() -> None:
    transport = HttpxTransport(httpx.Client(transport=Interrupts()))
    with pytest.raises(KeyboardInterrupt) as raised:
        transport(sign(account(), ADD), 5.0)
    assert OPENID in "".join(reported(raised.value)), "this finds what there is to find"
    with pytest.raises(KeyboardInterrupt) as raised:
        call(account(), transport)
    assert_silent(*reported(raised.value))
    assert isinstance(raised.value.__cause__, UncertainError)


def test_what_a_cancelled_task_raises_does_not_bring_them_along_either(server: Server) -> None:
    def hang(_: object) -> None:
        server.over.wait(5)

    server.answer = hang

    async def cancelled() -> BaseException:
        task = asyncio.ensure_future(AsyncClient(server.account).add(ADD))
        while not server.seen:
            await asyncio.sleep(0.001)
        task.cancel()
        with pytest.raises(asyncio.CancelledError) as raised:
            await task
        return raised.value

    error = asyncio.run(cancelled())
    server.over.set()
    assert_silent(*reported(error), digests=(server.seen[0][1].split("/")[-2],))


def test_what_urllib3_logs_shows_neither_openid_nor_digest(logs: Logs) -> None:
    Client(account(), transport=Answers())
    url = sign(account(), RemoveLead(code="c")).url
    path, digest = url.removeprefix("https://openapi.waiqin365.com"), url.split("/")[-2]
    logger = logging.getLogger("urllib3.connectionpool")
    # As urllib3 does after each reply, on a retry, and where it gives up.
    logger.debug('%s://%s:%s "%s %s %s" %s %s', "https", "openapi.waiqin365.com", 443, "POST", path, "HTTP/1.1", 200, 9)
    logger.debug("Incremented Retry for (url='%s'): %r", path, "Retry(total=1)")
    logger.warning("Retrying (%r) after connection broken by '%r': %s", "Retry()", TimeoutError(), path)
    logger.info("Redirecting %s -> %s", url, url)
    assert logs.text.count("/api/salesleads/v1/removeSalesLeads/***/") == 5
    assert_silent(logs.text, digests=(digest,))


def test_logs_of_other_requests_are_left_as_they_are(logs: Logs) -> None:
    Client(account(), transport=Answers())
    logger = logging.getLogger("httpx")
    logger.info("HTTP Request: %s %s %d", "GET", "https://example.com/api/other/a/b", 200)
    logger.info("%(a)s", {"a": 5})
    logger.info("100%")
    assert logs.text.splitlines() == [
        "httpx INFO HTTP Request: GET https://example.com/api/other/a/b 200",
        "httpx INFO 5",
        "httpx INFO 100%",
    ]


def test_a_url_that_is_logged_in_any_other_way_is_redacted_too(logs: Logs) -> None:
    Client(account(), transport=Answers())
    url = sign(account(), RemoveLead(code="c")).url
    logger = logging.getLogger("httpx")
    logger.info("sent %(url)s", {"url": url})
    logger.info(f"sent {url}")
    assert logs.text.count("***") == 4
    assert_silent(logs.text, digests=(url.split("/")[-2],))


def test_a_retry_over_http_logs_no_secret(server: Server, logs: Logs) -> None:
    answers = [reply("", 503), drop, reply(body("7"))]
    server.answer = in_turn(answers)
    with Client(server.account, policy=AT_ONCE) as client:
        client.remove(code="c")
    assert_silent(logs.text, digests=tuple(path.split("/")[-2] for _, path, _, _ in server.seen))


@pytest.mark.parametrize("name", ["httpx", "async httpx"])
def test_what_a_server_says_of_a_url_is_logged_without_secrets(name: str, server: Server, logs: Logs) -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(301, f"Not {handler.path}")
        handler.send_header("Location", f"https://leads.example{handler.path}")
        handler.send_header("X-Path", handler.path)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    server.answer = answer
    error = error_of(lambda: call(server.account, TRANSPORTS[name]()))
    assert isinstance(error, HttpStatusError)
    assert "https://leads.example/api/salesleads/v1/addSalesLeads/***/" in logs.text
    assert_silent(logs.text, digests=(server.seen[0][1].split("/")[-2],))


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        (
            f"https://a.cn/x/api/salesleads/v1/addSalesLeads/openid/123/{DIGEST}/m",
            "https://a.cn/x/api/salesleads/v1/addSalesLeads/***/123/***/m",
        ),
        (f"/api/customer/v1/query/openid/123/{DIGEST}/m", "/api/customer/v1/query/***/123/***/m"),
        ("https://relay.cn/salesleads/v1/addSalesLeads/m", "https://relay.cn/salesleads/v1/addSalesLeads/m"),
    ],
)
def test_urls_of_the_service_are_redacted(url: str, shown: str) -> None:
    assert redact(url, url) == shown
    assert redact(f"no reply from {url!r}", url) == f"no reply from {shown!r}"


def test_words_that_are_no_utf_8_are_no_obstacle(host: Host, logs: Logs) -> None:
    def fail(request: Any, _: float) -> Any:
        logging.getLogger("httpx").info("sent \udcff %s", request.url)
        raise OSError(f"\udcff {request.url}")

    with pytest.raises(TransportError) as raised:
        host.call(host.client(Answers(fail), policy=ONCE), "remove", code="c")
    assert_silent(*told(raised.value), logs.text)
    assert "***" in str(raised.value.__cause__)
    with pytest.raises(TransportError) as raised:
        host.call(host.client(Answers(OSError("\udcff")), policy=ONCE), "remove", code="c")
    assert str(raised.value.__cause__) == "?"


def test_a_request_redacts_what_names_it_in_whatever_words() -> None:
    request = sign(account(), Other("customer/v1/queryCustomer", {}))
    digest = request.url.split("/")[-2]
    shown = request.redact(f"Max retries exceeded with url: {request.url} ({digest}; {OPENID})")
    assert_silent(shown, digests=(digest,))
    assert "customer/v1/queryCustomer" in shown
