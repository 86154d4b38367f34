"""Builders: each makes one case, its expectation by the model, and holds it against what the caller wrote down."""

from __future__ import annotations

import base64
from typing import Any, Dict, List, Optional, Union
from urllib.parse import quote_plus

from model import pushes, replies, signing

Case = Dict[str, Any]
Json = Dict[str, Any]

ACCOUNT: Json = {"openid": "open-1", "app_key": "key-1"}
STAMP: Json = {"now_ms": 1617206400000, "msg_id": "m-1"}


def agree(name: str, written: Any, modelled: Any) -> None:
    if written != modelled:
        raise AssertionError(f"{name}\n  written:  {written!r}\n  modelled: {modelled!r}")


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


def signed(
    name: str,
    op: str,
    payload: Json,
    body: Optional[str] = None,
    url: Optional[str] = None,
    account: Json = ACCOUNT,
    stamp: Json = STAMP,
) -> Case:
    """A payload that is accepted; `url` may leave out the digest as `*`."""
    case = sign_case(name, op, payload, account, stamp)
    expect = case["expect"]
    if "url" not in expect:
        raise AssertionError(f"{name}: not accepted, {expect}")
    if body is not None:
        agree(name, body, expect["body"])
    if url is not None:
        before, _, after = url.partition("*")
        if not (expect["url"].startswith(before) and expect["url"].endswith(after)):
            agree(name, url, expect["url"])
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


def leads(*records: Json) -> Json:
    return {"ok": {"leads": list(records)}}


def fails(kind: str, **details: Any) -> Json:
    return {"error": {"kind": kind, **details}}


def form(parameters: Json) -> str:
    return "&".join(f"{name}={quote_plus(value)}" for name, value in parameters.items())


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
