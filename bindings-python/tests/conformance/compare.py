"""What was expected against what came."""

from __future__ import annotations

from decimal import Decimal

import jsontext
from jsontext import Json

LONGEST = 400


def compare(expected: Json, came: Json, what: str = "") -> None:
    """Fails, saying both, where something else came than was expected; members that are null do not count."""
    expected, came = _without_nulls(expected), _without_nulls(came)
    if not _is_same(expected, came):
        where = f"{what}: " if what else ""
        raise AssertionError(f"{where}expected {jsontext.write(expected)}\ncame     {jsontext.write(came)}")


def sorted_by(outcome: dict[str, Json], *names: str) -> dict[str, Json]:
    """The same with these lists sorted, which stand in any order."""
    return {
        name: sorted(member, key=jsontext.write) if name in names and isinstance(member, list) else member
        for name, member in outcome.items()
    }


def cut(text: str) -> str:
    return f"{text[:LONGEST]}… ({len(text)} characters)" if len(text) > LONGEST else text


def _is_same(one: Json, other: Json) -> bool:
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_is_same(one[name], other[name]) for name in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_is_same, one, other))
    if _is_number(one) and _is_number(other):
        return bool(one == other)
    # To Python True is 1.
    return type(one) is type(other) and bool(one == other)


def _is_number(value: Json) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def _without_nulls(value: Json) -> Json:
    if isinstance(value, dict):
        return {name: _without_nulls(member) for name, member in value.items() if member is not None}
    if isinstance(value, list | tuple):
        return [_without_nulls(element) for element in value]
    return value
