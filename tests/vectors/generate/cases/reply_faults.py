"""Rows and members of another shape than the records have: each is listed and kept, and the page goes on."""

from __future__ import annotations

from typing import List, Sequence, Tuple

from model.jsontext import Number

from . import reply_apaas
from .build import Case, Json, fails, leads, reply
from .reply_apaas import CHOICES, OBJECTS, REFERENCES, REGIONS, dumped
from .reply_leads import data, everywhere, in_text, read

# (what, rows, records, faults)
Fault = Tuple[str, str, Sequence[Json], Sequence[str]]

ROWS: List[Fault] = [
    ("a null row", "[null]", [], ["[0]"]),
    ("a null row behind others", '[{"id":"1"},{"id":"2"},null]', [{"id": "1"}, {"id": "2"}], ["[2]"]),
    ("a row of text", '[{"id":"1"},"row"]', [{"id": "1"}], ["[1]"]),
    ("a row of empty text", '["",{"id":"1"}]', [{"id": "1"}], ["[0]"]),
    ("a row of digits", "[5]", [], ["[0]"]),
    ("a row that is true", "[true]", [], ["[0]"]),
    ("a row that is an array", '[[{"id":"1"}]]', [], ["[0]"]),
    ("a row that is an empty array", "[[],{}]", [{}], ["[0]"]),
    ("a row of index ten", "[" + '{"id":"1"},' * 10 + "7]", [{"id": "1"}] * 10, ["[10]"]),
    (
        "rows of every kind",
        '[1,{"id":"1"},"x",null,{"id":"2"},[],false]',
        [{"id": "1"}, {"id": "2"}],
        ["[0]", "[2]", "[3]", "[5]", "[6]"],
    ),
    (
        "a member behind rows that are left out",
        '[1,null,{"id":{}},2,{"id":[]}]',
        [{"id": {}}, {"id": []}],
        ["[0]", "[1]", "[2].id", "[3]", "[4].id"],
    ),
]

TEXTS: List[Fault] = [
    ("an id that is an empty object", '[{"id":{}}]', [{"id": {}}], ["[0].id"]),
    ("an id that is an empty array", '[{"id":[]}]', [{"id": []}], ["[0].id"]),
    (
        "a mobile that is an object",
        '[{"id":"1"},{"mobile":{"phone":"1","code":"86"}}]',
        [{"id": "1"}, {"mobile": {"phone": "1", "code": "86"}}],
        ["[1].mobile"],
    ),
    ("a code that is an array", '[{"code":["L1"]}]', [{"code": ["L1"]}], ["[0].code"]),
    ("the last member", '[{"id":"1","cm_name":["x"]}]', [{"id": "1", "cm_name": ["x"]}], ["[0].cm_name"]),
    (
        "several members of several rows",
        '[{"id":"1","tel":[],"email":{"a":1}},{"id":"2"},{"id":["3"],"tel":"4"}]',
        [{"id": "1", "tel": [], "email": {"a": 1}}, {"id": "2"}, {"id": ["3"], "tel": "4"}],
        ["[0].tel", "[0].email", "[2].id"],
    ),
    (
        "a member is given back digit by digit, with members unknown to it",
        '[{"id":"1","detail":{"n":1.50,"m":12345678901234567890123,"e":[1E+2,-0],"t":"a\\u0041"}}]',
        [
            {
                "id": "1",
                "detail": {
                    "n": Number("1.50"),
                    "m": 12345678901234567890123,
                    "e": [Number("1E+2"), Number("-0")],
                    "t": "aA",
                },
            }
        ],
        ["[0].detail"],
    ),
    (
        "a choice where a text is due",
        '[{"status_value":{"code":"1","label":"待处理","content":null}}]',
        [{"status_value": {"code": "1", "label": "待处理"}}],
        ["[0].status_value"],
    ),
]

