"""What an import has begun and done, on disk before and after each request, so that a crash loses and doubles nothing.

JSON lines: one about the import, then `{"row": 2, "begun": "CODE"}` before a lead is sent, and
`{"row": 2, "done": "added", "id": "...", "message": null}` once its outcome is known. Where an import goes on with a
corrected file, a line about that one follows, with what is known of its rows.
"""

from __future__ import annotations

import json
import os
import threading
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, cast

from qince_leads.cli.console import UserError
from qince_leads.cli.files import sync_folder
from qince_leads.cli.locks import lock

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from typing_extensions import Self

    from qince_leads.cli.plan import Lead

VERSION = 1
FIRST_LINE = 4096
"""More bytes than the first line of a journal has."""


@dataclass(frozen=True)
class Binding:
    """What a journal belongs to."""

    operation: str
    account: str
    file: str
    rows: str

    def difference(self, other: Binding) -> str | None:
        """Why that other journal is not of this import."""
        if self.operation != other.operation:
            return f"it is of `{other.operation}`, not of `{self.operation}`"
        if self.account != other.account:
            return "it is of another account or base URL"
        if self.file != other.file:
            return "the file has changed since"
        if self.rows != other.rows:
            return "the options that say how to read the file (codes, columns, encoding) have changed since"
        return None


@dataclass(frozen=True)
class Entry:
    """How far a row has come: `outcome` is None from its begin until its outcome is known."""

    code: str | None
    outcome: str | None = None
    id: str | None = None
    message: str | None = None
    told: str | None = None
    """What the row said, as `Lead.told` gives it."""


def other_journal(of: Binding, path: Path, folders: Iterable[Path]) -> Path | None:
    """Another journal than that at `path` that the same import has in one of these folders."""
    for folder in folders:
        for other in sorted(folder.glob("*.jsonl")):
            if not _is_same(other, path) and _binding_of(other) == of:
                return other
    return None


def _is_same(one: Path, other: Path) -> bool:
    return one.resolve() == other.resolve()


def _binding_of(path: Path) -> Binding | None:
    try:
        with path.open("rb") as file:
            begun = _parsed(file.readline(FIRST_LINE))
    except OSError:
        return None
    return _as_binding(begun) if begun is not None and begun.get("journal") == VERSION else None


def _as_binding(begun: dict[str, Any]) -> Binding | None:
    try:
        return Binding(**{name: begun[name] for name in ("operation", "account", "file", "rows")})
    except KeyError:
        return None


class Journal:
    """An open journal, locked against another run. Safe to use from several threads."""

    def __init__(self, path: Path, descriptor: int, entries: dict[int, Entry]) -> None:
        self.path = path
        self.entries = entries
        self._descriptor = descriptor
        self._turn = threading.Condition()
        self._pending: list[bytes] = []
        self._taken = 0
        self._kept = 0
        self._is_writing = False
        self._failure: OSError | None = None

    @classmethod
    def open(cls, path: Path, binding: Binding, leads: Sequence[Lead] | None = None) -> Self:
        """Opens the journal of this import, or begins it.

        With the leads of a file, it may be of an earlier form of the file: they are recognised in it.
        """
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0), 0o600)
        except OSError as error:
            raise UserError(
                f"the journal {path} cannot be opened: {error.strerror}; choose another by --journal"
            ) from None
        try:
            _lock(descriptor, path)
            entries, earlier = _read(descriptor, path, binding, is_changed_allowed=leads is not None)
            if earlier is None:
                _write(descriptor, _line({"journal": VERSION, **asdict(binding)}))
                sync_folder(path.parent)
            elif earlier != binding and leads is not None:
                entries = recognised(entries, leads)
                carried = {row: asdict(entry) for row, entry in entries.items()}
                # One line, so that a crash leaves all of it or nothing.
                _write(descriptor, _line({"journal": VERSION, **asdict(binding), "carried": carried}))
        except BaseException:
            os.close(descriptor)
            raise
        return cls(path, descriptor, entries)

    def begin(self, row: int, code: str | None, told: str | None = None) -> None:
        """Returns once it is on disk that this row may have been sent."""
        self._append({"row": row, "begun": code} if told is None else {"row": row, "begun": code, "told": told})

    def finish(self, row: int, outcome: str, lead_id: str | None, message: str | None) -> None:
        """Returns once this row's outcome is on disk."""
        self._append({"row": row, "done": outcome, "id": lead_id, "message": message})

    def close(self) -> None:
        """Lets another run have it."""
        os.close(self._descriptor)

    def _append(self, entry: dict[str, Any]) -> None:
        """Whoever finds nobody writing writes for all that wait, so that one fsync serves many rows."""
        with self._turn:
            self._pending.append(_line(entry))
            self._taken += 1
            mine = self._taken
        while True:
            with self._turn:
                while self._is_writing and self._kept < mine:
                    self._turn.wait()
                if self._failure is not None:
                    raise UserError(f"the journal {self.path} cannot be written: {self._failure.strerror}", exit_code=1)
                if self._kept >= mine:
                    return
                self._is_writing = True
                lines, upto = b"".join(self._pending), self._taken
                self._pending.clear()
            self._write_for_all(lines, upto)

    def _write_for_all(self, lines: bytes, upto: int) -> None:
        failure = None
        try:
            _write(self._descriptor, lines)
        except OSError as error:
            failure = error
        with self._turn:
            self._is_writing = False
            self._failure = failure
            if failure is None:
                self._kept = upto
            self._turn.notify_all()


