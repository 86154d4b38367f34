"""The columns of an export: which, under which names, and what a record has there."""

from __future__ import annotations

import json
from collections import Counter
from enum import Enum
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from qince_leads import Field, fields
from qince_leads.cli.console import UserError
from qince_leads.cli.fields import Names

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qince_leads.cli.fields import Kind


class Header(str, Enum):
    """How columns are named."""

    NAME = "name"
    WIRE = "wire"
    LABEL = "label"


class Column(NamedTuple):
    """A column, and the path to its value in a record's plain values."""

    title: str
    path: tuple[str, ...]


def columns_of(kind: Kind, wanted: str | None, header: Header) -> list[Column]:
    """The columns that are wanted, or all that the SDK knows, and what it does not know as `extra`."""
    if wanted is None:
        return [*_titled(fields(kind), header), Column("extra", ("extra",))]
    return [_column(kind, name.strip(), header) for name in wanted.split(",") if name.strip()]


def _titled(known: Sequence[Field], header: Header) -> list[Column]:
    shared = Counter(field.label for field in known)
    return [Column(_title(field, header, is_shared=shared[field.label] > 1), (field.name,)) for field in known]


def _title(field: Field, header: Header, *, is_shared: bool) -> str:
    if header is Header.LABEL and is_shared:
        return f"{field.label} ({field.name})"
    return {Header.NAME: field.name, Header.WIRE: field.wire_name, Header.LABEL: field.label}[header]


def _column(kind: Kind, name: str, header: Header) -> Column:
    if name == "extra":
        return Column(name, (name,))
    for prefix, member in (("ext:", "exts"), ("extra.", "extra")):
        if name.startswith(prefix):
            return Column(name, (member, name.removeprefix(prefix)))
    outer, *inner = name.split(".")
    names = Names(kind)
    meant = names.find(outer)
    if len(meant) != 1:
        raise UserError(f"--columns {outer}: {names.hint(outer)}")
    title = next(column.title for column in _titled(names.fields, header) if column.path == (meant[0].name,))
    return Column(".".join((title, *inner)), (meant[0].name, *inner))


def value_at(values: dict[str, Any], path: tuple[str, ...]) -> Any:
    """The value at a path; a classic lead's custom field is found by its key."""
    value: Any = values
    for step in path:
        if isinstance(value, dict):
            value = cast("dict[str, Any]", value).get(step)
        elif isinstance(value, list | tuple):
            fields = cast("Sequence[dict[str, Any]]", value)
            value = next((field.get("ext_value") for field in fields if field.get("ext_key") == step), None)
        else:
            return None
    return value


def flat(value: Any) -> str | None:
    """A value as the text of one cell: what is nested becomes JSON."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, dict | list | tuple):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")) if value else None
    return json.dumps(value)
