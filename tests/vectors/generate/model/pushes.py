"""From webhook body to event."""

from __future__ import annotations

import re
from typing import Any, Dict, List, Optional, Tuple
from urllib.parse import urlencode

from .jsontext import Number, compact, parse, plain
from .replies import error, present, record, text_of
from .signing import digest
from .spec import FOLLOW_UP

PARAMETERS = (
    "msgId dataId dataVersion dataFormat dataSource timestamp status statusTime tenantId digest dataType data".split()
)
REQUIRED = "msgId data timestamp digest dataType".split()
NOT_EMPTY = "msgId timestamp dataType".split()


class Refused(Exception):
    pass


def receive(body: str, secrets: List[str], now_ms: int, max_age_ms: Optional[int]) -> Dict[str, Any]:
    """The `expect` of a `push` case."""
    try:
        sent = parameters(body)
        verify(sent, secrets, now_ms, max_age_ms)
        data, faults = data_of(sent["dataType"], sent["data"])
        event = present(
            msg_id=sent["msgId"],
            data_id=sent.get("dataId"),
            data_version=sent.get("dataVersion"),
            data_source=sent.get("dataSource"),
            data_type=sent["dataType"],
            tenant_id=sent.get("tenantId"),
            timestamp_ms=int(sent["timestamp"]),
            redelivery=sent.get("status") == "2",
            status_time=sent.get("statusTime"),
            data=data,
            faults=faults or None,
        )
    except Refused as refusal:
        return error(str(refusal))
    return {"ok": event, "ack": compact({"return_code": 0, "return_msg": "", "msg_id": sent["msgId"]})}


def parameters(body: str) -> Dict[str, str]:
    sent: Dict[str, str] = {}
    for pair in body.split("&"):
        raw_name, _, raw_value = pair.partition("=")
        name, value = decoded(raw_name), decoded(raw_value)
        if name in PARAMETERS and name in sent:
            raise Refused("malformed")
        sent[name] = value
    if any(name not in sent for name in REQUIRED) or any(sent[name] == "" for name in NOT_EMPTY):
        raise Refused("malformed")
    if not is_64_bit(sent["timestamp"]):
        raise Refused("malformed")
    return sent


def decoded(text: str) -> str:
    octets = text.replace("+", " ").encode("utf-8")
    if re.search(rb"%(?![0-9A-Fa-f]{2})", octets):
        raise Refused("malformed")
    octets = re.sub(rb"%(..)", lambda escape: bytes([int(escape.group(1), 16)]), octets)
    try:
        return octets.decode("utf-8")
    except UnicodeDecodeError as fault:
        raise Refused("malformed") from fault


def is_64_bit(text: str) -> bool:
    return re.fullmatch("-?[0-9]+", text) is not None and -(2**63) <= int(text) < 2**63


def verify(sent: Dict[str, str], secrets: List[str], now_ms: int, max_age_ms: Optional[int]) -> None:
    signed = [digest(sent["data"], secret, sent["timestamp"]) for secret in secrets if secret]
    if sent["digest"].lower() not in signed:
        raise Refused("bad_signature")
    if max_age_ms is not None and abs(now_ms - int(sent["timestamp"])) > max_age_ms:
        raise Refused("stale")


def signed_form(given: Dict[str, Any], secret: str) -> str:
    """The body that a push with these members has."""
    sent = present(
        msgId=given.get("msg_id"),
        dataFormat="json",
        timestamp=str(given["timestamp_ms"]),
        status="2" if given.get("redelivery") else "0",
        dataType=given.get("data_type"),
        data=given["data"],
        digest=digest(given["data"], secret, str(given["timestamp_ms"])),
    )
    return urlencode(sent)


def data_of(data_type: str, text: str) -> Tuple[Any, List[str]]:
    """The data, and the members that are not as the record has them."""
    try:
        data = parse(text)
    except ValueError as fault:
        raise Refused("malformed") from fault
    if data_type != "salesLeads_follow":
        return plain(data), []
    if not isinstance(data, dict):
        raise Refused("malformed")
    return follow_up(data)


def follow_up(data: Dict[str, Any]) -> Tuple[Dict[str, Any], List[str]]:
    faults: List[str] = []
    read = record(FOLLOW_UP, data, "", faults)
    for name, value in data.items():
        if isinstance(value, Number) or (name.startswith("ext_") and isinstance(value, bool)):
            read[name] = text_of(value)
    return read, faults
