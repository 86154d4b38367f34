"""Webhook body to event."""

from __future__ import annotations

import jsontext
import qince_leads
from compare import compare
from jsontext import Json
from shape import HEAD, Shape, anything, check, choice, flag, integer, list_of, members, null_or, text

SHAPE = {
    **HEAD,
    "body": text,
    "secrets": list_of(text),
    "now_ms": integer,
    "max_age_ms?": null_or(integer),
    "expect": members,
}
EXPECTED: dict[str, Shape] = {"ok": {"ok": members, "ack": text}, "error": {"error": members}}
EVENT = {
    "msg_id": text,
    "data_id?": null_or(text),
    "data_version?": null_or(text),
    "data_source?": null_or(text),
    "data_type": text,
    "tenant_id?": null_or(text),
    "timestamp_ms": integer,
    "redelivery": flag,
    "status_time?": null_or(text),
    "data?": anything,
}


def run(case: dict[str, Json]) -> None:
    check("the case", case, SHAPE)
    expected = case["expect"]
    if choice("what it expects", expected, EXPECTED) == "ok":
        check("the expected event", expected["ok"], EVENT)
    else:
        check("the expected error", expected["error"], {"kind": text})
    for body in (case["body"], case["body"].encode()):
        compare(expected, _verified(body, case), type(body).__name__)


def _verified(body: str | bytes, case: dict[str, Json]) -> dict[str, Json]:
    secrets, now_ms, max_age_ms = case["secrets"], case["now_ms"], case.get("max_age_ms")
    try:
        event = qince_leads.verify_push(body, secrets=secrets, max_age_ms=max_age_ms, now_ms=now_ms)
    except qince_leads.QinceError as error:
        return {"error": {"kind": error.code}}
    return {"ok": _dump(event), "ack": qince_leads.acknowledge(event)}


def _dump(event: qince_leads.PushEvent) -> dict[str, Json]:
    return {name.removesuffix("?"): getattr(event, name.removesuffix("?")) for name in EVENT} | {
        "data": _data(event.data)
    }


def _data(data: Json) -> Json:
    if isinstance(data, qince_leads.FollowUp):
        return jsontext.parse(data.to_json())
    # Plain values of Python, whose floats compare to numbers once they are written.
    return jsontext.parse(jsontext.write(data))
