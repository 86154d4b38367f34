"""What users give."""

from __future__ import annotations

import copy
import datetime
import enum
import inspect
import pickle
import typing
from collections import OrderedDict, UserDict
from collections.abc import Callable
from functools import partial
from types import MappingProxyType
from typing import Any

import pytest
import qince_leads
from qince_leads import (
    AddApaasLead,
    AddLead,
    InvalidPayloadError,
    LeadExtField,
    LeadExtRow,
    LeadFilter,
    LeadFilterGroup,
    LeadMobile,
    LeadSort,
    ModifyApaasLead,
    ModifyLead,
    Part,
    Payload,
    Query,
    QueryApaasLeads,
    QueryLeads,
    Receipt,
    RemoveLead,
    sign,
)

from .support import PARTS, PAYLOADS, VALID, account, said, violations

LEAD = AddLead(
    cus_name="示例",
    emp_name="e",
    code="L1",
    exts=[LeadExtField(salesleads_ext_key="k", salesleads_ext_value="v")],
    extra={"x": [1, 2.5, None, True, {"y": "z"}]},
)
LEAD_JSON = (
    '{"empName":"e","code":"L1","cus_name":"示例","exts":[{"salesleads_ext_key":"k","salesleads_ext_value":"v"}],'
    '"extra":{"x":[1,2.5,null,true,{"y":"z"}]}}'
)
GROUP = LeadFilterGroup(
    connector="AND", filters=[LeadFilter(field_key="f", operator="EQ", field_values=["1", 2, None])]
)
FULL_QUERY = QueryApaasLeads(code="c", sorts=[LeadSort(field_key="s", direction="desc")], query_group=[GROUP], page=2)


class Derived(AddLead):
    """A class of a user's own, which pickle finds by its name."""

    def greeting(self) -> str:
        return f"{self.linkman}, 您好"


# Making.


@pytest.mark.parametrize("kind", PAYLOADS + PARTS)
def test_fields_are_given_by_keyword_only(kind: Any) -> None:
    wrong: list[Any] = ["x", None, {}]
    for given in wrong:
        with pytest.raises(TypeError, match="by keyword"):
            kind(given)
        with pytest.raises(TypeError, match="by keyword"):
            kind(given, given)


@pytest.mark.parametrize("kind", PAYLOADS + PARTS)
def test_all_fields_may_be_left_out_and_none_is_the_same(kind: Any) -> None:
    names = set(inspect.signature(kind).parameters)
    # A custom field's value may be null, and is sent as such.
    names -= {"salesleads_ext_value"} if kind is LeadExtRow else set()
    assert kind(**dict.fromkeys(names)) == kind()
    assert {getattr(kind(), name) for name in names - {"extra"}} == {None}


@pytest.mark.parametrize(
    ("kind", "wrong", "right"),
    [
        (AddLead, "cusname", "cus_name"),
        (AddLead, "empName", "emp_name"),
        (AddLead, "mssProvinceName", "mss_province_name"),
        (QueryLeads, "pageSize", "page_size"),
        (LeadSort, "type", "direction"),
        (LeadExtField, "salesleads_ext_ke", "salesleads_ext_key"),
    ],
)
def test_an_unknown_keyword_is_told_the_nearest_right_one(kind: type[Part], wrong: str, right: str) -> None:
    with pytest.raises(TypeError, match=f"{kind.__name__}.*'{wrong}'; did you mean '{right}'"):
        kind(**{wrong: "x"})
    with pytest.raises(TypeError, match=f"did you mean '{right}'"):
        kind().replace(**{wrong: "x"})


def test_an_unknown_keyword_that_is_near_nothing_has_no_hint() -> None:
    with pytest.raises(TypeError) as raised:
        AddLead(qqqq="x")  # type: ignore[call-arg]
    assert "qqqq" in str(raised.value)
    assert "did you mean" not in str(raised.value)


def test_values_of_a_wrong_type_are_refused_all_at_once() -> None:
    made = lambda: AddLead(cus_name=5, linkman=True, tel=1.5, mobile=["1"], email={}, emp_name="e")  # type: ignore  # noqa: E731
    assert violations(made) == [
        ("cus_name", "type"),
        ("email", "type"),
        ("linkman", "type"),
        ("mobile", "type"),
        ("tel", "type"),
    ]


