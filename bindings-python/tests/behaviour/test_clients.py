"""Clients that wait, and clients that are awaited: what holds of one holds of the other."""

from __future__ import annotations

import asyncio
import json
import pickle
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any, cast

import pytest
import qince_leads
from qince_leads import (
    Account,
    AddLead,
    AsyncClient,
    AsyncHttpxTransport,
    Client,
    HttpStatusError,
    HttpxTransport,
    InvalidAccountError,
    InvalidPayloadError,
    Lead,
    MalformedError,
    NotSentError,
    Policy,
    QueryLeads,
    Receipt,
    RejectedError,
    RemoveLead,
    Reply,
    SignedRequest,
    ThreadTransport,
    TransportError,
    UncertainError,
    UrllibTransport,
    sign,
)

from .conftest import Clock
from .support import APP_KEY, AT_ONCE, EMPTY, OK, ONCE, OPENID, VALID, Answers, Host, account, body, rows

LEAD = AddLead(emp_name="e", code="L1")
WRITES = [operation for operation in VALID if not operation.startswith("query")]


# Making one.


@pytest.mark.parametrize("kind", [Client, AsyncClient])
def test_a_client_is_made_from_an_account_or_from_what_makes_one(kind: Any) -> None:
    assert kind(account()).account == kind(openid=OPENID, app_key=APP_KEY).account == account()
    assert kind(openid="o", app_key="k", base_url="https://a.cn/x/").account.base_url == "https://a.cn/x"
    for wrong in (
        {"openid": "o"},
        {"app_key": "k"},
        {"base_url": "https://a.cn"},
        {"openid": "o", "app_key": "k", "more": 1},
    ):
        with pytest.raises(TypeError):
            kind(**wrong)
    for arguments in (("o", "k"), ("o",), (5,), (account(), Answers())):
        with pytest.raises(TypeError):
            kind(*arguments)
    for both in ({"openid": "o"}, {"app_key": "k"}, {"base_url": "https://a.cn"}):
        with pytest.raises(TypeError, match="either"):
            kind(account(), **both)
    with pytest.raises(InvalidAccountError):
        kind(openid="", app_key="k")


