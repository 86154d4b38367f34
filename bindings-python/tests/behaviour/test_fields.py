"""The vendor's tables as data."""

from __future__ import annotations

import inspect
from typing import Any

import pytest
from qince_leads import AddLead, ApaasLead, Lead, LeadExtField, LeadPhone, LeadSort, QueryLeads, RemoveLead, fields

from .support import PARTS, PAYLOADS, RECORDS


@pytest.mark.parametrize("kind", [*PAYLOADS, *PARTS, *RECORDS])
def test_every_class_has_the_fields_of_its_signature_in_the_same_order(kind: Any) -> None:
    names = [name for name in inspect.signature(kind).parameters if name != "extra"]
    assert [field.name for field in fields(kind)] == names
    assert all(field.wire_name and field.label and field.doc for field in fields(kind))


def test_a_field_says_what_the_vendors_table_says() -> None:
    table = {field.name: field for field in fields(AddLead)}
    emp_name = table["emp_name"]
    assert (emp_name.wire_name, emp_name.label, emp_name.kind) == ("empName", "负责人", "text")
    assert (emp_name.max_chars, emp_name.required, emp_name.part, emp_name.allowed) == (100, False, None, ())
    assert table["mobile_repeat"].allowed == (("0", "不可以"), ("1", "可以"))
    assert (table["exts"].kind, table["exts"].part, table["exts"].max_chars) == ("parts", LeadExtField, None)
    assert "负责人" in repr(emp_name)


def test_kinds_tell_ids_counts_and_parts_from_text() -> None:
    kinds = {(kind, field.name): field for kind in (RemoveLead, QueryLeads, ApaasLead) for field in fields(kind)}
    assert kinds[RemoveLead, "id"].kind == "id"
    assert kinds[QueryLeads, "page"].kind == "count"
    assert (kinds[ApaasLead, "mobile"].kind, kinds[ApaasLead, "mobile"].part) == ("part", LeadPhone)
    assert kinds[ApaasLead, "exts"].kind == "json_map"


def test_what_must_be_given_is_marked() -> None:
    assert {field.name for field in fields(LeadSort) if field.required} == {"field_key"}


def test_a_derived_class_has_the_fields_of_its_base() -> None:
    class Named(Lead):
        pass

    assert [field.name for field in fields(Named)] == [field.name for field in fields(Lead)]
