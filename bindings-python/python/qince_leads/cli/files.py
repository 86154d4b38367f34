"""Files that are there whole, or not at all."""

from __future__ import annotations

import csv
import hashlib
import os
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Sequence


@contextmanager
def replacing(path: Path) -> Generator[Path]:
    """A file beside `path` to write to, which takes its place once it is written, and goes where that fails."""
    beside = path.with_name(f".{path.name}.{os.urandom(4).hex()}.part")
    try:
        yield beside
        os.replace(beside, path)
    finally:
        with suppress(FileNotFoundError):
            beside.unlink()


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Writes CSV that Excel opens right: UTF-8 with a byte order mark."""
    with replacing(path) as beside, beside.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)


def digest_of(path: Path) -> str:
    """The SHA-256 of a file."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()
