"""Calls that are given up in the middle: whoever does so learns what that leaves open."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from functools import partial

import pytest
from qince_leads import Receipt, UncertainError

from .environment import ROOT, Environment
from .hosts import ASYNC, KINDS, Host, hosting
from .sandbox import Sandbox

HOW: dict[str, Callable[[Awaitable[Receipt]], Awaitable[Receipt]]] = {
    "asyncio.wait_for": lambda call: asyncio.wait_for(call, 0.1)
}

if sys.version_info >= (3, 11):

    async def within(call: Awaitable[Receipt]) -> Receipt:
        async with asyncio.timeout(0.1):
            return await call

    HOW["asyncio.timeout"] = within


def chain(error: BaseException | None) -> Iterator[BaseException]:
    """An error and all that it was raised from."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def says_uncertain(error: BaseException) -> bool:
    return any(isinstance(each, UncertainError) for each in chain(error))


async def cancel(call: Awaitable[Receipt], is_time: Callable[[], bool]) -> BaseException:
    """Cancels a call once it is time for that, and returns what it raised."""
    task = asyncio.ensure_future(call)
    while not is_time():
        await asyncio.sleep(0.005)
    task.cancel()
    # Not gather: that makes an error of its own, which tells of none before it.
    try:
        await task
    except BaseException as error:
        return error
    raise AssertionError("it went on")


@pytest.mark.asyncio
@pytest.mark.parametrize("kind", ASYNC)
@pytest.mark.parametrize("fault", ["slow", "late"])
async def test_a_cancelled_add_that_was_sent_says_that_it_is_uncertain(
    host: Host, sandbox: Sandbox, fault: str
) -> None:
    sandbox.plan_faults(next=[fault], slow_ms=300)
    error = await cancel(host.call("add", emp_name="负责人", code="C1"), sandbox.has_met(1))
    assert type(error) is asyncio.CancelledError
    assert says_uncertain(error)
    sandbox.await_late_requests()
    assert len(sandbox.leads()) == 1
    # What was given up stays given up, and the client is as good as before.
    await host.call("add", emp_name="负责人", code="C2")
    assert host.trace() == ["add cancelled", "add ok"]


@pytest.mark.asyncio
@pytest.mark.parametrize("kind", ASYNC)
async def test_an_add_that_is_cancelled_while_it_is_settled_says_that_it_is_uncertain(
    host: Host, sandbox: Sandbox
) -> None:
    sandbox.plan_faults(next=["drop_after", "slow"], slow_ms=600)
    error = await cancel(host.call("add", emp_name="负责人", code="C1"), sandbox.has_met(2))
    assert isinstance(error, asyncio.CancelledError) and says_uncertain(error)
    assert host.trace() == ["add unknown", "query cancelled"]


@pytest.mark.asyncio
@pytest.mark.parametrize("kind", ASYNC)
async def test_whoever_cancels_finds_the_uncertainty_as_the_cause(host: Host, sandbox: Sandbox) -> None:
    causes = []

    async def noted() -> Receipt:
        try:
            return await host.call("add", emp_name="负责人", code="C1")
        except asyncio.CancelledError as error:
            causes.append(error.__cause__)
            raise

    sandbox.plan_faults(next=["slow"], slow_ms=600)
    await cancel(noted(), sandbox.has_met(1))
    [cause] = causes
    assert isinstance(cause, UncertainError) and cause.may_have_been_carried_out


@pytest.mark.asyncio
@pytest.mark.parametrize("kind", ASYNC)
async def test_a_cancelled_call_that_leaves_nothing_open_says_no_more_than_that(host: Host, sandbox: Sandbox) -> None:
    sandbox.create_leads(1)
    sandbox.plan_faults(next=["too_many"])
    # While it waits to send again, nothing is under way.
    error = await cancel(host.call("add", emp_name="负责人", code="C1"), lambda: len(host.attempts) == 1)
    assert isinstance(error, asyncio.CancelledError) and not says_uncertain(error)
    sandbox.plan_faults(next=["slow"], slow_ms=600)
    error = await cancel(host.call("modify", code="L1", linkman="甲"), sandbox.has_met(2))
    assert isinstance(error, asyncio.CancelledError) and not says_uncertain(error)
    assert [lead["code"] for lead in sandbox.leads()] == ["L1"]


@pytest.mark.asyncio
@pytest.mark.parametrize("kind", ASYNC)
@pytest.mark.parametrize("how", HOW)
async def test_an_add_that_is_given_too_little_time_says_that_it_is_uncertain(
    host: Host, sandbox: Sandbox, how: str
) -> None:
    sandbox.plan_faults(next=["slow"], slow_ms=600)
    with pytest.raises((asyncio.TimeoutError, TimeoutError)) as caught:
        await HOW[how](host.call("add", emp_name="负责人", code="C1"))
    assert says_uncertain(caught.value)


@pytest.mark.asyncio
async def test_of_many_adds_that_are_cancelled_at_once_each_says_what_it_leaves_open(sandbox: Sandbox) -> None:
    sandbox.plan_faults(rate=1, kinds=["slow"], slow_ms=3000)
    async with hosting("async httpx", max_concurrent=50) as host:
        calls = [host.call("add", emp_name="负责人", code=f"C{n}") for n in range(50)]
        errors = await asyncio.gather(*(cancel(call, sandbox.has_met(50)) for call in calls))
    assert all(isinstance(error, asyncio.CancelledError) and says_uncertain(error) for error in errors)
    assert len(sandbox.leads()) == 50


def test_an_add_that_the_keyboard_interrupts_says_that_it_is_uncertain(sandbox: Sandbox, account: Environment) -> None:
    command = [sys.executable, "-m", f"{__package__}.interrupted"]
    pipe = subprocess.PIPE
    start = partial(subprocess.Popen, cwd=ROOT, stdin=pipe, stdout=pipe, encoding="utf-8", bufsize=1)
    # All at once, for each of them takes its time to begin.
    processes = [start([*command, kind, *account]) for kind in KINDS]
    for process in processes:
        assert process.stdout is not None and process.stdout.readline() == "ready\n"
    sandbox.plan_faults(next=["slow"] * len(KINDS), slow_ms=6000)
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
    sandbox.await_requests(len(KINDS))
    for process in processes:
        process.send_signal(signal.SIGINT)
    said = dict(zip(KINDS, (process.communicate(timeout=20)[0] for process in processes), strict=True))
    assert said == dict.fromkeys(KINDS, "KeyboardInterrupt uncertain\n")
    assert sorted(lead["code"] for lead in sandbox.leads()) == sorted(KINDS)
