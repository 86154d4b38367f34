"""The journal: whole after a crash at any byte, bound to its import, and one run's at a time."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest
from qince_leads.cli.console import UserError
from qince_leads.cli.journal import Binding, Entry, Journal

BINDING = Binding("add", "account", "file", "rows")


def test_what_was_begun_and_done_is_there_again(tmp_path: Path) -> None:
    journal = Journal.open(tmp_path / "j", BINDING)
    journal.begin(2, "A")
    journal.finish(2, "added", "19", None)
    journal.begin(3, None)
    journal.close()
    entries = Journal.open(tmp_path / "j", BINDING).entries
    assert entries == {2: Entry("A", "added", "19", None), 3: Entry(None)}


def test_a_crash_at_any_byte_leaves_a_journal_that_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "j"
    journal = Journal.open(path, BINDING)
    journal.begin(2, "甲")
    journal.finish(2, "added", "19", "消息")
    journal.begin(3, "B")
    journal.close()
    whole = path.read_bytes()
    ends = [place + 1 for place, byte in enumerate(whole) if byte == ord("\n")]
    for size in range(len(whole) + 1):
        path.write_bytes(whole[:size])
        journal = Journal.open(path, BINDING)
        journal.begin(9, "Z")
        journal.close()
        kept = max((end for end in ends if end <= size), default=0)
        lines = path.read_bytes()
        assert lines.startswith(whole[:kept])
        assert json.loads(lines.splitlines()[-1]) == {"row": 9, "begun": "Z"}
        assert len(lines.splitlines()) == max(1, whole[:kept].count(b"\n")) + 1


def test_a_journal_that_is_damaged_in_the_middle_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "j"
    journal = Journal.open(path, BINDING)
    journal.begin(2, "A")
    journal.begin(3, "B")
    journal.close()
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(lines[0] + b'{"row":2,"beg\n' + lines[2])
    with pytest.raises(UserError, match="damaged in line 2"):
        Journal.open(path, BINDING)


@pytest.mark.parametrize("content", [b"a,b\n1,2\n", b"abc", b'{"cus_name":"x"}\n', b"{}"])
def test_another_file_is_not_taken_for_a_journal_and_stays_as_it_is(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "leads.csv"
    path.write_bytes(content)
    with pytest.raises(UserError, match="no journal"):
        Journal.open(path, BINDING)
    assert path.read_bytes() == content


@pytest.mark.parametrize(
    ("other", "why"),
    [
        (Binding("add_apaas", "account", "file", "rows"), "`add`, not of `add_apaas`"),
        (Binding("add", "other", "file", "rows"), "another account"),
        (Binding("add", "account", "other", "other"), "the file has changed"),
        (Binding("add", "account", "file", "other"), "the options"),
    ],
)
def test_the_journal_of_another_import_is_refused_with_the_reason(tmp_path: Path, other: Binding, why: str) -> None:
    Journal.open(tmp_path / "j", BINDING).close()
    with pytest.raises(UserError, match=why):
        Journal.open(tmp_path / "j", other)


def test_a_journal_in_use_is_refused_and_free_again_once_closed(tmp_path: Path) -> None:
    first = Journal.open(tmp_path / "j", BINDING)
    with pytest.raises(UserError, match="another import is using"):
        Journal.open(tmp_path / "j", BINDING)
    first.close()
    Journal.open(tmp_path / "j", BINDING).close()


def test_many_threads_write_whole_lines(tmp_path: Path) -> None:
    journal = Journal.open(tmp_path / "j", BINDING)

    def work(first: int) -> None:
        for row in range(first, first + 25):
            journal.begin(row, f"C{row}")
            journal.finish(row, "added", str(row), None)

    threads = [threading.Thread(target=work, args=(1000 * n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    journal.close()
    entries = Journal.open(tmp_path / "j", BINDING).entries
    assert len(entries) == 200
    assert {entry.outcome for entry in entries.values()} == {"added"}


def test_what_cannot_be_written_is_said_to_all_that_wait(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journal = Journal.open(tmp_path / "j", BINDING)

    def full(_descriptor: int, _lines: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("qince_leads.cli.journal._write", full)
    for _ in range(2):
        with pytest.raises(UserError, match="No space left"):
            journal.begin(2, "A")
