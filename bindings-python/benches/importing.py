"""How long importing takes, in processes of their own."""

import subprocess
import sys
from statistics import median

ROUNDS = 15


def cost_against(peer: str) -> float:
    """The time of importing this package in that of importing another."""
    rounds = [_seconds("qince_leads") / _seconds(peer) for _ in range(ROUNDS)]
    return median(rounds)


def _seconds(module: str) -> float:
    code = f"import time; start = time.perf_counter(); import {module}; print(time.perf_counter() - start)"
    printed = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    return float(printed.stdout)
