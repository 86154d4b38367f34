"""Leads as a file: every value as it is, and the file whole or not there."""

from __future__ import annotations

import contextlib
import csv
import functools
import io
import json
import random
import subprocess
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any, ClassVar

import openpyxl
import pyarrow
import pyarrow.parquet
import pytest
from qince_leads import Client, Policy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .conftest import Cli, Sandbox

SINCE = ("--create-time-start", "2020-01-01")


def put_in(cli: Cli, number: int = 25) -> None:
    rows = (
        json.dumps(
            {
                "cus_name": f"=客户,{n}\n\"'",
                "emp_name": "张三",
                "code": f"L{n:03}",
                "mobile": "013800138000",
                "detail": "x\x0by" if n == 1 else "+1",
                "ext:颜色": f"红{n}",
            },
            ensure_ascii=False,
        )
        for n in range(number)
    )
    cli.write("in.jsonl", "\n".join(rows))
    ran = cli.run("import", "in.jsonl", "--workers", "1")
    assert ran.code == 0, ran.err


def expected(sandbox: Sandbox) -> list[dict[str, Any]]:
    """What the library reads."""
    account = sandbox.account
    with Client(
        openid=account["QINCE_OPENID"], app_key=account["QINCE_APP_KEY"], base_url=account["QINCE_BASE_URL"]
    ) as client:
        return [lead.to_dict() for lead in client.query(create_time_start="2020-01-01")]


def flat(value: Any) -> str:
    if value is None or value in ((), [], {}):
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def read(path: Path) -> list[dict[str, Any]]:
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))
    if path.suffix == ".parquet":
        table = pyarrow.parquet.read_table(path)
        assert all(each.type == pyarrow.string() for each in table.schema)
        return [{name: value or "" for name, value in row.items()} for row in table.to_pylist()]
    sheet: Any = openpyxl.load_workbook(path).active
    header, *rows = sheet.iter_rows()
    assert all(cell.value is None or cell.data_type == "s" for row in rows for cell in row)
    return [{title.value: cell.value or "" for title, cell in zip(header, row, strict=True)} for row in rows]


@pytest.mark.parametrize("suffix", ["csv", "xlsx", "parquet"])
def test_a_flat_file_holds_what_the_library_reads(quick_cli: Cli, sandbox: Sandbox, suffix: str) -> None:
    put_in(quick_cli)
    ran = quick_cli.run("export", f"out.{suffix}", *SINCE, "--page-size", "7", "--raw")
    assert ran.code == 0, ran.err
    assert "25 leads exported" in ran.err
    rows = read(quick_cli.folder / f"out.{suffix}")
    wanted = expected(sandbox)
    assert len(rows) == len(wanted) == 25
    for row, lead in zip(rows, wanted, strict=True):
        assert set(lead) <= set(row)
        for name, value in row.items():
            text = flat(lead.get(name))
            assert value == (text.replace("\x0b", "\N{REPLACEMENT CHARACTER}") if suffix == "xlsx" else text)


def test_json_lines_hold_what_the_library_reads_nested(cli: Cli, sandbox: Sandbox) -> None:
    put_in(cli)
    assert cli.run("export", "out.jsonl", *SINCE).code == 0
    lines = [json.loads(line) for line in (cli.folder / "out.jsonl").read_text(encoding="utf-8").splitlines()]
    wanted = [
        {name: json.loads(json.dumps(value)) for name, value in lead.items() if value not in (None, (), [], {})}
        for lead in expected(sandbox)
    ]
    assert lines == wanted


def test_a_csv_file_has_the_mark_by_which_excel_knows_utf8(quick_cli: Cli, sandbox: Sandbox) -> None:
    put_in(quick_cli, 1)
    quick_cli.run("export", "out.csv", *SINCE)
    assert (quick_cli.folder / "out.csv").read_bytes().startswith(b"\xef\xbb\xbfid,")
    quick_cli.run("export", "gb.csv", *SINCE, "--encoding", "gb18030", "--header", "label")
    assert (quick_cli.folder / "gb.csv").read_bytes().decode("gb18030").startswith("线索id,")


def test_standard_output_gets_csv_or_json_lines(cli: Cli, sandbox: Sandbox) -> None:
    put_in(cli, 3)
    ran = cli.run("export", "-", "--format", "csv", "--columns", "code,ext:颜色", *SINCE)
    assert ran.out == "code,ext:颜色\r\nL000,红0\r\nL001,红1\r\nL002,红2\r\n"
    ran = cli.run("export", "-", "--format", "jsonl", "--code", "L001", "--columns", "线索编码,emp_name")
    assert json.loads(ran.out) == {"code": "L001", "emp_name": "张三"}
    assert cli.run("export", "-", "--format", "xlsx", *SINCE).code == 2


