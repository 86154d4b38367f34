"""What the core leaves to its host: time, randomness, and what came of a request."""

from __future__ import annotations

import logging
import os
import time
import traceback
from typing import TYPE_CHECKING

from qince_leads._core import redact
from qince_leads.transport import was_not_sent

if TYPE_CHECKING:
    from qince_leads._core import SignedRequest
    from qince_leads.errors import Failure

_SEGMENTS = 4

# They log the URLs of requests, which hold openid and digest.
_LOGGERS_OF_TRANSPORTS = ("httpx", "urllib3.connectionpool")


def clock_ms() -> int:
    """Milliseconds since the epoch."""
    return time.time_ns() // 1_000_000


def random_id() -> str:
    """An id for one request."""
    return os.urandom(16).hex()


def random_fraction() -> float:
    """A number from 0 to 1, for the jitter of delays."""
    return int.from_bytes(os.urandom(6), "big") / (1 << 48)


def failure_of(error: BaseException) -> Failure:
    """A request counts as not sent only where that is known."""
    return "not_sent" if was_not_sent(error) else "unknown"


def text_of(header: object) -> str | None:
    """A header's text: that a transport hands on a number is no reason to lose the reply."""
    return None if header is None else str(header)


def without_secrets(error: Exception, request: SignedRequest) -> Exception:
    """The error, or one that only says what it says, where it shows openid and digest.

    HTTP libraries like to name the URL that they could not reach, and Python shows all that an error goes back to.
    """
    shown = _whole("".join(traceback.format_exception(error)))
    if request.redact(shown) == shown:
        return error
    return RuntimeError(f"{type(error).__name__}: {request.redact(_whole(str(error)))}")


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
