"""What files are read, and what becomes of their rows and columns."""

from __future__ import annotations

import datetime
import json
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from qince_leads import AddLead, LeadExtField
from qince_leads.cli.plan import Columns, Plan
from qince_leads.cli.tables import read_table

if TYPE_CHECKING:
    from pathlib import Path

    from .conftest import Cli, Sandbox

COLUMNS = {"cus_name": "甲公司", "empName": "张三", "线索编码": "A1", "mobile": "13800138000"}
SENT = {"cus_name": "甲公司", "empName": "张三", "code": "A1", "mobile": "13800138000"}


def lead_of(sandbox: Sandbox, family: str = "classic") -> dict[str, Any]:
    (lead,) = sandbox.leads(family)
    sent: dict[str, Any] = json.loads(lead["writes"][0]["body"])
    return sent


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_csv_file_is_read_in_each_encoding_and_with_each_delimiter(
    quick_cli: Cli, sandbox: Sandbox, encoding: str, delimiter: str
) -> None:
    quick_cli.write("l.csv", "\r\n".join(delimiter.join(row) for row in (COLUMNS, COLUMNS.values())), encoding)
    ran = quick_cli.run("import", "l.csv")
    assert ran.code == 0, ran.err
    assert lead_of(sandbox) == SENT


def test_an_encoding_that_cannot_be_told_is_given(quick_cli: Cli, sandbox: Sandbox) -> None:
    quick_cli.write("l.csv", "cus_name,emp_name,code\nMüller,Ünal,A1\n", "latin-1")
    assert "cp1252" in quick_cli.run("import", "l.csv", "--encoding", "cp1252").err
    assert lead_of(sandbox)["cus_name"] == "Müller"


def test_a_wrong_encoding_is_said_in_one_line(bare_cli: Cli) -> None:
    bare_cli.write("l.csv", "cus_name,emp_name\n甲,乙\n", "gb18030")
    ran = bare_cli.run("import", "l.csv", "--encoding", "utf-8")
    assert ran.code == 2
    assert "--encoding" in ran.err
    assert "Traceback" not in ran.err


def test_quoted_cells_hold_delimiters_quotes_and_line_breaks(quick_cli: Cli, sandbox: Sandbox) -> None:
    quick_cli.write("l.csv", 'sep=;\ncus_name;emp_name;code;detail\n"a;""b""";c;A1;"one\ntwo"\n')
    assert quick_cli.run("import", "l.csv").code == 0
    assert lead_of(sandbox) == {"empName": "c", "code": "A1", "cus_name": 'a;"b"', "detail": "one\ntwo"}


def test_a_workbook_is_read_as_its_user_sees_it(quick_cli: Cli, sandbox: Sandbox) -> None:
    workbook = openpyxl.Workbook()
    sheet: Any = workbook.active
    sheet.append(["客户名称", "负责人", "线索编码", "手机号码", "固话", "ext:数量", "ext:日期", "职务"])
    sheet.append(["甲", "乙", 7, 13800138000.0, "0571-1", 1.0, datetime.date(2026, 1, 5), None])
    sheet["C2"].number_format = "0000"
    workbook.save(quick_cli.folder / "l.xlsx")
    ran = quick_cli.run("import", "l.xlsx")
    assert ran.code == 0, ran.err
    assert lead_of(sandbox) == {
        "cus_name": "甲",
        "empName": "乙",
        "code": "0007",
        "mobile": "13800138000",
        "tel": "0571-1",
        "exts": [
            {"salesleads_ext_key": "数量", "salesleads_ext_value": "1"},
            {"salesleads_ext_key": "日期", "salesleads_ext_value": "2026-01-05"},
        ],
    }


def test_cells_that_have_no_text_are_faults(bare_cli: Cli) -> None:
    workbook = openpyxl.Workbook()
    sheet: Any = workbook.active
    sheet.append(["cus_name", "emp_name", "code", "detail"])
    sheet.append(["a", "b", 4.60000000232343e18, "=1+1"])
    sheet["A3"], sheet["B3"], sheet["F3"] = "#N/A", "b", "no header"
    sheet["A3"].data_type = "e"
    workbook.save(bare_cli.folder / "l.xlsx")
    ran = bare_cli.run("import", "l.xlsx")
    assert ran.code == 2
    faults = bare_cli.results("l.xlsx.faults.csv")
    assert [(fault["row"], fault["column"]) for fault in faults] == [
        ("2", "code"),
        ("2", "detail"),
        ("3", "cus_name"),
        ("3", ""),
    ]
    assert "15 digits" in faults[0]["message"]
    assert "formula" in faults[1]["message"]
    assert "#N/A" in faults[2]["message"]
    assert "column F" in faults[3]["message"]


def test_a_sheet_is_chosen_by_its_name(quick_cli: Cli, sandbox: Sandbox) -> None:
    workbook = openpyxl.Workbook()
    notes: Any = workbook.active
    notes.append(["notes"])
    sheet = workbook.create_sheet("线索")
    sheet.append(["cus_name", "emp_name", "code"])
    sheet.append(["a", "b", "A1"])
    workbook.save(quick_cli.folder / "l.xlsx")
    assert "choose by --sheet" in quick_cli.run("import", "l.xlsx", "--dry-run").err
    assert "it has Sheet, 线索" in quick_cli.run("import", "l.xlsx", "--sheet", "x").err
    assert quick_cli.run("import", "l.xlsx", "--sheet", "线索").code == 0
    assert sandbox.codes() == ["A1"]


