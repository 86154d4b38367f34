"""The replies to an export on the disk, from which one that was interrupted is gone on with."""

from __future__ import annotations

import json
import os
import time
import zlib
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from qince_leads import MalformedError, read
from qince_leads.cli.console import UserError, say
from qince_leads.cli.files import begun_at, parts_of
from qince_leads.cli.locks import lock

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from qince_leads import Client, Page, Pages, QueryApaasLeads, QueryLeads

KEPT_FOR = 86_400
"""Seconds. What was read before that is too old to be put beside what is read now."""


class Recording:
    """A scan whose replies are kept in a file as they come, and taken from there as far as they are there already.

    The file begins with a line that says what was asked for by whom, and holds for each reply a line with status,
    length and checksum, and then the reply as it came.
    """

    def __init__(self, file: IO[bytes] | None, query: QueryLeads | QueryApaasLeads) -> None:
        self._file = file
        self._query = query

    def pages(self, client: Client, pages: Pages[Any]) -> Iterator[Page[Any]]:
        """The pages that a scan asks for, which is to take each."""
        while (asked := pages.next_query()) is not None:
            page = self._kept()
            if page is None:
                page = client._run(asked)
                self._keep(page)
            yield page

    def drop(self) -> None:
        """Forgets it all: what comes next begins anew."""
        if self._file is not None:
            self._file.seek(0)
            self._file.truncate()

    def _kept(self) -> Page[Any] | None:
        """The next page that was kept. Where there is none the file ends, be it in what a crash has cut off."""
        if self._file is None:
            return None
        start = self._file.tell()
        try:
            status, length, checksum = map(int, self._file.readline().split())
            body = self._file.read(length)
            if len(body) == length and zlib.crc32(body) == checksum:
                return read(type(self._query), status, body)
        except (ValueError, MalformedError):
            pass
        self._file.seek(start)
        self._file.truncate()
        return None

    def _keep(self, page: Page[Any]) -> None:
        if self._file is not None and (reply := page.reply) is not None:
            body = reply.body.encode() if isinstance(reply.body, str) else bytes(reply.body)
            self._file.write(f"{reply.status} {len(body)} {zlib.crc32(body)}\n".encode() + body)
            self._file.flush()


@contextmanager
def recording(
    target: Path, account: str, query: QueryLeads | QueryApaasLeads, *, restart: bool
) -> Generator[Recording]:
    """The recording of an export to this file; there is none for standard output."""
    if str(target) == "-":
        yield Recording(None, query)
        return
    if not target.parent.is_dir():
        raise UserError(f"{target.parent}: no such folder")
    path = target.with_name(f".{target.name}.export")
    with _opened(path) as file:
        # Nobody else writes to the target, so they are of exports that were killed.
        for part in parts_of(target):
            part.unlink(missing_ok=True)
        start = _begin(file, {"account": account, "query": query.to_json()}, restart=restart)
        try:
            yield Recording(file, query)
        except BaseException:
            if os.fstat(file.fileno()).st_size > start:
                say("what was read is kept: run the same command again to go on", "yellow")
            else:
                path.unlink()
            raise
        path.unlink()


def _opened(path: Path) -> IO[bytes]:
    """The file for one export at a time, and for nobody else to read."""
    file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b")
    try:
        lock(file.fileno())
    except BlockingIOError:
        file.close()
        raise UserError(f"another export is writing to {path.name[1:].removesuffix('.export')}") from None
    return file


def _begin(file: IO[bytes], asked: dict[str, str], *, restart: bool) -> int:
    """Goes to where the replies begin, and returns that; what is of another query, or too old, is dropped."""
    try:
        head = json.loads(file.readline())
        began_at = head.pop("began_at")
        if head == asked and time.time() - began_at < KEPT_FOR and not restart:
            say(f"going on with the export of {begun_at(began_at)}; --restart begins anew")
            return file.tell()
    except (ValueError, AttributeError, KeyError, TypeError):
        pass
    file.seek(0)
    file.truncate()
    file.write(json.dumps({**asked, "began_at": int(time.time())}).encode() + b"\n")
    file.flush()
    return file.tell()