def test_columns_are_named_as_the_user_wants(quick_cli: Cli, sandbox: Sandbox) -> None:
    put_in(quick_cli, 1)
    for header, titles in (("name", "cus_name,code"), ("wire", "cus_name,code"), ("label", "线索名称,线索编码")):
        ran = quick_cli.run("export", "-", "--format", "csv", "--header", header, "--columns", "cus_name,code", *SINCE)
        assert ran.out.splitlines()[0] == titles


def test_all_titles_differ(quick_cli: Cli, sandbox: Sandbox) -> None:
    sandbox.ask("POST", "leads", {"count": 1, "family": "apaas", "code_prefix": "P"})
    for header in ("name", "wire", "label"):
        ran = quick_cli.run("export", "-", "--apaas", "--format", "csv", "--header", header, *SINCE)
        titles = next(csv.reader(io.StringIO(ran.out)))
        assert len(titles) == len(set(titles)) > 20


def test_apaas_leads_are_exported_with_parts_of_their_values(quick_cli: Cli, sandbox: Sandbox) -> None:
    quick_cli.write("l.csv", "company_name,code,mobile,mobile.code,ext:k\n甲,P1,138,86,v\n乙,P2,139,86,w\n")
    assert quick_cli.run("import", "l.csv", "--apaas").code == 0
    where = 'query_group=[{"connector":"AND","filters":[{"field_key":"code","operator":"EQ","field_values":["P2"]}]}]'
    ran = quick_cli.run(
        "export", "-", "--apaas", "--format", "jsonl", "--where", where, "--columns", "code,mobile.phone,mobile"
    )
    assert json.loads(ran.out) == {"code": "P2", "mobile.phone": "139", "mobile": {"phone": "139", "code": "86"}}


def test_what_is_exported_can_be_imported(quick_cli: Cli, sandbox: Sandbox) -> None:
    put_in(quick_cli, 5)
    ran = quick_cli.run(
        "export", "out.xlsx", "--header", "wire", "--columns", "cus_name,emp_name,code,mobile,detail,ext:颜色", *SINCE
    )
    assert ran.code == 0, ran.err
    before = {lead["code"]: lead["payload"] for lead in sandbox.leads()}
    sandbox.ask("DELETE", "state")
    assert quick_cli.run("import", "out.xlsx").code == 0
    after = {lead["code"]: lead["payload"] for lead in sandbox.leads()}
    assert {code: lead["mobile"] for code, lead in after.items()} == {
        code: lead["mobile"] for code, lead in before.items()
    }
    assert len(after) == 5


def test_many_pages_are_streamed_up_to_a_limit(quick_cli: Cli, sandbox: Sandbox) -> None:
    sandbox.ask("POST", "leads", {"count": 2500, "family": "classic", "code_prefix": "S"})
    assert quick_cli.run("export", "all.parquet", *SINCE).code == 0
    rows = read(quick_cli.folder / "all.parquet")
    assert len({row["id"] for row in rows}) == len(rows) == 2500
    quick_cli.run("export", "some.csv", "--limit", "1003", *SINCE)
    assert [row["id"] for row in read(quick_cli.folder / "some.csv")] == [row["id"] for row in rows[:1003]]


