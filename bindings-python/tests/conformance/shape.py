"""What a case may say. A member that is missing, not known or of another type is a failure."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from jsontext import Json, Number

Is = Callable[[Json], bool]
Shape = Mapping[str, Is]


class NotUnderstoodError(Exception):
    """A vector that says something the runner does not know."""


def anything(_: Json) -> bool:
    return True


def text(value: Json) -> bool:
    return isinstance(value, str)


def flag(value: Json) -> bool:
    return isinstance(value, bool)


def integer(value: Json) -> bool:
    return isinstance(value, int) and not flag(value)


def number(value: Json) -> bool:
    return integer(value) or isinstance(value, Number)


def members(value: Json) -> bool:
    return isinstance(value, dict)


def any_list(value: Json) -> bool:
    return isinstance(value, list)


def list_of(each: Is) -> Is:
    return lambda value: any_list(value) and all(map(each, value))


def one_of(*choices: str) -> Is:
    return lambda value: text(value) and value in choices


def null_or(is_: Is) -> Is:
    return lambda value: value is None or is_(value)


HEAD: Shape = {"name": text, "kind": text}
"""What every case has."""

ACCOUNT: Mapping[str, Shape] = {
    "openid": {"openid": text, "app_key": text, "base_url?": null_or(text)},
    "relay_url": {"relay_url": text},
}
"""An account as vectors write it."""

STAMP: Shape = {"now_ms": integer, "msg_id": text, "form?": null_or(one_of("epoch_ms", "compact"))}
"""A stamp as vectors write it."""

ERROR: Shape = {
    "kind": text,
    "code?": null_or(text),
    "message?": null_or(text),
    "msg_id?": null_or(text),
    "status?": null_or(integer),
}
"""An error as vectors write it."""


def check(what: str, value: Json, shape: Shape) -> None:
    """Fails where a value is no object of this shape; a member that may be left out has a name with `?`."""
    if not isinstance(value, dict):
        raise NotUnderstoodError(f"{what} is no object")
    for key, is_ in shape.items():
        name = key.removesuffix("?")
        if name not in value:
            if name == key:
                raise NotUnderstoodError(f"{what} has no {name}")
        elif not is_(value[name]):
            raise NotUnderstoodError(f"{name} of {what} is of another type")
    for name in value:
        if name not in shape and f"{name}?" not in shape:
            raise NotUnderstoodError(f"{what} has a member {name}")


def choice(what: str, value: Json, shapes: Mapping[str, Shape]) -> str:
    """Which of several shapes an object has: the one whose first member it holds. It must hold that of one alone."""
    found = [name for name in shapes if isinstance(value, dict) and name in value]
    if len(found) != 1:
        raise NotUnderstoodError(f"{what} must hold one of {', '.join(shapes)}")
    check(what, value, shapes[found[0]])
    return found[0]
