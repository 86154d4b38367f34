"""The retry machine, driven by hand."""

from __future__ import annotations

import math
import pickle
from typing import Any

import pytest
from qince_leads import (
    AddApaasLead,
    AddLead,
    Attempt,
    Call,
    Done,
    HttpStatusError,
    InvalidAccountError,
    InvalidPayloadError,
    InvalidStampError,
    MalformedError,
    Policy,
    Progress,
    Receipt,
    RejectedError,
    Reply,
    Send,
    TransportError,
    UncertainError,
    Wait,
    sign,
)

from .support import AT_ONCE, EMPTY, OK, ONCE, OPENID, VALID, Hand, account, body, rows

ADD = AddLead(emp_name="e", code="L1")
REMOVE = VALID["remove"]
REJECTED = Reply(200, body(code="5", return_msg="no"))


def operations(hand: Hand) -> list[str]:
    return [request.operation for request in hand.sent]


# Steps.


def test_a_request_is_the_one_that_sign_makes() -> None:
    step = Call(account(), REMOVE, timestamp_form="compact").step(1617206400000, "m", 0.0)
    assert isinstance(step, Send)
    signed = sign(account(), REMOVE, now_ms=1617206400000, msg_id="m", timestamp_form="compact")
    assert (step.request.url, step.request.body) == (signed.url, signed.body)


def test_a_call_ends_with_what_the_reply_says_and_says_the_same_ever_after() -> None:
    hand = Hand(REMOVE)
    hand.reply(OK)
    assert hand.end() == Receipt(id="7")
    hand.call.failed("m1", 1, "unknown")
    hand.call.replied("m1", 1, 200, body(code="9"))
    assert hand.end() == Receipt(id="7")
    assert hand.call.is_in_doubt is False


def test_a_query_ends_with_a_page() -> None:
    hand = Hand(VALID["query"])
    hand.reply(rows({"id": 1}, {"id": 2}))
    assert [lead.id for lead in hand.end()] == ["1", "2"]


def test_an_error_is_raised_again_on_every_further_step() -> None:
    hand = Hand(REMOVE)
    hand.reply(REJECTED)
    assert hand.error(RejectedError).return_code == hand.error(RejectedError).return_code == "5"


def test_an_invalid_payload_ends_a_call_before_anything_is_sent() -> None:
    call = Call(account(), AddLead())
    for _ in range(2):
        with pytest.raises(InvalidPayloadError):
            call.step(0, "m", 0.0)
    assert call.last_attempt is None
    assert call.is_in_doubt is False


@pytest.mark.parametrize("stamp", [(-1, "m"), (0, ""), (10**30, "m")])
def test_a_stamp_that_cannot_be_written_ends_a_call(stamp: tuple[int, str]) -> None:
    call = Call(account(), ADD)
    with pytest.raises(InvalidStampError):
        call.step(*stamp, 0.0)
    assert call.is_in_doubt is False


def test_steps_may_be_taken_apart_by_patterns() -> None:
    call = Call(account(), REMOVE, policy=Policy(base_delay_ms=100, jitter=0))
    match call.step(0, "m", 0.0):
        case Send(request):
            assert request.msg_id == "m"
    call.failed("m", 0, "unknown")
    match call.step(0, "m", 0.0):
        case Wait(until_ms):
            assert until_ms == 100
    call.step(100, "m", 0.0)
    call.replied("m", 100, 200, OK.body)
    match call.step(100, "m", 0.0):
        case Done(Receipt(id=found)):
            assert found == "7"
        case _:
            pytest.fail("it does not match")


def test_what_happens_without_a_request_under_way_changes_nothing() -> None:
    hand = Hand(ADD)
    hand.call.replied("m1", 0, 200, OK.body)
    hand.call.failed("m1", 0, "unknown", ValueError("early"))
    assert hand.call.last_attempt is None
    assert hand.call.is_in_doubt is False
    hand.reply(OK)
    assert hand.end() == Receipt(id="7")