def test_what_has_the_wrong_type_is_reported_beside_the_rules_that_are_broken() -> None:
    made = lambda: AddLead(cus_name=5, mobile_repeat="7", detail="x" * 4001)  # type: ignore  # noqa: E731
    assert violations(made) == [
        ("", "required_one_of"),
        ("cus_name", "type"),
        ("detail", "max_length"),
        ("mobile_repeat", "allowed_values"),
    ]


@pytest.mark.parametrize("wrong", [object(), b"x", {1, 2}, lambda: None, AddLead, 1j, range(3), ...])
def test_what_has_no_json_is_refused_with_the_fields_name(wrong: Any) -> None:
    with pytest.raises(TypeError, match=r"^cus_name: "):
        AddLead(cus_name=wrong)
    with pytest.raises(TypeError, match=r"^extra: "):
        AddLead(extra={"x": [wrong]})


def test_a_violation_says_where_which_rule_and_what_to_do() -> None:
    lead = AddLead(emp_name="e", cus_name="x" * 101)
    (violation,) = lead.violations()
    assert (violation.path, violation.rule) == ("cus_name", "max_length")
    assert violation.message == "cus_name (客户名称): 101 characters, at most 100"
    assert violation.message_zh == "客户名称：101个字符，最多100个"
    assert (violation.label, violation.limit, violation.actual) == ("客户名称", 100, 101)
    assert violation.allowed == ()
    wrong = AddLead(emp_name="e", mobile_repeat="2")  # type: ignore[arg-type]
    assert [value for value, _ in wrong.violations()[0].allowed] == ["0", "1"]
    assert all(label for _, label in wrong.violations()[0].allowed)


def test_a_boolean_is_no_integer_and_an_integer_no_text() -> None:
    assert ("id", "type") in violations(lambda: ModifyLead(id=True))
    assert ("page", "type") in violations(lambda: QueryLeads(page=True, code="c"))
    assert violations(lambda: AddLead(emp_name=5)) == [("empName", "type")]  # type: ignore[arg-type]
    assert ("page", "type") in violations(lambda: QueryLeads(page="1", code="c"))  # type: ignore[arg-type]
    assert ("page", "type") in violations(lambda: QueryLeads(page=1.0, code="c"))  # type: ignore[arg-type]


def test_pages_are_counted_from_one() -> None:
    assert QueryLeads(page=1, page_size=1, code="c").violations() == ()
    for wrong in (0, -1, 2**31, 2**70):
        made = lambda wrong=wrong: sign(account(), QueryLeads(page=wrong, code="c"))  # noqa: E731
        assert violations(made) == [("page", "range")]


def test_ids_may_be_integers_and_are_text_ever_after() -> None:
    assert ModifyLead(id=7) == ModifyLead(id="7")
    assert RemoveLead(id=2**63 - 1, reason_id=5).id == "9223372036854775807"


class Name(str):
    __slots__ = ()


class Color(str, enum.Enum):
    RED = "red"


class Number(enum.IntEnum):
    SEVEN = 7


def test_subclasses_of_text_and_integers_are_taken_for_what_they_hold() -> None:
    assert AddLead(cus_name=Name("n"), emp_name=Color.RED) == AddLead(cus_name="n", emp_name="red")
    assert AddLead(cus_name=Name("n")).cus_name == "n"
    assert QueryLeads(page=Number.SEVEN).page == 7
    assert ModifyLead(id=Number.SEVEN).id == "7"
    assert AddLead(extra={Name("k"): [Color.RED, Number.SEVEN]}).extra == {"k": ["red", 7]}


def test_dates_are_taken_for_days() -> None:
    day = datetime.date(2026, 1, 2)
    query = QueryLeads(create_time_start=day, create_time_end="2026-01-03")
    assert query.create_time_start == "2026-01-02"
    assert query.violations() == ()
    assert query.replace(create_time_end=datetime.date(2026, 1, 1)).violations()[0].rule == "date_order"
    extra: Any = {"day": day}
    assert AddLead(extra=extra).extra == {"day": "2026-01-02"}


def test_a_datetime_is_no_day() -> None:
    moment: Any = datetime.datetime(2026, 1, 2, tzinfo=datetime.timezone.utc)
    with pytest.raises(TypeError, match="create_time_start"):
        QueryLeads(create_time_start=moment)


@pytest.mark.parametrize(
    "text", ["", "x", "0", "a\x00b", '\n\t"\\/', "é", "中文", "😀", "\U0010ffff", "\u2028", "x" * 10**6]
)
def test_every_text_is_kept_as_it_is(text: str) -> None:
    assert AddLead(detail=text).detail == text
    assert AddLead.from_json(AddLead(detail=text).to_json()).detail == text
    assert AddLead(extra={text: text}).extra == {text: text}


