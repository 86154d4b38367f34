"""Replies to the classic query."""

from __future__ import annotations

import json
from typing import List

from model.spec import EXT, LABEL, LEAD

from . import samples
from .build import Case, Json, fails, leads, reply

OP = "query"
SAMPLE: Json = json.loads(samples.LEADS)[0]


def data(text: str) -> str:
    """A reply whose response_data is this JSON."""
    return f'{{"return_code":"0","return_msg":null,"msg_id":null,"response_data":{text}}}'


def in_text(inner: str) -> str:
    """JSON text holding the given text."""
    return json.dumps(inner, ensure_ascii=False)


def escaped(text: str) -> str:
    """JSON text in which every character is escaped."""
    units = text.encode("utf-16-be").hex()
    return '"' + "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4)) + '"'


def read(name: str, response_data: str, expect: Json) -> Case:
    return reply(name, OP, 200, data(response_data), expect)


def everywhere(name: str, inner: str, expect: Json) -> List[Case]:
    """The same data as JSON, as JSON in text, and as JSON in text with every character escaped."""
    return [
        read(name, inner, expect),
        read(f"{name}, in text", in_text(inner), expect),
        read(f"{name}, in escaped text", escaped(inner), expect),
    ]


def sample_cases() -> List[Case]:
    return [
        *everywhere("the vendor's sample", samples.LEADS, leads(SAMPLE)),
        read("the vendor's sample in text without spaces", in_text(json.dumps([SAMPLE])), leads(SAMPLE)),
        read(
            "the vendor's sample fifty times",
            in_text(json.dumps([{**SAMPLE, "id": str(n)} for n in range(50)], ensure_ascii=False)),
            leads(*({**SAMPLE, "id": str(n)} for n in range(50))),
        ),
    ]


def row_cases() -> List[Case]:
    return [
        read("null is no rows", "null", leads()),
        read("empty text is no rows", '""', leads()),
        *everywhere("an empty array is no rows", "[]", leads()),
        *everywhere("rows in an array", '[{"id":"1"},{"id":"2"}]', leads({"id": "1"}, {"id": "2"})),
        *everywhere("rows under rows", '{"rows":[{"id":"1"}],"total":1}', leads({"id": "1"})),
        *everywhere("rows under list", '{"total":1,"list":[{"id":"1"}]}', leads({"id": "1"})),
        *everywhere("rows under data", '{"data":[{"id":"1"}],"page":{"n":1}}', leads({"id": "1"})),
        read("no rows under rows", '{"rows":[]}', leads()),
        *everywhere("null under rows is no rows", '{"rows":null,"total":0}', leads()),
        *everywhere("rows under list beside null", '{"rows":null,"list":[{"id":"1"}]}', leads({"id": "1"})),
        *everywhere("rows under data beside empty text", '{"list":"","data":[{"id":"1"}]}', leads({"id": "1"})),
        *everywhere(
            "rows under data beside null and empty text",
            '{"rows":null,"list":"","data":[{"id":"1"}]}',
            leads({"id": "1"}),
        ),
        read("null and empty text under all three are no rows", '{"rows":"","list":null,"data":""}', leads()),
        read("an empty array under rows goes before list", '{"rows":[],"list":[{"id":"2"}]}', leads()),
        read("null in text is no rows", '"null"', leads()),
        read("an object under rows goes before list", '{"rows":{},"list":[{"id":"2"}]}', fails("malformed")),
        read("false under rows goes before list", '{"rows":false,"list":[{"id":"2"}]}', fails("malformed")),
        read("rows under another name", '{"items":[{"id":"1"}]}', fails("malformed")),
        read("rows within an object under data", '{"data":{"rows":[{"id":"1"}]}}', fails("malformed")),
        read("text in text", in_text(in_text('[{"id":"1"}]')), fails("malformed")),
        read("false", "false", fails("malformed")),
        read("a number in text", '"5"', fails("malformed")),
        read("rows go before list", '{"list":[{"id":"2"}],"rows":[{"id":"1"}]}', leads({"id": "1"})),
        read("an empty record", "[{}]", leads({})),
        read("a record of nulls", '[{"id":null,"code":null,"labels":null,"exts":null,"other":null}]', leads({})),
        read("empty texts stay", '[{"id":"1","code":"","mobile":""}]', leads({"id": "1", "code": "", "mobile": ""})),
        read("an object without rows", '{"total":0}', fails("malformed")),
        read("an empty object", "{}", fails("malformed")),
        read("a number", "5", fails("malformed")),
        read("true", "true", fails("malformed")),
        read("text that is no JSON", '"no rows"', fails("malformed")),
        read("rows that are an object", '{"rows":{"id":"1"}}', fails("malformed")),
        read("rows that are text", '{"list":"none"}', fails("malformed")),
        read("an object without rows, in text", '"{}"', fails("malformed")),
        read("text cut off within a record", in_text('[{"id":"1","code":"L'), fails("malformed")),
        read("text cut off before the last bracket", in_text('[{"id":"1"}'), fails("malformed")),
        read("text with more behind the rows", in_text('[{"id":"1"}] []'), fails("malformed")),
        read("text with a trailing comma", in_text('[{"id":"1"},]'), fails("malformed")),
        read("text with single quotes", in_text("[{'id':'1'}]"), fails("malformed")),
        reply(
            "data before the code",
            OP,
            200,
            '{"response_data":"[{\\"id\\":\\"1\\"}]","msg_id":"r","return_msg":"","return_code":0}',
            leads({"id": "1"}),
        ),
        reply(
            "a refusal behind sound rows",
            OP,
            200,
            '{"response_data":[{"id":"1"}],"return_msg":"no","return_code":1}',
            fails("rejected", code="1", message="no"),
        ),
        reply(
            "a refusal behind a faulty record",
            OP,
            200,
            '{"response_data":[{"id":[]}],"return_msg":"no","return_code":"1"}',
            fails("rejected", code="1", message="no"),
        ),
        reply(
            "a refusal before text that is no rows",
            OP,
            200,
            '{"return_code":"1","return_msg":"no","response_data":"nothing"}',
            fails("rejected", code="1", message="no"),
        ),
        reply(
            "the last response_data counts",
            OP,
            200,
            '{"return_code":"0","response_data":[{"id":"1"}],"response_data":[{"id":"2"}]}',
            leads({"id": "2"}),
        ),
    ]