def test_a_reply_in_every_form_of_body_is_taken() -> None:
    text = str(OK.body)
    for form in (text, text.encode(), bytearray(text.encode()), memoryview(text.encode())):
        hand = Hand(REMOVE)
        hand.send()
        hand.call.replied("m1", 0, 200, form)
        assert hand.end() == Receipt(id="7")


def test_what_is_refused_leaves_the_request_under_way() -> None:
    hand = Hand(ADD)
    hand.send()
    wrong: list[tuple[Any, ...]] = [(0, 200, 5), (0, "200", "x"), ("0", 200, "x"), (0, 200, "x", 5)]
    for given in wrong:
        with pytest.raises(TypeError):
            hand.call.replied("m1", *given)
    wrong = [(0, "never"), (0, None), ("0", "unknown"), (0, 5)]
    for given in wrong:
        with pytest.raises(TypeError):
            hand.call.failed("m1", *given)
    for wrong_id in (None, 1, b"m1"):
        with pytest.raises(TypeError):
            hand.call.replied(wrong_id, 0, 200, OK.body)  # type: ignore[arg-type]
    assert hand.call.is_in_doubt is True
    hand.call.replied("m1", 0, 200, OK.body)
    assert hand.end() == Receipt(id="7")


@pytest.mark.parametrize("wrong", [5, "x", object(), [ValueError()], int])
def test_what_is_no_exception_is_no_cause(wrong: Any) -> None:
    hand = Hand(REMOVE, ONCE)
    hand.send()
    with pytest.raises(TypeError):
        hand.call.failed("m1", 0, "unknown", wrong)
    hand.call.failed("m1", 0, "unknown", ValueError("right"))
    assert isinstance(hand.error(TransportError).__cause__, ValueError)


@pytest.mark.parametrize("wrong", [(0, "m"), ("0", "m", 0.0), (0, 5, 0.0), (0, "m", "0"), (0.5, "m", 0.0), ()])
def test_a_step_takes_the_time_an_id_and_a_random_number(wrong: tuple[Any, ...]) -> None:
    with pytest.raises(TypeError):
        Call(account(), REMOVE).step(*wrong)


def test_a_call_takes_an_account_and_a_payload() -> None:
    wrong: list[tuple[Any, ...]] = [
        (),
        (account(),),
        (REMOVE, account()),
        (account(), type(REMOVE)),
        (None, REMOVE),
        (account(), {"code": "c"}),
        (account(), REMOVE, AT_ONCE),
    ]
    for given in wrong:
        with pytest.raises(TypeError):
            Call(*given)
    wrong_options: list[dict[str, Any]] = [
        {"policy": 5},
        {"policy": {}},
        {"timestamp_form": "iso"},
        {"timestamp_form": None},
        {"more": 1},
    ]
    for options in wrong_options:
        with pytest.raises(TypeError):
            Call(account(), REMOVE, **options)


# Trying again.


@pytest.mark.parametrize("operation", [name for name in VALID if not name.startswith("add")])
@pytest.mark.parametrize("failure", ["not_sent", "unknown", 408, 429, 500, 503, "no reply"])
def test_what_can_be_repeated_is_tried_again(operation: str, failure: Any) -> None:
    hand = Hand(VALID[operation])
    fail(hand, failure)
    hand.reply(EMPTY if operation.startswith("query") else OK)
    hand.end()
    assert operations(hand) == [operation, operation]


def fail(hand: Hand, failure: Any) -> None:
    if failure == "no reply":
        hand.reply(Reply(200, "<html>"))
    elif isinstance(failure, int):
        hand.reply(Reply(failure, ""))
    else:
        hand.fail(failure)


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (REJECTED, RejectedError),
        (Reply(404, ""), HttpStatusError),
        (Reply(301, ""), HttpStatusError),
        (Reply(404, body(5)), MalformedError),
    ],
)
def test_what_would_fail_again_is_not_tried_again(reply: Reply, kind: type[Exception]) -> None:
    hand = Hand(VALID["query"])
    hand.reply(reply)
    assert isinstance(hand.error(kind), kind)


def test_a_retry_is_signed_anew() -> None:
    hand = Hand(REMOVE, Policy(base_delay_ms=100, jitter=0))
    hand.fail()
    hand.send()
    first, second = hand.sent
    assert (second.msg_id, second.timestamp, second.body) == ("m2", "100", first.body)
    assert first.url.split("/")[-2] != second.url.split("/")[-2]


