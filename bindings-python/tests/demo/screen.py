"""What the demo prints: at most 100 columns wide, Chinese characters counting as two."""

from __future__ import annotations

import unicodedata

COLUMNS = 100
MARGIN = 22


def title(base_url: str) -> None:
    print(f"qince-leads: the main job, against the sandbox at {base_url}")


def step(number: int, title: str) -> None:
    print(f"\n{number}  {title}\n")


def line(about: str, kind: str, text: str) -> None:
    """A line with what it is about in front, and what kind of line it is; both may be empty."""
    print(f"   {about:<12} {kind:<5} {shortened(text, COLUMNS - MARGIN)}", flush=True)


def ok(text: str) -> None:
    """What was seen to be as it should be."""
    line("", "ok", text)


def shortened(text: str, columns: int) -> str:
    """The text, cut where it takes more columns than there are."""
    if sum(map(width, text)) <= columns:
        return text
    taken = 0
    for index, character in enumerate(text):
        taken += width(character)
        if taken >= columns:
            return text[:index] + "…"
    return text


def width(character: str) -> int:
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