def number_cases() -> List[Case]:
    numbers = {name: str(index) for index, name in enumerate(LEAD) if LEAD[name] == "text"}
    literal = ", ".join(f'"{name}": {number}' for name, number in numbers.items())
    booleans = ", ".join(f'"{name}": true' for name in numbers)
    label_numbers = "{" + ",".join(f'"{name}":{index}' for index, name in enumerate(LABEL)) + "}"
    ext_booleans = "{" + ",".join(f'"{name}":false' for name in EXT) + "}"
    return [
        *everywhere(
            "ids as unquoted numbers of nineteen digits",
            '[{"id":6789690485561771524,"emp_id_str":9223372036854775807}]',
            leads({"id": "6789690485561771524", "emp_id_str": "9223372036854775807"}),
        ),
        *everywhere(
            "numbers keep their literal text",
            '[{"id":0,"code":-1,"tel":1.50,"mobile":1e3,"result":-0.0,"position":1E+2,"email":12345678901234567890123}]',
            leads(
                {
                    "id": "0",
                    "code": "-1",
                    "tel": "1.50",
                    "mobile": "1e3",
                    "result": "-0.0",
                    "position": "1E+2",
                    "email": "12345678901234567890123",
                }
            ),
        ),
        *everywhere("a number in every text member", f"[{{{literal}}}]", leads(numbers)),
        read("a boolean in every text member", f"[{{{booleans}}}]", leads({name: "true" for name in numbers})),
        read("false is text too", '[{"mobile":false}]', leads({"mobile": "false"})),
        *everywhere(
            "a number in every member of a label, false in every one of an ext",
            f'[{{"labels":[{label_numbers}],"exts":[{ext_booleans}]}}]',
            leads(
                {
                    "labels": [{name: str(index) for index, name in enumerate(LABEL)}],
                    "exts": [{name: "false" for name in EXT}],
                }
            ),
        ),
    ]


