"""The pager: which page to ask for, and which leads of a page to hand out."""

from __future__ import annotations

from typing import Any, Dict, List, Set

Json = Dict[str, Any]

STALE_PAGES = 3  # in a row, after which the service does not turn the pages


class Pages:
    def __init__(self, payload: Json) -> None:
        self.page = payload.get("page") or 1
        self.page_size = payload.get("pageSize") or 1000
        self.seen: Set[str] = set()
        self.stale = 0

    def ask(self) -> Json:
        return {"page": self.page, "page_size": self.page_size}

    def give(self, ids: List[str]) -> Json:
        if not ids:
            return {"end": True}
        fresh = []
        for lead in ids:  # one with an empty id says nothing else here, so that all of them are the same
            if lead not in self.seen:
                self.seen.add(lead)
                fresh.append(lead)
        self.stale = 0 if fresh else self.stale + 1
        if self.stale == STALE_PAGES:
            return {"error": {"kind": "malformed"}}
        self.page += 1
        return {"leads": fresh}
