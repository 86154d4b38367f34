"""A sandbox to talk to, and the command line as a user runs it."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

# Consoles take their width as they are made.
os.environ["COLUMNS"] = "160"

from qince_leads.cli.app import app

if TYPE_CHECKING:
    from collections.abc import Iterator

BINARY = Path(__file__).parents[3] / "target/debug/qince-sandbox"
ACCOUNT = ("QINCE_BASE_URL", "QINCE_OPENID", "QINCE_APP_KEY", "QINCE_PUSH_SECRET")
SECRETS = ACCOUNT[1:]
DIGEST = re.compile(r"/\d{13,14}/[0-9a-f]{32}")

# What runs in the background of a shell ignores interruptions, and under nohup hang-ups, and hands that on.
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGHUP, signal.SIG_DFL)


@dataclass
class Sandbox:
    """A running sandbox."""

    account: dict[str, str]

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """Tells the sandbox what to do, or asks what it holds."""
        request = urllib.request.Request(
            f"{self.account['QINCE_BASE_URL']}/_sandbox/{path}",
            None if body is None else json.dumps(body).encode(),
            {"Content-Type": "application/json"},
            method=method,
        )
        with urllib.request.urlopen(request, timeout=30) as reply:
            content = reply.read()
        return json.loads(content) if content else None

    def plan_faults(self, **plan: Any) -> None:
        """Misbehaves from now on."""
        self.ask("PUT", "faults", plan)

    def behave(self) -> None:
        """Misbehaves no more."""
        self.ask("PUT", "faults", {})

    def leads(self, family: str = "classic") -> list[dict[str, Any]]:
        """All leads that it holds."""
        answer: Any = self.ask("GET", f"leads?family={family}&limit=100000")
        leads: list[dict[str, Any]] = answer["leads"] if isinstance(answer, dict) else answer
        return leads

    def codes(self, family: str = "classic") -> list[str | None]:
        """The codes of all leads, sorted."""
        return sorted((lead["code"] for lead in self.leads(family)), key=str)


@dataclass
class Ran:
    """What a run of the command line came to."""

    code: int
    out: str
    err: str
    raw: bytes = field(repr=False)


@dataclass
class Cli:
    """The command line, in a folder of its own."""

    folder: Path
    account: dict[str, str]

    def environment(self) -> dict[str, str]:
        """An environment with the account, and without what would change the output."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("QINCE_")}
        return {**kept, **self.account, "COLUMNS": "160", "TERM": "dumb", "PYTHONUTF8": "1", "NO_COLOR": "1"}

    def start(self, *arguments: str, **options: Any) -> subprocess.Popen[bytes]:
        """Starts it."""
        return subprocess.Popen(
            [sys.executable, "-m", "qince_leads", *arguments],
            cwd=self.folder,
            env=self.environment(),
            stdin=options.pop("stdin", subprocess.DEVNULL),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            **options,
        )

    def run(self, *arguments: str, stdin: bytes | None = None, shows_secrets: bool = False) -> Ran:
        """Runs it to its end; no output may hold a secret unless that was asked for."""
        process = self.start(*arguments, stdin=subprocess.DEVNULL if stdin is None else subprocess.PIPE)
        out, err = process.communicate(stdin, timeout=60)
        ran = Ran(process.returncode, out.decode(), err.decode(), out)
        return self.checked(ran, shows_secrets=shows_secrets)

    def checked(self, ran: Ran, *, shows_secrets: bool) -> Ran:
        """A run that shows no secret, on the screen or in a file."""
        if not shows_secrets:
            self.check(ran.out + ran.err)
            for file in self.folder.iterdir():
                self.check(file.read_bytes().decode(errors="replace"))
        return ran

    def check(self, text: str) -> None:
        """No text may hold a secret."""
        for name in SECRETS:
            if secret := self.account.get(name):
                assert secret not in text, f"{name} is shown"
        assert not DIGEST.search(text), "a digest is shown"

    def write(self, name: str, content: str, encoding: str = "utf-8") -> Path:
        """A file in the folder."""
        path = self.folder / name
        path.write_bytes(content.encode(encoding))
        return path

    def results(self, name: str) -> list[dict[str, str]]:
        """The rows of a CSV file that the command line wrote."""
        import csv

        with (self.folder / name).open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))

    def journal(self, name: str) -> list[dict[str, Any]]:
        """The lines of a journal."""
        return [json.loads(line) for line in (self.folder / name).read_text(encoding="utf-8").splitlines()]


class QuickCli(Cli):
    """The command line in this process: quicker, for what needs no process of its own."""

    def run(self, *arguments: str, stdin: bytes | None = None, shows_secrets: bool = False) -> Ran:
        environment = {name: self.account.get(name) for name in ACCOUNT}
        before = Path.cwd()
        os.chdir(self.folder)
        try:
            result = CliRunner().invoke(app, arguments, input=stdin, env=environment)
        finally:
            os.chdir(before)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        ran = Ran(result.exit_code, result.stdout, result.stderr, result.stdout_bytes)
        return self.checked(ran, shows_secrets=shows_secrets)


@pytest.fixture(scope="session")
def account() -> Iterator[dict[str, str]]:
    """The account of the sandbox that the environment names, or of one that ends with the tests."""
    if all(name in os.environ for name in ACCOUNT):
        yield {name: os.environ[name] for name in ACCOUNT}
        return
    assert BINARY.exists(), "no sandbox: cargo build -p qince-sandbox"
    with subprocess.Popen(
        [BINARY, "--port", "0", "--exit-with-stdin"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        said = dict(process.stdout.readline().split() for _ in ACCOUNT)
        yield {f"QINCE_{name.upper()}": value for name, value in said.items()}
        process.terminate()


@pytest.fixture
def sandbox(account: dict[str, str]) -> Iterator[Sandbox]:
    """A sandbox that has forgotten everything, and behaves."""
    sandbox = Sandbox(account)
    sandbox.ask("DELETE", "state")
    yield sandbox
    sandbox.ask("DELETE", "state")


@pytest.fixture
def cli(tmp_path: Path, sandbox: Sandbox) -> Cli:
    """The command line in an empty folder, with the sandbox's account in its environment."""
    return Cli(tmp_path, sandbox.account)


@pytest.fixture
def quick_cli(tmp_path: Path, sandbox: Sandbox) -> Cli:
    """The same, in this process."""
    return QuickCli(tmp_path, sandbox.account)


@pytest.fixture
def bare_cli(tmp_path: Path) -> Cli:
    """The command line in this process, with an account that leads nowhere."""
    account = dict.fromkeys(ACCOUNT, "")
    account |= {
        "QINCE_BASE_URL": "http://127.0.0.1:9",
        "QINCE_OPENID": "openid-that-nobody-may-see",
        "QINCE_APP_KEY": "key-that-nobody-may-see",
        "QINCE_PUSH_SECRET": "secret-that-nobody-may-see",
    }
    return QuickCli(tmp_path, account)
