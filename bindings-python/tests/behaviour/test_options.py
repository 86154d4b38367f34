"""What is told to a client, and what it tells: headers, hooks, logs, replies, and options of one call."""

from __future__ import annotations

import asyncio
import logging
import pickle
import sys
from contextlib import suppress
from typing import Any

import httpx
import pytest
import qince_leads
from qince_leads import (
    AddLead,
    AsyncClient,
    AsyncHttpxTransport,
    Attempt,
    Client,
    HttpStatusError,
    HttpxTransport,
    InvalidAccountError,
    MalformedError,
    NotSentError,
    Policy,
    QueryLeads,
    RejectedError,
    Reply,
    ThreadTransport,
    TransportError,
    UncertainError,
    UrllibTransport,
)

from .server import Server
from .support import EMPTY, OK, ONCE, Answers, Host, account, body, rows

LEAD = AddLead(emp_name="e", code="L1")
BLIND = AddLead(emp_name="e")
PYTHON = "{}.{}".format(*sys.version_info)
OURS = f"qince-leads-python/{qince_leads.__version__} python/{PYTHON}"


# Headers.


@pytest.mark.parametrize("made", [HttpxTransport, UrllibTransport])
def test_requests_say_who_sends_them(server: Server, made: Any) -> None:
    Client(server.account, transport=made()).remove(code="c")
    httpx_version = ".".join(httpx.__version__.split(".")[:2])
    library = f"httpx/{httpx_version}" if made is HttpxTransport else f"urllib/{PYTHON}"
    assert server.seen[0][2]["User-Agent"] == f"{OURS} {library}"


@pytest.mark.parametrize("made", [AsyncHttpxTransport, lambda: ThreadTransport(UrllibTransport())])
def test_requests_that_are_awaited_say_so_too(server: Server, made: Any) -> None:
    async def remove() -> None:
        await AsyncClient(server.account, transport=made()).remove(code="c")

    asyncio.run(remove())
    assert server.seen[0][2]["User-Agent"].startswith(f"{OURS} ")


def test_a_transport_of_ones_own_is_not_named(host: Host) -> None:
    transport = Answers(OK)
    host.call(host.client(transport), "remove", code="c")
    assert transport.sent[0].headers == {"Content-Type": "application/json", "User-Agent": OURS}


def test_headers_of_ones_own_win_whatever_their_case(host: Host) -> None:
    transport = Answers(OK, OK)
    client = host.client(transport, headers={"user-agent": "mine", "X-Team": "a"})
    host.call(client, "remove", code="c")
    host.call(client.with_options(headers={"X-Team": "b"}), "remove", code="c")
    assert transport.sent[0].headers == {"Content-Type": "application/json", "user-agent": "mine", "X-Team": "a"}
    assert transport.sent[1].headers == {"Content-Type": "application/json", "User-Agent": OURS, "X-Team": "b"}


def test_none_as_an_option_is_what_a_client_has_without_it(host: Host) -> None:
    transport = Answers(OK, NotSentError(), OK)
    client = host.client(transport, headers={"X-Team": "a"}, policy=ONCE)
    host.call(client.with_options(headers=None), "remove", code="c")
    assert "X-Team" not in transport.sent[0].headers
    assert host.call(client, "remove", code="c", options={"policy": None}).id == "7"
    assert len(transport.sent) == 3


@pytest.mark.parametrize(
    "wrong",
    [5, "X: y", ["X"], {"X": 5}, {5: "x"}, {"": "x"}, {"X y": "z"}, {"X": "a\nY: b"}, {"X\r\n": "a"}, {"X": "\ud800"}],
    ids=repr,
)
def test_what_are_no_headers_is_refused_without_showing_a_value(wrong: Any) -> None:
    with pytest.raises((TypeError, InvalidAccountError), match="header") as raised:
        Client(account(), headers=wrong)
    assert "a\nY: b" not in str(raised.value)


