"""From HTTP reply to result."""

from __future__ import annotations

import gzip
import zlib
from typing import Any, Dict, List

from .jsontext import Number, parse, plain
from .spec import LEAD, LEAD_APAAS

RECORDS = {"query": LEAD, "query_apaas": LEAD_APAAS}
GZIP_MAGIC = b"\x1f\x8b"


class Malformed(Exception):
    """`path` is empty where no record is at fault."""

    def __init__(self, path: str = "") -> None:
        super().__init__(path)
        self.path = path


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
    try:
        data = reply.get("response_data")
        if op in RECORDS:
            return {"ok": {"leads": leads(RECORDS[op], data)}}
        return {"ok": present(msg_id=msg_id, id=identifier(data))}
    except Malformed as fault:
        return error("malformed", path=fault.path or None)


def error(kind: str, **details: Any) -> Dict[str, Any]:
    return {"error": present(kind=kind, **details)}


def present(**members: Any) -> Dict[str, Any]:
    return {name: value for name, value in members.items() if value is not None}


def service_reply(body: bytes) -> Dict[str, Any]:
    """The reply as an object with a return code; ValueError for anything else."""
    if body.startswith(GZIP_MAGIC):
        try:
            body = gzip.decompress(body)
        except (OSError, EOFError, zlib.error) as fault:
            raise ValueError("broken gzip") from fault
    reply = parse(body.decode("utf-8-sig"))
    if not isinstance(reply, dict) or not isinstance(reply.get("return_code"), (str, Number)):
        raise ValueError("not a reply of the service")
    return reply


def text_of(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Number):
        return value.literal
    if isinstance(value, str):
        return value
    raise Malformed


def identifier(data: Any) -> Any:
    if isinstance(data, str):
        if data == "":
            return None
        try:
            data = parse(data)
        except ValueError as fault:
            if data.strip() == "":
                return None
            if data.strip()[0] in '{["':
                raise Malformed from fault
            return data.strip()
    if isinstance(data, dict) and "id" in data:
        data = data["id"]
    if data is None:
        return None
    if isinstance(data, bool):
        raise Malformed
    return text_of(data)


def leads(shape: Any, data: Any) -> List[Any]:
    if data is None or data == "":
        return []
    if isinstance(data, str):
        try:
            data = parse(data)
        except ValueError as fault:
            raise Malformed from fault
    if isinstance(data, dict):
        held = [data[name] for name in ("rows", "list", "data") if name in data]
        if held and all(rows is None or rows == "" for rows in held):
            return []
        data = next((rows for rows in held if rows is not None and rows != ""), None)
    if not isinstance(data, list):
        raise Malformed
    return [shaped(shape, row, f"response_data[{index}]") for index, row in enumerate(data)]


def shaped(shape: Any, value: Any, path: str) -> Any:
    """The value as the record has it: texts as text, members unknown to the shape as they came."""
    if shape == "text":
        try:
            return text_of(value)
        except Malformed as fault:
            raise Malformed(path) from fault
    if isinstance(shape, list):
        if not isinstance(value, list):
            raise Malformed(path)
        return [shaped(shape[0], item, f"{path}[{index}]") for index, item in enumerate(value)]
    if not isinstance(value, dict):
        raise Malformed(path)
    return {
        name: shaped(shape[name], item, f"{path}.{name}") if name in shape else plain(item)
        for name, item in value.items()
        if item is not None
    }
