"""What the service returns."""

from __future__ import annotations

import copy
import inspect
import json
import pickle
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
import qince_leads
from qince_leads import (
    ApaasLead,
    FollowUp,
    Lead,
    LeadChoice,
    LeadExt,
    LeadLabel,
    LeadPhone,
    LeadPhoto,
    LeadReference,
    MalformedError,
    QueryApaasLeads,
    Record,
)

from .support import RECORDS, page_of


def lead() -> Lead:
    return Lead(
        id="7", cus_name="示例", labels=[LeadLabel(name="l", color="red")], extra={"unknown": {"a": [1, 2.5, None]}}
    )


APAAS = ApaasLead(
    id="7",
    source_type_id=LeadChoice(code="1", label="广告"),
    market_id=LeadReference(id="5", name="m"),
    mobile=LeadPhone(phone="1", code="86"),
    card_photo=[LeadPhoto(path="p"), LeadPhoto(path="q", extra={"size": 5})],
    exts={"k": [1, {"a": None}]},
)


class Derived(Lead):
    """A class of a user's own, which pickle finds by its name."""

    def title(self) -> str:
        return f"{self.cus_name} ({self.id})"


@pytest.mark.parametrize("kind", RECORDS)
def test_attributes_are_none_where_they_are_absent_and_lists_and_maps_empty(kind: Any) -> None:
    record = kind.from_json("{}")
    for name in inspect.signature(kind).parameters:
        value = getattr(record, name)
        lists = {(Lead, "labels"), (Lead, "exts"), (ApaasLead, "card_photo")}
        maps = {(ApaasLead, "exts"), (kind, "extra")}
        assert value == (() if (kind, name) in lists else {} if (kind, name) in maps else None), name
    assert record == kind()
    assert record.to_dict() == {}
    assert record.to_json() == "{}"


def test_null_is_the_same_as_absent() -> None:
    record = Lead.from_json('{"id":null,"labels":null,"cus_name":"c"}')
    assert record.id is None
    assert record.labels == ()
    assert record == Lead(cus_name="c")
    assert ApaasLead.from_json('{"exts":null,"mobile":null}') == ApaasLead()


def test_numbers_and_booleans_are_taken_as_their_text() -> None:
    record = Lead.from_json('{"id":12345678901234567891,"code":1.50,"tel":true,"email":-0}')
    assert (record.id, record.code, record.tel, record.email) == ("12345678901234567891", "1.50", "true", "-0")


def test_records_inside_records_are_objects() -> None:
    assert APAAS.source_type_id == LeadChoice(code="1", label="广告")
    assert APAAS.market_id is not None
    assert APAAS.market_id.name == "m"
    assert APAAS.mobile == LeadPhone(phone="1", code="86")
    assert APAAS.card_photo == (LeadPhoto(path="p"), LeadPhoto(path="q", extra={"size": 5}))
    assert APAAS.exts == {"k": [1, {"a": None}]}
    assert APAAS.owner is None


def test_members_that_are_unknown_are_kept_as_they_came() -> None:
    record = Lead.from_json('{"id":"7","new":{"b":[1,2.5,null,true]},"z":"中","A":12345678901234567891}')
    assert record.extra == {"new": {"b": [1, 2.5, None, True]}, "z": "中", "A": 12345678901234567891}
    assert list(record.extra) == ["new", "z", "A"]
    assert record.to_json() == '{"id":"7","new":{"b":[1,2.5,null,true]},"z":"中","A":12345678901234567891}'
    assert record.replace(id="8").extra == record.extra


def test_an_unknown_member_does_not_become_an_attribute() -> None:
    record = Lead.from_json('{"new":1,"replace":2,"__class__":3}')
    with pytest.raises(AttributeError):
        _ = record.new  # type: ignore[attr-defined]
    assert type(record) is Lead
    assert record.extra == {"new": 1, "replace": 2, "__class__": 3}


def test_known_members_are_written_in_the_order_of_the_vendors_table() -> None:
    record = Lead.from_json('{"x":1,"code":"c","cus_name":"n","id":"7"}')
    assert record.to_json() == '{"id":"7","cus_name":"n","code":"c","x":1}'
    assert list(record.to_dict()) == ["id", "cus_name", "code", "extra"]


