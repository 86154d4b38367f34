"""Where the sandbox listens, and as whom to connect."""

from __future__ import annotations

import atexit
import functools
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

# What this package is imported from.
ROOT = Path(__file__).parents[(__package__ or "").count(".") + 1]
REPOSITORY = Path(__file__).parents[3]
TARGET = Path(os.environ.get("CARGO_TARGET_DIR") or REPOSITORY / "target").absolute()


class Environment(NamedTuple):
    base_url: str
    openid: str
    app_key: str
    push_secret: str

    @property
    def account(self) -> dict[str, Any]:
        """What a client is made of."""
        return {"base_url": self.base_url, "openid": self.openid, "app_key": self.app_key}


@functools.cache
def environment() -> Environment:
    """What the environment names, or else a sandbox that ends with this process."""
    named = [os.environ.get(f"QINCE_{field.upper()}") for field in Environment._fields]
    given = [value for value in named if value]
    return Environment(*given) if len(given) == len(Environment._fields) else _started()


def _started() -> Environment:
    binary = TARGET / "debug" / ("qince-sandbox.exe" if sys.platform == "win32" else "qince-sandbox")
    if not binary.exists():
        raise FileNotFoundError(f"{binary} is not there; build it with `cargo build -p qince-sandbox`")
    process = subprocess.Popen(
        [binary, "--port", "0", "--exit-with-stdin"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
    )
    atexit.register(process.kill)
    assert process.stdout is not None
    said = dict(process.stdout.readline().split() for _ in Environment._fields)
    return Environment(**said)
