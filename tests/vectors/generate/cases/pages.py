"""Scans, page by page."""

from __future__ import annotations

from typing import List

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


def scan(name: str, payload: Json, *steps: Json, op: str = "query") -> Case:
    name = f"pages {op}: {name}"
    pages = Pages(payload)
    action = pages.ask()
    for step in steps:
        if "give" in step:
            action = pages.give(step["give"]["ids"])
            continue
        agree(name, step["expect"], action)
        action = pages.ask()
    return {"name": name, "kind": "pages", "op": op, "payload": payload, "script": list(steps)}


def cases() -> List[Case]:
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
                "a page that brings only leads of the page before is malformed",
                code,
                page(1),
                give("1", "2"),
                out("1", "2"),
                page(2),
                give("1", "2"),
                MALFORMED,
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
            "leads of the page before in another order are malformed",
            code,
            page(1),
            give("1", "2", "3"),
            out("1", "2", "3"),
            page(2),
            give("3", "1", "2"),
            MALFORMED,
        ),
        scan(
            "some leads of the page before, and no others, are malformed",
            code,
            page(1),
            give("1", "2", "3"),
            out("1", "2", "3"),
            page(2),
            give("2"),
            MALFORMED,
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
            "a lead held back still belongs to the page before",
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
            "only the page before counts, not those before it",
            code,
            page(1),
            give("1"),
            out("1"),
            page(2),
            give("2"),
            out("2"),
            page(3),
            give("1"),
            out("1"),
            page(4),
            give(),
            END,
        ),
        scan(
            "a page held back in part and then repeated is malformed",
            code,
            page(1),
            give("1", "2"),
            out("1", "2"),
            page(2),
            give("2", "3"),
            out("3"),
            page(3),
            give("2", "3"),
            MALFORMED,
        ),
        scan(
            "a repeated page late in the scan is malformed",
            {**code, "pageSize": 2},
            page(1, 2),
            give("1", "2"),
            out("1", "2"),
            page(2, 2),
            give("3", "4"),
            out("3", "4"),
            page(3, 2),
            give("5", "6"),
            out("5", "6"),
            page(4, 2),
            give("5", "6"),
            MALFORMED,
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
