"""Clients in several event loops, in threads, after a fork and after their end; and many requests at once."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
import trio
from qince_leads import (
    AddLead,
    AsyncClient,
    AsyncHttpxTransport,
    Attempt,
    Client,
    HttpxTransport,
    NotSentError,
    Policy,
    Reply,
    SignedRequest,
    ThreadTransport,
    TransportError,
    UncertainError,
    UrllibTransport,
)

from .server import Answer, Server, closed_port, echo
from .support import AT_ONCE, OK, ONCE, Answers, account, run_python

ADD = AddLead(emp_name="e")

Run = Callable[[Callable[[], Awaitable[Any]]], Any]


@pytest.fixture(params=["asyncio", "trio"])
def run(request: pytest.FixtureRequest) -> Run:
    """Runs a coroutine function in a loop of its own."""
    if request.param == "trio":
        return trio.run
    return lambda function: asyncio.run(function())  # type: ignore[arg-type]


TRANSPORTS: dict[str, Callable[[], Any]] = {
    "httpx": AsyncHttpxTransport,
    "threads": lambda: ThreadTransport(UrllibTransport()),
}


@pytest.fixture(params=TRANSPORTS)
def transport(request: pytest.FixtureRequest) -> Any:
    return TRANSPORTS[request.param]()


def hang(server: Server) -> Answer:
    """Answers nothing before the test is over."""

    def answer(_: object) -> None:
        server.over.wait(5)

    return answer


# Event loops.


def test_a_client_goes_from_one_event_loop_to_the_next(server: Server, run: Run, transport: Any) -> None:
    client = AsyncClient(server.account, transport=transport, policy=ONCE)

    async def add() -> str | None:
        return (await client.add(ADD)).id

    assert [run(add) for _ in range(3)] == ["7"] * 3
    assert len(server.seen) == 3


ONE_AFTER_ANOTHER = """
import asyncio, gc, sys, trio
from qince_leads import AsyncClient

client = AsyncClient(openid="o", app_key="k", base_url=sys.argv[1])

async def remove():
    return (await client.remove(code="c")).id

for run in (lambda: asyncio.run(remove()), lambda: trio.run(remove)) * 2:
    print(run())
    gc.collect()
"""


def test_an_event_loop_that_ends_leaves_no_connection_open(server: Server) -> None:
    # What is left open is told on standard error, and by -W error.
    command = [sys.executable, "-W", "error", "-c", ONE_AFTER_ANOTHER, server.base_url]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=True)
    assert (done.stdout.split(), done.stderr) == (["7"] * 4, "")


def test_a_client_is_in_several_event_loops_at_once(server: Server, transport: Any) -> None:
    client = AsyncClient(server.account, transport=transport, policy=ONCE)
    together = threading.Barrier(4)

    async def add() -> list[str | None]:
        together.wait()
        return [(await client.add(ADD)).id for _ in range(5)]

    with ThreadPoolExecutor(4) as threads:
        kinds = [lambda: asyncio.run(add()), lambda: trio.run(add)] * 2
        came = [sent.result() for sent in [threads.submit(kind) for kind in kinds]]
    assert came == [["7"] * 5] * 4
    assert len(server.seen) == 20


def test_an_httpx_client_of_ones_own_sends_nothing_in_a_second_event_loop(server: Server) -> None:
    # Its connections belong to the first one.
    client = AsyncClient(server.account, transport=AsyncHttpxTransport(httpx.AsyncClient()), policy=ONCE)

    async def add() -> str | None:
        return (await client.add(ADD)).id

    assert asyncio.run(add()) == "7"
    with pytest.raises(TransportError) as raised:
        asyncio.run(add())
    assert raised.value.failure == "not_sent"
    assert "another event loop" in str(raised.value.__cause__)
    assert len(server.seen) == 1


def test_what_waits_between_attempts_waits_under_any_library(run: Run) -> None:
    answers = Answers(NotSentError(), OK)

    async def send(request: SignedRequest, timeout: float, /) -> Reply:
        reply: Reply = answers(request, timeout)
        return reply

    async def add() -> str | None:
        return (await AsyncClient(account(), transport=send, policy=AT_ONCE).add(ADD)).id

    assert run(add) == "7"


def test_an_add_that_trio_cancels_tells_of_its_doubt(server: Server) -> None:
    server.answer = hang(server)
    doubts: list[UncertainError] = []
    client = AsyncClient(server.account, on_uncertain=doubts.append)

    async def add() -> None:
        with trio.move_on_after(0.2):
            await client.add(ADD)

    trio.run(add)
    server.over.set()
    assert [doubt.msg_id is not None for doubt in doubts] == [True]


def test_where_neither_asyncio_nor_trio_runs_nothing_is_sent(server: Server) -> None:
    coroutine = AsyncClient(server.account).add(ADD)
    with pytest.raises(RuntimeError, match="asyncio or trio"):
        coroutine.send(None)
    assert server.seen == []


# Processes.

FORKS = """
import os, sys, time
from qince_leads import Client, HttpxTransport

