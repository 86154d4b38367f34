"""The seven operations, with the vendor's own samples and in every form in which the service replies."""

from __future__ import annotations

import json
from typing import Any, TypeVar

import pytest
from qince_leads import (
    AddApaasLead,
    AddLead,
    ApaasLead,
    AsyncClient,
    Client,
    Lead,
    LeadChoice,
    LeadExtField,
    LeadFilter,
    LeadFilterGroup,
    LeadMobile,
    LeadPhone,
    LeadSort,
    ModifyApaasLead,
    ModifyLead,
    Part,
    Policy,
    QueryApaasLeads,
    QueryLeads,
    RejectedError,
    sign,
)

from .environment import REPOSITORY, Environment
from .hosts import Host, hosting
from .sandbox import Sandbox

P = TypeVar("P", bound=Part)

# What a classic lead calls otherwise than the payload that adds it.
RENAMED = {
    "source_type": "source_type_name",
    "mss_province_name": "mss_province",
    "mss_city_name": "mss_city",
    "mss_area_name": "mss_area",
    "mss_street_name": "mss_street",
}
# What the service takes, but does not return.
NOT_RETURNED = {"mobile_repeat", "latlon", "address", "exts"}

AWKWARD = '“引号” "quoted" \\n \\u0041 </script> 100%+&=\t\n😀\u2028é'

QUIRKS: list[dict[str, Any]] = [
    *({"response_data": form} for form in ("text", "array", "rows", "list", "data")),
    {"return_code": "number"},
    {"ids": "number"},
    {"gzip": True},
    {"bom": True},
    {"page_cap": 7},
    {"response_data": "list", "return_code": "number", "ids": "number", "gzip": True, "bom": True, "page_cap": 4},
]


def sample(kind: type[P]) -> P:
    """The vendor's sample of a payload."""
    name = {AddLead: "add", AddApaasLead: "add_apaas", ModifyLead: "modify", ModifyApaasLead: "modify_apaas"}[kind]
    return kind.from_json((REPOSITORY / f"tests/samples/{name}.json").read_text("utf-8"))


def all_of(family: str) -> Any:
    """What finds every lead of a family, ten a page."""
    kind = {"classic": QueryLeads, "apaas": QueryApaasLeads}[family]
    return kind(create_time_start="2020-01-01", page_size=10)


@pytest.mark.asyncio
async def test_every_value_of_a_classic_lead_comes_back(host: Host, sandbox: Sandbox) -> None:
    payload = sample(AddLead)
    receipt = await host.call("add", payload)
    [lead] = await host.find(QueryLeads(code=payload.code))
    assert isinstance(lead, Lead)
    assert lead.id == receipt.id
    for name, value in payload.to_dict().items():
        if name not in NOT_RETURNED:
            assert getattr(lead, RENAMED.get(name, name)) == value, name
    assert lead.exts is not None and payload.exts is not None
    assert [(ext.ext_key, ext.ext_value) for ext in lead.exts] == [
        (ext.salesleads_ext_key, ext.salesleads_ext_value) for ext in payload.exts
    ]
    assert sandbox.lead(receipt.id)["payload"] == json.loads(payload.to_json())


