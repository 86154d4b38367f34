"""From payload to signed request, or to the violations that stand against it."""

from __future__ import annotations

import datetime
import hashlib
import re
import unicodedata
from typing import Any, Dict, Iterator, List, Tuple, Type
from urllib.parse import quote

from .jsontext import compact
from .spec import OPERATIONS, Field, Operation

Violation = Tuple[str, str]

DEFAULT_BASE_URL = "https://openapi.waiqin365.com"
MODULE = "salesleads/v1"
LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
SHANGHAI = datetime.timezone(datetime.timedelta(hours=8))
LARGEST_PAGE = 2**31 - 1
LARGEST_ID = 2**63 - 1
CONTAINERS: Dict[str, Tuple[Type[Any], ...]] = {
    "object": (dict,),
    "map": (dict,),
    "rows": (list,),
    "values": (list,),
    "rows_or_map": (list, dict),
}


class InvalidAccount(Exception):
    pass


def md5_hex(text: str) -> str:
    return hashlib.md5(text.encode("utf-8")).hexdigest()


def digest(body: str, app_key: str, timestamp: str) -> str:
    return md5_hex(f"{body}|{app_key}|{timestamp}")


def timestamp(now_ms: int, form: str) -> str:
    if form == "epoch_ms":
        return str(now_ms)
    moment = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc) + datetime.timedelta(milliseconds=now_ms)
    local = moment.astimezone(SHANGHAI)
    return f"{local.year:04d}" + local.strftime("%m%d%H%M%S")


def base_url(account: Dict[str, str]) -> str:
    """Where requests go: to the service, or to the relay of an account without a key."""
    if "relay_url" in account:
        return checked_url(account["relay_url"])
    if not is_pasted_whole(account["openid"]) or not is_pasted_whole(account["app_key"]):
        raise InvalidAccount
    return checked_url(account.get("base_url", DEFAULT_BASE_URL))


def checked_url(url: str) -> str:
    parts = re.fullmatch(r"(https?)://(\[[0-9a-f:]+\]|[^\s/?#@:\[\]]+)(:[0-9]+)?(/[^\s?#]*)?", url)
    if not parts or (parts.group(1) == "http" and parts.group(2) not in LOOPBACK):
        raise InvalidAccount
    return url.rstrip("/")


def is_pasted_whole(key: str) -> bool:
    return key != "" and key == key.strip() and not any(unicodedata.category(char) == "Cc" for char in key)


def is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def is_digits(text: str) -> bool:
    return re.fullmatch("[1-9][0-9]*", text) is not None


def is_date(text: str) -> bool:
    if not re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return False
    try:
        datetime.date.fromisoformat(text)
    except ValueError:
        return False
    return True


def is_given(value: Any) -> bool:
    return value is not None and value not in ("", [], {})


def check_text(field: Field, value: Any, path: str) -> Iterator[Violation]:
    if is_whole(value) and field.kind in ("id_text", "id_or_text", "id_number", "digits"):
        value = str(value)
    if not isinstance(value, str):
        yield path, "type"
    elif value:
        if field.limit and len(value) > field.limit:
            yield path, "max_length"
        if field.allowed and value not in field.allowed:
            yield path, "allowed_values"
        if field.kind == "date" and not is_date(value):
            yield path, "format"
        if field.kind == "id_number" and not (is_digits(value) and int(value) <= LARGEST_ID):
            yield path, "format"


def check_integer(value: Any, path: str) -> Iterator[Violation]:
    if not is_whole(value):
        yield path, "type"
    elif not 1 <= value <= LARGEST_PAGE:
        yield path, "range"


def check_members(members: Tuple[Field, ...], value: Dict[str, Any], prefix: str) -> Iterator[Violation]:
    known = {field.name for field in members}
    for name in value:
        if name not in known:
            yield prefix + name, "unknown_field"
    for field in members:
        item = value.get(field.name)
        if field.required and not is_given(item):
            yield prefix + field.name, "required"
        elif item is not None:
            yield from check(field, item, prefix + field.name)


def check_rows(field: Field, value: List[Any], path: str) -> Iterator[Violation]:
    for index, row in enumerate(value):
        if isinstance(row, dict):
            yield from check_members(field.members, row, f"{path}[{index}].")
        else:
            yield f"{path}[{index}]", "type"


def check(field: Field, value: Any, path: str) -> Iterator[Violation]:
    if field.kind == "integer":
        yield from check_integer(value, path)
    elif field.kind in CONTAINERS:
        if not isinstance(value, CONTAINERS[field.kind]):
            yield path, "type"
        elif field.kind == "object":
            yield from check_members(field.members, value, path + ".")
        elif field.members and isinstance(value, list):
            yield from check_rows(field, value, path)
    elif field.kind != "any":
        yield from check_text(field, value, path)


