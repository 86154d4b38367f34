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
    flag,
    integer,
    list_of,
    members,
    null_or,
    number,
    one_of,
    text,
)
from typed import Kind, account_of, class_of, payload_of

SHAPE = {
    **HEAD,
    "op": text,
    "path?": text,
    "repeat?": flag,
    "account": members,
    "payload": anything,
    "policy": members,
    "script": any_list,
}
POLICY = {
    "max_attempts": integer,
    "base_delay_ms": integer,
    "max_delay_ms": integer,
    "deadline_ms?": null_or(integer),
    "jitter": number,
    "settle_delay_ms?": null_or(integer),
    "resend_adds?": null_or(flag),
    "retry_codes?": null_or(list_of(text)),
    "match_msg_id?": null_or(flag),
}
EVENT: dict[str, Shape] = {
    "expect": {"at": integer, "expect": members},
    "give": {"at": integer, "give": members},
    "resume": {"resume": lambda value: value is True},
}
GIVEN: dict[str, Shape] = {
    "failed": {"failed": one_of("not_sent", "unknown"), "to?": text},
    "status": {
        "status": integer,
        "body": text,
        "retry_after?": null_or(text),
        "retry_after_ms?": null_or(integer),
        "to?": text,
    },
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
    choice("its account", case["account"], ACCOUNT)
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
        elif "resume" in event:
            driver.resume(i)
        else:
            compare(event["expect"], driver.next(event["at"]), f"event {i}")


def _check_event(i: int, event: Json, kind: Kind) -> None:
    match choice(f"event {i}", event, EVENT):
        case "give":
            choice(f"what event {i} gives", event["give"], GIVEN)
        case "expect":
            _check_expected(f"what event {i} expects", event["expect"], kind)


def _check_expected(what: str, expected: Json, kind: Kind) -> None:
    match choice(what, expected, EXPECTED):
        case "send":
            check(what, expected["send"], SENT)
        case "done":
            check_outcome(what, expected["done"], kind)


class _Driver:
    """The host of a call: it counts what was sent."""

    def __init__(self, case: dict[str, Json]) -> None:
        self._account = account_of(case["account"])
        policy = case["policy"]
        optional = {
            name: policy[name]
            for name in ("settle_delay_ms", "resend_adds", "retry_codes", "match_msg_id")
            if policy.get(name) is not None
        }
        self._policy = qince_leads.Policy(
            max_attempts=policy["max_attempts"],
            base_delay_ms=policy["base_delay_ms"],
            max_delay_ms=policy["max_delay_ms"],
            deadline_ms=policy.get("deadline_ms"),
            jitter=float(policy["jitter"]),
            **optional,
        )
        self._call: qince_leads.Call[Any] = qince_leads.Call(self._account, payload_of(case), policy=self._policy)
        self._sent = 0
        self._under_way: str | None = None

    def give(self, i: int, at: int, given: dict[str, Json]) -> None:
        to = given.get("to")
        if to is None:
            to, self._under_way = self._under_way, None
        if to is None:
            raise NotUnderstoodError(f"event {i}: no request is under way")
        if "failed" in given:
            self._call.failed(to, at, given["failed"])
        else:
            self._call.replied(to, at, given["status"], given["body"], _retry_after(given))

    def resume(self, i: int) -> None:
        saved = self._call.save()
        if saved is None:
            raise NotUnderstoodError(f"event {i}: nothing to save")
        self._call = qince_leads.Call.resume(self._account, saved, policy=self._policy)

    def next(self, at: int) -> dict[str, Json]:
        """The next step as vectors write it."""
        self._under_way = None
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
                self._under_way = request.msg_id
                sent = {"op": request.operation, "msg_id": request.msg_id, "timestamp": request.timestamp}
                return {"send": sent}


def _retry_after(given: dict[str, Json]) -> str | None:
    """The header's text."""
    after_ms = given.get("retry_after_ms")
    return given.get("retry_after") if after_ms is None else f"{after_ms // 1000}.{after_ms % 1000:03}"