def test_a_record_as_a_dict_has_plain_values_under_the_attributes_names() -> None:
    assert APAAS.to_dict() == {
        "id": "7",
        "source_type_id": {"code": "1", "label": "广告"},
        "market_id": {"id": "5", "name": "m"},
        "mobile": {"phone": "1", "code": "86"},
        "card_photo": [{"path": "p"}, {"path": "q", "extra": {"size": 5}}],
        "exts": {"k": [1, {"a": None}]},
    }
    assert FollowUp.from_json('{"lead_ID":5}').to_dict() == {"lead_id": "5"}
    json.dumps(APAAS.to_dict())


def test_what_to_dict_gives_makes_an_equal_record() -> None:
    for given in (APAAS, lead(), *(kind() for kind in RECORDS)):
        assert type(given)(**given.to_dict()) == given


def test_records_may_be_made_by_keyword_for_tests_of_ones_own() -> None:
    assert lead() == page_of(json.loads(lead().to_json()))[0]
    assert page_of(json.loads(APAAS.to_json()), kind=QueryApaasLeads)[0] == APAAS
    with pytest.raises(TypeError, match="by keyword"):
        Lead("7")  # type: ignore[call-arg]


def test_an_unknown_keyword_is_told_the_nearest_right_one() -> None:
    with pytest.raises(TypeError, match=r"Lead.*'cusname'; did you mean 'cus_name'"):
        Lead(cusname="c")  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="did you mean 'lead_id'"):
        FollowUp(lead_ID="c")  # type: ignore[call-arg]


@pytest.mark.parametrize(("name", "wrong"), [("id", []), ("labels", 5), ("labels", [5]), ("exts", {"a": 1})])
def test_what_is_given_in_another_shape_is_refused_and_what_comes_so_is_a_fault(name: str, wrong: Any) -> None:
    with pytest.raises(TypeError, match=rf"^{name}: must be (text|a list of objects)$"):
        Lead(**{name: wrong})
    with pytest.raises(TypeError, match=f"^{name}: must be "):
        Lead(cus_name="c").replace(**{name: wrong})
    came = Lead.from_json(json.dumps({"cus_name": "c", name: wrong}))
    assert [fault.path for fault in came.faults] == [name]
    assert not getattr(came, name)
    assert came.extra == {name: wrong}
    assert came.cus_name == "c"
    assert eval(repr(came)) == came
    assert pickle.loads(pickle.dumps(came)).faults == came.faults
    assert came.replace(cus_name="d").faults == came.faults
    assert came.replace(**{name: None, "extra": None}).faults == ()


@pytest.mark.parametrize("wrong", [object(), b"x", {1}, float("nan"), "\ud800"])
def test_what_has_no_json_is_refused_with_the_fields_name(wrong: Any) -> None:
    with pytest.raises(TypeError, match=r"^cus_name: "):
        Lead(cus_name=wrong)


@pytest.mark.parametrize("wrong", [5, "x", [1], [("a", 1)]])
def test_extra_must_be_a_mapping(wrong: Any) -> None:
    with pytest.raises(TypeError, match="extra"):
        Lead(extra=wrong)


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "5", '{"a":NaN}', "{} x"])
def test_text_that_is_no_object_of_json_is_malformed(text: str) -> None:
    for kind in RECORDS:
        with pytest.raises(MalformedError):
            kind.from_json(text)


def test_records_are_equal_where_they_say_the_same() -> None:
    same = Lead.from_json(lead().to_json())
    assert lead() == same
    assert hash(lead()) == hash(same)
    assert {lead(): 1}[same] == 1
    others: list[object] = [
        same.replace(id="8"),
        same.replace(extra=None),
        Lead(),
        ApaasLead(id="7"),
        same.to_dict(),
        None,
        7,
    ]
    assert [other for other in others if other == same] == []
    assert len({same, *others[:4]}) == 5


def test_records_of_different_classes_are_never_equal() -> None:
    assert len({kind() for kind in RECORDS}) == len(RECORDS)
    assert LeadExt() != LeadLabel()


def test_a_record_that_gives_a_member_twice_has_the_last() -> None:
    twice = Lead.from_json('{"id":"1","x":1,"id":"2","x":2}')
    assert (twice.id, twice.extra) == ("2", {"x": 2})


