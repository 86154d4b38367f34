"""The steps of a call's script, and the builder that holds a script against the model."""

from __future__ import annotations

from typing import Any, Iterable, List, Optional, Union

from model.calls import Call

from .build import Case, Json, agree

ACCOUNT: Json = {"openid": "open-1", "app_key": "key-1"}
HTML = "<html>Bad Gateway</html>"


def policy(
    attempts: int = 4, base: int = 500, longest: int = 8000, deadline: Optional[int] = None, **more: Any
) -> Json:
    return {
        "max_attempts": attempts,
        "base_delay_ms": base,
        "max_delay_ms": longest,
        "deadline_ms": deadline,
        "jitter": 0,
        **more,
    }


def send(at: int, op: str) -> Json:
    """A request; its msg_id is filled in by `call`."""
    return {"at": at, "expect": {"send": {"op": op, "msg_id": "", "timestamp": str(at)}}}


def wait(at: int, until: int) -> Json:
    return {"at": at, "expect": {"wait_until": until}}


def done(at: int, **result: Any) -> Json:
    return {"at": at, "expect": {"done": {"ok": result}}}


def settled(at: int, id: str = "77") -> Json:
    """The end of an add that a query found."""
    return done(at, id=id, settled=True)


def failed(at: int, kind: str, **details: Any) -> Json:
    return {"at": at, "expect": {"done": {"error": {"kind": kind, **details}}}}


def uncertain(at: int) -> Json:
    return failed(at, "uncertain")


RESUME: Json = {"resume": True}


def unknown(at: int) -> Json:
    return {"at": at, "give": {"failed": "unknown"}}


def not_sent(at: int) -> Json:
    return {"at": at, "give": {"failed": "not_sent"}}


def late(to: str, step: Json) -> Json:
    """What comes for an earlier request."""
    return {**step, "give": {**step["give"], "to": to}}


def status(at: int, code: int, body: str = HTML, retry_after: Optional[Union[int, str]] = None) -> Json:
    """A reply; `retry_after` is the header's text, or milliseconds."""
    reply: Json = {"status": code, "body": body}
    if retry_after is not None:
        reply["retry_after" if isinstance(retry_after, str) else "retry_after_ms"] = retry_after
    return {"at": at, "give": reply}


def accepted(at: int, data: str = "null", msg_id: str = "r1") -> Json:
    return status(at, 200, f'{{"return_code":"0","return_msg":null,"msg_id":"{msg_id}","response_data":{data}}}')


def found(at: int, rows: str) -> Json:
    return status(at, 200, f'{{"return_code":"0","return_msg":null,"msg_id":null,"response_data":{rows}}}')


def rejected(at: int, message: str = "no", code: str = "1", msg_id: str = "r1") -> Json:
    body = f'{{"return_code":"{code}","return_msg":"{message}","msg_id":"{msg_id}","response_data":null}}'
    return status(at, 200, body)


def refused(at: int, message: str = "no", code: str = "1", msg_id: str = "r1") -> Json:
    """The end of a call whose request was `rejected`."""
    return failed(at, "rejected", code=code, message=message, msg_id=msg_id)


def call(name: str, op: str, payload: Any, rules: Json, *steps: Json, **members: Any) -> Case:
    """A case whose script is written down step by step, and played against the model."""
    name = f"call {op}: {name}"
    script = numbered(steps)
    play(name, Call(op, payload, rules, members.get("repeat", True)), script)
    return {
        "name": name,
        "kind": "call",
        "op": op,
        **members,
        "account": ACCOUNT,
        "payload": payload,
        "policy": rules,
        "script": script,
    }


def numbered(steps: Iterable[Json]) -> List[Json]:
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
    action: Json = {}
    for step in script:
        if "done" in action:
            raise AssertionError(f"{name}: the call ends before the script does")
        if "resume" in step:
            machine.resume()
        elif "give" in step:
            if not (machine.under_way or "to" in step["give"]):
                raise AssertionError(f"{name}: no request is under way at {step['at']}")
            machine.give(step["at"], step["give"])
        elif machine.under_way:
            raise AssertionError(f"{name}: a request is under way at {step['at']}")
        else:
            action = machine.step(step["at"])
            agree(f"{name}, at {step['at']}", step["expect"], action)
    if "done" not in action:
        raise AssertionError(f"{name}: the script ends before the call does")
