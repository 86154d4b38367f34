"""What is in the packages, and what is not."""

from __future__ import annotations

import tarfile
import zipfile
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from pathlib import Path, PurePosixPath

from sandbox.environment import REPOSITORY

from building import PROJECT

SOURCES = PROJECT / "python"

# About a twentieth more than they were once transports told what left and files were read as their users see them: what
# makes them grow further should be meant.
WHEEL_BUDGET = 780_000
NATIVE_BUDGET = 1_500_000
SDIST_BUDGET = 396_000

NATIVE = ("qince_leads/_core.abi3.so", "qince_leads/_core.pyd")
LICENCES = ("LICENSE-MIT", "LICENSE-APACHE")
EXTRAS = {"httpx", "cli", "sync"}

# Neither what is built, nor what tests it.
NOT_IN_SDIST = {"target", "vectors", "node_modules", "__pycache__"}
TESTS = PurePosixPath("bindings-python/tests")


class Wheel:
    def __init__(self, path: Path) -> None:
        self.path = path
        with zipfile.ZipFile(path) as archive:
            self.files = {name: archive.read(name) for name in archive.namelist()}

    @property
    def metadata(self) -> Message:
        return BytesParser(policy=compat32).parsebytes(self._info("METADATA"))

    @property
    def native(self) -> bytes:
        [name] = [name for name in NATIVE if name in self.files]
        return self.files[name]

    def check_tag(self) -> str:
        _, _, python, abi, platform = self.path.stem.split("-")
        _hold((python, abi) == ("cp310", "abi3"), f"its tag is {python}-{abi}")
        tags = BytesParser(policy=compat32).parsebytes(self._info("WHEEL")).get_all("Tag", [])
        _hold(bool(tags) and all(tag.startswith("cp310-abi3-") for tag in tags), f"WHEEL says {tags}")
        return f"{python}-{abi}-{platform}"

    def check_files(self) -> str:
        """All that is imported and nothing else: what lies in the source folder, the native part, and dist-info."""
        packed = {name for name in self.files if ".dist-info/" not in name}
        meant = {path.relative_to(SOURCES).as_posix() for path in SOURCES.rglob("*") if _is_source(path)}
        _hold(packed - set(NATIVE) == meant, f"stray {packed - set(NATIVE) - meant}, missing {meant - packed}")
        _hold("qince_leads/py.typed" in packed, "py.typed is missing")
        stubs = [name for name in packed if name.endswith(".pyi")]
        _hold("qince_leads/_core.pyi" in stubs, "the stub of the native part is missing")
        return f"{len(packed)} files, {len(stubs)} of them stubs"

    def check_metadata(self) -> str:
        metadata = self.metadata
        for name, value in (("Name", "qince-leads"), ("Requires-Python", ">=3.10")):
            _hold(metadata[name] == value, f"{name} is {metadata[name]}")
        _hold(metadata["License-Expression"] == "MIT OR Apache-2.0", f"licence {metadata['License-Expression']}")
        _hold(set(metadata.get_all("Provides-Extra", [])) == EXTRAS, f"{metadata.get_all('Provides-Extra')}")
        needed = [line for line in metadata.get_all("Requires-Dist", []) if "extra ==" not in line]
        _hold(needed == [], f"it needs {needed}")
        commands = self._info("entry_points.txt").decode()
        _hold("qince-leads=qince_leads.cli:main" in commands, f"its commands are {commands}")
        return f"{metadata['Name']} {metadata['Version']}, nothing else needed, extras {', '.join(sorted(EXTRAS))}"

    def check_licences(self) -> str:
        for name in LICENCES:
            packed = [content for path, content in self.files.items() if PurePosixPath(path).name == name]
            _hold(packed == [(REPOSITORY / name).read_bytes()], f"{name} is not in it")
        return " and ".join(LICENCES)

    def check_readme(self) -> str:
        described = self._info("METADATA").partition(b"\n\n")[2].decode()
        readme = (PROJECT / "README.md").read_text("utf-8")
        _hold(described.strip() == readme.strip(), "its description is not README.md")
        _hold("```python" in described, "README.md shows no Python")
        return f"{len(readme.splitlines())} lines"

    def check_size(self) -> str:
        size, native = self.path.stat().st_size, len(self.native)
        about = f"{size:,} of {WHEEL_BUDGET:,} bytes, native part {native:,} of {NATIVE_BUDGET:,}"
        _hold(size <= WHEEL_BUDGET and native <= NATIVE_BUDGET, about)
        _hold(not self.native.startswith(b"\x7fELF") or b".symtab" not in self.native, "it is not stripped")
        return about

    def check_origin(self) -> str:
        """Where it was built is nobody's business."""
        names = [name for name, content in self.files.items() if str(REPOSITORY).encode() in content]
        _hold(names == [], f"the folder that it was built in is named by {', '.join(names)}")
        return "the folder that it was built in is named nowhere"

    def check_same_files(self, other: Wheel) -> str:
        """What is built of the sdist holds the same."""

        def of(wheel: Wheel) -> dict[str, bytes]:
            return {name: wheel.files[name] for name in wheel.files if name.endswith((".py", ".pyi", ".typed"))}

        unlike = {name for name, _ in of(self).items() ^ of(other).items()}
        _hold(unlike == set(), f"they differ in {', '.join(sorted(unlike))}")
        _hold(self.metadata.as_bytes() == other.metadata.as_bytes(), "their metadata differ")
        return f"{len(of(other))} files, the same as in the wheel"

    def _info(self, name: str) -> bytes:
        [content] = [content for path, content in self.files.items() if path.endswith(f".dist-info/{name}")]
        return content


def check_sdist(path: Path) -> str:
    with tarfile.open(path) as archive:
        names = [PurePosixPath(member.name).relative_to(path.name.removesuffix(".tar.gz")) for member in archive]
    packed = {name.as_posix() for name in names}
    for needed in ("PKG-INFO", "pyproject.toml", "README.md", "Cargo.toml", "Cargo.lock", "core/Cargo.toml"):
        _hold(needed in packed, f"{needed} is missing")
    for root, pattern in ((REPOSITORY / "core/src", "*.rs"), (PROJECT / "src", "*.rs"), (SOURCES, "*.py*")):
        base = PROJECT if root == SOURCES else REPOSITORY
        files = {file.relative_to(base).as_posix() for file in root.rglob(pattern) if _is_source(file)}
        _hold(files <= packed, f"missing: {files - packed}")
    stray = [name for name in names if NOT_IN_SDIST & set(name.parts) or name.suffix in {".so", ".pyd", ".whl"}]
    stray += [name for name in names if name.parts[0] == "tests" or TESTS in name.parents]
    _hold(stray == [], f"{len(stray)} stray: {', '.join(map(str, stray[:5]))}")
    size = path.stat().st_size
    _hold(size <= SDIST_BUDGET, f"{size:,} of {SDIST_BUDGET:,} bytes")
    return f"{len(packed)} files, {size:,} of {SDIST_BUDGET:,} bytes"


def _is_source(path: Path) -> bool:
    """Whether a file is neither built, nor kept by a tool for itself."""
    kept = any(part == "__pycache__" or part.startswith(".") for part in path.relative_to(REPOSITORY).parts)
    return path.is_file() and not kept and path.suffix not in {".so", ".pyd", ".dylib"}


def _hold(is_so: bool, otherwise: str) -> None:
    if not is_so:
        raise AssertionError(otherwise)