def test_half_of_a_surrogate_pair_is_refused_with_the_fields_name() -> None:
    for wrong in ("\ud83d", "a\udc00", "\ude00\ud83d"):
        with pytest.raises(TypeError, match=r"^cus_name: .*surrogate"):
            AddLead(cus_name=wrong)
        with pytest.raises(TypeError, match=r"^extra: .*surrogate"):
            AddLead(extra={wrong: 1})


def test_an_empty_text_is_kept_and_does_not_count_as_given() -> None:
    lead = AddLead(emp_name="", cus_name="")
    assert (lead.emp_name, lead.to_json()) == ("", '{"empName":"","cus_name":""}')
    assert said(lead.violations()) == [("", "required_one_of")]


# Parts.


def test_a_part_may_be_given_as_an_object_or_as_json_has_it() -> None:
    by_object = AddApaasLead(company_name="c", mobile=LeadMobile(phone="1", code="86"))
    by_dict = AddApaasLead(company_name="c", mobile={"phone": "1", "code": "86"})  # type: ignore[arg-type]
    assert by_object == by_dict
    assert by_dict.mobile == LeadMobile(phone="1", code="86")
    assert isinstance(by_dict.mobile, LeadMobile)


@pytest.mark.parametrize("several", [list, tuple])
def test_parts_are_a_tuple_whatever_they_were_given_as(several: Any) -> None:
    parts = [LeadExtField(salesleads_ext_key="a"), {"salesleads_ext_key": "b"}]
    exts = AddLead(emp_name="e", exts=several(parts)).exts
    assert exts == (LeadExtField(salesleads_ext_key="a"), LeadExtField(salesleads_ext_key="b"))
    assert AddLead(exts=several([])).exts == ()
    assert AddLead().exts is None


def test_parts_inside_parts_are_objects() -> None:
    assert FULL_QUERY.query_group == (GROUP,)
    assert FULL_QUERY.query_group[0].filters == (LeadFilter(field_key="f", operator="EQ", field_values=["1", 2, None]),)
    assert FULL_QUERY.query_group[0].filters[0].field_values == ["1", 2, None]
    assert FULL_QUERY.sorts == (LeadSort(field_key="s", direction="desc"),)


def test_custom_fields_that_are_modified_are_a_mapping_or_rows() -> None:
    by_map = ModifyLead(id="1", exts={"a": "x", "b": None, "c": [1, {"d": 2.5}]})
    assert by_map.exts == {"a": "x", "b": None, "c": [1, {"d": 2.5}]}
    rows = ModifyLead(id="1", exts=[LeadExtRow(salesleads_ext_key="a", salesleads_ext_value=None)])
    assert rows.exts == (LeadExtRow(salesleads_ext_key="a", salesleads_ext_value=None),)
    assert sign(account(), rows).body == b'{"id":1,"exts":[{"salesleads_ext_key":"a","salesleads_ext_value":null}]}'
    assert sign(account(), by_map).body == b'{"id":1,"exts":{"a":"x","b":null,"c":[1,{"d":2.5}]}}'


@pytest.mark.parametrize("mapping", [dict, OrderedDict, UserDict, MappingProxyType])
def test_any_mapping_is_taken_where_names_are_open(mapping: Any) -> None:
    given = mapping({"b": 1, "a": mapping({"c": None})})
    assert ModifyApaasLead(id="1", exts=given).exts == {"b": 1, "a": {"c": None}}
    assert list(AddLead(extra=given).extra) == ["b", "a"]


def test_faults_of_parts_are_told_by_their_place() -> None:
    query = QueryApaasLeads(
        sorts=[LeadSort(direction="asc"), LeadSort(field_key="s", direction="up")],  # type: ignore[call-arg,arg-type]
        query_group=[LeadFilterGroup(connector="XOR", filters=[LeadFilter(field_key="f" * 31)])],  # type: ignore[call-arg,arg-type]
    )
    assert said(query.violations()) == [
        ("query_group[0].connector", "allowed_values"),
        ("query_group[0].filters[0].field_key", "max_length"),
        ("query_group[0].filters[0].operator", "required"),
        ("sorts[0].field_key", "required"),
        ("sorts[1].type", "allowed_values"),
    ]


