"""The blocks of code in a document."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

FENCE = re.compile(r"^```(\w*)[^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass
class Block:
    """A block of code, by the number of its section and its place there."""

    section: int
    number: int
    heading: str
    language: str
    code: str
    output: str | None = None
    """What a text block after it says that it prints."""


def blocks_of(path: Path, *languages: str) -> list[Block]:
    """The blocks of a document that are in one of these languages."""
    blocks: list[Block] = []
    for section, part in enumerate(re.split(r"^## ", path.read_text("utf-8"), flags=re.MULTILINE)):
        heading = part.partition("\n")[0] if section > 0 else ""
        number = 0
        for language, code in FENCE.findall(part):
            if language in languages:
                number += 1
                blocks.append(Block(section, number, heading, language, code))
            elif language == "text" and number > 0:
                blocks[-1].output = code.rstrip("\n")
    return blocks


def languages_of(path: Path) -> set[str]:
    """All languages of code in a document, so that none is overlooked for its name."""
    return {language for language, _ in FENCE.findall(path.read_text("utf-8"))}


def links_of(path: Path) -> list[str]:
    """Where a document links to, but for other sites."""
    text = FENCE.sub("", path.read_text("utf-8"))
    return re.findall(r"\]\((?!https?:)([^)]+)\)", text)


def anchors_of(path: Path) -> set[str]:
    """The headings of a document, as links name them."""
    headings = re.findall(r"^#+ (.+)$", FENCE.sub("", path.read_text("utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
