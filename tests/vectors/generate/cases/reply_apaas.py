"""Replies to the aPaaS query, with its structured members."""

from __future__ import annotations

import json
from typing import Any, List

from . import samples
from .build import Case, Json, fails, leads, reply
from .reply_leads import data, escaped, in_text

OP = "query_apaas"
SAMPLE: Json = json.loads(samples.LEADS_APAAS)[0]

CHOICES = (
    "source_type_id customer_classification return_reason_id invalid_reason_id delete_reason_id allocation_status"
    " salesleads_status"
).split()
REGIONS = "mss_country mss_province mss_city mss_area mss_street".split()
REFERENCES = "owner market_id".split()
TEXTS = (
    "id company_name code linkman tel position detail mark_addr email website label_names pool_name removed_result"
).split()
OBJECTS = {
    **{name: "code label content status".split() for name in CHOICES},
    **{name: "code name".split() for name in REGIONS},
    **{name: "name id status".split() for name in REFERENCES},
    "mobile": "phone code".split(),
}


def read(name: str, response_data: str, expect: Json) -> Case:
    return reply(name, OP, 200, data(response_data), expect)


def dumped(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def without_nulls(value: Any) -> Any:
    if isinstance(value, list):
        return [without_nulls(item) for item in value]
    if isinstance(value, dict):
        return {name: without_nulls(item) for name, item in value.items() if item is not None}
    return value


def sample_cases() -> List[Case]:
    expect = leads(without_nulls(SAMPLE))
    return [
        read("the vendor's sample", samples.LEADS_APAAS, expect),
        read("the vendor's sample, in text", in_text(samples.LEADS_APAAS), expect),
        read("the vendor's sample, in escaped text", escaped(samples.LEADS_APAAS), expect),
        read("the vendor's sample, under list", f'{{"list":{samples.LEADS_APAAS}}}', expect),
    ]


def structure_cases() -> List[Case]:
    made = [
        read("null is no rows", "null", leads()),
        read("empty text is no rows", '""', leads()),
        read("an empty array in text is no rows", '"[]"', leads()),
        read("a record of nulls", dumped([{name: None for name in [*TEXTS, *OBJECTS, "exts"]}]), leads({})),
        read(
            "numbers and booleans in text members",
            '[{"id":4983449723663499848,"tel":2.50,"code":true}]',
            leads({"id": "4983449723663499848", "tel": "2.50", "code": "true"}),
        ),
        read(
            "a number in every text member",
            dumped([{name: 7 for name in TEXTS}]),
            leads({name: "7" for name in TEXTS}),
        ),
        read(
            "numbers in every member of every object",
            dumped([{name: {member: 5 for member in members} for name, members in OBJECTS.items()}]),
            leads({name: {member: "5" for member in members} for name, members in OBJECTS.items()}),
        ),
        read(
            "numbers in a card photo",
            '[{"card_photo":[{"path":1,"name":2,"url":true}]}]',
            leads({"card_photo": [{"path": "1", "name": "2", "url": "true"}]}),
        ),
        read(
            "empty objects, and no photos",
            dumped([{**{name: {} for name in OBJECTS}, "exts": {}, "card_photo": []}]),
            leads({**{name: {} for name in OBJECTS}, "exts": {}, "card_photo": []}),
        ),
        read(
            "unknown members of a record and of every object stay",
            dumped([{"new": {"a": [1]}, **{name: {"new": [1, {"b": "c"}]} for name in OBJECTS}}]),
            leads({"new": {"a": [1]}, **{name: {"new": [1, {"b": "c"}]} for name in OBJECTS}}),
        ),
        read(
            "unknown members of a card photo stay",
            '[{"card_photo":[{"url":"u","size":10}]}]',
            leads({"card_photo": [{"url": "u", "size": 10}]}),
        ),
        read(
            "exts of every kind of value stay as they are",
            '[{"exts":{"n":22,"b":true,"t":"","o":{"code":1},"l":[{"status":1},"x"]}}]',
            leads({"exts": {"n": 22, "b": True, "t": "", "o": {"code": 1}, "l": [{"status": 1}, "x"]}}),
        ),
        read(
            "members of the classic record are unknown to this one",
            '[{"cus_name":"n","labels":"x","emp_name":5}]',
            leads({"cus_name": "n", "labels": "x", "emp_name": 5}),
        ),
        read(
            "escapes in an object",
            r'[{"owner":{"name":"\u8001\u677f \ud83d\ude00","id":"\/1"}}]',
            leads({"owner": {"name": "老板 😀", "id": "/1"}}),
        ),
        read(
            "escapes in an object, in text",
            in_text(r'[{"owner":{"name":"\u8001\u677f \ud83d\ude00","id":"\/1"}}]'),
            leads({"owner": {"name": "老板 😀", "id": "/1"}}),
        ),
        reply(
            "rejected",
            OP,
            200,
            '{"return_code":"1","return_msg":"no","msg_id":"r1"}',
            fails("rejected", code="1", message="no", msg_id="r1"),
        ),
    ]
    return made


def cases() -> List[Case]:
    return sample_cases() + structure_cases()
