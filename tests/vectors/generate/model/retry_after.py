"""What a reply says of when to come again."""

from __future__ import annotations

import datetime
import re
from decimal import Decimal
from typing import Any, Dict, Optional

MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
DAY = "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
WHOLE_DAY = "(?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)"
MONTH = f"(?P<month>{'|'.join(MONTHS)})"
TIME = "(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2}):(?P<second>[0-9]{2})"

# The three forms of RFC 9110, section 5.6.7.
DATES = (
    f"{DAY}, (?P<day>[0-9]{{2}}) {MONTH} (?P<year>[0-9]{{4}}) {TIME} GMT",
    f"{WHOLE_DAY}, (?P<day>[0-9]{{2}})-{MONTH}-(?P<year>[0-9]{{2}}) {TIME} GMT",
    f"{DAY} {MONTH} (?P<day>[0-9 ][0-9]) {TIME} (?P<year>[0-9]{{4}})",
)
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)


def retry_after_ms(event: Dict[str, Any], now: int) -> int:
    """The milliseconds to wait; 0 where the reply says nothing, nothing that can be read, or a time that is past."""
    if "retry_after_ms" in event:
        return int(event["retry_after_ms"])
    text = event.get("retry_after", "")
    if re.fullmatch(r"[0-9]+(\.[0-9]+)?", text, re.ASCII):
        return int(Decimal(text) * 1000)
    moment = next((date for date in (read(form, text, now) for form in DATES) if date is not None), now)
    return max(moment - now, 0)


def read(form: str, text: str, now: int) -> Optional[int]:
    """The epoch milliseconds of a date of this form."""
    parts = re.fullmatch(form, text)
    if not parts:
        return None
    year = int(parts["year"])
    if len(parts["year"]) == 2:
        latest = (EPOCH + datetime.timedelta(milliseconds=now)).year + 50
        year = latest - (latest - year) % 100
    month = MONTHS.index(parts["month"]) + 1
    day, hour, minute, second = (int(parts[name]) for name in ("day", "hour", "minute", "second"))
    try:
        date = datetime.datetime(year, month, day, hour, minute, second, tzinfo=datetime.timezone.utc)
    except ValueError:
        return None
    return int((date - EPOCH).total_seconds()) * 1000
