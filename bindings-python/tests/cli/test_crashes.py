"""Crashes, Ctrl-C and faults at any moment: in the end the service holds every lead exactly once."""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import subprocess
import time
from typing import TYPE_CHECKING

import pytest
from qince_leads import AddLead, Client, Reply
from qince_leads.cli.journal import Binding, Journal
from qince_leads.cli.plan import Lead
from qince_leads.cli.sending import CLASSIC, Job, Sender

if TYPE_CHECKING:
    from pathlib import Path

    from .conftest import Cli, Sandbox

JOURNAL = "l.csv.journal.jsonl"


def leads(number: int, *, with_codes: bool = True) -> str:
    rows = (f"客户{n},张三,{f'L{n:04}' if with_codes else ''}\n" for n in range(number))
    return "cus_name,emp_name,code\n" + "".join(rows)


def codes(number: int) -> list[str]:
    return [f"L{n:04}" for n in range(number)]


def wait_for(
    cli: Cli, number: int, process: subprocess.Popen[bytes], what: bytes = b'"done"', journal: str = JOURNAL
) -> None:
    """Waits until the journal says that so many rows are done, or begun."""
    path = cli.folder / journal
    for _ in range(2000):
        if path.exists() and path.read_bytes().count(what) >= number:
            return
        assert process.poll() is None, process.communicate()
        time.sleep(0.005)
    raise AssertionError("the import is too slow")


def opened_by(process: subprocess.Popen[bytes], path: Path) -> int:
    """The writing end of a pipe, as soon as the process reads from it."""
    while process.poll() is None:
        try:
            return os.open(path, os.O_WRONLY | os.O_NONBLOCK)
        except OSError:
            time.sleep(0.01)
    raise AssertionError(process.communicate())


def test_an_import_that_is_killed_again_and_again_adds_every_lead_once(cli: Cli, sandbox: Sandbox) -> None:
    cli.write("l.csv", leads(150))
    sandbox.plan_faults(rate=1, kinds=["slow"], slow_ms=60, operations=["add"])
    for done in (10, 45, 90):
        process = cli.start("import", "l.csv")
        wait_for(cli, done, process)
        process.kill()
        process.communicate()
    sandbox.behave()
    ran = cli.run("import", "l.csv")
    assert ran.code == 0, ran.err
    assert "going on from" in ran.err
    assert sandbox.codes() == codes(150)
    rows = cli.results("l.csv.result.csv")
    assert {row["outcome"] for row in rows} <= {"added", "already there"}
    assert {row["code"]: row["id"] for row in rows} == {lead["code"]: lead["id"] for lead in sandbox.leads()}


def test_an_import_that_is_killed_at_any_instant_adds_every_lead_once(cli: Cli, sandbox: Sandbox) -> None:
    cli.write("l.csv", leads(300))
    sandbox.plan_faults(rate=1, kinds=["slow"], slow_ms=40, operations=["add"])
    chance = random.Random(5)
    for _ in range(20):
        process = cli.start("import", "l.csv")
        # Its start takes some 0.4 s, and sending what is left at most 1.5 more.
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(chance.uniform(0.2, 0.8))
        process.kill()
        process.communicate()
        if (result := cli.folder / "l.csv.result.csv").exists():
            assert len(cli.results(result.name)) == 300
    sandbox.behave()
    ran = cli.run("import", "l.csv")
    assert ran.code == 0, ran.err
    assert sandbox.codes() == codes(300)
    assert {row["code"]: row["id"] for row in cli.results("l.csv.result.csv")} == {
        lead["code"]: lead["id"] for lead in sandbox.leads()
    }


def test_a_lead_that_was_begun_is_found_or_sent(quick_cli: Cli, sandbox: Sandbox) -> None:
    quick_cli.write("l.csv", leads(3))
    assert quick_cli.run("import", "l.csv").code == 0
    lines = (quick_cli.folder / JOURNAL).read_bytes().splitlines(keepends=True)
    (quick_cli.folder / JOURNAL).write_bytes(lines[0] + b"".join(line for line in lines if b'"begun"' in line))
    ran = quick_cli.run("import", "l.csv")
    assert ran.code == 0
    assert [row["outcome"] for row in quick_cli.results("l.csv.result.csv")] == ["already there"] * 3
    sandbox.ask("DELETE", "state")
    (quick_cli.folder / JOURNAL).write_bytes(lines[0] + b"".join(line for line in lines if b'"begun"' in line))
    assert quick_cli.run("import", "l.csv").code == 0
    assert [row["outcome"] for row in quick_cli.results("l.csv.result.csv")] == ["added"] * 3
    assert sandbox.codes() == codes(3)


