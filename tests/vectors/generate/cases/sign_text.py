"""What the body's text looks like: escapes, order, what is left out and what is kept."""

from __future__ import annotations

from typing import List

from .build import Case, signed

CONTROL_ESCAPES = (
    "\\u0000\\u0001\\u0002\\u0003\\u0004\\u0005\\u0006\\u0007\\b\\t\\n\\u000b\\f\\r\\u000e\\u000f"
    "\\u0010\\u0011\\u0012\\u0013\\u0014\\u0015\\u0016\\u0017\\u0018\\u0019\\u001a\\u001b\\u001c\\u001d\\u001e\\u001f"
)

# (what, text, text in the body)
TEXTS = [
    ("every control character", "".join(map(chr, range(32))), CONTROL_ESCAPES),
    ("quotation marks", 'a "b" c', 'a \\"b\\" c'),
    ("backslashes", "a\\b\\\\c", "a\\\\b\\\\\\\\c"),
    ("what looks like an escape", "\\u0041\\n", "\\\\u0041\\\\n"),
    ("a slash stays", "https://a/b", "https://a/b"),
    ("delete stays", "a\x7fb", "a\x7fb"),
    ("C1 control characters stay", "\x80\x85\x9f", "\x80\x85\x9f"),
    ("line and paragraph separators stay", "a\u2028b\u2029c", "a\u2028b\u2029c"),
    ("a byte order mark within stays", "a\ufeffb", "a\ufeffb"),
    ("noncharacters stay", "\ufffe\uffff\U0010ffff", "\ufffe\uffff\U0010ffff"),
    ("the characters around the surrogates stay", "\ud7ff\ue000", "\ud7ff\ue000"),
    ("Chinese stays", "线索詳情，。", "线索詳情，。"),
    ("emoji stay", "😀👨‍👩‍👧🇨🇳", "😀👨‍👩‍👧🇨🇳"),
    ("combining characters are not composed", "e\u0301\u1100\u1161", "e\u0301\u1100\u1161"),
    ("markup stays", "<b>&amp;'</b>", "<b>&amp;'</b>"),
    ("a pipe stays", "a|b|c", "a|b|c"),
    ("spaces stay", "  a  ", "  a  "),
    ("a space alone is given and sent", " ", " "),
]


