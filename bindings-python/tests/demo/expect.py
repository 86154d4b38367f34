"""What the demo claims."""

from __future__ import annotations


def expect(condition: object, otherwise: str) -> None:
    """Makes sure that something is as it should be, also under `python -O`."""
    if not condition:
        raise AssertionError(otherwise)
