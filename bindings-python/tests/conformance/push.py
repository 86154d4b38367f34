"""Webhook body to event."""

from __future__ import annotations

import jsontext
import qince_leads
from compare import compare, sorted_by
from jsontext import Json
from qince_leads.testing import sign_push
from reply import paths_of, plain
from shape import (
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

SHAPE = {
    **HEAD,
    "body?": text,
    "secrets?": list_of(text),
    "sign?": members,
    "secret?": text,
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
    "faults?": list_of(text),
}
UNSIGNED = {
    "msg_id": text,
    "data": text,
    "data_type": text,
    "timestamp_ms": integer,
    "redelivery?": flag,
    "data_id?": text,
    "data_version?": text,
    "data_source?": text,
    "status_time?": text,
    "tenant_id?": text,
}


def run(case: dict[str, Json]) -> None:
    check("the case", case, SHAPE)
    expected = case["expect"]
    if choice("what it expects", expected, EXPECTED) == "ok":
        check("the expected event", expected["ok"], EVENT)
    else:
        check("the expected error", expected["error"], {"kind": text})
    given, secrets = _pushed(case)
    for body in (given, given.encode()):
        compare(_sorted(expected), _sorted(_verified(body, secrets, case)), type(body).__name__)


def _pushed(case: dict[str, Json]) -> tuple[str, list[str]]:
    """A body as it is given, or as the helper of tests signs it; and the secrets of whoever receives it."""
    match sorted(case.keys() & {"body", "secrets", "sign", "secret"}):
        case ["body", "secrets"]:
            return case["body"], case["secrets"]
        case ["secret", "sign"]:
            check("what is to be signed", case["sign"], UNSIGNED)
            return sign_push(**case["sign"], secret=case["secret"]), [case["secret"]]
        case _:
            raise NotUnderstoodError("either body and secrets, or sign and secret must be given")


def _verified(body: str | bytes, secrets: list[str], case: dict[str, Json]) -> dict[str, Json]:
    now_ms, max_age_ms = case["now_ms"], case.get("max_age_ms")
    try:
        event = qince_leads.verify_push(body, secrets=secrets, max_age_ms=max_age_ms, now_ms=now_ms)
    except qince_leads.QinceError as error:
        # The vectors call it a bad signature, too, where there is no secret by which to verify.
        kind = "bad_signature" if error.code == "invalid_account" else error.code
        return {"error": {"kind": kind}}
    return {"ok": _dump(event), "ack": qince_leads.acknowledge(event)}


def _dump(event: qince_leads.PushEvent) -> dict[str, Json]:
    return {name.removesuffix("?"): getattr(event, name.removesuffix("?")) for name in EVENT} | {
        "data": _data(event.data),
        "faults": paths_of(event.faults),
    }


def _data(data: Json) -> Json:
    if isinstance(data, qince_leads.FollowUp):
        return jsontext.parse(data.to_json())
    return plain(data)


def _sorted(outcome: dict[str, Json]) -> dict[str, Json]:
    return {name: sorted_by(told, "faults") if name == "ok" else told for name, told in outcome.items()}