LISTS: List[Fault] = [
    ("labels that are text", '[{"labels":"x"}]', [{"labels": "x"}], ["[0].labels"]),
    ("labels that are a space", '[{"labels":" "}]', [{"labels": " "}], ["[0].labels"]),
    ("labels that are an object", '[{"labels":{"id":"1"}}]', [{"labels": {"id": "1"}}], ["[0].labels"]),
    ("labels that are a number", '[{"labels":1}]', [{"labels": 1}], ["[0].labels"]),
    ("labels that are zero", '[{"labels":0}]', [{"labels": 0}], ["[0].labels"]),
    ("exts that are an object", '[{"exts":{"k":"v"}}]', [{"exts": {"k": "v"}}], ["[0].exts"]),
    ("exts that are true", '[{"exts":true}]', [{"exts": True}], ["[0].exts"]),
    ("exts that are false", '[{"exts":false}]', [{"exts": False}], ["[0].exts"]),
    ("exts of one number", '[{"id":"1","exts":[1]}]', [{"id": "1", "exts": [1]}], ["[0].exts"]),
    ("labels of objects and text", '[{"labels":[{"id":"1"},"x"]}]', [{"labels": [{"id": "1"}, "x"]}], ["[0].labels"]),
    ("labels of text and objects", '[{"labels":["x",{"id":1}]}]', [{"labels": ["x", {"id": 1}]}], ["[0].labels"]),
    ("labels of objects and null", '[{"labels":[{"id":"1"},null]}]', [{"labels": [{"id": "1"}, None]}], ["[0].labels"]),
    ("labels of an empty text", '[{"labels":[""]}]', [{"labels": [""]}], ["[0].labels"]),
    ("an ext that is an array", '[{"exts":[[]]}]', [{"exts": [[]]}], ["[0].exts"]),
    (
        "a list of another shape as a whole, whatever its parts are like",
        '[{"labels":[{"color":{}},{"name":[1]},5]}]',
        [{"labels": [{"color": {}}, {"name": [1]}, 5]}],
        ["[0].labels"],
    ),
    (
        "numbers in a list of another shape stay numbers",
        '[{"labels":[{"id":6789690485561771524},"x"],"code":5}]',
        [{"labels": [{"id": 6789690485561771524}, "x"], "code": "5"}],
        ["[0].labels"],
    ),
]

PARTS: List[Fault] = [
    (
        "a color that is an object",
        '[{"labels":[{"color":"#c00"},{"color":{}}]}]',
        [{"labels": [{"color": "#c00"}, {"color": {}}]}],
        ["[0].labels[1].color"],
    ),
    (
        "a value that is an array",
        '[{},{},{},{"exts":[{"ext_value":["a"]}]}]',
        [{}, {}, {}, {"exts": [{"ext_value": ["a"]}]}],
        ["[3].exts[0].ext_value"],
    ),
    (
        "the second part of three, its neighbours sound",
        '[{"exts":[{"ext_key":"a","ext_value":1},{"ext_key":"b","ext_value":{"code":2},"n":3},{"ext_key":"c"}]}]',
        [
            {
                "exts": [
                    {"ext_key": "a", "ext_value": "1"},
                    {"ext_key": "b", "ext_value": {"code": 2}, "n": 3},
                    {"ext_key": "c"},
                ]
            }
        ],
        ["[0].exts[1].ext_value"],
    ),
    (
        "several members of several parts",
        '[{"labels":[{"id":[],"name":{}},{"id":"2","status":["1"]}],"exts":[{"ext_column":{"a":1}}],"code":["c"]}]',
        [
            {
                "labels": [{"id": [], "name": {}}, {"id": "2", "status": ["1"]}],
                "exts": [{"ext_column": {"a": 1}}],
                "code": ["c"],
            }
        ],
        ["[0].labels[0].id", "[0].labels[0].name", "[0].labels[1].status", "[0].exts[0].ext_column", "[0].code"],
    ),
    (
        "one list of another shape beside one with a part at fault",
        '[{"labels":"x","exts":[{},{"ext_key":[]}]}]',
        [{"labels": "x", "exts": [{}, {"ext_key": []}]}],
        ["[0].labels", "[0].exts[1].ext_key"],
    ),
]

