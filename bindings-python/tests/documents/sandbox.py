"""The sandbox from the outside: where it is, and what its admin surface does."""

from __future__ import annotations

import os
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx

if TYPE_CHECKING:
    from collections.abc import Iterator

REPOSITORY = Path(__file__).parents[3]
VARIABLES = {
    "base_url": "QINCE_BASE_URL",
    "openid": "QINCE_OPENID",
    "app_key": "QINCE_APP_KEY",
    "push_secret": "QINCE_PUSH_SECRET",
}


@dataclass(frozen=True)
class Sandbox:
    """A running sandbox."""

    env: dict[str, str]

    @property
    def push_secret(self) -> str:
        """What it signs pushes with."""
        return self.env["QINCE_PUSH_SECRET"]

    def ask(self, method: str, path: str, order: dict[str, Any] | None = None) -> Any:
        """Asks it to do something."""
        url = f"{self.env['QINCE_BASE_URL']}/_sandbox/{path}"
        answer = httpx.request(method, url, json=order, timeout=60)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text[:300]}"
        return answer.json() if answer.content else None

    def forget(self) -> None:
        """Forgets leads, pushes, faults and counts."""
        self.ask("DELETE", "state")

    def seed(self, count: int) -> None:
        """Makes leads to find, with the codes L1, L2, and so on."""
        self.ask("POST", "leads", {"count": count, "family": "classic", "code_prefix": "L"})

    def plan(self, *faults: str, **plan: object) -> None:
        """Plans what the next requests meet."""
        self.ask("PUT", "faults", {"next": faults, **plan} if faults else plan)

    def requests(self) -> int:
        """How many requests came."""
        count: int = self.ask("GET", "faults")["requests"]
        return count

    def leads(self, code: str | None = None) -> list[dict[str, Any]]:
        """The leads that it keeps, or those with this code."""
        narrowed = "" if code is None else f"&code={code}"
        leads: list[dict[str, Any]] = self.ask("GET", f"leads?family=classic{narrowed}")["leads"]
        return leads

    def push(self, url: str, count: int, **order: object) -> list[dict[str, Any]]:
        """Pushes follow-ups, and tells what became of each delivery."""
        pushes: list[dict[str, Any]] = self.ask("POST", "follow-ups", {"url": url, "count": count, **order})["pushes"]
        return pushes

    def redeliver(self) -> list[dict[str, Any]]:
        """Pushes those again that were not acknowledged."""
        pushes: list[dict[str, Any]] = self.ask("POST", "redeliver", {})["pushes"]
        return pushes


@contextmanager
def sandbox() -> Iterator[Sandbox]:
    """The sandbox that the environment names, or else one that ends with this."""
    given = {name: os.environ.get(name, "") for name in VARIABLES.values()}
    if all(given.values()):
        yield Sandbox(given)
        return
    program = REPOSITORY / "target/debug/qince-sandbox"
    assert program.exists(), "these tests need the sandbox: `cargo build -p qince-sandbox`, or set the QINCE_ variables"
    command = [str(program), "--port", "0", "--exit-with-stdin"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = dict(process.stdout.readline().split() for _ in VARIABLES)
        try:
            yield Sandbox({VARIABLES[name]: value for name, value in said.items()})
        finally:
            process.kill()
