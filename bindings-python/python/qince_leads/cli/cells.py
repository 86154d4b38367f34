"""Cells as the text that their user sees."""

from __future__ import annotations

import datetime
import re
from decimal import ROUND_HALF_UP, Decimal

EXACT_BELOW = 1e15
"""Excel keeps 15 digits of a number."""

_NUMBER_FORMAT = re.compile(r"(?P<whole>[#0,]*0)(?:\.(?P<decimals>0+))?(?P<percent>%)?")
_MASK = re.compile(r"[0#\-() +]*0[0#\-() +]*")


class UnreadableCellError(Exception):
    """A cell without a text of its own; says why, and what to do."""


def plain_number(number: int | float) -> str:
    """A number as its digits, never as 1.0 or 1.38e10."""
    if isinstance(number, int):
        return str(number)
    # repr is the shortest text that means this number; 15 digits take away what adding in binary left.
    digits = Decimal(f"{number:.15g}")
    return f"{digits.to_integral_value():f}" if digits == digits.to_integral_value() else f"{digits:f}"


def cell_text(value: object, number_format: str) -> str:
    """The text of an Excel cell: numbers as they are shown, days as `yyyy-MM-dd`."""
    match value:
        case None:
            return ""
        case bool():
            return str(value).upper()
        case int() | float():
            return _number_text(value, number_format)
        case datetime.datetime():
            shows_time = value.time() != datetime.time() or "h" in number_format.lower()
            return value.strftime("%Y-%m-%d %H:%M:%S" if shows_time else "%Y-%m-%d")
        case _:
            return str(value)


def _number_text(number: int | float, number_format: str) -> str:
    if isinstance(number, float) and abs(number) >= EXACT_BELOW:
        raise UnreadableCellError("a number of more than 15 digits, of which Excel keeps 15: enter it as text")
    shown = number_format.partition(";")[0].replace("\\", "").replace('"', "")
    if (mask := _MASK.fullmatch(shown)) and number >= 0 and number == int(number) and shown.strip("#0"):
        return _masked(int(number), mask[0])
    if not (form := _NUMBER_FORMAT.fullmatch(shown)):
        return plain_number(number)
    exact = Decimal(plain_number(number)) * (100 if form["percent"] else 1)
    rounded = exact.quantize(Decimal(1).scaleb(-len(form["decimals"] or "")), ROUND_HALF_UP)
    width = form["whole"].count("0") + (len(form["decimals"]) + 1 if form["decimals"] else 0)
    sign = "-" if rounded < 0 else ""
    digits = f"{abs(rounded):{',' if ',' in form['whole'] else ''}f}"
    return f"{sign}{digits.rjust(width, '0')}{form['percent'] or ''}"


def _masked(number: int, mask: str) -> str:
    """Digits filled into a form such as `000-0000-0000`, from its end."""
    digits = list(str(number).rjust(mask.count("0"), "0"))
    filled: list[str] = []
    for sign in reversed(mask):
        if sign not in "0#":
            filled.append(sign)
        elif digits:
            filled.append(digits.pop())
    return ("".join(digits) + "".join(reversed(filled))).strip()
