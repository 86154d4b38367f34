"""What a server does for a program without a key."""

from __future__ import annotations

import qince_leads
from compare import compare
from jsontext import Json
from shape import ACCOUNT, HEAD, STAMP, Shape, check, choice, list_of, members, text
from typed import account_of

SHAPE = {
    **HEAD,
    "account": members,
    "stamp": members,
    "allow": list_of(text),
    "path": text,
    "body": text,
    "expect": members,
}
EXPECTED: dict[str, Shape] = {"url": {"url": text, "body": text}, "error": {"error": members}}


def run(case: dict[str, Json]) -> None:
    check("the case", case, SHAPE)
    choice("its account", case["account"], ACCOUNT)
    check("its stamp", case["stamp"], STAMP)
    if choice("what it expects", case["expect"], EXPECTED) == "error":
        check("the expected error", case["expect"]["error"], {"kind": text})
    for body in (case["body"], case["body"].encode()):
        compare(case["expect"], _relayed(body, case), type(body).__name__)


def _relayed(body: str | bytes, case: dict[str, Json]) -> dict[str, Json]:
    account, stamp = account_of(case["account"]), case["stamp"]
    try:
        relayed = qince_leads.Relayed.read(case["path"], body, case["allow"])
        request = relayed.sign(account, now_ms=stamp["now_ms"], timestamp_form=stamp.get("form") or "epoch_ms")
    except qince_leads.QinceError as error:
        return {"error": {"kind": error.code}}
    return {"url": request.url, "body": request.body.decode()}