def check_dates(payload: Dict[str, Any]) -> Iterator[Violation]:
    for kind in ("create_time", "modify_time"):
        dates = [
            date
            for date in (payload.get(kind + "_start"), payload.get(kind + "_end"))
            if isinstance(date, str) and is_date(date)
        ]
        if len(dates) == 2 and dates[0] > dates[1]:
            yield kind + "_end", "date_order"


def check_allocation(payload: Dict[str, Any]) -> Iterator[Violation]:
    """An unassigned lead lies in a pool and belongs to nobody; an assigned one belongs to somebody."""
    person = payload.get("responsible_person")
    if payload.get("allocation_status") == "0":
        if not is_given(payload.get("pool_name")):
            yield "pool_name", "required_if"
        if isinstance(person, str) and person:
            yield "responsible_person", "forbidden_if"
    elif payload.get("allocation_status") == "1" and not is_given(person):
        yield "responsible_person", "required_if"


def violations(op: str, payload: Dict[str, Any]) -> List[Violation]:
    operation = OPERATIONS[op]
    members = {name: value for name, value in payload.items() if name != "extra"}
    found = list(check_members(operation.fields, members, ""))
    if operation.one_of and not any(is_given(members.get(name)) for name in operation.one_of):
        found.append(("", "required_one_of"))
    found += check_dates(members)
    if any(field.name == "allocation_status" for field in operation.fields):
        found += check_allocation(members)
    return found


def encoded(field: Field, value: Any) -> str:
    if field.kind in ("id_or_text", "id_number"):
        return str(value) if is_digits(str(value)) and int(value) <= LARGEST_ID else compact(value)
    if field.kind == "digits":
        return str(value) if is_digits(str(value)) else compact(value)
    if field.kind == "id_text":
        return compact(str(value))
    if field.kind == "object":
        return encoded_members(field.members, value)
    if field.members and isinstance(value, list):
        return "[" + ",".join(encoded_members(field.members, row) for row in value) + "]"
    return compact(value)


def encoded_members(fields: Tuple[Field, ...], value: Dict[str, Any]) -> str:
    return "{" + ",".join(members_sent(fields, value)) + "}"


def members_sent(fields: Tuple[Field, ...], value: Dict[str, Any]) -> List[str]:
    return [
        f"{compact(field.name)}:{encoded(field, value[field.name])}"
        for field in fields
        if field.name in value and (value[field.name] is not None or field.kind == "any")
    ]


def body_of(operation: Operation, payload: Dict[str, Any]) -> str:
    sent = members_sent(operation.fields, payload)
    sent += [f"{compact(name)}:{compact(value)}" for name, value in payload.get("extra", {}).items()]
    return "{" + ",".join(sent) + "}"


def request(op: str, account: Dict[str, str], stamp: Dict[str, Any], payload: Dict[str, Any]) -> Dict[str, Any]:
    """The `expect` of a `sign` case."""
    try:
        base = base_url(account)
    except InvalidAccount:
        return {"error": "invalid_account"}
    found = violations(op, payload)
    if found:
        return {"violations": [{"path": path, "rule": rule} for path, rule in found]}
    operation = OPERATIONS[op]
    return addressed(account, base, f"{MODULE}/{operation.path}", stamp, body_of(operation, payload))


def request_of_other(account: Dict[str, str], stamp: Dict[str, Any], path: str, payload: Any) -> Dict[str, Any]:
    """The `expect` of a `sign` case of `other`."""
    try:
        base = base_url(account)
    except InvalidAccount:
        return {"error": "invalid_account"}
    if not is_path(path):
        return {"violations": [{"path": "", "rule": "format"}]}
    if not isinstance(payload, (dict, list)):
        return {"violations": [{"path": "", "rule": "type"}]}
    return addressed(account, base, path, stamp, compact(payload))


def is_path(text: str) -> bool:
    segments = text.split("/")
    return all(re.fullmatch("[A-Za-z0-9._~-]+", segment) and segment not in (".", "..") for segment in segments)


def addressed(account: Dict[str, str], base: str, path: str, stamp: Dict[str, Any], body: str) -> Dict[str, Any]:
    msg_id = quote(stamp["msg_id"], safe="")
    if "relay_url" in account:
        return {"url": f"{base}/{path}/{msg_id}", "body": body}
    stamped = timestamp(stamp["now_ms"], stamp.get("form", "epoch_ms"))
    signature = digest(body, account["app_key"], stamped)
    openid = quote(account["openid"], safe="")
    return {"url": f"{base}/api/{path}/{openid}/{stamped}/{signature}/{msg_id}", "body": body}
