from __future__ import annotations

import ast
import re
from functools import cache
from typing import TYPE_CHECKING

import pytest

from .expectations import EXPECTATIONS, NAMES, Workpiece
from .markdown import Block, anchors_of, blocks_of, languages_of, links_of
from .workshop import PACKAGE, ruff, typecheck

if TYPE_CHECKING:
    from pathlib import Path

    from .sandbox import Sandbox

ENGLISH, CHINESE = "README.md", "README.zh-CN.md"
DOCUMENTS = [ENGLISH, CHINESE]
WIDTH = 110

# What the READMEs say once: later blocks go on with this client.
PRELUDE = """\
import os

from qince_leads import Client

client = Client(
    openid=os.environ["QINCE_OPENID"],
    app_key=os.environ["QINCE_APP_KEY"],
    base_url=os.environ["QINCE_BASE_URL"],
)

"""


@cache
def blocks(document: str) -> dict[str, Block]:
    """The blocks by keys that are the same in both languages, whose headings differ."""
    headings = {block.section: block.heading for block in blocks_of(PACKAGE / ENGLISH, "python", "sh")}
    all_blocks = blocks_of(PACKAGE / document, "python", "sh")
    return {f"{headings[block.section]} {block.number}": block for block in all_blocks}


def written(document: str, folder: Path) -> dict[str, Path]:
    """The blocks of a document as files, each script in a folder of its own."""
    files = {}
    for key, block in blocks(document).items():
        name = NAMES.get(key) or "".join(c if c.isalnum() else "_" for c in key.lower())
        if block.language == "sh":
            files[key] = folder / name / "block.sh"
            files[key].parent.mkdir()
        else:
            files[key] = folder / f"{name}.py"
        files[key].write_text((PRELUDE if goes_on(block) else "") + block.code, "utf-8")
    return files


def goes_on(block: Block) -> bool:
    """Whether it uses a client that it does not make itself."""
    makes_one = re.search(r" as client:|^client = ", block.code, re.MULTILINE)
    return block.language == "python" and "client" in re.findall(r"\w+", block.code) and not makes_one


def modules(files: dict[str, Path]) -> list[Path]:
    """Those of the files that are Python."""
    return [file for file in files.values() if file.suffix == ".py"]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Path]]:
    return {document: written(document, tmp_path_factory.mktemp("readme")) for document in DOCUMENTS}


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_block_has_an_expectation_and_every_expectation_a_block(document: str) -> None:
    assert sorted(blocks(document)) == sorted(EXPECTATIONS)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_block_is_marked_python_or_is_no_code_of_ours(document: str) -> None:
    assert languages_of(PACKAGE / document) == {"python", "sh", "text"}


def test_both_languages_hold_the_same_code_but_for_comments() -> None:
    def told(block: Block) -> tuple[str, str | None]:
        code = ast.dump(ast.parse(block.code)) if block.language == "python" else block.code
        return code, block.output

    english, chinese = ({key: told(block) for key, block in blocks(document).items()} for document in DOCUMENTS)
    assert chinese == english


@pytest.mark.parametrize("document", DOCUMENTS)
def test_code_is_formatted_and_keeps_to_the_width(document: str, files: dict[str, dict[str, Path]]) -> None:
    ruff("format", "--diff", *modules(files[document]))
    too_wide = [line for block in blocks(document).values() for line in block.code.splitlines() if len(line) > WIDTH]
    assert too_wide == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_code_checks_under_strict_mypy(
    document: str, files: dict[str, dict[str, Path]], tmp_path: Path, mypy_cache: Path
) -> None:
    complaints = typecheck(modules(files[document]), tmp_path, mypy_cache)
    # One payload is wrong on purpose.
    [complaint] = complaints.splitlines()
    assert "Literal['2']" in complaint, complaints


@pytest.mark.parametrize(("document", "key"), [(document, key) for document in DOCUMENTS for key in blocks(document)])
def test_code_does_what_the_text_says(
    document: str,
    key: str,
    files: dict[str, dict[str, Path]],
    sandbox: Sandbox,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert key in EXPECTATIONS, f"say in expectations.py what `{key}` does"
    output = blocks(document)[key].output
    EXPECTATIONS[key](Workpiece(files[document][key], output, document == ENGLISH, sandbox, monkeypatch))


@pytest.mark.parametrize("document", [*DOCUMENTS, "examples/README.md"])
def test_links_lead_to_what_exists(document: str) -> None:
    path = PACKAGE / document
    links = links_of(path)
    assert links
    for link in links:
        target, _, anchor = link.partition("#")
        if target:
            assert (path.parent / target).exists(), link
        else:
            assert anchor in anchors_of(path), link
