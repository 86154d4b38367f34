"""What a relay signs, and what it refuses."""

from __future__ import annotations

import json
from typing import List

from . import samples, sign_samples
from .build import Case, Json, fails, relayed

BASE = "https://openapi.waiqin365.com/api/salesleads/v1"
REST = "open-1/1617206400000/*"
ADD = "salesleads/v1/addSalesLeads/m1"
MODIFY = "salesleads/v1/modifySalesLeads/m1"
QUERY = "salesleads/v1/querySalesLeads/m1"
QUERY_APAAS = "salesleads/v1/querySalesLeadsForApaas/m1"
ADD_APAAS = "salesleads/v1/addSalesLeadsForApaas/m1"
REMOVE = "salesleads/v1/removeSalesLeads/m1"
MALFORMED = fails("malformed")
FORBIDDEN = fails("forbidden")
INVALID = fails("invalid_payload")

SAMPLES = [
    ("add", "addSalesLeads", samples.ADD, sign_samples.ADD_BODY),
    ("add_apaas", "addSalesLeadsForApaas", samples.ADD_APAAS, sign_samples.ADD_APAAS_BODY),
    ("modify", "modifySalesLeads", samples.MODIFY, sign_samples.MODIFY_BODY),
    ("modify_apaas", "modifySalesLeadsForApaas", samples.MODIFY_APAAS, sign_samples.MODIFY_APAAS_BODY),
    ("remove", "removeSalesLeads", samples.REMOVE, sign_samples.REMOVE_BODY),
    ("query", "querySalesLeads", samples.QUERY, sign_samples.QUERY_BODY),
    ("query_apaas", "querySalesLeadsForApaas", samples.QUERY_APAAS, sign_samples.QUERY_APAAS_BODY),
]


def signed(path: str, body: str, msg_id: str = "m1") -> Json:
    return {"url": f"{BASE}/{path.split('/')[2]}/{REST}/{msg_id}", "body": body}


def rewriting_cases() -> List[Case]:
    made = []
    for op, operation, payload, body in SAMPLES:
        path = f"salesleads/v1/{operation}/m1"
        pretty = json.dumps(payload, ensure_ascii=True, indent=4)
        backwards = json.dumps(dict(reversed(payload.items())), ensure_ascii=False, separators=(",", ":"))
        made += [
            relayed(f"{op}: the body that the SDK writes stays as it is", path, body, signed(path, body)),
            relayed(f"{op}: white space and escapes are written anew", path, pretty, signed(path, body)),
            relayed(f"{op}: members are put in order", path, backwards, signed(path, body), allow=[op]),
        ]
    rewritten = [
        ("white space of every kind", ADD, '\n{ "empName"\t:\r\n"e" }\n', '{"empName":"e"}'),
        ("slashes escaped", ADD, r'{"empName":"a\/b"}', '{"empName":"a/b"}'),
        (
            "characters escaped",
            ADD,
            r'{"empN\u0061me":"\u5f20\ud83d\ude00\u0022\u001f\u000a"}',
            '{"empName":"张😀\\"\\u001f\\n"}',
        ),
        ("null members", ADD, '{"empName":"e","code":null,"exts":null}', '{"empName":"e"}'),
        ("empty texts and lists", ADD, '{"empName":"e","exts":[],"code":""}', '{"empName":"e","code":"","exts":[]}'),
        (
            "rows with their members in another order",
            ADD,
            '{"exts":[{"salesleads_ext_value":"v","salesleads_ext_key":"k"}],"poolName":"p"}',
            '{"poolName":"p","exts":[{"salesleads_ext_key":"k","salesleads_ext_value":"v"}]}',
        ),
        ("a phone behind its code", ADD_APAAS, '{"mobile":{"code":"86","phone":null}}', '{"mobile":{"code":"86"}}'),
        ("an empty object", ADD_APAAS, " {} ", "{}"),
        (
            "what stands in exts is as it was, but for white space",
            ADD_APAAS,
            '{"exts":{ "b" : [1.50, 1E+2, null, {"z":null,"a":12345678901234567890}],"a":"\\u5f20"}}',
            '{"exts":{"b":[1.50,1E+2,null,{"z":null,"a":12345678901234567890}],"a":"张"}}',
        ),
        ("an id as text", MODIFY, '{"id":"6789690485561771524"}', '{"id":6789690485561771524}'),
        ("an id as number", MODIFY, '{"id":6789690485561771524}', '{"id":6789690485561771524}'),
        ("an id as number, where text is sent", REMOVE, '{"id":5025653528380651509}', '{"id":"5025653528380651509"}'),
        ("a reason_id as text", REMOVE, '{"reason_id":"1000025","code":"c"}', '{"code":"c","reason_id":1000025}'),
        (
            "groups and pages in another order",
            QUERY_APAAS,
            '{"page":1,"query_group":[{"filters":[{"operator":"EQ","field_key":"k"}],"connector":"OR"}]}',
            '{"query_group":[{"connector":"OR","filters":[{"field_key":"k","operator":"EQ"}]}],"page":1}',
        ),
        ("the last of two members", QUERY, '{"code":"a","code":"b"}', '{"code":"b"}'),
    ]
    made += [
        relayed(f"written anew: {what}", path, body, signed(path, expect)) for what, path, body, expect in rewritten
    ]
    return made


