"""Webhooks."""

from __future__ import annotations

import copy
import json
import pickle
import time
from typing import Any

import pytest
import qince_leads
from qince_leads import (
    BadSignatureError,
    FollowUp,
    InvalidAccountError,
    InvalidStampError,
    MalformedError,
    PushEvent,
    StaleError,
    acknowledge,
    refuse,
    verify_push,
)
from qince_leads.testing import sign_push

from .support import PUSH_SECRET, push_body

DATA = {"lead_ID": 5, "lead_name": "示例", "activity_content": "a+b & c%\n", "ext_a": 1, "new": {"n": None}}


def verified(body: Any, **options: Any) -> PushEvent:
    return verify_push(body, **{"secrets": PUSH_SECRET, "max_age_ms": None, **options})


def test_a_push_is_verified_and_parsed() -> None:
    event = verified(
        push_body(DATA, dataId="d", dataVersion="001", dataSource="biz", tenantId="t", statusTime="2026-01-01 00:00:00")
    )
    assert (event.msg_id, event.data_type, event.timestamp_ms) == ("m1", "salesLeads_follow", 1000)
    assert (event.data_id, event.data_version, event.data_source) == ("d", "001", "biz")
    assert (event.tenant_id, event.status_time, event.redelivery) == ("t", "2026-01-01 00:00:00", False)
    assert isinstance(event.data, FollowUp)
    assert event.data.lead_id == "5"
    assert event.data.lead_name == "示例"
    assert event.data.activity_content == "a+b & c%\n"
    assert event.data.extra == {"ext_a": "1", "new": {"n": None}}


def test_what_is_absent_is_none() -> None:
    event = verified(push_body({}))
    assert (event.data_id, event.data_version, event.data_source) == (None, None, None)
    assert (event.tenant_id, event.status_time, event.redelivery) == (None, None, False)
    assert event.data == FollowUp()


@pytest.mark.parametrize(("status", "redelivery"), [("2", True), ("1", False), ("0", False), ("", False), ("x", False)])
def test_a_push_that_came_before_says_so(status: str, redelivery: bool) -> None:
    assert verified(push_body({}, status=status)).redelivery is redelivery


@pytest.mark.parametrize("form", [str, str.encode, lambda t: bytearray(t.encode()), lambda t: memoryview(t.encode())])
def test_text_and_bytes_are_verified_alike(form: Any) -> None:
    text = push_body(DATA)
    assert verified(form(text)) == verified(text)


@pytest.mark.parametrize("data", [[1, 2.5, None], {"a": {"b": "中"}}, "text", 12345678901234567891, None, True])
def test_another_push_holds_plain_values(data: Any) -> None:
    event = verified(push_body(json.dumps(data), data_type="other"))
    assert (event.data_type, event.data) == ("other", data)


# Secrets.


def test_any_of_several_secrets_may_have_signed() -> None:
    body = push_body(DATA)
    for secrets in (
        PUSH_SECRET,
        [PUSH_SECRET],
        ("old", PUSH_SECRET),
        {PUSH_SECRET, "new"},
        iter(["old", PUSH_SECRET]),
        (secret for secret in ("old", PUSH_SECRET)),
        {PUSH_SECRET: 1},
    ):
        assert verified(body, secrets=secrets).msg_id == "m1"


def test_a_secret_takes_the_place_of_another_without_a_gap() -> None:
    old, new = (push_body({}, secret=secret) for secret in ("old", "new"))
    for secrets, accepted in ((["old"], [old]), (["old", "new"], [old, new]), (["new"], [new])):
        for body in (old, new):
            if body in accepted:
                assert verified(body, secrets=secrets).msg_id == "m1"
            else:
                with pytest.raises(BadSignatureError):
                    verified(body, secrets=secrets)


def test_a_push_that_nobody_of_them_signed_is_refused() -> None:
    for secrets in ("other", ["a", "b"], PUSH_SECRET[:-1], f"{PUSH_SECRET} "):
        with pytest.raises(BadSignatureError) as raised:
            verified(push_body(DATA), secrets=secrets)
        assert raised.value.code == "bad_signature"


@pytest.mark.parametrize("secrets", ["", [""], [], (), ["", " \n"]])
def test_a_receiver_without_a_secret_is_a_mistake_of_configuration(secrets: Any) -> None:
    for secret in ("", PUSH_SECRET):
        with pytest.raises(InvalidAccountError, match="push secret"):
            verified(push_body(DATA, secret=secret), secrets=secrets)


@pytest.mark.parametrize("secrets", [None, 5, [5], ["a", None], b"secret", [b"secret"], [["a"]], "\ud800", ["\ud800"]])
def test_secrets_that_are_no_text_are_refused(secrets: Any) -> None:
    with pytest.raises(TypeError):
        verified(push_body(DATA), secrets=secrets)


