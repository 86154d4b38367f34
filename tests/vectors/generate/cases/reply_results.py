"""Replies to adds, modifications and removals."""

from __future__ import annotations

from typing import List, Tuple

from model.jsontext import Number

from .build import Case, Json, fails, ok, reply

MUTATIONS = ("add", "add_apaas", "modify", "modify_apaas", "remove")
MSG_ID = "90b4b267dd3d49aeace879038b1e7291"

VENDOR_REPLY = f"""{{
    "return_code": "0",
    "return_msg": null,
    "msg_id": "{MSG_ID}",
    "response_data": null
}}
"""

# (what, response_data, id and data)
DATA: List[Tuple[str, str, Json]] = [
    ("null is nothing", "null", {}),
    ("empty text is nothing", '""', {}),
    ("white space in text is nothing", '" \\n "', {}),
    ("null in text is nothing", '"null"', {}),
    ("null among white space in text is nothing", '" null\\n"', {}),
    ("empty text in text is nothing", '"\\"\\""', {}),
    ("an id as text", '"5025653528380651509"', {"id": "5025653528380651509"}),
    ("an id as number, digit by digit", "5025653528380651509", {"id": "5025653528380651509"}),
    ("a number of twenty digits", "18446744073709551616", {"id": "18446744073709551616"}),
    ("zero is an id", "0", {"id": "0"}),
    ("a negative number is an id", "-5", {"id": "-5"}),
    ("a number with an exponent is an id as it stands", "1e3", {"id": "1e3"}),
    ("a number with a fraction is an id as it stands", "1.50", {"id": "1.50"}),
    ("a number in text is an id as it stands", '"1E+2"', {"id": "1E+2"}),
    ("a number among white space in text is an id", '"\\n77 "', {"id": "77"}),
    ("text in text is an id", '"\\"t1\\""', {"id": "t1"}),
    ("text in text is looked into once", '"\\"{\\\\\\"id\\\\\\":1}\\""', {"id": '{"id":1}'}),
    ("an id that is no JSON", '"SK202101090003"', {"id": "SK202101090003"}),
    ("an id of hex digits", '"f47ac10b58cc"', {"id": "f47ac10b58cc"}),
    ("an id that begins like a literal", '"t1"', {"id": "t1"}),
    ("an id with dashes", '"a1b2-c3d4"', {"id": "a1b2-c3d4"}),
    ("an id with a space within", '"a b"', {"id": "a b"}),
    ("an id beyond ASCII", '"线索-1"', {"id": "线索-1"}),
    ("digits with leading zeros are no JSON, but an id", '"007"', {"id": "007"}),
    ("digits with a plus sign are no JSON, but an id", '"+5"', {"id": "+5"}),
    ("two numbers are no JSON, but an id", '"1 2"', {"id": "1 2"}),
    ("not a number is no JSON, but an id", '"NaN"', {"id": "NaN"}),
    ("true in text is an id", '"true"', {"id": "true"}),
    ("false in text is an id", '"false"', {"id": "false"}),
    ("null in upper case in text is an id", '"NULL"', {"id": "NULL"}),
    ("text that begins an object and is none", '"{half"', {"id": "{half"}),
    ("text that breaks off within an object", '"{\\"id\\":\\"1\\""', {"id": '{"id":"1"'}),
    ("text that begins an array and is none", '"[1,"', {"id": "[1,"}),
    ("text that begins a text and is none", '"\\"a"', {"id": '"a'}),
    ("an object and more in text", '"{\\"id\\":1} x"', {"id": '{"id":1} x'}),
    ("an object in single quotes in text", "\"{'id':1}\"", {"id": "{'id':1}"}),
    ("an object with an id as text", '{"id":"77"}', {"id": "77", "data": {"id": "77"}}),
    (
        "an object with an id as number",
        '{"id":6789690485561771524}',
        {"id": "6789690485561771524", "data": {"id": 6789690485561771524}},
    ),
    ("an object with zero as id", '{"id":0}', {"id": "0", "data": {"id": 0}}),
    ("an object with an exponent in its id", '{"id":1e3}', {"id": "1e3", "data": {"id": Number("1e3")}}),
    ("an object with an id that is no JSON", '{"id":"{half"}', {"id": "{half", "data": {"id": "{half"}}),
    ("an object's id is not looked into", '{"id":"{\\"id\\":1}"}', {"id": '{"id":1}', "data": {"id": '{"id":1}'}}),
    (
        "an object with more than an id",
        '{"code":"L1","id":"77","n":[1.50,{"a":true}]}',
        {"id": "77", "data": {"code": "L1", "id": "77", "n": [Number("1.50"), {"a": True}]}},
    ),
    ("an object in text", '"{\\"id\\":\\"5\\"}"', {"id": "5", "data": {"id": "5"}}),
    (
        "an object with a number in text",
        '"{\\"id\\": 6789690485561771524}"',
        {"id": "6789690485561771524", "data": {"id": 6789690485561771524}},
    ),
    ("a pretty-printed object in text", '"{\\n\\t\\"id\\" : \\"5\\"\\r\\n}"', {"id": "5", "data": {"id": "5"}}),
    ("an object without an id", "{}", {"data": {}}),
    ("an object without an id, in text", '"{}"', {"data": {}}),
    ("an object with other members only", '{"code":"L1","Id":"7"}', {"data": {"code": "L1", "Id": "7"}}),
    ("an object whose id is within another", '{"data":{"id":"7"}}', {"data": {"data": {"id": "7"}}}),
    ("an object with an empty id", '{"id":""}', {"data": {"id": ""}}),
    ("an object with a null id", '{"id":null,"n":1}', {"data": {"n": 1}}),
    ("an object whose id is true", '{"id":true}', {"data": {"id": True}}),
    ("an object whose id is an object", '{"id":{"id":"7"}}', {"data": {"id": {"id": "7"}}}),
    ("an object whose id is an array", '{"id":["7"]}', {"data": {"id": ["7"]}}),
    ("the last of two ids counts", '{"id":"1","id":2}', {"id": "2", "data": {"id": 2}}),
    ("the last of two ids counts, null too", '{"id":"1","id":null}', {"data": {}}),
    ("an empty array", "[]", {"data": []}),
    ("an empty array in text", '"[]"', {"data": []}),
    ("an array of ids", '["77"]', {"data": ["77"]}),
    ("an array of objects in text", '"[{\\"id\\":\\"77\\"}]"', {"data": [{"id": "77"}]}),
    ("true", "true", {"data": True}),
    ("false", "false", {"data": False}),
]

