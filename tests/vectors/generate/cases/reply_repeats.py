"""Members that repeat: the last one counts, whatever the others were."""

from __future__ import annotations

from typing import List, Tuple

from .build import Case, Json, fails, leads, ok, reply
from .reply_leads import data, everywhere, in_text

# (what, rows, records, faults)
CLASSIC: List[Tuple[str, str, List[Json], List[str]]] = [
    ("an unknown member", '[{"id":"1","zz":1,"zz":2}]', [{"id": "1", "zz": 2}], []),
    ("an unknown member, three times", '[{"zz":{"a":1},"id":"1","zz":[2],"zz":"3"}]', [{"id": "1", "zz": "3"}], []),
    ("an unknown member, null at last", '[{"id":"1","zz":1,"zz":null}]', [{"id": "1"}], []),
    ("an unknown member, null at first", '[{"id":"1","zz":null,"zz":1}]', [{"id": "1", "zz": 1}], []),
    ("members of an unknown object", '[{"zz":{"a":1,"b":2,"a":3}}]', [{"zz": {"a": 3, "b": 2}}], []),
    ("members deep in an unknown list", '[{"zz":[[{"a":{"b":1,"b":2}}]]}]', [{"zz": [[{"a": {"b": 2}}]]}], []),
    ("unknown objects are not joined", '[{"zz":{"a":1},"zz":{"b":2}}]', [{"zz": {"b": 2}}], []),
    ("a name escaped and plain", r'[{"zz":1,"\u007az":2,"id":"1","\u0069d":"2"}]', [{"zz": 2, "id": "2"}], []),
    ("names that differ by case are not the same", '[{"id":"1","ID":2,"Id":3}]', [{"id": "1", "ID": 2, "Id": 3}], []),
    ("a known member, null at last", '[{"id":"1","code":"a","code":null}]', [{"id": "1"}], []),
    ("a known member, null at first", '[{"id":"1","code":null,"code":"a"}]', [{"id": "1", "code": "a"}], []),
    ("a known member, broken at first", '[{"id":{},"code":["a"],"id":"1","code":"b"}]', [{"id": "1", "code": "b"}], []),
    ("a known member, broken at last", '[{"id":"1","id":{"a":1}}]', [{"id": {"a": 1}}], ["[0].id"]),
    ("a known member, broken twice", '[{"id":[1],"id":{"a":1}}]', [{"id": {"a": 1}}], ["[0].id"]),
    ("a known member, broken and then null", '[{"id":[1],"id":null,"code":"a"}]', [{"code": "a"}], []),
    ("a list, broken at first", '[{"labels":"x","labels":[{"id":1}]}]', [{"labels": [{"id": "1"}]}], []),
    (
        "a list, a part of it broken at first",
        '[{"labels":[{"id":[]}],"labels":[{"id":1}]}]',
        [{"labels": [{"id": "1"}]}],
        [],
    ),
    ("a list, broken at last", '[{"labels":[{"id":1}],"labels":[2]}]', [{"labels": [2]}], ["[0].labels"]),
    ("a list, empty at last", '[{"labels":[1],"labels":""}]', [{"labels": ""}], []),
    (
        "lists are not joined",
        '[{"exts":[{"ext_key":"a"}],"exts":[{"ext_value":"b"}]}]',
        [{"exts": [{"ext_value": "b"}]}],
        [],
    ),
    (
        "members of an ext, known and unknown",
        '[{"exts":[{"ext_key":"a","n":1,"ext_key":"b","n":2}]}]',
        [{"exts": [{"ext_key": "b", "n": 2}]}],
        [],
    ),
    (
        "members of the second of three labels, broken at first",
        '[{"labels":[{"id":"1"},{"name":{},"name":"b"},{"name":"c","name":[]}]}]',
        [{"labels": [{"id": "1"}, {"name": "b"}, {"name": []}]}],
        ["[0].labels[2].name"],
    ),
    ("members of a member at fault", '[{"id":{"a":1,"a":2}}]', [{"id": {"a": 2}}], ["[0].id"]),
]
APAAS: List[Tuple[str, str, List[Json], List[str]]] = [
    ("members of exts", '[{"exts":{"f":"1","g":5,"f":{"code":2}}}]', [{"exts": {"f": {"code": 2}, "g": 5}}], []),
    ("members of exts, null at last", '[{"exts":{"f":"1","f":null}}]', [{"exts": {}}], []),
    (
        "members of an object in exts",
        '[{"exts":{"f":{"code":"a","code":"b"},"g":[{"n":1,"n":2}]}}]',
        [{"exts": {"f": {"code": "b"}, "g": [{"n": 2}]}}],
        [],
    ),
    ("exts are not joined", '[{"exts":{"f":"1"},"exts":{"g":"2"}}]', [{"exts": {"g": "2"}}], []),
    ("exts, broken at first", '[{"exts":"x","exts":{"g":"2"}}]', [{"exts": {"g": "2"}}], []),
    ("objects are not joined", '[{"owner":{"id":"1","name":"a"},"owner":{"id":"2"}}]', [{"owner": {"id": "2"}}], []),
    ("an object, text at last", '[{"owner":{"id":"1"},"owner":"a"}]', [{"owner": "a"}], ["[0].owner"]),
    (
        "members of a mobile, known and unknown",
        '[{"mobile":{"phone":1,"x":1,"phone":2,"x":{"a":1}}}]',
        [{"mobile": {"phone": "2", "x": {"a": 1}}}],
        [],
    ),
]


