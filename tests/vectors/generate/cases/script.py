"""The steps of a call's script, and the builder that holds a script against the model."""

from __future__ import annotations

from typing import Any, List, Optional

from model.calls import Call

from .build import Case, Json, agree

ACCOUNT: Json = {"openid": "open-1", "app_key": "key-1"}
HTML = "<html>Bad Gateway</html>"


def policy(attempts: int = 4, base: int = 500, longest: int = 8000, deadline: Optional[int] = None) -> Json:
    return {
        "max_attempts": attempts,
        "base_delay_ms": base,
        "max_delay_ms": longest,
        "deadline_ms": deadline,
        "jitter": 0,
    }


def send(at: int, op: str) -> Json:
    """A request; its msg_id is filled in by `call`."""
    return {"at": at, "expect": {"send": {"op": op, "msg_id": "", "timestamp": str(at)}}}


def wait(at: int, until: int) -> Json:
    return {"at": at, "expect": {"wait_until": until}}


def done(at: int, **result: Any) -> Json:
    return {"at": at, "expect": {"done": {"ok": result}}}


def failed(at: int, kind: str, **details: Any) -> Json:
    return {"at": at, "expect": {"done": {"error": {"kind": kind, **details}}}}


def unknown(at: int) -> Json:
    return {"at": at, "give": {"failed": "unknown"}}


def not_sent(at: int) -> Json:
    return {"at": at, "give": {"failed": "not_sent"}}


def status(at: int, code: int, body: str = HTML, retry_after: Optional[int] = None) -> Json:
    reply: Json = {"status": code, "body": body}
    if retry_after is not None:
        reply["retry_after_ms"] = retry_after
    return {"at": at, "give": reply}


def accepted(at: int, data: str = "null") -> Json:
    return status(at, 200, f'{{"return_code":"0","return_msg":null,"msg_id":"r1","response_data":{data}}}')


def found(at: int, rows: str) -> Json:
    return status(at, 200, f'{{"return_code":"0","return_msg":null,"msg_id":null,"response_data":{rows}}}')


def rejected(at: int, message: str = "no") -> Json:
    return status(at, 200, f'{{"return_code":"1","return_msg":"{message}","msg_id":"r1","response_data":null}}')


def refused(at: int, message: str = "no") -> Json:
    """The end of a call whose request was `rejected`."""
    return failed(at, "rejected", code="1", message=message, msg_id="r1")


def call(name: str, op: str, payload: Json, rules: Json, *steps: Json) -> Case:
    """A case whose script is written down step by step, and played against the model."""
    name = f"call {op}: {name}"
    script = numbered(steps)
    play(name, Call(op, payload, rules), script)
    return {
        "name": name,
        "kind": "call",
        "op": op,
        "account": ACCOUNT,
        "payload": payload,
        "policy": rules,
        "script": script,
    }


def numbered(steps: Any) -> List[Json]:
    script: List[Json] = []
    count = 0
    for step in steps:
        request = step.get("expect", {}).get("send")
        if request:
            count += 1
            step = {"at": step["at"], "expect": {"send": {**request, "msg_id": f"m{count}"}}}
        script.append(step)
    return script


def play(name: str, machine: Call, script: List[Json]) -> None:
    action: Optional[Json] = None
    for step in script:
        if "give" in step:
            action = machine.give(step["at"], step["give"])
            continue
        if action is None or ("wait_until" in action and step["at"] >= action["wait_until"]):
            action = machine.proceed(step["at"])
        agree(f"{name}, at {step['at']}", step["expect"], action)
    if action is None or "done" not in action:
        raise AssertionError(f"{name}: the script ends before the call does")
