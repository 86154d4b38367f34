"""Scans as tables of Apache Arrow, straight from what the core read: no value becomes an object."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from qince_leads._core import fields
from qince_leads._generated.values import ApaasLead, Lead, QueryApaasLeads

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pyarrow

    from qince_leads._core import Page, Pages, Query

EXTRA = "extra"
"""The column of what the SDK does not know."""


class Columns:
    """Which members of the records of a query are columns; all, and `extra`, where nothing is said."""

    def __init__(self, query: Query[Any], wanted: Sequence[str] | None = None) -> None:
        try:
            self._arrow: Any = importlib.import_module("pyarrow")
        except ImportError:
            raise ImportError("tables need pyarrow: pip install pyarrow") from None
        record = ApaasLead if isinstance(query, QueryApaasLeads) else Lead
        names = [*(field.name for field in fields(record)), EXTRA]
        shown = names if wanted is None else wanted
        self._places = [names.index(name) for name in shown]
        self._schema = self._arrow.schema([(name, self._arrow.string()) for name in shown])

    def take(self, pages: Pages[Any], page: Page[Any]) -> pyarrow.RecordBatch:
        """Those of a page's leads that were not handed out before."""
        number, columns = pages._take_columns(page, self._places)
        buffer, array = self._arrow.py_buffer, self._arrow.StringArray.from_buffers
        arrays = [
            array(number, buffer(ends), buffer(text), buffer(validity), absent)
            for ends, text, validity, absent in columns
        ]
        batch: pyarrow.RecordBatch = self._arrow.RecordBatch.from_arrays(arrays, schema=self._schema)
        return batch

    def table(self, batches: Iterable[pyarrow.RecordBatch]) -> pyarrow.Table:
        """All of them."""
        table: pyarrow.Table = self._arrow.Table.from_batches(list(batches), self._schema)
        return table


def to_pandas(table: Any) -> Any:
    """A frame of pandas, whose columns are still those of Arrow."""
    pandas = importlib.import_module("pandas")
    return table.to_pandas(types_mapper=pandas.ArrowDtype)


def to_polars(table: pyarrow.Table) -> Any:
    """A frame of polars, which has the same columns."""
    polars = importlib.import_module("polars")
    return polars.from_arrow(table)
