"""The retry machine, event by event."""

from __future__ import annotations

from typing import Any

import qince_leads
from compare import compare
from jsontext import Json
from reply import check_outcome, dump, error_of
from shape import (
    ACCOUNT,
    HEAD,
    NotUnderstoodError,
    Shape,
    any_list,
    anything,
    check,
    choice,
    integer,
    members,
    null_or,
    number,
    one_of,
    text,
)
from typed import account_of, class_of, payload_of

SHAPE = {**HEAD, "op": text, "account": members, "payload": anything, "policy": members, "script": any_list}
POLICY = {
    "max_attempts": integer,
    "base_delay_ms": integer,
    "max_delay_ms": integer,
    "deadline_ms?": null_or(integer),
    "jitter": number,
}
EVENT: dict[str, Shape] = {
    "expect": {"at": integer, "expect": members},
    "give": {"at": integer, "give": members},
}
GIVEN: dict[str, Shape] = {
    "failed": {"failed": one_of("not_sent", "unknown")},
    "status": {"status": integer, "body": text, "retry_after_ms?": null_or(integer)},
}
EXPECTED: dict[str, Shape] = {
    "send": {"send": members},
    "wait_until": {"wait_until": integer},
    "done": {"done": members},
}
SENT = {"op": text, "msg_id": text, "timestamp": text}

# Vectors that have a jitter expect this of it.
RANDOM = 0.5


def run(case: dict[str, Json]) -> None:
    check("the case", case, SHAPE)
    check("its account", case["account"], ACCOUNT)
    check("its policy", case["policy"], POLICY)
    kind = class_of(case["op"])
    script = case["script"]
    for i, event in enumerate(script):
        _check_event(i, event, kind)
    if not script or "expect" not in script[-1]:
        raise NotUnderstoodError("the script does not end in an `expect`")
    driver = _Driver(case)
    for i, event in enumerate(script):
        if "give" in event:
            driver.give(i, event["at"], event["give"])
        else:
            compare(event["expect"], driver.next(event["at"]), f"event {i}")


def _check_event(i: int, event: Json, kind: type[qince_leads.Payload[Any]]) -> None:
    if choice(f"event {i}", event, EVENT) == "give":
        choice(f"what event {i} gives", event["give"], GIVEN)
        return
    what = f"what event {i} expects"
    expected = event["expect"]
    match choice(what, expected, EXPECTED):
        case "send":
            check(what, expected["send"], SENT)
        case "done":
            check_outcome(what, expected["done"], kind)


class _Driver:
    """The host of a call: it counts what was sent."""

    def __init__(self, case: dict[str, Json]) -> None:
        policy = case["policy"]
        self._call = qince_leads.Call(
            account_of(case["account"]),
            payload_of(case["op"], case["payload"]),
            policy=qince_leads.Policy(
                max_attempts=policy["max_attempts"],
                base_delay_ms=policy["base_delay_ms"],
                max_delay_ms=policy["max_delay_ms"],
                deadline_ms=policy.get("deadline_ms"),
                jitter=float(policy["jitter"]),
            ),
        )
        self._sent = 0
        self._is_under_way = False

    def give(self, i: int, at: int, given: dict[str, Json]) -> None:
        if not self._is_under_way:
            raise NotUnderstoodError(f"event {i}: no request is under way")
        self._is_under_way = False
        if "failed" in given:
            self._call.failed(at, given["failed"])
        else:
            self._call.replied(at, given["status"], given["body"], given.get("retry_after_ms"))

    def next(self, at: int) -> dict[str, Json]:
        """The next step as vectors write it."""
        self._is_under_way = False
        try:
            step = self._call.step(at, f"m{self._sent + 1}", RANDOM)
        except qince_leads.QinceError as error:
            return {"done": {"error": error_of(error)}}
        match step:
            case qince_leads.Wait(until_ms):
                return {"wait_until": until_ms}
            case qince_leads.Done(result):
                return {"done": {"ok": dump(result)}}
            case qince_leads.Send(request):
                self._sent += 1
                self._is_under_way = True
                sent = {"op": request.operation, "msg_id": request.msg_id, "timestamp": request.timestamp}
                return {"send": sent}
