"""Accounts, addresses and stamps."""

from __future__ import annotations

from typing import List

from .build import Case, bad_account, signed

PAYLOAD = {"code": "L1"}
BODY = '{"code":"L1"}'
REST = "/api/salesleads/v1/removeSalesLeads/open-1/1617206400000/*/m-1"

BASE_URLS = [
    ("another https host", "https://openapi.qince.com", "https://openapi.qince.com"),
    ("a trailing slash is dropped", "https://openapi.qince.com/", "https://openapi.qince.com"),
    ("every trailing slash is dropped", "https://openapi.qince.com///", "https://openapi.qince.com"),
    ("a path prefix is kept", "https://gw.example.com/qince", "https://gw.example.com/qince"),
    ("a longer path prefix loses its trailing slash", "https://gw.example.com/a/b/", "https://gw.example.com/a/b"),
    ("a port is kept", "https://gw.example.com:8443", "https://gw.example.com:8443"),
    ("http is allowed for localhost", "http://localhost", "http://localhost"),
    ("http is allowed for localhost with a port", "http://localhost:3000/", "http://localhost:3000"),
    ("http is allowed for 127.0.0.1", "http://127.0.0.1:8080", "http://127.0.0.1:8080"),
    ("http is allowed for the IPv6 loopback", "http://[::1]:1", "http://[::1]:1"),
    ("http to loopback keeps a path prefix", "http://127.0.0.1:8080/mock/", "http://127.0.0.1:8080/mock"),
    ("https is allowed for localhost", "https://localhost:8443", "https://localhost:8443"),
]

BAD_BASE_URLS = [
    ("http to another host", "http://openapi.waiqin365.com"),
    ("http to a private address", "http://192.168.0.1"),
    ("http to a host that begins like 127.0.0.1", "http://127.0.0.1.evil.com"),
    ("http to a host that begins like localhost", "http://localhost.evil.com"),
    ("http to a host that ends like localhost", "http://evillocalhost"),
    ("http to another IPv6 host", "http://[::2]:1"),
    ("http to another host whose path is localhost", "http://evil.com/localhost"),
    ("http to another host with localhost as user", "http://localhost@evil.com"),
    ("http to another host with localhost and a port as user info", "http://localhost:80@evil.com"),
    ("a user", "https://user@gw.example.com"),
    ("a user and a password", "https://user:secret@gw.example.com"),
    ("a query", "https://gw.example.com?a=1"),
    ("a query after a path", "https://gw.example.com/qince?a=1"),
    ("a fragment", "https://gw.example.com#top"),
    ("a fragment after a path", "https://gw.example.com/qince#top"),
    ("no scheme", "openapi.waiqin365.com"),
    ("no scheme, but slashes", "//openapi.waiqin365.com"),
    ("a path alone", "/api"),
    ("no host", "https://"),
    ("no host, but a path", "https:///api"),
    ("a port without a host", "https://:443"),
    ("another scheme", "ftp://openapi.waiqin365.com"),
    ("a scheme that begins like https", "httpsx://openapi.waiqin365.com"),
    ("a space in the host", "https://gw example.com"),
    ("a port that is no number", "https://gw.example.com:port"),
    ("text that is no URL", "not a url"),
]

SEGMENTS = [
    ("unreserved characters stay", "AZaz09-._~", "AZaz09-._~"),
    ("slash, question mark and hash", "a/b?c#d", "a%2Fb%3Fc%23d"),
    ("space, plus and percent", "a b+c%20", "a%20b%2Bc%2520"),
    ("every other reserved character", "!$&'()*,;=:@[]", "%21%24%26%27%28%29%2A%2C%3B%3D%3A%40%5B%5D"),
    ("characters that some encoders let through", '"<>\\^`{|}', "%22%3C%3E%5C%5E%60%7B%7C%7D"),
    ("Chinese by its UTF-8 octets", "勤策", "%E5%8B%A4%E7%AD%96"),
    ("an astral character by its UTF-8 octets", "😀", "%F0%9F%98%80"),
]

# What a key looks like that was pasted with more than itself.
BADLY_PASTED = [
    ("a line feed behind", "{}\n"),
    ("a line feed before", "\n{}"),
    ("a carriage return and a line feed behind", "{}\r\n"),
    ("a space behind", "{} "),
    ("a space before", " {}"),
    ("a tab behind", "{}\t"),
    ("a no-break space behind", "{}\u00a0"),
    ("an ideographic space before", "\u3000{}"),
    ("a line feed within", "a\n{}"),
    ("a tab within", "a\t{}"),
    ("a NUL within", "a\0{}"),
    ("an escape character within", "a\x1b{}"),
    ("a delete character within", "a\x7f{}"),
    ("a C1 control character within", "a\x90{}"),
]

