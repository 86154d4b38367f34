"""The retry machine: what a call does next, given time and replies."""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Tuple

from .replies import error, read, service_reply
from .retry_after import retry_after_ms

Json = Dict[str, Any]

SETTLED_BY = {"add": "query", "add_apaas": "query_apaas"}

# What an outcome says of the request.
OK = "ok"
NOT_DONE = "not done"  # it was not carried out
UNKNOWN = "unknown"  # it may have been carried out
FINAL = "final"

UNCERTAIN = error("uncertain")


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
    """`step` says what is to be done at a time: send, wait_until or done. `give` takes the outcome of a request."""

    def __init__(self, op: str, payload: Any, policy: Json, repeat: bool = True) -> None:
        self.op = op
        self.policy = policy
        self.once = op in SETTLED_BY or (op == "other" and not repeat)
        self.code = payload.get("code") if op in SETTLED_BY else None
        self.main = Requests(policy)
        self.query: Optional[Requests] = None  # while an add is settled
        self.doubt = False  # an add may have been carried out
        self.refused = False  # an add in doubt was sent again and rejected
        self.count = 0
        self.under_way = False
        self.lost = False  # by saving the call while a request was under way
        self.until: Optional[int] = None
        self.end: Optional[Json] = None
        self.first_at: Optional[int] = None
        self.seen: Optional[int] = None

    def step(self, now: int) -> Json:
        self.tell(now)
        if self.lost:
            self.lost = False
            self.take(now, error("transport"), UNKNOWN, {})
        if self.end:
            return {"done": self.end}
        if self.until is not None and now < self.until:
            return {"wait_until": self.until}
        return self.send(now)

    def give(self, now: int, event: Json) -> None:
        if event.get("to", f"m{self.count}") != f"m{self.count}" or not self.under_way:
            return
        self.tell(now)
        self.under_way = False
        self.take(now, *self.judged(event), event)

    def resume(self) -> None:
        if self.end:
            raise AssertionError("a call whose end is known has nothing to save")
        self.lost = self.lost or self.under_way
        self.under_way = False

    def tell(self, now: int) -> None:
        """Takes the time. Where the clock was set back, all that was to come is that much earlier, too."""
        if self.seen is not None and now < self.seen:
            back = self.seen - now
            self.until = None if self.until is None else self.until - back
            self.first_at = None if self.first_at is None else self.first_at - back
        self.seen = now

    def send(self, now: int) -> Json:
        if self.first_at is None:
            self.first_at = now
        self.until = None
        self.under_way = True
        self.count += 1
        (self.query or self.main).sent += 1
        return {"send": {"op": self.op_sent(), "msg_id": f"m{self.count}", "timestamp": str(now)}}

    def op_sent(self) -> str:
        return SETTLED_BY[self.op] if self.query else self.op

    def judged(self, event: Json) -> Tuple[Json, str]:
        if "failed" in event:
            return error("transport"), NOT_DONE if event["failed"] == "not_sent" else UNKNOWN
        status, body = event["status"], event["body"].encode("utf-8")
        if self.policy.get("match_msg_id") and self.of_another_request(body):
            return error("malformed"), UNKNOWN
        result = read(self.op_sent(), status, body)
        if "ok" in result:
            return result, OK
        fault = result["error"]
        if fault["kind"] == "rejected":
            return result, NOT_DONE if fault["code"] in self.policy.get("retry_codes", []) else FINAL
        if fault["kind"] == "http_status" and status == 429:
            return result, NOT_DONE
        may_be_done = 200 <= status <= 299 or status == 408 or status >= 500
        return result, UNKNOWN if may_be_done else FINAL

    def of_another_request(self, body: bytes) -> bool:
        try:
            msg_id = service_reply(body).get("msg_id")
        except ValueError:
            return False
        return msg_id is not None and msg_id != "" and bare(msg_id) != bare(f"m{self.count}")

    def take(self, now: int, result: Json, verdict: str, event: Json) -> None:
        if self.query:
            self.settle(now, result, verdict, event, self.query)
        elif verdict == OK:
            self.end = result
        elif verdict == FINAL:
            if self.doubt and result["error"]["kind"] == "rejected":
                self.refused = True
                self.query = Requests(self.policy)
            else:
                self.finish(result)
        else:
            self.main.failed += 1
            if verdict == UNKNOWN and self.once:
                self.doubt_it(now, event)
            elif self.main.left():
                self.wait(now, self.pause(now, event, self.main), result)
            else:
                self.finish(result)

    def doubt_it(self, now: int, event: Json) -> None:
        self.doubt = True
        if self.code:
            pause = max(self.pause(now, event, self.main), self.policy.get("settle_delay_ms") or 0)
            self.query = Requests(self.policy)
            self.wait(now, pause, UNCERTAIN)
        else:
            self.end = UNCERTAIN

    def settle(self, now: int, result: Json, verdict: str, event: Json, query: Requests) -> None:
        if verdict == OK:
            lead = self.found(result["ok"]["leads"])
            if lead is not None:
                self.end = {"ok": {**({"id": lead["id"]} if "id" in lead else {}), "settled": True}}
            elif not self.refused and self.main.left() and self.policy.get("resend_adds", True):
                self.query = None
            else:
                self.end = UNCERTAIN
            return
        query.failed += 1
        if verdict == FINAL or not query.left():
            self.end = UNCERTAIN
        else:
            self.wait(now, self.pause(now, event, query), UNCERTAIN)

    def found(self, leads: List[Json]) -> Optional[Json]:
        """The lead that has the code: one with exactly this code goes before one that has it but for case and margin."""
        having = [lead for lead in leads if isinstance(lead.get("code"), str)]
        exact = [lead for lead in having if lead["code"] == self.code]
        alike = [lead for lead in having if same_code(lead["code"], str(self.code))]
        return next(iter(exact + alike), None)

    def pause(self, now: int, event: Json, requests: Requests) -> int:
        return retry_after_ms(event, now) or requests.delay()

    def wait(self, now: int, pause: int, last: Json) -> None:
        """Waits, or ends with the last failure where that would be too long."""
        deadline = self.policy["deadline_ms"]
        assert self.first_at is not None
        if deadline is not None and now + pause - self.first_at > deadline:
            self.finish(last)
        else:
            self.until = now + pause

    def finish(self, result: Json) -> None:
        self.end = UNCERTAIN if self.doubt else result


def bare(msg_id: str) -> str:
    return msg_id.replace("-", "").lower()


def same_code(one: str, other: str) -> bool:
    return ascii_lower(one.strip()) == ascii_lower(other.strip())


def ascii_lower(text: str) -> str:
    return "".join(char.lower() if char.isascii() else char for char in text)
