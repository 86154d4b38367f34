"""How many times as fast one thing is as another, on a machine that changes its speed all the time."""

import time
from collections.abc import Callable
from statistics import median

ROUNDS = 21
WARM_UP_S = 0.4
SLICE_S = 0.05

Contender = Callable[[], object]


def speed_of(ours: Contender, peer: Contender) -> float:
    """The median over rounds, in each of which both are measured."""
    counted = [(run, _calls_per_slice(run)) for run in (ours, peer)]
    ratios = []
    for number in range(ROUNDS):
        first, second = counted if number % 2 == 0 else reversed(counted)
        spent = {ours: 0.0, peer: 0.0}
        # In this order, a machine that grows slower at an even pace does as much to the one as to the other.
        for run, calls in (first, second, second, first):
            spent[run] += _slice(run, calls) / calls
        ratios.append(spent[peer] / spent[ours])
    return median(ratios)


def _calls_per_slice(run: Contender) -> int:
    calls = 0
    start = time.perf_counter()
    while time.perf_counter() - start < WARM_UP_S:
        run()
        calls += 1
    return max(1, round(calls * SLICE_S / WARM_UP_S))


def _slice(run: Contender, calls: int) -> float:
    start = time.perf_counter()
    for _ in range(calls):
        run()
    return time.perf_counter() - start