def recognised(entries: dict[int, Entry], leads: Iterable[Lead]) -> dict[int, Entry]:
    """What is known of the rows of a file that has changed: of those that say the same, or have the same code.

    A row that was refused, or surely not added, and says something else now is a new one.
    """
    by_told: dict[str, list[Entry]] = {}
    by_code: dict[str, Entry] = {}
    for entry in entries.values():
        if entry.told is not None:
            by_told.setdefault(entry.told, []).append(entry)
        if entry.code is not None and entry.outcome not in ("rejected", "failed"):
            by_code[entry.code] = entry
    known: dict[int, Entry] = {}
    for lead in leads:
        if same := by_told.get(lead.told):
            known[lead.row] = same.pop(0)
        elif lead.code is not None and lead.code in by_code:
            known[lead.row] = by_code[lead.code]
    return known


def _line(entry: dict[str, Any]) -> bytes:
    return json.dumps(entry, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _write(descriptor: int, lines: bytes) -> None:
    rest = memoryview(lines)
    while rest:
        rest = rest[os.write(descriptor, rest) :]
    os.fsync(descriptor)


def _read(
    descriptor: int, path: Path, binding: Binding, *, is_changed_allowed: bool
) -> tuple[dict[int, Entry], Binding | None]:
    """What the journal holds, and of which file; None where it has not begun.

    A last line that a crash tore off is taken away.
    """
    content = _content(descriptor)
    start = _line({"journal": VERSION})[:-2]
    if content[: len(start)] != start[: len(content)]:
        raise UserError(f"{path} is no journal of this program; choose another by --journal")
    lines, end = _whole_lines(content, path)
    os.ftruncate(descriptor, end)
    if not lines:
        return {}, None
    entries: dict[int, Entry] = {}
    earlier: Binding | None = None
    for number, line in enumerate(lines, start=1):
        try:
            if "journal" in line:
                earlier = _as_binding(line)
                entries = {int(row): Entry(**entry) for row, entry in line.get("carried", {}).items()}
            else:
                _take(entries, line)
        except (KeyError, TypeError):
            earlier = None
        if earlier is None:
            advice = "choose another by --journal" if number == 1 else "see what was added before going on"
            raise UserError(f"{path} is damaged in line {number}; {advice}")
    if earlier is not None and (why := binding.difference(earlier)):
        is_of_other_rows = earlier.operation == binding.operation and earlier.account == binding.account
        if not (is_of_other_rows and is_changed_allowed):
            raise UserError(
                f"the journal {path} is not of this import: {why}. "
                + (
                    "Give --existing skip to go on with what is new or corrected, --existing update to change leads "
                    "that are there, or begin anew by --journal NEW.jsonl"
                    if is_of_other_rows
                    else "Go on as before, or begin anew by --journal NEW.jsonl"
                )
            )
    return entries, earlier


def _take(entries: dict[int, Entry], line: dict[str, Any]) -> None:
    row = line["row"]
    if "done" in line:
        begun = entries.get(row, Entry(None))
        entries[row] = Entry(begun.code, line["done"], line["id"], line["message"], begun.told)
    else:
        entries[row] = Entry(line["begun"], told=line.get("told"))


def _content(descriptor: int) -> bytes:
    with os.fdopen(os.dup(descriptor), "rb") as file:
        file.seek(0)
        return file.read()


def _whole_lines(content: bytes, path: Path) -> tuple[list[dict[str, Any]], int]:
    lines: list[dict[str, Any]] = []
    end = 0
    for raw in content.splitlines(keepends=True):
        line = _parsed(raw)
        if line is None:
            break
        lines.append(line)
        end += len(raw)
    if b"\n" in content[end:].rstrip(b"\n\0"):
        raise UserError(f"{path} is damaged in line {len(lines) + 1}; see what was added before going on")
    return lines, end


def _parsed(raw: bytes) -> dict[str, Any] | None:
    try:
        line = json.loads(raw)
    except ValueError:
        return None
    return cast("dict[str, Any]", line) if isinstance(line, dict) and raw.endswith(b"\n") else None


def _lock(descriptor: int, path: Path) -> None:
    try:
        lock(descriptor)
    except BlockingIOError:
        raise UserError(f"another import is using the journal {path}; wait until it has ended") from None
    except OSError as error:
        raise UserError(f"the journal {path} cannot be locked: {error.strerror}; keep it on a local disk") from None
