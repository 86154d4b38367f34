"""Scans, page by page."""

from __future__ import annotations

from typing import List, Sequence

from model.pager import Pages

from .build import Case, Json, agree


def page(number: int, size: int = 1000) -> Json:
    return {"expect": {"page": number, "page_size": size}}


def give(*ids: str) -> Json:
    return {"give": {"ids": list(ids)}}


def out(*ids: str) -> Json:
    return {"expect": {"leads": list(ids)}}


END: Json = {"expect": {"end": True}}
MALFORMED: Json = {"expect": {"error": {"kind": "malformed"}}}


RESUME: Json = {"resume": True}


def turned(number: int, leads: Sequence[str], *more: str) -> List[Json]:
    """A page of the leads, and of more that were handed out before."""
    return [page(number), give(*leads, *more), out(*leads)]


def scan(name: str, payload: Json, *steps: Json, op: str = "query") -> Case:
    name = f"pages {op}: {name}"
    pages = Pages(payload)
    action = pages.ask()
    for step in steps:
        if "resume" in step:
            continue
        if "give" in step:
            action = pages.give(step["give"]["ids"])
            continue
        agree(name, step["expect"], action)
        action = pages.ask()
    return {"name": name, "kind": "pages", "op": op, "payload": payload, "script": list(steps)}


def turning_cases() -> List[Case]:
    code = {"code": "L1"}
    made: List[Case] = []
    for op in ("query", "query_apaas"):
        made += [
            scan("no leads at all", code, page(1), give(), END, op=op),
            scan("one page", code, page(1), give("1", "2"), out("1", "2"), page(2), give(), END, op=op),
            scan(
                "a short page does not end the scan",
                {**code, "pageSize": 3},
                page(1, 3),
                give("1", "2"),
                out("1", "2"),
                page(2, 3),
                give("3"),
                out("3"),
                page(3, 3),
                give("4", "5", "6"),
                out("4", "5", "6"),
                page(4, 3),
                give(),
                END,
                op=op,
            ),
            scan(
                "leads of the page before are not handed out twice",
                code,
                page(1),
                give("1", "2", "3"),
                out("1", "2", "3"),
                page(2),
                give("3", "4"),
                out("4"),
                page(3),
                give(),
                END,
                op=op,
            ),
        ]
    return made + [
        scan(
            "a full page asks for another",
            {**code, "pageSize": 2},
            page(1, 2),
            give("1", "2"),
            out("1", "2"),
            page(2, 2),
            give(),
            END,
        ),
        scan(
            "a page size of one",
            {**code, "pageSize": 1},
            page(1, 1),
            give("1"),
            out("1"),
            page(2, 1),
            give("2"),
            out("2"),
            page(3, 1),
            give(),
            END,
        ),
        scan(
            "a page longer than asked for is handed out whole",
            {**code, "pageSize": 2},
            page(1, 2),
            give("1", "2", "3"),
            out("1", "2", "3"),
            page(2, 2),
            give(),
            END,
        ),
        scan("starts at the page given", {**code, "page": 7}, page(7), give("1"), out("1"), page(8), give(), END),
        scan(
            "starts at the page given, with its size",
            {**code, "page": 3, "pageSize": 50},
            page(3, 50),
            give("1"),
            out("1"),
            page(4, 50),
            give(),
            END,
        ),
        scan("starts past the last page", {**code, "page": 9}, page(9), give(), END),
        scan("the largest page size", {**code, "pageSize": 2147483647}, page(1, 2147483647), give(), END),
        scan(
            "nulls are the defaults",
            {**code, "page": None, "pageSize": None},
            page(1),
            give(),
            END,
        ),
        scan(
            "new leads keep their order around those of the page before",
            code,
            page(1),
            give("1", "2"),
            out("1", "2"),
            page(2),
            give("3", "1", "4", "2", "5"),
            out("3", "4", "5"),
            page(3),
            give(),
            END,
        ),
        scan(
            "a lead held back is held back on the next page, too",
            code,
            page(1),
            give("1", "2"),
            out("1", "2"),
            page(2),
            give("2", "3"),
            out("3"),
            page(3),
            give("2", "4"),
            out("4"),
            page(4),
            give(),
            END,
        ),
        scan(
            "ids are compared as text, digit by digit",
            code,
            page(1),
            give("6789690485561771524"),
            out("6789690485561771524"),
            page(2),
            give("6789690485561771525", "06789690485561771524"),
            out("6789690485561771525", "06789690485561771524"),
            page(3),
            give(),
            END,
        ),
        scan(
            "conditions, sorting and groups do not matter to the pages",
            {
                "sorts": [{"field_key": "create_time", "type": "asc"}],
                "query_group": [{"filters": [{"field_key": "k", "operator": "EQ", "field_values": ["1"]}]}],
                "pageSize": 5,
            },
            page(1, 5),
            give("a"),
            out("a"),
            page(2, 5),
            give(),
            END,
            op="query_apaas",
        ),
        scan(
            "twenty pages",
            {**code, "pageSize": 1},
            *(step for number in range(1, 21) for step in (page(number, 1), give(str(number)), out(str(number)))),
            page(21, 1),
            give(),
            END,
        ),
    ]


