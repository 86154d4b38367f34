"""Rules across fields, choices, dates, pages, and many violations at once."""

from __future__ import annotations

from typing import Any, Dict, List

from .build import Case, refused, signed

# (op, field, values taken, values refused)
CHOICES = [
    ("add", "mobile_repeat", "01", ["2", "a", " ", "是"]),
    ("add_apaas", "mobile_duplicate", "01", ["2", "x"]),
    ("add_apaas", "salesleads_status", "125", ["0", "3", "4", "6", "01", "待处理"]),
    ("modify_apaas", "salesleads_status", "125", ["3", "6", "1 "]),
    ("query", "salesleads_status", "12356", ["0", "4", "7"]),
    ("query_apaas", "salesleads_status", "12356", ["4", "９"]),
]
NEEDED: Dict[str, Dict[str, str]] = {
    "add": {"empName": "e"},
    "add_apaas": {"code": "c"},
    "modify_apaas": {"code": "c"},
    "query": {"code": "c"},
    "query_apaas": {"code": "c"},
}

BAD_DATES = [
    ("a day that February never has", "2026-02-30"),
    ("29 February of a common year", "2026-02-29"),
    ("29 February of a century that is no leap year", "1900-02-29"),
    ("31 April", "2026-04-31"),
    ("day 32", "2026-01-32"),
    ("day 00", "2026-01-00"),
    ("month 13", "2026-13-01"),
    ("month 00", "2026-00-10"),
    ("single digits", "2026-1-5"),
    ("slashes", "2026/01/05"),
    ("no dashes", "20260105"),
    ("a time behind", "2026-01-05 10:00"),
    ("an ISO time behind", "2026-01-05T00:00:00Z"),
    ("a space before", " 2026-01-05"),
    ("a space behind", "2026-01-05 "),
    ("a line feed behind", "2026-01-05\n"),
    ("a year of two digits", "26-01-05"),
    ("a year of five digits", "12026-01-05"),
    ("day first", "05-01-2026"),
    ("full-width digits", "２０２６-01-05"),
    ("a minus as year sign", "-026-01-05"),
    ("an ISO week", "2026-W01-1"),
    ("words", "昨天"),
]
GOOD_DATES = ["2024-02-29", "2000-02-29", "2026-12-31", "2026-01-01", "1999-04-30"]


def choice_cases() -> List[Case]:
    made = []
    for op, field, taken, not_taken in CHOICES:
        code = NEEDED[op]
        for value in taken:
            made.append(signed(f"choice: {field} takes {value}", op, {**code, field: value}))
        for value in not_taken:
            rules = [f"{field}:allowed_values"]
            if len(value) > 1 and op.startswith("query"):
                rules.append(f"{field}:max_length")
            made.append(refused(f"choice: {field} does not take {value!r}", op, {**code, field: value}, *rules))
    both = ("max_length", "allowed_values")
    made += [
        refused(
            "choice: mobile_repeat of two characters breaks two rules",
            "add",
            {"empName": "e", "mobile_repeat": "22"},
            *(f"mobile_repeat:{rule}" for rule in both),
        ),
        refused(
            "choice: mobile_duplicate of two characters breaks two rules",
            "add_apaas",
            {"mobile_duplicate": "01"},
            *(f"mobile_duplicate:{rule}" for rule in both),
        ),
        refused(
            "choice: salesleads_status of two characters breaks two rules",
            "query",
            {"salesleads_status": "11"},
            *(f"salesleads_status:{rule}" for rule in both),
        ),
        refused(
            "choice: statuses of 200 characters break one rule, of 201 two",
            "modify_apaas",
            {"code": "c", "allocation_status": "1" * 200, "salesleads_status": "1" * 201},
            "allocation_status:allowed_values",
            *(f"salesleads_status:{rule}" for rule in both),
        ),
        refused(
            "choice: allocation_status does not take 2",
            "add_apaas",
            {"allocation_status": "2"},
            "allocation_status:allowed_values",
        ),
        refused("choice: a number is no choice", "query", {"salesleads_status": 1}, "salesleads_status:type"),
    ]
    return made