@pytest.mark.parametrize("kind", [Client, AsyncClient])
def test_a_client_without_an_account_takes_that_of_the_environment_or_names_what_is_missing(
    kind: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("QINCE_OPENID", "QINCE_APP_KEY", "QINCE_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(InvalidAccountError, match="QINCE_OPENID and QINCE_APP_KEY not set"):
        kind()
    monkeypatch.setenv("QINCE_OPENID", OPENID)
    with pytest.raises(InvalidAccountError, match="QINCE_APP_KEY not set"):
        kind()
    monkeypatch.setenv("QINCE_APP_KEY", APP_KEY)
    assert kind().account == account()
    monkeypatch.setenv("QINCE_BASE_URL", "https://a.cn/x")
    assert kind().account == Account(OPENID, APP_KEY, "https://a.cn/x")


WRONG_OPTIONS: list[dict[str, Any]] = [
    {"timeout": 0},
    {"timeout": -1},
    {"timeout": float("nan")},
    {"timeout": "5"},
    {"timeout": True},
    {"timeout": None},
    {"policy": {}},
    {"policy": 5},
    {"policy": False},
    {"policy": Policy},
    {"timestamp_form": "iso"},
    {"timestamp_form": None},
    {"timestamp_form": []},
    {"on_attempt": 5},
    {"on_attempt": "print"},
    {"retries": 3},
]


@pytest.mark.parametrize("wrong", WRONG_OPTIONS, ids=str)
@pytest.mark.parametrize("kind", [Client, AsyncClient])
def test_options_that_make_no_sense_are_refused(kind: Any, wrong: dict[str, Any]) -> None:
    with pytest.raises(TypeError):
        kind(account(), **wrong)
    with pytest.raises(TypeError):
        kind(account()).with_options(**wrong)


@pytest.mark.parametrize("wrong", [5, "httpx", {}, OK])
@pytest.mark.parametrize("kind", [Client, AsyncClient])
def test_a_transport_must_be_callable(kind: Any, wrong: Any) -> None:
    with pytest.raises(TypeError, match="transport"):
        kind(account(), transport=wrong)


@pytest.mark.parametrize("kind", [Client, AsyncClient])
def test_a_client_shows_where_it_calls_and_no_secret(kind: Any) -> None:
    assert repr(kind(account())) == f"{kind.__name__}(Account(base_url='https://openapi.waiqin365.com'))"


# Calling.


@pytest.mark.parametrize("operation", WRITES)
def test_every_operation_that_writes_takes_its_payload_or_its_fields(host: Host, operation: str) -> None:
    payload = VALID[operation]
    transport = Answers(OK, OK)
    client = host.client(transport)
    assert host.call(client, operation, payload) == Receipt(id="7")
    assert host.call(client, operation, **payload.to_dict()) == Receipt(id="7")
    first, second = transport.sent
    assert (first.operation, second.operation) == (operation, operation)
    assert first.body == second.body == sign(account(), payload).body
    assert first.msg_id != second.msg_id


@pytest.mark.parametrize("operation", ["query", "query_apaas"])
def test_every_query_takes_its_payload_or_its_fields(host: Host, operation: str) -> None:
    transport = Answers(rows({"id": 1}), EMPTY, rows({"id": 2}), EMPTY)
    client = host.client(transport)
    assert [lead.id for lead in host.leads(getattr(client, operation)(VALID[operation]))] == ["1"]
    assert [lead.id for lead in host.leads(getattr(client, operation)(code="c"))] == ["2"]
    assert transport.operations == [operation] * 4


def test_a_lead_is_found_by_its_code(host: Host) -> None:
    found = rows({"id": 1, "code": "L10"}, {"id": 2, "code": " l1 "})
    transport = Answers(found, EMPTY, found, EMPTY)
    client = host.client(transport)
    assert host.call(client, "find", "L1").id == "2"
    assert host.call(client, "find", "L1") is None
    assert host.call(client, "find_apaas", "L1").id == "2"
    assert host.call(client, "find_apaas", "L1") is None
    assert [sent.operation for sent in transport.sent] == ["query", "query", "query_apaas", "query_apaas"]
    assert {sent.body for sent in transport.sent} == {b'{"code":"L1"}'}
    with pytest.raises(InvalidPayloadError, match="code"):
        host.call(client, "find", "")
    assert len(transport.sent) == 4


def test_what_is_ensured_is_added_unless_a_lead_has_its_code(host: Host) -> None:
    there = rows({"id": 6, "code": "L1"})
    transport = Answers(there, EMPTY, OK, EMPTY, Reply(200, body(code="1")), there)
    client = host.client(transport)
    receipts = [host.call(client, "ensure_apaas", company_name="c", code="L1") for _ in range(3)]
    assert [(receipt.id, receipt.existed) for receipt in receipts] == [("6", True), ("7", False), ("6", True)]
    query, add = "query_apaas", "add_apaas"
    assert [sent.operation for sent in transport.sent] == [query, query, add, query, add, query]
    with pytest.raises(InvalidPayloadError, match="code"):
        host.call(client, "ensure", AddLead(emp_name="e"))
    assert len(transport.sent) == 6


def test_a_request_is_sent_with_all_that_it_is_made_of(host: Host) -> None:
    transport = Answers(OK)
    host.call(host.client(transport, timeout=2.5, timestamp_form="compact"), "remove", code="c")
    (request,) = transport.sent
    assert isinstance(request, SignedRequest)
    assert len(request.timestamp) == len("20260101000000")
    assert request.body == b'{"code":"c"}'
    assert transport.timeouts == [2.5]


def test_a_payload_of_another_operation_is_refused(host: Host) -> None:
    client = host.client(Answers())
    for wrong in (RemoveLead(code="c"), {"emp_name": "e"}, "L1", 5):
        with pytest.raises(TypeError, match="expected AddLead"):
            host.call(client, "add", wrong)
    with pytest.raises(TypeError, match="either"):
        host.call(client, "add", LEAD, cus_name="c")
    with pytest.raises(TypeError, match="did you mean 'cus_name'"):
        host.call(client, "add", cusname="c")


def test_an_invalid_payload_is_refused_before_anything_is_sent(host: Host) -> None:
    client = host.client(Answers())
    with pytest.raises(InvalidPayloadError):
        host.call(client, "add", cus_name="c")
    with pytest.raises(InvalidPayloadError):
        host.leads(client.query(page=1))
    assert host.attempts == []


def test_a_payload_of_a_class_of_ones_own_is_taken(host: Host) -> None:
    class Mine(RemoveLead):
        pass

    assert host.call(host.client(Answers(OK)), "remove", Mine(code="c")) == Receipt(id="7")


# Trying again.


def test_what_can_be_repeated_is_tried_again_until_it_works(host: Host, clock: Clock) -> None:
    transport = Answers(TimeoutError(), Reply(503, ""), Reply(200, "<html>"), OK)
    policy = Policy(base_delay_ms=500, max_delay_ms=8000, jitter=0)
    assert host.call(host.client(transport, policy=policy), "remove", code="c") == Receipt(id="7")
    assert clock.slept == [0.5, 1.0, 2.0]
    assert host.outcomes == [
        ("remove", "unknown"),
        ("remove", "http_status"),
        ("remove", "malformed"),
        ("remove", "ok"),
    ]
    assert len({request.msg_id for request in transport.sent}) == 4
    assert [attempt.number for attempt in host.attempts] == [1, 2, 3, 4]


def test_jitter_shortens_a_delay_and_never_lengthens_it(host: Host, clock: Clock) -> None:
    transport = Answers(*[TimeoutError()] * 40, OK)
    policy = Policy(max_attempts=99, base_delay_ms=1000, max_delay_ms=1000, jitter=0.5, deadline_ms=None)
    host.call(host.client(transport, policy=policy), "remove", code="c")
    assert all(0.5 <= slept <= 1.0 for slept in clock.slept)
    assert len(set(clock.slept)) > 10


def test_attempts_that_are_used_up_end_in_the_last_failure_and_its_cause(host: Host) -> None:
    last = ConnectionResetError("last")
    transport = Answers(TimeoutError("first"), last)
    with pytest.raises(TransportError) as raised:
        host.call(host.client(transport, policy=Policy(max_attempts=2, base_delay_ms=0)), "remove", code="c")
    assert repr(raised.value.__cause__) == repr(last)
    assert raised.value.failure == "unknown"


def test_a_refusal_is_not_tried_again(host: Host) -> None:
    transport = Answers(Reply(200, body(code="5", return_msg="no")))
    with pytest.raises(RejectedError, match="no"):
        host.call(host.client(transport), "add", LEAD)
    assert len(transport.sent) == 1


def test_an_add_is_settled_by_a_query_and_not_sent_again(host: Host) -> None:
    transport = Answers(TimeoutError(), rows({"id": 6, "code": "L1"}))
    assert host.call(host.client(transport), "add", LEAD) == Receipt(id="6", settled=True)
    assert transport.operations == ["add", "query"]
    assert host.outcomes == [("add", "unknown"), ("query", "ok")]


def test_an_add_that_was_not_carried_out_is_sent_again(host: Host) -> None:
    transport = Answers(TimeoutError(), EMPTY, OK)
    assert host.call(host.client(transport), "add", LEAD) == Receipt(id="7")
    assert transport.operations == ["add", "query", "add"]


def test_an_add_without_a_code_ends_uncertain_with_what_the_transport_raised(host: Host) -> None:
    lost = TimeoutError("lost")
    with pytest.raises(UncertainError) as raised:
        host.call(host.client(Answers(lost)), "add", emp_name="e")
    assert isinstance(raised.value.__cause__, TransportError)
    assert repr(raised.value.__cause__.__cause__) == repr(lost)


# What counts as not sent.


class KnownError(NotSentError):
    """One of a transport's own."""


def chained(error: BaseException, cause: BaseException) -> BaseException:
    error.__cause__ = cause
    return error


NOT_SENT: list[BaseException] = [NotSentError("known"), KnownError(), chained(NotSentError(), TimeoutError())]
# The same error comes before a connection stands, and after.
UNKNOWN: list[BaseException] = [
    TimeoutError("timed out"),
    ConnectionResetError(104, "reset"),
    BrokenPipeError(32, "broken"),
    ConnectionRefusedError(111, "refused"),
    OSError("anything"),
    OSError(101, "network is unreachable"),
    OSError(110, "timed out"),
    OSError(113, "no route to host"),
    socket.gaierror(-2, "name or service not known"),
    RuntimeError("anything"),
    chained(RuntimeError(), ConnectionRefusedError()),
    chained(RuntimeError(), NotSentError()),
]


@pytest.mark.parametrize("error", NOT_SENT, ids=repr)
def test_an_add_of_which_nothing_left_this_host_is_sent_again(host: Host, error: BaseException) -> None:
    transport = Answers(error, OK)
    assert host.call(host.client(transport), "add", emp_name="e") == Receipt(id="7")
    assert host.outcomes == [("add", "not_sent"), ("add", "ok")]


@pytest.mark.parametrize("error", UNKNOWN, ids=repr)
def test_whatever_else_a_transport_raises_may_have_arrived(host: Host, error: BaseException) -> None:
    with pytest.raises(UncertainError):
        host.call(host.client(Answers(error)), "add", emp_name="e")
    assert host.outcomes == [("add", "unknown")]


class RaisesWhenShown(Exception):  # noqa: N818
    def __str__(self) -> str:
        raise ValueError("mine")


class ShowsNothing(Exception):  # noqa: N818
    def __str__(self) -> str:
        return cast("str", None)


@pytest.mark.parametrize("kind", [RaisesWhenShown, ShowsNothing])
def test_an_error_that_cannot_be_shown_is_one_like_any_other(host: Host, kind: type[Exception]) -> None:
    found = rows({"id": 6, "code": "L1"})
    assert host.call(host.client(Answers(kind(), found)), "add", emp_name="e", code="L1").id == "6"
    with pytest.raises(UncertainError) as raised:
        host.call(host.client(Answers(kind())), "add", emp_name="e")
    assert isinstance(raised.value.__cause__, TransportError)
    assert str(raised.value.__cause__.__cause__) == kind.__name__


def test_errors_that_go_back_to_each_other_do_not_hang_a_call(host: Host) -> None:
    one, other = RuntimeError("one"), RuntimeError("other")
    one.__cause__, other.__cause__ = other, one
    with pytest.raises(UncertainError):
        host.call(host.client(Answers(one)), "add", emp_name="e")


def test_an_add_that_is_made_while_another_error_is_handled_is_not_judged_by_that_error(host: Host) -> None:
    transport = Answers(TimeoutError("sent, and no reply"))
    client = host.client(transport)
    try:
        raise ConnectionRefusedError("the cache is down")
    except ConnectionRefusedError:
        # Python makes the error that is being handled the context of all that is raised by now.
        with pytest.raises(UncertainError):
            host.call(client, "add", emp_name="e")
    assert host.outcomes == [("add", "unknown")]
    assert transport.operations == ["add"]


# Retry-After.


@pytest.mark.parametrize(
    ("header", "slept"),
    [
        ("7", 7.0),
        (" 7 ", 7.0),
        ("1.5", 1.5),
        ("0", None),
        ("Tue, 14 Nov 2023 22:13:30 GMT", 10.0),
        ("Tuesday, 14-Nov-23 22:13:30 GMT", 10.0),
        ("Tue Nov 14 22:13:30 2023", 10.0),
        (7, 7.0),
        (b"7", None),
        ("Tue, 14 Nov 2023 22:13:10 GMT", None),
        ("Thu, 01 Jan 1970 00:00:00 GMT", None),
    ],
)
def test_a_wait_that_the_service_asks_for_is_kept(host: Host, clock: Clock, header: Any, slept: float | None) -> None:
    # The clock stands at 22:13:20 of that day.
    transport = Answers(Reply(429, "", header), OK)
    host.call(host.client(transport), "remove", code="c")
    assert clock.slept == ([] if slept is None else [slept])


@pytest.mark.parametrize(
    "garbage",
    [
        "",
        "soon",
        "-5",
        "1e5",
        "5 seconds",
        "nan",
        "inf",
        "0x10",
        "\x00",
        "\ud800",
        "Tue, 14 Nov 2023 22:13:30 +0000",
        "Tue, 99 Nov 2023 22:13:30 GMT",
        "Mon, 01 Jan 0001 00:00:00 -0000",
        "Mon, 01 Jan 99999999999999999999 00:00:00 GMT",
        "Mon, 01 Jan 2024 00:00:00 +99999999999999",
        "Mon, 01 Jan 2024 99:99:99 GMT",
        ", ".join(["Mon"] * 1000),
    ],
    ids=lambda text: ascii(text[:30]),
)
def test_a_header_that_says_no_time_is_passed_over_and_the_reply_is_not_lost(
    host: Host, clock: Clock, garbage: str
) -> None:
    transport = Answers(Reply(200, OK.body, garbage), Reply(429, "", garbage), OK)
    client = host.client(transport)
    assert host.call(client, "add", emp_name="e") == Receipt(id="7")
    assert host.call(client, "remove", code="c") == Receipt(id="7")
    assert [outcome for _, outcome in host.outcomes] == ["ok", "http_status", "ok"]
    assert clock.slept == []


@pytest.mark.parametrize("header", ["3600", "9" * 400])
def test_a_wait_beyond_the_deadline_is_not_begun(host: Host, clock: Clock, header: str) -> None:
    with pytest.raises(HttpStatusError) as raised:
        host.call(host.client(Answers(Reply(429, "", header)), policy=Policy()), "remove", code="c")
    assert raised.value.status == 429
    assert clock.slept == []


def test_a_clock_that_is_set_back_during_a_wait_does_not_make_it_longer(
    host: Host, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    began = clock.now_ms

    def set_back_once_it_slept() -> int:
        return (clock.now_ms - (3_600_000 if clock.now_ms > began else 0)) * 1_000_000

    monkeypatch.setattr(time, "time_ns", set_back_once_it_slept)
    host.call(host.client(Answers(Reply(429, "", "7"), OK)), "remove", code="c")
    assert clock.slept == [7.0]


# Rubbish.


@pytest.mark.parametrize(
    "rubbish",
    [
        None,
        5,
        "abc",
        (),
        (200, b""),
        (200, b"", None, 1),
        ("200", b"", None),
        (200, 5, None),
        (200, None, None),
        (200.0, b"", None),
        object(),
        {"status": 200},
        [200, "\ud800", None],
    ],
    ids=repr,
)
def test_a_transport_that_returns_rubbish_ends_in_an_error_of_the_package(host: Host, rubbish: Any) -> None:
    with pytest.raises(TransportError) as raised:
        host.call(host.client(Answers(rubbish), policy=ONCE), "remove", code="c")
    assert isinstance(raised.value.__cause__, TypeError | ValueError)
    with pytest.raises(UncertainError):
        host.call(host.client(Answers(rubbish)), "add", emp_name="e")


@pytest.mark.parametrize("status", [-1, 0, 99, 600, 99999, 10**30, True], ids=repr)
def test_a_reply_whose_status_is_none_is_no_reply(host: Host, status: int) -> None:
    with pytest.raises(UncertainError) as raised:
        host.call(host.client(Answers(Reply(status, body("7")))), "add", emp_name="e")
    assert isinstance(raised.value.__cause__, TransportError)
    assert isinstance(raised.value.__cause__.__cause__, TypeError if status is True else ValueError)
    assert host.outcomes == [("add", "unknown")]


def test_a_reply_may_be_a_plain_tuple_and_its_body_text_or_bytes(host: Host) -> None:
    text = str(OK.body)
    for given in (text, text.encode(), bytearray(text.encode())):
        assert host.call(host.client(Answers((200, given, None))), "remove", code="c") == Receipt(id="7")


# Observers and options.


def test_an_observer_that_raises_harms_nothing(host: Host, caplog: pytest.LogCaptureFixture) -> None:
    def observe(_: object) -> None:
        raise RuntimeError("observer")

    client = host.client(Answers(TimeoutError(), OK), on_attempt=observe)
    assert host.call(client, "remove", code="c") == Receipt(id="7")
    assert [record.levelname for record in caplog.records if record.name == "qince_leads"].count("ERROR") == 2


def test_a_client_without_an_observer_calls_as_well(host: Host) -> None:
    assert host.call(host.client(Answers(OK), on_attempt=None), "remove", code="c") == Receipt(id="7")


def test_a_client_with_other_options_shares_all_else(host: Host) -> None:
    transport = Answers(Reply(503, ""), OK, OK)
    client = host.client(transport)
    seen: list[Any] = []
    other = client.with_options(timeout=1, policy=ONCE, timestamp_form="compact", on_attempt=seen.append)
    assert type(other) is type(client)
    assert other.account is client.account
    with pytest.raises(HttpStatusError):
        host.call(other, "remove", code="c")
    assert [attempt.outcome for attempt in seen] == ["http_status"]
    assert host.attempts == []
    host.call(client, "remove", code="c")
    host.call(other.with_options(), "remove", code="c")
    assert transport.timeouts == [1, 30.0, 1]
    assert [len(request.timestamp) for request in transport.sent] == [14, 13, 14]


# Scans.


def test_leads_come_page_by_page_each_once_until_a_page_is_empty(host: Host) -> None:
    transport = Answers(rows({"id": 1}, {"id": 2}), rows({"id": 2}, {"id": 3}), EMPTY)
    leads = host.leads(host.client(transport).query(code="c", page_size=2))
    assert leads == [Lead(id="1"), Lead(id="2"), Lead(id="3")]
    assert [b'"page":%d,"pageSize":2' % page in request.body for page, request in enumerate(transport.sent, 1)] == [
        True
    ] * 3


def test_a_scan_may_be_taken_page_by_page(host: Host) -> None:
    transport = Answers(rows({"id": 1}, {"id": 2}), rows({"id": 3}), EMPTY)
    pages = host.pages(host.client(transport).query(code="c"))
    assert [[lead.id for lead in page] for page in pages] == [["1", "2"], ["3"]]
    assert all(isinstance(page, list) for page in pages)
    assert [page.faults for page in pages] == [(), ()]


def test_what_of_a_page_is_not_as_documented_comes_with_its_leads(host: Host) -> None:
    transport = Answers(rows({"id": 1}, 5), rows({"id": 1}, {"id": 2, "labels": 5}), EMPTY)
    pages = host.pages(host.client(transport).query(code="c"))
    assert [[lead.id for lead in page] for page in pages] == [["1"], ["2"]]
    assert [[fault.path for fault in page.faults] for page in pages] == [["[1]"], ["[1].labels"]]
    assert [fault.path for fault in pages[1][0].faults] == ["labels"]
    assert pickle.loads(pickle.dumps(pages[1])).faults == pages[1].faults


def test_a_page_of_which_nothing_could_be_read_is_told_and_does_not_end_the_scan(host: Host) -> None:
    answers = Answers(rows(5, "x"), rows({"id": 1}), EMPTY)
    unread, page, *_ = host.pages(host.client(answers).query(code="c"))
    assert (list(unread), [fault.path for fault in unread.faults]) == ([], ["[0]", "[1]"])
    assert [lead.id for lead in page] == ["1"]


def test_a_scan_that_is_begun_again_begins_at_its_first_page(host: Host) -> None:
    transport = Answers(rows({"id": 1}), EMPTY, rows({"id": 9}), EMPTY)
    scan = host.client(transport).query(code="c", page=5)
    assert [lead.id for lead in host.leads(scan)] == ["1"]
    assert [lead.id for lead in host.leads(scan)] == ["9"]
    assert [b'"page":5' in request.body for request in transport.sent] == [True, False, True, False]


def test_nothing_is_sent_before_the_first_lead_is_asked_for_and_no_page_beyond_the_last() -> None:
    transport = Answers(rows({"id": 1}, {"id": 2}), rows({"id": 3}))
    scan = iter(Client(account(), transport=transport).query(code="c"))
    assert transport.sent == []
    assert [next(scan).id, next(scan).id] == ["1", "2"]
    assert len(transport.sent) == 1
    assert next(scan).id == "3"
    assert len(transport.sent) == 2


def test_a_page_that_fails_is_tried_again_without_losing_a_lead(host: Host) -> None:
    transport = Answers(rows({"id": 1}), TimeoutError(), rows({"id": 2}), EMPTY)
    assert [lead.id for lead in host.leads(host.client(transport).query(code="c"))] == ["1", "2"]


def test_a_page_that_fails_for_good_ends_the_scan_behind_the_leads_that_came() -> None:
    transport = Answers(rows({"id": 1}), Reply(404, ""))
    scan = iter(Client(account(), transport=transport).query(code="c"))
    assert next(scan).id == "1"
    with pytest.raises(HttpStatusError):
        next(scan)


def test_a_service_that_does_not_turn_its_pages_ends_the_scan_with_an_error(host: Host) -> None:
    transport = Answers(*[rows({"id": 1})] * 4)
    with pytest.raises(MalformedError):
        host.leads(host.client(transport).query(code="c"))
    assert len(transport.sent) == 4


def test_a_scan_shows_its_query(host: Host) -> None:
    scan = host.client(Answers()).query(code="c")
    assert repr(scan) == f"<{'Scan' if host.kind == 'sync' else 'AsyncScan'} of {QueryLeads(code='c')!r}>"


# Closing and pickling.


def test_a_client_closes_its_own_transport_at_the_end_of_a_with_block() -> None:
    with Client(account()) as client:
        assert isinstance(client, Client)
    client.close()
    client.close()

    async def use() -> None:
        async with AsyncClient(account()) as client:
            assert isinstance(client, AsyncClient)
        await client.aclose()
        await client.aclose()

    asyncio.run(use())


def test_an_error_in_a_with_block_is_raised() -> None:
    with pytest.raises(KeyError), Client(account()):
        raise KeyError("mine")

    async def use() -> None:
        async with AsyncClient(account()):
            raise KeyError("mine")

    with pytest.raises(KeyError):
        asyncio.run(use())


def test_a_transport_of_ones_own_is_not_closed() -> None:
    closed: list[object] = []

    class Mine(HttpxTransport):
        def close(self) -> None:
            closed.append(self)

    class AsyncMine(AsyncHttpxTransport):
        async def aclose(self) -> None:
            closed.append(self)

    with Client(account(), transport=Mine()) as client:
        client.close()

    async def use() -> None:
        async with AsyncClient(account(), transport=AsyncMine()) as client:
            await client.aclose()

    asyncio.run(use())
    assert closed == []


@pytest.mark.parametrize(
    ("kind", "transport"),
    [
        (Client, None),
        (Client, UrllibTransport()),
        (Client, HttpxTransport()),
        (AsyncClient, None),
        (AsyncClient, AsyncHttpxTransport()),
        (AsyncClient, ThreadTransport(UrllibTransport())),
    ],
)
def test_a_client_survives_pickle_where_its_transport_does(kind: Any, transport: Any) -> None:
    client = kind(account(), transport=transport, timeout=2, policy=ONCE, on_attempt=print)
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        kept = pickle.loads(pickle.dumps(client, protocol))
        assert type(kept) is kind
        assert kept.account == account()
        assert kept.with_options()._options == client._options


# At once.


def test_many_threads_may_use_one_client() -> None:
    ready = threading.Barrier(8)

    def answer(request: SignedRequest, _: float) -> Reply:
        return Reply(200, body(json.loads(request.body)["code"]))

    client = Client(account(), transport=answer)

    def calls(worker: int) -> list[tuple[str, str | None]]:
        ready.wait()
        return [(f"{worker}-{i}", client.remove(code=f"{worker}-{i}").id) for i in range(200)]

    with ThreadPoolExecutor(8) as pool:
        for said in pool.map(calls, range(8)):
            assert [sent for sent, _ in said] == [heard for _, heard in said]


def test_many_threads_may_read_one_page_and_one_payload() -> None:
    from .support import page_of

    page = page_of(*({"id": i, "new": {"i": i}} for i in range(200)))
    lead = AddLead(emp_name="e", extra={"a": [1, 2]})

    def look(_: int) -> tuple[list[str | None], bytes, int]:
        return [record.id for record in page], sign(account(), lead, now_ms=0, msg_id="m").body, hash(lead)

    with ThreadPoolExecutor(8) as pool:
        seen = list(pool.map(look, range(64)))
    assert seen == [([str(i) for i in range(200)], b'{"empName":"e","a":[1,2]}', hash(lead))] * 64


def test_many_tasks_may_use_one_client() -> None:
    async def answer(request: SignedRequest, _: float) -> Reply:
        await asyncio.sleep(0.001)
        return Reply(200, body(json.loads(request.body)["code"]))

    async def run() -> list[str | None]:
        client = AsyncClient(account(), transport=answer)
        receipts = await asyncio.gather(*(client.remove(code=str(i)) for i in range(300)))
        return [receipt.id for receipt in receipts]

    assert asyncio.run(run()) == [str(i) for i in range(300)]


def test_two_scans_at_once_do_not_meet() -> None:
    def answer(request: SignedRequest, _: float) -> Reply:
        if b'"page":3' in request.body:
            return EMPTY
        return rows({"id": request.body.decode()})

    client = Client(account(), transport=answer)
    a, b = iter(client.query(code="a")), iter(client.query(code="b"))
    ids = [lead.id or "" for pair in zip(a, b, strict=True) for lead in pair]
    assert ['"a"' in each for each in ids] == [True, False, True, False]


def test_the_package_offers_all_that_its_list_says() -> None:
    for name in vars(qince_leads)["__all__"]:
        assert hasattr(qince_leads, name), name
    assert len(set(vars(qince_leads)["__all__"])) == len(vars(qince_leads)["__all__"])
    assert Policy(base_delay_ms=0, max_delay_ms=0) == AT_ONCE
