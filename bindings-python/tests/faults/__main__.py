"""Has transports meet the faults of `qince-faults`, whose control server QINCE_FAULTS names:
`python tests/faults [NAME ...] [bounds | chaos ADDS]`.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sys
import time
import urllib.request
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from qince_leads import AddLead, Attempt, Client, Policy, QinceError, TransportError

sys.path.append(str(Path(__file__).parents[1]))

from hosts import ASYNC, SYNC, Limits, Setting

AT_ONCE = 12

SWIFT = Policy(max_attempts=3, base_delay_ms=20, max_delay_ms=50)
PATIENT = Policy(max_attempts=4, base_delay_ms=20, max_delay_ms=200)

Json = dict[str, Any]


class Case:
    """One add that meets a fault, and what becomes of it."""

    def __init__(self, case: Json, task: Json, limits: Limits) -> None:
        self.id: str = case["id"]
        self.lead = _lead(case["lead"])
        self.pause = case["pause_ms"] / 1000 if case["warm_up"] else None
        self.setting = Setting(limits, case["proxy"], task["ca_pem"] if case["trust"] else None)
        self._account = {"openid": task["openid"], "app_key": task["app_key"], "base_url": case["base_url"]}
        self._adds: list[str] = []

    @property
    def options(self) -> Json:
        """How the client is made that adds it."""
        return {
            **self._account,
            "timeout": self.setting.limits.timeout,
            "policy": SWIFT,
            "on_attempt": self._note,
        }

    def ended(self, error: QinceError | None) -> Json:
        """What is to be told of it."""
        end, failure = _end(error)
        message = None if error is None else "\n".join(_texts(error))
        return {"id": self.id, "adds": self._adds, "end": end, "failure": failure, "message": message}

    def _note(self, attempt: Attempt) -> None:
        if attempt.operation == "add":
            self._adds.append(attempt.outcome)


def run(name: str, kind: str, adds: int) -> list[str]:
    """What is not as it should be of one transport."""
    wanted = {"transport": name, "kind": kind} | ({"adds": adds} if kind == "chaos" else {})
    task = _ask("runs", wanted)
    limits = Limits(task["timeout_ms"] / 1000, task["connect_timeout_ms"] / 1000)
    if kind == "chaos":
        judged = _ask(f"runs/{task['run']}", {"ends": _chaos(name, task, limits)})
        print(name, {key: value for key, value in judged.items() if key != "failed"})
    else:
        cases = [Case(case, task, limits) for case in task["cases"]]
        told: Json = {"cases": _meet(name, cases, 1 if kind == "bounds" else AT_ONCE)}
        if kind == "bounds":
            told["peak_mib"] = _peak_mib()
            print(f"{name} took {told['peak_mib']:.0f} MiB at most")
        judged = _ask(f"runs/{task['run']}", told)
        print(f"{name}: {len(cases)} cases, {len(judged['failed'])} failed")
    failed: list[str] = judged["failed"]
    return failed


def _meet(name: str, cases: list[Case], at_once: int) -> list[Json]:
    if name in SYNC:
        with ThreadPoolExecutor(at_once) as threads:
            return list(threads.map(lambda case: _add(SYNC[name], case), cases))
    return asyncio.run(_meet_async(name, cases, at_once))


def _add(host: Callable[..., Any], case: Case) -> Json:
    with ExitStack() as stack:
        client: Client = host(stack, case.setting, **case.options)
        try:
            if case.pause is not None:
                list(client.query(code="warm-up"))
                time.sleep(case.pause)
            client.add(case.lead)
        except QinceError as error:
            return case.ended(error)
        return case.ended(None)


async def _meet_async(name: str, cases: list[Case], at_once: int) -> list[Json]:
    free = asyncio.Semaphore(at_once)

    async def add(case: Case) -> Json:
        async with free, ASYNC[name](case.setting, **case.options) as client:
            try:
                if case.pause is not None:
                    [_ async for _ in client.query(code="warm-up")]
                    await asyncio.sleep(case.pause)
                await client.add(case.lead)
            except QinceError as error:
                return case.ended(error)
            return case.ended(None)

    return await asyncio.gather(*map(add, cases))


def _chaos(name: str, task: Json, limits: Limits) -> list[tuple[str, str | None]]:
    leads = [_lead(lead) for lead in task["leads"]]
    account = {"openid": task["openid"], "app_key": task["app_key"], "base_url": task["base_url"]}
    options = {**account, "timeout": limits.timeout, "policy": PATIENT}
    setting = Setting(limits, None, None)
    if name in SYNC:
        with ExitStack() as stack, ThreadPoolExecutor(AT_ONCE) as threads:
            client: Client = SYNC[name](stack, setting, **options)
            adding = [threads.submit(client.add, lead) for lead in leads]
            return [_end(sent.exception()) for sent in adding]

    async def add_all() -> list[Any]:
        async with ASYNC[name](setting, **options) as client:
            return await asyncio.gather(*map(client.add, leads), return_exceptions=True)

    return [_end(end if isinstance(end, BaseException) else None) for end in asyncio.run(add_all())]


def _end(error: BaseException | None) -> tuple[str, str | None]:
    """How a call ended, and of a transport's error what it says."""
    if error is None:
        return "ok", None
    if not isinstance(error, QinceError):
        raise error
    return error.code, error.failure if isinstance(error, TransportError) else None


def _texts(error: BaseException | None) -> list[str]:
    return [] if error is None else [str(error), *_texts(error.__cause__)]


def _lead(lead: Json) -> AddLead:
    return AddLead(cus_name=lead["cus_name"], emp_name=lead["emp_name"], code=lead["code"])


def _peak_mib() -> float:
    status = Path("/proc/self/status").read_text("ascii")
    [kib] = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM:")]
    return int(kib) / 1024


def _ask(path: str, told: Json) -> Any:
    order = urllib.request.Request(
        f"{os.environ['QINCE_FAULTS']}/{path}", json.dumps(told).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(order) as answer:
        return json.load(answer)


def main(arguments: list[str]) -> int:
    """Runs what the arguments name."""
    # What is in doubt is told to the peer.
    logging.getLogger("qince_leads").setLevel(logging.ERROR)
    kind, adds = "table", 500
    if "chaos" in arguments:
        at = arguments.index("chaos")
        kind, arguments, rest = "chaos", arguments[:at], arguments[at + 1 :]
        adds = int(rest[0]) if rest else adds
    elif "bounds" in arguments:
        kind, arguments = "bounds", [argument for argument in arguments if argument != "bounds"]
    failed = [f"{name}: {what}" for name in arguments or [*SYNC, *ASYNC] for what in run(name, kind, adds)]
    for what in failed:
        print(what)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