def test_a_push_is_signed_whole() -> None:
    body, other = push_body(DATA), push_body({**DATA, "lead_ID": 6})
    digest_of_body, digest_of_other = (each.split("digest=")[1][:32] for each in (body, other))
    for changed in (
        other.replace(digest_of_other, digest_of_body),
        body.replace("timestamp=1000", "timestamp=1001"),
        body.replace("lead_ID", "lead_Id"),
    ):
        assert changed != body
        with pytest.raises(BadSignatureError):
            verified(changed)


def test_the_digest_may_be_written_in_any_case() -> None:
    digest = push_body(DATA).split("digest=")[1][:32]
    assert verified(push_body(DATA).replace(digest, digest.upper())).msg_id == "m1"


# Age.


def test_a_push_is_stale_in_either_direction_and_not_at_the_limit() -> None:
    body = push_body(DATA, timestamp="100000")
    for now_ms in (95_000, 100_000, 105_000):
        assert verified(body, now_ms=now_ms, max_age_ms=5000).timestamp_ms == 100_000
    for now_ms in (94_999, 105_001):
        with pytest.raises(StaleError) as raised:
            verified(body, now_ms=now_ms, max_age_ms=5000)
        assert (raised.value.code, raised.value.age_ms, raised.value.max_age_ms) == ("stale", 5001, 5000)


def test_without_a_limit_any_time_will_do() -> None:
    for timestamp in ("-9223372036854775808", "0", "9223372036854775807"):
        for now_ms in (-(2**63), 0, 2**63 - 1):
            assert verified(push_body({}, timestamp=timestamp), now_ms=now_ms).timestamp_ms == int(timestamp)


def test_the_clock_is_asked_where_no_time_is_given() -> None:
    now = time.time_ns() // 1_000_000
    assert verified(push_body({}, timestamp=str(now)), max_age_ms=60_000).timestamp_ms == now
    with pytest.raises(StaleError):
        verified(push_body({}, timestamp=str(now - 70_000)), max_age_ms=60_000)


def test_a_limit_of_age_must_be_given_so_that_none_is_forgotten() -> None:
    forgetful: Any = verify_push
    with pytest.raises(TypeError, match="max_age_ms"):
        forgetful(push_body({}), secrets=PUSH_SECRET)
    with pytest.raises(TypeError, match="secrets"):
        forgetful(push_body({}), max_age_ms=None)
    with pytest.raises(TypeError):
        forgetful(push_body({}), PUSH_SECRET, None)


@pytest.mark.parametrize("wrong", ["5", 5.0, [], b"5"])
def test_times_are_integers(wrong: Any) -> None:
    for name in ("max_age_ms", "now_ms"):
        with pytest.raises(TypeError):
            verified(push_body({}), **{name: wrong})


def test_a_limit_below_zero_is_refused() -> None:
    with pytest.raises(InvalidStampError, match="max_age_ms"):
        verified(push_body({}, timestamp="1"), now_ms=0, max_age_ms=-5)


# What is no push.


@pytest.mark.parametrize("body", [None, 5, {"msgId": "m"}, [("msgId", "m")], object()])
def test_a_body_that_was_parsed_is_refused(body: Any) -> None:
    with pytest.raises(TypeError):
        verified(body)


def test_what_is_no_push_is_malformed_whoever_signed_it() -> None:
    whole = push_body(DATA)
    for body in (
        "",
        "a",
        b"\xff",
        "msgId=%zz",
        "{}",
        whole.replace("msgId", "msgid"),
        f"{whole}&msgId=m2",
        push_body("[1"),
        push_body("[]"),
        push_body("5"),
        push_body({}, timestamp="soon"),
        push_body({}, timestamp="9223372036854775808"),
    ):
        with pytest.raises(MalformedError):
            verified(body)


def test_parameters_that_are_unknown_are_passed_over() -> None:
    assert verified(push_body(DATA, more="x", other="")) == verified(push_body(DATA))


# Events.


EVENT = PushEvent(
    msg_id="m",
    data_type="salesLeads_follow",
    data=FollowUp(lead_id="5"),
    timestamp_ms=7,
    redelivery=True,
    data_id="d",
    data_version="001",
    data_source="api",
    tenant_id="t",
    status_time="2026-01-01 00:00:00",
)


def test_an_event_may_be_made_for_tests_of_ones_own() -> None:
    made = PushEvent(msg_id="m1", data_type="salesLeads_follow", data=FollowUp(lead_id="5"), timestamp_ms=1000)
    assert made == verified(push_body({"lead_ID": 5}))
    for missing in ("msg_id", "data_type", "data", "timestamp_ms"):
        given: dict[str, Any] = {"msg_id": "m", "data_type": "t", "data": None, "timestamp_ms": 0}
        del given[missing]
        with pytest.raises(TypeError, match=missing):
            PushEvent(**given)


def test_an_event_is_a_value() -> None:
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        assert pickle.loads(pickle.dumps(EVENT, protocol)) == EVENT
    assert copy.copy(EVENT) == copy.deepcopy(EVENT) == EVENT
    assert eval(repr(EVENT)) == EVENT
    assert hash(EVENT) == hash(pickle.loads(pickle.dumps(EVENT)))
    assert EVENT not in (verified(push_body({})), None, "m")
    with pytest.raises(AttributeError):
        EVENT.msg_id = "x"  # type: ignore[misc]


