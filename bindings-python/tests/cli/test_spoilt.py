"""What spreadsheets have spoilt is never sent, and what they only hide is read as it was meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from qince_leads.cli.cells import unwrapped, without_invisible
from qince_leads.cli.plan import Columns

from .workbooks import HEADER, faults, formats, planned, read, row, write_xlsx

if TYPE_CHECKING:
    from pathlib import Path

    from .conftest import Cli, Sandbox

CSV = "cus_name,emp_name,code,mobile,detail,ext:数量\n"


def csv(folder: Path, *cells: str, column: int = 2) -> Path:
    lines: list[str] = []
    for number, cell in enumerate(cells):
        values = ["甲", "乙", f"A{number}", "", "", ""]
        values[column] = cell
        lines.append(",".join(values))
    path = folder / "l.csv"
    path.write_text(CSV + "\n".join(lines), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "digits", ["20260105093015100", "4600000002323430000", "1000000000000000", "4.60000000232343E+18", "1e15"]
)
def test_a_number_of_a_workbook_that_excel_may_have_cut_is_a_fault(tmp_path: Path, digits: str) -> None:
    number = f'<c r="C2"><v>{digits}</v></c>'
    path = write_xlsx(tmp_path / "l.xlsx", row(1, *HEADER), row(2, "甲", "乙", more=number), styles=formats(0))
    [(place, column, message)] = faults(path)
    assert (place, column) == (2, "code")
    assert "15" in message
    assert "text" in message


@pytest.mark.parametrize("digits", ["20260105093015123", "4600000002323432401", "999999999999999"])
def test_a_number_of_a_workbook_with_all_its_digits_is_read(tmp_path: Path, digits: str) -> None:
    number = f'<c r="C2"><v>{digits}</v></c>'
    path = write_xlsx(tmp_path / "l.xlsx", row(1, *HEADER), row(2, "甲", "乙", more=number), styles=formats(0))
    assert [lead["code"] for lead in read(path)] == [digits]


@pytest.mark.parametrize(
    "spoilt",
    [
        *("1.38E+10", "4.6E+18", "1.38e+10", "1E+15", '"1,38E+10"', "1.3800138E10", "-4.6E+18", "2.3E-05"),
        *("13800138000.0", "7.0", "4600000002323432401.00"),
        *("20260105093015100", "4600000002323430000"),
        *("#N/A", "#REF!", "#NAME?", "########"),
    ],
)
def test_a_text_of_csv_that_a_spreadsheet_spoilt_is_a_fault(tmp_path: Path, spoilt: str) -> None:
    [(place, column, _)] = faults(csv(tmp_path, spoilt))
    assert (place, column) == (2, "code")


@pytest.mark.parametrize(
    ("cell", "meant"),
    [
        ('="00123"', "00123"),
        ('"=""00123"""', "00123"),
        ("'00123", "00123"),
        ("’00123", "00123"),
        ("'00123'", "00123"),
        ("20260105093015100\t", None),
        ('="20260105093015100"', "20260105093015100"),
        ("'4600000002323430000", "4600000002323430000"),
        ("13800138000", "13800138000"),
        ("20260105093015123", "20260105093015123"),
        ("1E5", "1E5"),
        ("'t Hof", "'t Hof"),
        ("V1.0", "V1.0"),
        ("1.0.0", "1.0.0"),
        ("#12", "#12"),
    ],
)
def test_digits_that_were_kept_from_excel_are_unwrapped(tmp_path: Path, cell: str, meant: str | None) -> None:
    path = csv(tmp_path, cell)
    if meant is None:
        assert len(faults(path)) == 1
    else:
        assert [lead["code"] for lead in read(path)] == [meant]


@pytest.mark.parametrize("measure", ["1.0", "12.0", "31.963018601806095"])
def test_a_measure_is_no_spoilt_key(tmp_path: Path, measure: str) -> None:
    assert len(read(csv(tmp_path, measure, column=4))) == 1
    assert len(read(csv(tmp_path, measure, column=5))) == 1
    assert len(faults(csv(tmp_path, "4600000002323432401.0", column=5))) == 1


