"""The rows of a file of JSON lines, with every digit of its numbers."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, NoReturn, cast

from qince_leads.cli.cells import UnreadableCellError
from qince_leads.cli.console import UserError
from qince_leads.cli.readers import encodings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

SUFFIXES = (".jsonl", ".ndjson")

_EXPONENT_OR_POINT_ZERO = re.compile(r".*[eE].*|.*\.0+")


class Number(str):
    """A number with a point or an exponent, as it stands there."""

    __slots__ = ()


def read(path: Path, encoding: str | None) -> Iterator[tuple[int, dict[str, Any] | UnreadableCellError]]:
    """The members of each line, by its number."""
    for number, line in lines_of(path, encoding):
        yield number, _members_of(path, number, line)


def lines_of(path: Path, encoding: str | None) -> Iterator[tuple[int, str]]:
    """The lines that are not empty, by number."""
    if encoding is None:
        encoding = encodings.encoding_of(path).name
    else:
        encodings.check(path, encoding)
    with path.open(encoding=encoding) as file:
        for number, line in enumerate(file, start=1):
            if line.strip("\ufeff \t\r\n"):
                yield number, line


def text_of(value: Any) -> Any:
    """A number as its digits; text, lists and objects as they are."""
    if isinstance(value, Number):
        if _EXPONENT_OR_POINT_ZERO.fullmatch(value):
            raise UnreadableCellError(f"{value} is a number where a text should be: write it as text, with all digits")
        return str(value)
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def to_json(value: Any) -> str:
    """JSON in which each number has the digits that it had."""
    match value:
        case Number():
            return str.__str__(value)
        case dict():
            members = cast("dict[str, Any]", value)
            return "{" + ",".join(f"{json.dumps(name)}:{to_json(member)}" for name, member in members.items()) + "}"
        case list():
            return "[" + ",".join(map(to_json, cast("Sequence[Any]", value))) + "]"
        case _:
            return json.dumps(value)


def _members_of(path: Path, number: int, line: str) -> dict[str, Any] | UnreadableCellError:
    try:
        given: Any = json.loads(
            line.lstrip("\ufeff"), object_pairs_hook=_members, parse_float=Number, parse_constant=_refused
        )
    except (ValueError, RecursionError) as error:
        if number == 1 and line.strip() == "[":
            raise UserError(f"{path} is one JSON array; write one object a line, without commas between") from None
        return UnreadableCellError(f"not a line of JSON: {error}")
    if not isinstance(given, dict):
        return UnreadableCellError("not a JSON object")
    return cast("dict[str, Any]", given)


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        raise ValueError("a name stands there twice")
    return members


def _refused(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")
