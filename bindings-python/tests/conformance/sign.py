"""Payload to request."""

from __future__ import annotations

import qince_leads
from compare import compare, sorted_by
from jsontext import Json
from shape import ACCOUNT, HEAD, STAMP, Shape, anything, check, choice, list_of, members, text
from typed import account_of, payload_of

SHAPE = {
    **HEAD,
    "op": text,
    "path?": text,
    "account": members,
    "stamp": members,
    "payload": anything,
    "expect": members,
}
EXPECTED: dict[str, Shape] = {
    "url": {"url": text, "body": text},
    "violations": {"violations": list_of(members)},
    "error": {"error": text},
}
VIOLATION: Shape = {"path": text, "rule": text}


def run(case: dict[str, Json]) -> None:
    check("the case", case, SHAPE)
    choice("its account", case["account"], ACCOUNT)
    check("its stamp", case["stamp"], STAMP)
    expected = case["expect"]
    choice("what it expects", expected, EXPECTED)
    for violation in expected.get("violations", []):
        check("an expected violation", violation, VIOLATION)
    compare(sorted_by(expected, "violations"), sorted_by(_signed(case), "violations"))


def _signed(case: dict[str, Json]) -> dict[str, Json]:
    stamp = case["stamp"]
    try:
        account = account_of(case["account"])
        request = qince_leads.sign(
            account,
            payload_of(case),
            now_ms=stamp["now_ms"],
            msg_id=stamp["msg_id"],
            timestamp_form=stamp.get("form") or "epoch_ms",
        )
    except qince_leads.InvalidPayloadError as error:
        return {"violations": [{"path": violation.path, "rule": violation.rule} for violation in error.violations]}
    except qince_leads.QinceError as error:
        return {"error": error.code}
    return {"url": request.url, "body": request.body.decode()}