@pytest.mark.parametrize("suffix", ["csv", "xlsx", "jsonl", "parquet"])
def test_a_failure_leaves_the_old_file_and_what_was_read_to_go_on_with(
    quick_cli: Cli, sandbox: Sandbox, suffix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sandbox.ask("POST", "leads", {"count": 30, "family": "classic", "code_prefix": "S"})
    quick_cli.write(f"out.{suffix}", "old")
    sandbox.plan_faults(next=["none", "none"], rate=1, kinds=["error_500"])
    once = functools.partial(Client, policy=Policy(max_attempts=1))
    monkeypatch.setattr("qince_leads.cli.exporting.Client", once)
    ran = quick_cli.run("export", f"out.{suffix}", "--page-size", "10", *SINCE)
    assert ran.code == 1
    assert ran.err.count("error:") == 1
    assert "Traceback" not in ran.err
    assert "what was read is kept: run the same command again to go on" in ran.err
    kept = f".out.{suffix}.export"
    assert {path.name for path in quick_cli.folder.iterdir()} == {f"out.{suffix}", kept}
    assert (quick_cli.folder / f"out.{suffix}").read_text() == "old"
    assert (quick_cli.folder / kept).stat().st_mode & 0o777 == 0o600
    sandbox.behave()
    before = sandbox.ask("GET", "faults")["requests"]
    ran = quick_cli.run("export", f"out.{suffix}", "--page-size", "10", *SINCE)
    assert ran.code == 0, ran.err
    assert "going on with the export of" in ran.err
    # The third page, and the empty one behind it.
    assert sandbox.ask("GET", "faults")["requests"] - before == 2
    assert "30 leads exported" in ran.err
    assert [path.name for path in quick_cli.folder.iterdir()] == [f"out.{suffix}"]


def interrupted(cli: Cli, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What is kept of an export that ended after two of three pages."""
    sandbox.ask("POST", "leads", {"count": 30, "family": "classic", "code_prefix": "S"})
    sandbox.plan_faults(next=["none", "none", "error_500"])
    with monkeypatch.context() as patched:
        patched.setattr("qince_leads.cli.exporting.Client", functools.partial(Client, policy=Policy(max_attempts=1)))
        assert cli.run("export", "out.csv", "--page-size", "10", *SINCE).code == 1
    sandbox.behave()
    return cli.folder / ".out.csv.export"


def test_what_was_kept_is_taken_only_where_it_is_what_is_asked_for(
    quick_cli: Cli, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = interrupted(quick_cli, sandbox, monkeypatch)
    before = kept.read_bytes()
    began_at = json.loads(before.partition(b"\n")[0])["began_at"]
    for arguments, content in (
        (("--page-size", "10", "--restart", *SINCE), before),
        (("--page-size", "11", *SINCE), before),
        (("--page-size", "10", "--code", "S1"), before),
        (("--page-size", "10", *SINCE), before.replace(b"%d" % began_at, b"%d" % (began_at - 86_401))),
        (("--page-size", "10", *SINCE), b"[]\n" + before),
        (("--page-size", "10", *SINCE), b"\xff"),
        (("--page-size", "10", *SINCE), b""),
    ):
        kept.write_bytes(content)
        ran = quick_cli.run("export", "out.csv", *arguments)
        assert ran.code == 0, ran.err
        assert "going on" not in ran.err
        assert len(read(quick_cli.folder / "out.csv")) == (1 if "--code" in arguments else 30)
        assert not kept.exists()
    kept.write_bytes(before)
    assert "going on" in quick_cli.run("export", "out.csv", "--page-size", "10", "--columns", "code", *SINCE).err
    assert [row["code"] for row in read(quick_cli.folder / "out.csv")] == [f"S{n}" for n in range(1, 31)]


@pytest.mark.parametrize("cut", [1, 7000, 14_700])
def test_a_reply_that_was_cut_off_is_asked_for_again(
    quick_cli: Cli, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, cut: int
) -> None:
    kept = interrupted(quick_cli, sandbox, monkeypatch)
    content = kept.read_bytes()
    for damaged in (content[:-cut], content[:-cut] + bytes(cut)):
        kept.write_bytes(damaged)
        assert quick_cli.run("export", "out.csv", "--page-size", "10", *SINCE).code == 0
        assert [row["code"] for row in read(quick_cli.folder / "out.csv")] == [f"S{n}" for n in range(1, 31)]


def test_an_export_that_is_killed_at_any_instant_leaves_files_whole_or_absent(cli: Cli, sandbox: Sandbox) -> None:
    sandbox.ask("POST", "leads", {"count": 400, "family": "classic", "code_prefix": "S"})
    sandbox.plan_faults(rate=1, kinds=["slow"], slow_ms=30, operations=["query"])
    chance = random.Random(11)
    ended = 0
    before = sandbox.ask("GET", "faults")["requests"]
    for number in range(20):
        # Its start takes some 0.4 s, and reading all one more.
        process = cli.start("export", "out.csv", "--page-size", "10", *SINCE)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(chance.uniform(0.2, 1.2))
        process.kill()
        process.communicate()
        if (cli.folder / "out.csv").exists():
            ended += 1
            assert len(read(cli.folder / "out.csv")) == 400, number
            (cli.folder / "out.csv").unlink()
    sandbox.behave()
    assert cli.run("export", "out.csv", "--page-size", "10", *SINCE).code == 0
    assert [row["code"] for row in read(cli.folder / "out.csv")] == [f"S{n}" for n in range(1, 401)]
    assert [path.name for path in cli.folder.iterdir()] == ["out.csv"]
    # Each page was asked for once, but for those on whose way it was killed, and the last one, which is empty.
    assert sandbox.ask("GET", "faults")["requests"] - before <= (ended + 1) * 41 + 20


def test_two_exports_do_not_write_the_same_file(cli: Cli, sandbox: Sandbox) -> None:
    sandbox.ask("POST", "leads", {"count": 3, "family": "classic", "code_prefix": "S"})
    sandbox.plan_faults(next=["slow"], slow_ms=20_000)
    process = cli.start("export", "out.csv", *SINCE)
    while not (cli.folder / ".out.csv.export").exists():
        assert process.poll() is None, process.communicate()
        time.sleep(0.01)
    ran = cli.run("export", "out.csv", *SINCE)
    process.kill()
    process.communicate()
    assert (ran.code, "another export is writing to out.csv" in ran.err) == (2, True)


def test_since_and_until_are_days_of_modification(quick_cli: Cli, sandbox: Sandbox) -> None:
    for day in ("2026-01-01", "2026-02-01", "2026-03-01"):
        sandbox.ask("POST", "leads", {"count": 1, "family": "classic", "code_prefix": day, "create_date": day})
    ran = quick_cli.run("export", "-", "--format", "csv", "--columns", "code", "--since", "2026-02-01")
    assert ran.out.split() == ["code", "2026-02-011", "2026-03-011"]
    within = ("--since", "2026-01-02", "--until", "2026-02-28")
    assert quick_cli.run("export", "-", "--format", "csv", "--columns", "code", *within).out.split()[1:] == [
        "2026-02-011"
    ]
    ran = quick_cli.run("export", "-", "--format", "csv", "--since", "2026-02-01", "--modify-time-start", "2026-02-01")
    assert (ran.code, "give either --modify-time-start, or what is short for it" in ran.err) == (2, True)


def test_every_condition_of_the_query_is_an_option(bare_cli: Cli) -> None:
    help_text = bare_cli.run("export", "--help").out
    for option in ("code", "id", "linkman", "mobile", "emp-name", "cus-name", "create-time-start", "modify-time-end"):
        assert f"--{option} " in help_text
    assert "--salesleads-status" in help_text
    assert "2 跟进, 3 无效" in help_text


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("out.csv",), "at least one of these is required"),
        (("out.csv", "--create-time-start", "yesterday"), "create_time_start"),
        (("out.txt", "--code", "x"), "--format"),
        (("out.csv", "--code", "x", "--columns", "cod"), "did you mean"),
        (("out.csv", "--where", "nonsense=x"), "no such name"),
        (("out.csv", "--where", "page=2"), "no condition"),
        (("out.csv", "--where", "code"), "NAME=VALUE"),
        (("no/such/out.csv", "--code", "x"), "no such folder"),
    ],
)
def test_what_cannot_be_meant_is_said_before_anything_is_sent(
    bare_cli: Cli, arguments: tuple[str, ...], said: str
) -> None:
    ran = bare_cli.run("export", *arguments)
    assert ran.code == 2, ran.err
    assert said in ran.err
    assert "Traceback" not in ran.err


class Odd(BaseHTTPRequestHandler):
    """Answers as a service of which not everything is as it is documented."""

    pages: ClassVar[list[list[Any]]]

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        rows = self.pages[asked["page"] - 1] if asked["page"] <= len(self.pages) else []
        body = json.dumps({"return_code": "0", "response_data": rows}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def odd(bare_cli: Cli) -> Iterator[Cli]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Odd) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        bare_cli.account = {**bare_cli.account, "QINCE_BASE_URL": f"http://127.0.0.1:{server.server_address[1]}"}
        yield bare_cli
        server.shutdown()


def test_what_is_not_as_documented_is_counted_and_said(odd: Cli) -> None:
    Odd.pages = [[{"id": "1"}, "no record"], [{"id": "2", "labels": {"a": 1}}, {"id": "3"}]]
    ran = odd.run("export", "out.jsonl", *SINCE)
    assert ran.code == 0
    assert "3 leads exported" in ran.err
    assert "warning: 2 faults in what the service sent" in ran.err
    assert "page 1 [1]: not an object; page 2 [0].labels: not a list of objects" in ran.err
    assert [json.loads(line)["id"] for line in (odd.folder / "out.jsonl").read_text("utf-8").splitlines()] == list(
        "123"
    )


def test_a_page_of_which_nothing_can_be_read_is_no_silent_end_of_an_export(odd: Cli) -> None:
    Odd.pages = [[5] * 9]
    ran = odd.run("export", "out.csv", *SINCE)
    assert "0 leads exported" in ran.err
    assert "warning: 9 faults in what the service sent" in ran.err
    assert ran.err.count("not an object") == 5
    assert "; ..." in ran.err
