"""The pager: which page to ask for, and which leads of a page to hand out."""

from __future__ import annotations

from typing import Any, Dict, List

Json = Dict[str, Any]


class Pages:
    def __init__(self, payload: Json) -> None:
        self.page = payload.get("page") or 1
        self.page_size = payload.get("pageSize") or 1000
        self.before: List[str] = []

    def ask(self) -> Json:
        return {"page": self.page, "page_size": self.page_size}

    def give(self, ids: List[str]) -> Json:
        if not ids:
            return {"end": True}
        fresh = [lead for lead in ids if lead not in self.before]
        if not fresh:
            return {"error": {"kind": "malformed"}}
        self.before = ids
        self.page += 1
        return {"leads": fresh}
