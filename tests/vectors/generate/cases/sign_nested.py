"""Rows, objects, maps and ids."""

from __future__ import annotations

from typing import Any, Dict, List

from .build import Case, refused, signed

KEY, VALUE = "salesleads_ext_key", "salesleads_ext_value"


def add(*rows: Any) -> Dict[str, Any]:
    return {"empName": "e", "exts": list(rows)}


def modify(exts: Any) -> Dict[str, Any]:
    return {"code": "c", "exts": exts}


def mobile(value: Any) -> Dict[str, Any]:
    return {"code": "c", "mobile": value}


def sorts(*rows: Any) -> Dict[str, Any]:
    return {"code": "c", "sorts": list(rows)}


def groups(*rows: Any) -> Dict[str, Any]:
    return {"query_group": list(rows)}


def filters(*rows: Any) -> Dict[str, Any]:
    return groups({"connector": "AND", "filters": list(rows)})


def exts_cases() -> List[Case]:
    return [
        signed(
            "exts: key and value at their limit",
            "add",
            add({KEY: "键" * 100, VALUE: "😀" * 100}),
            f'{{"empName":"e","exts":[{{"{KEY}":"{"键" * 100}","{VALUE}":"{"😀" * 100}"}}]}}',
        ),
        refused(
            "exts: key and value one past their limit",
            "add",
            add({KEY: "键" * 101, VALUE: "x" * 101}),
            f"exts[0].{KEY}:max_length",
            f"exts[0].{VALUE}:max_length",
        ),
        refused("exts: a row without a key", "add", add({VALUE: "v"}), f"exts[0].{KEY}:required"),
        refused("exts: a row whose key is null", "add", add({KEY: None, VALUE: "v"}), f"exts[0].{KEY}:required"),
        refused("exts: a row whose key is empty", "add", add({KEY: "", VALUE: "v"}), f"exts[0].{KEY}:required"),
        refused("exts: an empty row", "add", add({}), f"exts[0].{KEY}:required"),
        refused(
            "exts: key and value of the wrong type",
            "add",
            add({KEY: 1, VALUE: True}),
            f"exts[0].{KEY}:type",
            f"exts[0].{VALUE}:type",
        ),
        refused(
            "exts: a value that is an object or an array",
            "add",
            add({KEY: "a", VALUE: {"a": 1}}, {KEY: "b", VALUE: [1]}),
            f"exts[0].{VALUE}:type",
            f"exts[1].{VALUE}:type",
        ),
        refused("exts: an unknown member of a row", "add", add({KEY: "k", "key": "k"}), "exts[0].key:unknown_field"),
        refused(
            "exts: rows that are no objects",
            "add",
            add("a", {KEY: "k"}, 5, [1], True),
            "exts[0]:type",
            "exts[2]:type",
            "exts[3]:type",
            "exts[4]:type",
        ),
        refused("exts: a map where rows are wanted", "add", {"empName": "e", "exts": {"k": "v"}}, "exts:type"),
        refused(
            "exts: every row is reported under its index",
            "add",
            add({KEY: "k"}, {VALUE: "v"}, {KEY: "k", VALUE: "v"}, {KEY: "x" * 101, "z": 1}),
            f"exts[1].{KEY}:required",
            f"exts[3].{KEY}:max_length",
            "exts[3].z:unknown_field",
        ),
        refused(
            "exts: an index of two digits",
            "add",
            add(*[{KEY: "k"}] * 10, {}),
            f"exts[10].{KEY}:required",
        ),
        signed(
            "exts: an empty value is sent",
            "add",
            add({KEY: "k", VALUE: ""}),
            f'{{"empName":"e","exts":[{{"{KEY}":"k","{VALUE}":""}}]}}',
        ),
        signed(
            "exts: rows, with any JSON as value and no limit",
            "modify",
            modify([{KEY: "键" * 101, VALUE: {"a": [1, None, True]}}, {KEY: "k", VALUE: "x" * 101}]),
            f'{{"code":"c","exts":[{{"{KEY}":"{"键" * 101}","{VALUE}":{{"a":[1,null,true]}}}},'
            f'{{"{KEY}":"k","{VALUE}":"{"x" * 101}"}}]}}',
        ),
        signed(
            "exts: a map, sent as given",
            "modify",
            modify({"ext_keyB": "ext_valueB", "ext_keyA": {"n": None}}),
            '{"code":"c","exts":{"ext_keyB":"ext_valueB","ext_keyA":{"n":null}}}',
        ),
        signed("exts: an empty map", "modify", modify({}), '{"code":"c","exts":{}}'),
        signed("exts: no rows", "modify", modify([]), '{"code":"c","exts":[]}'),
        refused(
            "exts: rows are checked, their values are not",
            "modify",
            modify([{VALUE: 1}, {KEY: 5, VALUE: [1]}, {KEY: "k", "other": 1}, "row"]),
            f"exts[0].{KEY}:required",
            f"exts[1].{KEY}:type",
            "exts[2].other:unknown_field",
            "exts[3]:type",
        ),
        refused("exts: neither rows nor a map", "modify", modify("k=v"), "exts:type"),
        signed(
            "exts: a map of every kind of value",
            "modify_apaas",
            modify({"t": "x" * 300, "n": 22, "b": False, "o": {"phone": "1"}, "l": ["a", {"b": None}]}),
            f'{{"code":"c","exts":{{"t":"{"x" * 300}","n":22,"b":false,"o":{{"phone":"1"}},"l":["a",{{"b":null}}]}}}}',
        ),
        refused("exts: rows where a map is wanted", "modify_apaas", modify([{KEY: "k", VALUE: "v"}]), "exts:type"),
        refused("exts: rows where a map is wanted", "add_apaas", modify([1]), "exts:type"),
    ]