# No faults: an empty text, list or object where a list is due.
NOTHING: List[Fault] = [
    ("labels and exts that are empty texts", '[{"labels":"","exts":""}]', [{"labels": "", "exts": ""}], []),
    ("labels and exts that are empty objects", '[{"labels":{},"exts":{}}]', [{"labels": {}, "exts": {}}], []),
    ("labels and exts that are null", '[{"id":"1","labels":null,"exts":null}]', [{"id": "1"}], []),
    ("parts that are empty objects", '[{"labels":[{},{}],"exts":[{}]}]', [{"labels": [{}, {}], "exts": [{}]}], []),
    (
        "members unknown to the record, whatever they are",
        '[{"a":[1,"x",null],"b":{"id":{}},"Labels":"x","label":[5]}]',
        [{"a": [1, "x", None], "b": {"id": {}}, "Labels": "x", "label": [5]}],
        [],
    ),
]


def classic_cases() -> List[Case]:
    made = []
    for what, rows, records, faults in ROWS + TEXTS + LISTS + PARTS:
        made += everywhere(f"fault: {what}", rows, leads(*records, faults=faults))
    for what, rows, records, faults in NOTHING:
        made += everywhere(f"no fault: {what}", rows, leads(*records, faults=faults))
    for name in ("rows", "list", "data"):
        made.append(
            read(
                f"fault: a member under {name} is named as in an array",
                f'{{"total":3,"{name}":["x",{{"id":"1"}},{{"id":[]}}]}}',
                leads({"id": "1"}, {"id": []}, faults=["[0]", "[2].id"]),
            )
        )
    return made + [
        read("fault: text that breaks off behind a faulty row", in_text("[5,"), fails("malformed")),
        read("fault: text that goes on behind a faulty row", in_text('[{"id":{}}] x'), fails("malformed")),
        reply(
            "fault: a reply that breaks off behind a faulty row",
            "query",
            200,
            '{"return_code":"0","response_data":[5],',
            fails("malformed"),
        ),
        reply(
            "fault: a faulty row before the code",
            "query",
            200,
            '{"response_data":[{"id":"1"},{"id":{}}],"return_code":"0"}',
            leads({"id": "1"}, {"id": {}}, faults=["[1].id"]),
        ),
        reply(
            "fault: a faulty row of a refusal says nothing",
            "query",
            400,
            '{"response_data":[5,{"id":{}}],"return_code":"1"}',
            fails("rejected", code="1"),
        ),
    ]


