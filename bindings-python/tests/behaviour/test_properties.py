"""What holds of everything that can be given."""

from __future__ import annotations

import gzip
import inspect
import json
import pickle
from functools import partial
from pathlib import Path
from tempfile import gettempdir
from typing import Any, cast

import pytest
import qince_leads
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.configuration import set_hypothesis_home_dir
from qince_leads import (
    AddLead,
    ApaasLead,
    FollowUp,
    HttpStatusError,
    InvalidPayloadError,
    Lead,
    MalformedError,
    Page,
    Pages,
    QinceError,
    QueryLeads,
    Receipt,
    RejectedError,
    read,
    sign,
    verify_push,
)

from .support import PARTS, PAYLOADS, PUSH_SECRET, RECORDS, VALID, account, body, page_of, push_body

# What it learns is not kept: it would lie where the tests are started.
set_hypothesis_home_dir(Path(gettempdir(), "qince-leads-hypothesis"))
settings.register_profile(
    "behaviour", max_examples=40, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)
settings.load_profile("behaviour")

TEXT = st.text(st.characters(codec="utf-8"), max_size=20)
ENCODABLE = st.text(st.characters(codec="utf-8"), max_size=200)
NAMES = st.text(st.characters(codec="utf-8"), max_size=8)
NUMBERS = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
JSON = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
)
OBJECTS = st.dictionaries(NAMES, JSON, max_size=3)
# Names that no field has.
EXTRA_NAMES = NAMES.map(lambda name: f"~{name}")
EXTRA = st.dictionaries(EXTRA_NAMES, JSON, max_size=3)

# What a field holds that is no text, by class and attribute: the class of a part, in a tuple where there is only one.
OTHERS: dict[tuple[str, str], Any] = {
    ("AddLead", "exts"): "LeadExtField",
    ("AddApaasLead", "mobile"): ("LeadMobile",),
    ("ModifyApaasLead", "mobile"): ("LeadMobile",),
    ("QueryApaasLeads", "sorts"): "LeadSort",
    ("QueryApaasLeads", "query_group"): "LeadFilterGroup",
    ("LeadFilterGroup", "filters"): "LeadFilter",
    ("Lead", "labels"): "LeadLabel",
    ("Lead", "exts"): "LeadExt",
    ("ApaasLead", "mobile"): ("LeadPhone",),
    ("ApaasLead", "market_id"): ("LeadReference",),
    ("ApaasLead", "owner"): ("LeadReference",),
    ("ApaasLead", "card_photo"): "LeadPhoto",
    **{("ApaasLead", f"mss_{place}"): ("LeadRegion",) for place in ("country", "province", "city", "area", "street")},
    **{
        ("ApaasLead", name): ("LeadChoice",)
        for name in (
            "source_type_id",
            "customer_classification",
            "return_reason_id",
            "delete_reason_id",
            "invalid_reason_id",
            "allocation_status",
            "salesleads_status",
        )
    },
    ("ApaasLead", "exts"): OBJECTS,
    ("AddApaasLead", "exts"): OBJECTS,
    ("ModifyApaasLead", "exts"): OBJECTS,
    ("LeadExtRow", "salesleads_ext_value"): JSON,
    ("LeadFilter", "field_values"): st.lists(JSON, max_size=3),
    ("QueryLeads", "page"): st.integers(1, 2**31 - 1),
    ("QueryLeads", "page_size"): st.integers(1, 2**31 - 1),
    ("QueryApaasLeads", "page"): st.integers(1, 2**31 - 1),
    ("QueryApaasLeads", "page_size"): st.integers(1, 2**31 - 1),
}


def fields_of(kind: Any) -> st.SearchStrategy[dict[str, Any]]:
    """Any fields of a class, by what it says of itself."""
    return st.fixed_dictionaries({}, optional={name: value_of(kind, name) for name in names_of(kind)})


def names_of(kind: Any) -> list[str]:
    return list(inspect.signature(kind).parameters)


def value_of(kind: Any, name: str) -> st.SearchStrategy[Any]:
    if name == "extra":
        # In a follow-up everything that is no object is text.
        return st.dictionaries(EXTRA_NAMES, TEXT, max_size=3) if kind is FollowUp else EXTRA
    if (kind.__name__, name) == ("ModifyLead", "exts"):
        return OBJECTS | st.lists(objects_of(qince_leads.LeadExtRow), max_size=3)
    found: Any = OTHERS.get((kind.__name__, name), TEXT)
    if isinstance(found, str):
        return st.lists(objects_of(getattr(qince_leads, found)), max_size=3)
    if isinstance(found, tuple):
        return objects_of(getattr(qince_leads, found[0]))
    return cast("st.SearchStrategy[Any]", found)