def address_cases() -> List[Case]:
    body = '{"code":"L1"}'
    made = [
        relayed(
            f"msg_id: {what}",
            f"salesleads/v1/querySalesLeads/{given}",
            body,
            signed(QUERY, body, sent),
        )
        for what, given, sent in (
            ("a UUID", "90b4b267-dd3d-49ae-ace8-79038b1e7291", "90b4b267-dd3d-49ae-ace8-79038b1e7291"),
            ("a slash and a question mark", "a%2Fb%3Fc", "a%2Fb%3Fc"),
            ("escapes in lower case", "a%2fb%e5%8b%a4", "a%2Fb%E5%8B%A4"),
            ("an unreserved character escaped", "%6d1", "m1"),
            ("a plus sign", "a+b", "a%2Bb"),
            ("a percent sign", "100%25", "100%25"),
            ("a space", "a%20b", "a%20b"),
        )
    ]
    return made + [
        relayed(
            "stamp: its time in compact form",
            QUERY,
            body,
            {"url": f"{BASE}/querySalesLeads/open-1/20210401000000/*/m1", "body": body},
            stamp={"now_ms": 1617206400000, "msg_id": "m-1", "form": "compact"},
        ),
        relayed(
            "account: with a base URL",
            QUERY,
            body,
            {
                "url": "https://gw.example.com/q/api/salesleads/v1/querySalesLeads/a%2Fb/1617206400000/*/m1",
                "body": body,
            },
            account={"openid": "a/b", "app_key": "key-2", "base_url": "https://gw.example.com/q/"},
        ),
        relayed(
            "the whole URL, digest included",
            "salesleads/v1/querySalesLeads/90b4b267dd3d49aeace879038b1e7291",
            ' { "code" : "L1" } ',
            {
                "url": f"{BASE}/querySalesLeads/9001/1617206400000/8c4c67d3d51eba7261d35eafe3b8d4ac"
                "/90b4b267dd3d49aeace879038b1e7291",
                "body": body,
            },
            account={"openid": "9001", "app_key": "2EV5i30kYI6r7Hz817"},
        ),
    ]