@pytest.mark.parametrize(
    "name",
    [
        "msg_id",
        "data_type",
        "data",
        "timestamp_ms",
        "redelivery",
        "data_id",
        "data_version",
        "data_source",
        "tenant_id",
        "status_time",
    ],
)
def test_events_that_differ_in_anything_differ(name: str) -> None:
    given = {
        each: getattr(EVENT, each)
        for each in ("msg_id", "data_type", "data", "timestamp_ms", "redelivery", "data_id", "data_version")
    } | {each: getattr(EVENT, each) for each in ("data_source", "tenant_id", "status_time")}
    assert PushEvent(**given) == EVENT
    other: Any = {"timestamp_ms": 8, "redelivery": False, "data": FollowUp(lead_id="6")}.get(name, "other")
    assert PushEvent(**{**given, name: other}) != EVENT


def test_events_with_any_plain_data_can_be_compared_and_kept_in_sets() -> None:
    for data in ({}, [1], {"a": [1.5]}, None):
        one, other = (PushEvent(msg_id="m", data_type="x", data=copy.deepcopy(data), timestamp_ms=0) for _ in range(2))
        assert one == other
        assert len({one, other}) == 1


def test_an_event_may_be_taken_apart_by_a_pattern() -> None:
    match EVENT:
        case PushEvent(data_type="salesLeads_follow", data=FollowUp(lead_id=lead), redelivery=True):
            assert lead == "5"
        case _:
            pytest.fail("it does not match")


def test_an_event_is_acknowledged_or_refused_by_its_message_id_alone() -> None:
    assert acknowledge(EVENT) == '{"return_code":0,"return_msg":"","msg_id":"m"}'
    odd = PushEvent(msg_id='"\n线', data_type="x", data=None, timestamp_ms=0)
    assert json.loads(acknowledge(odd)) == {"return_code": 0, "return_msg": "", "msg_id": '"\n线'}
    assert json.loads(refuse(odd, '稍"后')) == {"return_code": 1, "return_msg": '稍"后', "msg_id": '"\n线'}
    assert json.loads(refuse(EVENT))["return_code"] == 1


@pytest.mark.parametrize("wrong", [None, {}, {"msg_id": "m"}, "m", 5, PushEvent])
def test_what_is_no_event_can_be_neither_acknowledged_nor_refused(wrong: Any) -> None:
    for answer in (acknowledge, refuse):
        with pytest.raises(TypeError):
            answer(wrong)


# Pushes for tests.


def test_a_push_for_tests_is_one_that_the_service_would_send() -> None:
    data = FollowUp(lead_id="9", extra={"ext_a": "红 & 蓝"}).to_json()
    signed = sign_push(data, secret=PUSH_SECRET, msg_id="m 1", timestamp_ms=5, redelivery=True, tenant_id="t+1")
    event = verify_push(signed, secrets=["other", PUSH_SECRET], max_age_ms=0, now_ms=5)
    assert (event.msg_id, event.data_type, event.tenant_id) == ("m 1", "salesLeads_follow", "t+1")
    assert (event.timestamp_ms, event.redelivery, event.data_id) == (5, True, None)
    assert event.data == FollowUp.from_json(data)
    with pytest.raises(BadSignatureError):
        verify_push(signed, secrets="other", max_age_ms=None)


def test_a_push_for_tests_is_signed_now_where_nothing_else_is_said() -> None:
    signed = sign_push("[1]", secret=PUSH_SECRET, msg_id="m", data_type="other")
    assert verify_push(signed, secrets=PUSH_SECRET, max_age_ms=60_000).data == [1]


def test_the_package_itself_makes_no_pushes() -> None:
    assert not hasattr(qince_leads, "sign_push")


def test_what_of_a_push_is_not_as_documented_is_told() -> None:
    signed = sign_push('{"lead_ID":"7","location":{"x":1}}', secret=PUSH_SECRET, msg_id="m")
    event = verify_push(signed, secrets=PUSH_SECRET, max_age_ms=None)
    assert [(fault.path, fault.expected) for fault in event.faults] == [("location", "text")]
    assert event.data.lead_id == "7"
    assert pickle.loads(pickle.dumps(event)).faults == event.faults
    other = sign_push("5", secret=PUSH_SECRET, msg_id="m", data_type="t")
    assert verify_push(other, secrets=PUSH_SECRET, max_age_ms=None).faults == ()


@pytest.mark.parametrize("parsed", [{"msgId": "m"}, ["msgId"], None, 5], ids=repr)
def test_a_body_that_was_parsed_is_refused_with_what_is_wanted(parsed: Any) -> None:
    with pytest.raises(TypeError, match="expected the raw body as bytes or str, as it came, before anything parses it"):
        verify_push(parsed, secrets=PUSH_SECRET, max_age_ms=None)
