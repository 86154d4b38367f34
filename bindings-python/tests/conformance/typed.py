"""The package's types for what vectors write as JSON."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from typing import Any, TypeAlias

import jsontext
import qince_leads
from jsontext import Json, Number
from shape import NotUnderstoodError

CLASSES: dict[str, type[qince_leads.Payload[Any]]] = {
    "add": qince_leads.AddLead,
    "add_apaas": qince_leads.AddApaasLead,
    "modify": qince_leads.ModifyLead,
    "modify_apaas": qince_leads.ModifyApaasLead,
    "remove": qince_leads.RemoveLead,
    "query": qince_leads.QueryLeads,
    "query_apaas": qince_leads.QueryApaasLeads,
}

# The parts inside payloads, by the class and the member that holds them.
PARTS: dict[tuple[type, str], type[qince_leads.Part]] = {
    (qince_leads.AddLead, "exts"): qince_leads.LeadExtField,
    (qince_leads.AddApaasLead, "mobile"): qince_leads.LeadMobile,
    (qince_leads.ModifyLead, "exts"): qince_leads.LeadExtRow,
    (qince_leads.ModifyApaasLead, "mobile"): qince_leads.LeadMobile,
    (qince_leads.QueryApaasLeads, "sorts"): qince_leads.LeadSort,
    (qince_leads.QueryApaasLeads, "query_group"): qince_leads.LeadFilterGroup,
    (qince_leads.LeadFilterGroup, "filters"): qince_leads.LeadFilter,
}

Kind: TypeAlias = type[qince_leads.Payload[Any]] | type[qince_leads.Other]


def class_of(op: str) -> Kind:
    if op == "other":
        return qince_leads.Other
    return payload_class_of(op)


def payload_class_of(op: str) -> type[qince_leads.Payload[Any]]:
    if op not in CLASSES:
        raise NotUnderstoodError(f"no operation `{op}`")
    return CLASSES[op]


def account_of(account: dict[str, Json]) -> qince_leads.Account:
    if "relay_url" in account:
        return qince_leads.Account.relay(account["relay_url"])
    return qince_leads.Account(account["openid"], account["app_key"], account.get("base_url"))


def payload_of(case: dict[str, Json]) -> qince_leads.Payload[Any] | qince_leads.Other:
    """What a case sends."""
    if case["op"] == "other":
        if "path" not in case:
            raise NotUnderstoodError("`other` has no path")
        return _other_of(case["path"], case["payload"], repeat=case.get("repeat", True))
    if "path" in case or "repeat" in case:
        raise NotUnderstoodError("only `other` has path and repeat")
    return typed_payload_of(case["op"], case["payload"])


def _other_of(path: str, payload: Json, *, repeat: bool) -> qince_leads.Other:
    """The request that JSON says, which must be the one that plain values make."""
    from_json = _outcome(lambda: qince_leads.Other.from_json(path, jsontext.write(payload), repeat))
    try:
        values = _argument(None, payload)
    except _HasNoKeywordsError:
        pass
    else:
        by_values = _outcome(lambda: qince_leads.Other(path, values, repeat=repeat))
        if by_values != from_json:
            raise AssertionError(f"from JSON    {from_json!r}\nby values    {by_values!r}")
    if isinstance(from_json, qince_leads.Other):
        return from_json
    return qince_leads.Other.from_json(path, jsontext.write(payload), repeat)


def typed_payload_of(op: str, payload: Json) -> qince_leads.Payload[Any]:
    """The payload that JSON says, which must be the one that its members by keyword make."""
    kind = payload_class_of(op)
    from_json = _outcome(lambda: kind.from_json(jsontext.write(payload)))
    try:
        keywords = _keywords(kind, payload)
    except _HasNoKeywordsError:
        pass
    else:
        by_keyword = _outcome(lambda: kind(**keywords))
        if by_keyword != from_json:
            raise AssertionError(f"from JSON    {from_json!r}\nby keyword   {by_keyword!r}")
    if isinstance(from_json, qince_leads.Payload):
        return from_json
    return kind.from_json(jsontext.write(payload))


class _HasNoKeywordsError(Exception):
    """JSON that keywords cannot say."""


def _outcome(make: Callable[[], object]) -> object:
    try:
        return make()
    except qince_leads.InvalidPayloadError as error:
        return sorted(error.violations)


def _keywords(kind: type, value: Json) -> dict[str, Json]:
    names = _names(kind)
    if not isinstance(value, dict) or not value.keys() <= names.keys():
        raise _HasNoKeywordsError
    return {names[wire]: _argument(PARTS.get((kind, names[wire])), member) for wire, member in value.items()}


def _argument(kind: type | None, value: Json) -> Json:
    """What Python gives where JSON says this: parts as objects of their class, where they are right in themselves."""
    if isinstance(value, list):
        return [_argument(kind, element) for element in value]
    if isinstance(value, Number):
        number = float(value.text)
        if repr(number) != value.text:
            raise _HasNoKeywordsError
        return number
    if not isinstance(value, dict):
        return value
    if kind is not None:
        try:
            return kind(**_keywords(kind, value))
        except (_HasNoKeywordsError, qince_leads.InvalidPayloadError):
            # A dict may stand in its place.
            pass
    return {name: _argument(None, member) for name, member in value.items()}


def _names(kind: type) -> dict[str, str]:
    """The names of a class's fields by their names in JSON, which the docs of each attribute give."""
    names = {}
    for name in inspect.signature(kind).parameters:
        wire = re.search(r"^`(\w+)`", inspect.getdoc(getattr(kind, name)) or "", re.MULTILINE)
        names[wire[1] if wire else name] = name
    return names