# (what, epoch ms, compact)
MOMENTS = [
    ("the epoch", 0, "19700101080000"),
    ("the vendor's example", 1617206400000, "20210401000000"),
    ("the last millisecond of a day in Shanghai", 1617206399999, "20210331235959"),
    ("the last second before UTC midnight", 1617235199000, "20210401075959"),
    ("UTC midnight", 1617235200000, "20210401080000"),
    ("the last second of a year in Shanghai", 1640966399999, "20211231235959"),
    ("the first second of a year in Shanghai", 1640966400000, "20220101000000"),
    ("UTC new year", 1640995200000, "20220101080000"),
    ("a leap day", 1709136000000, "20240229000000"),
    ("the day after a leap day", 1709222400000, "20240301000000"),
    ("the end of February in a common year", 1677599999000, "20230228235959"),
    ("a moment within a second", 1503276678552, "20170821085118"),
    ("a moment beyond 32 bits", 4102444800000, "21000101080000"),
    ("the leap day of a century", 951753600000, "20000229000000"),
    ("the last second of the year 9999 in Shanghai", 253402271999999, "99991231235959"),
]


def cases() -> List[Case]:
    made: List[Case] = []
    for what, given, base in BASE_URLS:
        account = {"openid": "open-1", "app_key": "key-1", "base_url": given}
        made.append(signed(f"base URL: {what}", "remove", PAYLOAD, BODY, base + REST, account=account))
    made.append(bad_account("an empty openid is no account", openid=""))
    made.append(bad_account("an empty app_key is no account", app_key=""))
    made.append(bad_account("openid and app_key both empty are no account", openid="", app_key=""))
    for what, given in BAD_BASE_URLS:
        made.append(bad_account(f"base URL refused: {what}", base_url=given))
    for what, template in BADLY_PASTED:
        made.append(bad_account(f"an openid with {what} is no account", openid=template.format("9001")))
        made.append(bad_account(f"an app_key with {what} is no account", app_key=template.format("2EV5i30kYI6r7Hz817")))
    for what, key in (
        ("a space", " "),
        ("a line feed", "\n"),
        ("an ideographic space", "\u3000"),
        ("a control character", "\x01"),
    ):
        made.append(bad_account(f"{what} alone is no openid", openid=key))
        made.append(bad_account(f"{what} alone is no app_key", app_key=key))

    start = "https://openapi.waiqin365.com/api/salesleads/v1/querySalesLeads/"
    for what, given, sent in SEGMENTS:
        account = {"openid": given, "app_key": "key-1"}
        stamp = {"now_ms": 1617206400000, "msg_id": given}
        url = f"{start}{sent}/1617206400000/*/{sent}"
        made.append(signed(f"openid and msg_id: {what}", "query", PAYLOAD, BODY, url, account=account, stamp=stamp))

    for what, now_ms, compact in MOMENTS:
        for form, sent in (("epoch_ms", str(now_ms)), ("compact", compact)):
            stamp = {"now_ms": now_ms, "msg_id": "m-1", "form": form}
            url = f"{start}open-1/{sent}/*/m-1"
            made.append(signed(f"stamp {form}: {what}", "query", PAYLOAD, BODY, url, stamp=stamp))

    key = "2EV5i30kYI6r7Hz817"
    for what, given in (("a space", "a b"), ("an ideographic space", "a\u3000b"), ("a zero-width space", "a\u200bb")):
        account = {"openid": "9001", "app_key": given}
        made.append(signed(f"an app_key with {what} within is one", "remove", PAYLOAD, BODY, account=account))
    made += [
        signed(
            "the whole URL, digest included",
            "query",
            PAYLOAD,
            BODY,
            start + "9001/1617206400000/8c4c67d3d51eba7261d35eafe3b8d4ac/90b4b267dd3d49aeace879038b1e7291",
            account={"openid": "9001", "app_key": key},
            stamp={"now_ms": 1617206400000, "msg_id": "90b4b267dd3d49aeace879038b1e7291"},
        ),
        signed(
            "the digest is made of UTF-8",
            "query",
            {"cus_name": "示例公司😀"},
            '{"cus_name":"示例公司😀"}',
            start + "9001/20210401000000/f05124c0abe8a545d521c7ceaaf7e1dc/m-1",
            account={"openid": "9001", "app_key": "密钥|" + key},
            stamp={"now_ms": 1617206400000, "msg_id": "m-1", "form": "compact"},
        ),
    ]
    return made
