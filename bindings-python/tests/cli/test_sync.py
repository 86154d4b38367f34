"""A table that is as the service's leads are, whatever happens between two runs, or in one."""

from __future__ import annotations

import json
import random
import sqlite3
import subprocess
import time
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
from qince_leads import Client, ModifyLead

from .test_export import Odd, expected, flat, odd, put_in

if TYPE_CHECKING:
    from .conftest import Cli, Sandbox

__all__ = ["odd"]

TABLE = "leads.sqlite"


def rows(cli: Cli, table: str = "leads", file: str = TABLE) -> list[dict[str, Any]]:
    with closing(sqlite3.connect(cli.folder / file)) as database:
        database.row_factory = sqlite3.Row
        return [dict(row) for row in database.execute(f"SELECT * FROM {table} ORDER BY id")]


def execute(cli: Cli, statement: str, *values: Any) -> None:
    with closing(sqlite3.connect(cli.folder / TABLE)) as database, database:
        database.execute(statement, values)


def leads_of(cli: Cli) -> list[dict[str, Any]]:
    """What a table says of leads, but for when it was read."""
    return [{name: value for name, value in row.items() if name not in ("synced_at", "sync_run")} for row in rows(cli)]


def client(sandbox: Sandbox) -> Client:
    account = sandbox.account
    return Client(openid=account["QINCE_OPENID"], app_key=account["QINCE_APP_KEY"], base_url=account["QINCE_BASE_URL"])


def test_a_table_holds_what_the_library_reads(quick_cli: Cli, sandbox: Sandbox) -> None:
    put_in(quick_cli)
    ran = quick_cli.run("sync", TABLE, "--page-size", "7")
    assert ran.code == 0, ran.err
    assert "25 leads read; 25 leads, 0 voided, in leads of leads.sqlite" in ran.err
    kept = rows(quick_cli)
    wanted = sorted(expected(sandbox), key=lambda lead: lead["id"])
    assert len(kept) == len(wanted) == 25
    for row, lead in zip(kept, wanted, strict=True):
        assert {name: row[name] or "" for name in lead} == {name: flat(value) for name, value in lead.items()}
        assert row["voided_at"] is None
        assert row["synced_at"].endswith("Z")


def test_what_changes_and_what_is_new_takes_its_place(quick_cli: Cli, sandbox: Sandbox) -> None:
    put_in(quick_cli, 3)
    assert quick_cli.run("sync", TABLE).code == 0
    with client(sandbox) as qince:
        qince.modify(ModifyLead(code="L001", linkman="李四"))
        qince.add(cus_name="新", emp_name="张三", code="N1")
    ran = quick_cli.run("sync", TABLE)
    assert ran.code == 0, ran.err
    contacts = {row["code"]: row["linkman"] or "" for row in rows(quick_cli)}
    assert contacts == {"L000": "", "L001": "李四", "L002": "", "N1": ""}
    # All are of today, and were read again.
    assert "4 leads, 0 voided" in ran.err


def test_only_what_may_have_changed_is_read(quick_cli: Cli, sandbox: Sandbox) -> None:
    sandbox.ask("POST", "leads", {"count": 5, "family": "classic", "code_prefix": "O", "create_date": "2026-01-01"})
    assert "5 leads read" in quick_cli.run("sync", TABLE).err
    execute(quick_cli, "UPDATE qince_sync SET read_to = '2026-01-05'")
    assert quick_cli.run("sync", TABLE, "--overlap", "2").err.startswith("0 leads read")
    execute(quick_cli, "UPDATE qince_sync SET read_to = '2026-01-05'")
    # By the day of creation, and by that of modification.
    assert quick_cli.run("sync", TABLE, "--overlap", "4").err.startswith("10 leads read")
    assert quick_cli.run("sync", TABLE, "--full").err.startswith("5 leads read")
    assert quick_cli.run("sync", TABLE, "--since", "2026-01-02").err.startswith("0 leads read, 5 leads found gone")


def test_leads_that_are_gone_are_marked_as_voided_and_kept(quick_cli: Cli, sandbox: Sandbox) -> None:
    put_in(quick_cli, 4)
    assert quick_cli.run("sync", TABLE).code == 0
    with client(sandbox) as qince:
        qince.remove(code="L002")
    # Only who reads all can know.
    assert "4 leads, 0 voided" in quick_cli.run("sync", TABLE).err
    ran = quick_cli.run("sync", TABLE, "--full")
    assert "1 lead found gone; 4 leads, 1 voided" in ran.err
    first = {row["code"]: row["voided_at"] for row in rows(quick_cli)}
    assert [code for code, at in first.items() if at] == ["L002"]
    # As it is done by itself, where that was last done long ago.
    assert quick_cli.run("sync", TABLE, "--full-every", "0").code == 0
    assert {row["code"]: row["voided_at"] for row in rows(quick_cli)} == first


