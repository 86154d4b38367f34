"""Many leads at a time: by threads, in asyncio and in trio."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pandas  # type: ignore[import-untyped, unused-ignore]
import polars
import pytest
import trio
from qince_leads import (
    AddLead,
    AsyncClient,
    Client,
    InvalidAccountError,
    LeadOutcome,
    Reply,
    SignedRequest,
    UncertainError,
)

from .support import ONCE, account, body

each = pytest.mark.parametrize("kind", ["sync", "asyncio", "trio"])
each_async = pytest.mark.parametrize("kind", ["asyncio", "trio"])

Answer = Callable[[str], Reply]


def code_of(request: SignedRequest) -> str:
    return str(json.loads(request.body)["code"])


def added(code: str) -> Reply:
    return Reply(200, body(code.removeprefix("L")))


class Bulk:
    """A client of any kind, and what came of many adds."""

    def __init__(self, kind: str, answer: Answer, **options: Any) -> None:
        self.kind = kind
        self.answer = answer
        self.options = {"policy": ONCE, **options}
        self.under_way = self.most = 0
        self.lock = threading.Lock()
        self.unread: list[LeadOutcome] = []

    def _send(self, request: SignedRequest, timeout: float, /) -> Reply:
        with self.lock:
            self.under_way += 1
            self.most = max(self.most, self.under_way)
        try:
            return self.answer(code_of(request))
        finally:
            with self.lock:
                self.under_way -= 1

    async def _send_async(self, request: SignedRequest, timeout: float, /) -> Reply:
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        try:
            await (trio if self.kind == "trio" else asyncio).sleep(0.001)
            return self.answer(code_of(request))
        finally:
            self.under_way -= 1

    def run(self, leads: Any, most: int | None = None, **options: Any) -> list[LeadOutcome]:
        """The outcomes of so many."""
        if self.kind == "sync":
            many = Client(account(), transport=self._send, **self.options).add_many(leads, **options)
            with many:
                outcomes = list(itertools.islice(many, most))
            self.unread = many.unread
            return outcomes

        async def run() -> list[LeadOutcome]:
            client = AsyncClient(account(), transport=self._send_async, **self.options)
            outcomes: list[LeadOutcome] = []
            async with client.add_many(leads, **options) as many:
                if most != 0:
                    async for outcome in many:
                        outcomes.append(outcome)
                        if len(outcomes) == most:
                            break
            self.unread = many.unread
            return outcomes

        return trio.run(run) if self.kind == "trio" else asyncio.run(run())


def leads(count: int) -> Iterator[AddLead]:
    return (AddLead(emp_name="e", code=f"L{i}") for i in range(count))


@each
def test_each_lead_has_an_outcome_and_so_many_are_under_way(kind: str) -> None:
    bulk = Bulk(kind, added)
    outcomes = sorted(bulk.run(leads(50), at_once=4), key=lambda one: one.index)
    assert [(one.index, one.lead.code, one.receipt and one.receipt.id, one.outcome) for one in outcomes] == [
        (i, f"L{i}", str(i), "ok") for i in range(50)
    ]
    assert bulk.most <= 4
    assert bulk.unread == []


@each
def test_no_more_is_read_than_is_under_way(kind: str) -> None:
    read: list[int] = []

    def endless() -> Iterator[AddLead]:
        for i in itertools.count():
            read.append(i)
            yield AddLead(emp_name="e", code=f"L{i}")

    bulk = Bulk(kind, added)
    outcomes = bulk.run(endless(), most=10, at_once=3)
    assert len(outcomes) == 10
    assert len(read) <= 10 + 3
    # What was begun has an outcome, or was cancelled before it was sent.
    assert {one.index for one in (*outcomes, *bulk.unread)} <= set(read)


@each
def test_what_is_wrong_with_one_lead_is_its_outcome(kind: str) -> None:
    given = [
        {"emp_name": "e", "code": "L0"},
        {"emp_name": "e", "code": "x" * 101},
        {"nam": "e"},
        5,
        AddLead(emp_name="e", code="L4"),
    ]

    def answer(code: str) -> Reply:
        return added(code) if code == "L0" else Reply(200, body(code="1", return_msg="已存在"))

    outcomes = sorted(Bulk(kind, answer).run(given), key=lambda one: one.index)
    assert [one.outcome for one in outcomes] == ["ok", *["invalid_payload"] * 3, "rejected"]
    assert [one.lead for one in outcomes] == given
    assert [type(one.error).__name__ for one in outcomes[1:]] == [
        "InvalidPayloadError",
        "TypeError",
        "TypeError",
        "RejectedError",
    ]
    assert [one.receipt is None for one in outcomes] == [False, True, True, True, True]


@each
def test_an_error_of_the_source_is_raised_once_what_was_begun_is_handed_out(kind: str) -> None:
    def broken() -> Iterator[AddLead]:
        yield from leads(3)
        raise OSError("the file ends here")

    handed_out: list[int] = []
    bulk = Bulk(kind, added, on_attempt=lambda attempt: handed_out.append(attempt.number))
    with pytest.raises(OSError, match="the file ends here"):
        bulk.run(broken())
    assert len(handed_out) == 3


def test_leads_that_are_cancelled_do_not_pass_for_leads_that_have_ended() -> None:
    async def cancelled() -> AsyncIterator[AddLead]:
        for lead in leads(3):
            yield lead
        raise asyncio.CancelledError

    handed_out: list[int] = []
    bulk = Bulk("asyncio", added, on_attempt=lambda attempt: handed_out.append(attempt.number))
    with pytest.raises(asyncio.CancelledError):
        bulk.run(cancelled())
    assert len(handed_out) == 3


@each
def test_whoever_leaves_early_learns_of_what_was_under_way(kind: str) -> None:
    told: list[UncertainError] = []
    release = threading.Event()

    def answer(code: str) -> Reply:
        if code == "L0":
            # The others are on their way by now, or will be.
            return added(code)
        release.wait(0.2)
        return added(code)

    if kind == "sync":
        bulk = Bulk(kind, answer, on_uncertain=told.append)
        outcomes = bulk.run(leads(100), most=1, at_once=3)
        begun = {one.index: one.outcome for one in (*outcomes, *bulk.unread)}
        # What is under way in a thread cannot be cancelled: it is waited for.
        assert begun == dict.fromkeys(range(len(begun)), "ok")
        assert 1 <= len(begun) <= 4
        return

    library: Any = trio if kind == "trio" else asyncio

    async def run() -> Any:
        async def send(request: SignedRequest, timeout: float, /) -> Reply:
            if code_of(request) != "L0":
                await library.sleep(3600)
            return added("L0")

        client = AsyncClient(account(), transport=send, policy=ONCE, on_uncertain=told.append)
        many = client.add_many(leads(100), at_once=3)
        async with contextlib.aclosing(many):
            async for outcome in many:
                assert outcome.outcome == "ok"
                # Those beside it are sent by now.
                await library.sleep(0.05)
                break
        return many

    many = trio.run(run) if kind == "trio" else asyncio.run(run())
    assert {one.outcome for one in many.unread} == {"uncertain"}
    codes = sorted(one.lead.code for one in many.unread)
    assert codes[:2] == ["L1", "L2"]
    assert sorted(doubt.lead_code or "" for doubt in told) == codes


@each_async
def test_a_task_that_is_cancelled_leaves_no_doubt_untold(kind: str) -> None:
    told: list[UncertainError] = []
    library: Any = trio if kind == "trio" else asyncio
    made: list[Any] = []

    async def run() -> None:
        async def send(request: SignedRequest, timeout: float, /) -> Reply:
            await library.sleep(3600)
            raise AssertionError

        client = AsyncClient(account(), transport=send, policy=ONCE, on_uncertain=told.append)

        async def add() -> None:
            async with client.add_many(leads(9), at_once=2) as many:
                made.append(many)
                async for _ in many:
                    raise AssertionError

        if kind == "trio":
            with trio.move_on_after(0.1):
                await add()
        else:
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(add(), 0.1)

    trio.run(run) if kind == "trio" else asyncio.run(run())
    assert sorted(doubt.lead_code or "" for doubt in told) == ["L0", "L1"]
    assert sorted(one.lead.code for one in made[0].unread) == ["L0", "L1"]


@each
def test_an_asynchronous_source_is_read_too(kind: str) -> None:
    async def source() -> AsyncIterator[AddLead]:
        for lead in leads(5):
            yield lead

    if kind == "sync":
        with pytest.raises(TypeError, match="iter"):
            Bulk(kind, added).run(source())
    else:
        assert sorted(one.index for one in Bulk(kind, added).run(source())) == [0, 1, 2, 3, 4]


@each
def test_no_more_begin_in_a_second_than_are_allowed(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []

    class Even:
        """A pace of one a second, of a clock that stands still."""

        def __init__(self, per_second: float) -> None:
            assert per_second == 5
            self._turn = 0

        def next_ms(self, now_ms: int) -> int:
            self._turn += 1
            waited.append(self._turn)
            return now_ms + 1

    monkeypatch.setattr("qince_leads._host.Pace", Even)
    assert len(Bulk(kind, added).run(leads(6), per_second=5)) == 6
    # Each lead takes a turn; the last one finds no lead any more where a turn is taken before reading.
    assert len(waited) in (6, 7)


@each
@pytest.mark.parametrize("at_once", [0, -1, True, 1.5, "8"])
def test_what_is_no_number_at_once_is_refused(kind: str, at_once: Any) -> None:
    def unread() -> Iterator[AddLead]:
        raise AssertionError
        yield

    with pytest.raises(TypeError, match="at_once"):
        Bulk(kind, added).run(unread(), at_once=at_once)


@each
@pytest.mark.parametrize("per_second", [0, -1, float("nan")])
def test_what_is_no_pace_is_refused(kind: str, per_second: float) -> None:
    with pytest.raises(InvalidAccountError, match="per_second"):
        Bulk(kind, added).run(leads(1), per_second=per_second)


@each
def test_a_client_that_is_closed_adds_nothing(kind: str) -> None:
    if kind == "sync":
        client = Client(account(), transport=Bulk(kind, added)._send)
        client.close()
        with pytest.raises(RuntimeError, match="closed"):
            list(client.add_many(leads(3)))
        return

    async def run() -> None:
        client = AsyncClient(account(), transport=Bulk(kind, added)._send_async)
        await client.aclose()
        async for _ in client.add_many(leads(3)):
            raise AssertionError

    with pytest.raises(RuntimeError, match="closed"):
        trio.run(run) if kind == "trio" else asyncio.run(run())


@each
@pytest.mark.parametrize("frame", [pandas.DataFrame, polars.DataFrame])
def test_frames_are_read_by_their_columns(kind: str, frame: Any) -> None:
    given = frame(
        {
            "empName": ["e", "e", "e", "e"],
            # A column that lacks a number is one of floats.
            "mobile": [13800138000.0, None, 1380013800012345678.0, float("nan")],
            "code": ["L0", "L1", "L2", "L3"],
            "latlon": [None, 31.25, None, None],
            "position": [1, 2, 3, 4],
        }
    )
    outcomes = sorted(Bulk(kind, added).run(given), key=lambda one: one.index)
    assert [one.lead for one in outcomes] == [
        {"emp_name": "e", "mobile": "13800138000", "code": "L0", "position": "1"},
        {"emp_name": "e", "code": "L1", "latlon": "31.25", "position": "2"},
        {"emp_name": "e", "mobile": 1380013800012345678.0, "code": "L2", "position": "3"},
        {"emp_name": "e", "code": "L3", "position": "4"},
    ]
    assert [one.outcome for one in outcomes] == ["ok", "ok", "invalid_payload", "ok"]
    assert "mobile" in str(outcomes[2].error)


@each
@pytest.mark.parametrize("frame", [pandas.DataFrame, polars.DataFrame])
def test_a_column_that_is_no_field_is_named_before_anything_is_sent(kind: str, frame: Any) -> None:
    bulk = Bulk(kind, added)
    with pytest.raises(TypeError, match="AddLead has no field for the column 'cus_nam'; did you mean 'cus_name'"):
        bulk.run(frame({"emp_name": ["e"], "code": ["L0"], "cus_nam": ["c"]}))
    assert bulk.most == 0
