from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from .environment import Environment, environment
from .hosts import KINDS, Host, hosting
from .sandbox import Sandbox


@pytest.fixture
def account() -> Environment:
    """Where the sandbox listens, and as whom to connect."""
    return environment()


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """The sandbox, with nothing in it."""
    sandbox = Sandbox()
    sandbox.forget()
    yield sandbox
    sandbox.plan_faults()
    sandbox.await_late_requests()


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    """Each kind of client."""
    kind: str = request.param
    return kind


@pytest_asyncio.fixture
async def host(kind: str) -> AsyncIterator[Host]:
    """A client of each kind."""
    async with hosting(kind) as host:
        yield host
