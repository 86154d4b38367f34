"""What runs calls: threads, event loops and forked children. So many requests run at once, and the others wait their
turn.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from typing import Any, Generic, TypeVar
from weakref import WeakKeyDictionary, WeakSet

T = TypeVar("T")

_BEGUN: WeakSet[Any] = WeakSet()


def anew_in_children(begun: Any) -> None:
    """Has an object `_begin` anew in each forked child, which shares its parent's connections and locks, but for the
    threads that hold them.
    """
    _BEGUN.add(begun)


def _begin_anew() -> None:
    for begun in list(_BEGUN):
        begun._begin()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_begin_anew)


def run_time() -> tuple[Any, Any]:
    """What runs this coroutine, asyncio or trio, and the loop in which it does."""
    # It takes as long to import as all the rest, and whoever is here has imported it.
    import asyncio

    try:
        return asyncio, asyncio.get_running_loop()
    except RuntimeError:
        trio = sys.modules.get("trio")
    try:
        return trio, trio.lowlevel.current_trio_token()  # type: ignore[union-attr]
    except (AttributeError, RuntimeError):
        raise RuntimeError("an AsyncClient runs under asyncio or trio") from None


class PerLoop(Generic[T]):
    """One of each for each event loop, since none can be used in another."""

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._making = threading.Lock()
        self._made: WeakKeyDictionary[Any, T] = WeakKeyDictionary()

    def here(self) -> T:
        """That of the loop that runs."""
        _, loop = run_time()
        with self._making:
            made = self._made.get(loop)
            if made is None:
                # What is kept for a loop may keep the loop.
                for other in list(self._made):
                    if getattr(other, "is_closed", bool)():
                        del self._made[other]
                made = self._made[loop] = self._make()
            return made

    def take(self) -> T | None:
        """That of the loop that runs, if there is one; all are forgotten."""
        _, loop = run_time()
        with self._making:
            made = self._made.get(loop)
            self._made.clear()
            return made


class _Turns:
    """Lets so many requests at once have their turn, until nobody is let in any more."""

    def __init__(self, at_once: int) -> None:
        self._at_once = at_once
        self.is_closed = False
        self._begin()
        anew_in_children(self)

    def _begin(self) -> None:
        raise NotImplementedError

    def close(self) -> None:
        """Says that nothing new is to begin."""
        self.is_closed = True

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self._at_once,)


class Turns(_Turns):
    """Those of all threads."""

    def _begin(self) -> None:
        self._free = threading.Semaphore(self._at_once)

    def __enter__(self) -> None:
        self._free.acquire()

    def __exit__(self, *_: object) -> None:
        self._free.release()


class AsyncTurns(_Turns):
    """Those of the tasks of each event loop."""

    def _begin(self) -> None:
        self._free: PerLoop[Any] = PerLoop(lambda: run_time()[0].Semaphore(self._at_once))

    async def __aenter__(self) -> None:
        await self._free.here().acquire()

    async def __aexit__(self, *_: object) -> None:
        self._free.here().release()
