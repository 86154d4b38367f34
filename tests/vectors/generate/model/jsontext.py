"""JSON text, where exactness matters: the compact writer and a strict reader that keeps number literals."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

SHORT_ESCAPES = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


@dataclass(frozen=True)
class Number:
    """A number as its source spells it."""

    literal: str


def quoted(text: str) -> str:
    def escaped(char: str) -> str:
        if char in SHORT_ESCAPES:
            return SHORT_ESCAPES[char]
        return f"\\u{ord(char):04x}" if char < " " else char

    return '"' + "".join(map(escaped, text)) + '"'


def compact(value: Any) -> str:
    if isinstance(value, Number):
        return value.literal
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, list):
        return "[" + ",".join(map(compact, value)) + "]"
    if isinstance(value, dict):
        return "{" + ",".join(f"{quoted(name)}:{compact(item)}" for name, item in value.items()) + "}"
    return json.dumps(value)


def pretty(value: Any, margin: str = "") -> str:
    """JSON text with one member or item a line."""
    inner = margin + "  "
    if isinstance(value, list) and value:
        items = [inner + pretty(item, inner) for item in value]
        return "[\n" + ",\n".join(items) + f"\n{margin}]"
    if isinstance(value, dict) and value:
        members = [f"{inner}{quoted(name)}: {pretty(item, inner)}" for name, item in value.items()]
        return "{\n" + ",\n".join(members) + f"\n{margin}}}"
    return compact(value)


def parse(text: str) -> Any:
    """Reads strict JSON: numbers as `Number`, half a surrogate pair as U+FFFD, the last of members that repeat.

    Raises ValueError.
    """

    def refuse(constant: str) -> Any:
        raise ValueError(f"{constant} is not JSON")

    return whole(json.loads(text, parse_int=Number, parse_float=Number, parse_constant=refuse))


def whole(value: Any) -> Any:
    if isinstance(value, str):
        return re.sub("[\ud800-\udfff]", "\ufffd", value)
    if isinstance(value, list):
        return [whole(item) for item in value]
    if isinstance(value, dict):
        return {whole(name): whole(item) for name, item in value.items()}
    return value


def native(value: Any) -> Any:
    """A parsed value as ordinary Python values; a number that Python spells otherwise stays as it is."""
    if isinstance(value, Number):
        number = json.loads(value.literal)
        return number if json.dumps(number) == value.literal else value
    if isinstance(value, list):
        return [native(item) for item in value]
    if isinstance(value, dict):
        return {name: native(item) for name, item in value.items()}
    return value


def plain(value: Any) -> Any:
    """A parsed value as ordinary Python values, null members left out."""
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items() if item is not None}
    return native(value)