def test_long_numbers_are_taken_as_they_stand_where_the_user_says_so(bare_cli: Cli) -> None:
    bare_cli.write("l.csv", f"{CSV}甲,乙,20260105093015100\n")
    assert bare_cli.run("import", "l.csv", "--dry-run").code == 2
    assert bare_cli.run("import", "l.csv", "--dry-run", "--trust", "code").code == 0
    assert bare_cli.run("import", "l.csv", "--dry-run", "--trust", "C").code == 0
    assert bare_cli.run("import", "l.csv", "--dry-run", "--ignore", "code").code == 0


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ('"mobile": NaN', "NaN is no number"),
        ('"mobile": Infinity', "Infinity is no number"),
        ('"mobile": -Infinity', "-Infinity is no number"),
        ('"extra": {"a": NaN}', "NaN is no number"),
        ('"mobile": 1e400', "write it as text"),
        ('"mobile": 1E5', "write it as text"),
        ('"mobile": 4600000002323432401.0', "write it as text"),
        ('"mobile": "1.38E+10"', "its digits are lost"),
        ('"code": "x", "code": "y"', "stands there twice"),
    ],
)
def test_a_number_of_json_that_has_lost_its_digits_is_a_fault(tmp_path: Path, line: str, why: str) -> None:
    path = tmp_path / "l.jsonl"
    path.write_text(f'{{"cus_name": "甲", "emp_name": "乙", {line}}}\n', encoding="utf-8")
    messages = [message for _, _, message in faults(path)]
    assert any(why in message for message in messages), messages


@pytest.mark.parametrize(
    "digits", ["31.963018601806095", "4600000002323432401", "1234567890123456789012345678.125", "0.10"]
)
def test_a_number_of_json_keeps_every_digit(tmp_path: Path, digits: str) -> None:
    path = tmp_path / "l.jsonl"
    path.write_text(
        f'{{"cus_name": "甲", "emp_name": "乙", "latlon": {digits}, "extra": {{"deep": [{digits}]}}}}\n',
        encoding="utf-8",
    )
    plan = planned(path)
    assert plan.faults == []
    [lead] = plan.leads
    assert lead.payload.to_dict()["latlon"] == digits
    assert f'"deep":[{digits}]' in lead.payload.to_json()


@pytest.mark.parametrize(
    ("cell", "meant"),
    [
        ("\u202d13800138000\u202c", "13800138000"),
        ("A1\u200b", "A1"),
        ("\ufeffA1", "A1"),
        ("A\u00ad1", "A1"),
        ("\u2066A1\u2069", "A1"),
        ("A\x1f1", "A1"),
        ("\u202a'00123\u202c", "00123"),
        ("甲\u200d乙", "甲乙"),
        ("👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧"),
        ("\u3000A1\u00a0", "A1"),
    ],
)
def test_characters_that_nobody_sees_are_taken_out(tmp_path: Path, cell: str, meant: str) -> None:
    assert [lead["code"] for lead in read(csv(tmp_path, cell))] == [meant]


def test_what_is_taken_out_is_said(bare_cli: Cli) -> None:
    bare_cli.write("l.csv", f"\ufeff\ufeff{CSV}甲,乙,\u202dA1\u202c\n甲,乙,A2\u200b\n甲,乙,'0012\n")
    ran = bare_cli.run("import", "l.csv", "--dry-run")
    assert ran.code == 0, ran.err
    assert "a second byte order mark was passed over" in ran.err
    assert "taken out, 2 times, first in row 2, `code`: U+202D U+202C" in ran.err
    assert "taken off, in row 4, `code`: '0012" in ran.err


def test_a_name_in_json_is_cleaned_too(tmp_path: Path) -> None:
    path = tmp_path / "l.jsonl"
    path.write_text('{"cus_name\u200b": "甲", "\ufeffemp_name": "乙\u200b"}\n', encoding="utf-8")
    assert read(path) == [{"cus_name": "甲", "emp_name": "乙"}]


def test_what_is_spoilt_is_not_sent_and_the_rest_is_if_asked_to(quick_cli: Cli, sandbox: Sandbox) -> None:
    quick_cli.write("l.csv", f"{CSV}甲,乙,4.6E+18\n丙,丁,A2\n")
    assert quick_cli.run("import", "l.csv").code == 2
    assert sandbox.leads() == []
    assert quick_cli.run("import", "l.csv", "--skip-invalid").code == 1
    assert sandbox.codes() == ["A2"]


def test_a_column_that_is_left_out_has_no_faults(tmp_path: Path) -> None:
    assert planned(csv(tmp_path, "#N/A"), Columns(ignored=["code"])).faults == []


def test_unwrapping_twice_changes_nothing() -> None:
    for text in ('="a""b"', "'-1", "=1+1", "'", '=""'):
        assert unwrapped(unwrapped(text)) == unwrapped(text)
    assert without_invisible("a\tb\r\nc") == ("a\tb\r\nc", "")
