"""Frames of pandas and polars as rows of fields, read as they are asked for."""

from __future__ import annotations

import difflib
import math
from typing import TYPE_CHECKING, Any, Protocol

from qince_leads._core import Part, fields

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class DataFrame(Protocol):
    """A frame of pandas or polars."""

    @property
    def columns(self) -> Any:
        """The names of its columns."""

    def __len__(self) -> int: ...


# A float holds 15 digits of any number.
_EXACT_BELOW = 10**15


def rows_of(leads: Any, kind: type[Part]) -> Iterable[object]:
    """The leads of a frame, each as its fields by name; any other leads as they are."""
    if not hasattr(leads, "columns"):
        return leads  # type: ignore[no-any-return]
    if hasattr(leads, "iter_rows"):
        return _rows(_names(leads.columns, kind), leads.iter_rows())
    if hasattr(leads, "itertuples"):
        return _rows(_names(leads.columns, kind), leads.itertuples(index=False, name=None))
    return leads  # type: ignore[no-any-return]


def _names(columns: Iterable[Any], kind: type[Part]) -> list[str]:
    """The fields that columns are called by, be it by their names or by those of the vendor."""
    known = {name: field.name for field in fields(kind) for name in (field.wire_name, field.name)}
    for column in columns:
        if column not in known:
            near = difflib.get_close_matches(str(column), known, 1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise TypeError(f"{kind.__name__} has no field for the column {column!r}{hint}")
    return [known[column] for column in columns]


def _rows(names: list[str], rows: Iterable[tuple[Any, ...]]) -> Iterator[dict[str, Any]]:
    for row in rows:
        cells = ((name, _value(cell)) for name, cell in zip(names, row, strict=True))
        yield {name: value for name, value in cells if value is not None}


def _value(cell: Any) -> Any:
    """What a cell says; None where it is empty: None, NaN, NaT, NA.

    Numbers are taken as text, but for such as may have lost digits on their way into the frame: they stay numbers,
    which no text field takes.
    """
    if cell is None or type(cell).__name__ in ("NAType", "NaTType"):
        return None
    cell = getattr(cell, "item", lambda: cell)()
    if isinstance(cell, bool) or not isinstance(cell, (int, float)):
        return cell
    if isinstance(cell, int):
        return str(cell)
    if math.isnan(cell):
        return None
    if abs(cell) >= _EXACT_BELOW:
        return cell
    return str(int(cell)) if cell.is_integer() else repr(cell)