def required_cases() -> List[Case]:
    one_of = ":required_one_of"
    made = [
        refused("required: an empty payload names neither", "add", {}, one_of),
        refused("required: neither empName nor poolName", "add", {"code": "c", "cus_name": "n"}, one_of),
        refused("required: empName and poolName both empty", "add", {"empName": "", "poolName": ""}, one_of),
        refused("required: empName and poolName both null", "add", {"empName": None, "poolName": None}, one_of),
        signed("required: poolName alone", "add", {"poolName": "p"}, '{"poolName":"p"}'),
        signed(
            "required: empName empty, poolName given",
            "add",
            {"empName": "", "poolName": "p"},
            '{"empName":"","poolName":"p"}',
        ),
        refused("required: a wrongly typed empName counts as given", "add", {"empName": 5}, "empName:type"),
        refused("required: a too long poolName counts as given", "add", {"poolName": "p" * 101}, "poolName:max_length"),
        refused(
            "required: an unknown member counts for nothing", "add", {"emp_name": "e"}, "emp_name:unknown_field", one_of
        ),
    ]
    for op in ("modify", "modify_apaas", "remove"):
        made += [
            refused("required: an empty payload names neither", op, {}, one_of),
            refused("required: id and code both empty", op, {"id": "", "code": ""}, one_of),
            refused("required: id and code both null", op, {"id": None, "code": None}, one_of),
            signed("required: code alone", op, {"code": "c"}, '{"code":"c"}'),
            signed("required: id and code", op, {"code": "c", "id": "x" if op == "remove" else 7}),
            refused("required: a wrongly typed id counts as given", op, {"id": True}, "id:type"),
            refused("required: a wrongly typed code counts as given", op, {"code": ["c"]}, "code:type"),
        ]
    made += [
        refused("required: cus_name is no identity", "modify", {"cus_name": "n"}, one_of),
        refused("required: company_name is no identity", "modify_apaas", {"company_name": "n"}, one_of),
        refused(
            "required: reason and person are no identity",
            "remove",
            {"emp_id": "1", "reason_id": 1, "content": "c"},
            one_of,
        ),
        refused("required: an ill-formed id counts as given", "modify_apaas", {"id": "x"}, "id:format"),
    ]
    for op in ("query", "query_apaas"):
        made += [
            refused("condition: none at all", op, {}, one_of),
            refused("condition: page and pageSize are none", op, {"page": 1, "pageSize": 10}, one_of),
            refused("condition: empty texts are none", op, {"code": "", "id": "", "create_time_start": ""}, one_of),
            refused("condition: nulls are none", op, {"code": None, "page": 1}, one_of),
            refused("condition: a wrongly typed one counts as given", op, {"linkman": 5}, "linkman:type"),
        ]
        for name, value in (
            ("code", "c"),
            ("id", "1"),
            ("linkman", "l"),
            ("mobile", "1"),
            ("emp_name", "e"),
            ("cus_name", "n"),
            ("create_time_start", "2026-01-01"),
            ("create_time_end", "2026-01-01"),
            ("modify_time_start", "2026-01-01"),
            ("modify_time_end", "2026-01-01"),
            ("salesleads_status", "6"),
        ):
            made.append(signed(f"condition: {name} alone will do", op, {name: value}, f'{{"{name}":"{value}"}}'))
    made += [
        refused("condition: sorts are none", "query_apaas", {"sorts": [{"field_key": "k"}]}, one_of),
    ]
    return made


def allocation_cases() -> List[Case]:
    made = []
    pool, person, status = "pool_name", "responsible_person", "allocation_status"
    for op in ("add_apaas", "modify_apaas"):

        def lead(**members: Any) -> Dict[str, Any]:
            return {"code": "c", **members}

        made += [
            signed(
                "allocation: unassigned in a pool",
                op,
                lead(allocation_status="0", pool_name="p"),
                f'{{"code":"c","{status}":"0","{pool}":"p"}}',
            ),
            signed(
                "allocation: unassigned with an empty person",
                op,
                lead(allocation_status="0", pool_name="p", responsible_person=""),
            ),
            refused("allocation: unassigned without a pool", op, lead(allocation_status="0"), f"{pool}:required_if"),
            refused(
                "allocation: unassigned with an empty pool",
                op,
                lead(allocation_status="0", pool_name=""),
                f"{pool}:required_if",
            ),
            refused(
                "allocation: unassigned in a pool, with a person",
                op,
                lead(allocation_status="0", pool_name="p", responsible_person="1"),
                f"{person}:forbidden_if",
            ),
            refused(
                "allocation: unassigned without a pool, with a person",
                op,
                lead(allocation_status="0", responsible_person="1"),
                f"{pool}:required_if",
                f"{person}:forbidden_if",
            ),
            signed(
                "allocation: assigned to a person",
                op,
                lead(allocation_status="1", responsible_person="1"),
                f'{{"code":"c","{status}":"1","{person}":"1"}}',
            ),
            signed(
                "allocation: assigned to a person, with a pool",
                op,
                lead(allocation_status="1", responsible_person="1", pool_name="p"),
            ),
            refused("allocation: assigned to nobody", op, lead(allocation_status="1"), f"{person}:required_if"),
            refused(
                "allocation: assigned to an empty person",
                op,
                lead(allocation_status="1", responsible_person="", pool_name="p"),
                f"{person}:required_if",
            ),
            refused(
                "allocation: assigned to a null person",
                op,
                lead(allocation_status="1", responsible_person=None),
                f"{person}:required_if",
            ),
            refused(
                "allocation: a wrongly typed person counts as given",
                op,
                lead(allocation_status="1", responsible_person=1),
                f"{person}:type",
            ),
            refused(
                "allocation: a wrongly typed pool counts as given",
                op,
                lead(allocation_status="0", pool_name=["p"]),
                f"{pool}:type",
            ),
            refused(
                "allocation: a wrongly typed person reports its type alone",
                op,
                lead(allocation_status="0", pool_name="p", responsible_person=1),
                f"{person}:type",
            ),
            signed("allocation: not given asks for nothing", op, lead(responsible_person="1")),
            signed("allocation: empty asks for nothing", op, lead(allocation_status="")),
            refused(
                "allocation: another value asks for nothing",
                op,
                lead(allocation_status="3"),
                f"{status}:allowed_values",
            ),
            refused("allocation: a number asks for nothing", op, lead(allocation_status=0), f"{status}:type"),
        ]
    made += [
        refused(
            "allocation: a forbidden person may be too long as well",
            "modify_apaas",
            {"code": "c", status: "0", pool: "p", person: "1" * 33},
            f"{person}:forbidden_if",
            f"{person}:max_length",
        ),
    ]
    return made