client = Client(openid="o", app_key="k", base_url=sys.argv[1], timeout=20)
assert client.remove(code="parent").id == "parent"
children = []
for n in range(int(sys.argv[2])):
    child = os.fork()
    if child == 0:
        mine = f"c{n}"
        try:
            said = [client.remove(code=mine).id, client.remove(code=mine).id]
        except Exception as error:
            print(error, flush=True)
            os._exit(2)
        os._exit(0 if said == [mine] * 2 else 1)
    children.append(child)
ends = [os.waitpid(child, 0)[1] for child in children]
assert client.remove(code="parent").id == "parent"
print(sum(end == 0 for end in ends))
"""


def test_each_of_many_forked_children_has_connections_of_its_own_and_its_own_replies(server: Server) -> None:
    server.answer = echo
    assert run_python(FORKS, server.base_url, "160", timeout=60) == "160"


FORKS_WHILE_BUSY = """
import os, sys, threading, time
from qince_leads import Client

client = Client(openid="o", app_key="k", base_url=sys.argv[1], max_concurrent=2)
client.remove(code="parent")
busy = [threading.Thread(target=client.remove, kwargs={"code": f"p{n}"}, daemon=True) for n in range(4)]
for thread in busy:
    thread.start()
time.sleep(0.1)
child = os.fork()
if child == 0:
    os._exit(0 if client.remove(code="child").id == "child" else 1)
print(os.waitpid(child, 0)[1])
for thread in busy:
    thread.join()
"""


def test_a_child_does_not_wait_for_what_threads_of_its_parent_hold(server: Server) -> None:
    def answer(handler: Any) -> None:
        if b"child" not in handler.sent:
            time.sleep(0.3)
        echo(handler)

    server.answer = answer
    assert run_python(FORKS_WHILE_BUSY, server.base_url) == "0"


ASYNC_FORKS = """
import asyncio, os, sys
from qince_leads import AsyncClient

client = AsyncClient(openid="o", app_key="k", base_url=sys.argv[1])

async def said(code):
    return (await client.remove(code=code)).id

assert asyncio.run(said("parent")) == "parent"
children = []
for n in range(20):
    child = os.fork()
    if child == 0:
        os._exit(0 if asyncio.run(said(f"c{n}")) == f"c{n}" else 1)
    children.append(child)
ends = [os.waitpid(child, 0)[1] for child in children]
print(sum(end == 0 for end in ends), asyncio.run(said("again")))
"""


def test_an_asynchronous_client_forks_too(server: Server) -> None:
    server.answer = echo
    assert run_python(ASYNC_FORKS, server.base_url, timeout=30) == "20 again"


GIVEN_FORKS = """
import httpx, os, sys
from qince_leads import Account, Client, HttpxTransport, Policy, TransportError

account = Account("o", "k", sys.argv[1])
client = Client(account, transport=HttpxTransport(httpx.Client()), policy=Policy(max_attempts=1))

def in_child():
    child = os.fork()
    if child == 0:
        try:
            print(client.remove(code="c").id, flush=True)
        except TransportError as error:
            print(error.failure, error.__cause__, flush=True)
        os._exit(0)
    os.waitpid(child, 0)