def test_a_part_of_another_kind_is_refused() -> None:
    wrong: Any = LeadSort(field_key="s", direction="asc")
    assert ("exts[0].field_key", "unknown_field") in violations(lambda: AddLead(emp_name="e", exts=[wrong]))
    assert ("exts", "type") in violations(lambda: AddLead(emp_name="e", exts=wrong))


def test_what_to_dict_gives_makes_an_equal_payload() -> None:
    for given in [*VALID.values(), LEAD, FULL_QUERY]:
        assert type(given)(**given.to_dict()) == given


# Extra.


def test_what_stands_in_extra_is_sent_behind_the_known_fields_in_its_order() -> None:
    lead = AddLead(extra={"z": 1, "a": {"n": None}}, emp_name="e", code="c")
    assert sign(account(), lead).body == b'{"empName":"e","code":"c","z":1,"a":{"n":null}}'
    assert list(lead.extra) == ["z", "a"]


def test_without_extra_there_is_an_empty_dict() -> None:
    assert [kind().extra for kind in PAYLOADS] == [{}] * len(PAYLOADS)
    assert AddLead(extra={}) == AddLead(extra=None) == AddLead()


def test_a_known_field_in_extra_is_refused() -> None:
    assert said(AddLead(emp_name="e", extra={"cus_name": "c"}).violations()) == [("extra.cus_name", "forbidden_if")]


@pytest.mark.parametrize("wrong", [5, "x", [1], [("a", 1)]])
def test_extra_must_be_a_mapping(wrong: Any) -> None:
    assert violations(lambda: AddLead(emp_name="e", extra=wrong)) == [("extra", "type")]


def test_parts_take_no_extra() -> None:
    for kind in PARTS:
        with pytest.raises(TypeError, match="extra"):
            kind(extra={})


# Dicts and JSON.


def test_a_payload_is_written_with_the_vendors_names_and_read_again() -> None:
    assert LEAD.to_json() == LEAD_JSON
    assert AddLead.from_json(LEAD_JSON) == LEAD
    spaced = LEAD_JSON.replace(":", " : ").replace(",", " ,\n")
    assert AddLead.from_json(spaced) == LEAD


def test_a_payload_as_a_dict_has_plain_values_under_the_attributes_names() -> None:
    assert LEAD.to_dict() == {
        "emp_name": "e",
        "code": "L1",
        "cus_name": "示例",
        "exts": [{"salesleads_ext_key": "k", "salesleads_ext_value": "v"}],
        "extra": {"x": [1, 2.5, None, True, {"y": "z"}]},
    }
    assert FULL_QUERY.to_dict() == {
        "code": "c",
        "sorts": [{"field_key": "s", "direction": "desc"}],
        "query_group": [
            {"connector": "AND", "filters": [{"field_key": "f", "operator": "EQ", "field_values": ["1", 2, None]}]}
        ],
        "page": 2,
    }
    assert AddLead().to_dict() == {}


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '"x"', "5", "{} {}", "{'a':1}", '{"a":NaN}', "﻿[]"])
def test_text_that_is_no_object_of_json_is_refused(text: str) -> None:
    for kind in PAYLOADS:
        assert ("", "type") in violations(partial(kind.from_json, text))


def test_json_with_unknown_members_or_wrong_types_is_refused_with_all_of_them() -> None:
    text = '{"emp_name":"e","cus_name":5,"exts":[{"k":1}]}'
    assert violations(lambda: AddLead.from_json(text)) == [
        ("", "required_one_of"),
        ("cus_name", "type"),
        ("emp_name", "unknown_field"),
        ("exts[0].k", "unknown_field"),
        ("exts[0].salesleads_ext_key", "required"),
    ]


@pytest.mark.parametrize("wrong", [None, 5, b"{}", {}, []])
def test_json_must_be_text(wrong: Any) -> None:
    for kind in PAYLOADS + PARTS:
        with pytest.raises(TypeError):
            kind.from_json(wrong)


# Equality.


def test_payloads_are_equal_where_they_send_the_same() -> None:
    same = AddLead(code="L1", emp_name="e", cus_name="示例", exts=LEAD.exts, extra=LEAD.extra)
    assert same == LEAD
    assert hash(LEAD) == hash(same)
    assert {LEAD: 1}[same] == 1
    assert len({LEAD, same, LEAD.replace()}) == 1
    assert not same != LEAD  # noqa: SIM202


