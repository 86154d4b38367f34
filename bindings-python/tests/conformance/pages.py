"""The pager, page by page."""

from __future__ import annotations

from typing import Any

import jsontext
import qince_leads
from compare import compare
from jsontext import Json
from reply import error_of
from shape import (
    ERROR,
    HEAD,
    NotUnderstoodError,
    Shape,
    any_list,
    anything,
    check,
    choice,
    integer,
    list_of,
    members,
    null_or,
)
from shape import text as is_text
from typed import payload_class_of, typed_payload_of

SHAPE = {**HEAD, "op": is_text, "payload": anything, "script": any_list}
EVENT: dict[str, Shape] = {
    "expect": {"expect": members},
    "give": {"give": members},
    "resume": {"resume": lambda value: value is True},
}
GIVEN = {"ids": list_of(null_or(is_text))}
EXPECTED: dict[str, Shape] = {
    "page": {"page": integer, "page_size": integer},
    "leads": {"leads": list_of(is_text)},
    "end": {"end": lambda value: value is True},
    "error": {"error": members},
}


def run(case: dict[str, Json]) -> None:
    check("the case", case, SHAPE)
    script = case["script"]
    if not issubclass(payload_class_of(case["op"]), qince_leads.Query):
        raise NotUnderstoodError(f"`{case['op']}` has no pages")
    for i, event in enumerate(script):
        _check_event(i, event)
    if not script or "expect" not in script[-1]:
        raise NotUnderstoodError("the script does not end in an `expect`")
    driver = _Driver(case)
    for i, event in enumerate(script):
        if "give" in event:
            driver.give(i, event["give"]["ids"])
        elif "resume" in event:
            driver.resume(i)
        else:
            compare(event["expect"], driver.next(), f"event {i}")


def _check_event(i: int, event: Json) -> None:
    match choice(f"event {i}", event, EVENT):
        case "give":
            check(f"what event {i} gives", event["give"], GIVEN)
        case "expect":
            if choice(f"what event {i} expects", event["expect"], EXPECTED) == "error":
                check(f"the error of event {i}", event["expect"]["error"], ERROR)


class _Driver:
    """The host of a scan: it reads the pages that it is given."""

    def __init__(self, case: dict[str, Json]) -> None:
        self._kind = payload_class_of(case["op"])
        query = typed_payload_of(case["op"], case["payload"])
        self._pages: qince_leads.Pages[Any] = qince_leads.Pages(query)  # type: ignore[arg-type]
        self._taken: dict[str, Json] | None = None
        self._is_asked = False

    def resume(self, i: int) -> None:
        saved = self._pages.save()
        if saved is None:
            raise NotUnderstoodError(f"event {i}: nothing to save")
        self._pages = qince_leads.Pages.resume(saved)

    def give(self, i: int, ids: list[str | None]) -> None:
        if not self._is_asked:
            raise NotUnderstoodError(f"event {i}: no page was asked for")
        self._is_asked = False
        rows = [{"id": each} for each in ids]
        page = qince_leads.read(self._kind, 200, jsontext.write({"return_code": "0", "response_data": rows}))
        try:
            leads = [lead.id for lead in self._pages.take(page) if lead.id is not None]
        except qince_leads.QinceError as error:
            self._taken = {"error": error_of(error)}
        else:
            # An empty page ends the scan; one of leads that were handed out before does not.
            self._taken = {"leads": leads} if ids else None

    def next(self) -> dict[str, Json]:
        """What came of the page that was given last, or else what is asked for next."""
        taken, self._taken = self._taken, None
        if taken is not None:
            return taken
        query = self._pages.next_query()
        if query is None:
            return {"end": True}
        self._is_asked = True
        return {name: getattr(query, name) for name in ("page", "page_size")}
