"""What the core leaves to its host: time, randomness, and what came of a request."""

from __future__ import annotations

import logging
import os
import re
import time
import traceback
from typing import TYPE_CHECKING

from qince_leads._core import redact
from qince_leads.transport import was_not_sent

if TYPE_CHECKING:
    from qince_leads.errors import Failure

_SECONDS = re.compile(r"\s*\d{1,9}(\.\d+)?\s*")
_PATH = "/api/salesleads/v1/"
_URL = re.compile(rf"\S*{_PATH}\S*")

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


def without_secrets(error: Exception) -> Exception:
    """The error, or one that only says what it says, where it shows openid and digest.

    HTTP libraries like to name the URL that they could not reach, and Python shows all that an error goes back to.
    """
    shown = "".join(traceback.format_exception(error))
    if _PATH not in shown:
        return error
    return RuntimeError(f"{type(error).__name__}: {_redacted(str(error))}")


def retry_after_ms(header: str | None) -> int | None:
    """What a `Retry-After` header asks for: seconds, or a date."""
    if header is None:
        return None
    if _SECONDS.fullmatch(header):
        return int(float(header) * 1000)
    import email.utils

    try:
        date_ms = int(email.utils.parsedate_to_datetime(header).timestamp() * 1000)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return max(0, date_ms - clock_ms())


def redact_logs() -> None:
    """Keeps openids and digests out of what HTTP libraries log."""
    for name in _LOGGERS_OF_TRANSPORTS:
        logging.getLogger(name).addFilter(_redact)


def _redact(record: logging.LogRecord) -> bool:
    text = record.getMessage()
    if _PATH in text:
        record.msg = _redacted(text)
        record.args = ()
    return True


def _redacted(text: str) -> str:
    return _URL.sub(_redacted_url, text)


def _redacted_url(url: re.Match[str]) -> str:
    # Sentences put marks behind it.
    bare = url[0].rstrip("'\")],.;:")
    return redact(bare) + url[0][len(bare) :]
