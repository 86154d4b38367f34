"""The names of attributes: the SDK's, the vendor's, and the vendor's label."""

from __future__ import annotations

import difflib
from typing import Any

from qince_leads import Field, fields

Kind = type[Any]
"""A class of payloads, parts or records."""


def title(field: Field) -> str:
    """A field as users see it."""
    return f"{field.name} ({field.label})"


class Names:
    """Finds the attribute that a user means."""

    def __init__(self, kind: Kind) -> None:
        self.fields = fields(kind)
        self._found: dict[str, list[Field]] = {}
        for kind_of_name in ("name", "wire_name", "label"):
            known = set(self._found)
            for field in self.fields:
                if (key := _folded(getattr(field, kind_of_name))) not in known:
                    self._found.setdefault(key, []).append(field)
        for field in self.fields:
            for key in (title(field), f"{field.label} ({field.name})"):
                self._found[_folded(key)] = [field]

    def find(self, name: str) -> list[Field]:
        """The attributes that have this name: none if it is unknown, several if a label is that of several."""
        return self._found.get(_folded(name), [])

    def nearest(self, name: str) -> Field | None:
        """The attribute whose name comes closest."""
        near = difflib.get_close_matches(_folded(name), self._found, n=1, cutoff=0.5)
        return self._found[near[0]][0] if near else None

    def hint(self, name: str) -> str:
        """What to say of a name that means none, or several."""
        if meant := self.find(name):
            return f"could be {' or '.join(field.name for field in meant)}: use that name"
        near = self.nearest(name)
        return f"no such name; did you mean {title(near)}?" if near else "no such name"


def _folded(name: str) -> str:
    # Templates mark what is required by an asterisk.
    return name.strip().strip("*").strip().casefold()
