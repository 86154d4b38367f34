"""Half a surrogate pair, escaped: what a service leaves that cuts text by UTF-16 units. It reads as U+FFFD."""

from __future__ import annotations

from typing import List

from .build import Case, fails, leads, ok, reply
from .reply_leads import data, escaped, in_text, read

HALF = "\ufffd"

# (what, JSON text of the value, value)
TEXTS = [
    ("a first half at the end", r'"好\ud83d"', "好" + HALF),
    ("a first half alone", r'"\ud83d"', HALF),
    ("a first half before other text", r'"\ud83d好"', HALF + "好"),
    ("a second half at the beginning", r'"\ude00好"', HALF + "好"),
    ("halves in upper case", r'"\uD83Da\uDE00"', HALF + "a" + HALF),
    ("a first half before an escaped character", r'"\ud83d\u0041"', HALF + "A"),
    ("a first half before a short escape", r'"\ud83d\n\ud83d\""', HALF + "\n" + HALF + '"'),
    ("a first half before a backslash and what looks like the second", r'"\ud83d\\ude00"', HALF + r"\ude00"),
    ("two first halves", r'"\ud83d\ud83d"', HALF * 2),
    ("a first half before a whole pair", r'"\ud83d\ud83d\ude00"', HALF + "😀"),
    ("a second half behind a whole pair", r'"\ud83d\ude00\ude00"', "😀" + HALF),
    ("two halves the wrong way round", r'"\ude00\ud83d"', HALF * 2),
    ("a whole pair", r'"\ud83d\ude00"', "😀"),
    ("the first and the last half of either kind", r'"\ud800 \udbff \udc00 \udfff"', " ".join([HALF] * 4)),
    ("the characters around the surrogates", r'"\ud7ff\ue000"', "\ud7ff\ue000"),
    ("halves around characters as they are", r'"😀\ud83d😀\ude00😀"', f"😀{HALF}😀{HALF}😀"),
]


def cases() -> List[Case]:
    made: List[Case] = []
    for what, text, value in TEXTS:
        rows = f'[{{"id":"1","linkman":{text},"new":{text},"exts":[{{"ext_value":{text}}}]}}]'
        expect = leads({"id": "1", "linkman": value, "new": value, "exts": [{"ext_value": value}]})
        made += [
            read(f"half a pair: {what}", rows, expect),
            read(f"half a pair: {what}, in text", in_text(rows), expect),
            read(f"half a pair: {what}, in escaped text", escaped(rows), expect),
        ]
    for what, text in (
        ("an escape cut short behind the first half", r'"\ud83d\u"'),
        ("a second half cut short", r'"\ud83d\ude0"'),
        ("a first half cut short", r'"\ud83"'),
        ("a second half that is not hex", r'"\ud83d\udexx"'),
        ("text that ends behind a first half", r'"\ud83d'),
    ):
        made.append(read(f"half a pair: {what}", f'[{{"linkman":{text}}}]', fails("malformed")))
    return made + [
        read(
            "half a pair: outside the JSON that text holds",
            r'"[{\"linkman\":\"好\ud83d\"}]"',
            leads({"linkman": "好" + HALF}),
        ),
        read(
            "half a pair: one half outside the JSON that text holds, one within",
            r'"[{\"linkman\":\"\ud83d\\ude00\"}]"',
            leads({"linkman": HALF * 2}),
        ),
        read(
            "half a pair: in the name of an unknown member",
            r'[{"id":"1","名\ud83d":1,"o":{"\ude00":2}}]',
            leads({"id": "1", "名" + HALF: 1, "o": {HALF: 2}}),
        ),
        read(
            "half a pair: in a member at fault",
            r'[{"id":"1","linkman":["好\ud83d"]}]',
            leads({"id": "1", "linkman": ["好" + HALF]}, faults=["[0].linkman"]),
        ),
        reply(
            "half a pair: in exts and objects",
            "query_apaas",
            200,
            data(r'[{"exts":{"f\ud83d":"\ude00","g":["\ud83d"]},"owner":{"name":"老\ud83d"}}]'),
            leads({"exts": {"f" + HALF: HALF, "g": [HALF]}, "owner": {"name": "老" + HALF}}),
        ),
        reply(
            "half a pair: in the message of a refusal",
            "add",
            200,
            r'{"return_code":"1","return_msg":"线索\ud83d","msg_id":"r1"}',
            fails("rejected", code="1", message="线索" + HALF, msg_id="r1"),
        ),
        reply(
            "half a pair: in an id",
            "modify",
            200,
            r'{"return_code":"0","msg_id":"r1","response_data":"a\ud83d"}',
            ok(msg_id="r1", id="a" + HALF),
        ),
        reply(
            "half a pair: in what an add brings",
            "add_apaas",
            200,
            r'{"return_code":"0","msg_id":"\ude00","response_data":{"id":"7","name":"\ud83d"}}',
            ok(msg_id=HALF, id="7", data={"id": "7", "name": HALF}),
        ),
        reply(
            "half a pair: as octets it is no UTF-8",
            "query",
            200,
            b'{"return_code":"0","response_data":[{"linkman":"\xed\xa0\xbd"}]}',
            fails("malformed"),
        ),
        reply(
            "half a pair: in HTML it is none",
            "query",
            200,
            r"<p>\ud83d</p>",
            fails("malformed"),
        ),
    ]
