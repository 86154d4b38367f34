"""The retry machine: what a call does next, given time and replies."""

from __future__ import annotations

from typing import Any, Dict, Optional

from .replies import error, read

Json = Dict[str, Any]

ADDS = {"add": "query", "add_apaas": "query_apaas"}
NOTHING_LEFT = "nothing left"  # the request was not carried out, for sure
UNCERTAIN = "uncertain"  # the request may have been carried out
FINAL = "final"


def judged(status: int, result: Json) -> str:
    """What a reply that is no success says of trying again."""
    fault = result["error"]
    if fault["kind"] == "http_status":
        if status == 429:
            return NOTHING_LEFT
        return UNCERTAIN if status == 408 or status >= 500 else FINAL
    may_be_cut = 200 <= status <= 299 or status == 408 or status >= 500
    if fault["kind"] == "malformed" and "path" not in fault and may_be_cut:
        return UNCERTAIN
    return FINAL


class Requests:
    """The requests of one operation, counted and delayed on their own."""

    def __init__(self, policy: Json) -> None:
        self.policy = policy
        self.sent = 0
        self.failed = 0

    def left(self) -> bool:
        return self.sent < int(self.policy["max_attempts"])

    def delay(self) -> int:
        doubled: int = int(self.policy["base_delay_ms"]) * 2 ** (self.failed - 1)
        return min(doubled, int(self.policy["max_delay_ms"]))


class Call:
    """Every method returns what the machine does next: send, wait_until or done."""

    def __init__(self, op: str, payload: Json, policy: Json) -> None:
        self.op = op
        self.code = payload.get("code") if op in ADDS else None
        self.policy = policy
        self.main = Requests(policy)
        self.settling: Optional[Requests] = None
        self.refusal: Optional[Json] = None  # of an add that was sent again
        self.doubtful = False
        self.count = 0
        self.sent_op = op
        self.first_at: Optional[int] = None

    def proceed(self, now: int) -> Json:
        """Sends the request that is due: the first one, or the one waited for."""
        if self.first_at is None:
            self.first_at = now
        requests = self.settling or self.main
        requests.sent += 1
        self.count += 1
        self.sent_op = ADDS[self.op] if self.settling else self.op
        return {"send": {"op": self.sent_op, "msg_id": f"m{self.count}", "timestamp": str(now)}}

    def give(self, now: int, event: Json) -> Json:
        """Takes the outcome of the request last sent."""
        if "failed" in event:
            result = error("transport")
            verdict = NOTHING_LEFT if event["failed"] == "not_sent" else UNCERTAIN
        else:
            result = read(self.sent_op, event["status"], event["body"].encode("utf-8"))
            verdict = "ok" if "ok" in result else judged(event["status"], result)
        if self.settling:
            return self.settle(now, result, verdict, event)
        if verdict in ("ok", FINAL):
            if self.doubtful and result.get("error", {}).get("kind") == "rejected":
                self.refusal = result
                return self.query_now(now)
            return {"done": result}
        self.main.failed += 1
        if verdict == UNCERTAIN and self.op in ADDS:
            self.doubtful = True
            if not self.code:
                return {"done": error("uncertain")}
            return self.wait(now, self.main, event, error("uncertain"), settle=True)
        if not self.main.left():
            return {"done": result}
        return self.wait(now, self.main, event, result)

    def settle(self, now: int, result: Json, verdict: str, event: Json) -> Json:
        assert self.settling is not None
        if verdict == FINAL:
            return {"done": error("uncertain")}
        if verdict != "ok":
            self.settling.failed += 1
            if not self.settling.left():
                return {"done": error("uncertain")}
            return self.wait(now, self.settling, event, error("uncertain"), settle=True)
        for lead in result["ok"]["leads"]:
            if lead.get("code") == self.code:
                return {"done": {"ok": {"id": lead["id"]}}}
        if self.refusal:
            return {"done": self.refusal}
        if not self.main.left():
            return {"done": error("uncertain")}
        self.settling = None
        return self.proceed(now)

    def query_now(self, now: int) -> Json:
        self.settling = Requests(self.policy)
        return self.proceed(now)

    def wait(self, now: int, requests: Requests, event: Json, last: Json, settle: bool = False) -> Json:
        until = now + event.get("retry_after_ms", requests.delay())
        deadline = self.policy["deadline_ms"]
        assert self.first_at is not None
        if deadline is not None and until - self.first_at > deadline:
            return {"done": last}
        if settle and self.settling is None:
            self.settling = Requests(self.policy)
        return {"wait_until": until}
