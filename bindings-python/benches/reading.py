"""Reading a page of leads, by this package and by its peers."""

from collections.abc import Callable, Iterable
from typing import Any

from data import LEAD, LEADS, PAGE
from pairs import Contender
from qince_leads import QueryLeads, read


def ours() -> Any:
    """A page, whose leads are made when they are asked for."""
    return read(QueryLeads, 200, PAGE)


def alone(leads: Callable[[], Any]) -> Contender:
    """What reads a page and looks at nothing in it."""
    _check(leads())
    return leads


def every_attribute(name: str, leads: Callable[[], Any]) -> Contender:
    """What reads a page and every attribute of every lead of it."""
    _check(leads())
    # Each contender needs code of its own: the interpreter adapts code to the types that it meets.
    scope: dict[str, Any] = {}
    exec(compile(_loop(LEAD), f"<{name}>", "exec"), scope)
    length: Callable[[Iterable[Any]], int] = scope["length"]
    expected = length(leads())
    assert expected > LEADS * len(LEAD)
    return lambda: length(leads())


def _loop(sample: dict[str, Any]) -> str:
    lines = ["def length(leads):", " sum = 0", " for lead in leads:"]
    for name, value in sample.items():
        if isinstance(value, str):
            lines.append(f"  sum += len(lead.{name})")
        else:
            lines.append(f"  for part in lead.{name}:")
            lines += [f"   sum += len(part.{member})" for member in value[0]]
    return "\n".join([*lines, " return sum"])


def _check(leads: Any) -> None:
    assert len(leads) == LEADS
    for i in (0, LEADS // 2, LEADS - 1):
        lead = leads[i]
        texts = [(name, value) for name, value in LEAD.items() if isinstance(value, str) and name != "id"]
        assert lead.id == str(int(LEAD["id"]) + i)
        assert all(getattr(lead, name) == value for name, value in texts)
