"""From webhook body to event."""

from __future__ import annotations

import re
from typing import Any, Dict, List, Optional

from .jsontext import Number, compact, parse, plain
from .replies import Malformed, error, present, shaped, text_of
from .signing import md5_hex
from .spec import FOLLOW_UP

PARAMETERS = (
    "msgId dataId dataVersion dataFormat dataSource timestamp status statusTime tenantId digest dataType data".split()
)
REQUIRED = "msgId data timestamp digest dataType".split()


class Refused(Exception):
    pass


def receive(body: str, secrets: List[str], now_ms: int, max_age_ms: Optional[int]) -> Dict[str, Any]:
    """The `expect` of a `push` case."""
    try:
        sent = parameters(body)
        verify(sent, secrets, now_ms, max_age_ms)
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
            data=data_of(sent["dataType"], sent["data"]),
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
    if any(name not in sent for name in REQUIRED) or not is_64_bit(sent["timestamp"]):
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
    signed = [md5_hex(f"{sent['data']}|{secret}|{sent['timestamp']}") for secret in secrets]
    if sent["digest"].lower() not in signed:
        raise Refused("bad_signature")
    if max_age_ms is not None and abs(now_ms - int(sent["timestamp"])) > max_age_ms:
        raise Refused("stale")


def data_of(data_type: str, text: str) -> Any:
    try:
        data = parse(text)
        return follow_up(data) if data_type == "salesLeads_follow" else plain(data)
    except (ValueError, Malformed) as fault:
        raise Refused("malformed") from fault


def follow_up(data: Any) -> Dict[str, Any]:
    record: Dict[str, Any] = shaped(FOLLOW_UP, data, "data")
    for name, value in data.items():
        if isinstance(value, Number) or (name.startswith("ext_") and isinstance(value, bool)):
            record[name] = text_of(value)
    return record