@pytest.mark.asyncio
async def test_every_value_of_an_apaas_lead_comes_back(host: Host, sandbox: Sandbox) -> None:
    payload = sample(AddApaasLead)
    receipt = await host.call("add_apaas", payload)
    [lead] = await host.find(QueryApaasLeads(id=receipt.id))
    assert isinstance(lead, ApaasLead)
    for name in ("code", "company_name", "linkman", "position", "detail", "mark_addr", "email", "website"):
        assert getattr(lead, name) == getattr(payload, name), name
    for name in ("pool_name", "removed_result", "exts"):
        assert getattr(lead, name) == getattr(payload, name), name
    for name in ("mss_country", "mss_province", "mss_city", "mss_area", "mss_street"):
        assert getattr(lead, name).name == getattr(payload, name), name
    labels = [lead.source_type_id, lead.customer_classification, lead.return_reason_id, lead.invalid_reason_id]
    assert [choice.label for choice in labels if isinstance(choice, LeadChoice)] == [
        payload.source_type,
        payload.customer_classification_name,
        payload.return_reason,
        payload.invalid_reason,
    ]
    assert lead.market_id is not None and lead.market_id.name == payload.market_name
    assert lead.owner is not None and lead.owner.id == payload.responsible_person
    assert (lead.tel, lead.label_names) == (payload.telephone, payload.labels)
    assert payload.mobile == LeadMobile(phone="18912804466", code="86")
    assert isinstance(lead.mobile, LeadPhone)
    assert (lead.mobile.phone, lead.mobile.code) == (payload.mobile.phone, payload.mobile.code)
    assert lead.card_photo is not None and [photo.path for photo in lead.card_photo] == [payload.card_photo]
    assert sandbox.lead(receipt.id)["payload"] == json.loads(payload.to_json())


@pytest.mark.asyncio
async def test_a_classic_lead_is_added_modified_found_and_removed(host: Host, sandbox: Sandbox) -> None:
    client = host.client
    added = await host.call("add", sample(AddLead))
    assert sandbox.lead(added.id)["writes"][-1]["body"] == sign(client.account, sample(AddLead)).body.decode()
    change = sample(ModifyLead).replace(id=added.id)
    await host.call("modify", change)
    assert sandbox.lead(added.id)["writes"][-1]["body"] == sign(client.account, change).body.decode()
    [found] = await host.find(QueryLeads(code=change.code))
    assert (found.id, found.mark_addr) == (added.id, change.mark_addr)
    removed = await host.call("remove", id=added.id, reason_id="1000025", content="重复")
    assert sandbox.lead(added.id)["removed"] is True
    assert sandbox.lead(added.id)["writes"][-1]["msg_id"] == removed.msg_id
    assert await host.find(QueryLeads(code=change.code)) == []


@pytest.mark.asyncio
async def test_an_apaas_lead_is_added_modified_found_and_removed(host: Host, sandbox: Sandbox) -> None:
    added = await host.call("add_apaas", sample(AddApaasLead))
    change = sample(ModifyApaasLead).replace(id=added.id)
    await host.call("modify_apaas", change)
    body = sandbox.lead(added.id)["writes"][-1]["body"]
    assert body == sign(host.client.account, change).body.decode()
    assert body.startswith(f'{{"id":{added.id},')
    [found] = await host.find(QueryApaasLeads(id=added.id))
    assert (found.company_name, found.market_id.name) == (change.company_name, change.market_name)
    await host.call("remove", id=added.id)
    assert sandbox.lead(added.id)["removed"] is True
    assert await host.find(QueryApaasLeads(id=added.id)) == []


@pytest.mark.asyncio
async def test_a_modification_leaves_what_it_does_not_name(host: Host, sandbox: Sandbox) -> None:
    added = await host.call("add", emp_name="负责人", code="M1", detail="原样", linkman="甲")
    await host.call("modify", code="M1", linkman="乙")
    [found] = await host.find(QueryLeads(id=added.id))
    assert (found.detail, found.linkman) == ("原样", "乙")
    assert sandbox.lead(added.id)["revision"] == 1


@pytest.mark.asyncio
@pytest.mark.usefixtures("sandbox")
async def test_awkward_text_goes_there_and_back_unchanged(host: Host) -> None:
    exts = [LeadExtField(salesleads_ext_key="备注", salesleads_ext_value=AWKWARD)]
    await host.call("add", emp_name="负责人", code="A+%&=1", cus_name=AWKWARD, exts=exts)
    [classic] = await host.find(QueryLeads(code="A+%&=1"))
    assert (classic.cus_name, classic.exts[0].ext_value) == (AWKWARD, AWKWARD)
    await host.call("add_apaas", company_name=AWKWARD, code="A+%&=2", exts={"field_a__c": AWKWARD})
    [apaas] = await host.find(QueryApaasLeads(code="A+%&=2"))
    assert (apaas.company_name, apaas.exts["field_a__c"]) == (AWKWARD, AWKWARD)


