"""Runs the vector suite through the public API: `python tests/conformance --vectors DIR`.

A file, a kind or a member of a case that is not understood is a failure, and so is whatever the runner raises.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

import call
import jsontext
import pages
import push
import relay
import reply
import sign
from compare import cut
from jsontext import Json
from shape import NotUnderstoodError, any_list, check, text

KINDS: dict[str, Callable[[dict[str, Json]], None]] = {
    "sign": sign.run,
    "reply": reply.run,
    "push": push.run,
    "call": call.run,
    "pages": pages.run,
    "relay": relay.run,
}
OWN = Path(__file__).resolve().parents[3] / "tests" / "vectors"

# json counts a level of nesting as a call: a payload may nest deeper than calls usually do.
RECURSION_LIMIT = 10_000


class Tally:
    """What came of the cases so far."""

    def __init__(self) -> None:
        self.passed = 0
        self.failed = 0
        self._names: set[str] = set()

    def run_folder(self, folder: Path) -> None:
        def run() -> None:
            if not folder.is_dir():
                raise NotUnderstoodError(f"{folder} is no folder")
            for file in sorted(folder.rglob("*.json")):
                if file.is_file():
                    self._run_file(file)

        self._note(str(folder), run)

    def _run_file(self, file: Path) -> None:
        def run() -> None:
            suite = jsontext.parse_vectors(file.read_bytes().decode())
            check("the file", suite, {"cases": any_list})
            for i, case in enumerate(suite["cases"]):
                self._run_case(f"{file} case {i}", case)

        self._note(str(file), run)

    def _run_case(self, place: str, case: Json) -> None:
        name = case.get("name") if isinstance(case, dict) else None

        def run() -> None:
            if not isinstance(case, dict) or not isinstance(name, str):
                raise NotUnderstoodError("the case has no name")
            if name in self._names:
                raise NotUnderstoodError("a second case of this name")
            self._names.add(name)
            kind = case.get("kind")
            if not text(kind) or kind not in KINDS:
                raise NotUnderstoodError(f"no kind `{kind}`")
            KINDS[kind](case)

        self.passed += self._note(name if isinstance(name, str) else place, run)

    def _note(self, name: str, run: Callable[[], None]) -> bool:
        """Runs something; where it raises, that is a failure of this name."""
        try:
            run()
        except (KeyboardInterrupt, SystemExit):
            raise
        # A panic of the native part is no Exception, and a failing case all the same.
        except BaseException as error:
            self.failed += 1
            told = str(error) if isinstance(error, AssertionError) else f"{type(error).__name__}: {error}"
            print(f"FAILED {name}", *(f"  {cut(line)}" for line in told.splitlines()), sep="\n")
            return False
        return True


def main() -> int:
    arguments = argparse.ArgumentParser(prog="python tests/conformance")
    arguments.add_argument("--vectors", type=Path, default=OWN, metavar="DIR")
    sys.setrecursionlimit(RECURSION_LIMIT)
    # A name or a text that the terminal cannot show is no reason to stop.
    sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]
    tally = Tally()
    tally.run_folder(arguments.parse_args().vectors)
    print(f"python: {tally.passed} passed, {tally.failed} failed")
    return 0 if tally.passed and not tally.failed else 1


if __name__ == "__main__":
    sys.exit(main())
