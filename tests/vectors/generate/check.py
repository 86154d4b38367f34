"""Checks on the suite as a whole, and on the model against the vendor's published signatures."""

from __future__ import annotations

from typing import Any, Dict, Iterable, Set

from model.signing import digest

Case = Dict[str, Any]

# The members that a case may have: None where anything may stand, a list where each item is of the shape within.
ERROR = {"kind": None, "code": None, "message": None, "msg_id": None, "status": None}
ACCOUNT = {"openid": None, "app_key": None, "base_url": None, "relay_url": None}
STAMP = {"now_ms": None, "msg_id": None, "form": None}
SHAPES: Dict[str, Dict[str, Any]] = {
    "sign": {
        "op": None,
        "path": None,
        "account": ACCOUNT,
        "stamp": STAMP,
        "payload": None,
        "expect": {"url": None, "body": None, "violations": [{"path": None, "rule": None}], "error": None},
    },
    "reply": {
        "op": None,
        "status": None,
        "body": None,
        "body_base64": None,
        "expect": {"ok": {name: None for name in ("msg_id", "id", "data", "leads", "faults")}, "error": ERROR},
    },
    "push": {
        "sign": {name: None for name in ("msg_id", "data", "data_type", "timestamp_ms", "redelivery")},
        "secret": None,
        "body": None,
        "secrets": None,
        "now_ms": None,
        "max_age_ms": None,
        "expect": {
            "ok": {
                name: None
                for name in (
                    "msg_id data_id data_version data_source data_type tenant_id timestamp_ms redelivery"
                    " status_time data faults"
                ).split()
            },
            "ack": None,
            "error": ERROR,
        },
    },
    "relay": {
        "account": ACCOUNT,
        "stamp": STAMP,
        "allow": None,
        "path": None,
        "body": None,
        "expect": {"url": None, "body": None, "error": {"kind": None}},
    },
    "call": {
        "op": None,
        "account": ACCOUNT,
        "payload": None,
        "path": None,
        "repeat": None,
        "policy": {
            name: None
            for name in (
                "max_attempts base_delay_ms max_delay_ms deadline_ms jitter settle_delay_ms resend_adds retry_codes"
                " match_msg_id"
            ).split()
        },
        "script": [
            {
                "at": None,
                "resume": None,
                "give": {name: None for name in ("failed", "status", "body", "retry_after", "retry_after_ms", "to")},
                "expect": {
                    "send": {"op": None, "msg_id": None, "timestamp": None},
                    "wait_until": None,
                    "done": {"ok": None, "error": ERROR},
                },
            }
        ],
    },
    "pages": {
        "op": None,
        "payload": None,
        "script": [
            {
                "resume": None,
                "give": {"ids": None},
                "expect": {"page": None, "page_size": None, "leads": None, "end": None, "error": ERROR},
            }
        ],
    },
}


def check_members(shape: Any, value: Any, where: str) -> None:
    if isinstance(shape, list):
        for index, item in enumerate(value):
            check_members(shape[0], item, f"{where}[{index}]")
    elif isinstance(shape, dict) and isinstance(value, dict):
        for name, item in value.items():
            if name not in shape:
                raise AssertionError(f"{where}: unknown member {name!r}")
            check_members(shape[name], item, f"{where}.{name}")


def check_suite(cases: Iterable[Case]) -> None:
    seen: Set[str] = set()
    for case in cases:
        name = case["name"]
        if name in seen:
            raise AssertionError(f"two cases are named {name!r}")
        seen.add(name)
        check_members({"name": None, "kind": None, **SHAPES[case["kind"]]}, case, name)


# (signed text, key, timestamp, digest); the second is no JSON
PUBLISHED = (
    ('{"org_status":"1"}', "2EV5i30kYI6r7Hz817", "1617206400000", "b7b7d9810bbb0786e9560751dc2b6597"),
    (
        '{"org_id":"ORG001","org_name":"南京掌控网络","org_parent_id":"","org_sequence":001}',
        "BFCO0PAgIUgd50c0l6",
        "20150806142836",
        "74267bf0cae0998a719879ec9b3c7780",
    ),
)


def check_published_signatures() -> None:
    for text, key, timestamp, published in PUBLISHED:
        signature = digest(text, key, timestamp)
        if signature != published:
            raise AssertionError(f"the published signature {published} does not come out: {signature}")
