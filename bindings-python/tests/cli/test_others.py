"""The smaller commands, and what holds for all of them."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import threading
import time
import urllib.parse
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .conftest import Cli, Sandbox

LEAD = '{"客户名称": "甲", "emp_name": "乙", "code": "A1"}'.encode()
BODY = '{"empName":"乙","code":"A1","cus_name":"甲"}'


def push(secret: str, timestamp_ms: int | None = None) -> bytes:
    data = json.dumps({"lead_ID": "1", "lead_code": "L1", "lead_name": "甲"}, ensure_ascii=False)
    timestamp = str(timestamp_ms or time.time_ns() // 1_000_000)
    digest = hashlib.md5(f"{data}|{secret}|{timestamp}".encode()).hexdigest()
    form = {"msgId": "m1", "dataType": "salesLeads_follow", "data": data, "timestamp": timestamp, "digest": digest}
    return urllib.parse.urlencode(form).encode()


def test_a_signed_request_is_shown_without_its_secrets(bare_cli: Cli) -> None:
    ran = bare_cli.run("sign", "add", "-", "--msg-id", "m1", "--now-ms", "1617206400000", stdin=LEAD)
    assert ran.code == 0, ran.err
    url, header, _, body = ran.out.splitlines()
    assert url == "POST http://127.0.0.1:9/api/salesleads/v1/addSalesLeads/***/1617206400000/***/m1"
    assert header == "Content-Type: application/json"
    assert body == BODY


def test_a_signed_request_is_json(bare_cli: Cli) -> None:
    bare_cli.write("lead.json", LEAD.decode())
    told = json.loads(bare_cli.run("sign", "add", "lead.json", "--json", "--timestamp-form", "compact").out)
    assert (told["operation"], told["method"], told["body"]) == ("add", "POST", BODY)
    assert len(told["timestamp"]) == 14
    assert "***" in told["url"]


def test_a_signed_request_is_a_command_for_curl_that_works(cli: Cli, sandbox: Sandbox) -> None:
    assert "***" in cli.run("sign", "add", "--curl", stdin=LEAD).out
    command = cli.run("sign", "add", "--curl", "--show-secrets", stdin=LEAD, shows_secrets=True).out
    assert sandbox.account["QINCE_OPENID"] in command
    reply = subprocess.run(["sh", "-c", command], capture_output=True, check=True).stdout
    assert json.loads(reply)["return_code"] == "0"
    assert sandbox.codes() == ["A1"]


def test_a_wrong_payload_is_a_table_of_violations(bare_cli: Cli) -> None:
    ran = bare_cli.run("sign", "add", stdin=json.dumps({"cus_name": "x" * 101, "zzz": 1}).encode())
    assert ran.code == 2
    for told in ("max_length", "unknown_field", "required_one_of"):
        assert told in ran.err
    assert "Traceback" not in ran.err


@pytest.mark.parametrize("given", [b"{", b"[]", b"\xff"])
def test_what_is_no_json_object_is_one_line(bare_cli: Cli, given: bytes) -> None:
    ran = bare_cli.run("sign", "add", stdin=given)
    assert ran.code == 2
    assert ran.err.startswith("error: - is not")


def test_a_push_is_shown_with_its_acknowledgement(cli: Cli) -> None:
    body = push(cli.account["QINCE_PUSH_SECRET"])
    ran = cli.run("verify-push", "-", "--max-age", "60", stdin=body + b"\n")
    assert ran.code == 0, ran.err
    assert "甲" in ran.out
    assert ran.out.splitlines()[-1] == '{"return_code":0,"return_msg":"","msg_id":"m1"}'
    told = json.loads(cli.run("verify-push", "--json", stdin=body).out)
    assert told["acknowledgement"] == ran.out.splitlines()[-1]
    assert told["event"]["data"]["lead_code"] == "L1"


def test_any_of_several_push_secrets_may_have_signed(quick_cli: Cli) -> None:
    quick_cli.account = {**quick_cli.account, "QINCE_PUSH_SECRET": "the-former-one the-coming-one"}
    assert quick_cli.run("verify-push", stdin=push("the-coming-one")).code == 0
    assert quick_cli.run("verify-push", stdin=push("the-former-one")).code == 0


@pytest.mark.parametrize(
    ("body", "said"),
    [(push("another"), "secret"), (push("s", 1617206400000), "from now"), (b"nonsense", ""), (b"\xff\xfe", "")],
)
def test_a_push_that_is_refused_says_why(bare_cli: Cli, body: bytes, said: str) -> None:
    bare_cli.account = {**bare_cli.account, "QINCE_PUSH_SECRET": "s"}
    ran = bare_cli.run("verify-push", "--max-age", "60", stdin=body, shows_secrets=True)
    assert ran.code == 1
    assert ran.err.startswith("error: ")
    assert said in ran.err
    assert "Traceback" not in ran.err


def test_the_doctor_finds_all_well(cli: Cli, sandbox: Sandbox) -> None:
    ran = cli.run("doctor")
    assert ran.code == 0, ran.out
    for check in (
        "version",
        "HTTP",
        "account",
        "name",
        "connection",
        "clock",
        "signature",
        "permission",
        "message ids",
    ):
        assert check in ran.out
    assert "fail" not in ran.out
    assert "echoed: Policy(match_msg_id=True) can be used" in ran.out


def test_the_doctor_says_what_the_service_refuses(quick_cli: Cli, sandbox: Sandbox) -> None:
    quick_cli.account = {**quick_cli.account, "QINCE_APP_KEY": "not-the-app-key"}
    ran = quick_cli.run("doctor")
    assert ran.code == 1
    assert "签名校验失败" in ran.out
    assert "check app key and openid" in ran.out.replace("\n", " ")


def test_the_doctor_names_a_base_url_that_says_api_itself(quick_cli: Cli, sandbox: Sandbox) -> None:
    base_url = f"{quick_cli.account['QINCE_BASE_URL']}/api"
    quick_cli.account = {**quick_cli.account, "QINCE_BASE_URL": base_url}
    ran = quick_cli.run("doctor")
    assert ran.code == 1
    assert f"requests go to {base_url}/api/" in ran.out
    assert "leave /api out of QINCE_BASE_URL" in ran.out


def test_the_doctor_says_that_nobody_answers(bare_cli: Cli) -> None:
    ran = bare_cli.run("doctor")
    assert ran.code == 1
    assert "check the address, firewall and proxy" in ran.out


def test_the_doctor_says_that_an_account_is_missing(bare_cli: Cli) -> None:
    bare_cli.account = {}
    ran = bare_cli.run("doctor")
    assert ran.code == 1
    assert "QINCE_OPENID" in ran.out


class Hourless(BaseHTTPRequestHandler):
    """Answers as a service whose clock is an hour late."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        body = b'{"return_code":"0","response_data":"[]"}'
        self.send_response_only(200)
        self.send_header("Date", self.date_time_string(time.time() - 3600))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def late_service() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Hourless) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_the_doctor_sees_that_the_clock_is_wrong(bare_cli: Cli, late_service: str) -> None:
    bare_cli.account = {**bare_cli.account, "QINCE_BASE_URL": late_service}
    ran = bare_cli.run("doctor")
    assert ran.code == 1
    assert "ahead of the service's" in ran.out
    assert "not echoed" in ran.out
    assert "3,60" in ran.out or "3,59" in ran.out


