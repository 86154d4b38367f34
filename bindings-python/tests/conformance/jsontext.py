"""JSON with every digit of its numbers."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any, TypeAlias

Json: TypeAlias = Any
"""What JSON says, numbers as int or Number."""

# Python refuses to turn longer texts into integers.
LONGEST_INT = 4000


class Number(Decimal):
    """A number that no int is, with the text that it was read from."""

    text: str

    def __new__(cls, text: str) -> Number:
        number = super().__new__(cls, text)
        number.text = text
        return number


def parse(text: str) -> Json:
    """Parses JSON. Of two members of one name the last counts."""
    return json.loads(text, parse_int=_integer, parse_float=Number, parse_constant=_no_number)


def parse_vectors(text: str) -> Json:
    """Parses JSON. An object that gives a member twice is refused: one of the two would be lost."""
    return json.loads(
        text, parse_int=_integer, parse_float=Number, parse_constant=_no_number, object_pairs_hook=_members
    )


def write(value: Json) -> str:
    """Writes compact JSON, numbers as they were read."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{write(name)}:{write(member)}" for name, member in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(write, value)) + "]"
    if isinstance(value, Number):
        return value.text
    return json.dumps(value, ensure_ascii=False)


def _integer(text: str) -> int | Number:
    # Python knows no negative zero but that of floats.
    return int(text) if len(text) <= LONGEST_INT and text != "-0" else Number(text)


def _no_number(text: str) -> Json:
    raise ValueError(f"{text} is no JSON")


def _members(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    members = dict(pairs)
    if len(members) < len(pairs):
        raise ValueError("an object gives a member twice")
    return members
