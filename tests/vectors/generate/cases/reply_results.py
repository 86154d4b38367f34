"""Replies to adds, modifications and removals."""

from __future__ import annotations

from typing import List

from .build import Case, fails, ok, reply

MUTATIONS = ("add", "add_apaas", "modify", "modify_apaas", "remove")
MSG_ID = "90b4b267dd3d49aeace879038b1e7291"

VENDOR_REPLY = f"""{{
    "return_code": "0",
    "return_msg": null,
    "msg_id": "{MSG_ID}",
    "response_data": null
}}
"""

# (what, response_data, result); msg_id is r1 throughout
DATA = [
    ("null is no id", "null", ok(msg_id="r1")),
    ("empty text is no id", '""', ok(msg_id="r1")),
    ("an id as text", '"5025653528380651509"', ok(msg_id="r1", id="5025653528380651509")),
    ("an id as number, digit by digit", "5025653528380651509", ok(msg_id="r1", id="5025653528380651509")),
    ("a number of twenty digits", "18446744073709551616", ok(msg_id="r1", id="18446744073709551616")),
    ("an id that is no JSON", '"SK202101090003"', ok(msg_id="r1", id="SK202101090003")),
    ("an id with dashes", '"a1b2-c3d4"', ok(msg_id="r1", id="a1b2-c3d4")),
    ("digits with leading zeros are no JSON, but an id", '"007"', ok(msg_id="r1", id="007")),
    ("an object with an id as text", '{"id":"77"}', ok(msg_id="r1", id="77")),
    ("an object with an id as number", '{"id":6789690485561771524}', ok(msg_id="r1", id="6789690485561771524")),
    ("an object with more than an id", '{"code":"L1","id":"77","n":[1]}', ok(msg_id="r1", id="77")),
    ("an object in text", '"{\\"id\\":\\"5\\"}"', ok(msg_id="r1", id="5")),
    ("an object with a number in text", '"{\\"id\\": 6789690485561771524}"', ok(msg_id="r1", id="6789690485561771524")),
    ("a pretty-printed object in text", '"{\\n\\t\\"id\\" : \\"5\\"\\r\\n}"', ok(msg_id="r1", id="5")),
    ("white space in text is no id", '" \\n "', ok(msg_id="r1")),
    ("text that begins an object and is none", '"{\\"id\\":\\"1\\""', fails("malformed")),
    ("text that begins an array and is none", '"[1,"', fails("malformed")),
    ("the last of two ids counts", '{"id":"1","id":"2"}', ok(msg_id="r1", id="2")),
    ("an array is no id", "[]", fails("malformed")),
    ("an array of ids is no id", '["77"]', fails("malformed")),
    ("an array in text is no id", '"[]"', fails("malformed")),
    ("a boolean is no id", "true", fails("malformed")),
    ("an object without an id", "{}", fails("malformed")),
    ("an object with other members only", '{"code":"L1"}', fails("malformed")),
    ("an object without an id, in text", '"{}"', fails("malformed")),
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
    for index, (what, data, expect) in enumerate(DATA):
        op = MUTATIONS[index % len(MUTATIONS)]
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
    ]
