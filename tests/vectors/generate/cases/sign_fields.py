"""Every field of every operation: its limit, one past it, the wrong type, empty and null."""

from __future__ import annotations

import json
from typing import Any, Dict, List, Tuple

from model.signing import CONTAINERS
from model.spec import OPERATIONS, Field, Operation

from .build import Case, refused, signed

CHARS = (("ASCII", "x"), ("Chinese", "线"), ("astral", "😀"))
WRONG_TYPES: Tuple[Tuple[str, Any], ...] = (
    ("a number", 5.5),
    ("a boolean", True),
    ("an array", ["a"]),
    ("an object", {"a": "b"}),
)
# What makes a payload acceptable, however little else it has.
NEEDED: Dict[str, Dict[str, str]] = {
    "add": {"empName": "e"},
    "add_apaas": {},
    "modify": {"code": "c"},
    "modify_apaas": {"code": "c"},
    "remove": {"code": "c"},
    "query": {"code": "c"},
    "query_apaas": {"code": "c"},
}
DATE = "2026-02-28"


def is_textual(field: Field) -> bool:
    return field.kind in ("text", "date", "id_text", "id_or_text", "digits")


def valid(field: Field, char: str) -> Any:
    """The longest text that the field takes."""
    if field.allowed:
        return field.allowed[-1]
    if field.kind == "date":
        return DATE
    return char * (field.limit or 300)


def at_limit(op: str, operation: Operation) -> List[Case]:
    made = []
    for charset, char in CHARS:
        payload = {field.name: valid(field, char) for field in operation.fields if is_textual(field)}
        if "allocation_status" in payload:
            payload.update(allocation_status="1")
        if any(field.kind == "object" for field in operation.fields):
            payload["mobile"] = {"phone": char * 100, "code": char * 100}
        ordered = {field.name: payload[field.name] for field in operation.fields if field.name in payload}
        body = json.dumps(ordered, ensure_ascii=False, separators=(",", ":"))
        made.append(signed(f"every field at its limit in {charset} characters", op, payload, body))
    return made


def past_limit_rules(field: Field) -> List[str]:
    rules = [f"{field.name}:max_length"]
    if field.allowed:
        rules.append(f"{field.name}:allowed_values")
    if field.kind == "date":
        rules.append(f"{field.name}:format")
    return rules


def all_past_limit(op: str, operation: Operation) -> List[Case]:
    made = []
    limited = [field for field in operation.fields if is_textual(field) and field.limit]
    for charset, char in CHARS:
        payload: Dict[str, Any] = {field.name: char * (field.limit + 1) for field in limited}
        rules = [rule for field in limited for rule in past_limit_rules(field)]
        if any(field.kind == "object" for field in operation.fields):
            payload["mobile"] = {"phone": char * 101, "code": char * 101}
            rules += ["mobile.phone:max_length", "mobile.code:max_length"]
        made.append(refused(f"every field one past its limit in {charset} characters", op, payload, *rules))
    return made


def each_past_limit(op: str, operation: Operation) -> List[Case]:
    made = []
    for index, field in enumerate(field for field in operation.fields if is_textual(field) and field.limit):
        charset, char = CHARS[index % len(CHARS)]
        payload = {**NEEDED[op], field.name: char * (field.limit + 1)}
        name = f"{field.name} of {field.limit + 1} {charset} characters"
        made.append(refused(name, op, payload, *past_limit_rules(field)))
    return made


def accepts(field: Field, value: Any) -> bool:
    return field.kind in CONTAINERS and isinstance(value, CONTAINERS[field.kind])


def wrong_types(op: str, operation: Operation) -> List[Case]:
    made = []
    for what, value in WRONG_TYPES:
        wrong = [field.name for field in operation.fields if not accepts(field, value)]
        payload = {name: value for name in wrong}
        made.append(refused(f"{what} in every field that takes none", op, payload, *(f"{name}:type" for name in wrong)))
    no_text = [field.name for field in operation.fields if not is_textual(field) and field.kind != "id_number"]
    if no_text:
        texts = {**NEEDED[op], **dict.fromkeys(no_text, "text")}
        rules = [f"{name}:type" for name in no_text]
        made.append(refused("text in every field that takes none", op, texts, *rules))
    return made


def empty_and_null(op: str, operation: Operation) -> List[Case]:
    needed = NEEDED[op]
    empty = {field.name: needed.get(field.name, "") for field in operation.fields if is_textual(field)}
    body = json.dumps(empty, ensure_ascii=False, separators=(",", ":"))
    nulls = {field.name: needed.get(field.name) for field in operation.fields}
    needed_body = json.dumps(needed, separators=(",", ":"))
    return [
        signed("empty texts break no rule and are sent", op, empty, body),
        signed("null members are left out", op, nulls, needed_body),
    ]


def cases() -> List[Case]:
    made: List[Case] = []
    for op, operation in OPERATIONS.items():
        made += at_limit(op, operation)
        made += all_past_limit(op, operation)
        made += each_past_limit(op, operation)
        made += wrong_types(op, operation)
        made += empty_and_null(op, operation)
    return made