def test_payloads_that_send_something_else_differ() -> None:
    others: list[object] = [
        LEAD.replace(code="L2"),
        LEAD.replace(code=None),
        LEAD.replace(extra=None),
        LEAD.replace(exts=[]),
        AddLead(),
        AddApaasLead(code="L1"),
        LEAD.to_dict(),
        LEAD.to_json(),
        None,
        5,
    ]
    assert [other for other in others if other == LEAD] == []
    assert len({LEAD, *others[:6]}) == 7


def test_payloads_of_different_operations_are_never_equal() -> None:
    assert len({kind() for kind in PAYLOADS + PARTS}) == len(PAYLOADS + PARTS)
    assert QueryLeads(code="c") != QueryApaasLeads(code="c")


def test_payloads_have_no_order() -> None:
    with pytest.raises(TypeError):
        _ = AddLead() < AddLead()  # type: ignore[operator]


# Changed copies.


def test_a_changed_copy_leaves_the_original_as_it_was() -> None:
    changed = LEAD.replace(code="L2", cus_name=None, extra={"n": 1})
    assert (changed.code, changed.cus_name, changed.emp_name, changed.extra) == ("L2", None, "e", {"n": 1})
    assert LEAD.to_json() == LEAD_JSON
    assert LEAD.replace() == LEAD
    assert LEAD.__replace__(code="L2", cus_name=None, extra={"n": 1}) == changed


def test_the_hook_of_copy_replace_is_there_in_every_python() -> None:
    replace = getattr(copy, "replace", lambda value, **changes: value.__replace__(**changes))
    assert replace(LEAD, code="L2") == LEAD.replace(code="L2")
    assert replace(GROUP, connector="OR").connector == "OR"


def test_a_copy_of_what_cannot_change_is_the_thing_itself() -> None:
    assert copy.copy(LEAD) is LEAD
    assert copy.deepcopy(LEAD) is LEAD
    assert copy.deepcopy([LEAD, LEAD])[1] is LEAD


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_payloads_and_parts_survive_every_protocol_of_pickle(protocol: int) -> None:
    for given in [*VALID.values(), LEAD, FULL_QUERY, GROUP, *(kind() for kind in PAYLOADS + PARTS)]:
        kept = pickle.loads(pickle.dumps(given, protocol))
        assert kept == given
        assert type(kept) is type(given)


def test_a_payload_cannot_be_changed() -> None:
    changes: list[Callable[[], object]] = [
        lambda: setattr(LEAD, "code", "x"),
        lambda: setattr(LEAD, "extra", {}),
        lambda: setattr(LEAD, "anything", "x"),
        lambda: delattr(LEAD, "code"),
        lambda: delattr(LEAD, "anything"),
    ]
    for change in changes:
        with pytest.raises(AttributeError):
            change()
    assert LEAD.to_json() == LEAD_JSON
    with pytest.raises(AttributeError, match="replace"):
        LEAD.code = "x"  # type: ignore[misc]


def test_what_is_done_to_values_that_a_payload_gives_or_was_given_does_not_change_it() -> None:
    extra: dict[str, Any] = {"a": [1]}
    parts = [LeadExtField(salesleads_ext_key="k")]
    lead = AddLead(extra=extra, exts=parts)
    before = lead.to_json()
    extra["a"].append(2)
    parts.clear()
    lead.extra["b"] = 1
    lead.extra["a"].append(3)
    lead.to_dict()["exts"].clear()
    assert lead.to_json() == before


# How they present themselves.


def test_repr_is_the_call_that_makes_an_equal_payload() -> None:
    for given in [*VALID.values(), LEAD, FULL_QUERY, GROUP]:
        assert eval(repr(given), vars(qince_leads)) == given
    assert repr(AddLead(cus_name="示例", exts=[LeadExtField(salesleads_ext_key="k")])) == (
        "AddLead(cus_name='示例', exts=(LeadExtField(salesleads_ext_key='k'),))"
    )
    assert str(AddLead()) == repr(AddLead()) == "AddLead()"


@pytest.mark.parametrize("kind", PAYLOADS + PARTS)
def test_the_signature_names_every_field_by_keyword_with_none_for_a_default(kind: Any) -> None:
    parameters = inspect.signature(kind).parameters.values()
    assert {parameter.kind for parameter in parameters} == {inspect.Parameter.KEYWORD_ONLY}
    assert {parameter.default for parameter in parameters} == {None}
    for parameter in parameters:
        assert hasattr(kind, parameter.name)
    assert ("extra" in inspect.signature(kind).parameters) == (kind in PAYLOADS)


