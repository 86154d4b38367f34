"""What each block of the READMEs must do, by its section and its place there; the sandbox is empty before."""

from __future__ import annotations

import http.server
import importlib.metadata
import json
import os
import re
import subprocess
import sys
import threading
import time
import traceback
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import openpyxl
import pytest
from qince_leads import Client, HttpStatusError, RejectedError, TransportError

from .django_site import deliver_to
from .pushes import cases, deliver, push, told
from .sandbox import REPOSITORY
from .workshop import free_port, run, serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .sandbox import Sandbox

ID = re.compile(r"4\d{18}")


class Workpiece(NamedTuple):
    """A block that is written to a file, and where it is to be run."""

    file: Path
    output: str | None
    is_first: bool
    """Not the translation, whose code is the same: what takes long is looked at once."""
    sandbox: Sandbox
    monkeypatch: pytest.MonkeyPatch

    def lines(self) -> list[str]:
        """What it prints."""
        return run(self.file)[0]


EXPECTATIONS: dict[str, Callable[[Workpiece], None]] = {}
NAMES = {"Webhooks 1": "receive"}


def expect(key: str) -> Callable[[Callable[[Workpiece], None]], Callable[[Workpiece], None]]:
    """Says that this is what the block must do."""

    def entered(check: Callable[[Workpiece], None]) -> Callable[[Workpiece], None]:
        assert key not in EXPECTATIONS
        EXPECTATIONS[key] = check
        return check

    return entered


@expect("Install 1")
def installs_an_extra_that_exists(block: Workpiece) -> None:
    [command] = block.file.read_text("utf-8").splitlines()
    extra = re.fullmatch(r'pip install "qince-leads\[(\w+)\]"', command)
    assert extra is not None
    assert extra[1] in (importlib.metadata.metadata("qince-leads").get_all("Provides-Extra") or [])


@expect("Test your integration 1")
def starts_a_program_that_exists(block: Workpiece) -> None:
    assert block.file.read_text("utf-8") == "cargo run -p qince-sandbox\n"
    assert 'name = "qince-sandbox"' in (REPOSITORY / "tests/sandbox/Cargo.toml").read_text("utf-8")


@expect("First call 1")
def adds_and_finds(block: Workpiece) -> None:
    added, found = block.lines()
    [lead] = block.sandbox.leads("L1")
    assert ID.fullmatch(lead["id"])
    assert added == f"added {lead['id']}"
    assert found == f"{lead['id']} L1 示例公司"


@expect("First call 2")
def adds_and_finds_in_asyncio(block: Workpiece) -> None:
    assert block.lines() == ["L2 示例公司"]
    assert len(block.sandbox.leads("L2")) == 1


@expect("What it does for you 1")
def lists_all_that_is_wrong(block: Workpiece) -> None:
    assert "\n".join(block.lines()) == block.output
    assert block.sandbox.requests() == 0, "nothing may be sent"


@expect("Queries 1")
def reads_page_by_page(block: Workpiece) -> None:
    block.sandbox.seed(1200)
    assert block.lines() == ["a page of 500", "a page of 500", "a page of 200", "1200 in all"]
    # One page until the break, then twice three pages and the empty one that ends them.
    assert block.sandbox.requests() == 9


@expect("Queries 2")
def tells_what_is_not_as_documented(block: Workpiece) -> None:
    rows = '[{"id":"1"},5,{"id":"2","labels":{"a":1}}]'
    with listener(data=rows) as (url, _):
        block.monkeypatch.setenv("QINCE_BASE_URL", url)
        assert "\n".join(block.lines()[:2]) == block.output


@expect("Queries 3")
def makes_tables(block: Workpiece) -> None:
    block.sandbox.seed(1200)
    assert block.lines() == ["1200 1"]


@expect("Values 1")
def converts(block: Workpiece) -> None:
    assert "\n".join(block.lines()) == block.output


