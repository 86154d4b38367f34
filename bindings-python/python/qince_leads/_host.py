"""What the core leaves to its host: time, randomness, and what an output may say."""

from __future__ import annotations

import logging
import os
import time
from typing import TYPE_CHECKING

from qince_leads._core import Pace, redact
from qince_leads.transport import NotSentError

if TYPE_CHECKING:
    from qince_leads._core import SignedRequest

_SEGMENTS = 4

# They log the URLs of requests, which hold openid and digest, and what servers say of them.
_LOGGERS_OF_TRANSPORTS = (
    "httpx",
    "httpcore.connection",
    "httpcore.http11",
    "httpcore.http2",
    "httpcore.proxy",
    "httpcore.socks",
    "urllib3.connectionpool",
    "hpack.hpack",
    "hpack.table",
)


class Clock:
    """The clock of one call: it goes on evenly, also where someone sets that of the host."""

    def __init__(self) -> None:
        self._ahead_ns = time.time_ns() - time.monotonic_ns()

    def now_ms(self) -> int:
        """Milliseconds since the epoch."""
        return (time.monotonic_ns() + self._ahead_ns) // 1_000_000

    def seconds_until(self, time_ms: int) -> float:
        """How long to wait for a time."""
        return max(0, time_ms - self.now_ms()) / 1000


class Pacer:
    """Says how long each of many calls waits, so that no more than so many begin in a second; None for any number."""

    def __init__(self, per_second: float | None) -> None:
        self._pace = None if per_second is None else Pace(per_second)
        self._clock = Clock()

    def wait_s(self) -> float:
        """Takes the next turn: how long to wait for it, in seconds."""
        if self._pace is None:
            return 0
        return self._clock.seconds_until(self._pace.next_ms(self._clock.now_ms()))


def random_id() -> str:
    """An id for one request."""
    return os.urandom(16).hex()


def random_fraction() -> float:
    """A number from 0 to 1, for the jitter of delays."""
    return int.from_bytes(os.urandom(6), "big") / (1 << 48)


def without_secrets(error: Exception, request: SignedRequest) -> Exception:
    """An error that says what this one says, without openid and digest.

    HTTP libraries name the URL, and crash reporters show what an error holds, goes back to, and passed through.
    """
    text = request.redact(_whole(_said(error)))
    kind = NotSentError if isinstance(error, NotSentError) else type(error)
    try:
        # One of a library may keep what it is given, and more.
        if kind is NotSentError or kind.__module__ == "builtins":
            return kind(text)
    except TypeError:
        pass
    return RuntimeError(f"{kind.__name__}: {text}" if text else kind.__name__)


def _said(error: Exception) -> str:
    try:
        return str(error)
    except Exception:
        # That it cannot say what it is must not end a call whose request may have arrived.
        return ""


def redact_logs() -> None:
    """Keeps openids and digests out of what HTTP libraries log."""
    for name in _LOGGERS_OF_TRANSPORTS:
        logging.getLogger(name).addFilter(_redact)


def _redact(record: logging.LogRecord) -> bool:
    text = redacted = _whole(record.getMessage())
    for word in text.split():
        # The URL of a request, or what is left of one without its host, has four segments behind its path.
        if word.count("/") >= _SEGMENTS:
            redacted = redact(redacted, word)
    if redacted != text:
        record.msg = redacted
        record.args = ()
    return True


def _whole(text: str) -> str:
    """A text without lone surrogates, which names of files may bring in."""
    return text.encode("utf-8", "replace").decode()
