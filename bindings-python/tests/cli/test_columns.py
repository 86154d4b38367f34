"""What the columns of other people's files mean: recognised and said, or asked for with a way on."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from qince_leads import AddApaasLead, AddLead
from qince_leads.cli.aliases import ALIASES
from qince_leads.cli.fields import Names, choices
from qince_leads.cli.plan import Columns

from .workbooks import planned, read

if TYPE_CHECKING:
    from .conftest import Cli, Sandbox

SINCE = ("--create-time-start", "2020-01-01")


def sent(sandbox: Sandbox, family: str = "classic") -> list[dict[str, Any]]:
    return [json.loads(lead["writes"][0]["body"]) for lead in sandbox.leads(family)]


def test_the_words_of_a_salesperson_are_recognised_and_said(quick_cli: Cli, sandbox: Sandbox) -> None:
    header = "公司名称,负责人（必填）,编号 *,手机号,电话,手机号是否重复,客户 来源,备注"
    quick_cli.write("l.csv", f"{header}\n甲,乙,A1,138,0571,可以,展会,急\n丙,丁,A2,139,,否,,\n")
    ran = quick_cli.run("import", "l.csv", "--dry-run")
    assert ran.code == 0, ran.err
    for said in (
        "公司名称 as cus_name (客户名称)",
        "手机号 as mobile (手机号码)",
        "电话 as tel (固话)",
        "备注 as detail",
    ):
        assert said in ran.err
    assert "负责人（必填） as" not in ran.err
    assert quick_cli.run("import", "l.csv", "--workers", "1").code == 0
    assert sent(sandbox) == [
        {
            "empName": "乙",
            "code": "A1",
            "cus_name": "甲",
            "source_type": "展会",
            "mobile": "138",
            "mobile_repeat": "1",
            "tel": "0571",
            "detail": "急",
        },
        {"empName": "丁", "code": "A2", "cus_name": "丙", "mobile": "139", "mobile_repeat": "0"},
    ]


@pytest.mark.parametrize(
    ("written", "value"), [("跟进中", "2"), ("跟进", "2"), ("待处理", "1"), ("已转换", "5"), ("2", "2"), ("x", "x")]
)
def test_a_choice_is_given_by_its_label_or_its_value(written: str, value: str) -> None:
    [field] = Names(AddApaasLead).find("跟进状态")
    assert choices(field).get(written, written) == value


def test_traditional_characters_mean_the_same(bare_cli: Cli) -> None:
    assert read(bare_cli.write("l.csv", "客戶名稱,負責人,線索編碼,手機號碼\n甲公司,陳大文,A1,0912\n")) == [
        {"cus_name": "甲公司", "emp_name": "陳大文", "code": "A1", "mobile": "0912"}
    ]


def test_where_a_column_is_not_understood_no_row_is_blamed_for_lacking_it(bare_cli: Cli) -> None:
    bare_cli.write("l.csv", "客户名称,zzzz\n甲,乙\n丙,丁\n")
    assert bare_cli.run("import", "l.csv").code == 2
    assert [fault["column"] for fault in bare_cli.results("l.csv.faults.csv")] == ["zzzz"]


def test_a_choice_that_there_is_not_is_one_fault(bare_cli: Cli) -> None:
    bare_cli.write("l.csv", "客户名称,负责人,手机号码是否能重复\n甲,乙,随便\n")
    assert bare_cli.run("import", "l.csv", "--dry-run").code == 2
    [fault] = bare_cli.results("l.csv.faults.csv")
    assert "可以" in fault["message"]


def test_no_alias_means_two_attributes_or_hides_a_proper_name() -> None:
    for kind in (AddLead, AddApaasLead):
        names = Names(kind)
        for field in names.fields:
            assert field in names.find(field.name)
            for alias in ALIASES.get(field.name, ()):
                [found] = names.find(alias)
                assert found == field or names.is_proper(alias)
    assert set(ALIASES) <= {field.name for kind in (AddLead, AddApaasLead) for field in Names(kind).fields}


def test_a_fault_of_a_column_offers_what_would_mend_it(quick_cli: Cli, sandbox: Sandbox) -> None:
    quick_cli.write("l.csv", "客户名称,负责人,code,客户级别,new_parameter\n甲,乙,A1,重要,n\n")
    ran = quick_cli.run("import", "l.csv")
    assert ran.code == 2
    [level, new] = [fault["message"] for fault in quick_cli.results("l.csv.faults.csv")]
    assert "--map 客户级别=NAME (ext:KEY for a custom field)" in level
    assert "--ignore 客户级别" in level
    assert "--extra new_parameter" in new
    ran = quick_cli.run("import", "l.csv", "--map", "客户级别=ext:级别", "--ignore", "new_parameter")
    assert ran.code == 0, ran.err
    assert sent(sandbox)[0]["exts"] == [{"salesleads_ext_key": "级别", "salesleads_ext_value": "重要"}]


def test_a_column_is_sent_as_a_new_parameter_if_asked_to(bare_cli: Cli) -> None:
    path = bare_cli.write("l.csv", "客户名称,负责人,code,new_parameter\n甲,乙,A1,n\n")
    assert bare_cli.run("import", "l.csv", "--dry-run", "--extra", "new_parameter").code == 0
    [lead] = planned(path, Columns(extra=["new_parameter"])).leads
    assert lead.payload.to_dict()["extra"] == {"new_parameter": "n"}


@pytest.mark.parametrize("option", ["--ignore", "--extra", "--trust", "--code-from", "--map"])
@pytest.mark.parametrize("name", ["nosuch", "ZZ"])
@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_an_option_that_names_no_column_is_an_error(bare_cli: Cli, option: str, name: str, form: str) -> None:
    bare_cli.write("l.csv", "cus_name,emp_name\n甲,乙\n")
    bare_cli.write("l.jsonl", '{"cus_name": "甲", "emp_name": "乙"}\n')
    ran = bare_cli.run("import", f"l.{form}", "--dry-run", option, f"{name}=code" if option == "--map" else name)
    assert ran.code == 2
    assert f"error: {option}: the file has no column `{name}`" in ran.err


def test_a_file_of_names_serves_several_files(bare_cli: Cli) -> None:
    bare_cli.write("names.txt", "# names of the CRM\nFirma=cus_name\nWer=emp_name\nNotiz=\n\nElsewhere=code\n")
    bare_cli.write("l.csv", "Firma,Wer,Notiz\n甲,乙,x\n")
    ran = bare_cli.run("import", "l.csv", "--dry-run", "--mapping", "names.txt")
    assert ran.code == 0, ran.err
    assert "Firma as cus_name" in ran.err
    bare_cli.write("names.txt", "Firma\n")
    assert "names.txt, line 1: write COLUMN=NAME" in bare_cli.run("import", "l.csv", "--mapping", "names.txt").err


def test_columns_of_one_name_are_told_apart_by_their_letters(bare_cli: Cli) -> None:
    path = bare_cli.write("l.csv", "备注,客户名称,负责人,备注\na,甲,乙,b\n")
    ran = bare_cli.run("import", "l.csv", "--dry-run")
    assert "there twice: 备注 (A and D); leave one out by --ignore D" in ran.err
    assert bare_cli.run("import", "l.csv", "--dry-run", "--ignore", "A").code == 0
    assert bare_cli.run("import", "l.csv", "--dry-run", "--map", "D=ext:备注").code == 0
    assert path.exists()


@pytest.mark.parametrize("header", ["name", "wire", "label"])
@pytest.mark.parametrize("form", ["csv", "xlsx", "jsonl"])
def test_an_export_is_a_file_to_import(quick_cli: Cli, sandbox: Sandbox, header: str, form: str) -> None:
    titles = "cus_name,emp_name,code,mobile,tel,省名称,来源,ext:颜色,detail"
    quick_cli.write("in.csv", f"{titles}\n=甲,乙,A1,013800138000,+86 571,浙江省,展会,红,1.0\n-丙,丁,A2,,,,,,\n")
    assert quick_cli.run("import", "in.csv", "--workers", "1").code == 0
    before = sent(sandbox)
    assert quick_cli.run("export", f"out.{form}", "--header", header, *SINCE).code == 0
    sandbox.ask("DELETE", "state")
    ran = quick_cli.run("import", f"out.{form}", "--workers", "1")
    assert ran.code == 0, ran.err
    assert "left out, for an add does not take what an export has there" in ran.err
    after = sent(sandbox)
    assert len(after) == 2
    for was, now in zip(before, after, strict=True):
        assert {name: now.get(name) for name in was} == was


def test_an_export_of_apaas_leads_is_a_file_to_import(quick_cli: Cli, sandbox: Sandbox) -> None:
    quick_cli.write("in.csv", "company_name,code,mobile,mobile.code,ext:k,省名称\n甲,P1,138,86,v,浙江省\n")
    assert quick_cli.run("import", "in.csv", "--apaas").code == 0
    [before] = sent(sandbox, "apaas")
    assert quick_cli.run("export", "out.xlsx", "--apaas", *SINCE).code == 0
    sandbox.ask("DELETE", "state")
    ran = quick_cli.run("import", "out.xlsx", "--apaas")
    assert ran.code == 0, ran.err
    [after] = sent(sandbox, "apaas")
    assert {name: after.get(name) for name in before} == before


@pytest.mark.parametrize("family", [(), ("--apaas",)])
def test_a_template_is_read_back(bare_cli: Cli, family: tuple[str, ...]) -> None:
    ran = bare_cli.run("template", "leads.xlsx", *family)
    assert ran.code == 0
    assert "qince-leads import leads.xlsx" in ran.err
    workbook = openpyxl.load_workbook(bare_cli.folder / "leads.xlsx")
    sheet: Any = workbook.active
    kind = AddApaasLead if family else AddLead
    titles = [cell.value for cell in sheet[1]]
    meant = [field.name for title in titles for field in Names(kind).find(title)]
    assert sorted(meant) == sorted(field.name for field in Names(kind).fields if field.name != "exts")
    assert all(cell.comment.text for cell in sheet[1])
    may_repeat = titles.index("手机号码是否能重复")
    assert "可选值：不可以，可以" in sheet.cell(1, may_repeat + 1).comment.text
    lists = [each for each in sheet.data_validations.dataValidation if each.type == "list"]
    assert any(each.formula1 == '"不可以,可以"' for each in lists)
    name = "企业名称" if family else "客户名称"
    for title, value in {
        name: "甲",
        "线索编码": "0012",
        "手机号码": "13800138000",
        "手机号码是否能重复": "可以",
    }.items():
        sheet.cell(2, titles.index(title) + 1).value = value
    if not family:
        sheet.cell(2, titles.index("负责人") + 1).value = "乙"
        workbook.save(bare_cli.folder / "leads.xlsx")
        assert read(bare_cli.folder / "leads.xlsx") == [
            {"cus_name": "甲", "emp_name": "乙", "code": "0012", "mobile": "13800138000", "mobile_repeat": "1"}
        ]
    workbook.save(bare_cli.folder / "leads.xlsx")
    ran = bare_cli.run("import", "leads.xlsx", "--dry-run", *family)
    assert "1 row" in ran.err
    assert "header" not in ran.err


def test_a_template_replaces_nothing_unasked_and_is_a_workbook(bare_cli: Cli) -> None:
    bare_cli.write("leads.xlsx", "mine")
    assert "--force" in bare_cli.run("template", "leads.xlsx").err
    assert bare_cli.run("template", "leads.xlsx", "--force").code == 0
    assert "name it .xlsx" in bare_cli.run("template", "leads.csv").err
