from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from .sandbox import Sandbox
from .sandbox import sandbox as running_sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="session")
def running() -> Iterator[Sandbox]:
    """The sandbox, for all tests."""
    with running_sandbox() as sandbox:
        yield sandbox


@pytest.fixture(scope="session")
def mypy_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What one check of types leaves to the next."""
    return tmp_path_factory.mktemp("mypy-cache")


@pytest.fixture
def sandbox(running: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    """The sandbox with nothing in it, and the environment that names it."""
    for name, value in running.env.items():
        monkeypatch.setenv(name, value)
    running.forget()
    yield running
    running.forget()
