"""What runs and checks code as a user would."""

from __future__ import annotations

import io
import os
import runpy
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

PACKAGE = Path(__file__).parents[2]
UP_WITHIN = 20.0


def run(file: Path) -> tuple[list[str], dict[str, Any]]:
    """Runs a module to its end: the lines that it printed, and its names."""
    output = io.StringIO()
    with redirect_stdout(output), importing_from(file.parent):
        names = runpy.run_path(str(file), run_name="__main__")
    return output.getvalue().splitlines(), names


@contextmanager
def importing_from(folder: Path) -> Iterator[None]:
    """Modules of the folder can be imported, and are forgotten afterwards."""
    before = set(sys.modules)
    sys.path.insert(0, str(folder))
    try:
        yield
    finally:
        sys.path.remove(str(folder))
        for name in set(sys.modules) - before:
            if str(getattr(sys.modules[name], "__file__", "")).startswith(str(folder)):
                del sys.modules[name]


def typecheck(files: Sequence[Path], folder: Path, cache: Path) -> str:
    """What mypy has to say in a user's strict project."""
    # From a folder of its own, so that no configuration of this project has a say.
    options = ["--strict", "--no-error-summary", "--config-file=", f"--cache-dir={cache}"]
    command = [sys.executable, "-m", "mypy", *options, *map(str, files)]
    return subprocess.run(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    ).stdout


def ruff(*arguments: str | Path) -> None:
    """What ruff has to say must be nothing."""
    command = [sys.executable, "-m", "ruff", *map(str, arguments), "--config", str(PACKAGE / "pyproject.toml")]
    checked = subprocess.run(command, cwd=PACKAGE, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


class Served:
    """A program that serves, and what it says."""

    def __init__(self, url: str, process: subprocess.Popen[str]) -> None:
        self.url = url
        self.process = process
        self.lines: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))

    def said(self) -> list[str]:
        """All that it has said so far."""
        # What it logs before it answers may still be under way.
        time.sleep(0.1)
        return list(self.lines)

    def kill(self) -> None:
        """Ends it at once, as a power cut would."""
        self.process.kill()
        self.process.wait()
        self._reader.join()


@contextmanager
def serving(app: str, folder: Path, env: Mapping[str, str], *options: str) -> Iterator[Served]:
    """Serves a FastAPI application of a folder by uvicorn, as a process of its own, until the end of the block."""
    port = free_port()
    with subprocess.Popen(
        [sys.executable, "-m", "uvicorn", app, "--port", str(port), *options],
        cwd=folder,
        env={**os.environ, "PYTHONUNBUFFERED": "1", **env},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        served = Served(f"http://127.0.0.1:{port}", process)
        try:
            _await_up(served)
            yield served
        finally:
            served.kill()


def _await_up(served: Served) -> None:
    deadline = time.monotonic() + UP_WITHIN
    while time.monotonic() < deadline:
        if served.process.poll() is not None:
            time.sleep(0.1)
            raise AssertionError("it ended before it listened\n" + "\n".join(served.lines))
        try:
            httpx.get(served.url)
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("it did not listen in time\n" + "\n".join(served.lines))
