"""The packages as they would be published."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from pathlib import Path

from sandbox.environment import REPOSITORY, TARGET

from process import run
from report import NotAvailableError

PROJECT = REPOSITORY / "bindings-python"
OUT = TARGET / "python-packages"

# What others wrote is compiled once and then found here. What pip compiles has a folder of its own: cargo would take
# the native part of the sdist for that of the checkout, for both have the same name.
COMPILED = {"CARGO_TARGET_DIR": str(TARGET)}
COMPILED_BY_PIP = {"CARGO_TARGET_DIR": str(TARGET / "python-sdist")}
CRATES = ("qince-leads", "qince-leads-python")


def build_wheel() -> Path:
    return _built("*.whl", "build", "--release", "--interpreter", sys.executable)


def build_sdist() -> Path:
    return _built("*.tar.gz", "sdist")


def build_wheel_of(sdist: Path, folder: Path) -> Path:
    """Has pip build a wheel as it does where none is there for a platform."""
    # The files of an sdist are so old that cargo would not notice that they changed.
    clean = ["cargo", "clean", "--quiet", "--release"]
    run([*clean, *(f"--package={crate}" for crate in CRATES)], REPOSITORY, environment=COMPILED_BY_PIP)
    # By this Python and not by the one that it is for: with each other path, all would be compiled again.
    pip: list[str | Path] = [sys.executable, "-m", "pip", "wheel"]
    # Without its cache, for there it finds the wheel of an earlier sdist.
    run([*pip, "--no-deps", "--no-cache-dir", "--wheel-dir", folder, sdist], folder, environment=COMPILED_BY_PIP)
    [wheel] = folder.glob("*.whl")
    return wheel


def _built(pattern: str, *command: str) -> Path:
    if importlib.util.find_spec("maturin") is None:
        raise NotAvailableError("there is no maturin here")
    out = OUT / command[0]
    shutil.rmtree(out, ignore_errors=True)
    run([sys.executable, "-m", "maturin", *command, "--out", out], PROJECT, environment=COMPILED)
    [package] = out.glob(pattern)
    return package
