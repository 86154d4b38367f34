"""JSON text, where exactness matters: the compact writer and a strict reader that keeps number literals."""

from __future__ import annotations

import json
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
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, list):
        return "[" + ",".join(map(compact, value)) + "]"
    if isinstance(value, dict):
        return "{" + ",".join(f"{quoted(name)}:{compact(item)}" for name, item in value.items()) + "}"
    return json.dumps(value)


def parse(text: str) -> Any:
    """Reads strict JSON, numbers as `Number`; raises ValueError."""

    def refuse(constant: str) -> Any:
        raise ValueError(f"{constant} is not JSON")

    return json.loads(text, parse_int=Number, parse_float=Number, parse_constant=refuse)


def plain(value: Any) -> Any:
    """A parsed value as ordinary Python values, null members left out."""
    if isinstance(value, Number):
        return json.loads(value.literal)
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items() if item is not None}
    return value