def apaas_cases() -> List[Case]:
    made = []
    for name in [*OBJECTS, "card_photo", "exts"]:
        made.append(
            reply_apaas.read(
                f"fault: {name} that is text",
                f'[{{"id":"1"}},{{"{name}":"沙洲街道"}}]',
                leads({"id": "1"}, {name: "沙洲街道"}, faults=[f"[1].{name}"]),
            )
        )
    for name, members in OBJECTS.items():
        first, last = members[0], members[-1]
        made.append(
            reply_apaas.read(
                f"fault: {name}.{last} that is an object",
                in_text(f'[{{"{name}":{{"{first}":"x","{last}":{{}}}}}}]'),
                leads({name: {first: "x", last: {}}}, faults=[f"[0].{name}.{last}"]),
            )
        )
    faults: List[Fault] = [
        ("a text member that is an object", '{"company_name":{}}', [{"company_name": {}}], ["company_name"]),
        ("a text member that is an array", '{"label_names":["a"]}', [{"label_names": ["a"]}], ["label_names"]),
        (
            "a text member that came as a choice",
            '{"pool_name":{"code":"p1","label":"默认线索池","content":null}}',
            [{"pool_name": {"code": "p1", "label": "默认线索池"}}],
            ["pool_name"],
        ),
        ("a mobile that is a list", '{"mobile":[{"phone":"1"}]}', [{"mobile": [{"phone": "1"}]}], ["mobile"]),
        ("a mobile that is a number", '{"mobile":15269887453}', [{"mobile": 15269887453}], ["mobile"]),
        ("an owner that is zero", '{"owner":0}', [{"owner": 0}], ["owner"]),
        ("an owner that is false", '{"owner":false}', [{"owner": False}], ["owner"]),
        ("an owner that is a space", '{"owner":" "}', [{"owner": " "}], ["owner"]),
        ("exts that are a list", '{"exts":[1]}', [{"exts": [1]}], ["exts"]),
        ("exts that are a number", '{"exts":5}', [{"exts": 5}], ["exts"]),
        (
            "a photo that is text",
            '{"card_photo":[{"url":"u"},"p"]}',
            [{"card_photo": [{"url": "u"}, "p"]}],
            ["card_photo"],
        ),
        ("photos that are one object", '{"card_photo":{"url":"u"}}', [{"card_photo": {"url": "u"}}], ["card_photo"]),
        (
            "a url that is an array",
            '{"card_photo":[{"url":"u"},{"url":[]}]}',
            [{"card_photo": [{"url": "u"}, {"url": []}]}],
            ["card_photo[1].url"],
        ),
        (
            "a part and a whole in one row",
            '{"mobile":{"phone":["1"],"code":86},"mss_street":"沙洲街道","mss_city":{"name":{"zh":"南京"}},"id":1}',
            [
                {
                    "mobile": {"phone": ["1"], "code": "86"},
                    "mss_street": "沙洲街道",
                    "mss_city": {"name": {"zh": "南京"}},
                    "id": "1",
                }
            ],
            ["mobile.phone", "mss_street", "mss_city.name"],
        ),
    ]
    for what, row, records, paths in faults:
        made.append(
            reply_apaas.read(f"fault: {what}", f"[{row}]", leads(*records, faults=[f"[0].{path}" for path in paths]))
        )
    page = [{"id": str(number), "mss_street": {"code": "1", "name": "沙洲街道"}} for number in range(40)]
    page[27].update(exts=[], mss_street="", pool_name={"code": "p1"})
    objects = [*CHOICES, *REGIONS, *REFERENCES, "mobile"]
    return made + [
        reply_apaas.read("fault: a null row", "[null]", leads(faults=["[0]"])),
        reply_apaas.read("fault: a row of text", '["x",{"id":"1"}]', leads({"id": "1"}, faults=["[0]"])),
        reply_apaas.read(
            "fault: one bad member in a page of forty leads", dumped(page), leads(*page, faults=["[27].pool_name"])
        ),
        *[
            reply_apaas.read(
                f"no fault: {what} where an object or a list is due",
                dumped([{name: empty for name in [*objects, "card_photo", "exts"]}]),
                leads({name: empty for name in [*objects, "card_photo", "exts"]}),
            )
            for what, empty in (("empty text", ""), ("an empty list", []), ("an empty object", {}))
        ],
        reply_apaas.read(
            "no fault: exts of any shape within",
            '[{"exts":{"a":[1,"x",{}],"b":"","c":{"d":[]},"e":[],"id":{}}}]',
            leads({"exts": {"a": [1, "x", {}], "b": "", "c": {"d": []}, "e": [], "id": {}}}),
        ),
    ]


def shared_cases() -> List[Case]:
    """The same faults wherever the page comes from."""
    body = data('[{"id":"1","labels":[1]},5]')
    return [
        reply(
            "fault: a page with status 500",
            "query",
            500,
            body,
            leads({"id": "1", "labels": [1]}, faults=["[0].labels", "[1]"]),
        ),
        reply(
            "fault: a page behind a byte order mark",
            "query",
            200,
            "\ufeff" + body,
            leads({"id": "1", "labels": [1]}, faults=["[0].labels", "[1]"]),
        ),
    ]


def cases() -> List[Case]:
    return classic_cases() + apaas_cases() + shared_cases()