@expect("Values 2")
def matches_patterns(block: Workpiece) -> None:
    for code, mobile in [("", "13800000000"), ("L1", "13800000000"), ("L2", "")]:
        run_add(block, cus_name="示例公司", emp_name="负责人", code=code, mobile=mobile)
    ids = {lead["payload"].get("code", ""): lead["id"] for lead in block.sandbox.leads()}
    lines = block.lines()
    assert sorted(lines) == sorted([f"{ids['']} has no code", "L1 can be called", "L2 cannot be called {}"])


@expect("Errors 1")
def tells_refusals_apart(block: Workpiece) -> None:
    assert block.lines() == ["1 线索不存在"]
    if not block.is_first:
        return
    block.sandbox.plan(rate=1.0, kinds=["drop_before"])
    [line] = block.lines()
    assert re.fullmatch(r"transport: .+ because of RemoteProtocolError: .+", line)


@expect("Retries, time-outs, cancelling 1")
def settles_an_add(block: Workpiece) -> None:
    block.sandbox.plan("drop_before")
    assert block.lines() == ["add 1 unknown True", "query 1 ok True", "add 2 ok True"]
    assert len(block.sandbox.leads("L3")) == 1


@expect("Retries, time-outs, cancelling 2")
def says_what_became_of_a_cancelled_add(block: Workpiece) -> None:
    block.sandbox.plan("slow", slow_ms=1500)
    assert block.lines() == ["given up, and it may have been added", "out of time"]
    block.sandbox.forget()
    block.sandbox.plan("too_many")
    assert block.lines() == ["given up, and nothing was added", "out of time"]
    assert block.sandbox.leads("L4") == []


@expect("Webhooks 1")
def receives(block: Workpiece) -> None:
    _, names = run(block.file)
    secret = block.sandbox.push_secret
    for name, body, answer in cases(secret):
        assert told(*names["receive"](body, ["new secret", secret])) == answer, name
    assert set(names["stored"]) == {"good", "other", "large"}

    def fails(_: object) -> None:
        raise OSError("disk full")

    names["receive"].__globals__["store"] = fails
    assert told(*names["receive"](cases(secret)[0][1], secret)).return_code == 1


@expect("Webhooks 2")
def receives_over_http(block: Workpiece) -> None:
    with serving(f"{block.file.stem}:app", block.file.parent, {}) as served:
        for name, body, answer in cases(block.sandbox.push_secret):
            assert deliver(f"{served.url}/push", body) == answer, name
        deliveries = block.sandbox.push(f"{served.url}/push", 5, repeat=0.5, tamper=0.5, seed=1)
        assert len(deliveries) > 5
        for delivery in deliveries:
            assert delivery["acknowledged"] is not delivery["forged"]


@expect("Webhooks 3")
def receives_in_django(block: Workpiece) -> None:
    _, names = run(block.file)
    for name, body, answer in cases(block.sandbox.push_secret):
        assert deliver_to(names["push"], body) == answer, name
    protected = names["push"].__wrapped__
    assert deliver_to(protected, cases(block.sandbox.push_secret)[0][1]).status == http.HTTPStatus.FORBIDDEN


@expect("Transports 1")
def goes_through_a_proxy(block: Workpiece) -> None:
    with proxy() as (url, seen):
        block.monkeypatch.setenv("COMPANY_PROXY", url)
        [line] = block.lines()
    assert line == block.sandbox.leads("L5")[0]["id"]
    assert len(seen) == 1


@expect("Transports 2")
def sends_by_requests(block: Workpiece) -> None:
    sends_as_it_stands(block, "L6")


@expect("Transports 3")
def sends_by_aiohttp(block: Workpiece) -> None:
    sends_as_it_stands(block, "L7")


@expect("Many at once 1")
def adds_many_finds_and_ensures(block: Workpiece) -> None:
    *added, found, existed = block.lines()
    assert sorted(line.split() for line in added) == sorted([f"T{n}", "ok"] for n in range(1, 51))
    assert (found, existed) == ("公司 1", "True")
    assert len(block.sandbox.leads()) == 50


