"""Workbooks as people and programs make them: read as their user sees them, or refused in one line."""

from __future__ import annotations

import datetime
import zipfile
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
import xlwt  # type: ignore[import-untyped]
from qince_leads.cli.console import UserError
from qince_leads.cli.dates import date_text, shows_date
from qince_leads.cli.plan import Columns

from .workbooks import (
    HEADER,
    STRICT,
    STRICT_REFERENCES,
    faults,
    formats,
    planned,
    read,
    row,
    text,
    write_xlsx,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from .conftest import Cli

LEAD = row(1, *HEADER), row(2, "甲", "乙", "A1")


@pytest.mark.parametrize(
    ("number_format", "number", "shown"),
    [
        *((built_in, 46027, "2026-01-05") for built_in in (14, 17, 27, 28, 29, 30, 31, 36, 50, 51, 52, 53, 54, 57, 58)),
        *((built_in, 46027.5, "2026-01-05 12:00:00") for built_in in (14, 22, 31, 58)),
        *((built_in, 0.5, "12:00:00") for built_in in (18, 21, 32, 33, 34, 35, 45, 55, 56)),
        (46, 1.25, "30:00:00"),
        (22, 46027, "2026-01-05 00:00:00"),
        (0, 46027, "46027"),
        (1, 46027, "46027"),
        (49, 46027, "46027"),
    ],
)
def test_a_date_in_a_format_without_a_code_is_a_date(
    tmp_path: Path, number_format: int, number: float, shown: str
) -> None:
    cell = f'<c r="C2" s="0"><v>{number}</v></c>'
    path = write_xlsx(
        tmp_path / "l.xlsx", row(1, *HEADER), row(2, "甲", "乙", more=cell), styles=formats(number_format)
    )
    assert [lead["code"] for lead in read(path)] == [shown]


@pytest.mark.parametrize(
    ("code", "is_date"),
    [
        ("yyyy/m/d", True),
        ('yyyy"年"m"月"d"日"', True),
        ("[$-804]aaaa;@", True),
        ('[DBNum1][$-804]e"年"m"月"', True),
        ('上午/下午h"时"mm"分"', True),
        ("[h]:mm", True),
        ("General", False),
        ("G/通用格式", False),
        ("0.00E+00", False),
        ('#,##0"元/day"', False),
        ("[Red]0", False),
        ("\\d0", False),
        ("0_d", False),
        ("@", False),
    ],
)
def test_a_format_is_that_of_a_date_by_what_it_shows(code: str, is_date: bool) -> None:
    assert shows_date(code) is is_date


@pytest.mark.parametrize(
    ("number", "from_1904", "shown"),
    [
        (1, False, "1900-01-01"),
        (59, False, "1900-02-28"),
        (61, False, "1900-03-01"),
        (46027.999999999, False, "2026-01-06"),
        (2958465, False, "9999-12-31"),
        (44565, True, "2026-01-05"),
    ],
)
def test_days_are_counted_as_excel_counts_them(number: float, from_1904: bool, shown: str) -> None:
    assert date_text(number, "yyyy/m/d", from_1904=from_1904) == shown


@pytest.mark.parametrize("number", ["60", "-1", "2958466", "1e300", "NaN", "x"])
def test_a_day_that_there_is_not_is_a_fault(tmp_path: Path, number: str) -> None:
    cell = f'<c r="C2"><v>{number}</v></c>'
    path = write_xlsx(tmp_path / "l.xlsx", row(1, *HEADER), row(2, "甲", "乙", more=cell), styles=formats(14))
    assert [(place, column) for place, column, _ in faults(path)] == [(2, "code")]


def test_characters_that_xml_does_not_hold_are_unescaped(tmp_path: Path) -> None:
    strings = (
        "<si><t>一_x000D_\n二</t></si><si><t>A_x005F_x000D_B</t></si>"
        "<si><r><t>富</t></r><r><t>文本</t></r><rPh><t>x</t></rPh></si>"
    )
    cells = "".join(f'<c r="{letter}2" t="s"><v>{n}</v></c>' for n, letter in enumerate("CDE"))
    path = write_xlsx(
        tmp_path / "l.xlsx",
        row(1, "cus_name", "emp_name", "detail", "code", "linkman"),
        row(2, "甲", "乙_x0041_", more=cells),
        strings=strings,
    )
    assert read(path) == [
        {"cus_name": "甲", "emp_name": "乙A", "detail": "一\r\n二", "code": "A_x000D_B", "linkman": "富文本"}
    ]


def test_the_strict_form_and_other_prefixes_are_read(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "l.xlsx", *LEAD, main=STRICT, references=STRICT_REFERENCES)
    assert len(read(path)) == 1
    prefixed = tmp_path / "p.xlsx"
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(prefixed, "w") as target:
        for name in source.namelist():
            content = source.read(name).decode()
            if name.endswith("sheet1.xml"):
                for element in ("worksheet", "sheetData", "row", "c", "is", "t"):
                    content = content.replace(f"<{element} ", f"<x:{element} ").replace(
                        f"<{element}>", f"<x:{element}>"
                    )
                    content = content.replace(f"</{element}>", f"</x:{element}>")
                content = content.replace("xmlns=", "xmlns:x=")
            target.writestr(name.replace("/", "\\") if "sheet1" in name else name, content)
    assert read(prefixed) == read(path)


def test_styles_of_report_servers_are_no_matter(tmp_path: Path) -> None:
    styles = "<fonts><font/></fonts><fills><fill/></fills>" + formats(0)
    assert len(read(write_xlsx(tmp_path / "l.xlsx", *LEAD, styles=styles))) == 1


def test_rows_and_cells_without_their_place_follow_each_other(tmp_path: Path) -> None:
    cells = "".join(f'<c t="inlineStr"><is><t>{value}</t></is></c>' for value in ("甲", "乙", "A1"))
    header = "".join(f'<c t="inlineStr"><is><t>{value}</t></is></c>' for value in HEADER)
    plan = planned(write_xlsx(tmp_path / "l.xlsx", f"<row>{header}</row>", f"<row>{cells}</row>"))
    assert [(lead.row, lead.code) for lead in plan.leads] == [(2, "A1")]


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_the_first_sheet_that_can_be_seen_is_read(bare_cli: Cli, state: str) -> None:
    sheets = f'<sheet name="字典" sheetId="2" state="{state}" r:id="r2"/><sheet name="线索" sheetId="1" r:id="r1"/>'
    write_xlsx(bare_cli.folder / "l.xlsx", *LEAD, sheets=sheets)
    ran = bare_cli.run("import", "l.xlsx", "--dry-run")
    assert ran.code == 0, ran.err
    assert "sheet `线索`, the first that is not hidden of 2" in ran.err
    assert "字典 (hidden)" in bare_cli.run("import", "l.xlsx", "--sheet", "x").err
    assert bare_cli.run("import", "l.xlsx", "--dry-run", "--sheet", "2").code == 0
    assert "词典" in bare_cli.run("import", "l.xlsx", "--dry-run", "--sheet", "字典").err


def test_hidden_rows_are_left_out_and_said(bare_cli: Cli) -> None:
    write_xlsx(
        bare_cli.folder / "l.xlsx",
        row(1, "machine", "names", "here", attributes='hidden="1"'),
        row(2, *HEADER),
        row(3, "甲", "乙", "A1"),
        row(4, "丙", "丁", "A2", attributes='hidden="1"'),
        row(5, "戊", "己", "A3", attributes='ht="0" customHeight="1"'),
    )
    ran = bare_cli.run("import", "l.xlsx", "--dry-run")
    assert ran.code == 0, ran.err
    assert "1 row can be sent" in ran.err
    assert "a hidden row was left out (--include-hidden reads it), 3 times, first row 1" in ran.err
    ran = bare_cli.run("import", "l.xlsx", "--dry-run", "--include-hidden", "--header-row", "2")
    assert "3 rows can be sent" in ran.err


def test_merged_cells_are_filled_down_and_said(bare_cli: Cli) -> None:
    workbook = openpyxl.Workbook()
    sheet: Any = workbook.active
    for line in (
        HEADER,
        ("甲", "乙", "A1"),
        ("丙", None, "A2"),
        ("丁", None, "A3"),
        (None, None, None),
        ("戊", "己", "A4"),
    ):
        sheet.append(line)
    sheet.merge_cells("B2:B5")
    workbook.save(bare_cli.folder / "l.xlsx")
    assert [lead["emp_name"] for lead in read(bare_cli.folder / "l.xlsx")] == ["乙", "乙", "乙", "己"]
    assert "merged cells were filled, 2 times, first row 3: 乙" in bare_cli.run("import", "l.xlsx", "--dry-run").err


def test_cells_that_are_merged_across_columns_are_a_fault(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    sheet: Any = workbook.active
    for line in (HEADER, ("华东区", None, None), ("甲", "乙", "A1")):
        sheet.append(line)
    sheet.merge_cells("A2:C2")
    workbook.save(tmp_path / "l.xlsx")
    place, column, why = faults(tmp_path / "l.xlsx")[0]
    assert (place, column, "merged" in why) == (2, "cus_name", True)
    assert [lead.code for lead in planned(tmp_path / "l.xlsx").leads] == ["A1"]


def test_a_header_of_two_rows_is_not_filled_into_the_leads(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    sheet: Any = workbook.active
    for line in (
        ("客户名称", "联系方式", None, "负责人"),
        (None, "手机号码", "固话", None),
        ("甲", "138", "0571", "乙"),
    ):
        sheet.append(line)
    for merged in ("A1:A2", "B1:C1", "D1:D2"):
        sheet.merge_cells(merged)
    workbook.save(tmp_path / "l.xlsx")
    plan = planned(tmp_path / "l.xlsx")
    assert plan.has_wrong_columns
    assert not plan.leads


@pytest.mark.parametrize("title", ["2026年线索登记表", "线索"])
@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_a_title_above_the_columns_is_said_with_what_to_do(bare_cli: Cli, suffix: str, title: str) -> None:
    lines = [[title], [], ["客户名称", "负责人", "线索编码"], ["甲", "乙", "A1"]]
    if suffix == "csv":
        bare_cli.write("l.csv", "\n".join(",".join(line) for line in lines))
    else:
        workbook = openpyxl.Workbook()
        sheet: Any = workbook.active
        for line in lines:
            sheet.append(line)
        sheet.merge_cells("A1:C1")
        workbook.save(bare_cli.folder / "l.xlsx")
    ran = bare_cli.run("import", f"l.{suffix}", "--dry-run")
    assert ran.code == 2
    assert len(ran.err.splitlines()) == 1
    assert "--header-row 3" in ran.err
    assert bare_cli.run("import", f"l.{suffix}", "--dry-run", "--header-row", "3").code == 0
    assert "has no row 9" in bare_cli.run("import", f"l.{suffix}", "--dry-run", "--header-row", "9").err


def test_a_formula_is_its_result_or_a_fault(tmp_path: Path) -> None:
    def formula(number: int, rest: str, kind: str = "n") -> str:
        return row(number, "甲", "乙", more=f'<c r="C{number}" t="{kind}"><f>A1</f>{rest}</c>')

    path = write_xlsx(
        tmp_path / "l.xlsx",
        row(1, *HEADER),
        formula(2, "<v>7</v>"),
        formula(3, "<v></v>"),
        formula(4, ""),
        formula(5, "<v></v>", "str"),
        formula(6, "<v>A6</v>", "str"),
    )
    plan = planned(path)
    assert [(fault.row, "formula" in fault.message) for fault in plan.faults] == [(3, True), (4, True)]
    assert [lead.code for lead in plan.leads] == ["7", None, "A6"]


def broken(change: Callable[[bytes], bytes], name: str = "xl/worksheets/sheet1.xml") -> Callable[[Path], None]:
    """A workbook, one of whose files is changed."""

    def write(path: Path) -> None:
        whole = write_xlsx(path, *LEAD, strings="<si><t>x</t></si>", styles=formats(0))
        with zipfile.ZipFile(whole) as archive:
            parts = {each: archive.read(each) for each in archive.namelist()}
        parts[name] = change(parts[name])
        with zipfile.ZipFile(path, "w") as archive:
            for each, content in parts.items():
                archive.writestr(each, content)

    return write


def cell(written: str) -> Callable[[Path], None]:
    """A workbook with this cell in it."""
    return lambda path: write_xlsx(
        path, row(1, *HEADER), row(2, "甲", "乙", more=written), strings="<si><t>x</t></si>"
    ).touch()


def cut(path: Path) -> None:
    many = [row(number, f"客户{number}", "乙", f"A{number}") for number in range(2, 3000)]
    content = write_xlsx(path, LEAD[0], *many).read_bytes()
    path.write_bytes(content[: len(content) // 2])


def spoilt(path: Path) -> None:
    many = [row(number, f"客户{number}", "乙", f"A{number}") for number in range(2, 3000)]
    content = bytearray(write_xlsx(path, LEAD[0], *many).read_bytes())
    content[len(content) // 2 : len(content) // 2 + 50] = bytes(50)
    path.write_bytes(content)


DAMAGED: dict[str, Callable[[Path], Any]] = {
    "cut in the middle": cut,
    "overwritten in the middle": spoilt,
    "a text that is not there": cell('<c r="C2" t="s"><v>99</v></c>'),
    "no number of a text": cell('<c r="C2" t="s"><v>x</v></c>'),
    "no shared texts": lambda path: write_xlsx(
        path,
        row(1, *HEADER),
        row(2, "甲", "乙", more='<c r="C2" t="s"><v>0</v></c>'),
        strings="",
        without="xl/sharedStrings.xml",
    ),
    "a date that is none": cell('<c r="C2" t="d"><v>2026-13-45</v></c>'),
    "a kind that is none": cell('<c r="C2" t="zz"><v>1</v></c>'),
    "a column that is none": cell('<c r="ZZZZ2"><v>1</v></c>'),
    "no sheet": lambda path: write_xlsx(path, *LEAD, without="xl/worksheets/sheet1.xml"),
    "no workbook": lambda path: write_xlsx(path, *LEAD, without="xl/workbook.xml"),
    "no relationships": lambda path: write_xlsx(path, *LEAD, without="_rels/.rels"),
    "chart sheets only": lambda path: write_xlsx(path, *LEAD, kind="chartsheet"),
    "no sheets": lambda path: write_xlsx(path, *LEAD, sheets=""),
    "hidden sheets only": lambda path: write_xlsx(
        path, *LEAD, sheets='<sheet name="线索" sheetId="1" state="hidden" r:id="r1"/>'
    ),
    "XML that ends early": broken(lambda content: content[:-30]),
    "XML that is broken": broken(lambda content: content.replace(b"</row>", b"</wor>", 1)),
    "entities": broken(lambda content: content.replace(b"<worksheet", b'<!DOCTYPE x [<!ENTITY a "b">]><worksheet', 1)),
    "broken styles": broken(lambda content: content.replace(b'numFmtId="0"', b'numFmtId="x"'), "xl/styles.xml"),
    "empty file": lambda path: path.write_bytes(b""),
    "a web page": lambda path: path.write_bytes(b"<html><table><tr><td>x</td></tr></table></html>"),
    "an empty zip": lambda path: zipfile.ZipFile(path, "w").close(),
}


@pytest.mark.parametrize("damage", DAMAGED)
def test_a_damaged_workbook_ends_in_one_line_that_says_what_to_do(bare_cli: Cli, damage: str) -> None:
    DAMAGED[damage](bare_cli.folder / "l.xlsx")
    ran = bare_cli.run("import", "l.xlsx")
    assert ran.code == 2
    [line] = ran.err.splitlines()
    assert line.startswith("error: l.xlsx ")
    assert any(
        word in line for word in ("open it in Excel", "get it whole", "choose one by --sheet", "no sheet with cells")
    )
    assert [path.name for path in bare_cli.folder.iterdir()] == ["l.xlsx"]


def test_a_workbook_with_a_password_is_refused_in_one_line(bare_cli: Cli) -> None:
    start = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
    (bare_cli.folder / "l.xlsx").write_bytes(start + "EncryptedPackage".encode("utf-16-le"))
    [line] = bare_cli.run("import", "l.xlsx").err.splitlines()
    assert "password" in line


def old_workbook(path: Path) -> None:
    """What Excel 97 to 2003 writes."""
    workbook = xlwt.Workbook()
    hidden = workbook.add_sheet("字典")
    hidden.write(0, 0, "词典")
    hidden.visibility = 2
    sheet = workbook.add_sheet("线索")
    for place, name in enumerate((*HEADER, "mobile", "ext:日期", "ext:数量")):
        sheet.write(0, place, name)
    sheet.write(1, 0, "甲")
    sheet.write_merge(1, 2, 1, 1, "乙")
    sheet.write(1, 2, 7, xlwt.easyxf(num_format_str="0000"))
    sheet.write(1, 3, 13800138000)
    sheet.write(1, 4, datetime.date(2026, 1, 5), xlwt.easyxf(num_format_str="yyyy/m/d"))
    sheet.write(1, 5, 1.5)
    sheet.write(2, 0, "丙")
    sheet.write(2, 2, "A2")
    sheet.write(3, 0, "丁")
    sheet.row(3).hidden = True
    workbook.active_sheet = 1
    workbook.save(str(path))


def test_an_old_workbook_is_read_as_its_user_sees_it(tmp_path: Path) -> None:
    old_workbook(tmp_path / "l.xls")
    first, second = read(tmp_path / "l.xls")
    assert first == {
        "cus_name": "甲",
        "emp_name": "乙",
        "code": "0007",
        "mobile": "13800138000",
        "exts": first["exts"],
    }
    assert [each["salesleads_ext_value"] for each in first["exts"]] == ["2026-01-05", "1.5"]
    assert second == {"cus_name": "丙", "emp_name": "乙", "code": "A2"}


@pytest.mark.parametrize("value", [4.6e18, 20260105093015100.0])
def test_an_old_workbook_with_a_cut_number_is_a_fault(tmp_path: Path, value: float) -> None:
    workbook = xlwt.Workbook()
    sheet = workbook.add_sheet("线索")
    for place, (name, given) in enumerate(zip(HEADER, ("甲", "乙", value), strict=True)):
        sheet.write(0, place, name)
        sheet.write(1, place, given)
    workbook.save(str(tmp_path / "l.xls"))
    assert [(place, column) for place, column, _ in faults(tmp_path / "l.xls")] == [(2, "code")]


@pytest.mark.parametrize("share", [0.1, 0.3, 0.5, 0.7, 0.9])
def test_an_old_workbook_that_was_cut_ends_in_one_line(bare_cli: Cli, share: float) -> None:
    old_workbook(bare_cli.folder / "l.xls")
    content = (bare_cli.folder / "l.xls").read_bytes()
    (bare_cli.folder / "l.xls").write_bytes(content[: int(len(content) * share)])
    ran = bare_cli.run("import", "l.xls", "--dry-run")
    assert ran.code == 2
    assert len(ran.err.splitlines()) == 1


ODS = """<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0">
<office:automatic-styles>
<style:style style:name="h"><style:table-properties table:display="false"/></style:style>
</office:automatic-styles><office:body><office:spreadsheet>
<table:table table:name="字典" table:style-name="h">
<table:table-row><table:table-cell><text:p>词典</text:p></table:table-cell>
</table:table-row></table:table>
<table:table table:name="线索">{rows}<table:table-row table:number-rows-repeated="1048570">
<table:table-cell table:number-columns-repeated="16384"/></table:table-row></table:table>
</office:spreadsheet></office:body></office:document-content>"""


def ods(path: Path, *rows: str) -> Path:
    """An OpenDocument spreadsheet of these rows."""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", ODS.format(rows="".join(rows)))
    return path


def shown(*values: str) -> str:
    """Cells that hold texts."""
    cell = '<table:table-cell office:value-type="string"><text:p>%s</text:p></table:table-cell>'
    return "".join(cell % value for value in values)


def number(value: str, as_shown: str) -> str:
    """A cell that holds a number."""
    given = f'office:value-type="float" office:value="{value}"'
    return f"<table:table-cell {given}><text:p>{as_shown}</text:p></table:table-cell>"


def test_an_open_document_is_read_as_its_user_sees_it(tmp_path: Path) -> None:
    path = ods(
        tmp_path / "l.ods",
        f"<table:table-row>{shown(*HEADER, 'mobile', 'ext:日期', 'detail')}</table:table-row>",
        f"""<table:table-row>{shown("甲")}<table:table-cell table:number-rows-spanned="2"><text:p>乙</text:p>
        </table:table-cell>{number("7", "0007")}{number("13800138000", "1.38E+10")}
        <table:table-cell office:value-type="date" office:date-value="2026-01-05"><text:p>05.01.26</text:p>
        </table:table-cell><table:table-cell><office:annotation><text:p>注</text:p></office:annotation>
        <text:p>a<text:s/>b</text:p><text:p>c</text:p></table:table-cell></table:table-row>""",
        f"<table:table-row>{shown('丙')}<table:covered-table-cell/>{shown('A2')}</table:table-row>",
        f'<table:table-row table:visibility="filter">{shown("丁", "戊", "A3")}</table:table-row>',
        f'<table:table-row table:number-rows-repeated="2"><table:table-cell/>{shown("己")}</table:table-row>',
    )
    plan = planned(path)
    assert plan.faults == []
    assert [(lead.row, lead.payload.to_dict()) for lead in plan.leads] == [
        (
            2,
            {
                "cus_name": "甲",
                "emp_name": "乙",
                "code": "0007",
                "mobile": "13800138000",
                "detail": "a b\nc",
                "exts": [{"salesleads_ext_key": "日期", "salesleads_ext_value": "2026-01-05"}],
            },
        ),
        (3, {"cus_name": "丙", "emp_name": "乙", "code": "A2"}),
        (5, {"emp_name": "己"}),
        (6, {"emp_name": "己"}),
    ]


def test_an_open_document_with_a_cut_number_or_broken_xml_is_no_lead(tmp_path: Path) -> None:
    path = ods(
        tmp_path / "l.ods",
        f"<table:table-row>{shown(*HEADER)}</table:table-row>",
        f"<table:table-row>{shown('甲', '乙')}{number('4.6E+18', '4.6E+18')}</table:table-row>",
    )
    assert [(place, column) for place, column, _ in faults(path)] == [(2, "code")]
    ods(path, "<table:table-row>")
    with pytest.raises(UserError, match=r"l\.ods is no workbook that can be read: its XML is broken"):
        planned(path)


def test_cells_of_columns_without_a_name_are_named_or_left_out_by_their_letter(tmp_path: Path) -> None:
    path = write_xlsx(
        tmp_path / "l.xlsx", row(1, "cus_name", "emp_name"), row(2, "甲", "乙", "A1", more=text("E2", "x"))
    )
    assert [
        (column, f"--ignore {letter}" in why) for (_, column, why), letter in zip(faults(path), "CE", strict=True)
    ] == [
        ("", True),
        ("", True),
    ]
    plan = planned(path, Columns(renamed={"C": "code"}, ignored=["E"]))
    assert plan.faults == []
    assert [lead.code for lead in plan.leads] == ["A1"]
    with pytest.raises(UserError, match="no column `F`"):
        planned(path, Columns(ignored=["C", "E", "F"]))