def date_cases() -> List[Case]:
    made = []
    for what, date in BAD_DATES:
        made.append(refused(f"date: {what} is none", "query", {"create_time_start": date}, "create_time_start:format"))
    for date in GOOD_DATES:
        made.append(
            signed(f"date: {date} is one", "query", {"modify_time_end": date}, f'{{"modify_time_end":"{date}"}}')
        )
    for op in ("query", "query_apaas"):
        for kind in ("create_time", "modify_time"):
            start, end = kind + "_start", kind + "_end"
            made += [
                signed(f"date: {kind} may start and end on one day", op, {start: "2026-01-01", end: "2026-01-01"}),
                signed(f"date: {kind} may end later", op, {start: "2025-12-31", end: "2026-01-01"}),
                refused(
                    f"date: {kind} may not end earlier",
                    op,
                    {start: "2026-01-01", end: "2025-12-31"},
                    f"{end}:date_order",
                ),
                refused(
                    f"date: {kind} has no order where its start is no date",
                    op,
                    {start: "2026-02-30", end: "2020-01-01"},
                    f"{start}:format",
                ),
                refused(
                    f"date: {kind} has no order where its end is no date",
                    op,
                    {start: "2026-01-01", end: "0"},
                    f"{end}:format",
                ),
                refused(
                    f"date: {kind} has no order where its start is no text",
                    op,
                    {start: 20260101, end: "2020-01-01"},
                    f"{start}:type",
                ),
                signed(f"date: {kind} has no order with an empty end", op, {start: "2026-01-01", end: ""}),
            ]
    made += [
        refused(
            "date: both ends may be wrong at once",
            "query",
            {
                "create_time_start": "2026-01-02",
                "create_time_end": "2026-01-01",
                "modify_time_start": "2026-02-01",
                "modify_time_end": "2026-01-31",
            },
            "create_time_end:date_order",
            "modify_time_end:date_order",
        ),
        signed(
            "date: creation and modification have no order between them",
            "query",
            {"create_time_start": "2026-01-02", "modify_time_end": "2026-01-01"},
        ),
        refused(
            "date: one hundred characters are within the limit but no date",
            "query",
            {"create_time_start": "2" * 100},
            "create_time_start:format",
        ),
        refused(
            "date: a hundred and one characters break two rules",
            "query_apaas",
            {"create_time_start": "2" * 101},
            "create_time_start:format",
            "create_time_start:max_length",
        ),
    ]
    return made


def page_cases() -> List[Case]:
    made = []
    for op in ("query", "query_apaas"):
        for value in (0, -1, 2147483648):
            made.append(
                refused(
                    f"page: {value} is out of range",
                    op,
                    {"code": "c", "page": value, "pageSize": value},
                    "page:range",
                    "pageSize:range",
                )
            )
        for value in (1, 1000, 2147483647):
            made.append(
                signed(
                    f"page: {value} is in range",
                    op,
                    {"code": "c", "page": value, "pageSize": value},
                    f'{{"code":"c","page":{value},"pageSize":{value}}}',
                )
            )
        for wrong in ("1", 1.5, True, [1]):
            made.append(
                refused(
                    f"page: {wrong!r} is of the wrong type",
                    op,
                    {"code": "c", "page": wrong, "pageSize": wrong},
                    "page:type",
                    "pageSize:type",
                )
            )
    return made


