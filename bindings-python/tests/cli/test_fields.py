"""The names of attributes, by which columns, conditions and headers are known."""

from __future__ import annotations

import pytest
import qince_leads
from qince_leads.cli.fields import Names


@pytest.mark.parametrize("name", ["emp_name", "empName", "负责人", " EMP_NAME ", "*负责人*", "emp_name (负责人)"])
def test_an_attribute_is_found_by_each_of_its_names(name: str) -> None:
    assert [field.name for field in Names(qince_leads.AddLead).find(name)] == ["emp_name"]


def test_a_label_of_two_attributes_finds_both() -> None:
    names = Names(qince_leads.AddLead)
    assert [field.name for field in names.find("标注位置")] == ["latlon", "address"]
    assert "latlon or address" in names.hint("标注位置")


@pytest.mark.parametrize(("wrong", "right"), [("cus_nam", "cus_name"), ("客户名", "cus_name"), ("EmpNam", "emp_name")])
def test_the_nearest_name_is_found(wrong: str, right: str) -> None:
    near = Names(qince_leads.AddLead).nearest(wrong)
    assert near is not None
    assert near.name == right


def test_nothing_is_near_to_another_word() -> None:
    assert Names(qince_leads.AddLead).nearest("zzzzqqq") is None