def repeated_cases() -> List[Case]:
    """Leads that come again, and pages without a new one."""
    code = {"code": "L1"}
    made: List[Case] = []
    for op in ("query", "query_apaas"):
        made += [
            scan(
                "the third page in a row without a new lead is malformed",
                code,
                *turned(1, ["1", "2"]),
                *turned(2, [], "1", "2"),
                *turned(3, [], "1", "2"),
                page(4),
                give("1", "2"),
                MALFORMED,
                op=op,
            ),
            scan(
                "two pages in a row without a new lead, and an end",
                code,
                *turned(1, ["1", "2"]),
                *turned(2, [], "1", "2"),
                *turned(3, [], "2", "1"),
                page(4),
                give(),
                END,
                op=op,
            ),
            scan(
                "two pages that take turns are malformed at last",
                code,
                *turned(1, ["1", "2"]),
                *turned(2, ["3", "4"]),
                *turned(3, [], "1", "2"),
                *turned(4, [], "3", "4"),
                page(5),
                give("1", "2"),
                MALFORMED,
                op=op,
            ),
            scan(
                "a lead that comes twice in a page is handed out once",
                code,
                page(1),
                give("1", "1", "2"),
                out("1", "2"),
                page(2),
                give("3", "2", "3", "4", "3"),
                out("3", "4"),
                page(3),
                give(),
                END,
                op=op,
            ),
            scan(
                "leads with an empty id that say the same are handed out once",
                code,
                page(1),
                give("", "1", ""),
                out("", "1"),
                page(2),
                give("", "2"),
                out("2"),
                page(3),
                give("", ""),
                out(),
                page(4),
                give(),
                END,
                op=op,
            ),
        ]
    return made + [
        scan(
            "a lead that comes again three pages later is not handed out",
            code,
            *turned(1, ["1", "2"]),
            *turned(2, ["3"]),
            *turned(3, ["4"]),
            *turned(4, ["5"], "1"),
            *turned(5, ["6"], "3", "2", "4"),
            page(6),
            give(),
            END,
        ),
        scan(
            "a new lead begins the count of stale pages anew",
            code,
            *turned(1, ["1"]),
            *turned(2, [], "1"),
            *turned(3, [], "1"),
            *turned(4, ["2"], "1"),
            *turned(5, [], "2"),
            *turned(6, [], "1", "2"),
            *turned(7, ["3"]),
            page(8),
            give(),
            END,
        ),
        scan(
            "stale pages that differ count together",
            code,
            *turned(1, ["1", "2", "3"]),
            *turned(2, [], "3"),
            *turned(3, [], "1", "1"),
            page(4),
            give("2", "3"),
            MALFORMED,
        ),
        scan(
            "stale pages from the page given on",
            {**code, "page": 5},
            *turned(5, ["1"]),
            *turned(6, [], "1"),
            *turned(7, [], "1"),
            page(8),
            give("1"),
            MALFORMED,
        ),
        scan(
            "one lead over and over in a page is handed out once",
            code,
            page(1),
            give("7", "7", "7", "7"),
            out("7"),
            page(2),
            give(),
            END,
        ),
        scan(
            "pages of empty ids alone are malformed at last",
            code,
            page(1),
            give(""),
            out(""),
            *turned(2, [], ""),
            *turned(3, [], "", ""),
            page(4),
            give(""),
            MALFORMED,
        ),
        scan(
            "ids that differ by case or white space are not the same",
            code,
            *turned(1, ["a1", "A1", " a1", "a1 "]),
            page(2),
            give(),
            END,
        ),
        scan(
            "a long scan in which each page brings the last lead of the page before",
            code,
            *(
                step
                for number in range(1, 13)
                for step in turned(number, [f"{number}a", f"{number}b"], *([f"{number - 1}b"] if number > 1 else []))
            ),
            page(13),
            give(),
            END,
        ),
    ]


def cases() -> List[Case]:
    return turning_cases() + repeated_cases()