def combined_cases() -> List[Case]:
    key = "salesleads_ext_key"
    return [
        refused(
            "combined: every kind of violation of an add",
            "add",
            {
                "code": "线" * 101,
                "cus_name": 5,
                "mobile_repeat": "22",
                "detail": "😀" * 4001,
                "mobil": "1",
                "exts": [{}, {key: "k", "salesleads_ext_value": 1}, {key: "x" * 101, "y": 2}],
            },
            ":required_one_of",
            "code:max_length",
            "cus_name:type",
            "mobile_repeat:max_length",
            "mobile_repeat:allowed_values",
            "detail:max_length",
            "mobil:unknown_field",
            f"exts[0].{key}:required",
            "exts[1].salesleads_ext_value:type",
            f"exts[2].{key}:max_length",
            "exts[2].y:unknown_field",
        ),
        refused(
            "combined: every kind of violation of an aPaaS add",
            "add_apaas",
            {
                "mobile": {"phone": 1, "code": "8" * 101, "ext": 1},
                "mobile_duplicate": "no",
                "allocation_status": "0",
                "responsible_person": "p" * 101,
                "salesleads_status": "3",
                "exts": "x",
                "unknown": {"a": 1},
            },
            "mobile.phone:type",
            "mobile.code:max_length",
            "mobile.ext:unknown_field",
            "mobile_duplicate:max_length",
            "mobile_duplicate:allowed_values",
            "pool_name:required_if",
            "responsible_person:forbidden_if",
            "responsible_person:max_length",
            "salesleads_status:allowed_values",
            "exts:type",
            "unknown:unknown_field",
        ),
        refused(
            "combined: every kind of violation of a modify",
            "modify",
            {"id": "", "code": "", "mobile_country": "8" * 33, "latlon": "1" * 401, "exts": 5, "emp": True},
            ":required_one_of",
            "mobile_country:max_length",
            "latlon:max_length",
            "exts:type",
            "emp:unknown_field",
        ),
        refused(
            "combined: every kind of violation of an aPaaS modify",
            "modify_apaas",
            {
                "id": "abc",
                "mss_city": "市" * 33,
                "website": "w" * 201,
                "allocation_status": "1",
                "salesleads_status": 1,
                "mobile": ["1"],
                "mark_addr": "a",
            },
            "id:format",
            "mss_city:max_length",
            "website:max_length",
            "responsible_person:required_if",
            "salesleads_status:type",
            "mobile:type",
            "mark_addr:unknown_field",
        ),
        refused(
            "combined: every kind of violation of a remove",
            "remove",
            {"reason_id": "r" * 41, "emp_id": 5, "content": "原" * 4001, "reason": "r"},
            ":required_one_of",
            "reason_id:max_length",
            "emp_id:type",
            "content:max_length",
            "reason:unknown_field",
        ),
        refused(
            "combined: every kind of violation of a query",
            "query",
            {
                "code": "c" * 101,
                "id": False,
                "mobile": "1" * 41,
                "create_time_start": "2026-01-02",
                "create_time_end": "2026-01-01",
                "modify_time_start": "x" * 101,
                "salesleads_status": "44",
                "page": 0,
                "pageSize": "10",
                "page_size": 10,
            },
            "code:max_length",
            "id:type",
            "mobile:max_length",
            "create_time_end:date_order",
            "modify_time_start:max_length",
            "modify_time_start:format",
            "salesleads_status:max_length",
            "salesleads_status:allowed_values",
            "page:range",
            "pageSize:type",
            "page_size:unknown_field",
        ),
        refused(
            "combined: every kind of violation of an aPaaS query",
            "query_apaas",
            {
                "sorts": [{"type": "up", "x": 1}, 5],
                "query_group": [
                    {"connector": "NOT", "filters": [{"field_key": "k" * 31, "field_values": {"a": 1}}, "f"]},
                    [1],
                ],
                "modify_time_start": "2026-03-01",
                "modify_time_end": "2026-02-28",
                "page": -5,
                "filters": [1],
            },
            "sorts[0].field_key:required",
            "sorts[0].type:allowed_values",
            "sorts[0].x:unknown_field",
            "sorts[1]:type",
            "query_group[0].connector:allowed_values",
            "query_group[0].filters[0].field_key:max_length",
            "query_group[0].filters[0].operator:required",
            "query_group[0].filters[0].field_values:type",
            "query_group[0].filters[1]:type",
            "query_group[1]:type",
            "modify_time_end:date_order",
            "page:range",
            "filters:unknown_field",
        ),
        refused(
            "combined: unknown members are all reported, whatever they hold",
            "remove",
            {"code": "c", "a": 1, "b": "x", "Code": "C", "CODE ": [1], "编码": {"a": 1}},
            "a:unknown_field",
            "b:unknown_field",
            "Code:unknown_field",
            "CODE :unknown_field",
            "编码:unknown_field",
        ),
    ]


def cases() -> List[Case]:
    return choice_cases() + required_cases() + allocation_cases() + date_cases() + page_cases() + combined_cases()
