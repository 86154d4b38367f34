"""What type checkers make of the installed package."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

from environments import Environment
from process import run

HERE = Path(__file__).parent
CONSUMER = HERE / "consumer"
ALLOWLIST = HERE / "stubtest-allowlist.txt"

# What the command line reads .xls with has no types of its own.
TOOLS = ("mypy", "pyright", "pyarrow-stubs", "types-xlrd")

_REMARK = re.compile(r"#\s(\S+), (\S+)$")
_MYPY = re.compile(r"^(\w+\.py):(\d+): error: .*\[([\w-]+)\]$")

Errors = dict[int, set[str]]


class Consumer:
    """A small project that has the package installed, in an environment that need not have type checkers."""

    def __init__(self, tools: Environment, installed: Environment) -> None:
        self._tools = tools
        self._installed = installed
        self._folder = installed.folder / "consumer"
        shutil.copytree(CONSUMER, self._folder)

    def check_mypy(self) -> str:
        return self._check(0, self._mypy)

    def check_pyright(self) -> str:
        return self._check(1, self._pyright)

    def _check(self, place: int, errors_of: Callable[[str], Errors]) -> str:
        wrongly = errors_of("right.py")
        if wrongly:
            raise AssertionError(f"right.py is refused: {wrongly}")
        expected = _remarks(place)
        said = errors_of("wrong.py")
        unlike = {
            line: f"expected {expected.get(line)}, said {said.get(line)}"
            for line in sorted(expected.keys() | said.keys())
            if not (said.get(line) and said[line] <= expected.get(line, set()))
        }
        if unlike:
            raise AssertionError("\n".join(f"wrong.py:{line}: {about}" for line, about in unlike.items()))
        return f"a right program passes, {len(expected)} mistakes are found"

    def _mypy(self, name: str) -> Errors:
        options = ["--strict", "--no-error-summary", "--no-pretty", "--hide-error-context", "--no-incremental"]
        command: list[str | Path] = [
            self._tools.python,
            "-m",
            "mypy",
            *options,
            "--python-executable",
            self._installed.python,
            name,
        ]
        said = run(command, self._folder, status=None)
        errors: Errors = {}
        for line in said.splitlines():
            found = _MYPY.match(line)
            if found is not None:
                errors.setdefault(int(found[2]), set()).add(found[3])
            elif ": note:" not in line:
                raise AssertionError(f"mypy says: {line}")
        return errors

    def _pyright(self, name: str) -> Errors:
        config = {"include": [name], "typeCheckingMode": "strict", "reportUnusedExpression": False}
        (self._folder / "pyrightconfig.json").write_text(json.dumps(config), "utf-8")
        command: list[str | Path] = [
            self._tools.python,
            "-m",
            "pyright",
            "--outputjson",
            "--pythonpath",
            self._installed.python,
        ]
        said = run(command, self._folder, status=None)
        answer = json.loads(said[said.index("{") :])
        if answer["summary"]["filesAnalyzed"] != 1:
            raise AssertionError(f"pyright says: {said[:500]}")
        errors: Errors = {}
        for each in answer["generalDiagnostics"]:
            if each["severity"] == "error" and not each.get("rule", "").startswith("reportUnknown"):
                errors.setdefault(each["range"]["start"]["line"] + 1, set()).add(each.get("rule", "syntax"))
        return errors


def _remarks(place: int) -> Errors:
    """What is expected of mypy (0) or pyright (1), by line."""
    lines = (CONSUMER / "wrong.py").read_text("utf-8").splitlines()
    found = {number: _REMARK.search(line) for number, line in enumerate(lines, start=1)}
    return {number: set(remark[place + 1].split("|")) for number, remark in found.items() if remark}


def check_stubs(environment: Environment) -> str:
    """What the stubs say is what is there at run time."""
    # What is allowed need not be found: it may differ by the version of mypy.
    options: list[str | Path] = ["--concise", "--ignore-unused-allowlist", "--allowlist", ALLOWLIST]
    environment.run("-m", "mypy.stubtest", "qince_leads", *options)
    return "no difference"
