"""A file that grows or is corrected is imported again: what is there is recognised, and skipped or updated."""

from __future__ import annotations

import json
import signal
from typing import TYPE_CHECKING

import pytest
from qince_leads import AddLead
from qince_leads.cli.journal import Binding, Entry, Journal
from qince_leads.cli.plan import Columns, Lead

from .test_crashes import codes, wait_for
from .test_crashes import leads as many
from .workbooks import planned

if TYPE_CHECKING:
    from pathlib import Path

    from .conftest import Cli, Sandbox

HEADER = "cus_name,emp_name,code,detail\n"


def outcomes(cli: Cli) -> list[str]:
    return [row["outcome"] for row in cli.results("l.csv.result.csv")]


def test_appended_rows_are_added_and_the_rest_is_recognised(quick_cli: Cli, sandbox: Sandbox) -> None:
    quick_cli.write("l.csv", f"{HEADER}甲,乙,A1,\n丙,丁,,\n丙,丁,,\n")
    assert quick_cli.run("import", "l.csv").code == 0
    quick_cli.write("l.csv", f"{HEADER}丙,丁,,\n新,乙,A0,\n甲,乙,A1,\n丙,丁,,\n丙,丁,,\n")
    ran = quick_cli.run("import", "l.csv")
    assert ran.code == 2
    assert "the file has changed since. Give --existing skip" in ran.err
    ran = quick_cli.run("import", "l.csv", "--existing", "skip")
    assert ran.code == 0, ran.err
    assert "3 rows done, 2 to go" in ran.err
    assert outcomes(quick_cli) == ["added"] * 5
    assert sorted(lead["payload"].get("cus_name") for lead in sandbox.leads()) == ["丙", "丙", "丙", "新", "甲"]
    assert quick_cli.run("import", "l.csv", "--existing", "skip").code == 0
    assert quick_cli.run("import", "l.csv").code == 0
    assert len(sandbox.leads()) == 5


def test_corrected_rows_are_sent_again(quick_cli: Cli, sandbox: Sandbox) -> None:
    quick_cli.write("other.csv", f"{HEADER}x,y,TAKEN,\n")
    quick_cli.run("import", "other.csv")
    quick_cli.write("l.csv", f"{HEADER}甲,乙,A1,\n丙,丁,TAKEN,\n")
    assert quick_cli.run("import", "l.csv").code == 1
    assert outcomes(quick_cli) == ["added", "rejected"]
    quick_cli.write("l.csv", f"{HEADER}甲,乙,A1,\n丙,丁,A2,\n")
    assert quick_cli.run("import", "l.csv", "--existing", "skip").code == 0
    assert sandbox.codes() == ["A1", "A2", "TAKEN"]
    assert all(len(lead["writes"]) == 1 for lead in sandbox.leads())


def test_a_lead_that_has_the_code_is_skipped_or_updated(quick_cli: Cli, sandbox: Sandbox) -> None:
    quick_cli.write("first.csv", f"{HEADER}甲,乙,A1,old\n")
    quick_cli.run("import", "first.csv")
    quick_cli.write("l.csv", f"{HEADER}甲,乙,A1,new\n丙,丁,A2,\n")
    assert quick_cli.run("import", "l.csv", "--existing", "skip", "--workers", "1").code == 0
    assert outcomes(quick_cli) == ["already there", "added"]
    quick_cli.write("l.csv", f"{HEADER}甲,乙,A1,newer\n丙,丁,A2,\n")
    ran = quick_cli.run("import", "l.csv", "--existing", "update")
    assert ran.code == 0, ran.err
    assert outcomes(quick_cli) == ["updated", "added"]
    assert {lead["code"]: lead["payload"].get("detail") for lead in sandbox.leads()} == {"A1": "newer", "A2": None}
    quick_cli.write("again.csv", f"{HEADER}甲,乙,A1,newest\n")
    assert quick_cli.run("import", "again.csv", "--existing", "update").code == 0
    assert {lead["code"]: lead["payload"].get("detail") for lead in sandbox.leads()}["A1"] == "newest"


