"""What asks the program to stop: Ctrl-C, and what shells, services and terminals send that end it."""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from types import FrameType

SIGNALS = [signal.SIGINT, signal.SIGTERM, *([signal.SIGHUP] if hasattr(signal, "SIGHUP") else [])]


def raise_interrupt(_signal: int, _frame: FrameType | None) -> NoReturn:
    """What Python does on Ctrl-C."""
    raise KeyboardInterrupt


@contextmanager
def interruptions(handler: Callable[[int, FrameType | None], object]) -> Generator[None]:
    """Calls a handler for each; one that is ignored, as by `nohup`, stays so."""
    before = {}
    if threading.current_thread() is threading.main_thread():
        wanted = [each for each in SIGNALS if signal.getsignal(each) is not signal.SIG_IGN]
        before = {each: signal.signal(each, handler) for each in wanted}
    try:
        yield
    finally:
        for each, handled in before.items():
            signal.signal(each, handled)
