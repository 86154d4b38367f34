"""Cells as the text that their user sees, and what Excel has spoilt of it."""

from __future__ import annotations

import datetime
import re
from decimal import ROUND_HALF_UP, Decimal

EXACT_DIGITS = 15
"""Excel keeps 15 digits of a number, and puts zeros for the rest."""
EXACT_BELOW = 10**EXACT_DIGITS

_NUMBER_FORMAT = re.compile(r"(?P<whole>[#0,]*0)(?:\.(?P<decimals>0+))?(?P<percent>%)?")
_MASK = re.compile(r"[0#\-() +]*0[0#\-() +]*")
_WHOLE = re.compile(r"[+-]?\d+")

_SCIENTIFIC = re.compile(r"-?\d(?:[.,]\d+[Ee][+-]?|[Ee][+-])\d{1,3}")
_WHOLE_AS_DECIMAL = re.compile(r"-?(?P<whole>\d+)\.0+")
_EXCEL_ERROR = re.compile(r"#(?:N/A|REF!|NAME\?|VALUE!|DIV/0!|NUM!|NULL!|SPILL!|CALC!|FIELD!|BLOCKED!)|#{3,}")
_SURELY_A_KEY = 7
"""Digits before a `.0` that make it no measure."""

MARKS = "='‘’＇`"
"""What a text begins with that was kept from Excel."""

_QUOTED = re.compile(r'=\s*"(?P<text>(?:[^"]|"")*)"')
_MARKED = re.compile(r"['‘’＇`](?=[\d=+\-@\t\r＝＋－＠])(?P<text>.*)", re.DOTALL)
_BETWEEN_MARKS = re.compile(r"(\d+)['‘’＇`]")

# Of what joins emoji and letters of Arabic and Indic scripts, only what joins nothing is taken out.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f]|(?<![\u0600-\u0dff\u2600-\u27bf\ufe0f\U0001f000-\U0001faff])[\u200c\u200d]"
)


class UnreadableCellError(Exception):
    """A cell without a text of its own; says why, and what to do.

    `text` is what it is if the user says so; `is_of_column` where it is the column that has no name.
    """

    def __init__(self, message: str, text: str | None = None, *, is_of_column: bool = False) -> None:
        super().__init__(message)
        self.text = text
        self.is_of_column = is_of_column


def without_invisible(text: str) -> tuple[str, str]:
    """A text without the characters that nobody sees, and those."""
    if text.isprintable():
        return text, ""
    taken = "".join(_INVISIBLE.findall(text))
    return (_INVISIBLE.sub("", text), taken) if taken else (text, "")


def unwrapped(text: str) -> str:
    """A text without the `="..."`, or the apostrophe before it, by which people keep Excel away from its digits."""
    if quoted := _QUOTED.fullmatch(text):
        return quoted["text"].replace('""', '"')
    if marked := _MARKED.fullmatch(text):
        between = _BETWEEN_MARKS.fullmatch(marked["text"])
        return between[1] if between else marked["text"]
    return text


def is_cut(digits: str) -> bool:
    """Whether Excel may have cut a whole number: nothing but zeros after the 15th digit."""
    significant = digits.lstrip("+-0")
    return len(significant) > EXACT_DIGITS and not significant[EXACT_DIGITS:].strip("0")


def cut_number(digits: str) -> UnreadableCellError:
    """What to say of a number that Excel may have cut."""
    return UnreadableCellError(
        f"{digits} has more than 15 digits, and zeros after the 15th: Excel has put them there. Enter it as text, from "
        "where it came",
        digits,
    )


def spoilt(text: str, *, may_be_a_measure: bool) -> str | None:
    """Why a text is not what was entered, but what a spreadsheet made of it."""
    if _EXCEL_ERROR.fullmatch(text):
        return f"the cell holds {text}, which Excel shows in place of a value"
    if _SCIENTIFIC.fullmatch(text):
        return f"{text} is a number as Excel shortens it, and its digits are lost: enter it as text, from where it came"
    if (found := _WHOLE_AS_DECIMAL.fullmatch(text)) and (not may_be_a_measure or len(found["whole"]) >= _SURELY_A_KEY):
        return f"{text} is a number where a text should be: write it without `.0`, as text, from where it came"
    return None


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


def written_number(digits: str, number_format: str) -> str:
    """The text of a number that stands in a file as these digits."""
    try:
        return cell_text(int(digits) if _WHOLE.fullmatch(digits) else float(digits), number_format)
    except (ValueError, OverflowError):
        raise UnreadableCellError(f"{digits} is no number") from None


def _number_text(number: int | float, number_format: str) -> str:
    if isinstance(number, float) and not abs(number) < EXACT_BELOW:
        raise UnreadableCellError("a number of more than 15 digits, of which Excel keeps 15: enter it as text")
    if isinstance(number, int) and is_cut(str(number)):
        raise cut_number(str(number))
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
