"""The sandbox's admin surface."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from typing import Any

from .environment import environment

LISTED_AT_ONCE = 1000
PATIENCE = 20.0

# Whatever proxy the environment names, the sandbox listens on this machine.
_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Sandbox:
    """Tells the sandbox what to do, and asks it what came of that."""

    def forget(self) -> None:
        """Forgets leads, pushes, faults, quirks and counts."""
        _ask("DELETE", "state")

    def quirks(self, **quirks: object) -> None:
        _ask("PUT", "quirks", quirks)

    def plan_faults(self, **plan: object) -> dict[str, Any]:
        """Plans faults; without any, there are none. Returns the counts so far."""
        counts: dict[str, Any] = _ask("PUT", "faults", plan)
        return counts

    def faults(self) -> dict[str, Any]:
        """How many requests and faults there were, and how many requests are held back."""
        counts: dict[str, Any] = _ask("GET", "faults")
        return counts

    def create_leads(self, count: int, family: str = "classic", code_prefix: str = "L") -> None:
        """Creates leads with the codes `L1`, `L2` and so on."""
        order = {"count": count, "family": family, "code_prefix": code_prefix, "create_date": "2026-01-01"}
        _ask("POST", "leads", order)

    def leads(self) -> list[dict[str, Any]]:
        """All leads of both families, removed ones too, in the order of their creation."""
        leads: list[dict[str, Any]] = []
        while True:
            listing = _ask("GET", f"leads?limit={LISTED_AT_ONCE}&offset={len(leads)}")
            leads += listing["leads"]
            if len(leads) >= listing["total"]:
                return leads
            assert listing["leads"], "the sandbox lists fewer leads than it has"

    def leads_with_code(self, code: str) -> list[dict[str, Any]]:
        leads: list[dict[str, Any]] = _ask("GET", f"leads?code={urllib.parse.quote(code)}")["leads"]
        return leads

    def lead(self, lead_id: str | None) -> dict[str, Any]:
        [lead] = [lead for lead in self.leads() if lead["id"] == lead_id]
        return lead

    def push(self, url: str, **order: object) -> list[dict[str, Any]]:
        """Pushes follow-up records, and waits for what becomes of them."""
        pushes: list[dict[str, Any]] = _ask("POST", "follow-ups", {"url": url, **order})["pushes"]
        return pushes

    def redeliver(self) -> list[dict[str, Any]]:
        """Pushes those again that were not acknowledged."""
        pushes: list[dict[str, Any]] = _ask("POST", "redeliver", {})["pushes"]
        return pushes

    def journal(self) -> list[dict[str, Any]]:
        """What became of every genuine push."""
        pushes: list[dict[str, Any]] = _ask("GET", "pushes")["pushes"]
        return pushes

    def has_met(self, requests: int) -> Callable[[], bool]:
        """Tells whether so many requests have come since the state was forgotten."""
        return lambda: self.faults()["requests"] >= requests

    def await_requests(self, count: int) -> None:
        """Waits until so many requests have come since the state was forgotten."""
        _await(self.has_met(count))

    def await_late_requests(self) -> None:
        """Waits until every request that was held back is carried out, so that what is stored is what it stays."""
        _await(lambda: self.faults()["held_back"] == 0)


def _await(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < deadline, "the sandbox was waited for in vain"
        time.sleep(0.005)


def _ask(method: str, path: str, order: object = None) -> Any:
    body = None if order is None else json.dumps(order).encode()
    request = urllib.request.Request(f"{environment().base_url}/_sandbox/{path}", body, method=method)
    try:
        with _opener.open(request) as answer:
            text = answer.read()
    except urllib.error.HTTPError as error:
        said = error.read(300).decode(errors="replace")
        raise AssertionError(f"the sandbox was asked to {method} {path}: HTTP {error.code} {said}") from None
    return json.loads(text) if text else None