def test_delays_double_up_to_the_longest() -> None:
    hand = Hand(REMOVE, Policy(max_attempts=6, base_delay_ms=100, max_delay_ms=500, jitter=0))
    waits = []
    for _ in range(5):
        hand.fail()
        before = hand.now_ms
        step = hand.call.step(hand.now_ms, "m", 0.0)
        assert isinstance(step, Wait)
        waits.append(step.until_ms - before)
    assert waits == [100, 200, 400, 500, 500]


@pytest.mark.parametrize("jitter", [-0.1, 1.1, 7, math.inf, math.nan])
def test_a_jitter_that_is_no_part_of_a_delay_is_refused_before_anything_is_sent(jitter: float) -> None:
    call = Call(account(), REMOVE, policy=Policy(jitter=jitter))
    with pytest.raises(InvalidAccountError, match="jitter: must be a number from 0 to 1"):
        call.step(0, "m", 0.5)


@pytest.mark.parametrize(
    ("jitter", "random", "delay"),
    [
        (0.5, 0.0, 1000),
        (0.5, 1.0, 500),
        (0.5, math.nan, 1000),
        (1.0, 1.0, 0),
        (0.0, 1.0, 1000),
        (0.5, 7.0, 500),
        (0.5, -7.0, 1000),
    ],
)
def test_delays_are_shortened_by_jitter_and_never_beyond_their_bounds(jitter: float, random: float, delay: int) -> None:
    call = Call(account(), REMOVE, policy=Policy(base_delay_ms=1000, jitter=jitter))
    call.step(0, "m", random)
    call.failed("m", 0, "unknown")
    step = call.step(0, "m", random)
    if delay == 0:
        assert isinstance(step, Send)
    else:
        assert isinstance(step, Wait)
        assert step.until_ms == delay


def test_a_wait_that_the_service_asks_for_replaces_the_delay() -> None:
    hand = Hand(REMOVE, Policy(base_delay_ms=100, max_delay_ms=100))
    hand.send()
    hand.call.replied("m1", 0, 429, "", "7")
    step = hand.call.step(0, "m", 0.0)
    assert isinstance(step, Wait)
    assert step.until_ms == 7000


def test_a_wait_beyond_the_deadline_is_not_begun() -> None:
    hand = Hand(REMOVE, Policy(deadline_ms=6999))
    hand.send()
    hand.call.replied("m1", 0, 429, "", "7")
    assert hand.error(HttpStatusError).status == 429


def test_attempts_that_are_used_up_end_in_the_last_failure() -> None:
    hand = Hand(REMOVE, Policy(max_attempts=2, base_delay_ms=0))
    causes = [OSError("first"), OSError("second")]
    for cause in causes:
        hand.fail("unknown", cause)
    error = hand.error(TransportError)
    assert (error.failure, error.__cause__) == ("unknown", causes[1])
    assert len(hand.sent) == 2


def test_a_failure_that_is_known_not_to_have_left_says_so() -> None:
    hand = Hand(ADD, ONCE)
    hand.fail("not_sent")
    assert hand.error(TransportError).failure == "not_sent"
    assert hand.call.is_in_doubt is False


@pytest.mark.parametrize("number", [-(10**30), -1, 0, 1])
def test_one_request_is_sent_whatever_the_policy_says(number: int) -> None:
    hand = Hand(REMOVE, Policy(max_attempts=number))
    hand.fail()
    assert isinstance(hand.error(TransportError), TransportError)
    assert len(hand.sent) == 1


# Adds.


@pytest.mark.parametrize("add", [ADD, AddApaasLead(company_name="c", code="L1")])
@pytest.mark.parametrize("failure", ["unknown", 408, 500, "no reply"])
def test_an_add_whose_outcome_is_unknown_is_settled_by_a_query_for_its_code(add: Any, failure: Any) -> None:
    hand = Hand(add)
    fail(hand, failure)
    assert hand.call.is_in_doubt is True
    hand.reply(rows({"id": 5, "code": "L0"}, {"id": 6, "code": "L1"}))
    assert hand.end() == Receipt(id="6", settled=True)
    assert operations(hand) == (["add", "query"] if add is ADD else ["add_apaas", "query_apaas"])
    assert b'"code":"L1"' in hand.sent[1].body
    assert hand.call.is_in_doubt is False