@expect("Many at once 2")
def adds_in_tasks(block: Workpiece) -> None:
    assert block.lines() == ["50 added"]
    assert len(block.sandbox.leads()) == 50


@expect("Without a network 1")
def signs_and_reads(block: Workpiece) -> None:
    block.sandbox.seed(1)
    url, name = block.lines()
    assert re.search(r"/\*\*\*/\d{13}/\*\*\*/[-0-9a-f]{32,36}$", url), url
    assert name == block.sandbox.leads("L1")[0]["payload"]["cus_name"]


@expect("Without a network 2")
def drives_call_and_pages(block: Workpiece) -> None:
    block.sandbox.seed(3)
    block.sandbox.plan("error_500", "drop_after")
    assert sorted(block.lines()) == ["L1", "L2", "L3"]


@expect("Without a network 3")
def goes_on_with_what_was_saved(block: Workpiece) -> None:
    assert "\n".join(block.lines()) == block.output
    assert block.sandbox.requests() == 0


@expect("Other endpoints 1")
def calls_any_endpoint(block: Workpiece) -> None:
    # The sandbox plays no other module.
    with listener(data='[{"cm_name":"示例"}]') as (url, bodies):
        block.monkeypatch.setenv("QINCE_BASE_URL", url)
        assert block.lines() == ["[{'cm_name': '示例'}]"]
    assert [json.loads(body) for body in bodies] == [{"cm_code": "C1"}]


@expect("Parameters that the SDK does not know 1")
def sends_what_it_does_not_know(block: Workpiece) -> None:
    # The sandbox knows no such parameter either, and refuses it.
    with listener() as (url, bodies):
        block.monkeypatch.setenv("QINCE_BASE_URL", url)
        block.lines()
    known = {"empName": "负责人", "code": "L8", "cus_name": "示例公司"}
    assert [json.loads(body) for body in bodies] == [{**known, "new_parameter": "1"}]


@expect("Types 1")
def counts(block: Workpiece) -> None:
    block.sandbox.seed(2)
    assert block.lines() == ["0 without a code"]


@expect("Test your integration 2")
def does_not_double(block: Workpiece) -> None:
    assert block.lines() == ["1"]
    assert len(block.sandbox.leads("L9")) == 1
    assert block.sandbox.ask("GET", "faults")["faults"]["drop_after"] == 1


@expect("Test your integration 3")
def stands_for_the_service(block: Workpiece) -> None:
    assert "\n".join(block.lines()) == block.output
    assert block.sandbox.requests() == 0


@expect("Test your integration 4")
def signs_a_push(block: Workpiece) -> None:
    assert "\n".join(block.lines()) == block.output


@expect("Command line 1")
def does_what_the_command_line_says(block: Workpiece) -> None:
    if not block.is_first:
        return
    folder = block.file.parent
    fields = ["code,cus_name,负责人", "L1,示例公司,负责人", "L2,样本公司,负责人"]
    (folder / "leads.csv").write_text("\n".join(fields), "utf-8")
    (folder / "lead.json").write_text('{"cus_name": "示例公司", "emp_name": "负责人", "code": "L1"}', "utf-8")
    (folder / "push.txt").write_bytes(push("good", block.sandbox.push_secret))

    ran = in_a_shell(block)
    leads = {lead["code"]: lead["id"] for lead in block.sandbox.leads()}
    assert set(leads) == {"L1", "L2"}
    assert leads["L1"] in (folder / "leads.csv.result.csv").read_text("utf-8-sig")
    exported = json.loads((folder / "leads.jsonl").read_text("utf-8"))
    assert exported == {"id": leads["L1"], "code": "L1", "cus_name": "示例公司"}
    assert (folder / "leads.xlsx").read_bytes().startswith(b"PK")
    assert '{"return_code":0,"return_msg":"","msg_id":"good"}' in ran.stdout
    assert '"empName":"负责人"' in ran.stdout
    assert block.sandbox.env["QINCE_OPENID"] not in ran.stdout + ran.stderr


