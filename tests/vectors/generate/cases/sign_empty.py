"""Empty texts, lists and maps: they count as not given, and are sent."""

from __future__ import annotations

from typing import List

from .build import Case, refused, signed

ONE_OF = ":required_one_of"


def cases() -> List[Case]:
    groups = "query_apaas"
    return [
        refused("empty: a query_group is no condition", groups, {"query_group": []}, ONE_OF),
        refused(
            "empty: a query_group beside pages and sorts is no condition",
            groups,
            {"query_group": [], "sorts": [{"field_key": "k"}], "page": 1, "pageSize": 5},
            ONE_OF,
        ),
        refused("empty: no condition of any kind is one", groups, {"code": "", "query_group": [], "sorts": []}, ONE_OF),
        refused(
            "empty: a query_group and another violation",
            groups,
            {"query_group": [], "page": 0},
            ONE_OF,
            "page:range",
        ),
        signed(
            "empty: a query_group beside a condition is sent",
            groups,
            {"query_group": [], "code": "L1"},
            '{"code":"L1","query_group":[]}',
        ),
        signed(
            "empty: a query_group is given where it has one group, however empty",
            groups,
            {"query_group": [{}]},
            '{"query_group":[{}]}',
        ),
        signed(
            "empty: a query_group of one group without filters",
            groups,
            {"query_group": [{"filters": []}]},
            '{"query_group":[{"filters":[]}]}',
        ),
        signed("empty: sorts are sent", groups, {"sorts": [], "code": "L1"}, '{"code":"L1","sorts":[]}'),
        signed(
            "empty: filters and field_values are sent",
            groups,
            {
                "code": "L1",
                "query_group": [
                    {"connector": "", "filters": []},
                    {"filters": [{"field_key": "k", "operator": "ISN", "field_values": []}]},
                ],
            },
            '{"code":"L1","query_group":[{"connector":"","filters":[]},'
            '{"filters":[{"field_key":"k","operator":"ISN","field_values":[]}]}]}',
        ),
        signed("empty: rows of exts are sent", "add", {"poolName": "p", "exts": []}, '{"poolName":"p","exts":[]}'),
        signed("empty: rows of exts are sent", "modify", {"code": "L1", "exts": []}, '{"code":"L1","exts":[]}'),
        signed("empty: a map of exts is sent", "modify", {"code": "L1", "exts": {}}, '{"code":"L1","exts":{}}'),
        signed("empty: a map of exts is sent", "add_apaas", {"exts": {}}, '{"exts":{}}'),
        signed("empty: a map of exts is sent", "modify_apaas", {"id": 7, "exts": {}}, '{"id":7,"exts":{}}'),
        signed(
            "empty: what is empty in a map of exts is sent",
            "add_apaas",
            {"exts": {"a": "", "b": [], "c": {}, "d": None}},
            '{"exts":{"a":"","b":[],"c":{},"d":null}}',
        ),
        signed(
            "empty: what is empty in a value of exts is sent",
            "modify",
            {"code": "L1", "exts": [{"salesleads_ext_key": "k", "salesleads_ext_value": []}]},
            '{"code":"L1","exts":[{"salesleads_ext_key":"k","salesleads_ext_value":[]}]}',
        ),
        signed("empty: a mobile is sent", "add_apaas", {"mobile": {}}, '{"mobile":{}}'),
        signed("empty: a mobile is sent", "modify_apaas", {"code": "L1", "mobile": {}}, '{"code":"L1","mobile":{}}'),
        refused("empty: exts name no lead", "modify", {"exts": {}}, ONE_OF),
        refused("empty: a mobile names no lead", "modify_apaas", {"mobile": {}, "id": ""}, ONE_OF),
        refused("empty: exts name no person", "add", {"exts": [], "empName": ""}, ONE_OF),
        signed(
            "empty: texts with rules of their own are sent",
            "query",
            {"code": "L1", "create_time_start": "", "create_time_end": "", "salesleads_status": "", "id": ""},
            '{"code":"L1","id":"","create_time_start":"","create_time_end":"","salesleads_status":""}',
        ),
        signed(
            "empty: an allocation and what it asks for",
            "add_apaas",
            {"allocation_status": "", "pool_name": "", "responsible_person": ""},
            '{"allocation_status":"","pool_name":"","responsible_person":""}',
        ),
    ]
