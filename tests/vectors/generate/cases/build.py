"""Builders: each makes one case, its expectation by the model, and holds it against what the caller wrote down."""

from __future__ import annotations

import base64
from typing import Any, Dict, List, Optional, Sequence, Union
from urllib.parse import quote_plus

from model import pushes, relays, replies, signing
from model.spec import OPERATIONS

Case = Dict[str, Any]
Json = Dict[str, Any]

ACCOUNT: Json = {"openid": "open-1", "app_key": "key-1"}
STAMP: Json = {"now_ms": 1617206400000, "msg_id": "m-1"}


def agree(name: str, written: Any, modelled: Any) -> None:
    if not alike(written, modelled):
        raise AssertionError(f"{name}\n  written:  {written!r}\n  modelled: {modelled!r}")


def alike(one: Any, other: Any) -> bool:
    """Equality in which true is not 1."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(alike(value, other[name]) for name, value in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(alike, one, other))
    return type(one) is type(other) and one == other


def sign_case(name: str, op: str, payload: Json, account: Json, stamp: Json) -> Case:
    return {
        "name": f"sign {op}: {name}",
        "kind": "sign",
        "op": op,
        "account": account,
        "stamp": stamp,
        "payload": payload,
        "expect": signing.request(op, account, stamp, payload),
    }


def agree_on_request(name: str, body: Optional[str], url: Optional[str], expect: Json) -> None:
    """`url` may leave out the digest as `*`."""
    if "url" not in expect:
        raise AssertionError(f"{name}: not accepted, {expect}")
    if body is not None:
        agree(name, body, expect["body"])
    if url is not None:
        before, _, after = url.partition("*")
        if not (expect["url"].startswith(before) and expect["url"].endswith(after)):
            agree(name, url, expect["url"])


def signed(
    name: str,
    op: str,
    payload: Json,
    body: Optional[str] = None,
    url: Optional[str] = None,
    account: Json = ACCOUNT,
    stamp: Json = STAMP,
) -> Case:
    """A payload that is accepted."""
    case = sign_case(name, op, payload, account, stamp)
    agree_on_request(name, body, url, case["expect"])
    return case


def refused(name: str, op: str, payload: Json, *violations: str) -> Case:
    """A payload with violations, each written `path:rule`."""
    case = sign_case(name, op, payload, ACCOUNT, STAMP)
    found = case["expect"].get("violations", [])
    agree(name, sorted(violations), sorted(f"{item['path']}:{item['rule']}" for item in found))
    return case


def bad_account(name: str, **account: str) -> Case:
    case = sign_case(name, "remove", {"code": "L1"}, {**ACCOUNT, **account}, STAMP)
    agree(name, {"error": "invalid_account"}, case["expect"])
    return case


def reply(name: str, op: str, status: int, body: Union[str, bytes], expect: Json) -> Case:
    """A reply; a body given as bytes is written as base64."""
    octets = body.encode("utf-8") if isinstance(body, str) else body
    agree(name, expect, replies.read(op, status, octets))
    sent = {"body": body} if isinstance(body, str) else {"body_base64": base64.b64encode(octets).decode("ascii")}
    return {"name": f"reply {op}: {name}", "kind": "reply", "op": op, "status": status, **sent, "expect": expect}


def ok(**result: Any) -> Json:
    return {"ok": result}


def relayed(
    name: str,
    path: str,
    body: str,
    expect: Json,
    allow: Sequence[str] = tuple(OPERATIONS),
    account: Json = ACCOUNT,
    stamp: Json = STAMP,
) -> Case:
    """What a relay makes of a request; the expected URL may leave out the digest as `*`."""
    made = relays.relay(account, stamp, allow, path, body)
    if "error" in expect:
        agree(name, expect, made)
    else:
        agree_on_request(name, expect["body"], expect["url"], made)
    return {
        "name": f"relay: {name}",
        "kind": "relay",
        "account": account,
        "stamp": stamp,
        "allow": list(allow),
        "path": path,
        "body": body,
        "expect": made,
    }


def leads(*records: Json, faults: Sequence[str] = ()) -> Json:
    return ok(leads=list(records), **({"faults": list(faults)} if faults else {}))


def fails(kind: str, **details: Any) -> Json:
    return {"error": {"kind": kind, **details}}


def form(parameters: Json) -> str:
    return "&".join(f"{name}={quote_plus(value)}" for name, value in parameters.items())


def signed_push(
    name: str,
    given: Json,
    expect: Json,
    secret: str = "push-secret",
    now_ms: int = 1503276678552,
    max_age_ms: Optional[int] = None,
) -> Case:
    """A push that the SDK's own helper makes."""
    agree(name, expect, pushes.receive(pushes.signed_form(given, secret), [secret], now_ms, max_age_ms))
    return {
        "name": f"push: {name}",
        "kind": "push",
        "sign": given,
        "secret": secret,
        "now_ms": now_ms,
        "max_age_ms": max_age_ms,
        "expect": expect,
    }


def pushed(
    name: str,
    body: str,
    expect: Json,
    secrets: Optional[List[str]] = None,
    now_ms: int = 1503276678552,
    max_age_ms: Optional[int] = None,
) -> Case:
    secrets = ["push-secret"] if secrets is None else secrets
    agree(name, expect, pushes.receive(body, secrets, now_ms, max_age_ms))
    return {
        "name": f"push: {name}",
        "kind": "push",
        "body": body,
        "secrets": secrets,
        "now_ms": now_ms,
        "max_age_ms": max_age_ms,
        "expect": expect,
    }