def test_a_lead_without_a_code_that_was_begun_is_not_sent_again_unless_asked_to(
    quick_cli: Cli, sandbox: Sandbox
) -> None:
    quick_cli.write("l.csv", leads(3, with_codes=False))
    quick_cli.run("import", "l.csv")
    lines = (quick_cli.folder / JOURNAL).read_bytes().splitlines(keepends=True)
    (quick_cli.folder / JOURNAL).write_bytes(
        lines[0] + b'{"row":2,"begun":null}\n{"row":3,"done":"failed","id":null,"message":"x"}\n'
    )
    ran = quick_cli.run("import", "l.csv")
    assert ran.code == 1
    assert "--resend-uncertain" in ran.err
    assert [row["outcome"] for row in quick_cli.results("l.csv.result.csv")] == ["uncertain", "added", "added"]
    assert len(sandbox.leads()) == 5
    assert quick_cli.run("import", "l.csv", "--resend-uncertain").code == 0
    assert len(sandbox.leads()) == 6


def test_what_is_in_doubt_stays_so_while_it_cannot_be_asked_for(quick_cli: Cli, sandbox: Sandbox) -> None:
    quick_cli.write("l.csv", leads(2))
    quick_cli.run("import", "l.csv")
    lines = (quick_cli.folder / JOURNAL).read_bytes().splitlines(keepends=True)
    (quick_cli.folder / JOURNAL).write_bytes(lines[0] + b'{"row":2,"begun":"L0000"}\n{"row":3,"begun":"L0001"}\n')
    right = quick_cli.account
    quick_cli.account = {**right, "QINCE_APP_KEY": "not-the-app-key"}
    ran = quick_cli.run("import", "l.csv")
    assert ran.code == 1
    assert [row["outcome"] for row in quick_cli.results("l.csv.result.csv")] == ["uncertain"] * 2
    quick_cli.account = right
    assert quick_cli.run("import", "l.csv").code == 0
    assert sandbox.codes() == codes(2)


def test_a_doubt_of_an_earlier_run_is_not_filed_as_failed_by_one_that_was_surely_not_carried_out(
    quick_cli: Cli, sandbox: Sandbox
) -> None:
    quick_cli.write("l.csv", leads(1))
    quick_cli.run("import", "l.csv")
    lines = (quick_cli.folder / JOURNAL).read_bytes().splitlines(keepends=True)
    (quick_cli.folder / JOURNAL).write_bytes(lines[0] + b'{"row":2,"begun":"L0000"}\n')
    sandbox.ask("DELETE", "state")
    # The query finds nothing; then no request is carried out.
    sandbox.plan_faults(rate=1.0, kinds=["too_many"], operations=["add"])
    assert quick_cli.run("import", "l.csv").code == 1
    [row] = quick_cli.results("l.csv.result.csv")
    assert (row["outcome"], "429" in row["message"]) == ("uncertain", True)
    sandbox.behave()
    assert quick_cli.run("import", "l.csv").code == 0
    assert sandbox.codes() == codes(1)


def test_a_refusal_settles_no_doubt_of_an_earlier_run(tmp_path: Path) -> None:
    # The earlier request may be stored and not shown yet, and be why this one is refused.
    replies = iter(['"0"', '"1"', '"0"'])
    client = Client(
        openid="o", app_key="k", transport=lambda *_: Reply(200, f'{{"return_code":{next(replies)},"return_msg":"no"}}')
    )
    journal = Journal.open(tmp_path / JOURNAL, Binding("add", "account", "file", "rows"))
    lead = Lead(2, "L1", AddLead(emp_name="张三", code="L1"))
    result = Sender(client, CLASSIC, journal).send(Job(lead, is_in_doubt=True))
    journal.close()
    assert next(replies, None) is None
    assert result.outcome == "uncertain"
    assert "rejected with code 1: no" in (result.message or "")


def test_an_add_that_ends_in_doubt_is_not_filed_as_failed_whatever_ended_it(quick_cli: Cli, sandbox: Sandbox) -> None:
    quick_cli.write("l.csv", leads(1))
    # Carried out without a reply, not found, and then refused for being too many, to the end.
    sandbox.plan_faults(next=["drop_before", "none", *["too_many"] * 9])
    assert quick_cli.run("import", "l.csv").code == 1
    [row] = quick_cli.results("l.csv.result.csv")
    assert row["outcome"] == "uncertain"
    assert "look it up before sending it again" in row["message"]
    sandbox.behave()
    assert quick_cli.run("import", "l.csv").code == 0
    assert sandbox.codes() == codes(1)