def mobile_cases() -> List[Case]:
    made = []
    for op in ("add_apaas", "modify_apaas"):
        made += [
            signed(
                "mobile: phone alone",
                op,
                mobile({"phone": "18811111111"}),
                '{"code":"c","mobile":{"phone":"18811111111"}}',
            ),
            signed(
                "mobile: phone and code at their limit",
                op,
                mobile({"phone": "号" * 100, "code": "😀" * 100}),
                f'{{"code":"c","mobile":{{"phone":"{"号" * 100}","code":"{"😀" * 100}"}}}}',
            ),
            signed(
                "mobile: empty texts are sent",
                op,
                mobile({"phone": "", "code": ""}),
                '{"code":"c","mobile":{"phone":"","code":""}}',
            ),
            refused(
                "mobile: one past the limit, and an unknown member",
                op,
                mobile({"phone": "1" * 101, "code": "8" * 101, "x": 1}),
                "mobile.phone:max_length",
                "mobile.code:max_length",
                "mobile.x:unknown_field",
            ),
            refused(
                "mobile: members of the wrong type",
                op,
                mobile({"phone": 18811111111, "code": 86}),
                "mobile.phone:type",
                "mobile.code:type",
            ),
            refused("mobile: text as in the table", op, mobile("18811111111"), "mobile:type"),
            refused("mobile: a list", op, mobile([{"phone": "1"}]), "mobile:type"),
        ]
    made.append(
        refused("mobile: an object", "add", {"empName": "e", "mobile": {"phone": "1", "code": "86"}}, "mobile:type")
    )
    return made