def cases() -> List[Case]:
    made = [
        signed(f"text: {what}", "query", {"cus_name": given}, f'{{"cus_name":"{sent}"}}') for what, given, sent in TEXTS
    ]
    return made + [
        signed(
            "text: names and values of a map are escaped too",
            "modify_apaas",
            {"code": "L1", "exts": {'a"\\\n\x01/': 'b"\\\n\x02/', "名称": "值"}},
            '{"code":"L1","exts":{"a\\"\\\\\\n\\u0001/":"b\\"\\\\\\n\\u0002/","名称":"值"}}',
        ),
        signed(
            "text: names and values of extra are escaped too",
            "remove",
            {"code": "L1", "extra": {'new"\t': ["\x1f", "\u2028"]}},
            '{"code":"L1","new\\"\\t":["\\u001f","\u2028"]}',
        ),
        signed(
            "order: members go in the table's order, not in the order given",
            "remove",
            {"content": "c", "reason_id": "r", "emp_id": "e", "code": "L1", "id": "i"},
            '{"id":"i","code":"L1","emp_id":"e","reason_id":"r","content":"c"}',
        ),
        signed(
            "order: latlon comes before address, and exts last",
            "add",
            {"exts": [], "address": "a", "latlon": "1,2", "website": "w", "poolName": "p", "empName": "e"},
            '{"empName":"e","poolName":"p","website":"w","latlon":"1,2","address":"a","exts":[]}',
        ),
        signed(
            "order: the members of a row go in the table's order",
            "add",
            {"empName": "e", "exts": [{"salesleads_ext_value": "v", "salesleads_ext_key": "k"}]},
            '{"empName":"e","exts":[{"salesleads_ext_key":"k","salesleads_ext_value":"v"}]}',
        ),
        signed(
            "order: phone comes before code",
            "add_apaas",
            {"mobile": {"code": "86", "phone": "18811111111"}},
            '{"mobile":{"phone":"18811111111","code":"86"}}',
        ),
        signed(
            "order: sorts, groups and filters go in the table's order",
            "query_apaas",
            {
                "pageSize": 5,
                "page": 2,
                "query_group": [
                    {"filters": [{"field_values": ["1"], "operator": "EQ", "field_key": "k"}], "connector": "OR"}
                ],
                "sorts": [{"type": "desc", "field_key": "s"}],
            },
            '{"sorts":[{"field_key":"s","type":"desc"}],"query_group":[{"connector":"OR","filters":'
            '[{"field_key":"k","operator":"EQ","field_values":["1"]}]}],"page":2,"pageSize":5}',
        ),
        signed(
            "order: rows, values and map members keep the order given",
            "query_apaas",
            {
                "sorts": [{"field_key": "b"}, {"field_key": "a"}],
                "query_group": [{"filters": [{"field_key": "z", "operator": "EQ", "field_values": ["b", "a", "b"]}]}],
            },
            '{"sorts":[{"field_key":"b"},{"field_key":"a"}],"query_group":[{"filters":'
            '[{"field_key":"z","operator":"EQ","field_values":["b","a","b"]}]}]}',
        ),
        signed(
            "order: the members of an exts map keep the order given",
            "add_apaas",
            {"code": "L1", "exts": {"z": "1", "a": "2", "m": "3"}},
            '{"code":"L1","exts":{"z":"1","a":"2","m":"3"}}',
        ),
        signed(
            "extra: goes last, in the order given",
            "query",
            {"extra": {"zeta": "1", "alpha": "2"}, "pageSize": 10, "code": "L1"},
            '{"code":"L1","pageSize":10,"zeta":"1","alpha":"2"}',
        ),
        signed(
            "extra: any JSON is sent as given, nested nulls included",
            "add",
            {"empName": "e", "extra": {"a": {"b": None, "c": [None, {"d": None}]}, "n": 5, "t": True, "s": ""}},
            '{"empName":"e","a":{"b":null,"c":[null,{"d":null}]},"n":5,"t":true,"s":""}',
        ),
        signed(
            "extra: nested empty arrays and objects, negative and broken numbers",
            "modify",
            {"code": "L1", "extra": {"a": [], "o": {}, "n": -7, "f": 1.5, "deep": [[[{"x": [False]}]]]}},
            '{"code":"L1","a":[],"o":{},"n":-7,"f":1.5,"deep":[[[{"x":[false]}]]]}',
        ),
        signed("extra: an empty one adds nothing", "remove", {"code": "L1", "extra": {}}, '{"code":"L1"}'),
        *[
            signed(
                "extra: is taken by every operation",
                op,
                {"code": "L1", **needed, "extra": {"new_param": "v"}},
                f'{{{body}"new_param":"v"}}',
            )
            for op, needed, body in (
                ("add", {"empName": "e"}, '"empName":"e","code":"L1",'),
                ("add_apaas", {}, '"code":"L1",'),
                ("modify", {}, '"code":"L1",'),
                ("modify_apaas", {}, '"code":"L1",'),
                ("remove", {}, '"code":"L1",'),
                ("query", {}, '"code":"L1",'),
                ("query_apaas", {}, '"code":"L1",'),
            )
        ],
        signed(
            "null: members of rows are left out",
            "add",
            {"empName": "e", "exts": [{"salesleads_ext_key": "k", "salesleads_ext_value": None}]},
            '{"empName":"e","exts":[{"salesleads_ext_key":"k"}]}',
        ),
        signed(
            "null: an exts value is sent as given",
            "modify",
            {"code": "L1", "exts": [{"salesleads_ext_key": "k", "salesleads_ext_value": None}]},
            '{"code":"L1","exts":[{"salesleads_ext_key":"k","salesleads_ext_value":null}]}',
        ),
        signed(
            "null: members of mobile are left out",
            "modify_apaas",
            {"code": "L1", "mobile": {"phone": None, "code": "86"}},
            '{"code":"L1","mobile":{"code":"86"}}',
        ),
        signed(
            "null: members of sorts, groups and filters are left out",
            "query_apaas",
            {
                "sorts": [{"field_key": "s", "type": None}],
                "query_group": [
                    {"connector": None, "filters": [{"field_key": "k", "operator": "ISN", "field_values": None}]}
                ],
                "page": None,
            },
            '{"sorts":[{"field_key":"s"}],"query_group":[{"filters":[{"field_key":"k","operator":"ISN"}]}]}',
        ),
        signed(
            "null: what stands inside an exts map is sent as given",
            "add_apaas",
            {"code": "L1", "exts": {"a": {"b": None}, "c": [None]}},
            '{"code":"L1","exts":{"a":{"b":null},"c":[null]}}',
        ),
        signed("an operation without required fields sends an empty object", "add_apaas", {}, "{}"),
    ]