def test_a_changed_copy_leaves_the_original_as_it_was() -> None:
    original = lead()
    changed = original.replace(id=None, code="c", labels=[], extra=None)
    assert (changed.id, changed.code, changed.labels, changed.extra, changed.cus_name) == (None, "c", (), {}, "示例")
    assert original == lead()
    assert original.replace() == original
    assert original.__replace__(id="8") == original.replace(id="8")
    with pytest.raises(TypeError, match="did you mean 'cus_name'"):
        original.replace(cusname="x")  # type: ignore[call-arg]


def test_replacing_one_field_leaves_the_digits_of_the_others() -> None:
    original = Lead.from_json('{"id":"1","price":1.10,"big":1e400,"small":1E-7}')
    assert original.replace(id="2").to_json() == '{"id":"2","price":1.10,"big":1e400,"small":1E-7}'


def test_a_copy_of_what_cannot_change_is_the_thing_itself() -> None:
    assert copy.copy(APAAS) is APAAS
    assert copy.deepcopy(APAAS) is APAAS


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_records_survive_every_protocol_of_pickle(protocol: int) -> None:
    for given in (APAAS, lead(), *APAAS.card_photo, *(kind() for kind in RECORDS)):
        kept = pickle.loads(pickle.dumps(given, protocol))
        assert kept == given
        assert type(kept) is type(given)
        assert kept.to_json() == given.to_json()


def test_a_record_cannot_be_changed() -> None:
    changes: list[Callable[[], object]] = [
        lambda: setattr(APAAS, "id", "x"),
        lambda: setattr(APAAS, "extra", {}),
        lambda: setattr(APAAS, "anything", "x"),
        lambda: delattr(APAAS, "id"),
    ]
    for change in changes:
        with pytest.raises(AttributeError):
            change()
    APAAS.exts["new"] = 1
    APAAS.extra["new"] = 1
    assert APAAS.exts == {"k": [1, {"a": None}]}
    assert APAAS.extra == {}


def test_repr_is_the_call_that_makes_an_equal_record() -> None:
    for given in (APAAS, lead(), *(kind() for kind in RECORDS)):
        assert eval(repr(given), vars(qince_leads)) == given
    assert repr(Lead(id="7", extra={"x": None})) == "Lead(id='7', extra={'x': None})"


@pytest.mark.parametrize("kind", RECORDS)
def test_every_class_and_attribute_is_documented(kind: Any) -> None:
    assert (kind.__doc__ or "").strip()
    parameters = inspect.signature(kind).parameters
    assert "extra" in parameters
    for name, parameter in parameters.items():
        assert (inspect.getdoc(getattr(kind, name)) or "").strip(), name
        assert (parameter.kind, parameter.default) == (inspect.Parameter.KEYWORD_ONLY, None)


def test_a_record_may_be_taken_apart_by_a_pattern() -> None:
    match APAAS:
        case ApaasLead(mobile=LeadPhone(phone=phone), card_photo=(LeadPhoto(path=first), *_), owner=None):
            assert (phone, first) == ("1", "p")
        case _:
            pytest.fail("it does not match")


def test_a_class_that_is_derived_is_a_record_like_its_base() -> None:
    record = Derived.from_json('{"id":7,"cus_name":"c"}')
    assert record.title() == "c (7)"
    assert type(record.replace(id="8")) is Derived
    assert pickle.loads(pickle.dumps(record)) == record
    assert repr(record) == "Derived(id='7', cus_name='c')"


def test_a_class_that_is_derived_may_have_an_init_of_its_own() -> None:
    seen = []

    class Named(Lead):
        def __init__(self, **fields: Any) -> None:
            super().__init__()
            seen.append((fields, self.cus_name))

    assert Named(cus_name="n").cus_name == "n"
    assert seen == [({"cus_name": "n"}, "n")]


def test_a_record_in_itself_cannot_be_made() -> None:
    record: Any = Record
    for make in (record, partial(record, id="7"), partial(record.from_json, "{}")):
        with pytest.raises(TypeError):
            make()


def test_an_attribute_of_another_class_says_so() -> None:
    with pytest.raises(TypeError, match="Lead"):
        Lead.id.__get__(APAAS, ApaasLead)