in_child()
client.remove(code="parent")
in_child()
"""


def test_an_httpx_client_of_ones_own_that_was_used_before_the_fork_sends_nothing_in_the_child(server: Server) -> None:
    server.answer = echo
    first, second = run_python(GIVEN_FORKS, server.base_url).splitlines()
    assert first == "c"
    assert second.startswith("not_sent this httpx client was used before the process forked")
    assert len(server.seen) == 2


# After the end.


def test_a_closed_client_says_so_and_sends_nothing(server: Server) -> None:
    with Client(server.account) as client:
        client.add(ADD)
    with pytest.raises(RuntimeError, match="closed"):
        client.add(ADD)
    with pytest.raises(RuntimeError, match="closed"):
        client.with_options(timeout=5).add(ADD)

    async def use() -> None:
        async with AsyncClient(server.account) as client:
            await client.add(ADD)
            other = client.with_options(timeout=5)
        for each in (client, other):
            with pytest.raises(RuntimeError, match="closed"):
                await each.add(ADD)

    asyncio.run(use())
    assert len(server.seen) == 2


def test_a_client_may_be_closed_by_several_threads_while_others_send(server: Server) -> None:
    client = Client(server.account, policy=ONCE)
    together = threading.Barrier(8)

    def add() -> str:
        together.wait()
        try:
            return client.remove(code="c").id or ""
        except (RuntimeError, TransportError) as error:
            return type(error).__name__

    def close() -> str:
        together.wait()
        client.close()
        return "closed"

    with ThreadPoolExecutor(8) as threads:
        ends = [sent.result() for sent in [threads.submit(do) for do in [add, close] * 4]]
    assert set(ends) <= {"7", "closed", "RuntimeError", "TransportError"}
    assert isinstance(client._transport, HttpxTransport)
    assert client._transport._client is None


def test_what_waits_for_its_turn_when_the_client_is_closed_is_not_sent() -> None:
    sent: list[SignedRequest] = []
    begun, goes_on = threading.Event(), threading.Event()

    def hold(request: SignedRequest, timeout: float, /) -> Reply:
        sent.append(request)
        begun.set()
        goes_on.wait(5)
        return OK

    client = Client(account(), transport=hold, max_concurrent=1)
    with ThreadPoolExecutor(4) as threads:
        first = threads.submit(client.add, ADD)
        begun.wait(5)
        others = [threads.submit(client.add, ADD) for _ in range(3)]
        time.sleep(0.05)
        client.close()
        goes_on.set()
        assert first.result().id == "7"
        assert [str(other.exception()) for other in others] == ["this client is closed: make another one"] * 3
    assert len(sent) == 1


def test_tasks_that_wait_for_their_turn_when_the_client_is_closed_send_nothing() -> None:
    sent: list[SignedRequest] = []

    async def hold(request: SignedRequest, timeout: float, /) -> Reply:
        sent.append(request)
        await asyncio.sleep(0.05)
        return OK

    async def add() -> list[str]:
        client = AsyncClient(account(), transport=hold, max_concurrent=1)
        adds = [asyncio.ensure_future(client.add(ADD)) for _ in range(4)]
        await asyncio.sleep(0.01)
        await client.aclose()
        return [type(end).__name__ for end in await asyncio.gather(*adds, return_exceptions=True)]

    assert asyncio.run(add()) == ["Receipt"] + ["RuntimeError"] * 3
    assert len(sent) == 1


@pytest.mark.parametrize(("first", "kind"), [(NotSentError(), RuntimeError), (TimeoutError(), UncertainError)])
def test_a_call_between_two_attempts_ends_with_its_client(first: Exception, kind: type[Exception]) -> None:
    transport = Answers(first)
    policy = Policy(base_delay_ms=200, settle_delay_ms=200, jitter=0.0)
    client = Client(account(), transport=transport, policy=policy, on_attempt=lambda _: client.close())
    with pytest.raises(kind):
        client.add(emp_name="e", code="L1")
    assert len(transport.sent) == 1


def test_an_httpx_client_of_ones_own_that_is_closed_sends_nothing() -> None:
    http = httpx.Client()
    http.close()
    with pytest.raises(TransportError) as raised:
        Client(account(), transport=HttpxTransport(http), policy=ONCE).add(ADD)
    assert raised.value.failure == "not_sent"


# Many at once.


class Crowd:
    """Counts how many requests are under way."""

    def __init__(self) -> None:
        self.now = 0
        self.most = 0
        self.count = 0
        self._counting = threading.Lock()

    def enter(self) -> None:
        with self._counting:
            self.now += 1
            self.count += 1
            self.most = max(self.most, self.now)

    def leave(self) -> None:
        with self._counting:
            self.now -= 1

    def __call__(self, request: SignedRequest, timeout: float, /) -> Reply:
        self.enter()
        time.sleep(0.01)
        self.leave()
        return OK

    async def wait(self, request: SignedRequest, timeout: float, /) -> Reply:
        self.enter()
        await asyncio.sleep(0.01)
        self.leave()
        return OK


@pytest.mark.parametrize(("options", "most"), [({}, 10), ({"max_concurrent": 3}, 3), ({"max_concurrent": 1}, 1)])
def test_so_many_requests_run_at_once_and_the_others_wait_their_turn(options: dict[str, Any], most: int) -> None:
    crowd = Crowd()
    client = Client(account(), transport=crowd, **options)
    other = client.with_options(timeout=5)
    with ThreadPoolExecutor(30) as threads:
        list(threads.map(lambda n: (client, other)[n % 2].add(ADD), range(60)))
    assert (crowd.most, crowd.count) == (most, 60)

    async def add() -> None:
        client = AsyncClient(account(), transport=crowd.wait, **options)
        other = client.with_options(timeout=5)
        await asyncio.gather(*((client, other)[n % 2].add(ADD) for n in range(60)))

    crowd = Crowd()
    asyncio.run(add())
    assert (crowd.most, crowd.count) == (most, 60)


@pytest.mark.parametrize("wrong", [0, -1, True, 1.5, "10", None])
@pytest.mark.parametrize("kind", [Client, AsyncClient])
def test_a_number_of_requests_at_once_that_is_none_is_refused(kind: Any, wrong: Any) -> None:
    with pytest.raises(TypeError, match="max_concurrent"):
        kind(account(), max_concurrent=wrong)


def test_what_waits_for_its_turn_is_not_timed(server: Server) -> None:
    def answer(handler: Any) -> None:
        time.sleep(0.1)
        echo(handler)

    server.answer = answer

    async def add() -> list[str | None]:
        async with AsyncClient(server.account, timeout=0.6, max_concurrent=2, policy=ONCE) as client:
            receipts = await asyncio.gather(*(client.remove(code=str(n)) for n in range(30)))
            return [receipt.id for receipt in receipts]

    assert asyncio.run(add()) == [str(n) for n in range(30)]


def test_an_add_that_is_cancelled_while_it_waits_for_its_turn_was_not_sent() -> None:
    attempts: list[Attempt] = []
    doubts: list[UncertainError] = []
    sent: list[SignedRequest] = []

    async def cancelled() -> None:
        stop = asyncio.Event()

        async def send(request: SignedRequest, _: float, /) -> Reply:
            sent.append(request)
            await stop.wait()
            return OK

        client = AsyncClient(
            account(), transport=send, max_concurrent=1, on_attempt=attempts.append, on_uncertain=doubts.append
        )
        first = asyncio.ensure_future(client.add(ADD))
        second = asyncio.ensure_future(client.add(ADD))
        while not sent:
            await asyncio.sleep(0)
        second.cancel()
        with pytest.raises(asyncio.CancelledError) as raised:
            await second
        assert raised.value.__cause__ is None
        stop.set()
        await first

    asyncio.run(cancelled())
    assert (len(sent), len(attempts), doubts) == (1, 1, [])


def test_a_request_that_is_cancelled_is_reported_as_such(server: Server) -> None:
    attempts: list[Attempt] = []
    server.answer = hang(server)

    async def cancel() -> None:
        async with AsyncClient(server.account, on_attempt=attempts.append) as client:
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(client.add(ADD), 0.2)

    asyncio.run(cancel())
    server.over.set()
    assert [attempt.outcome for attempt in attempts] == ["cancelled"]


def test_a_transport_in_threads_has_so_many_of_them_and_no_more() -> None:
    crowd = Crowd()

    async def send() -> None:
        client = AsyncClient(account(), transport=ThreadTransport(crowd, max_threads=4), max_concurrent=20)
        await asyncio.gather(*(client.add(ADD) for _ in range(40)))

    asyncio.run(send())
    assert (crowd.most, crowd.count) == (4, 40)


# Time-outs.


def test_the_time_for_a_connection_is_a_transport_s_own() -> None:
    for kind in (HttpxTransport, AsyncHttpxTransport, UrllibTransport):
        for wrong in (0, -1, "1", True, None, float("nan")):
            with pytest.raises(TypeError, match="connect_timeout"):
                kind(connect_timeout=wrong)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="connect_timeout"):
        Client(account(), transport=HttpxTransport(), connect_timeout=5)
    with pytest.raises(TypeError, match="connect_timeout"):
        Client(account(), connect_timeout=0)


def test_what_could_not_be_sent_says_where_it_was_to_go() -> None:
    port = closed_port()
    client = Client(openid="o", app_key="k", base_url=f"http://127.0.0.1:{port}", policy=ONCE)
    with pytest.raises(TransportError) as raised:
        client.add(ADD)
    assert str(raised.value.__cause__).startswith(f"no connection to 127.0.0.1:{port}: ConnectError: ")
    assert os.strerror(111) in str(raised.value.__cause__)
