"""What every step of the demo needs."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import screen
from expect import expect
from qince_leads import Account, AsyncClient, Attempt, Client, Payload, QinceError, sign
from sandbox import Sandbox

if TYPE_CHECKING:
    from collections.abc import Callable

R = TypeVar("R")

TIMEOUT_SECONDS = 10
SAMPLES = Path(__file__).parents[3] / "tests/samples"


class Stage:
    """The sandbox, an account, and what was sent."""

    @classmethod
    def set(cls) -> Stage:
        """Connects to the sandbox, and empties it."""
        stage = cls()
        stage.sandbox.forget()
        return stage

    def __init__(self) -> None:
        self.base_url = variable("QINCE_BASE_URL")
        self.push_secret = variable("QINCE_PUSH_SECRET")
        self.account = Account(variable("QINCE_OPENID"), variable("QINCE_APP_KEY"), self.base_url)
        self.sandbox = Sandbox(self.base_url)
        self.client = Client(self.account, timeout=TIMEOUT_SECONDS, on_attempt=self._observe)
        self._seen: list[Attempt] = []
        self._requests = 0

    def async_client(self) -> AsyncClient:
        """Each event loop has a client of its own."""
        return AsyncClient(self.account, timeout=TIMEOUT_SECONDS, on_attempt=self._observe)

    def _observe(self, attempt: Attempt) -> None:
        self._seen.append(attempt)
        self._requests += 1

    def attempts(self) -> list[Attempt]:
        """The attempts that the observer saw since this was asked last."""
        attempts, self._seen = self._seen, []
        return attempts

    def body_of(self, payload: Payload[Any]) -> str:
        """The body in which a payload is sent."""
        return sign(self.account, payload).body.decode()

    def show(self, payload: Payload[Any], call: Callable[[], R], describe: Callable[[R], str]) -> R:
        """Calls, and prints what was sent and what came back: a result, or an error of the package."""
        try:
            result = call()
        except QinceError as error:
            self._tell(payload, str(error))
            raise
        self._tell(payload, describe(result))
        return result

    def _tell(self, payload: Payload[Any], came: str) -> None:
        attempts = self.attempts()
        expect(attempts, f"nothing was sent: {came}")
        screen.line(attempts[0].operation, "sent", self.path(attempts[0]))
        screen.line("", "", self.body_of(payload))
        status, duration_ms = attempts[-1].status, attempts[-1].duration_ms
        screen.line("", "came", f"{'nothing' if status is None else f'HTTP {status}'} in {duration_ms} ms: {came}")

    def path(self, attempt: Attempt) -> str:
        """Where an attempt went, without the base URL that the title names."""
        return attempt.url.removeprefix(self.base_url)

    def summary(self) -> str:
        return f"All as it should be: six steps, {self._requests} requests, no lead lost, none doubled."


def variable(name: str) -> str:
    value = os.environ.get(name)
    expect(value, f"{name} is not set; start the sandbox with `cargo run -p qince-sandbox`")
    return value or ""


def sample(name: str) -> str:
    """A sample of the vendor's page."""
    return (SAMPLES / f"{name}.json").read_text("utf-8")