@pytest.mark.parametrize("command", [(), ("import",), ("export",), ("sign",), ("verify-push",), ("doctor",)])
def test_help_shows_no_secret(bare_cli: Cli, command: tuple[str, ...]) -> None:
    ran = bare_cli.run(*command, "--help")
    assert ran.code == 0
    assert ran.out


def test_the_version_is_that_of_the_package(bare_cli: Cli) -> None:
    assert bare_cli.run("--version").out == f"qince-leads {version('qince-leads')}\n"


@pytest.mark.parametrize(
    ("missing", "said"),
    [
        ("QINCE_OPENID", "error: no openid: set QINCE_OPENID, or give --openid before the command"),
        (
            "QINCE_APP_KEY",
            "error: no app key: set QINCE_APP_KEY or QINCE_APP_KEY_FILE, or give --app-key before the command",
        ),
    ],
)
def test_a_missing_credential_is_one_line(bare_cli: Cli, missing: str, said: str) -> None:
    bare_cli.account = {**bare_cli.account, missing: ""}
    ran = bare_cli.run("export", "out.csv", "--code", "x")
    assert ran.code == 2
    assert ran.err.splitlines() == [said]


def test_credentials_may_be_options(cli: Cli) -> None:
    account = cli.account
    cli.account = {}
    options = ("--openid", account["QINCE_OPENID"], "--app-key", account["QINCE_APP_KEY"])
    cli_with = cli.start(
        *options, "--base-url", account["QINCE_BASE_URL"], "export", "-", "--format", "csv", "--code", "x"
    )
    out, err = cli_with.communicate(timeout=30)
    assert cli_with.returncode == 0, err
    assert out.startswith(b"id,")


def test_an_account_that_cannot_be_used_is_one_line(bare_cli: Cli) -> None:
    bare_cli.account = {**bare_cli.account, "QINCE_BASE_URL": "nonsense"}
    ran = bare_cli.run("export", "out.csv", "--code", "x")
    assert ran.code == 2
    assert ran.err.startswith("error: ")
    assert len(ran.err.splitlines()) == 1


def test_a_file_that_is_not_there_is_no_traceback(bare_cli: Cli) -> None:
    for arguments in (("import", "none.csv"), ("sign", "add", "none.json"), ("verify-push", "none.txt")):
        ran = bare_cli.run(*arguments)
        assert ran.code in (1, 2)
        assert "Traceback" not in ran.err


def test_an_unexpected_error_shows_no_locals(bare_cli: Cli) -> None:
    script = (
        "import qince_leads.cli.app as app, qince_leads.cli.credentials as c\n"
        "def boom(self):\n    secret = self.app_key\n    raise RuntimeError('boom')\n"
        "c.Credentials.account = boom\napp.run()\n"
    )
    process = subprocess.run(
        [sys.executable, "-c", script, "export", "out.csv", "--code", "x"],
        cwd=bare_cli.folder,
        env=bare_cli.environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert process.returncode == 1
    assert "boom" in process.stderr
    bare_cli.check(process.stdout + process.stderr)


def test_importing_the_package_loads_no_command_line() -> None:
    script = (
        "import sys, qince_leads\n"
        "print([m for m in sys.modules if m.split('.')[0] in ('typer', 'rich', 'openpyxl') or '.cli' in m])"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


@pytest.mark.parametrize("missing", ["typer", "rich"])
def test_without_the_extra_one_line_says_how_to_install_it(tmp_path: Path, missing: str) -> None:
    script = (
        "import importlib.util as u, sys\nfind = u.find_spec\n"
        f"u.find_spec = lambda name, *rest: None if name == {missing!r} else find(name, *rest)\n"
        "sys.argv = ['qince-leads', 'doctor']\nfrom qince_leads.cli import main\nmain()\n"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=tmp_path, check=False)
    assert ran.returncode == 1
    assert ran.stderr == "qince-leads: the command line is an extra; install it with: pip install 'qince-leads[cli]'\n"
    assert ran.stdout == ""
