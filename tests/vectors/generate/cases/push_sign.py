"""Pushes that the SDK's own helper signs, for tests of a receiver."""

from __future__ import annotations

from typing import Any, List

from .build import Case, Json, signed_push
from .push import MALFORMED, RECORD, RECORD_DATA, STALE, TIME


def given(data: str = '{"lead_ID":"1"}', **changes: Any) -> Json:
    return {
        "msg_id": "X0001",
        "data": data,
        "data_type": "salesLeads_follow",
        "timestamp_ms": TIME,
        "redelivery": False,
        **changes,
    }


def event(data: Any = None, ack: str = '{"return_code":0,"return_msg":"","msg_id":"X0001"}', **changes: Any) -> Json:
    result = {
        "msg_id": "X0001",
        "data_type": "salesLeads_follow",
        "timestamp_ms": TIME,
        "redelivery": False,
        "data": {"lead_ID": "1"} if data is None else data,
        **changes,
    }
    return {"ok": result, "ack": ack}


def cases() -> List[Case]:
    made = [
        signed_push(f"signed: {what}", given(data), event(record))
        for what, data, record in (
            ("a small record", '{"lead_ID":"1"}', {"lead_ID": "1"}),
            ("the record of the page", RECORD, RECORD_DATA),
            ("an empty record", "{}", {}),
            ("signs of the form itself", '{"lead_name":"a+b&c=d%20e f;g#h"}', {"lead_name": "a+b&c=d%20e f;g#h"}),
            ("Chinese and astral characters", '{"lead_name":"张三😀"}', {"lead_name": "张三😀"}),
            ("white space and line breaks", '\r\n{ "lead_ID" :\t"1" }\n ', {"lead_ID": "1"}),
            ("a pipe", '{"lead_name":"a|b|c"}', {"lead_name": "a|b|c"}),
            ("escapes stay as they are until read", r'{"lead_name":"\u5f20\/\n\ud83d"}', {"lead_name": "张/\n\ufffd"}),
            (
                "numbers",
                '{"lead_ID":6789690485561771524,"offset":5.50}',
                {"lead_ID": "6789690485561771524", "offset": "5.50"},
            ),
            (
                "unreserved and reserved characters",
                '{"lead_name":"-._~!*\'()[]$,/?:@"}',
                {"lead_name": "-._~!*'()[]$,/?:@"},
            ),
        )
    ]
    made += [
        signed_push(
            "signed: a member at fault",
            given('{"lead_ID":"1","location":{"x":1}}'),
            event({"lead_ID": "1", "location": {"x": 1}}, faults=["location"]),
        ),
        signed_push("signed: a redelivery", given(redelivery=True), event(redelivery=True)),
        signed_push(
            "signed: another data type",
            given('[1,"2"]', data_type="order"),
            event([1, "2"], data_type="order"),
        ),
        signed_push(
            "signed: a msg_id that needs escapes",
            given(msg_id='a"b&c=张 +'),
            event(msg_id='a"b&c=张 +', ack='{"return_code":0,"return_msg":"","msg_id":"a\\"b&c=张 +"}'),
        ),
        signed_push(
            "signed: a data type that needs escapes",
            given(data_type="a&b=c"),
            event(data_type="a&b=c"),
        ),
        signed_push("signed: a secret beyond ASCII", given(), event(), secret="密钥😀|&"),
        signed_push("signed: a negative timestamp", given(timestamp_ms=-5), event(timestamp_ms=-5)),
        signed_push("signed: the epoch", given(timestamp_ms=0), event(timestamp_ms=0)),
        signed_push("signed: as old as allowed", given(), event(), now_ms=TIME + 300000, max_age_ms=300000),
        signed_push("signed: older than allowed", given(), STALE, now_ms=TIME + 300001, max_age_ms=300000),
        signed_push("signed: of the future", given(), STALE, now_ms=TIME - 300001, max_age_ms=300000),
        signed_push("signed: no JSON", given("{"), MALFORMED),
        signed_push("signed: a follow-up that is none", given("[]"), MALFORMED),
        signed_push("signed: stale before no JSON", given("{"), STALE, now_ms=TIME + 2, max_age_ms=1),
    ]
    return made
