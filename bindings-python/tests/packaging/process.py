"""Other programs, run in the surroundings of a user who never saw the checkout."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

# What would let the checkout, or packages of the user, be imported.
_LEADS_ELSEWHERE = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "MYPYPATH", "PYTEST_ADDOPTS")

SAID_AT_MOST = 4000


class FailedError(Exception):
    """A program ended otherwise than it should; says what it said."""


def run(
    command: Sequence[str | Path],
    folder: Path,
    *,
    status: int | None = 0,
    environment: Mapping[str, str] | None = None,
) -> str:
    """Runs a program in a folder, and returns what it said.

    :param status: how it has to end; None where that does not matter.
    """
    inherited = {name: value for name, value in os.environ.items() if name not in _LEADS_ELSEWHERE}
    ended = subprocess.run(
        command,
        cwd=folder,
        env={**inherited, "PYTHONNOUSERSITE": "1", "PYTHONUTF8": "1", "NO_COLOR": "1", **(environment or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if status not in (None, ended.returncode):
        said = ended.stdout.strip()[-SAID_AT_MOST:]
        raise FailedError(f"{' '.join(map(str, command))} ended with {ended.returncode}\n{said}")
    return ended.stdout
