"""Sends leads, several at a time, until all are sent or the user stops it."""

from __future__ import annotations

import queue
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from qince_leads.cli.console import counted, say, warn
from qince_leads.cli.interruptions import interruptions
from qince_leads.cli.progress import Meter
from qince_leads.cli.sending import SUCCESS, Job, Result

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
    from types import FrameType

    from qince_leads._host import Pacer

ONE_PRESS = 0.5
"""Seconds. Programs that start this one, such as `timeout`, pass Ctrl-C on though it came here too."""


class Run:
    """One run of an import, and what came of the rows so far."""

    def __init__(
        self,
        send: Callable[[Job], Result],
        jobs: Sequence[Job],
        earlier: Iterable[Result],
        *,
        workers: int,
        give_up_after: int,
        pacer: Pacer,
    ) -> None:
        self.results = {result.row: result for result in earlier}
        self.interrupts = 0
        self._team = Team(send, jobs, min(workers, len(jobs)), pacer)
        self._total = len(jobs)
        self._give_up_after = give_up_after
        self._failures_in_a_row = 0
        self._refusals_alike = 0
        self._refusal: str | None = None
        self._is_any_taken = False
        self._failed = 0

    def run(self) -> None:
        """Sends what is left to do."""
        if not self._total:
            return
        with Meter("importing", self._total) as meter, self._stopped_by_interrupts():
            for result in self._team.results():
                if self.interrupts > 1:
                    return
                if result is not None:
                    self._take(result)
                    meter.advance(note=f"{self._failed:,} failed" if self._failed else "")

    def is_under_way(self, row: int) -> bool:
        """Whether this row was taken on, and given up before its outcome was known."""
        return row in self._team.taken and row not in self.results

    def _take(self, result: Result) -> None:
        self.results[result.row] = result
        self._failed += result.outcome not in SUCCESS
        self._failures_in_a_row = self._failures_in_a_row + 1 if result.outcome in ("failed", "uncertain") else 0
        if self._failures_in_a_row == self._give_up_after > 0:
            self._stop(f"after {counted(self._failures_in_a_row, 'failure')} in a row: {result.message}")
        is_alike = result.outcome == "rejected" and result.message == self._refusal
        self._refusals_alike = self._refusals_alike + 1 if is_alike else int(result.outcome == "rejected")
        self._refusal = result.message
        # As long as any is taken, the others are refused for what they are.
        self._is_any_taken = self._is_any_taken or result.outcome in SUCCESS
        if self._refusals_alike == self._give_up_after > 0 and not self._is_any_taken:
            refused = counted(self._refusals_alike, "row")
            self._stop(f"after {refused} that were all refused for the same reason: {result.message}")

    def _stop(self, why: str) -> None:
        self._team.stop()
        warn(f"stopped {why}; mend that, and run the same command again (--give-up-after 0 goes on whatever happens)")

    @contextmanager
    def _stopped_by_interrupts(self) -> Generator[None]:
        last = -ONE_PRESS

        def interrupted(_signal: int, _frame: FrameType | None) -> None:
            nonlocal last
            if time.monotonic() - last < ONE_PRESS:
                return
            last = time.monotonic()
            self.interrupts += 1
            if self.interrupts == 1:
                self._team.stop()
                say("stopping: leads under way are finished first; Ctrl-C again gives them up", "yellow")

        with interruptions(interrupted):
            yield


class Team:
    """Workers that share the jobs. Those under way are finished when it stops."""

    def __init__(self, send: Callable[[Job], Result], jobs: Iterable[Job], workers: int, pacer: Pacer) -> None:
        self._send = send
        self._jobs = iter(jobs)
        self._pacer = pacer
        self._taking = threading.Lock()
        self._stopped = threading.Event()
        self._results: queue.SimpleQueue[Result | BaseException | None] = queue.SimpleQueue()
        self._workers = workers
        self.taken: set[int] = set()
        """The rows that a worker has taken on."""
        # A daemon does not keep the program from ending where it is given up.
        self._threads = [threading.Thread(target=self._work, daemon=True) for _ in range(workers)]

    def results(self) -> Iterator[Result | None]:
        """What comes of the jobs; None now and then where nothing does, so that the caller can look around."""
        for thread in self._threads:
            thread.start()
        working = self._workers
        failure: BaseException | None = None
        while working:
            try:
                result = self._results.get(timeout=0.1)
            except queue.Empty:
                yield None
                continue
            if result is None:
                working -= 1
            elif isinstance(result, BaseException):
                failure = failure or result
                self.stop()
            else:
                yield result
        if failure is not None:
            raise failure

    def stop(self) -> None:
        """Takes no further job."""
        self._stopped.set()

    def _work(self) -> None:
        try:
            while (job := self._next()) is not None:
                self._results.put(self._send(job))
        except BaseException as failure:
            self._results.put(failure)
        finally:
            self._results.put(None)

    def _next(self) -> Job | None:
        with self._taking:
            self._stopped.wait(self._pacer.wait_s())
            job = None if self._stopped.is_set() else next(self._jobs, None)
            if job is not None:
                self.taken.add(job.lead.row)
            return job