def cases() -> List[Case]:
    made: List[Case] = []
    for what, rows, records, faults in CLASSIC:
        made += everywhere(f"repeated: {what}", rows, leads(*records, faults=faults))
    for what, rows, records, faults in APAAS:
        expect = leads(*records, faults=faults)
        made.append(reply(f"repeated: {what}", "query_apaas", 200, data(rows), expect))
        made.append(reply(f"repeated: {what}, in text", "query_apaas", 200, data(in_text(rows)), expect))

    def envelope(what: str, op: str, members: str, expect: Json) -> Case:
        return reply(f"repeated: {what}", op, 200, f"{{{members}}}", expect)

    return made + [
        envelope(
            "rows",
            "query",
            '"return_code":"0","response_data":{"rows":[1],"rows":[{"id":"2"}]}',
            leads({"id": "2"}),
        ),
        envelope(
            "rows, null at last, beside list",
            "query",
            '"return_code":"0","response_data":{"rows":[{"id":"1"}],"list":[{"id":"2"}],"rows":null}',
            leads({"id": "2"}),
        ),
        envelope(
            "response_data, broken at first",
            "query",
            '"return_code":"0","response_data":"none","response_data":"[]"',
            leads(),
        ),
        envelope(
            "response_data, broken at last",
            "query",
            '"return_code":"0","response_data":"[]","response_data":"none"',
            fails("malformed"),
        ),
        envelope("return_code, null at first", "add", '"return_code":null,"return_code":"0"', ok()),
        envelope("return_code, null at last", "add", '"return_code":"0","return_code":null', fails("malformed")),
        envelope(
            "return_code, success at last", "add", '"return_code":"1","msg_id":"r1","return_code":0', ok(msg_id="r1")
        ),
        envelope(
            "message and msg_id",
            "modify",
            '"return_msg":"a","msg_id":"r1","return_code":1,"return_msg":"b","msg_id":null',
            fails("rejected", code="1", message="b"),
        ),
        envelope(
            "members of what a modification brings",
            "modify",
            '"return_code":0,"response_data":{"id":{},"n":1,"id":"7","n":[{"a":1,"a":2}]}',
            ok(id="7", data={"id": "7", "n": [{"a": 2}]}),
        ),
    ]
