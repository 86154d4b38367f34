"""Files that are there whole, or not at all."""

from __future__ import annotations

import csv
import datetime
import glob
import hashlib
import os
import re
import shutil
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from qince_leads.cli.console import UserError

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator, Sequence

_BEGINS_A_FORMULA = frozenset("=+-@\t\r＝＋－＠")
_PLAIN_NUMBER = re.compile(r"[+-]\d[\d ]*(?:\.\d+)?")


@contextmanager
def replacing(path: Path) -> Generator[Path]:
    """A file beside `path` to write to, which takes its place once it is written, and goes where that fails.

    One that is whole stays, and is named, where it only cannot take that place.
    """
    place = Path(os.path.realpath(path))
    if place.is_dir():
        raise UserError(f"{path} is a folder; name a file")
    beside = place.with_name(f".{place.name}.{os.urandom(4).hex()}.part")
    try:
        yield beside
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    if place.exists():
        shutil.copymode(place, beside)
    _sync(beside)
    try:
        os.replace(beside, place)
    except OSError as error:
        kept = _moved(beside, place.with_name(f"{place.stem}.{os.urandom(4).hex()}{place.suffix}"))
        raise UserError(
            f"{path} cannot be replaced ({error.strerror}); is it open in another program? What was written is {kept}",
            exit_code=1,
        ) from None
    sync_folder(place.parent)


def parts_of(path: Path) -> Iterator[Path]:
    """What was left beside a file by programs that were killed while they wrote it."""
    place = Path(os.path.realpath(path))
    return place.parent.glob(f".{glob.escape(place.name)}.*.part")


def prove(path: Path, option: str) -> None:
    """A UserError where a file could not be written."""
    try:
        if path.exists():
            with path.open("r+b"):
                pass
        beside = path.with_name(f".{path.name}.{os.urandom(4).hex()}.part")
        beside.touch(exist_ok=False)
        beside.unlink()
    except OSError as error:
        raise UserError(
            f"{path} cannot be written: {error.strerror}; choose another place by {option}. Nothing was sent"
        ) from None


def _moved(source: Path, target: Path) -> Path:
    try:
        os.replace(source, target)
    except OSError:
        return source
    return target


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_folder(path: Path) -> None:
    """Returns once the names in a folder are on the disk, where the system can tell."""
    if sys.platform != "win32":
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Writes CSV that Excel opens right: UTF-8 with a byte order mark, and no formulas."""
    with replacing(path) as beside, beside.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows([*map(guarded, row)] for row in rows)


def guarded(text: str) -> str:
    """A text that Excel takes for no formula; `import` takes the apostrophe off again."""
    return f"'{text}" if text[:1] in _BEGINS_A_FORMULA and text and not _PLAIN_NUMBER.fullmatch(text) else text


def begun_at(seconds: int) -> str:
    """A time since the epoch as users read it."""
    return datetime.datetime.fromtimestamp(seconds).strftime("%Y-%m-%d %H:%M")


def digest_of(path: Path) -> str:
    """The SHA-256 of a file."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()
