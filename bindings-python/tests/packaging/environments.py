"""Virtual environments outside of the checkout, and the Pythons that they are made of."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from process import FailedError, run
from report import NotAvailableError

PYTHONS = ("3.10", "3.11", "3.12", "3.13", "3.14", "3.13t", "3.14t")

REQUIREMENTS = Path(__file__).parents[2] / "requirements" / "test.txt"

_ABOUT = (
    "import sys, sysconfig; t = 't' if sysconfig.get_config_var('Py_GIL_DISABLED') else '';"
    "print(f'{sys.version_info[0]}.{sys.version_info[1]}{t}', '.'.join(map(str, sys.version_info[:3])) + t)"
)


class Environment(NamedTuple):
    """A virtual environment, and the folder that programs run in."""

    folder: Path

    @property
    def python(self) -> Path:
        return self._programs / ("python.exe" if sys.platform == "win32" else "python")

    @property
    def command(self) -> Path:
        """The command line of the package."""
        return self._programs / ("qince-leads.exe" if sys.platform == "win32" else "qince-leads")

    @property
    def _programs(self) -> Path:
        return self.folder / ".venv" / ("Scripts" if sys.platform == "win32" else "bin")

    def run(self, *arguments: str | Path, status: int | None = 0) -> str:
        return run([self.python, *arguments], self.folder, status=status)

    def install(self, *arguments: str | Path) -> str:
        """Installs by the pip of the Python that runs this, so that nothing but what is tested is in there."""
        command = [sys.executable, "-m", "pip", "--python", self.python, "install", "--quiet", *arguments]
        return run(command, self.folder)

    def install_tools(self, tools: Iterable[str]) -> None:
        """Installs from the package index of this machine, where it has one."""
        try:
            self.install("--constraint", REQUIREMENTS, *tools)
        except FailedError as error:
            raise NotAvailableError(f"{', '.join(tools)} cannot be installed\n    {str(error)[-500:]}") from error


def create(folder: Path, python: str | Path = sys.executable) -> Environment:
    """A virtual environment with nothing in it."""
    folder.mkdir()
    run([python, "-m", "venv", "--without-pip", folder / ".venv"], folder)
    return Environment(folder)


def version_of(python: str | Path) -> tuple[str, str] | None:
    """Which Python it is, as in `3.13t` and `3.13.1t`; None where it does not start."""
    try:
        said = subprocess.run([python, "-c", _ABOUT], capture_output=True, encoding="utf-8", timeout=60, check=False)
    except OSError:
        return None
    name, _, version = said.stdout.strip().partition(" ")
    return (name, version) if said.returncode == 0 else None


def find(name: str) -> Path:
    """A Python of this version, by PATH or from pyenv."""
    for path in _candidates(name):
        version = version_of(path)
        if version is not None and version[0] == name:
            return path
    raise NotAvailableError(f"there is no Python {name} here")


def _candidates(name: str) -> Iterable[Path]:
    on_path = shutil.which(f"python{name}")
    if on_path is not None:
        yield Path(on_path)
    versions = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    # The newest first, and releases before what comes before them.
    yield from sorted(versions.glob(f"{name.removesuffix('t')}*/bin/python{name}"), key=_numbers, reverse=True)


def _numbers(path: Path) -> list[int]:
    release = path.parents[1].name.rstrip("t").split(".")
    return [int(number) if number.isdigit() else -1 for number in release]
