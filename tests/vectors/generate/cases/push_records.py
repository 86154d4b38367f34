"""Follow-ups whose members are of another shape, repeat, or hold half a surrogate pair."""

from __future__ import annotations

from typing import List, Sequence, Tuple

from model.jsontext import Number

from .build import Case, Json, pushed
from .push import MALFORMED, body, event

HALF = "\ufffd"

# (what, data, record, faults)
RECORDS: List[Tuple[str, str, Json, Sequence[str]]] = [
    (
        "a location that is an object",
        '{"lead_ID":"1","location":{"x":10,"y":20}}',
        {"lead_ID": "1", "location": {"x": 10, "y": 20}},
        ["location"],
    ),
    ("an author that is an array", '{"create_by":["张三"]}', {"create_by": ["张三"]}, ["create_by"]),
    (
        "an id that is an empty object",
        '{"lead_ID":{},"lead_code":"L1"}',
        {"lead_ID": {}, "lead_code": "L1"},
        ["lead_ID"],
    ),
    ("a name that is an empty array", '{"lead_name":[]}', {"lead_name": []}, ["lead_name"]),
    (
        "several members",
        '{"photo_path":["a","b"],"offset":5,"department":{"id":1}}',
        {"photo_path": ["a", "b"], "offset": "5", "department": {"id": 1}},
        ["photo_path", "department"],
    ),
    (
        "numbers in a member at fault stay, digit by digit",
        '{"offset":[50.50,1e3],"lead_code":50.50}',
        {"offset": [Number("50.50"), Number("1e3")], "lead_code": "50.50"},
        ["offset"],
    ),
    (
        "members unknown to the record, whatever they are",
        '{"lead_ID":"1","o":{"a":[]},"l":["x"],"b":true,"e":""}',
        {"lead_ID": "1", "o": {"a": []}, "l": ["x"], "b": True, "e": ""},
        [],
    ),
    ("nulls", '{"lead_ID":null,"ext_a":null,"n":null}', {}, []),
    (
        "a member broken at first and whole at last",
        '{"location":{"x":1},"location":"10,20"}',
        {"location": "10,20"},
        [],
    ),
    (
        "a member whole at first and broken at last",
        '{"location":"10,20","location":{"x":1,"x":2}}',
        {"location": {"x": 2}},
        ["location"],
    ),
    (
        "unknown members and custom fields that repeat",
        '{"n":"a","ext_a":1,"n":{"b":1,"b":2},"ext_a":2}',
        {"n": {"b": 2}, "ext_a": "2"},
        [],
    ),
    ("half a surrogate pair", r'{"activity_content":"好\ud83d"}', {"activity_content": "好" + HALF}, []),
    (
        "half a surrogate pair in a custom field and in names",
        r'{"ext_a":"\ude00","ext_\ud83d":"x","o":{"\udfff":1}}',
        {"ext_a": HALF, "ext_" + HALF: "x", "o": {HALF: 1}},
        [],
    ),
    (
        "half a surrogate pair in a member at fault",
        r'{"create_by":["\ud83d\ud83d\ude00"]}',
        {"create_by": [HALF + "😀"]},
        ["create_by"],
    ),
]


def cases() -> List[Case]:
    made = [
        pushed(f"record: {what}", body(data), event(record, faults=list(faults) or None))
        for what, data, record, faults in RECORDS
    ]
    return made + [
        pushed(
            "record: another data type has no faults",
            body('{"lead_ID":{},"location":["\\ud83d"],"n":1.50,"n":2.50}', dataType="order"),
            event({"lead_ID": {}, "location": [HALF], "n": Number("2.50")}, data_type="order"),
        ),
        pushed("record: an escape cut short behind half a pair", body(r'{"lead_name":"\ud83d\u"}'), MALFORMED),
        pushed(
            "record: a member at fault in a redelivery",
            body('{"lead_name":{"zh":"张三"}}', status="2"),
            event({"lead_name": {"zh": "张三"}}, faults=["lead_name"], redelivery=True),
        ),
    ]
