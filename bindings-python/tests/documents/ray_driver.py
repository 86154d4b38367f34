"""Runs the Ray example on a small Ray of this machine, kills its workers in the middle, and runs its batches again.

Prints what became of the rows as JSON: `{"first": [...], "killed": 2, "again": [...]}`.
"""

from __future__ import annotations

import importlib
import json
import logging
import os
import signal
import sys
import threading
import time
from pathlib import Path

import httpx
import ray
import ray.data
from pyarrow import csv, string

WORKERS = 2
SMALL_STORE = 80 << 20
KILLED_AT = 8
PATIENCE = 240.0
AS_TEXT = csv.ConvertOptions(column_types={"code": string(), "mobile": string()})


def main() -> None:
    path, folder = sys.argv[1:]
    example = importlib.import_module("ray_import")
    ray.init(
        num_cpus=2,
        include_dashboard=False,
        object_store_memory=SMALL_STORE,
        log_to_driver=False,
        logging_level=logging.ERROR,
        _temp_dir=folder,
    )
    ray.data.DataContext.get_current().enable_progress_bars = False
    try:
        killed: list[int] = []
        killer = threading.Thread(target=kill_the_workers, args=(killed,), daemon=True)
        killer.start()
        first = example.import_leads(path, workers=WORKERS, batch_size=15).take_all()
        killer.join(1)
    finally:
        ray.shutdown()
    # Without Ray, which has shown what it does, and takes its time for it.
    again = example.AddLeads()(csv.read_csv(path, convert_options=AS_TEXT)).to_pylist()
    print(json.dumps({"first": first, "killed": len(killed), "again": again}))


def kill_the_workers(killed: list[int]) -> None:
    """Kills the workers once some leads are there, as machines do that fail."""
    listing = os.environ["QINCE_BASE_URL"] + "/_sandbox/leads?limit=1"
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if httpx.get(listing).json()["total"] >= KILLED_AT:
            for worker in workers():
                os.kill(worker, signal.SIGKILL)
                killed.append(worker)
            return
        time.sleep(0.02)


def workers() -> list[int]:
    """The processes below this one that add leads."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal() and "AddLeads" in text(entry / "cmdline") and is_mine(int(entry.name)):
            found.append(int(entry.name))
    return found


def is_mine(process: int) -> bool:
    while process > 1:
        status = dict(line.split(":", 1) for line in text(Path(f"/proc/{process}/status")).splitlines() if ":" in line)
        process = int(status.get("PPid", "0"))
        if process == os.getpid():
            return True
    return False


def text(file: Path) -> str:
    try:
        return file.read_text("utf-8", "replace")
    except OSError:
        return ""


if __name__ == "__main__":
    main()
