"""Adding the leads of a file: checked whole, sent once, told row by row."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

if TYPE_CHECKING:
    from .conftest import Cli, Sandbox


def leads(first: int, last: int) -> str:
    return "cus_name,emp_name,code\n" + "".join(f"客户{n},张三,L{n}\n" for n in range(first, last + 1))


def test_all_faults_are_reported_by_row_and_column_and_nothing_is_sent(quick_cli: Cli, sandbox: Sandbox) -> None:
    long = "x" * 101
    quick_cli.write(
        "l.csv", f"客户名称,负责人,code,mobile_repeat,ext:k\n{long},b,A1,7,{long}\n\nc,,A2,,\nd,e,A3,1,v\nf,g,A3,,\n"
    )
    ran = quick_cli.run("import", "l.csv")
    assert ran.code == 2
    assert sandbox.leads() == []
    assert not (quick_cli.folder / "l.csv.journal.jsonl").exists()
    faults = quick_cli.results("l.csv.faults.csv")
    assert [(fault["row"], fault["column"], fault["rule"]) for fault in faults] == [
        ("2", "客户名称", "max_length"),
        ("2", "mobile_repeat", "allowed_values"),
        ("2", "ext:k", "max_length"),
        ("4", "", "required_one_of"),
        ("6", "code", "duplicate"),
    ]
    assert "101 characters, at most 100" in ran.err
    assert "the same code as in row 5" in ran.err
    assert "5 faults in 3 rows" in ran.err
    assert "nothing was sent" in ran.err


def test_all_faults_are_marked_in_a_copy_where_they_are(bare_cli: Cli) -> None:
    rows = [
        "客户名单",
        "客户名称,负责人,手机,编码,",
        "甲,张三,13800138000,L1,",
        ",,,,",
        "乙,张三,1.38E+10,L2,stray",
        "丙,,138,L1,",
    ]
    bare_cli.write("l.csv", "\n".join(rows))
    ran = bare_cli.run("import", "l.csv", "--header-row", "2", "--faults", "marked.xlsx")
    assert ran.code == 2
    assert "all of them: marked.xlsx" in ran.err
    sheet: Any = openpyxl.load_workbook(bare_cli.folder / "marked.xlsx").active
    texts = {cell.coordinate: cell.value for row in sheet.iter_rows() for cell in row if cell.value}
    # All but the title above the header, where it was.
    places = (
        (f"{letter}{number}", text)
        for number, row in enumerate(rows, 1)
        for letter, text in zip("ABCDE", row.split(","), strict=False)
    )
    assert texts == {place: text for place, text in places if text and place != "A1"}
    notes = {cell.coordinate: cell.comment.text for row in sheet.iter_rows() for cell in row if cell.comment}
    assert set(notes) == {"A5", "C5", "A6", "D6"}
    assert "its digits are lost" in notes["C5"]
    assert "a value in column E, which has no name" in notes["A5"]
    assert "the same code as in row 3" in notes["D6"]
    coloured = {cell.coordinate for row in sheet.iter_rows() for cell in row if cell.fill.fgColor.rgb == "FFFFC7CE"}
    assert coloured == set(notes)


def test_what_is_wrong_with_columns_is_marked_in_the_header(bare_cli: Cli) -> None:
    bare_cli.write("l.csv", "客户名称,负责人,nonsense\n甲,张三,x\n")
    assert bare_cli.run("import", "l.csv", "--faults", "marked.xlsx").code == 2
    sheet: Any = openpyxl.load_workbook(bare_cli.folder / "marked.xlsx").active
    assert "no such name; did you mean detail" in sheet["C1"].comment.text
    bare_cli.write("l.jsonl", '{"nonsense": 1}\n')
    ran = bare_cli.run("import", "l.jsonl", "--faults", "marked.xlsx")
    assert (ran.code, "has no columns to mark; name the file .csv" in ran.err) == (2, True)


def test_only_some_faults_are_shown_but_all_are_written(bare_cli: Cli) -> None:
    bare_cli.write("l.csv", "cus_name,code\n" + "".join(f"a,C{n}\n" for n in range(50)))
    ran = bare_cli.run("import", "l.csv", "--show", "3", "--faults", "f.csv")
    assert "and 47 more faults" in ran.err
    assert len(bare_cli.results("f.csv")) == 50


def test_right_rows_are_sent_though_others_are_wrong_if_asked_to(quick_cli: Cli, sandbox: Sandbox) -> None:
    quick_cli.write("l.csv", "cus_name,emp_name,code\na,b,A1\nc,,A2\nd,e,A3\n")
    ran = quick_cli.run("import", "l.csv", "--skip-invalid")
    assert ran.code == 1
    assert sandbox.codes() == ["A1", "A3"]
    assert [row["outcome"] for row in quick_cli.results("l.csv.result.csv")] == ["added", "skipped", "added"]


def test_a_dry_run_only_checks_and_needs_no_account(bare_cli: Cli) -> None:
    bare_cli.account = dict.fromkeys(bare_cli.account, "-")
    bare_cli.write("l.csv", leads(1, 3))
    ran = bare_cli.run("import", "l.csv", "--dry-run", shows_secrets=True)
    assert ran.code == 0
    assert "3 rows can be sent" in ran.err
    assert [path.name for path in bare_cli.folder.iterdir()] == ["l.csv"]


def test_a_result_says_what_came_of_each_row(cli: Cli, sandbox: Sandbox) -> None:
    cli.write("l.csv", leads(1, 30))
    ran = cli.run("import", "l.csv", "--result", "r.csv")
    assert ran.code == 0, ran.err
    ids = {lead["code"]: lead["id"] for lead in sandbox.leads()}
    rows = cli.results("r.csv")
    assert [row["row"] for row in rows] == [str(n) for n in range(2, 32)]
    assert all(row["outcome"] == "added" and row["id"] == ids[row["code"]] for row in rows)


def test_a_code_that_exists_is_a_failure_to_report(quick_cli: Cli, sandbox: Sandbox) -> None:
    quick_cli.write("first.csv", leads(1, 1))
    quick_cli.write("l.csv", leads(1, 2))
    quick_cli.run("import", "first.csv")
    ran = quick_cli.run("import", "l.csv")
    assert ran.code == 1
    assert "已存在" in ran.err
    assert [row["outcome"] for row in quick_cli.results("l.csv.result.csv")] == ["rejected", "added"]
    assert sandbox.codes() == ["L1", "L2"]


def test_a_second_run_passes_over_what_is_done(cli: Cli, sandbox: Sandbox) -> None:
    cli.write("l.csv", leads(1, 5))
    cli.run("import", "l.csv")
    before = (cli.folder / "l.csv.journal.jsonl").read_bytes()
    ran = cli.run("import", "l.csv")
    assert ran.code == 0
    assert "5 of them by an earlier run" in ran.err
    assert (cli.folder / "l.csv.journal.jsonl").read_bytes() == before
    assert [row["outcome"] for row in cli.results("l.csv.result.csv")] == ["added"] * 5
    assert all(len(lead["writes"]) == 1 for lead in sandbox.leads())


def test_what_was_rejected_is_sent_again_only_if_asked_to(quick_cli: Cli, sandbox: Sandbox) -> None:
    quick_cli.write("first.csv", leads(1, 1))
    quick_cli.run("import", "first.csv")
    quick_cli.write("l.csv", leads(1, 2))
    quick_cli.run("import", "l.csv")
    assert quick_cli.run("import", "l.csv").code == 1
    sandbox.ask("DELETE", "state")
    assert quick_cli.run("import", "l.csv", "--retry-rejected").code == 0
    assert sandbox.codes() == ["L1"]


def test_a_changed_file_is_refused_with_what_to_do(quick_cli: Cli, sandbox: Sandbox) -> None:
    quick_cli.write("l.csv", leads(1, 2))
    quick_cli.run("import", "l.csv")
    quick_cli.write("l.csv", leads(1, 3))
    ran = quick_cli.run("import", "l.csv")
    assert ran.code == 2
    assert "the file has changed" in ran.err
    assert "--journal" in ran.err
    assert sandbox.codes() == ["L1", "L2"]


def test_codes_are_generated_the_same_each_time(quick_cli: Cli, sandbox: Sandbox) -> None:
    quick_cli.write("l.csv", "cus_name,emp_name,code\na,b,\na,b,\nc,d,\ne,f,OWN\n")
    assert "3 rows without a code" in quick_cli.run("import", "l.csv", "--dry-run").err
    assert quick_cli.run("import", "l.csv", "--generate-codes").code == 0
    codes = sandbox.codes()
    assert len(set(codes)) == 4
    quick_cli.write("again.csv", "emp_name,cus_name,code\nf,e,OWN\nb,a,\nd,c,\nb,a,\n")
    ran = quick_cli.run("import", "again.csv", "--generate-codes")
    assert ran.code == 1
    assert [row["outcome"] for row in quick_cli.results("again.csv.result.csv")] == ["rejected"] * 4
    assert sandbox.codes() == codes


def test_codes_are_taken_from_other_columns(quick_cli: Cli, sandbox: Sandbox) -> None:
    quick_cli.write("l.csv", "cus_name,emp_name,CRM,Nr\na,b,x,1\nc,d,x,2\n")
    ran = quick_cli.run("import", "l.csv", "--code-from", "CRM", "--code-from", "Nr")
    assert ran.code == 0, ran.err
    assert sandbox.codes() == ["x-1", "x-2"]


def test_each_row_is_begun_before_and_done_after_it_is_sent(cli: Cli, sandbox: Sandbox) -> None:
    cli.write("l.csv", leads(1, 20))
    cli.run("import", "l.csv", "--workers", "4")
    states: dict[int, list[str]] = {}
    for line in cli.journal("l.csv.journal.jsonl")[1:]:
        states.setdefault(line["row"], []).append("begun" if "begun" in line else line["done"])
    assert states == {row: ["begun", "added"] for row in range(2, 22)}


def test_a_service_that_cannot_be_reached_ends_the_import_early(bare_cli: Cli) -> None:
    bare_cli.write("l.csv", leads(1, 50))
    ran = bare_cli.run("import", "l.csv", "--give-up-after", "2", "--workers", "2")
    assert ran.code == 1
    outcomes = {row["outcome"] for row in bare_cli.results("l.csv.result.csv")}
    assert outcomes == {"failed", "not sent"}
    assert "stopped after 2 failures in a row" in ran.err
    assert "Traceback" not in ran.err


def test_a_service_that_refuses_all_for_one_reason_ends_the_import_early(cli: Cli, sandbox: Sandbox) -> None:
    cli.write("l.csv", leads(1, 30))
    assert cli.run("import", "l.csv").code == 0
    (cli.folder / "l.csv.journal.jsonl").unlink()
    again = cli.run("import", "l.csv", "--give-up-after", "5", "--workers", "1")
    assert again.code == 1
    assert "stopped after 5 rows that were all refused for the same reason" in again.err
    outcomes = [row["outcome"] for row in cli.results("l.csv.result.csv")]
    # What was under way, or taken on by then, is finished.
    refused = outcomes.count("rejected")
    assert 5 <= refused < 15
    assert outcomes == ["rejected"] * refused + ["not sent"] * (30 - refused)
    assert len(sandbox.leads()) == 30


def test_rows_that_are_refused_beside_others_that_are_taken_do_not_end_the_import(cli: Cli, sandbox: Sandbox) -> None:
    cli.write("some.csv", leads(2, 20))
    assert cli.run("import", "some.csv").code == 0
    cli.write("all.csv", leads(1, 30))
    assert cli.run("import", "all.csv", "--give-up-after", "5", "--workers", "1").code == 1
    assert len(sandbox.leads()) == 30


def test_no_more_leads_begin_in_a_second_than_are_allowed(cli: Cli, sandbox: Sandbox) -> None:
    cli.write("l.csv", leads(1, 6))
    began = time.monotonic()
    assert cli.run("import", "l.csv", "--per-second", "20").code == 0
    # The first begins at once, each of the others 50 ms after the one before.
    assert time.monotonic() - began >= 0.24
    assert len(sandbox.leads()) == 6
    wrong = cli.run("import", "l.csv", "--per-second", "0")
    assert wrong.code == 2
    assert "per_second" in wrong.err


def test_what_is_refused_with_a_code_of_a_rate_limit_is_sent_again(cli: Cli, sandbox: Sandbox) -> None:
    cli.write("l.csv", leads(1, 1))
    assert cli.run("import", "l.csv").code == 0
    journal = cli.folder / "l.csv.journal.jsonl"
    journal.unlink()
    assert cli.run("import", "l.csv").code == 1
    journal.unlink()
    code = re.search(r"rejected with code (\S+):", cli.results("l.csv.result.csv")[0]["message"])
    assert code is not None
    requests = sandbox.ask("GET", "faults")["requests"]
    cli.run("import", "l.csv", "--retry-code", code[1])
    assert sandbox.ask("GET", "faults")["requests"] == requests + 4


def test_the_app_key_may_stand_in_a_file(cli: Cli, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    key = cli.account["QINCE_APP_KEY"]
    monkeypatch.setattr(cli, "account", {name: value for name, value in cli.account.items() if value != key})
    cli.write("l.csv", leads(1, 1))
    cli.write("key", f"{key}\n")
    assert cli.run("--app-key-file", "key", "import", "l.csv").code == 0
    assert len(sandbox.leads()) == 1
    cli.write("empty", "\n")
    for file, why in (("none", "cannot be read"), ("empty", "is empty")):
        ran = cli.run("--app-key-file", file, "import", "l.csv")
        assert (ran.code, why in ran.err, key in ran.err) == (2, True, False)


def test_only_its_owner_reads_a_journal(cli: Cli) -> None:
    cli.write("l.csv", leads(1, 1))
    cli.run("import", "l.csv")
    assert (cli.folder / "l.csv.journal.jsonl").stat().st_mode & 0o777 == 0o600


def test_a_long_import_says_how_far_it_is_in_plain_lines(
    quick_cli: Cli, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    sandbox.plan_faults(rate=1, kinds=["slow"], slow_ms=100, operations=["add"])
    monkeypatch.setattr("qince_leads.cli.progress.EVERY", 0.45)
    quick_cli.write("l.csv", leads(1, 7))
    ran = quick_cli.run("import", "l.csv", "--workers", "1")
    assert ran.code == 0
    assert re.search(r"importing: \d of 7 \(\d\d%\), \d+/s, 0:0\d left", ran.err)
    assert "left" in ran.err