def sorting_cases() -> List[Case]:
    op = "query_apaas"
    return [
        signed(
            "sorts: a key at its limit, ascending and descending",
            op,
            sorts({"field_key": "键" * 30, "type": "asc"}, {"field_key": "k", "type": "desc"}),
            f'{{"code":"c","sorts":[{{"field_key":"{"键" * 30}","type":"asc"}},{{"field_key":"k","type":"desc"}}]}}',
        ),
        refused(
            "sorts: a key one past its limit", op, sorts({"field_key": "😀" * 31}), "sorts[0].field_key:max_length"
        ),
        refused(
            "sorts: a key missing, null or empty",
            op,
            sorts({"type": "asc"}, {"field_key": None}, {"field_key": ""}),
            "sorts[0].field_key:required",
            "sorts[1].field_key:required",
            "sorts[2].field_key:required",
        ),
        refused(
            "sorts: a type other than asc or desc",
            op,
            sorts(*({"field_key": "k", "type": kind} for kind in ("ASC", "ascending", "1"))),
            "sorts[0].type:allowed_values",
            "sorts[1].type:allowed_values",
            "sorts[2].type:allowed_values",
        ),
        signed(
            "sorts: an empty type is not given, and sent",
            op,
            sorts({"field_key": "k", "type": ""}),
            '{"code":"c","sorts":[{"field_key":"k","type":""}]}',
        ),
        refused(
            "sorts: wrong types and an unknown member",
            op,
            sorts({"field_key": 1, "type": True, "order": "asc"}, "create_time"),
            "sorts[0].field_key:type",
            "sorts[0].type:type",
            "sorts[0].order:unknown_field",
            "sorts[1]:type",
        ),
        refused("sorts: are unknown to the classic query", "query", sorts({"field_key": "k"}), "sorts:unknown_field"),
        refused(
            "query_group: is unknown to the classic query",
            "query",
            {"code": "c", "query_group": [{"connector": "AND"}]},
            "query_group:unknown_field",
        ),
        signed(
            "query_group: key and operator at their limit, any operator",
            op,
            filters({"field_key": "键" * 30, "operator": "运" * 32, "field_values": ["值" * 300, ""]}),
            f'{{"query_group":[{{"connector":"AND","filters":[{{"field_key":"{"键" * 30}","operator":"{"运" * 32}",'
            f'"field_values":["{"值" * 300}",""]}}]}}]}}',
        ),
        refused(
            "query_group: key and operator one past their limit",
            op,
            filters({"field_key": "k" * 31, "operator": "o" * 33}),
            "query_group[0].filters[0].field_key:max_length",
            "query_group[0].filters[0].operator:max_length",
        ),
        refused(
            "query_group: key and operator missing, null or empty",
            op,
            filters({}, {"field_key": None, "operator": None}, {"field_key": "", "operator": ""}),
            *(
                f"query_group[0].filters[{index}].{name}:required"
                for index in range(3)
                for name in ("field_key", "operator")
            ),
        ),
        refused(
            "query_group: wrong types in a filter",
            op,
            filters({"field_key": 1, "operator": {"a": 1}, "field_values": "v"}, "filter", [1]),
            "query_group[0].filters[0].field_key:type",
            "query_group[0].filters[0].operator:type",
            "query_group[0].filters[0].field_values:type",
            "query_group[0].filters[1]:type",
            "query_group[0].filters[2]:type",
        ),
        refused(
            "query_group: unknown members at both levels",
            op,
            groups({"connectors": "AND", "filters": [{"field_key": "k", "operator": "EQ", "values": [1]}]}),
            "query_group[0].connectors:unknown_field",
            "query_group[0].filters[0].values:unknown_field",
        ),
        refused(
            "query_group: a connector other than AND or OR",
            op,
            groups({"connector": "and"}, {"connector": "XOR"}, {"connector": "AND"}, {"connector": "OR"}),
            "query_group[0].connector:allowed_values",
            "query_group[1].connector:allowed_values",
        ),
        refused(
            "query_group: wrong types in a group",
            op,
            groups({"connector": ["AND"], "filters": {"field_key": "k", "operator": "EQ"}}, "group"),
            "query_group[0].connector:type",
            "query_group[0].filters:type",
            "query_group[1]:type",
        ),
        refused(
            "query_group: violations are reported under every index",
            op,
            groups(
                {"filters": [{"field_key": "k", "operator": "EQ"}]},
                {"filters": [{"field_key": "k", "operator": "EQ"}, {"operator": "EQ"}]},
                {"connector": "or", "filters": [{"field_key": "k", "more": 1}]},
            ),
            "query_group[1].filters[1].field_key:required",
            "query_group[2].connector:allowed_values",
            "query_group[2].filters[0].operator:required",
            "query_group[2].filters[0].more:unknown_field",
        ),
        signed(
            "query_group: empty arrays at every level",
            op,
            groups({"filters": []}, {"filters": [{"field_key": "k", "operator": "ISN", "field_values": []}]}),
            '{"query_group":[{"filters":[]},{"filters":[{"field_key":"k","operator":"ISN","field_values":[]}]}]}',
        ),
    ]


