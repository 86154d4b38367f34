"""The days and times of a workbook, which are numbers that a format shows as such."""

from __future__ import annotations

import datetime
import re

from qince_leads.cli.cells import UnreadableCellError

DAY = "yyyy-mm-dd"
TIME = "h:mm:ss"
BUILT_IN = {
    **dict.fromkeys((14, 15, 16, 17, *range(27, 32), 36, *range(50, 55), 57, 58, *range(71, 75), 81), DAY),
    **dict.fromkeys((18, 19, 20, 21, 32, 33, 34, 35, 45, 47, 55, 56, 75, 76, 78, 80), TIME),
    **dict.fromkeys((22, 77), f"{DAY} {TIME}"),
    **dict.fromkeys((46, 79), "[h]:mm:ss"),
}
"""Formats without a code of their own, by number. 27 to 36 and 50 to 58 are Chinese, from 71 on Thai."""

LAST = 2_958_465
"""9999-12-31."""

_NOT_SHOWN = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]|General|G/通用格式', re.IGNORECASE)
_OF_A_DATE = re.compile(r"[ymdhs]|(?<![0#?])e(?![+-])|aaa", re.IGNORECASE)
_OF_A_TIME = re.compile(r"[hs]", re.IGNORECASE)
_ELAPSED = re.compile(r"\[[hms]+\]", re.IGNORECASE)


def shows_date(number_format: str) -> bool:
    """Whether a format shows a number as a day or a time."""
    return bool(_OF_A_DATE.search(_shown(number_format)))


def date_text(number: float, number_format: str, *, from_1904: bool) -> str:
    """The day, or day and time, that a number means, as `yyyy-MM-dd HH:mm:ss`."""
    shown = _shown(number_format)
    if not 0 <= number < LAST + 1:
        raise UnreadableCellError("a day that Excel cannot show: correct the cell")
    seconds = round(number * 86_400)
    if _ELAPSED.search(shown) or seconds < 86_400:
        return _elapsed(seconds)
    if not from_1904 and seconds < 61 * 86_400:
        # Excel counts a 29 February 1900, which never was.
        if seconds >= 60 * 86_400:
            raise UnreadableCellError("1900-02-29, a day that never was: correct the cell")
        seconds += 86_400
    zero = datetime.datetime(1904, 1, 1) if from_1904 else datetime.datetime(1899, 12, 30)
    when = zero + datetime.timedelta(seconds=seconds)
    return when.strftime("%Y-%m-%d %H:%M:%S" if seconds % 86_400 or _OF_A_TIME.search(shown) else "%Y-%m-%d")


def _shown(number_format: str) -> str:
    return _NOT_SHOWN.sub("", number_format.partition(";")[0])


def _elapsed(seconds: int) -> str:
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{rest:02}"
