"""How much faster two threads read pages than one."""

import time
from concurrent.futures import ThreadPoolExecutor
from statistics import median

from reading import ours

PAGES = 24
ROUNDS = 15


def speed_of_two() -> float:
    """The median over rounds, in each of which as many pages are read by one thread and by two."""
    with ThreadPoolExecutor(2) as pool:
        rounds = []
        for _ in range(ROUNDS):
            alone = _time(lambda: _read(PAGES))
            shared = _time(lambda: list(pool.map(_read, [PAGES // 2] * 2)))
            rounds.append(alone / shared)
    return median(rounds)


def _read(pages: int) -> None:
    for _ in range(pages):
        ours()


def _time(run: object) -> float:
    assert callable(run)
    start = time.perf_counter()
    run()
    return time.perf_counter() - start
