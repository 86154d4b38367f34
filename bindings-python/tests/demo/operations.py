"""All seven operations with the samples of the vendor's page, by `Client`.

Only ids that no lead of the sandbox has are replaced by those of the leads that were just added.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import screen
from expect import expect
from qince_leads import (
    AddApaasLead,
    AddLead,
    ApaasLead,
    Lead,
    ModifyApaasLead,
    ModifyLead,
    Payload,
    QueryApaasLeads,
    QueryLeads,
    Receipt,
    Record,
    RemoveLead,
)
from stage import sample

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox import Json
    from stage import Stage

L = TypeVar("L", bound=Record)


def show(stage: Stage) -> None:
    client = stage.client
    lead = AddLead.from_json(sample("add"))
    lead_id = added(stage, lead, lambda: client.add(lead))
    apaas_lead = AddApaasLead.from_json(sample("add_apaas"))
    apaas_id = added(stage, apaas_lead, lambda: client.add_apaas(apaas_lead))

    change = ModifyLead.from_json(sample("modify")).replace(id=lead_id)
    changed(stage, lead_id, change, lambda: client.modify(change))
    apaas_change = ModifyApaasLead.from_json(sample("modify_apaas")).replace(id=apaas_id)
    changed(stage, apaas_id, apaas_change, lambda: client.modify_apaas(apaas_change))

    found(stage, lead_id)
    found_apaas(stage, apaas_id)

    removal = RemoveLead.from_json(sample("remove"))
    expect(changed(stage, lead_id, removal, lambda: client.remove(removal))["removed"], "the lead was not removed")


def added(stage: Stage, payload: Payload[Receipt], call: Callable[[], Receipt]) -> str:
    """Adds a lead, and returns its id."""
    receipt = stage.show(payload, call, describe)
    expect(receipt.id, "the receipt has no id")
    lead_id = receipt.id or ""
    written(stage, lead_id, payload)
    return lead_id


def changed(stage: Stage, lead_id: str, payload: Payload[Receipt], call: Callable[[], Receipt]) -> Json:
    """Modifies or removes a lead, and returns what the sandbox has of it."""
    stage.show(payload, call, describe)
    return written(stage, lead_id, payload)


def describe(receipt: Receipt) -> str:
    match receipt:
        case Receipt(id=str(lead_id)):
            return f"id {lead_id}"
        case Receipt(msg_id=str(msg_id)):
            return f"msg_id {msg_id}"
        case _:
            return "accepted"


def written(stage: Stage, lead_id: str, payload: Payload[Any]) -> Json:
    """Makes sure that this payload was the last that wrote the lead."""
    leads = [lead for lead in stage.sandbox.leads() if lead["id"] == lead_id]
    expect(leads, f"the sandbox has no lead {lead_id}")
    expect(leads[0]["writes"][-1]["body"] == stage.body_of(payload), f"what wrote lead {lead_id} is not what was sent")
    screen.ok("it arrived word for word, and was carried out")
    return leads[0]


def found(stage: Stage, lead_id: str) -> None:
    def run(query: QueryLeads) -> list[Lead]:
        return stage.show(query, lambda: list(stage.client.query(query)), count)

    expect(not run(QueryLeads.from_json(sample("query"))), "the sample's conditions fit no lead")
    [lead] = only(run(QueryLeads(code="codezs")))
    expect(lead.id == lead_id, "another lead was found")
    expect(lead.mark_addr == "南京市铁心桥", "the lead was not modified")
    screen.ok(f"lead {lead_id}, {lead.cus_name}, {lead.mark_addr}, as modified")


def found_apaas(stage: Stage, lead_id: str) -> None:
    def run(query: QueryApaasLeads) -> list[ApaasLead]:
        return stage.show(query, lambda: list(stage.client.query_apaas(query)), count)

    expect(not run(QueryApaasLeads.from_json(sample("query_apaas"))), "the sample's conditions fit no lead")
    [lead] = only(run(QueryApaasLeads(id=lead_id)))
    expect(lead.id == lead_id, "another lead was found")
    expect(lead.company_name == "掌控网络", "the lead was not modified")
    phone = lead.mobile.phone if lead.mobile is not None else None
    expect(phone, "the lead has no mobile number")
    screen.ok(f"lead {lead_id}, {lead.company_name}, {phone}, as modified")


def count(leads: list[L]) -> str:
    return "1 lead" if len(leads) == 1 else f"{len(leads)} leads"


def only(leads: list[L]) -> list[L]:
    expect(len(leads) == 1, f"{len(leads)} leads were found")
    return leads
