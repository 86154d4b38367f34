"""Replies to `other`: the data as JSON, whatever it is."""

from __future__ import annotations

from typing import Any, List, Tuple

from model.jsontext import Number

from .build import Case, fails, ok, reply

# (what, response_data, data)
DATA: List[Tuple[str, str, Any]] = [
    ("an object", '{"id":"1","n":[1,{"a":true}]}', {"id": "1", "n": [1, {"a": True}]}),
    ("an object in text", '"{\\"id\\":1,\\"名\\":\\"值\\"}"', {"id": 1, "名": "值"}),
    ("an array", '[1,"2",[],{}]', [1, "2", [], {}]),
    ("an array in text", '"[{\\"id\\":\\"1\\"}]"', [{"id": "1"}]),
    ("rows under rows stay there", '{"rows":[{"id":1}],"total":1}', {"rows": [{"id": 1}], "total": 1}),
    ("an empty object", "{}", {}),
    ("an empty array in text", '"[]"', []),
    ("a number", "77", 77),
    ("a number digit by digit", "12345678901234567890123", 12345678901234567890123),
    ("a number with a fraction", "1.50", Number("1.50")),
    ("numbers digit by digit within", '{"n":[1e3,-0,1E+2]}', {"n": [Number("1e3"), Number("-0"), Number("1E+2")]}),
    ("a number in text", '"1.50"', Number("1.50")),
    ("true", "true", True),
    ("false", "false", False),
    ("false in text", '"false"', False),
    ("text in text", '"\\"a\\""', "a"),
    ("text in text is looked into once", '"\\"[1]\\""', "[1]"),
    ("text that is no JSON", '"f47ac10b"', "f47ac10b"),
    ("digits with leading zeros", '"007"', "007"),
    ("text that begins an object and is none", '"{half"', "{half"),
    ("text that goes on behind an object", '"{} x"', "{} x"),
    ("text with white space around", '" a "', " a "),
    ("texts within are not looked into", '{"a":"[1]"}', {"a": "[1]"}),
    ("the last of members that repeat", '{"a":1,"b":{"c":1,"c":2},"a":[3]}', {"a": [3], "b": {"c": 2}}),
    ("half a surrogate pair", r'{"a":"好\ud83d"}', {"a": "好\ufffd"}),
    ("half a surrogate pair, in text", r'"[\"\\ud83d\"]"', ["\ufffd"]),
]


def cases() -> List[Case]:
    made: List[Case] = []
    for what, data, expect in DATA:
        body = f'{{"return_code":"0","return_msg":null,"msg_id":"r1","response_data":{data}}}'
        made.append(reply(f"data: {what}", "other", 200, body, ok(msg_id="r1", data=expect)))
    return made + [
        reply("data: null", "other", 200, '{"return_code":0,"msg_id":"r1","response_data":null}', ok(msg_id="r1")),
        reply("data: none", "other", 200, '{"return_code":0,"msg_id":"r1"}', ok(msg_id="r1")),
        reply("data: nothing but the code", "other", 200, '{"return_code":"0"}', ok()),
        reply(
            "data: return_data in its place",
            "other",
            200,
            '{"return_code":"0","return_data":"{\\"a\\":1}"}',
            ok(data={"a": 1}),
        ),
        reply(
            "data: with status 500",
            "other",
            500,
            '{"return_code":"0","response_data":[1]}',
            ok(data=[1]),
        ),
        reply(
            "a refusal",
            "other",
            200,
            '{"return_code":"100203","return_msg":"no","msg_id":"r1","response_data":{}}',
            fails("rejected", code="100203", message="no", msg_id="r1"),
        ),
        reply("a page of HTML", "other", 200, "<html>login</html>", fails("malformed")),
        reply("JSON without a code", "other", 200, '{"response_data":{}}', fails("malformed")),
        reply("status 404 with HTML", "other", 404, "<html></html>", fails("http_status", status=404)),
    ]