# (id as given, as sent by modify), the latter where modify_apaas takes it too
NUMBERS = [
    (1, "1"),
    ("1", "1"),
    (42, "42"),
    (9007199254740991, "9007199254740991"),
    (9007199254740993, "9007199254740993"),
    ("9007199254740993", "9007199254740993"),
    (6789690485561771524, "6789690485561771524"),
    ("6789690485561771524", "6789690485561771524"),
    (9223372036854775807, "9223372036854775807"),
    ("9223372036854775807", "9223372036854775807"),
]
NO_NUMBERS = [
    ("one past 64 bits", "9223372036854775808"),
    ("twenty digits", "10000000000000000000"),
    ("a leading zero", "007"),
    ("a sign", "-5"),
    ("a plus sign", "+5"),
    ("a space before", " 5"),
    ("a space after", "5 "),
    ("a fraction", "5.0"),
    ("an exponent", "1e3"),
    ("hexadecimal", "0x1F"),
    ("a separator", "1_000"),
    ("full-width digits", "１２３"),
    ("Arabic-Indic digits", "١٢٣"),
    ("letters", "SK202101090003"),
]


def id_cases() -> List[Case]:
    made: List[Case] = []
    for given, sent in NUMBERS:
        kind = "text" if isinstance(given, str) else "integer"
        for op in ("modify", "modify_apaas"):
            made.append(signed(f"id: the {kind} {given} is sent as a number", op, {"id": given}, f'{{"id":{sent}}}'))
    for what, given in NO_NUMBERS:
        made.append(signed(f"id: {what} is sent as text", "modify", {"id": given}, f'{{"id":"{given}"}}'))
        made.append(refused(f"id: {what} is no 64-bit number", "modify_apaas", {"id": given}, "id:format"))
    digits = "1234567890" * 4
    made += [
        signed("id: forty digits are sent as text", "modify", {"id": digits}, f'{{"id":"{digits}"}}'),
        refused("id: forty-one digits are too long", "modify", {"id": digits + "1"}, "id:max_length"),
        refused("id: forty-one digits are no 64-bit number", "modify_apaas", {"id": digits + "1"}, "id:format"),
        refused("id: long text breaks the format, not a limit", "modify_apaas", {"id": "x" * 500}, "id:format"),
    ]
    for op in ("remove", "query", "query_apaas"):
        made += [
            signed("id: an integer is sent as text", op, {"id": 6789690485561771524}, '{"id":"6789690485561771524"}'),
            signed("id: digits are sent as text", op, {"id": "5025653528380651509"}, '{"id":"5025653528380651509"}'),
            signed("id: other text is sent as text", op, {"id": "007-a"}, '{"id":"007-a"}'),
        ]
    for op in ("modify", "modify_apaas", "remove", "query", "query_apaas"):
        for what, value in (("a fraction", 1.5), ("a boolean", True), ("an object", {"id": 1}), ("an array", [1])):
            made.append(refused(f"id: {what} is of the wrong type", op, {"id": value}, "id:type"))
    for what, given, sent in (
        ("an integer", 1000025, "1000025"),
        ("digits", "1000025", "1000025"),
        ("digits beyond 64 bits", "92233720368547758080", "92233720368547758080"),
        ("forty digits", digits, digits),
        ("the largest integer of 64 bits", 9223372036854775807, "9223372036854775807"),
    ):
        made.append(
            signed(
                f"reason_id: {what} are sent as a number"
                if "digits" in what
                else f"reason_id: {what} is sent as a number",
                "remove",
                {"code": "c", "reason_id": given},
                f'{{"code":"c","reason_id":{sent}}}',
            )
        )
    for what, text in NO_NUMBERS[2:]:
        made.append(
            signed(
                f"reason_id: {what} is sent as text",
                "remove",
                {"code": "c", "reason_id": text},
                f'{{"code":"c","reason_id":"{text}"}}',
            )
        )
    made += [
        refused(
            "reason_id: forty-one digits are too long",
            "remove",
            {"code": "c", "reason_id": digits + "1"},
            "reason_id:max_length",
        ),
        refused(
            "id and reason_id: wrong types", "remove", {"id": ["1"], "reason_id": 0.5}, "id:type", "reason_id:type"
        ),
    ]
    return made


def cases() -> List[Case]:
    return exts_cases() + mobile_cases() + sorting_cases() + id_cases()