@pytest.mark.parametrize("kind", PAYLOADS + PARTS)
def test_every_class_and_attribute_is_documented(kind: Any) -> None:
    assert (kind.__doc__ or "").strip()
    for name in inspect.signature(kind).parameters:
        doc = inspect.getdoc(getattr(kind, name)) or ""
        assert len(doc.splitlines()[0]) > 3, name


def test_attributes_tell_the_vendors_name() -> None:
    assert "`empName`" in (inspect.getdoc(AddLead.emp_name) or "")
    assert "负责人" in (inspect.getdoc(AddLead.emp_name) or "")
    assert "`type`" in (inspect.getdoc(LeadSort.direction) or "")


def test_classes_say_where_they_come_from() -> None:
    for kind in [*PAYLOADS, *PARTS, Part, Payload, Query]:
        assert kind.__module__ == "qince_leads"
        assert getattr(qince_leads, kind.__name__) is kind
        assert kind.__qualname__ == kind.__name__


def test_queries_are_payloads_and_payloads_are_parts() -> None:
    queries = {QueryLeads, QueryApaasLeads}
    for kind in PAYLOADS:
        assert issubclass(kind, Payload)
        assert issubclass(kind, Query) == (kind in queries)
    assert all(issubclass(kind, Part) and not issubclass(kind, Payload) for kind in PARTS)
    assert typing.get_args(Payload[Receipt]) == (Receipt,)
    assert typing.get_origin(Query[qince_leads.Lead]) is Query


@pytest.mark.parametrize("kind", [Part, Payload, Query])
def test_what_has_no_fields_of_its_own_cannot_be_made(kind: Any) -> None:
    for make in (kind, lambda: kind(code="c"), lambda: kind.from_json("{}")):
        with pytest.raises(TypeError):
            make()


def test_a_payload_may_be_taken_apart_by_a_pattern() -> None:
    match LEAD:
        case AddLead(code=code, exts=(LeadExtField(salesleads_ext_value=value),), cus_name=str()):
            assert (code, value) == ("L1", "v")
        case _:
            pytest.fail("it does not match")
    match LEAD:
        case AddApaasLead() | AddLead(linkman=str()):
            pytest.fail("it matches")
        case Payload():
            pass


def test_a_part_tells_its_own_violations() -> None:
    assert said(LeadExtField(salesleads_ext_value="x" * 101).violations()) == [  # type: ignore[call-arg]
        ("salesleads_ext_key", "required"),
        ("salesleads_ext_value", "max_length"),
    ]
    assert said(LeadFilterGroup(filters=[LeadFilter(field_key="f")]).violations()) == [  # type: ignore[call-arg]
        ("filters[0].operator", "required")
    ]
    assert GROUP.violations() == ()


def test_only_a_payload_can_be_sent() -> None:
    for kind in PARTS:
        with pytest.raises(TypeError, match=kind.__name__):
            sign(account(), kind())


# Classes of a user's own.


def test_a_class_that_is_derived_is_a_payload_like_its_base() -> None:
    lead = Derived(emp_name="e", linkman="李")
    assert lead.greeting() == "李, 您好"
    assert isinstance(lead.replace(code="c"), Derived)
    assert Derived.from_json(lead.to_json()) == lead
    assert type(Derived.from_json("{}")) is Derived
    assert sign(account(), lead, now_ms=0, msg_id="m").body == '{"empName":"e","linkman":"李"}'.encode()
    assert repr(lead) == "Derived(emp_name='e', linkman='李')"
    assert pickle.loads(pickle.dumps(lead)) == lead
    assert qince_leads.read(Derived, 200, '{"return_code":"0"}') == Receipt()


def test_a_class_that_is_derived_may_have_an_init_of_its_own() -> None:
    seen = []

    class Named(AddLead):
        def __init__(self, **fields: Any) -> None:
            super().__init__()
            seen.append((fields, self.cus_name))

    assert Named(cus_name="n").cus_name == "n"
    assert seen == [({"cus_name": "n"}, "n")]


def test_a_query_that_is_derived_keeps_its_class_from_page_to_page() -> None:
    class Mine(QueryLeads):
        pass

    asked = qince_leads.Pages(Mine(code="c")).next_query()
    assert type(asked) is Mine
    assert asked.code == "c"


def test_a_wrong_payload_has_an_error_that_is_a_value_error() -> None:
    with pytest.raises(ValueError, match="cus_name") as raised:
        AddLead(cus_name=5)  # type: ignore[arg-type]
    assert isinstance(raised.value, InvalidPayloadError)
