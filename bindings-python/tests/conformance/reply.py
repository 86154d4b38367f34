"""HTTP reply to result."""

from __future__ import annotations

import base64

import jsontext
import qince_leads
from compare import compare, sorted_by
from jsontext import Json
from shape import (
    ERROR,
    HEAD,
    NotUnderstoodError,
    Shape,
    anything,
    check,
    choice,
    flag,
    integer,
    list_of,
    members,
    null_or,
    text,
)
from typed import Kind, class_of

SHAPE = {**HEAD, "op": text, "status": integer, "body?": text, "body_base64?": text, "expect": members}
OUTCOME: dict[str, Shape] = {"ok": {"ok": members}, "error": {"error": members}}
RECEIPT = {"msg_id?": null_or(text), "id?": null_or(text), "data?": anything, "settled?": flag}
PAGE = {"leads": list_of(members), "faults?": list_of(text)}


def run(case: dict[str, Json]) -> None:
    check("the case", case, SHAPE)
    kind = class_of(case["op"])
    check_outcome("what it expects", case["expect"], kind)
    for body in _bodies(case):
        try:
            came = {"ok": dump(qince_leads.read(kind, case["status"], body))}
        except qince_leads.QinceError as error:
            came = {"error": error_of(error)}
        compare(_sorted(case["expect"]), _sorted(came), type(body).__name__)


def check_outcome(what: str, outcome: Json, kind: Kind) -> None:
    """Fails where an outcome is not understood."""
    if choice(what, outcome, OUTCOME) == "error":
        check(f"the error of {what}", outcome["error"], ERROR)
    else:
        shape = PAGE if issubclass(kind, qince_leads.Query) else RECEIPT
        check(f"the result of {what}", outcome["ok"], shape)


def dump(result: Json) -> dict[str, Json]:
    """A result as vectors write it."""
    if isinstance(result, qince_leads.Receipt):
        settled = result.settled or None
        return {"msg_id": result.msg_id, "id": result.id, "data": plain(result.data), "settled": settled}
    return {"leads": [jsontext.parse(lead.to_json()) for lead in result], "faults": paths_of(result.faults)}


def paths_of(faults: tuple[qince_leads.Fault, ...]) -> list[str] | None:
    """Faults as vectors write them."""
    return [fault.path for fault in faults] or None


def plain(value: Json) -> Json:
    """Plain values of Python, whose floats compare to numbers once they are written."""
    return jsontext.parse(jsontext.write(value))


def error_of(error: qince_leads.QinceError) -> dict[str, Json]:
    """An error as vectors write it."""
    told: dict[str, Json] = {"kind": error.code}
    if isinstance(error, qince_leads.RejectedError):
        told |= {"code": error.return_code, "message": error.return_msg, "msg_id": error.echoed_msg_id}
    elif isinstance(error, qince_leads.HttpStatusError):
        told |= {"status": error.status}
    return told


def _sorted(outcome: dict[str, Json]) -> dict[str, Json]:
    return {name: sorted_by(told, "faults") for name, told in outcome.items()}


def _bodies(case: dict[str, Json]) -> list[Json]:
    """The body in every type that it may be given in: what comes as text may as well come as bytes."""
    if ("body" in case) == ("body_base64" in case):
        raise NotUnderstoodError("either body or body_base64 must be given")
    if "body" in case:
        given = case["body"].encode()
        return [case["body"], given, bytearray(given), memoryview(given)]
    given = base64.b64decode(case["body_base64"], validate=True)
    return [given, bytearray(given), memoryview(given)]
