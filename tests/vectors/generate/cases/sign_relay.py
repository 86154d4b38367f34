"""Accounts without a key: requests to a relay, unsigned."""

from __future__ import annotations

from typing import Dict, List

from . import samples, sign_samples
from .build import STAMP, Case, agree, sign_case, signed
from .sign_account import BAD_BASE_URLS, BASE_URLS, SEGMENTS

RELAY = {"relay_url": "https://crm.example.com/qince"}
BASE = "https://crm.example.com/qince/salesleads/v1"
PAYLOAD = {"code": "L1"}
BODY = '{"code":"L1"}'


def bad_relay(what: str, url: str) -> Case:
    case = sign_case(
        f"relay URL refused: {what}",
        "remove",
        PAYLOAD,
        {"relay_url": url},
        STAMP,
    )
    agree(what, {"error": "invalid_account"}, case["expect"])
    return case


def unsigned_violation(op: str, payload: Dict[str, object], *violations: str) -> Case:
    case = sign_case("relay: rules are the same", op, payload, RELAY, STAMP)
    agree(op, sorted(violations), sorted(f"{item['path']}:{item['rule']}" for item in case["expect"]["violations"]))
    return case


def cases() -> List[Case]:
    made = [
        signed("relay: the vendor's sample", op, payload, body, f"{BASE}/{path}/m-1", account=RELAY)
        for op, payload, body, path in (
            ("add", samples.ADD, sign_samples.ADD_BODY, "addSalesLeads"),
            ("add_apaas", samples.ADD_APAAS, sign_samples.ADD_APAAS_BODY, "addSalesLeadsForApaas"),
            ("modify", samples.MODIFY, sign_samples.MODIFY_BODY, "modifySalesLeads"),
            ("modify_apaas", samples.MODIFY_APAAS, sign_samples.MODIFY_APAAS_BODY, "modifySalesLeadsForApaas"),
            ("remove", samples.REMOVE, sign_samples.REMOVE_BODY, "removeSalesLeads"),
            ("query", samples.QUERY, sign_samples.QUERY_BODY, "querySalesLeads"),
            ("query_apaas", samples.QUERY_APAAS, sign_samples.QUERY_APAAS_BODY, "querySalesLeadsForApaas"),
        )
    ]
    for what, given, base in BASE_URLS:
        url = f"{base}/salesleads/v1/removeSalesLeads/m-1"
        made.append(signed(f"relay URL: {what}", "remove", PAYLOAD, BODY, url, account={"relay_url": given}))
    for what, given in [*BAD_BASE_URLS, ("an empty one", ""), ("white space behind", "https://crm.example.com ")]:
        made.append(bad_relay(what, given))
    for what, given, sent in SEGMENTS:
        stamp = {"now_ms": 1617206400000, "msg_id": given}
        url = f"{BASE}/querySalesLeads/{sent}"
        made.append(signed(f"relay msg_id: {what}", "query", PAYLOAD, BODY, url, account=RELAY, stamp=stamp))
    for form in ("epoch_ms", "compact"):
        for now_ms in (0, 1617206400000):
            stamp = {"now_ms": now_ms, "msg_id": "m-1", "form": form}
            made.append(
                signed(
                    f"relay: a stamp of {now_ms} as {form} has no effect",
                    "query",
                    PAYLOAD,
                    BODY,
                    f"{BASE}/querySalesLeads/m-1",
                    account=RELAY,
                    stamp=stamp,
                )
            )
    return made + [
        unsigned_violation("add", {"code": "c" * 101}, "code:max_length", ":required_one_of"),
        unsigned_violation("query_apaas", {"query_group": []}, ":required_one_of"),
    ]
