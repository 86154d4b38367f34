"""How long `qince-leads export` takes for what the sandbox holds, and a script written by hand for the same."""

import csv
import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
import pyarrow
from pyarrow import parquet
from qince_leads import Account, Lead, QueryLeads, fields, sign

LEADS = 100_000
FILLED_BY = 10_000
PAGE = 1000
SINCE = "2026-01-01"
NAMES = [field.wire_name for field in fields(Lead)]


def costs() -> dict[str, float]:
    """Our time in that of the script, by format."""
    account = Account(os.environ["QINCE_OPENID"], os.environ["QINCE_APP_KEY"], os.environ["QINCE_BASE_URL"])
    for number in range(LEADS // FILLED_BY):
        order = {"count": FILLED_BY, "family": "classic", "code_prefix": f"S{number}-", "create_date": SINCE}
        request = urllib.request.Request(f"{account.base_url}/_sandbox/leads", json.dumps(order).encode())
        request.add_header("Content-Type", "application/json")
        urllib.request.urlopen(request).read()
    by_hand: dict[str, Callable[[Account, Path], None]] = {"parquet": _parquet_by_hand, "csv": _csv_by_hand}
    with TemporaryDirectory() as folder:
        return {form: _cost(account, write, Path(folder, f"leads.{form}")) for form, write in by_hand.items()}


def _cost(account: Account, by_hand: Callable[[Account, Path], None], path: Path) -> float:
    start = time.perf_counter()
    by_hand(account, path)
    theirs = time.perf_counter() - start
    start = time.perf_counter()
    command = [sys.executable, "-m", "qince_leads", "export", str(path), "--create-time-start", SINCE]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stderr
    ours = time.perf_counter() - start
    assert said.startswith(f"{LEADS:,} leads exported"), said
    return ours / theirs


def _pages(account: Account) -> Iterator[list[dict[str, Any]]]:
    with httpx.Client() as client:
        page = 1
        while True:
            request = sign(account, QueryLeads(create_time_start=SINCE, page=page, page_size=PAGE))
            reply = client.post(request.url, content=request.body, headers=request.headers).json()
            rows = json.loads(reply["response_data"])
            if not rows:
                return
            yield rows
            page += 1


def _values(row: dict[str, Any]) -> list[str | None]:
    values = map(row.get, NAMES)
    return [json.dumps(value) if isinstance(value, list) else value for value in values]


def _parquet_by_hand(account: Account, path: Path) -> None:
    schema = pyarrow.schema([(name, pyarrow.string()) for name in NAMES])
    with parquet.ParquetWriter(path, schema, compression="zstd") as file:
        for rows in _pages(account):
            columns = zip(*map(_values, rows), strict=True)
            arrays = [pyarrow.array(column, pyarrow.string()) for column in columns]
            file.write_table(pyarrow.Table.from_arrays(arrays, schema=schema))


def _csv_by_hand(account: Account, path: Path) -> None:
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        writer = csv.writer(file)
        writer.writerow(NAMES)
        for rows in _pages(account):
            writer.writerows(map(_values, rows))
