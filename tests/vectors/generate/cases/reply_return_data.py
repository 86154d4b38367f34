"""Replies that have `return_data` in place of `response_data`."""

from __future__ import annotations

from typing import List, Tuple

from .build import Case, Json, fails, leads, ok, reply

QUERIES = ("query", "query_apaas")
MUTATIONS = ("add", "add_apaas", "modify", "modify_apaas", "remove")

# (what, return_data, result)
PAGES: List[Tuple[str, str, Json]] = [
    ("rows in an array", '[{"id":"1"}]', leads({"id": "1"})),
    ("rows in text", '"[{\\"id\\":1}]"', leads({"id": "1"})),
    ("rows under list", '{"list":[{"id":"1"}]}', leads({"id": "1"})),
    ("an empty array in text", '"[]"', leads()),
    ("null", "null", leads()),
    ("empty text", '""', leads()),
    ("a row at fault", '[5,{"id":[]}]', leads({"id": []}, faults=["[0]", "[1].id"])),
    ("text that is no JSON", '"none"', fails("malformed")),
    ("an object without rows", '{"total":0}', fails("malformed")),
]
RECEIPTS: List[Tuple[str, str, Json]] = [
    ("an id", '"77"', ok(msg_id="r1", id="77")),
    ("an id that is no JSON", '"f47ac10b"', ok(msg_id="r1", id="f47ac10b")),
    ("an object", '{"id":5}', ok(msg_id="r1", id="5", data={"id": 5})),
    ("true", "true", ok(msg_id="r1", data=True)),
    ("null", "null", ok(msg_id="r1")),
]


def cases() -> List[Case]:
    made: List[Case] = []
    for op in QUERIES:
        for what, data, expect in PAGES:
            body = f'{{"return_code":"0","msg_id":"r1","return_data":{data}}}'
            made.append(reply(f"return_data: {what}", op, 200, body, expect))
    for op in MUTATIONS:
        for what, data, expect in RECEIPTS:
            body = f'{{"return_data":{data},"return_code":0,"msg_id":"r1"}}'
            made.append(reply(f"return_data: {what}", op, 200, body, expect))
    return made + [
        reply(
            "return_data: response_data goes first, whatever their order",
            "query",
            200,
            '{"return_code":"0","return_data":[{"id":"1"}],"response_data":[{"id":"2"}]}',
            leads({"id": "2"}),
        ),
        reply(
            "return_data: response_data goes first, an empty array too",
            "query",
            200,
            '{"return_code":"0","response_data":"[]","return_data":"[{\\"id\\":\\"1\\"}]"}',
            leads(),
        ),
        reply(
            "return_data: response_data goes first, of another shape too",
            "query_apaas",
            200,
            '{"return_code":"0","response_data":5,"return_data":[{"id":"1"}]}',
            fails("malformed"),
        ),
        reply(
            "return_data: response_data goes first, an id too",
            "add",
            200,
            '{"return_code":"0","return_data":{"id":"1"},"response_data":"2"}',
            ok(id="2"),
        ),
        reply(
            "return_data: the last of two counts",
            "query",
            200,
            '{"return_code":"0","return_data":"none","return_data":[{"id":"1"}]}',
            leads({"id": "1"}),
        ),
        reply(
            "return_data: of a refusal says nothing",
            "query",
            200,
            '{"return_code":"1","return_data":[{"id":"1"}]}',
            fails("rejected", code="1"),
        ),
    ]
