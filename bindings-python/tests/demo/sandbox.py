"""The sandbox from the outside: what its admin surface does."""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]

LISTED_AT_ONCE = 1000
TIMEOUT_SECONDS = 30

# Whatever proxy the environment names, the sandbox listens on this machine.
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Sandbox:
    """Tells the sandbox what to do, and asks it what came of that."""

    def __init__(self, base_url: str) -> None:
        self._base_url = base_url

    def forget(self) -> None:
        """Forgets leads, pushes, faults, quirks and counts."""
        self._ask("DELETE", "state")

    def plan_faults(self, *faults: str) -> None:
        """Plans what the next requests meet."""
        self._ask("PUT", "faults", {"next": faults} if faults else {})

    def requests(self) -> int:
        """How many requests came."""
        return int(self._ask("GET", "faults")["requests"])

    def create_leads(self, **order: object) -> None:
        self._ask("POST", "leads", order)

    def leads(self) -> list[Json]:
        """All leads of both families, removed ones too, in the order of their creation."""
        leads: list[Json] = []
        while True:
            listing = self._ask("GET", f"leads?limit={LISTED_AT_ONCE}&offset={len(leads)}")
            leads += listing["leads"]
            if len(leads) >= listing["total"] or not listing["leads"]:
                return leads

    def leads_with_code(self, code: str) -> list[Json]:
        leads: list[Json] = self._ask("GET", f"leads?code={urllib.parse.quote(code)}")["leads"]
        return leads

    def push(self, **order: object) -> list[Json]:
        """Pushes follow-up records, and waits for what becomes of them."""
        pushes: list[Json] = self._ask("POST", "follow-ups", order)["pushes"]
        return pushes

    def journal(self) -> list[Json]:
        """What became of every genuine push."""
        pushes: list[Json] = self._ask("GET", "pushes")["pushes"]
        return pushes

    def _ask(self, method: str, path: str, order: object = None) -> Json:
        body = None if order is None else json.dumps(order).encode()
        request = urllib.request.Request(f"{self._base_url}/_sandbox/{path}", body, method=method)
        try:
            with opener.open(request, timeout=TIMEOUT_SECONDS) as response:
                answer: Json = json.loads(response.read() or b"{}")
                return answer
        except urllib.error.HTTPError as error:
            said = error.read().decode("utf-8", "replace")[:300]
            raise AssertionError(f"the sandbox was asked to {method} {path}: HTTP {error.code} {said}") from error