def malformed_cases() -> List[Case]:
    body = '{"empName":"e"}'
    return [
        relayed(f"malformed: {what}", path, body, MALFORMED)
        for what, path in (
            ("no path", ""),
            ("a slash", "/"),
            ("no msg_id", "salesleads/v1/addSalesLeads"),
            ("an empty msg_id", "salesleads/v1/addSalesLeads/"),
            ("one segment more", f"{ADD}/x"),
            ("a slash behind", f"{ADD}/"),
            ("a slash before", f"/{ADD}"),
            ("two slashes", "salesleads/v1//addSalesLeads/m1"),
            ("another version", "salesleads/v2/addSalesLeads/m1"),
            ("another module", "customer/v1/queryCustomer/m1"),
            ("an unknown operation", "salesleads/v1/dropSalesLeads/m1"),
            ("an operation by its short name", "salesleads/v1/add/m1"),
            ("an operation in another case", "salesleads/v1/addsalesleads/m1"),
            ("the path of a signed request", "salesleads/v1/addSalesLeads/open-1/1617206400000/6a7546ee/m1"),
            ("a prefix", f"api/{ADD}"),
            ("an escape cut off", "salesleads/v1/addSalesLeads/m%4"),
            ("an escape that is not hex", "salesleads/v1/addSalesLeads/m%zz"),
            ("octets that are no UTF-8", "salesleads/v1/addSalesLeads/%FF"),
        )
    ] + [
        relayed("malformed: before it is forbidden", "salesleads/v1/dropSalesLeads/m1", body, MALFORMED, allow=[]),
        relayed("malformed: before the body is looked at", "customer/v1/queryCustomer/m1", "{", MALFORMED),
    ]


def forbidden_cases() -> List[Case]:
    made = []
    operations = [op for op, _, _, _ in SAMPLES]
    for op, operation, _, body in SAMPLES:
        path = f"salesleads/v1/{operation}/m1"
        others = [other for other in operations if other != op]
        made.append(relayed(f"forbidden: {op}, where all others are allowed", path, body, FORBIDDEN, allow=others))
    return made + [
        relayed("forbidden: where nothing is allowed", QUERY, '{"code":"L1"}', FORBIDDEN, allow=[]),
        relayed("forbidden: before the body is looked at", ADD, "{", FORBIDDEN, allow=["query"]),
        relayed("forbidden: before its rules are", ADD, "{}", FORBIDDEN, allow=["query"]),
        relayed("allowed: one of two", QUERY, '{"code":"L1"}', signed(QUERY, '{"code":"L1"}'), allow=["add", "query"]),
    ]


def invalid_cases() -> List[Case]:
    return [
        relayed(f"invalid: {what}", path, body, INVALID)
        for what, path, body in (
            ("no body", ADD, ""),
            ("white space", ADD, " \n"),
            ("no JSON", ADD, "empName=e"),
            ("an object cut off", ADD, '{"empName":"e"'),
            ("an object and more", ADD, '{"empName":"e"}{}'),
            ("a trailing comma", ADD, '{"empName":"e",}'),
            ("single quotes", ADD, "{'empName':'e'}"),
            ("a raw line feed in text", ADD, '{"empName":"a\nb"}'),
            ("not a number", QUERY, '{"code":"c","page":NaN}'),
            ("an array", ADD, '[{"empName":"e"}]'),
            ("text that holds JSON", ADD, '"{\\"empName\\":\\"e\\"}"'),
            ("null", ADD_APAAS, "null"),
            ("a number", ADD_APAAS, "5"),
            ("nobody is named", ADD, "{}"),
            ("no condition", QUERY, '{"page":1}'),
            ("no condition but an empty one", QUERY_APAAS, '{"query_group":[]}'),
            ("a text of another type", ADD, '{"empName":5}'),
            ("a text too long", ADD, f'{{"empName":"{"e" * 101}"}}'),
            ("a choice that is none", QUERY, '{"salesleads_status":"4"}'),
            ("a date that is none", QUERY, '{"create_time_start":"2026-02-30"}'),
            ("dates in the wrong order", QUERY, '{"modify_time_start":"2026-02-02","modify_time_end":"2026-02-01"}'),
            ("a page out of range", QUERY, '{"code":"c","page":0}'),
            ("a page that is a fraction", QUERY, '{"code":"c","page":1.5}'),
            ("a row without its key", ADD, '{"empName":"e","exts":[{"salesleads_ext_value":"v"}]}'),
            ("an assigned lead without a person", ADD_APAAS, '{"allocation_status":"1"}'),
            ("several at once", REMOVE, '{"id":{"a":1},"content":5}'),
        )
    ]


def cases() -> List[Case]:
    return rewriting_cases() + address_cases() + malformed_cases() + forbidden_cases() + invalid_cases()