@pytest.mark.parametrize("name", ["Connection", "content-length", "Content-Type", "HOST", "Upgrade"])
def test_headers_that_are_the_requests_own_are_refused_and_those_of_a_hook_passed_over(
    host: Host, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(InvalidAccountError, match=f"`{name}` is the request's own"):
        Client(account(), headers={name: "1"})
    transport = Answers(OK)
    assert host.call(host.client(transport, on_request=lambda *_: {name: "1"}), "add", BLIND).id == "7"
    assert transport.sent[0].headers.keys() == {"Content-Type", "User-Agent"}
    assert f"`{name}` is the request's own" in caplog.text


# Hooks.


def test_a_hook_before_each_request_knows_which_it_is_and_adds_headers(host: Host) -> None:
    told: list[tuple[str, str, int]] = []

    def trace(operation: str, msg_id: str, number: int) -> dict[str, str]:
        told.append((operation, msg_id, number))
        return {"traceparent": f"00-{msg_id}-01"}

    transport = Answers(TimeoutError(), Reply(503, ""), EMPTY, TimeoutError(), rows({"id": 6, "code": "L1"}))
    host.call(host.client(transport, on_request=trace), "add", LEAD)
    assert [(operation, number) for operation, _, number in told] == [
        ("add", 1),
        ("query", 1),
        ("query", 2),
        ("add", 2),
        ("query", 1),
    ]
    assert [(attempt.operation, attempt.msg_id, attempt.number) for attempt in host.attempts] == told
    assert [sent.headers["traceparent"] for sent in transport.sent] == [f"00-{msg_id}-01" for _, msg_id, _ in told]


@pytest.mark.parametrize("returned", [None, {}, 5, {"X": 5}, {"X": "a\nb"}, RuntimeError("mine")], ids=repr)
def test_a_hook_that_returns_no_headers_or_raises_harms_nothing(
    host: Host, returned: Any, caplog: pytest.LogCaptureFixture
) -> None:
    def hook(*_: object) -> Any:
        if isinstance(returned, Exception):
            raise returned
        return returned

    transport = Answers(OK)
    assert host.call(host.client(transport, on_request=hook), "remove", code="c").id == "7"
    assert transport.sent[0].headers.keys() == {"Content-Type", "User-Agent"}
    assert bool(caplog.records) is bool(returned)


def test_doubt_is_told_when_a_call_ends_in_it(host: Host, caplog: pytest.LogCaptureFixture) -> None:
    doubts: list[UncertainError] = []
    client = host.client(Answers(*[TimeoutError()] * 5), on_uncertain=doubts.append, policy=Policy(base_delay_ms=0))
    with pytest.raises(UncertainError) as raised:
        host.call(client, "add", LEAD)
    assert doubts == [raised.value]
    assert (doubts[0].lead_code, doubts[0].msg_id) == ("L1", host.attempts[-1].msg_id)
    [warning] = [record for record in caplog.records if record.levelno == logging.WARNING]
    assert warning.name == "qince_leads"
    assert warning.getMessage() == f"add: {raised.value} (code L1, msg_id {raised.value.msg_id})"


class Fails(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        raise OSError("no space left")


def test_a_log_handler_that_raises_harms_nothing(host: Host) -> None:
    def hook(_: object) -> None:
        raise RuntimeError("mine")

    doubts: list[UncertainError] = []
    logger, handler = logging.getLogger("qince_leads"), Fails()
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    try:
        assert host.call(host.client(Answers(OK)), "add", BLIND).id == "7"
        assert host.call(host.client(Answers(OK), on_attempt=hook), "add", BLIND).id == "7"
        with pytest.raises(UncertainError) as raised:
            host.call(host.client(Answers(TimeoutError()), on_uncertain=doubts.append), "add", BLIND)
    finally:
        logger.removeHandler(handler)
        logger.setLevel(logging.NOTSET)
    assert doubts == [raised.value]


def test_doubt_is_told_of_no_call_that_ends_in_any_other_way(host: Host) -> None:
    doubts: list[UncertainError] = []
    for answer in (OK, Reply(404, ""), Reply(200, body(code="5")), NotSentError()):
        client = host.client(Answers(answer), on_uncertain=doubts.append, policy=ONCE)
        with suppress(HttpStatusError, RejectedError, TransportError):
            host.call(client, "add", LEAD)
    assert doubts == []


def test_a_hook_of_doubt_that_raises_harms_nothing(host: Host, caplog: pytest.LogCaptureFixture) -> None:
    def hook(_: object) -> None:
        raise RuntimeError("mine")

    with pytest.raises(UncertainError):
        host.call(host.client(Answers(TimeoutError()), on_uncertain=hook), "add", BLIND)
    assert "on_uncertain failed" in caplog.text


def test_doubt_is_told_where_gather_and_groups_lose_it() -> None:
    doubts: list[UncertainError] = []

    async def hang(*_: object) -> Reply:
        await asyncio.sleep(60)
        return OK

    async def gathered() -> None:
        client = AsyncClient(account(), transport=hang, on_uncertain=doubts.append)
        adding = asyncio.gather(*(client.add(AddLead(emp_name="e", code=f"L{n}")) for n in range(3)))
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(adding, 0.05)

    asyncio.run(gathered())
    assert sorted(str(doubt.lead_code) for doubt in doubts) == ["L0", "L1", "L2"]
    assert all(doubt.may_have_been_carried_out for doubt in doubts)


def test_doubt_is_told_where_a_call_is_interrupted() -> None:
    doubts: list[UncertainError] = []
    client = Client(account(), transport=Answers(KeyboardInterrupt()), on_uncertain=doubts.append)
    with pytest.raises(KeyboardInterrupt) as raised:
        client.add(BLIND)
    assert [raised.value.__cause__] == doubts
    assert doubts[0].lead_code is None


def test_whatever_ends_an_add_after_it_was_sent_ends_it_in_doubt(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    async def asleep(_: float) -> None:
        raise OverflowError("mine")

    def sleep(_: float) -> None:
        raise OverflowError("mine")

    monkeypatch.setattr("time.sleep", sleep)
    client = host.client(Answers(TimeoutError()), policy=Policy(base_delay_ms=10, jitter=0))
    if host.kind == "async":
        add = client.add(LEAD)

        async def run() -> None:
            monkeypatch.setattr("asyncio.sleep", asleep)
            client._transport = Lost()
            await add

        with pytest.raises(UncertainError) as raised:
            asyncio.run(run())
    else:
        with pytest.raises(UncertainError) as raised:
            client.add(LEAD)
    assert isinstance(raised.value, UncertainError)


class Lost:
    """An asynchronous transport that hears nothing."""

    async def __call__(self, *_: object) -> Reply:
        raise TimeoutError


def test_each_attempt_is_one_line_of_the_core_s(host: Host, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "qince_leads")
    host.call(host.client(Answers(Reply(503, ""), OK)), "remove", code="c")
    lines = [record.getMessage() for record in caplog.records if record.name == "qince_leads"]
    assert lines == list(map(str, host.attempts))
    assert lines[0].startswith("remove attempt 1: http_status (HTTP 503) after ")


# Replies.


def test_a_result_has_the_reply_that_it_was_read_from(host: Host) -> None:
    reply = Reply(200, OK.body, {"X-Trace": "t1"})
    receipt = host.call(host.client(Answers(reply)), "remove", code="c")
    assert receipt.reply is reply
    assert receipt == qince_leads.Receipt(id="7")
    kept = pickle.loads(pickle.dumps(receipt))
    assert (kept, kept.reply) == (receipt, None)


def test_a_page_and_a_lead_that_was_settled_have_theirs(host: Host) -> None:
    found = rows({"id": 6, "code": "L1"})
    receipt = host.call(host.client(Answers(TimeoutError(), found)), "add", LEAD)
    assert (receipt.settled, receipt.reply) == (True, found)
    page = Client(account(), transport=Answers(found))._run(QueryLeads(code="c"))
    assert page.reply is found


@pytest.mark.parametrize(
    ("kind", "reply"),
    [
        (RejectedError, Reply(200, body(code="5"), {"X-Trace": "t"})),
        (HttpStatusError, Reply(404, b"\x00<html>", {"Server": "s"})),
        (MalformedError, Reply(200, "<html>")),
    ],
)
def test_an_error_has_the_reply_that_it_was_read_from(host: Host, kind: Any, reply: Reply) -> None:
    with pytest.raises(kind) as raised:
        host.call(host.client(Answers(reply), policy=ONCE), "remove", code="c")
    assert raised.value.reply is reply
    assert pickle.loads(pickle.dumps(raised.value)).reply == reply


def test_an_error_of_a_request_without_a_reply_has_none(host: Host) -> None:
    with pytest.raises(TransportError) as raised:
        host.call(
            host.client(Answers(Reply(503, ""), TimeoutError()), policy=Policy(max_attempts=2, base_delay_ms=0)),
            "remove",
            code="c",
        )
    assert raised.value.reply is None


def test_an_error_in_doubt_has_the_reply_that_left_it_open(host: Host) -> None:
    lost = Reply(503, "lost")
    with pytest.raises(UncertainError) as raised:
        host.call(host.client(Answers(lost, EMPTY), policy=Policy(resend_adds=False, base_delay_ms=0)), "add", LEAD)
    assert isinstance(raised.value.__cause__, HttpStatusError)
    assert raised.value.reply is raised.value.__cause__.reply is lost


def test_the_transports_hand_over_all_headers(server: Server) -> None:
    def answer(handler: Any) -> None:
        handler.send_response(429)
        for name, value in [("Retry-After", "7"), ("Via", "a"), ("Via", "b"), ("Content-Length", "2")]:
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(b"no")

    server.answer = answer
    for transport in (HttpxTransport(), UrllibTransport()):
        with pytest.raises(HttpStatusError) as raised:
            Client(server.account, transport=transport, policy=ONCE).remove(code="c")
        reply = raised.value.reply
        assert reply is not None
        headers = {name.lower(): value for name, value in reply.headers.items()}
        assert (reply.status, reply.body, reply.retry_after, headers["via"]) == (429, b"no", "7", "a, b")


@pytest.mark.parametrize(
    "reply",
    [
        Reply(429, "", 7),
        Reply(429, "", "7"),
        Reply(429, "", retry_after=7),
        Reply(429, "", {"retry-after": "7"}),
        Reply(429, "", {"RETRY-AFTER": 7}),  # type: ignore[dict-item]
        Reply(429, "", httpx.Headers({"Retry-After": "7"})),
    ],
)
def test_a_retry_after_is_found_in_whatever_form_a_transport_hands_it_over(reply: Reply) -> None:
    assert reply.retry_after == "7"


def test_a_reply_shows_neither_body_nor_headers() -> None:
    assert repr(Reply(200, "<secret>", {"Set-Cookie": "secret"})) == "<Reply 200, 8 long, 1 headers>"


# Options of one call.


def test_options_of_one_call_hold_for_that_one(host: Host) -> None:
    transport = Answers(OK, Reply(503, ""), OK)
    client = host.client(transport, timeout=9)
    host.call(client, "remove", code="c", options={"timeout": 5, "headers": {"X": "y"}})
    with pytest.raises(HttpStatusError):
        host.call(client, "remove", code="c", options={"policy": ONCE})
    host.call(client, "remove", code="c")
    assert transport.timeouts == [5, 9, 9]
    assert ["X" in sent.headers for sent in transport.sent] == [True, False, False]


def test_options_of_a_query_hold_for_all_its_pages(host: Host) -> None:
    transport = Answers(rows({"id": 1}), EMPTY)
    assert len(host.leads(host.client(transport).query(code="c", options={"timeout": 5}))) == 1
    assert transport.timeouts == [5, 5]


@pytest.mark.parametrize(
    "wrong", [{"timeout": 0}, {"transport": None}, {"max_concurrent": 5}, {"retries": 3}], ids=repr
)
def test_options_of_one_call_that_make_no_sense_are_refused(host: Host, wrong: Any) -> None:
    transport = Answers()
    with pytest.raises(TypeError):
        host.call(host.client(transport), "remove", code="c", options=wrong)


def test_errors_and_attempts_can_be_made_in_tests() -> None:
    error = UncertainError("uncertain")
    error.lead_code = "L1"
    assert (error.code, error.msg_id, error.reply) == ("uncertain", None, None)
    assert TransportError("t", failure="not_sent").failure == "not_sent"
    attempt = Attempt(operation="add", number=2, outcome="unknown")
    assert (attempt.operation, attempt.number, attempt.outcome, attempt.status) == ("add", 2, "unknown", None)
    assert pickle.loads(pickle.dumps(attempt)) == attempt
    assert eval(repr(attempt)) == attempt
    wrong: list[dict[str, Any]] = [{"operation": "push"}, {"operation": "add", "outcome": "lost"}, {}]
    for each in wrong:
        with pytest.raises(TypeError):
            Attempt(**each)