def objects_of(kind: Any) -> st.SearchStrategy[Any]:
    return fields_of(kind).map(lambda fields: kind(**fields))


ANY_PAYLOAD = st.sampled_from(PAYLOADS + PARTS).flatmap(objects_of)
ANY_RECORD = st.sampled_from(RECORDS).flatmap(objects_of)


@given(ANY_PAYLOAD | ANY_RECORD)
def test_what_is_written_is_read_again(value: Any) -> None:
    again = type(value).from_json(value.to_json())
    assert again == value
    assert hash(again) == hash(value)
    assert again.to_json() == value.to_json()
    assert again.to_dict() == value.to_dict()


@given(ANY_PAYLOAD | ANY_RECORD)
def test_a_copy_in_which_nothing_is_changed_equals_the_original(value: Any) -> None:
    assert value.replace() == value
    given_fields = {name: getattr(value, name) for name in value.to_dict()}
    assert type(value)(**given_fields) == value
    assert value.replace(**given_fields) == value


@given(ANY_PAYLOAD | ANY_RECORD)
def test_pickle_and_repr_keep_everything(value: Any) -> None:
    assert pickle.loads(pickle.dumps(value)) == value
    assert eval(repr(value), vars(qince_leads)) == value


@given(ANY_PAYLOAD | ANY_RECORD, st.data())
def test_a_field_that_is_taken_away_is_gone_and_the_others_stay(value: Any, data: Any) -> None:
    there = sorted(value.to_dict())
    if not there or type(value) is qince_leads.LeadExtRow:
        return
    name = data.draw(st.sampled_from(there))
    without = value.replace(**{name: None})
    assert without.to_dict() == {other: kept for other, kept in value.to_dict().items() if other != name}
    assert without.replace(**{name: getattr(value, name)}) == value


@pytest.mark.parametrize("kind", [*PAYLOADS, *PARTS, *RECORDS])
def test_every_attribute_gives_back_what_was_given(kind: Any) -> None:
    @given(fields_of(kind))
    def check(fields: dict[str, Any]) -> None:
        made = kind(**fields)
        for name in names_of(kind):
            held = getattr(made, name)
            if name in fields:
                assert held == (tuple(fields[name]) if isinstance(held, tuple) else fields[name])
            else:
                assert not held

    check()


@given(st.dictionaries(st.sampled_from([n for n in names_of(AddLead) if n not in ("exts", "extra")]), TEXT), EXTRA)
def test_a_signed_body_is_what_json_writes_of_the_fields_in_the_order_of_the_table(
    fields: dict[str, str], extra: dict[str, Any]
) -> None:
    lead = AddLead(**{**fields, "emp_name": "e", "mobile_repeat": ""}, extra=extra)  # type: ignore[arg-type]
    wires = {"emp_name": "empName", "pool_name": "poolName"} | {
        f"mss_{place}_name": f"mss{place.title()}Name" for place in ("province", "city", "area", "street")
    }
    ordered = {wires.get(name, name): getattr(lead, name) for name in names_of(AddLead)[:-2]}
    given_fields = {name: value for name, value in ordered.items() if value is not None}
    expected = json.dumps({**given_fields, **extra}, ensure_ascii=False, separators=(",", ":"))
    assert sign(account(), lead).body.decode() == expected


@given(st.text(st.characters(codec="utf-8"), max_size=100))
def test_every_text_reaches_the_service_and_comes_back(text: str) -> None:
    lead = AddLead(emp_name="e", detail=text, extra={"~": text})
    assert json.loads(sign(account(), lead).body) == {"empName": "e", "detail": text, "~": text}
    (row,) = page_of({"cus_name": text, "~": text})
    assert (row.cus_name, row.extra) == (text, {"~": text})
    event = verify_push(push_body({"lead_name": text}), secrets=PUSH_SECRET, max_age_ms=None)
    assert event.data.lead_name == text


@given(OBJECTS)
def test_any_json_as_a_payload_ends_in_a_payload_or_in_violations(members: dict[str, Any]) -> None:
    for kind in (*PAYLOADS, *PARTS):
        try:
            made = kind.from_json(json.dumps(members))
        except InvalidPayloadError as error:
            if not error.violations:
                pytest.fail("violations are missing")
        else:
            assert kind.from_json(made.to_json()) == made