def test_an_add_that_was_not_carried_out_is_sent_again() -> None:
    hand = Hand(ADD)
    hand.fail()
    hand.reply(EMPTY)
    hand.reply(OK)
    assert hand.end() == Receipt(id="7")
    assert operations(hand) == ["add", "query", "add"]


@pytest.mark.parametrize("failure", ["not_sent", 429])
def test_an_add_that_surely_was_not_carried_out_is_sent_again_without_a_query(failure: Any) -> None:
    hand = Hand(ADD)
    fail(hand, failure)
    assert hand.call.is_in_doubt is False
    hand.reply(OK)
    assert hand.end() == Receipt(id="7")
    assert operations(hand) == ["add", "add"]


def test_an_add_without_a_code_ends_uncertain_with_the_chain_of_causes() -> None:
    hand = Hand(AddLead(emp_name="e"))
    cause = TimeoutError("slow")
    hand.fail("unknown", cause)
    error = hand.error(UncertainError)
    assert error.code == "uncertain"
    assert isinstance(error.__cause__, TransportError)
    assert error.__cause__.failure == "unknown"
    assert error.__cause__.__cause__ is cause


def test_an_add_that_was_answered_by_no_reply_is_uncertain_because_of_it() -> None:
    hand = Hand(AddLead(emp_name="e"))
    hand.reply(Reply(503, ""))
    cause = hand.error(UncertainError).__cause__
    assert isinstance(cause, HttpStatusError)
    assert cause.status == 503


def test_an_add_that_cannot_be_settled_is_uncertain() -> None:
    hand = Hand(ADD, Policy(max_attempts=2, base_delay_ms=0))
    hand.fail()
    hand.fail()
    hand.fail()
    assert isinstance(hand.error(UncertainError), UncertainError)
    assert operations(hand) == ["add", "query", "query"]


def test_an_add_that_was_sent_again_and_is_refused_is_looked_up_once_more() -> None:
    for found, expected in ((rows({"id": 6, "code": "L1"}), Receipt(id="6", settled=True)), (EMPTY, None)):
        hand = Hand(ADD)
        hand.fail()
        hand.reply(EMPTY)
        hand.reply(REJECTED)
        hand.reply(found)
        if expected:
            assert hand.end() == expected
        else:
            cause = hand.error(UncertainError).__cause__
            assert isinstance(cause, RejectedError)
            assert cause.return_code == "5"
        assert operations(hand) == ["add", "query", "add", "query"]


def test_a_request_that_was_lost_track_of_counts_as_failed_in_an_unknown_way() -> None:
    hand = Hand(ADD)
    hand.send()
    assert hand.send().operation == "query"
    assert hand.call.last_attempt is not None
    assert hand.call.last_attempt.outcome == "unknown"


def test_only_an_add_can_be_in_doubt_and_only_while_nobody_knows() -> None:
    for operation, payload in VALID.items():
        hand = Hand(payload)
        assert hand.call.is_in_doubt is False
        hand.send()
        assert hand.call.is_in_doubt is operation.startswith("add")
    hand = Hand(ADD)
    hand.reply(REJECTED)
    assert hand.call.is_in_doubt is False


# Attempts.


