"""From HTTP reply to result."""

from __future__ import annotations

import gzip
import zlib
from typing import Any, Dict, List

from .jsontext import Number, parse, plain
from .spec import LEAD, LEAD_APAAS

RECORDS = {"query": LEAD, "query_apaas": LEAD_APAAS}
GZIP_MAGIC = b"\x1f\x8b"
LONGEST = 64 * 1024 * 1024


class Malformed(Exception):
    pass


def read(op: str, status: int, body: bytes) -> Dict[str, Any]:
    """The `expect` of a `reply` case."""
    try:
        reply = service_reply(body)
    except ValueError:
        if 200 <= status <= 299:
            return error("malformed")
        return error("http_status", status=status)
    code = text_of(reply["return_code"])
    msg_id = reply.get("msg_id")
    if code != "0":
        return error("rejected", code=code, message=reply.get("return_msg"), msg_id=msg_id)
    data = reply["response_data"] if "response_data" in reply else reply.get("return_data")
    if op == "other":
        return {"ok": present(msg_id=msg_id, data=plain(looked_into(data)))}
    if op not in RECORDS:
        return {"ok": present(msg_id=msg_id, **receipt(data))}
    try:
        return {"ok": page(RECORDS[op], data)}
    except Malformed:
        return error("malformed")


def error(kind: str, **details: Any) -> Dict[str, Any]:
    return {"error": present(kind=kind, **details)}


def present(**members: Any) -> Dict[str, Any]:
    return {name: value for name, value in members.items() if value is not None}


def service_reply(body: bytes) -> Dict[str, Any]:
    """The reply as an object with a return code; ValueError for anything else."""
    if body.startswith(GZIP_MAGIC):
        body = unfolded(body)
    reply = parse(body.decode("utf-8-sig"))
    if not isinstance(reply, dict) or not isinstance(reply.get("return_code"), (str, Number)):
        raise ValueError("not a reply of the service")
    return reply


def unfolded(body: bytes) -> bytes:
    """All members of a gzip body; Python passes over zeros behind them."""
    try:
        octets = gzip.decompress(body)
    except (OSError, EOFError, zlib.error) as fault:
        raise ValueError("broken gzip") from fault
    if len(octets) > LONGEST:
        raise ValueError("too long")
    return octets


def text_of(value: Any) -> str:
    """The text of a value where a record has text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Number):
        return value.literal
    if isinstance(value, str):
        return value
    raise Malformed


def looked_into(data: Any) -> Any:
    """Text that holds JSON as that JSON, once; all else as it is."""
    if not isinstance(data, str):
        return data
    try:
        return parse(data)
    except ValueError:
        return data


def receipt(data: Any) -> Dict[str, Any]:
    """The id and data of what an operation wrote."""
    if isinstance(data, str):
        if data.strip() == "":
            return {}
        inner = looked_into(data)
        data = data if isinstance(inner, bool) else inner
    if isinstance(data, (str, Number)):
        return present(id=text_of(data) or None)
    if isinstance(data, dict):
        found = data.get("id")
        named = isinstance(found, (str, Number)) and text_of(found)
        return present(id=named or None, data=plain(data))
    return present(data=plain(data))


def page(shape: Any, data: Any) -> Dict[str, Any]:
    """The leads of a page, and the places at which it is not as the records have it."""
    faults: List[str] = []
    leads = []
    for index, row in enumerate(rows(data)):
        if isinstance(row, dict):
            leads.append(record(shape, row, f"[{index}].", faults))
        else:
            faults.append(f"[{index}]")
    return present(leads=leads, faults=faults or None)


def rows(data: Any) -> List[Any]:
    if data is None or data == "":
        return []
    if isinstance(data, str):
        try:
            data = parse(data)
        except ValueError as fault:
            raise Malformed from fault
    if data is None:
        return []
    if isinstance(data, dict):
        held = [data[name] for name in ("rows", "list", "data") if name in data]
        if not held:
            raise Malformed
        data = next((value for value in held if value is not None and value != ""), [])
    if not isinstance(data, list):
        raise Malformed
    return data


def record(shape: Dict[str, Any], value: Dict[str, Any], prefix: str, faults: List[str]) -> Dict[str, Any]:
    """What a record writes itself as. A member of another shape stays as it came, and its place goes to `faults`."""
    return {
        name: member(shape[name], item, prefix + name, faults) if name in shape else plain(item)
        for name, item in value.items()
        if item is not None
    }


def member(shape: Any, value: Any, path: str, faults: List[str]) -> Any:
    if shape == "text":
        if isinstance(value, (str, Number, bool)):
            return text_of(value)
    elif value in ("", [], {}):
        return value
    elif isinstance(shape, list):
        if isinstance(value, list) and all(isinstance(item, dict) for item in value):
            return [record(shape[0], item, f"{path}[{index}].", faults) for index, item in enumerate(value)]
    elif isinstance(value, dict):
        return record(shape, value, path + ".", faults)
    faults.append(path)
    return plain(value)