@pytest.mark.asyncio
@pytest.mark.parametrize("ids", ["text", "number"])
async def test_ids_of_19_digits_are_text_without_loss(host: Host, sandbox: Sandbox, ids: str) -> None:
    sandbox.quirks(ids=ids)
    added = await host.call("add", emp_name="负责人", code="I1")
    apaas = await host.call("add_apaas", company_name="示例公司", code="I2")
    stored = [lead["id"] for lead in sandbox.leads()]
    assert [added.id, apaas.id] == stored
    for lead_id in stored:
        assert isinstance(lead_id, str) and len(lead_id) == 19 and int(lead_id) > 2**53
    await host.call("modify", id=int(stored[0]), linkman="甲")
    await host.call("modify_apaas", id=stored[1], linkman="甲")
    assert [lead["revision"] for lead in sandbox.leads()] == [1, 1]
    [found] = await host.find(QueryLeads(id=stored[0]))
    assert found.id == stored[0]
    [found] = await host.find(QueryApaasLeads(id=stored[1]))
    assert found.id == stored[1]


@pytest.mark.asyncio
async def test_what_the_service_refuses_is_rejected_and_not_sent_again(host: Host, sandbox: Sandbox) -> None:
    await host.call("add", emp_name="负责人", code="R1", mobile="18811111111")
    await host.call("add_apaas", company_name="示例公司", code="R1")
    removed = await host.call("add", emp_name="负责人", code="R2")
    await host.call("remove", id=removed.id)
    before = sandbox.leads()
    host.trace()
    refused: list[tuple[str, dict[str, Any], str]] = [
        ("add", {"emp_name": "负责人", "code": "R1"}, "已存在"),
        ("add_apaas", {"company_name": "示例公司", "code": "R1"}, "已存在"),
        ("add", {"emp_name": "负责人", "mobile": "18811111111", "mobile_repeat": "0"}, "mobile"),
        ("add", {"emp_name": "负责人", "code": "R3", "extra": {"unknown": 1}}, "unknown"),
        ("modify", {"code": "R9", "cus_name": "某公司"}, "不存在"),
        ("modify_apaas", {"id": "1234567890123456789", "company_name": "某公司"}, "不存在"),
        ("remove", {"code": "R9"}, "不存在"),
        ("remove", {"id": removed.id}, "不存在"),
    ]
    for operation, fields, message in refused:
        with pytest.raises(RejectedError) as caught:
            await host.call(operation, **fields)
        assert caught.value.return_code == "1"
        assert caught.value.return_msg is not None and message in caught.value.return_msg
        assert caught.value.return_msg in str(caught.value)
        assert host.trace() == [f"{operation} rejected"]
    for query in (QueryLeads(code="R1", extra={"unknown": 1}), QueryApaasLeads(code="R1", extra={"unknown": 1})):
        with pytest.raises(RejectedError, match="unknown"):
            await host.find(query)
    assert sandbox.leads() == before


@pytest.mark.asyncio
async def test_wrong_credentials_are_refused_and_never_said(kind: str, sandbox: Sandbox, account: Environment) -> None:
    for wrong in ({"app_key": "wrong-key-1"}, {"openid": "wrong-openid-1"}):
        async with hosting(kind, **wrong) as host:
            with pytest.raises(RejectedError) as caught:
                await host.call("add", emp_name="负责人")
        [secret] = wrong.values()
        shown = [repr(host.client), *map(repr, host.attempts), *map(str, host.attempts)]
        assert secret not in f"{caught.value!r} {caught.value} {shown}"
        assert account.app_key not in f"{caught.value!r} {caught.value} {shown}"
    assert sandbox.leads() == []


@pytest.mark.asyncio
async def test_timestamps_are_accepted_in_both_forms(kind: str, sandbox: Sandbox) -> None:
    for form in ("epoch_ms", "compact"):
        async with hosting(kind, timestamp_form=form) as host:
            assert (await host.call("add", emp_name="负责人", code=form)).id
    assert [lead["code"] for lead in sandbox.leads()] == ["epoch_ms", "compact"]


