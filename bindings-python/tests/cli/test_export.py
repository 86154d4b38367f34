"""Leads as a file: every value as it is, and the file whole or not there."""

from __future__ import annotations

import csv
import functools
import io
import json
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
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


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
def test_a_failure_leaves_the_old_file_and_no_half_one(
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
    assert [(path.name, path.read_text()) for path in quick_cli.folder.iterdir()] == [(f"out.{suffix}", "old")]


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
