"""Writes rows to a file as they come, not all in memory."""

from __future__ import annotations

import csv
import json
import re
from tempfile import TemporaryDirectory
from typing import IO, TYPE_CHECKING, Any

from qince_leads.cli.columns import flat
from qince_leads.cli.console import UserError, warn
from qince_leads.cli.files import guarded

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

EXCEL_CELL = 32_767
EXCEL_ROWS = 1_048_576
PARQUET_GROUP = 20_000

_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


class CsvWriter:
    """CSV, what is nested as JSON text, and formulas as text unless `raw`."""

    def __init__(self, file: IO[str], titles: Sequence[str], *, raw: bool) -> None:
        self._file = file
        self._raw = raw
        self._writer = csv.writer(file, lineterminator="\r\n")
        self.write(titles)

    def write(self, values: Sequence[Any]) -> None:
        """Takes one row."""
        texts = [flat(value) for value in values]
        self._writer.writerow(texts if self._raw else [text and guarded(text) for text in texts])

    def write_batch(self, batch: Any) -> None:
        """Takes many rows of texts."""
        columns = [column.to_pylist() for column in batch.columns]
        if not self._raw:
            columns = [[text and guarded(text) for text in column] for column in columns]
        self._writer.writerows(zip(*columns, strict=True))

    def finish(self) -> None:
        """Writes what is left."""
        self._file.flush()

    def release(self) -> None:
        """Lets go of the file, finished or not: it is not this writer's."""


class JsonlWriter:
    """One JSON object a line, nested as it is."""

    def __init__(self, file: IO[str], titles: Sequence[str]) -> None:
        self._file = file
        self._titles = titles

    def write(self, values: Sequence[Any]) -> None:
        """Takes one row; what it does not have is left out."""
        members = {title: value for title, value in zip(self._titles, values, strict=True) if _is_given(value)}
        self._file.write(json.dumps(members, ensure_ascii=False) + "\n")

    def finish(self) -> None:
        """Writes what is left."""
        self._file.flush()

    def release(self) -> None:
        """Lets go of the file, finished or not: it is not this writer's."""


class XlsxWriter:
    """An Excel workbook whose cells are all text, so that ids keep all their digits."""

    def __init__(self, path: Path, titles: Sequence[str]) -> None:
        # Rows go to the disk as they come.
        self._folder = TemporaryDirectory()
        options = {"constant_memory": True, "tmpdir": self._folder.name}
        self._workbook = imported("xlsxwriter", "write .xlsx").Workbook(str(path), options)
        self._sheet = self._workbook.add_worksheet("leads")
        self._sheet.freeze_panes(1, 0)
        # Else an id becomes a number once it is edited.
        self._text = self._workbook.add_format({"num_format": "@"})
        self._rows = 0
        self._cut = 0
        self.write(titles)

    def write(self, values: Sequence[Any]) -> None:
        """Takes one row."""
        row = self._rows
        self._rows += 1
        if self._rows > EXCEL_ROWS:
            raise UserError(
                f"Excel has {EXCEL_ROWS:,} rows, and there are more leads; export .csv or .parquet", exit_code=1
            )
        write, form = self._sheet.write_string, self._text
        for column, value in enumerate(map(flat, values)):
            if value:
                write(
                    row, column, value if value.isprintable() and len(value) <= EXCEL_CELL else self._fit(value), form
                )

    def write_batch(self, batch: Any) -> None:
        """Takes many rows of texts."""
        for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            self.write(row)

    def finish(self) -> None:
        """Writes what is left."""
        try:
            self._workbook.close()
        except imported("xlsxwriter.exceptions", "write .xlsx").FileCreateError as error:
            raise error.args[0] from None
        if self._cut:
            warn(f"{self._cut:,} cells were cut after {EXCEL_CELL:,} characters, the most that Excel takes")

    def release(self) -> None:
        """Lets go of the file, finished or not."""
        self._workbook.fileclosed = True
        self._sheet.row_data_fh.close()
        self._folder.cleanup()

    def _fit(self, value: str) -> str:
        self._cut += len(value) > EXCEL_CELL
        return _NOT_IN_XML.sub("\N{REPLACEMENT CHARACTER}", value[:EXCEL_CELL])


class ParquetWriter:
    """Parquet, every column text."""

    def __init__(self, path: Path, titles: Sequence[str]) -> None:
        self._arrow = imported("pyarrow", "write .parquet")
        self._schema = self._arrow.schema([(title, self._arrow.string()) for title in titles])
        self._file = imported("pyarrow.parquet", "write .parquet").ParquetWriter(path, self._schema, compression="zstd")
        self._rows: list[list[str | None]] = []
        self._batches: list[Any] = []
        self._waiting = 0

    def write(self, values: Sequence[Any]) -> None:
        """Takes one row."""
        self._rows.append([flat(value) for value in values])
        if len(self._rows) == PARQUET_GROUP:
            self._gather()

    def write_batch(self, batch: Any) -> None:
        """Takes many rows of texts."""
        self._batches.append(self._arrow.RecordBatch.from_arrays(batch.columns, schema=self._schema))
        self._waiting += batch.num_rows
        if self._waiting >= PARQUET_GROUP:
            self._flush()

    def finish(self) -> None:
        """Writes what is left."""
        self._gather()
        self._flush()
        self._file.close()

    def release(self) -> None:
        """Lets go of the file, finished or not."""
        self._file.close()

    def _gather(self) -> None:
        """Makes one batch of the rows."""
        if self._rows:
            columns = [self._arrow.array(column, self._arrow.string()) for column in zip(*self._rows, strict=True)]
            self._rows = []
            self.write_batch(self._arrow.RecordBatch.from_arrays(columns, schema=self._schema))

    def _flush(self) -> None:
        if self._batches:
            self._file.write_table(self._arrow.Table.from_batches(self._batches, self._schema))
            self._batches, self._waiting = [], 0


Writer = CsvWriter | JsonlWriter | XlsxWriter | ParquetWriter
"""What takes rows, and is finished and released."""


def _is_given(value: Any) -> bool:
    return value is not None and value not in ((), [], {})


def imported(name: str, to: str, extra: str = "cli") -> Any:
    """A module that is not needed for all else."""
    import importlib

    try:
        return importlib.import_module(name)
    except ImportError:
        raise UserError(
            f"to {to}, {name.partition('.')[0]} is needed; install it with: pip install 'qince-leads[{extra}]'"
        ) from None