def test_another_refusal_stays_one(quick_cli: Cli, sandbox: Sandbox) -> None:
    quick_cli.write("l.csv", f"{HEADER}甲,乙,A1,\n")
    quick_cli.account = {**quick_cli.account, "QINCE_APP_KEY": "not-the-app-key"}
    ran = quick_cli.run("import", "l.csv", "--existing", "skip")
    assert ran.code == 1
    assert outcomes(quick_cli) == ["rejected"]


@pytest.mark.parametrize("flags", [(), ("--resend-uncertain",), ("--existing", "skip"), ("--existing", "update")])
def test_a_row_in_doubt_with_a_code_is_looked_up_first_whatever_flag(
    cli: Cli, sandbox: Sandbox, flags: tuple[str, ...]
) -> None:
    cli.write("l.csv", many(40))
    process = cli.start("import", "l.csv", "--workers", "8")
    wait_for(cli, 5, process)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    ran = cli.run("import", "l.csv", *flags)
    assert ran.code == 0, ran.err
    assert sandbox.codes() == codes(40)


def test_a_crash_while_a_corrected_file_is_taken_over_leaves_the_journal_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "j"
    one, two = (Binding("add", "account", file, file) for file in ("one", "two"))
    lead = Lead(2, "A", AddLead(cus_name="甲", code="A"))
    journal = Journal.open(path, one)
    journal.begin(2, "A", lead.told)
    journal.finish(2, "added", "19", None)
    journal.close()
    size = path.stat().st_size
    moved = Lead(7, "A", AddLead(cus_name="甲", code="A"))
    known = {7: Entry("A", "added", "19", None, lead.told)}
    Journal.open(path, two, [moved]).close()
    whole = path.read_bytes()
    for cut in range(size, len(whole)):
        path.write_bytes(whole[:cut])
        journal = Journal.open(path, two, [moved])
        assert journal.entries == known
        journal.close()
    journal = Journal.open(path, two)
    assert journal.entries == known
    assert json.loads(path.read_bytes().splitlines()[-1])["carried"]["7"]["id"] == "19"
    journal.close()


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_rows_that_were_not_added_are_a_file_to_correct(quick_cli: Cli, sandbox: Sandbox, suffix: str) -> None:
    quick_cli.write("other.csv", f"{HEADER}x,y,TAKEN,\n")
    quick_cli.run("import", "other.csv")
    quick_cli.write("l.csv", f"备注,{HEADER.strip()},序号\na,甲,乙,0012,,1\nb,=丙,丁,TAKEN,,2\nc,戊,己,#N/A,,3\n")
    options = ("--map", "备注=ext:备注", "--ignore", "序号")
    ran = quick_cli.run("import", "l.csv", "--skip-invalid", "--failed", f"rest.{suffix}", *options)
    assert ran.code == 1
    assert f"2 rows to correct: rest.{suffix}" in ran.err
    rest = quick_cli.folder / f"rest.{suffix}"
    plan = planned(rest, Columns(renamed={"备注": "ext:备注"}, ignored=["序号"]))
    assert [(lead.code, lead.payload.to_dict()["cus_name"]) for lead in plan.leads] == [("TAKEN", "=丙")]
    assert [(fault.row, fault.column) for fault in plan.faults] == [(3, "code")]
    assert (
        "name the file .csv or .xlsx"
        in quick_cli.run("import", "l.csv", "--skip-invalid", "--failed", "x.txt", *options).err
    )


def test_lines_that_were_not_added_are_lines_to_correct(quick_cli: Cli, sandbox: Sandbox) -> None:
    right, wrong, taken = (
        json.dumps({"cus_name": name, "emp_name": "张三", "code": code, "extra": None, **more}, ensure_ascii=False)
        for name, code, more in (("甲", "A", {}), ("乙", "B", {"emp_name": ""}), ("丙", "A", {}))
    )
    quick_cli.write("l.jsonl", f"\ufeff{wrong}\r\n\r\n{right}\r\n{taken}")
    ran = quick_cli.run("import", "l.jsonl", "--skip-invalid", "--failed", "rest.jsonl")
    assert "2 rows to correct: rest.jsonl" in ran.err
    assert (quick_cli.folder / "rest.jsonl").read_bytes().decode() == f"{wrong}\n{taken}\n"
    refused = quick_cli.run("import", "l.jsonl", "--skip-invalid", "--failed", "rest.csv")
    assert (refused.code, "name the file .jsonl or .ndjson" in refused.err) == (2, True)