@expect("Command line 2")
def moves_a_workbook_there_and_back(block: Workpiece) -> None:
    if not block.is_first:
        return
    folder = block.file.parent
    workbook = openpyxl.Workbook()
    sheet: Any = workbook.active
    for row in (
        ["登记表"],
        ["序号", "公司名称", "负责人（必填）", "手机号", "级别"],
        [1, "示例公司", "张三", "138", "重要"],
    ):
        sheet.append(row)
    workbook.save(folder / "list.xlsx")
    told = in_a_shell(block).stderr
    [lead] = block.sandbox.leads()
    assert lead["code"].startswith("import-")
    assert "公司名称 as cus_name (客户名称)" in told
    assert told.count("1 row can be sent; nothing was (--dry-run)") == 2
    assert (folder / "empty.xlsx").read_bytes().startswith(b"PK")


def in_a_shell(block: Workpiece) -> subprocess.CompletedProcess[str]:
    """What a block of commands says, each of which works."""
    env = {**os.environ, "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])}
    ran = subprocess.run(
        ["sh", "-e", block.file],
        cwd=block.file.parent,
        env=env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran


def sends_as_it_stands(block: Workpiece, code: str) -> None:
    """A transport carries a call through, says what was not sent, and follows no redirects."""
    [line] = block.lines()
    assert line == block.sandbox.leads(code)[0]["id"]

    if not block.is_first:
        return

    block.sandbox.forget()
    block.sandbox.plan("too_many", "drop_after")
    began = time.monotonic()
    assert block.lines() == [block.sandbox.leads(code)[0]["id"]]
    assert len(block.sandbox.leads(code)) == 1
    assert time.monotonic() - began > 1, "`Retry-After` is not handed on"

    with listener(status=302) as (url, bodies):
        block.monkeypatch.setenv("QINCE_BASE_URL", url)
        with pytest.raises(HttpStatusError, match="302"):
            block.lines()
        assert len(bodies) == 1

    block.monkeypatch.setenv("QINCE_BASE_URL", f"http://127.0.0.1:{free_port()}")
    with pytest.raises(TransportError) as raised:
        block.lines()
    assert raised.value.failure == "not_sent"
    assert block.sandbox.env["QINCE_OPENID"] not in "".join(traceback.format_exception(raised.value))


def run_add(block: Workpiece, **fields: Any) -> None:
    """Adds a lead for a block to find."""
    env = block.sandbox.env
    with Client(openid=env["QINCE_OPENID"], app_key=env["QINCE_APP_KEY"], base_url=env["QINCE_BASE_URL"]) as client:
        try:
            client.add(**fields)
        except RejectedError as error:
            raise AssertionError("the sandbox refused what the test needs") from error


class _Quiet(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass

    def body(self) -> bytes:
        return self.rfile.read(int(self.headers["Content-Length"]))

    def answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        if status == http.HTTPStatus.FOUND:
            self.send_header("Location", "/elsewhere")
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def served(handler: type[_Quiet]) -> Iterator[str]:
    """Serves on a free port of this machine."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()


@contextmanager
def listener(status: int = 200, data: str = "null") -> Iterator[tuple[str, list[bytes]]]:
    """Takes whatever comes, and answers the first request with these data, and all others that they are done."""
    bodies: list[bytes] = []

    class Handler(_Quiet):
        def do_POST(self) -> None:
            bodies.append(self.body())
            said = data if len(bodies) == 1 else "null"
            body = f'{{"return_code":"0","response_data":{said}}}'.encode()
            self.answer(status, body if status == http.HTTPStatus.OK else b"")

    with served(Handler) as url:
        yield url, bodies


@contextmanager
def proxy() -> Iterator[tuple[str, list[str]]]:
    """Hands requests on to where their URLs lead."""
    seen: list[str] = []

    class Handler(_Quiet):
        def do_POST(self) -> None:
            seen.append(self.path)
            onward = urllib.request.Request(self.path, self.body(), {"Content-Type": self.headers["Content-Type"]})
            with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(onward) as response:
                self.answer(response.status, response.read())

    with served(Handler) as url:
        yield url, seen