# (what, members of the reply, result)
REJECTIONS = [
    (
        "text code",
        '"return_code":"1","return_msg":"线索编码已存在","msg_id":"r1"',
        fails("rejected", code="1", message="线索编码已存在", msg_id="r1"),
    ),
    (
        "number code",
        '"return_code":1,"return_msg":"failed","msg_id":"r1"',
        fails("rejected", code="1", message="failed", msg_id="r1"),
    ),
    ("module code", '"return_code":"100203","return_msg":"m"', fails("rejected", code="100203", message="m")),
    ("module code as number", '"return_code":100203,"return_msg":"m"', fails("rejected", code="100203", message="m")),
    ("negative code", '"return_code":-1,"return_msg":"m"', fails("rejected", code="-1", message="m")),
    (
        "code that is no number",
        '"return_code":"E_AUTH","return_msg":"m"',
        fails("rejected", code="E_AUTH", message="m"),
    ),
    ("code alone", '"return_code":"1"', fails("rejected", code="1")),
    ("null message and msg_id", '"return_code":"1","return_msg":null,"msg_id":null', fails("rejected", code="1")),
    ("empty message", '"return_code":"1","return_msg":""', fails("rejected", code="1", message="")),
    (
        "escapes in the message",
        '"return_code":"1","return_msg":"\\u5931\\u8d25 \\ud83d\\ude00 \\"a\\"\\n\\/"',
        fails("rejected", code="1", message='失败 😀 "a"\n/'),
    ),
    (
        "data of any kind",
        '"return_code":"1","return_msg":"m","response_data":[[{"a":true}]]',
        fails("rejected", code="1", message="m"),
    ),
    (
        "code behind data of any kind",
        '"response_data":false,"msg_id":"r1","return_msg":"m","return_code":"1"',
        fails("rejected", code="1", message="m", msg_id="r1"),
    ),
    (
        "unknown members",
        '"success":false,"return_code":"1","return_msg":"m","trace":{"a":[1]}',
        fails("rejected", code="1", message="m"),
    ),
    ("the last of two codes", '"return_code":"0","return_code":"1"', fails("rejected", code="1")),
]


def cases() -> List[Case]:
    made: List[Case] = []
    for op in MUTATIONS:
        made.append(reply("the vendor's sample", op, 200, VENDOR_REPLY, ok(msg_id=MSG_ID)))
        made.append(
            reply(
                "rejected",
                op,
                200,
                '{"return_code":"1","return_msg":"no","msg_id":"r1","response_data":null}',
                fails("rejected", code="1", message="no", msg_id="r1"),
            )
        )
        made.append(
            reply("an id", op, 200, '{"return_code":0,"msg_id":"r1","response_data":77}', ok(msg_id="r1", id="77"))
        )
        made.append(reply("a page of HTML", op, 200, "<html>login</html>", fails("malformed")))
    for index, (what, data, result) in enumerate(DATA):
        op = MUTATIONS[index % len(MUTATIONS)]
        expect = ok(msg_id="r1", **result)
        body = f'{{"return_code":"0","return_msg":null,"msg_id":"r1","response_data":{data}}}'
        made.append(reply(f"data: {what}", op, 200, body, expect))
        first = f'{{"response_data":{data},"msg_id":"r1","return_code":0}}'
        made.append(reply(f"data before the code: {what}", op, 200, first, expect))
    for index, (what, members, expect) in enumerate(REJECTIONS):
        op = MUTATIONS[index % len(MUTATIONS)]
        made.append(reply(f"rejected: {what}", op, 200, f"{{{members}}}", expect))
    return made + [
        reply("no data at all", "add", 200, '{"return_code":"0","msg_id":"r1"}', ok(msg_id="r1")),
        reply("no msg_id", "modify", 200, '{"return_code":"0","response_data":"77"}', ok(id="77")),
        reply("a null msg_id", "remove", 200, '{"return_code":"0","msg_id":null}', ok()),
        reply("nothing but the code", "add_apaas", 200, '{"return_code":0}', ok()),
        reply(
            "members in another order, and unknown ones",
            "add",
            200,
            '{"x":{"return_code":"1"},"response_data":"77","msg_id":"r1","return_msg":"ok","return_code":"0","y":null}',
            ok(msg_id="r1", id="77"),
        ),
        reply("true, and no msg_id", "modify", 200, '{"return_code":0,"response_data":true}', ok(data=True)),
        reply(
            "status 500 with a success and an array",
            "remove",
            500,
            '{"return_code":"0","response_data":[]}',
            ok(data=[]),
        ),
        reply(
            "what is broken JSON as a whole is none",
            "add",
            200,
            '{"return_code":"0","response_data":{half}',
            fails("malformed"),
        ),
    ]