@pytest.mark.parametrize("suffix", ["jsonl", "ndjson"])
def test_json_lines_are_read_with_nested_members(tmp_path: Path, suffix: str) -> None:
    lead = {
        "客户名称": "甲",
        "emp_name": "乙",
        "code": 4600000002323432401,
        "mobile": 13800138000,
        "detail": None,
        "ext:k": "v",
        "exts": [{"salesleads_ext_key": "k2", "salesleads_ext_value": "v2"}],
        "extra": {"new": [1, {"a": 1.5}]},
        "extra.other": "o",
    }
    path = tmp_path / f"l.{suffix}"
    path.write_text(f"{json.dumps(lead, ensure_ascii=False)}\n\n", encoding="utf-8")
    plan = Plan(AddLead, Columns())
    plan.read(read_table(path, encoding=None, delimiter=None, sheet=None))
    assert plan.faults == []
    assert [lead.payload for lead in plan.leads] == [
        AddLead(
            cus_name="甲",
            emp_name="乙",
            code="4600000002323432401",
            mobile="13800138000",
            exts=[
                LeadExtField(salesleads_ext_key="k", salesleads_ext_value="v"),
                LeadExtField(salesleads_ext_key="k2", salesleads_ext_value="v2"),
            ],
            extra={"new": [1, {"a": 1.5}], "other": "o"},
        )
    ]


def test_lines_that_are_no_json_objects_are_faults(bare_cli: Cli) -> None:
    bare_cli.write(
        "l.jsonl", '{"cus_name": "a"\n[1]\n{"emp_name":"b","emp_name":"c"}\n{"cus_name":["a"],"emp_name":"b"}\n'
    )
    assert bare_cli.run("import", "l.jsonl").code == 2
    faults = bare_cli.results("l.jsonl.faults.csv")
    assert {fault["row"] for fault in faults} == {"1", "2", "3", "4"}
    assert ("4", "cus_name", "type") in [(fault["row"], fault["column"], fault["rule"]) for fault in faults]


def test_an_apaas_lead_has_a_mobile_of_two_parts_and_a_map_of_custom_fields(quick_cli: Cli, sandbox: Sandbox) -> None:
    quick_cli.write(
        "l.csv", "企业名称,code,手机号码,mobile.国家编码,ext:a,ext:b,负责人ID,allocation_status\n甲,A1,138,86,1,,77,1\n"
    )
    ran = quick_cli.run("import", "l.csv", "--apaas")
    assert ran.code == 0, ran.err
    assert lead_of(sandbox, "apaas") == {
        "code": "A1",
        "company_name": "甲",
        "mobile": {"phone": "138", "code": "86"},
        "allocation_status": "1",
        "responsible_person": "77",
        "exts": {"a": "1"},
    }


def test_an_unknown_column_is_reported_with_the_nearest_name(bare_cli: Cli) -> None:
    bare_cli.write("l.csv", "cus_nam,emp_name,标注位置,zzzzzz,客户名称,cus_name\na,b,c,d,e,f\n")
    ran = bare_cli.run("import", "l.csv", "--skip-invalid")
    assert ran.code == 2
    messages = {
        fault["column"]: fault["message"] for fault in bare_cli.results("l.csv.faults.csv") if fault["row"] == "header"
    }
    assert "did you mean cus_name (客户名称)?" in messages["cus_nam"]
    assert "latlon or address" in messages["标注位置"]
    assert "no such name" in messages["zzzzzz"]
    assert "the same as the column `客户名称`" in messages["cus_name"]


def test_columns_are_renamed_and_left_out(quick_cli: Cli, sandbox: Sandbox) -> None:
    quick_cli.write("l.csv", "Firma,Wer,code,Notiz\na,b,A1,x\n")
    ran = quick_cli.run("import", "l.csv", "--map", "Firma=客户名称", "--map", "Wer=emp_name", "--ignore", "Notiz")
    assert ran.code == 0, ran.err
    assert lead_of(sandbox) == {"empName": "b", "code": "A1", "cus_name": "a"}


def test_a_renamed_column_that_is_not_there_is_an_error(bare_cli: Cli) -> None:
    bare_cli.write("l.csv", "cus_name,emp_name\na,b\n")
    ran = bare_cli.run("import", "l.csv", "--map", "Firma=cus_name")
    assert ran.code == 2
    assert "no column `Firma`" in ran.err


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("l.xls", "x", "save it as .xlsx"),
        ("l.pdf", "x", "not known"),
        ("l.xlsx", "no workbook", "no Excel workbook"),
        ("l.csv", "", "is empty"),
        ("l.csv", "cus_name,emp_name\n", "has no rows"),
        ("l.csv", "code,code\n1,2\n", "there twice: code"),
        ("l.csv", 'cus_name,emp_name\n"a,b\n', "quotation mark"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_clear_line(bare_cli: Cli, name: str, content: str, said: str) -> None:
    bare_cli.write(name, content)
    ran = bare_cli.run("import", name)
    assert ran.code == 2
    assert said in ran.err
    assert "Traceback" not in ran.err