def test_leads_that_the_service_tells_to_be_voided_are_marked(odd: Cli) -> None:
    Odd.pages = [[{"id": "1", "delete_reason_name": "重复"}, {"id": "2"}]]
    assert odd.run("sync", TABLE).code == 0
    before = rows(odd)
    assert [bool(row["voided_at"]) for row in before] == [True, False]
    execute(odd, "UPDATE leads SET voided_at = 'before' WHERE id = '1'")
    Odd.pages = [[{"id": "1", "delete_reason_name": "重复"}, {"id": "2", "delete_reason_name": "空号"}]]
    assert odd.run("sync", TABLE, "--full").code == 0
    assert rows(odd)[0]["voided_at"] == "before"
    assert rows(odd)[1]["voided_at"] is not None
    Odd.pages = [[{"id": "1"}, {"id": "2"}]]
    assert odd.run("sync", TABLE, "--full").code == 0
    assert [row["voided_at"] for row in rows(odd)] == [None, None]


def test_families_have_tables_of_their_own(quick_cli: Cli, sandbox: Sandbox) -> None:
    sandbox.ask("POST", "leads", {"count": 3, "family": "apaas", "code_prefix": "P"})
    sandbox.ask("POST", "leads", {"count": 2, "family": "classic", "code_prefix": "C"})
    assert quick_cli.run("sync", TABLE).code == 0
    assert quick_cli.run("sync", TABLE, "--apaas").code == 0
    assert {row["code"] for row in rows(quick_cli, "apaas_leads")} == {"P1", "P2", "P3"}
    assert {row["code"] for row in rows(quick_cli)} == {"C1", "C2"}
    ran = quick_cli.run("sync", TABLE, "--table", "apaas_leads")
    assert (ran.code, "another account, or family" in ran.err) == (2, True)


def test_what_is_not_as_documented_is_counted_and_said(odd: Cli) -> None:
    Odd.pages = [[{"id": "1", "detail": "a\0b", "labels": 5, "unknown": {"a": [1]}}, "no record", {"code": "no id"}]]
    ran = odd.run("sync", TABLE)
    assert ran.code == 0, ran.err
    assert "warning: 2 faults in what the service sent" in ran.err
    assert "warning: 1 lead without an id cannot be kept" in ran.err
    [row] = rows(odd)
    assert json.loads(row["extra"])["unknown"] == {"a": [1]}
    assert row["detail"] == "a\N{REPLACEMENT CHARACTER}b"


def test_a_run_that_is_killed_at_any_instant_is_gone_on_with_to_the_same_table(cli: Cli, sandbox: Sandbox) -> None:
    sandbox.ask("POST", "leads", {"count": 400, "family": "classic", "code_prefix": "S"})
    sandbox.plan_faults(rate=1, kinds=["slow"], slow_ms=20, operations=["query"])
    chance = random.Random(7)
    for _ in range(20):
        process = cli.start("sync", TABLE, "--page-size", "10", "--full-every", "0")
        # Its start takes some 0.4 s, and reading all one more.
        time.sleep(chance.uniform(0.2, 1.2))
        process.kill()
        process.communicate()
    sandbox.behave()
    with client(sandbox) as qince:
        qince.remove(code="S7")
    ran = cli.run("sync", TABLE, "--page-size", "10", "--full")
    assert ran.code == 0, ran.err
    if "going on" in ran.err:
        assert cli.run("sync", TABLE, "--full").code == 0
    assert len(rows(cli)) == 400
    assert [row["code"] for row in rows(cli) if row["voided_at"]] == ["S7"]
    kept = [row for row in leads_of(cli) if row["code"] != "S7"]
    (cli.folder / TABLE).unlink()
    assert cli.run("sync", TABLE).code == 0
    assert leads_of(cli) == kept


def test_an_interrupted_run_is_gone_on_with_from_its_page(cli: Cli, sandbox: Sandbox) -> None:
    sandbox.ask("POST", "leads", {"count": 50, "family": "classic", "code_prefix": "S"})
    sandbox.plan_faults(next=["none"] * 3, rate=1, kinds=["slow"], slow_ms=20_000, operations=["query"])
    process = cli.start("sync", TABLE, "--page-size", "10")
    until(lambda: (cli.folder / TABLE).exists() and sandbox.ask("GET", "faults")["requests"] >= 4, process)
    process.terminate()
    _, err = process.communicate(timeout=20)
    assert process.returncode == 130, err
    assert b"Traceback" not in err
    assert len(rows(cli)) == 30
    sandbox.behave()
    ran = cli.run("sync", TABLE, "--page-size", "10")
    assert ran.code == 0
    assert "going on with the run of" in ran.err
    assert "20 leads read; 50 leads" in ran.err


