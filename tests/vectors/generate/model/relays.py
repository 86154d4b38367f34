"""What a server does for an app without a key: it reads the payload, writes it anew and signs that."""

from __future__ import annotations

from typing import Any, Dict, Sequence

from .jsontext import native, parse
from .pushes import Refused, decoded
from .replies import error
from .signing import MODULE, request
from .spec import OPERATIONS


def relay(account: Dict[str, str], stamp: Dict[str, Any], allow: Sequence[str], path: str, body: str) -> Dict[str, Any]:
    """The `expect` of a `relay` case."""
    try:
        op, msg_id = target(path)
    except Refused:
        return error("malformed")
    if op not in allow:
        return error("forbidden")
    try:
        payload = native(parse(body))
    except ValueError:
        return error("invalid_payload")
    if not isinstance(payload, dict):
        return error("invalid_payload")
    made = request(op, account, {**stamp, "msg_id": msg_id}, payload)
    return error("invalid_payload") if "violations" in made else made


def target(path: str) -> Sequence[str]:
    """The operation and the msg_id that a path names."""
    for op, operation in OPERATIONS.items():
        start = f"{MODULE}/{operation.path}/"
        rest = path[len(start) :]
        if path.startswith(start) and rest and "/" not in rest:
            return op, decoded(rest.replace("+", "%2B"))
    raise Refused("malformed")
