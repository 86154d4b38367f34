"""`other`: any endpoint of the vendor, and any object or array as body."""

from __future__ import annotations

from typing import Any, List, Optional

from model import signing
from model.jsontext import Number

from .build import ACCOUNT, STAMP, Case, Json, agree, agree_on_request
from .sign_account import SEGMENTS
from .sign_text import CONTROL_ESCAPES, TEXTS

PATH = "customer/v1/queryCustomer"
BASE = "https://openapi.waiqin365.com/api"


def other_case(name: str, path: str, payload: Any, account: Json, stamp: Json) -> Case:
    return {
        "name": f"sign other: {name}",
        "kind": "sign",
        "op": "other",
        "path": path,
        "account": account,
        "stamp": stamp,
        "payload": payload,
        "expect": signing.request_of_other(account, stamp, path, payload),
    }


def sent(
    name: str,
    payload: Any,
    body: str,
    url: Optional[str] = None,
    path: str = PATH,
    account: Json = ACCOUNT,
    stamp: Json = STAMP,
) -> Case:
    case = other_case(name, path, payload, account, stamp)
    agree_on_request(name, body, url, case["expect"])
    return case


def refused(name: str, path: str, payload: Any, rule: str) -> Case:
    case = other_case(name, path, payload, ACCOUNT, STAMP)
    agree(name, {"violations": [{"path": "", "rule": rule}]}, case["expect"])
    return case


def path_cases() -> List[Case]:
    made = [
        sent(f"path: {what}", {"a": 1}, '{"a":1}', f"{BASE}/{path}/open-1/1617206400000/*/m-1", path)
        for what, path in (
            ("module, version and operation", PATH),
            ("one segment", "queryCustomer"),
            ("many segments", "a/b/c/d/e/f/g"),
            ("every unreserved character", "AZaz09-._~/~_.-90zaZA"),
            ("three dots", ".../x"),
            ("a segment that begins with a dot", ".a/..b"),
            ("a segment that ends with a dot", "a./b.."),
            ("an operation of the sales leads", "salesleads/v1/addSalesLeads"),
        )
    ]
    made += [
        refused(f"path refused: {what}", path, {"a": 1}, "format")
        for what, path in (
            ("empty", ""),
            ("a slash", "/"),
            ("a slash before", "/customer/v1"),
            ("a slash behind", "customer/v1/"),
            ("two slashes", "customer//v1"),
            ("a dot", "."),
            ("two dots", ".."),
            ("a segment of one dot", "customer/./v1"),
            ("a segment of two dots", "customer/../v1"),
            ("two dots before", "../customer"),
            ("two dots behind", "customer/.."),
            ("a space", "customer/v 1"),
            ("a space behind", "customer/v1 "),
            ("a line feed behind", "customer/v1\n"),
            ("a percent escape", "customer/v%31"),
            ("two dots as escapes", "customer/%2e%2e/v1"),
            ("a query", "customer/v1?a=1"),
            ("a fragment", "customer/v1#a"),
            ("a colon", "http://example.com"),
            ("an at sign", "a@b"),
            ("a backslash", "customer\\v1"),
            ("a plus sign", "a+b"),
            ("a semicolon", "a;b"),
            ("a comma", "a,b"),
            ("Chinese", "客户/v1"),
            ("an accented letter", "é/v1"),
            ("full-width letters", "ｖ１"),
        )
    ]
    return made


def payload_cases() -> List[Case]:
    made = [
        sent(f"body: {what}", payload, body)
        for what, payload, body in (
            ("an empty object", {}, "{}"),
            ("an empty array", [], "[]"),
            ("an array", [1, "2", None, True, {"a": []}], '[1,"2",null,true,{"a":[]}]'),
            ("members in the order given", {"z": 1, "a": 2, "m": {"y": 1, "b": 2}}, '{"z":1,"a":2,"m":{"y":1,"b":2}}'),
            ("nulls are kept", {"a": None, "b": [None], "c": {"d": None}}, '{"a":null,"b":[null],"c":{"d":null}}'),
            ("empty texts, lists and objects are kept", {"a": "", "b": [], "c": {}}, '{"a":"","b":[],"c":{}}'),
            ("numbers beyond 2^53", {"id": 6789690485561771524}, '{"id":6789690485561771524}'),
            ("numbers beyond 64 bits", [12345678901234567890123], "[12345678901234567890123]"),
            ("zeros behind the point", {"n": Number("1.50")}, '{"n":1.50}'),
            ("exponents", [Number("1e3"), Number("1E+2"), Number("1.0e-7")], "[1e3,1E+2,1.0e-7]"),
            ("minus zero", [Number("-0"), Number("-0.0"), -7], "[-0,-0.0,-7]"),
            (
                "many digits behind the point",
                {"n": Number("31.963018601806095123456789")},
                '{"n":31.963018601806095123456789}',
            ),
            ("a member called extra", {"extra": {"a": 1}, "b": 2}, '{"extra":{"a":1},"b":2}'),
            ("members that the sales leads have", {"code": "c" * 101, "page": 0}, f'{{"code":"{"c" * 101}","page":0}}'),
            ("names are escaped too", {'a"\n名\x01': {"b\\": 1}}, '{"a\\"\\n名\\u0001":{"b\\\\":1}}'),
            ("every control character", ["".join(map(chr, range(32)))], f'["{CONTROL_ESCAPES}"]'),
            ("a name without characters", {"": 1}, '{"":1}'),
        )
    ]
    made += [sent(f"text: {what}", {"t": text}, f'{{"t":"{escaped}"}}') for what, text, escaped in TEXTS[1:]]
    made += [
        refused(f"body refused: {what}", PATH, payload, "type")
        for what, payload in (
            ("text", "a"),
            ("text that holds JSON", '{"a":1}'),
            ("a number", 5),
            ("true", True),
            ("null", None),
        )
    ]
    return made


def request_cases() -> List[Case]:
    key = "2EV5i30kYI6r7Hz817"
    made = []
    for what, given, encoded in SEGMENTS:
        made.append(
            sent(
                f"openid and msg_id: {what}",
                [],
                "[]",
                f"{BASE}/{PATH}/{encoded}/1617206400000/*/{encoded}",
                account={"openid": given, "app_key": "key-1"},
                stamp={"now_ms": 1617206400000, "msg_id": given},
            )
        )
    made += [
        sent(
            "the vendor's published signature",
            {"org_status": "1"},
            '{"org_status":"1"}',
            f"{BASE}/organization/v1/queryOrganization/9001/1617206400000/b7b7d9810bbb0786e9560751dc2b6597/m-1",
            "organization/v1/queryOrganization",
            {"openid": "9001", "app_key": key},
        ),
        sent(
            "a compact stamp and another base URL",
            {"a": "示例"},
            '{"a":"示例"}',
            f"https://gw.example.com/qince/api/{PATH}/9001/20210401000000/*/m-1",
            account={"openid": "9001", "app_key": key, "base_url": "https://gw.example.com/qince/"},
            stamp={"now_ms": 1617206400000, "msg_id": "m-1", "form": "compact"},
        ),
    ]
    for what, account in (
        ("an app_key with a line feed behind", {"openid": "9001", "app_key": key + "\n"}),
        ("an empty openid", {"openid": "", "app_key": key}),
        ("a base URL without https", {"openid": "9001", "app_key": key, "base_url": "http://example.com"}),
    ):
        case = other_case(f"no account: {what}", PATH, {}, account, STAMP)
        agree(what, {"error": "invalid_account"}, case["expect"])
        made.append(case)
    return made


def cases() -> List[Case]:
    return path_cases() + payload_cases() + request_cases()
