"""Builds the packages, and installs them outside of the checkout: `python tests/packaging`."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

TESTS = Path(__file__).parents[1]
sys.path.append(str(TESTS))

from sandbox.environment import environment  # noqa: E402

import building  # noqa: E402
import environments  # noqa: E402
from contents import Wheel, check_sdist  # noqa: E402
from environments import Environment  # noqa: E402
from process import run  # noqa: E402
from report import Report  # noqa: E402
from types_check import TOOLS, Consumer, check_stubs  # noqa: E402

HERE = Path(__file__).parent

# As many as installed/smoke.py makes.
SMOKE_CHECKS = 10

# What the tests of behaviour need, and the folders that they stand in.
TEST_TOOLS = ("pytest", "pytest-asyncio", "hypothesis", "httpx", "trio", "pandas", "polars", "pyarrow")
BEHAVIOUR = ("behaviour", "conformance")


def main() -> int:
    for name, value in environment()._asdict().items():
        os.environ[f"QINCE_{name.upper()}"] = value
    report = Report()
    with tempfile.TemporaryDirectory(prefix="qince-leads-packaging-", ignore_cleanup_errors=True) as temporary:
        check_all(report, Path(temporary))
    return 0 if report.is_good() else 1


def check_all(report: Report, temporary: Path) -> None:
    built: dict[str, Path] = {}

    def build(name: str) -> str:
        built[name] = building.build_wheel() if name == "wheel" else building.build_sdist()
        return built[name].name

    def check_the_wheel() -> None:
        check_wheel(report, Wheel(built["wheel"]))
        check_installed(report, "wheel", built["wheel"], temporary)
        check_types(report, built["wheel"], temporary)

    def check_the_sdist() -> None:
        report.check("sdist: contents", partial(check_sdist, built["sdist"]))
        check_built_of_sdist(report, built, temporary)
        check_other_pythons(report, built, temporary)

    if report.check("wheel: is built", partial(build, "wheel")) and report.check(
        "sdist: is built", partial(build, "sdist")
    ):
        # Both mostly wait for programs that use one core.
        with ThreadPoolExecutor(2) as pool:
            for checks in [pool.submit(check_the_wheel), pool.submit(check_the_sdist)]:
                checks.result()


def check_wheel(report: Report, wheel: Wheel) -> None:
    report.check("wheel: tag", wheel.check_tag)
    report.check("wheel: files", wheel.check_files)
    report.check("wheel: metadata", wheel.check_metadata)
    report.check("wheel: licences", wheel.check_licences)
    report.check("wheel: description", wheel.check_readme)
    report.check("wheel: size", wheel.check_size)
    report.check("wheel: origin", wheel.check_origin)


def check_built_of_sdist(report: Report, built: dict[str, Path], temporary: Path) -> None:
    folder = temporary / "built"
    folder.mkdir()

    def build() -> str:
        built["wheel of sdist"] = building.build_wheel_of(built["sdist"], folder)
        return built["wheel of sdist"].name

    if not report.check("sdist: pip builds a wheel", build):
        return
    wheels = [Wheel(built[name]) for name in ("wheel", "wheel of sdist")]
    report.check("sdist: files of that wheel", partial(wheels[0].check_same_files, wheels[1]))
    check_installed(report, "sdist", built["wheel of sdist"], temporary)


def check_installed(report: Report, name: str, package: Path, temporary: Path) -> None:
    """A package alone in an environment, and then with what tests need."""
    folder = temporary / name

    def install_and_smoke() -> str:
        environments.create(folder).install("--no-index", "--no-deps", package)
        return smoke(Environment(folder))

    if not report.check(f"{name}: standard library", install_and_smoke):
        return
    installed = Environment(folder)
    report.check(f"{name}: command, no extra", partial(check_command, installed))
    report.check(f"{name}: behaviour", partial(check_behaviour, installed, name))


def smoke(installed: Environment) -> str:
    shutil.copy(HERE / "installed/smoke.py", installed.folder)
    said = installed.run("-I", "-X", "dev", "-W", "error", "smoke.py").split()
    if said != [str(SMOKE_CHECKS)]:
        raise AssertionError(f"{said} checks ran, and not {SMOKE_CHECKS}")
    _, version = environments.version_of(installed.python) or ("", "?")
    return f"Python {version}, {SMOKE_CHECKS} checks"


def check_command(installed: Environment) -> str:
    """The command is there without its extra, and says how to get that."""
    commands: list[list[str | Path]] = [[installed.command], [installed.python, "-m", "qince_leads"]]
    for command in commands:
        said = run(command, installed.folder, status=1).strip()
        if "pip install 'qince-leads[cli]'" not in said or len(said.splitlines()) != 1:
            raise AssertionError(f"{command[-1]} says: {said[:1000]}")
    return said


def check_behaviour(installed: Environment, of: str) -> str:
    installed.install_tools(TEST_TOOLS)
    tests = installed.folder / "tests"
    for name in BEHAVIOUR:
        shutil.copytree(TESTS / name, tests / name, ignore=shutil.ignore_patterns("__pycache__"))
    # How it is to be run stands there, too.
    shutil.copy(building.PROJECT / "pyproject.toml", installed.folder)
    told = [f"--junit-xml={reports}/behaviour-{of}.xml"] if (reports := os.environ.get("QINCE_REPORTS")) else []
    said = installed.run("-m", "pytest", "-q", *told, "tests/behaviour")
    return said.strip().splitlines()[-1]


def check_types(report: Report, wheel: Path, temporary: Path) -> None:
    """The installed package as type checkers see it: alone, and with its extras."""
    folder = temporary / "types"

    def install() -> str:
        environments.create(folder).install_tools([f"{wheel}[sync]", *TOOLS])
        return run([Environment(folder).command, "--help"], folder).strip().splitlines()[0].strip()

    if not report.check("types: tools, extra sync", install):
        return
    tools = Environment(folder)
    for name in ("wheel", "types"):
        about = {"wheel": "alone", "types": "with extras"}[name]
        consumer = Consumer(tools, Environment(temporary / name))
        report.check(f"types: mypy, {about}", consumer.check_mypy)
        report.check(f"types: pyright, {about}", consumer.check_pyright)
    report.check("types: stubtest", partial(check_stubs, tools))


def check_other_pythons(report: Report, built: dict[str, Path], temporary: Path) -> None:
    this = environments.version_of(sys.executable)

    def check(name: str) -> str:
        python = environments.find(name)
        installed = environments.create(temporary / f"python{name}", python)
        if name.endswith("t"):
            # The stable ABI has no free threading, so pip compiles here.
            installed.install("--no-deps", "--no-cache-dir", built["sdist"])
        else:
            installed.install("--no-deps", "--no-index", built["wheel"])
        return smoke(installed)

    for name in environments.PYTHONS:
        if this is None or this[0] != name:
            report.check(f"python {name}", partial(check, name))


if __name__ == "__main__":
    sys.exit(main())