def test_ctrl_c_finishes_what_is_under_way_and_tells_how_to_go_on(cli: Cli, sandbox: Sandbox) -> None:
    cli.write("l.csv", leads(100))
    sandbox.plan_faults(rate=1, kinds=["slow"], slow_ms=100, operations=["add"])
    process = cli.start("import", "l.csv")
    wait_for(cli, 10, process)
    for _ in range(3):  # as programs in between do that pass it on
        process.send_signal(signal.SIGINT)
        time.sleep(0.01)
    _, err = process.communicate(timeout=20)
    assert process.returncode == 130
    assert "run the same command again" in err.decode()
    assert "Traceback" not in err.decode()
    states: dict[int, str] = {}
    for line in cli.journal(JOURNAL)[1:]:
        states[line["row"]] = line.get("done", "begun")
    assert set(states.values()) == {"added"}
    outcomes = [row["outcome"] for row in cli.results("l.csv.result.csv")]
    assert outcomes.count("added") == len(states) < 100
    assert outcomes.count("not sent") == 100 - len(states)
    sandbox.behave()
    assert cli.run("import", "l.csv").code == 0
    assert sandbox.codes() == codes(100)


def test_a_second_ctrl_c_gives_up_what_is_under_way(cli: Cli, sandbox: Sandbox) -> None:
    cli.write("l.csv", leads(20))
    sandbox.plan_faults(next=["none"] * 4, rate=1, kinds=["slow"], slow_ms=20_000, operations=["add"])
    process = cli.start("import", "l.csv", "--workers", "2")
    wait_for(cli, 6, process, b'"begun"')
    began = time.monotonic()
    process.send_signal(signal.SIGINT)
    time.sleep(1.5)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=20)
    assert process.returncode == 130
    assert time.monotonic() - began < 10
    assert "Traceback" not in err.decode()
    assert [row["outcome"] for row in cli.results("l.csv.result.csv")].count("uncertain") == 2
    sandbox.behave()
    assert cli.run("import", "l.csv").code == 0
    assert sandbox.codes() == codes(20)


def interrupted(process: subprocess.Popen[bytes]) -> bytes:
    """What it prints; Python may lose the first interruption while it imports, and users press again."""
    for _ in range(10):
        process.send_signal(signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            return process.communicate(timeout=2)[1]
    raise AssertionError("nothing ends it")


def test_ctrl_c_while_a_file_is_read_ends_it_without_a_traceback(cli: Cli) -> None:
    os.mkfifo(cli.folder / "l.csv")
    process = cli.start("import", "l.csv", "--dry-run")
    pipe = opened_by(process, cli.folder / "l.csv")
    os.write(pipe, b"cus_name,emp_name\n")
    err = interrupted(process)
    os.close(pipe)
    assert process.returncode == 130, err.decode()[-500:]
    assert "Traceback" not in err.decode()


@pytest.mark.parametrize("family", ["classic", "apaas"])
def test_lost_connections_and_errors_double_nothing(cli: Cli, sandbox: Sandbox, family: str) -> None:
    text = leads(60) if family == "classic" else leads(60).replace("cus_name,emp_name", "company_name,linkman")
    cli.write("l.csv", text)
    sandbox.plan_faults(
        rate=0.3, seed=7, kinds=["drop_before", "drop_after", "error_500", "error_500_after", "truncated"]
    )
    options = ["--apaas"] if family == "apaas" else []
    for _ in range(6):
        ran = cli.run("import", "l.csv", "--workers", "16", *options)
        assert "Traceback" not in ran.err
        if ran.code == 0:
            break
        outcomes = {row["outcome"] for row in cli.results("l.csv.result.csv")}
        assert outcomes <= {"added", "already there", "uncertain"}
    assert ran.code == 0, ran.err
    assert sandbox.codes(family) == codes(60)


def test_a_journal_in_use_is_refused(cli: Cli, sandbox: Sandbox) -> None:
    cli.write("l.csv", leads(30))
    sandbox.plan_faults(rate=1, kinds=["slow"], slow_ms=300, operations=["add"])
    process = cli.start("import", "l.csv", "--workers", "2")
    wait_for(cli, 1, process)
    ran = cli.run("import", "l.csv")
    assert ran.code == 2
    assert "another import is using the journal" in ran.err
    process.kill()
    process.communicate()
    sandbox.behave()
    assert cli.run("import", "l.csv").code == 0
    assert sandbox.codes() == codes(30)


def test_a_torn_last_line_is_passed_over(quick_cli: Cli, sandbox: Sandbox) -> None:
    quick_cli.write("l.csv", leads(3))
    quick_cli.run("import", "l.csv")
    path = quick_cli.folder / JOURNAL
    path.write_bytes(path.read_bytes()[:-20])
    ran = quick_cli.run("import", "l.csv")
    assert ran.code == 0, ran.err
    assert sandbox.codes() == codes(3)
    assert all(json.loads(line) for line in path.read_bytes().splitlines())


def test_a_journal_that_cannot_be_written_ends_the_import_in_one_line(quick_cli: Cli, sandbox: Sandbox) -> None:
    quick_cli.write("l.csv", leads(3))
    ran = quick_cli.run("import", "l.csv", "--journal", "missing/j.jsonl")
    assert ran.code == 2
    assert "cannot be opened" in ran.err
    assert sandbox.leads() == []
