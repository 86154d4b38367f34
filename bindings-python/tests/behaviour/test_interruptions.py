"""Calls that are given up: by Ctrl-C, by a cancelled task, by a time-out."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from qince_leads import (
    AddApaasLead,
    AddLead,
    AsyncClient,
    Client,
    NotSentError,
    Policy,
    QueryLeads,
    RemoveLead,
    Reply,
    SignedRequest,
    UncertainError,
)

from .support import AT_ONCE, OK, Answers, account, rows

ADD = AddLead(emp_name="e", code="L1")
ADDS = [ADD, AddLead(emp_name="e"), AddApaasLead(company_name="c")]
SLOW = Policy(base_delay_ms=60_000, max_delay_ms=60_000, deadline_ms=None, jitter=0)


class Stop(BaseException):
    """Something that interrupts a call and is no Exception."""


def operation_of(payload: Any) -> str:
    return {AddLead: "add", AddApaasLead: "add_apaas", RemoveLead: "remove"}[type(payload)]


def interrupted(payload: Any, *answers: Any, policy: Policy = AT_ONCE, **options: Any) -> BaseException:
    """What a call raises that is interrupted."""
    client = Client(account(), transport=Answers(*answers), policy=policy, **options)
    with pytest.raises((KeyboardInterrupt, SystemExit, Stop)) as raised:
        getattr(client, operation_of(payload))(payload)
    return raised.value


def assert_uncertain(error: BaseException) -> None:
    assert isinstance(error.__cause__, UncertainError)
    assert "look it up before sending it again" in str(error.__cause__)
    assert error.__cause__.msg_id
    assert error.__cause__.attempts


@pytest.mark.parametrize("payload", ADDS, ids=operation_of)
@pytest.mark.parametrize("interruption", [KeyboardInterrupt(), SystemExit(1), Stop()], ids=repr)
def test_an_add_that_is_interrupted_in_flight_says_that_its_outcome_is_unknown(
    payload: Any, interruption: BaseException
) -> None:
    interruption.__cause__ = None
    error = interrupted(payload, interruption)
    assert error is interruption
    assert_uncertain(error)
    assert isinstance(error.__cause__, UncertainError)
    assert error.__cause__.may_have_been_carried_out is True


@pytest.mark.parametrize("interruption", [KeyboardInterrupt(), SystemExit(1), Stop()], ids=repr)
def test_anything_else_that_is_interrupted_raises_just_what_interrupted_it(interruption: BaseException) -> None:
    interruption.__cause__ = None
    error = interrupted(RemoveLead(code="c"), interruption)
    assert error is interruption
    assert error.__cause__ is None


@pytest.mark.parametrize("failure", [NotSentError(), Reply(429, "")])
def test_an_add_that_surely_was_not_carried_out_raises_just_what_interrupted_it(
    monkeypatch: pytest.MonkeyPatch, failure: Any
) -> None:
    def sleep(_: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("time.sleep", sleep)
    assert interrupted(ADD, failure, policy=SLOW).__cause__ is None


def test_an_add_that_is_interrupted_before_it_is_settled_is_uncertain(monkeypatch: pytest.MonkeyPatch) -> None:
    def sleep(_: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("time.sleep", sleep)
    assert_uncertain(interrupted(ADD, TimeoutError(), policy=SLOW))


def test_an_add_that_is_interrupted_while_it_is_settled_is_uncertain() -> None:
    assert_uncertain(interrupted(ADD, TimeoutError(), KeyboardInterrupt()))


def test_an_add_whose_result_is_lost_to_an_interruption_says_so() -> None:
    # The add was carried out, and nobody else will tell the caller.
    def observe(_: object) -> None:
        raise KeyboardInterrupt

    assert_uncertain(interrupted(ADD, OK, on_attempt=observe))


def test_a_client_can_be_used_after_an_interruption() -> None:
    transport = Answers(KeyboardInterrupt(), OK)
    client = Client(account(), transport=transport)
    with pytest.raises(KeyboardInterrupt):
        client.add(ADD)
    assert client.add(ADD).id == "7"


# asyncio.


class Hanging:
    """An asynchronous transport that answers by a list, and then never."""

    def __init__(self, *answers: Any) -> None:
        self.sent: list[SignedRequest] = []
        self.waiting = asyncio.Event()
        self._answers = list(answers)

    async def __call__(self, request: SignedRequest, _: float, /) -> Reply:
        self.sent.append(request)
        if not self._answers:
            self.waiting.set()
            await asyncio.Event().wait()
        answer = self._answers.pop(0)
        if isinstance(answer, BaseException):
            raise answer
        return answer  # type: ignore[no-any-return]


async def cancelled(payload: Any, *answers: Any, policy: Policy = AT_ONCE) -> BaseException:
    """What a task raises that is cancelled while it waits for a reply, or for the next attempt."""
    transport = Hanging(*answers)
    client = AsyncClient(account(), transport=transport, policy=policy)
    task = asyncio.ensure_future(getattr(client, operation_of(payload))(payload))
    while not transport.waiting.is_set() and len(transport.sent) < max(1, len(answers)):
        await asyncio.sleep(0)
    for _ in range(3):
        await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError) as raised:
        await task
    assert task.cancelled()
    return raised.value


@pytest.mark.parametrize("payload", ADDS, ids=operation_of)
def test_an_add_that_is_cancelled_in_flight_says_that_its_outcome_is_unknown(payload: Any) -> None:
    assert_uncertain(asyncio.run(cancelled(payload)))


def test_anything_else_that_is_cancelled_says_just_that() -> None:
    assert asyncio.run(cancelled(RemoveLead(code="c"))).__cause__ is None


@pytest.mark.parametrize("failure", [NotSentError(), Reply(429, "")])
def test_an_add_that_surely_was_not_carried_out_is_just_cancelled(failure: Any) -> None:
    assert asyncio.run(cancelled(ADD, failure, policy=SLOW)).__cause__ is None


def test_an_add_that_is_cancelled_before_or_while_it_is_settled_is_uncertain() -> None:
    assert_uncertain(asyncio.run(cancelled(ADD, TimeoutError(), policy=SLOW)))
    assert_uncertain(asyncio.run(cancelled(ADD, TimeoutError())))


def test_a_call_that_is_cancelled_before_it_begins_sends_nothing() -> None:
    async def run() -> int:
        transport = Hanging()
        task = asyncio.ensure_future(AsyncClient(account(), transport=transport).add(ADD))
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return len(transport.sent)

    assert asyncio.run(run()) == 0


def chain(error: BaseException) -> list[type[BaseException]]:
    kinds = []
    following: BaseException | None = error
    while following is not None:
        kinds.append(type(following))
        following = following.__cause__ or following.__context__
    return kinds


@pytest.mark.parametrize(("payload", "is_uncertain"), [(ADD, True), (RemoveLead(code="c"), False)])
def test_a_call_that_takes_longer_than_wait_for_lets_it_ends_in_a_time_out(payload: Any, is_uncertain: bool) -> None:
    async def run() -> BaseException:
        client = AsyncClient(account(), transport=Hanging())
        with pytest.raises(asyncio.TimeoutError) as raised:
            await asyncio.wait_for(getattr(client, operation_of(payload))(payload), 0.01)
        return raised.value

    assert (UncertainError in chain(asyncio.run(run()))) is is_uncertain


@pytest.mark.parametrize(("payload", "is_uncertain"), [(ADD, True), (RemoveLead(code="c"), False)])
def test_a_call_that_takes_longer_than_a_timeout_block_lets_it_ends_in_a_time_out(
    payload: Any, is_uncertain: bool
) -> None:
    async def run() -> BaseException:
        client = AsyncClient(account(), transport=Hanging())
        with pytest.raises(TimeoutError) as raised:
            async with asyncio.timeout(0.01):
                await getattr(client, operation_of(payload))(payload)
        return raised.value

    assert (UncertainError in chain(asyncio.run(run()))) is is_uncertain


def test_a_scan_that_is_left_early_asks_for_nothing_more() -> None:
    async def run() -> tuple[list[str | None], int]:
        transport = Hanging(rows({"id": 1}, {"id": 2}))
        came = []
        async for lead in AsyncClient(account(), transport=transport).query(code="c"):
            came.append(lead.id)
            break
        return came, len(transport.sent)

    assert asyncio.run(run()) == (["1"], 1)


def test_a_scan_that_is_cancelled_is_just_cancelled() -> None:
    async def run() -> BaseException:
        client = AsyncClient(account(), transport=Hanging(rows({"id": 1})))

        async def scan() -> None:
            async for _ in client.query(QueryLeads(code="c")):
                pass

        task = asyncio.ensure_future(scan())
        for _ in range(5):
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError) as raised:
            await task
        return raised.value

    assert asyncio.run(run()).__cause__ is None


def test_one_call_that_is_cancelled_leaves_the_others_alone() -> None:
    async def run() -> list[Any]:
        async def send(request: SignedRequest, _: float, /) -> Reply:
            if b"hangs" in request.body:
                await asyncio.Event().wait()
            await asyncio.sleep(0.005)
            return OK

        client = AsyncClient(account(), transport=send)
        codes = ["a", "hangs", "b"]
        tasks = [asyncio.ensure_future(client.remove(code=code)) for code in codes]
        await asyncio.sleep(0)
        tasks[1].cancel()
        return await asyncio.gather(*tasks, return_exceptions=True)

    first, second, third = asyncio.run(run())
    assert (first.id, third.id) == ("7", "7")
    assert isinstance(second, asyncio.CancelledError)


def test_a_cancelled_call_leaves_nothing_that_waits() -> None:
    async def run() -> int:
        await cancelled(ADD)
        return len(asyncio.all_tasks())

    assert asyncio.run(run()) == 1


def test_a_client_of_asyncio_may_be_used_in_one_loop_after_another() -> None:
    async def send(_: SignedRequest, __: float, /) -> Reply:
        return OK

    client = AsyncClient(account(), transport=send)
    assert [asyncio.run(client.remove(code="c")).id for _ in range(3)] == ["7"] * 3
