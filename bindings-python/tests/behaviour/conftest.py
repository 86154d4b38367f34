"""Fixtures of the tests of behaviour."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from typing import Any

import pytest

from .server import Server
from .support import Host


@pytest.fixture(params=["sync", "async"])
def host(request: pytest.FixtureRequest) -> Host:
    """A client that waits, and one that is awaited: what holds of one must hold of the other."""
    return Host(request.param)


class Clock:
    """A clock that goes on only where someone sleeps."""

    def __init__(self) -> None:
        self.now_ms = 1_700_000_000_000
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        # asyncio itself sleeps for no time, to let others run.
        if seconds > 0:
            self.slept.append(round(seconds, 3))
        self.now_ms += round(seconds * 1000)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    yields = asyncio.sleep

    async def sleep(seconds: float, result: Any = None) -> Any:
        clock.sleep(seconds)
        return await yields(0, result)

    for kind in ("time_ns", "monotonic_ns"):
        monkeypatch.setattr(time, kind, lambda: clock.now_ms * 1_000_000)
    monkeypatch.setattr(time, "sleep", clock.sleep)
    monkeypatch.setattr(asyncio, "sleep", sleep)
    return clock


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A server of HTTP on this host."""
    monkeypatch.setenv("NO_PROXY", "*")
    with Server() as server:
        yield server