def unknown_cases() -> List[Case]:
    unknown = '"n":1,"t":"x","b":true,"a":[1,"2",{"c":{}}],"o":{"p":{"q":[]}},"名":"值"'
    kept: Json = json.loads(f"{{{unknown}}}")
    deep = "[" * 60 + "]" * 60
    return [
        *everywhere("unknown members of a record stay", f'[{{"id":"1",{unknown}}}]', leads({"id": "1", **kept})),
        *everywhere(
            "unknown members of a label and of an ext stay",
            f'[{{"labels":[{{"id":"1",{unknown}}}],"exts":[{{{unknown},"ext_key":"k"}}]}}]',
            leads({"labels": [{"id": "1", **kept}], "exts": [{**kept, "ext_key": "k"}]}),
        ),
        read(
            "unknown members alone make a record",
            '[{"cusName":"x","ID":5}]',
            leads({"cusName": "x", "ID": 5}),
        ),
        *everywhere(
            "an unknown member may be deeply nested",
            f'[{{"id":"1","deep":{deep}}}]',
            leads({"id": "1", "deep": json.loads(deep)}),
        ),
        read(
            "an unknown member may be named extra",
            '[{"id":"1","extra":{"a":"b"}}]',
            leads({"id": "1", "extra": {"a": "b"}}),
        ),
        read(
            "a member of the aPaaS record is unknown to this one",
            '[{"company_name":"n","owner":{"id":5}}]',
            leads({"company_name": "n", "owner": {"id": 5}}),
        ),
        read("no labels and no exts", '[{"labels":[],"exts":[]}]', leads({"labels": [], "exts": []})),
        read(
            "nulls in a label and an ext",
            '[{"labels":[{"id":"1","name":null}],"exts":[{"ext_value":null}]}]',
            leads({"labels": [{"id": "1"}], "exts": [{}]}),
        ),
        *everywhere(
            "the last of two members counts",
            '[{"id":"1","code":"a","id":"2","labels":[{"name":"x","name":"y"}],"code":"b"}]',
            leads({"id": "2", "code": "b", "labels": [{"name": "y"}]}),
        ),
    ]


def text_cases() -> List[Case]:
    # (what, JSON text of the value, value)
    texts = [
        ("short escapes", r'"\"\\\/\b\f\n\r\t"', '"\\/\b\f\n\r\t'),
        ("unicode escapes in either case", r'"\u7EBF\u7ebf\u0041\u002f\u0022\u005c"', '线线A/"\\'),
        ("a surrogate pair", r'"\ud83d\ude00\uD83D\uDE00"', "😀😀"),
        ("control characters", r'"\u0000\u0001\u001f\u007f"', "\x00\x01\x1f\x7f"),
        ("raw characters of every length", '"aé线😀\u2028\u2029\x7f\ufeff"', "aé线😀\u2028\u2029\x7f\ufeff"),
        ("what looks like an escape", r'"\\u0041\\n"', r"\u0041\n"),
        ("a backslash at the end", '"a\\\\"', "a\\"),
        ("slashes escaped", r'"https:\/\/a\/b"', "https://a/b"),
        ("brackets and quotes", r'"}],[{\"id\":\"9\"}"', '}],[{"id":"9"}'),
        ("an escape at either end", r'"\nx\t"', "\nx\t"),
        ("escapes only", r'"\n\n\n"', "\n\n\n"),
    ]
    made = []
    for what, text, value in texts:
        made += everywhere(
            f"text: {what}",
            f'[{{"id":"1","detail":{text},"new":{text},"exts":[{{"ext_value":{text}}}]}}]',
            leads({"id": "1", "detail": value, "new": value, "exts": [{"ext_value": value}]}),
        )
    made += everywhere(
        "text: names may be escaped",
        r'[{"\u0069d":"1","c\u006fde":"L1","n\"w":"x"}]',
        leads({"id": "1", "code": "L1", 'n"w': "x"}),
    )
    made += everywhere(
        "text: white space of every kind between tokens",
        ' [ { "id" : "1" ,\t"labels"\r\n:\n[ { "id" :\t"2" } ] , "n" : [ 1 , 2 ] } ] ',
        leads({"id": "1", "labels": [{"id": "2"}], "n": [1, 2]}),
    )
    return made


def cases() -> List[Case]:
    return sample_cases() + row_cases() + number_cases() + unknown_cases() + text_cases()