@pytest.mark.asyncio
async def test_every_form_of_replies_is_read_alike(host: Host, sandbox: Sandbox) -> None:
    families = ("classic", "apaas")
    for family in families:
        sandbox.create_leads(15, family)
    expected = [await host.find(all_of(family)) for family in families]
    assert [len(found) for found in expected] == [15, 15]
    for number, quirks in enumerate(QUIRKS):
        sandbox.quirks(**quirks)
        assert [await host.find(all_of(family)) for family in families] == expected, quirks
        added = await host.call("add", emp_name="负责人", code=f"Q{number}")
        assert [lead["id"] for lead in sandbox.leads_with_code(f"Q{number}")] == [added.id]
        await host.call("remove", id=added.id)


@pytest.mark.asyncio
@pytest.mark.parametrize("family", ["classic", "apaas"])
async def test_a_scan_turns_all_pages_also_where_the_service_caps_their_size(
    host: Host, sandbox: Sandbox, family: str
) -> None:
    sandbox.create_leads(45, family)
    expected = sorted(lead["id"] for lead in sandbox.leads())
    sandbox.quirks(page_cap=7)
    found = await host.find(all_of(family))
    assert sorted(lead.id for lead in found) == expected
    # Seven pages of up to 7 instead of 10, and the empty one that ends the scan.
    assert len(host.trace()) == 8


@pytest.mark.asyncio
async def test_conditions_and_sorts_of_an_apaas_query_are_kept_on_every_page(host: Host, sandbox: Sandbox) -> None:
    sandbox.create_leads(30, "apaas", "X")
    sandbox.create_leads(30, "apaas", "Y")
    conditions = [LeadFilter(field_key="code", operator="EQ", field_values=[f"Y{n}" for n in range(1, 26)])]
    query = QueryApaasLeads(
        query_group=[LeadFilterGroup(connector="AND", filters=conditions)],
        sorts=[LeadSort(field_key="code", direction="desc")],
        page_size=10,
    )
    found = await host.find(query)
    assert [lead.code for lead in found] == sorted((f"Y{n}" for n in range(1, 26)), reverse=True)


def test_a_scan_can_be_read_by_page_left_early_and_begun_anew(sandbox: Sandbox, account: Environment) -> None:
    sandbox.create_leads(25)
    with Client(**account.account) as client:
        scan = client.query(create_time_start="2026-01-01", page_size=10)
        assert [len(page) for page in scan.pages()] == [10, 10, 5]
        first = next(iter(scan))
        assert sandbox.faults()["requests"] == 4 + 1
        assert next(iter(scan)) == first
        assert len(list(scan)) == 25
        beyond = client.query(create_time_start="2026-01-01", page_size=10, page=3)
        assert [len(page) for page in beyond.pages()] == [5]


@pytest.mark.asyncio
async def test_an_async_scan_can_be_read_by_page_left_early_and_begun_anew(
    sandbox: Sandbox, account: Environment
) -> None:
    sandbox.create_leads(25)
    async with AsyncClient(**account.account) as client:
        scan = client.query(create_time_start="2026-01-01", page_size=10)
        assert [len(page) async for page in scan.pages()] == [10, 10, 5]
        async for _ in scan:
            break
        assert sandbox.faults()["requests"] == 4 + 1
        assert len([lead async for lead in scan]) == 25


@pytest.mark.asyncio
@pytest.mark.usefixtures("sandbox")
async def test_a_client_with_other_options_sends_by_the_same_connections(kind: str) -> None:
    async with hosting(kind) as host:
        seen: list[str] = []
        host.client = host.client.with_options(
            policy=Policy(max_attempts=1), on_attempt=lambda attempt: seen.append(attempt.outcome)
        )
        await host.call("add", emp_name="负责人", code="O1")
        assert (seen, host.trace()) == (["ok"], [])