@given(st.dictionaries(st.sampled_from(["code", "id", "cus_name", "exts", "extra", "page", "mobile"]), JSON))
def test_keywords_and_json_agree_on_what_is_right_and_what_is_wrong(members: dict[str, Any]) -> None:
    for kind in PAYLOADS:
        known = {name: value for name, value in members.items() if name in names_of(kind)}
        outcomes: list[Any] = []
        for make in (partial(kind, **known), partial(kind.from_json, json.dumps(known))):
            try:
                outcomes.append(make())
            except InvalidPayloadError as error:
                outcomes.append(error.violations)
        assert outcomes[0] == outcomes[1]


# Reading.


@given(st.sampled_from(list(VALID)), st.integers(-10, 1000), st.binary(max_size=200) | ENCODABLE)
def test_anything_as_a_reply_ends_in_a_result_or_in_an_error_of_the_package(
    operation: str, status: int, anything: bytes | str
) -> None:
    try:
        result = read(type(VALID[operation]), status, anything)
    except (MalformedError, HttpStatusError, RejectedError):
        return
    assert isinstance(result, Page | Receipt)


REPLY = body([{"id": "1", "cus_name": "示例", "labels": [{"label_id": 5}], "exts": [{}], "new": [1.5, None]}]).encode()


@given(st.integers(0, len(REPLY) - 1), st.binary(max_size=3), st.booleans())
def test_any_damage_to_a_reply_ends_in_a_result_or_in_an_error_of_the_package(
    place: int, damage: bytes, is_zipped: bool
) -> None:
    damaged = REPLY[:place] + damage + REPLY[place + 1 :]
    try:
        page = read(QueryLeads, 200, gzip.compress(damaged) if is_zipped else damaged)
    except (MalformedError, RejectedError):
        return
    for lead in page:
        assert Lead.from_json(lead.to_json()) == lead
        assert repr(lead)


@given(st.lists(st.dictionaries(st.sampled_from(["id", "cus_name", "mobile", "exts", "owner", "~"]), JSON), max_size=3))
def test_text_and_bytes_of_the_same_reply_are_read_alike(given_rows: list[dict[str, Any]]) -> None:
    for kind in (QueryLeads, qince_leads.QueryApaasLeads):
        outcomes = []
        text = body(given_rows)
        for form in (text, text.encode(), gzip.compress(text.encode()), f"\ufeff{text}"):
            page = read(kind, 200, form)
            outcomes.append((list(page), page.faults))
        assert outcomes == [outcomes[0]] * 4


@given(objects_of(Lead) | objects_of(ApaasLead))
def test_a_record_survives_the_way_over_the_wire(record: Any) -> None:
    kind = QueryLeads if isinstance(record, Lead) else qince_leads.QueryApaasLeads
    (came,) = read(kind, 200, f'{{"return_code":"0","response_data":[{record.to_json()}]}}')
    assert came == record


@given(OBJECTS, st.integers(0, 2**62))
def test_any_follow_up_that_was_signed_is_read(members: dict[str, Any], time: int) -> None:
    text = json.dumps(members)
    try:
        event = verify_push(push_body(text, timestamp=str(time)), secrets=PUSH_SECRET, max_age_ms=0, now_ms=time)
    except MalformedError:
        # A member of a follow-up that is no text.
        assert any(isinstance(value, dict | list) for value in members.values())
    else:
        assert event.timestamp_ms == time
        assert isinstance(event.data, FollowUp)


PUSH = push_body({"lead_ID": 5, "lead_name": "x"})


@given(st.integers(0, len(PUSH) - 1), st.characters(codec="utf-8"))
def test_a_push_whose_data_was_changed_is_never_accepted(place: int, changed: str) -> None:
    damaged = PUSH[:place] + changed + PUSH[place + 1 :]
    try:
        event = verify_push(damaged, secrets=PUSH_SECRET, max_age_ms=None)
    except QinceError:
        return
    # Only data and timestamp are signed: another type of data is not noticed.
    assert event.data in (FollowUp(lead_id="5", lead_name="x"), {"lead_ID": 5, "lead_name": "x"})
    assert event.timestamp_ms == 1000


@given(st.lists(st.lists(st.sampled_from("abcdef"), max_size=4), max_size=8))
def test_a_scan_over_any_pages_ends_and_hands_out_no_lead_twice_in_a_row(pages: list[list[str]]) -> None:
    pager = Pages(QueryLeads(code="c"))
    handed: list[list[str | None]] = []
    try:
        for ids in pages:
            if pager.next_query() is None:
                break
            handed.append([lead.id for lead in pager.take(page_of(*({"id": each} for each in ids)))])
    except MalformedError:
        assert pager.next_query() is None
    for before, after in zip(pages, handed[1:], strict=False):
        assert not set(before) & set(after)
    if [] in pages[: len(handed)]:
        assert pager.next_query() is None