def test_an_attempt_is_told_with_its_number_its_outcome_and_its_time() -> None:
    call = Call(account(), ADD, policy=AT_ONCE)
    assert call.last_attempt is None
    call.step(1000, "m1", 0.0)
    call.replied("m1", 1250, 503, "")
    attempt = call.last_attempt
    assert isinstance(attempt, Attempt)
    assert (attempt.operation, attempt.number, attempt.msg_id, attempt.status) == ("add", 1, "m1", 503)
    assert (attempt.outcome, attempt.duration_ms) == ("http_status", 250)
    assert attempt.url == "https://openapi.waiqin365.com/api/salesleads/v1/addSalesLeads/***/1000/***/m1"
    call.step(2000, "m2", 0.0)
    call.failed("m2", 2000, "not_sent")
    attempt = call.last_attempt
    assert attempt is not None
    assert (attempt.operation, attempt.number, attempt.status, attempt.outcome) == ("query", 1, None, "not_sent")


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        (OK, "ok"),
        (REJECTED, "rejected"),
        (Reply(404, ""), "http_status"),
        (Reply(200, ""), "malformed"),
    ],
)
def test_the_outcome_of_an_attempt_is_ok_or_a_code(reply: Reply, outcome: str) -> None:
    hand = Hand(REMOVE)
    hand.reply(reply)
    assert hand.call.last_attempt is not None
    assert hand.call.last_attempt.outcome == outcome


def test_a_clock_that_goes_back_makes_no_negative_time() -> None:
    call = Call(account(), REMOVE)
    call.step(1000, "m", 0.0)
    call.replied("m", 0, 200, OK.body)
    assert call.last_attempt is not None
    assert call.last_attempt.duration_ms == 0


# Values.


def test_a_policy_says_how_often_and_how_long_to_try() -> None:
    default = Policy()
    assert (default.max_attempts, default.base_delay_ms, default.max_delay_ms) == (4, 500, 8000)
    assert (default.deadline_ms, default.jitter, default.settle_delay_ms) == (60_000, 0.5, 0)
    assert (default.resend_adds, default.retry_codes, default.match_msg_id) == (True, (), False)
    given = Policy(max_attempts=2, base_delay_ms=1, max_delay_ms=3, deadline_ms=None, jitter=0.25)
    assert (given.max_attempts, given.base_delay_ms, given.max_delay_ms) == (2, 1, 3)
    assert (given.deadline_ms, given.jitter) == (None, 0.25)
    given = Policy(settle_delay_ms=9, resend_adds=False, retry_codes=["45", "46"], match_msg_id=True)
    assert (given.settle_delay_ms, given.resend_adds) == (9, False)
    assert (given.retry_codes, given.match_msg_id) == (("45", "46"), True)


def test_a_policy_is_a_value() -> None:
    policy = Policy(max_attempts=2, deadline_ms=None, retry_codes=("45",))
    assert policy == Policy(retry_codes=["45"], deadline_ms=None, max_attempts=2)
    assert hash(policy) == hash(Policy(retry_codes=["45"], deadline_ms=None, max_attempts=2))
    assert policy not in (Policy(), Policy(max_attempts=2), 2, None)
    assert eval(repr(policy)) == policy
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        assert pickle.loads(pickle.dumps(policy, protocol)) == policy
    with pytest.raises(AttributeError):
        policy.jitter = 1.0  # type: ignore[misc]
    with pytest.raises(TypeError):
        Policy(4)  # type: ignore[call-arg]


@pytest.mark.parametrize(
    "name", ["max_attempts", "base_delay_ms", "max_delay_ms", "deadline_ms", "jitter", "settle_delay_ms"]
)
@pytest.mark.parametrize("wrong", ["5", [], object(), b"5", 1j])
def test_a_policy_takes_numbers_alone(name: str, wrong: Any) -> None:
    with pytest.raises(TypeError):
        Policy(**{name: wrong})


@pytest.mark.parametrize("wrong", ["45", 45, [45], None, [b"45"]])
def test_codes_that_may_be_retried_are_several_texts(wrong: Any) -> None:
    with pytest.raises(TypeError):
        Policy(retry_codes=wrong)


def test_a_call_and_its_steps_show_neither_openid_nor_digest() -> None:
    call = Call(account(), REMOVE)
    step = call.step(0, "m", 0.0)
    assert isinstance(step, Send)
    digest = step.request.url.split("/")[-2]
    shown = " ".join(map(repr, [call, step, step.request, Wait, call.last_attempt]))
    assert OPENID not in shown
    assert digest not in shown
    assert "remove" in repr(call)


def test_steps_cannot_be_made_by_hand() -> None:
    for kind in (Send, Wait, Done, Progress):
        with pytest.raises(TypeError):
            kind()