def until(is_so: Any, process: subprocess.Popen[bytes]) -> None:
    for _ in range(2000):
        if is_so():
            return
        assert process.poll() is None, process.communicate()
        time.sleep(0.005)
    raise AssertionError("it takes too long")


def test_an_old_interrupted_run_is_begun_anew(quick_cli: Cli, sandbox: Sandbox) -> None:
    put_in(quick_cli, 2)
    assert quick_cli.run("sync", TABLE).code == 0
    execute(quick_cli, "UPDATE qince_sync SET began_at = 1700000000, step = 1, scan = NULL")
    ran = quick_cli.run("sync", TABLE, "--full")
    assert ran.err.startswith("2 leads read")


def test_an_earlier_first_day_is_not_forgotten_where_its_run_was_interrupted(quick_cli: Cli, sandbox: Sandbox) -> None:
    sandbox.ask("POST", "leads", {"count": 5, "family": "classic", "code_prefix": "O", "create_date": "2026-01-01"})
    assert quick_cli.run("sync", TABLE, "--since", "2026-06-01").err.startswith("0 leads read")
    right = quick_cli.account
    quick_cli.account = {**right, "QINCE_APP_KEY": "not-the-app-key"}
    assert quick_cli.run("sync", TABLE, "--since", "2025-01-01").code == 1
    quick_cli.account = right
    # Too old to be gone on with, and the last complete run was lately enough by itself.
    execute(quick_cli, "UPDATE qince_sync SET began_at = 1700000000")
    assert quick_cli.run("sync", TABLE, "--full-every", "3650").err.startswith("5 leads read")


def test_a_table_of_an_earlier_edition_gets_what_it_lacks(quick_cli: Cli, sandbox: Sandbox) -> None:
    put_in(quick_cli, 2)
    assert quick_cli.run("sync", TABLE).code == 0
    execute(quick_cli, "ALTER TABLE leads DROP COLUMN mobile")
    assert quick_cli.run("sync", TABLE, "--full").code == 0
    assert [row["mobile"] for row in rows(quick_cli)] == ["013800138000"] * 2


def test_a_table_of_somebody_else_is_left_alone(quick_cli: Cli) -> None:
    execute(quick_cli, "CREATE TABLE leads (id TEXT)")
    ran = quick_cli.run("sync", TABLE)
    assert (ran.code, "not of this command; choose another by --table" in ran.err) == (2, True)
    assert quick_cli.run("sync", TABLE, "--table", "mine").code == 0
    assert rows(quick_cli) == rows(quick_cli, "mine") == []


def test_leads_of_another_account_do_not_come_among_them(quick_cli: Cli) -> None:
    assert quick_cli.run("sync", TABLE).code == 0
    quick_cli.account = {**quick_cli.account, "QINCE_OPENID": "somebody-else"}
    ran = quick_cli.run("sync", TABLE)
    assert (ran.code, "another account" in ran.err) == (2, True)


def test_the_database_may_be_named_by_the_environment(cli: Cli, sandbox: Sandbox) -> None:
    put_in(cli, 1)
    cli.account = {**cli.account, "QINCE_DATABASE": f"sqlite:///{cli.folder / TABLE}"}
    assert cli.run("sync").code == 0
    assert len(rows(cli)) == 1


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("no/such/leads.sqlite",), 2, "no such folder"),
        (("damaged.sqlite",), 1, "file is not a database"),
        (("nonsense://u:hidden@h/d",), 1, "nonsense"),
        (("postgresql+psycopg://u:hidden@h/d",), 2, "needs a driver that is not installed: psycopg"),
        (("://",), 2, "neither a file nor a URL"),
        ((TABLE, "--since", "yesterday"), 2, "write a day as in 2026-01-31"),
        ((TABLE, "--since", "2026-02-30"), 2, "write a day as in 2026-01-31"),
    ],
)
def test_what_cannot_be_is_said_in_one_line_without_the_password(
    bare_cli: Cli, arguments: tuple[str, ...], code: int, said: str
) -> None:
    bare_cli.write("damaged.sqlite", "this is no database, and long enough to be seen to be none" * 20)
    ran = bare_cli.run("sync", *arguments)
    assert ran.code == code, ran.err
    assert said in ran.err
    assert ran.err.count("error:") == 1
    assert "Traceback" not in ran.err
    assert "hidden" not in ran.err


def test_a_service_that_refuses_leaves_the_table_as_it_was(quick_cli: Cli, sandbox: Sandbox) -> None:
    put_in(quick_cli, 2)
    assert quick_cli.run("sync", TABLE).code == 0
    before = leads_of(quick_cli)
    quick_cli.account = {**quick_cli.account, "QINCE_APP_KEY": "not-the-app-key"}
    assert quick_cli.run("sync", TABLE, "--full").code == 1
    assert leads_of(quick_cli) == before
