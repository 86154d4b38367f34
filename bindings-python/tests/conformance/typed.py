"""The package's types for what vectors write as JSON."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from typing import Any

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
    (qince_leads.AddLead, "exts"): qince_leads.ExtField,
    (qince_leads.AddApaasLead, "mobile"): qince_leads.Mobile,
    (qince_leads.ModifyLead, "exts"): qince_leads.ExtRow,
    (qince_leads.ModifyApaasLead, "mobile"): qince_leads.Mobile,
    (qince_leads.QueryApaasLeads, "sorts"): qince_leads.Sort,
    (qince_leads.QueryApaasLeads, "query_group"): qince_leads.FilterGroup,
    (qince_leads.FilterGroup, "filters"): qince_leads.Filter,
}


def class_of(op: str) -> type[qince_leads.Payload[Any]]:
    if op not in CLASSES:
        raise NotUnderstoodError(f"no operation `{op}`")
    return CLASSES[op]


def account_of(account: dict[str, Json]) -> qince_leads.Account:
    return qince_leads.Account(account["openid"], account["app_key"], account.get("base_url"))


def payload_of(op: str, payload: Json) -> qince_leads.Payload[Any]:
    """The payload that JSON says, which must be the one that its members by keyword make."""
    kind = class_of(op)
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
