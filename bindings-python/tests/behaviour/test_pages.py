"""Pages of leads, and scans over all of them by hand."""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from typing import Any

import pytest
from qince_leads import (
    AddLead,
    ApaasLead,
    Lead,
    MalformedError,
    Page,
    Pages,
    QueryApaasLeads,
    QueryLeads,
    read,
)

from .support import VALID, body, page_of

PAGE = page_of(*({"id": str(i)} for i in range(5)))
ALL = [Lead(id=str(i)) for i in range(5)]


def test_a_page_is_a_sequence_in_the_order_of_the_service() -> None:
    assert len(PAGE) == 5
    assert list(PAGE) == ALL
    assert [PAGE[i] for i in range(5)] == ALL
    assert list(reversed(PAGE)) == ALL[::-1]
    assert isinstance(PAGE, Sequence)
    assert not isinstance(PAGE, list | tuple)


def test_a_page_counts_from_its_end_too() -> None:
    assert [PAGE[i] for i in range(-5, 0)] == ALL
    for beyond in (5, -6, 10**30, -(10**30)):
        with pytest.raises(IndexError):
            PAGE[beyond]


@pytest.mark.parametrize(
    "part",
    [
        slice(None),
        slice(1, 3),
        slice(-2, None),
        slice(None, None, -1),
        slice(3, 0, -2),
        slice(0, 100, 2),
        slice(4, 2),
        slice(10**30),
    ],
)
def test_a_slice_of_a_page_is_a_tuple_of_its_leads(part: slice) -> None:
    assert PAGE[part] == tuple(ALL[part])


@pytest.mark.parametrize("wrong", ["0", None, 1.0, (0,), slice("a", "b"), slice(None, None, 0)])
def test_what_is_no_index_is_refused(wrong: Any) -> None:
    with pytest.raises((TypeError, ValueError)) as raised:
        PAGE[wrong]
    # A step of zero is refused as any sequence does.
    assert type(raised.value) is (ValueError if wrong == slice(None, None, 0) else TypeError)


def test_a_page_knows_what_stands_in_it() -> None:
    assert Lead(id="3") in PAGE
    assert Lead(id="9") not in PAGE
    assert "3" not in PAGE
    assert None not in PAGE


def test_a_page_tells_where_and_how_often_a_lead_stands_as_any_sequence_does() -> None:
    twice = page_of({"id": "a"}, {"id": "b"}, {"id": "a"})
    assert twice.index(Lead(id="b")) == 1
    assert twice.index(Lead(id="a"), 1) == 2
    assert twice.count(Lead(id="a")) == 2
    with pytest.raises(ValueError, match=r"not in|is not"):
        twice.index(Lead(id="c"))


def test_an_empty_page_is_false() -> None:
    empty = page_of()
    assert not empty
    assert bool(PAGE)
    assert (len(empty), list(empty), empty[:], empty[::-1]) == (0, [], (), ())
    with pytest.raises(IndexError):
        empty[0]


def test_a_page_is_read_again_and_again() -> None:
    one, other = iter(PAGE), iter(PAGE)
    assert (next(one).id, next(other).id, next(one).id) == ("0", "0", "1")
    assert iter(one) is one
    assert [lead.id for lead in one] == ["2", "3", "4"]
    assert list(one) == []
    assert list(PAGE) == ALL


def test_the_leads_of_a_page_outlive_it() -> None:
    leads = list(page_of({"id": "1", "labels": [{}]}, {"id": "2"}))
    assert [lead.id for lead in leads] == ["1", "2"]
    assert len(leads[0].labels) == 1


def test_a_page_may_be_taken_apart_by_a_pattern() -> None:
    match PAGE:
        case [Lead(id=first), *_, Lead(id=last)]:
            assert (first, last) == ("0", "4")
        case _:
            pytest.fail("it does not match")


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_a_page_survives_every_protocol_of_pickle(protocol: int) -> None:
    apaas = page_of({"id": "1", "new": 5}, kind=QueryApaasLeads)
    for page in (PAGE, apaas, page_of()):
        kept = pickle.loads(pickle.dumps(page, protocol))
        assert type(kept) is Page
        assert list(kept) == list(page)
    assert isinstance(pickle.loads(pickle.dumps(apaas, protocol))[0], ApaasLead)
    faulty = read(QueryLeads, 200, body([5, {"id": "1"}, "x", None, {"labels": 5}, []], msg_id="m"))
    kept = pickle.loads(pickle.dumps(faulty, protocol))
    assert [fault.path for fault in kept.faults] == ["[0]", "[2]", "[3]", "[4].labels", "[5]"]
    assert (list(kept), kept.faults, kept.msg_id) == (list(faulty), faulty.faults, "m")


def test_a_page_of_many_faults_is_kept_in_as_many_steps() -> None:
    page = page_of(*[5, {"id": "1"}] * 20_000)
    assert len(pickle.loads(pickle.dumps(page)).faults) == len(page.faults) == 20_000


def test_a_page_tells_how_many_of_what_it_holds_and_nothing_of_them() -> None:
    assert repr(PAGE) == "<Page of 5 Lead>"
    assert repr(page_of({"cus_name": "示例"}, kind=QueryApaasLeads)) == "<Page of 1 ApaasLead>"


def test_a_page_can_neither_be_made_nor_changed() -> None:
    with pytest.raises(TypeError):
        Page()
    with pytest.raises(TypeError):
        PAGE[0] = Lead()  # type: ignore[index]
    with pytest.raises(TypeError):
        del PAGE[0]  # type: ignore[attr-defined]


# Scans.


def scan(query: Any, *pages: list[str]) -> list[list[str | None]]:
    """What a scan hands out where these ids are given, page by page."""
    pager, taken = Pages(query), []
    for ids in pages:
        assert pager.next_query() is not None
        page = read(type(query), 200, page_body(ids))
        taken.append([lead.id for lead in pager.take(page)])
    return taken


def page_body(ids: list[str]) -> str:
    return body([{"id": each} for each in ids])


def test_a_scan_asks_page_by_page_until_one_is_empty() -> None:
    pages = Pages(QueryLeads(code="c", page_size=2))
    asked = []
    for ids in (["1", "2"], ["3"], []):
        query = pages.next_query()
        assert query is not None
        asked.append(query)
        assert [lead.id for lead in pages.take(page_of(*({"id": each} for each in ids)))] == ids
    assert asked == [QueryLeads(code="c", page_size=2, page=page) for page in (1, 2, 3)]
    assert pages.next_query() is None
    assert pages.next_query() is None


def test_a_scan_begins_at_the_page_that_the_query_names_and_asks_for_a_thousand() -> None:
    query = Pages(QueryLeads(code="c", page=5)).next_query()
    assert isinstance(query, QueryLeads)
    assert (query.page, query.page_size) == (5, 1000)


def test_a_page_that_was_asked_for_is_asked_for_again_until_it_is_taken() -> None:
    pages = Pages(QueryLeads(code="c"))
    assert pages.next_query() == pages.next_query()


def test_leads_that_shifted_onto_the_next_page_are_handed_out_once() -> None:
    assert scan(VALID["query"], ["1", "2"], ["2", "3"], ["3", "4", "1"], []) == [["1", "2"], ["3"], ["4"], []]


def test_pages_that_do_not_turn_end_a_scan_with_an_error() -> None:
    pages = Pages(QueryLeads(code="c"))
    for new in (5, 0, 0):
        pages.next_query()
        assert len(pages.take(PAGE)) == new
    pages.next_query()
    with pytest.raises(MalformedError):
        pages.take(PAGE)
    assert pages.next_query() is None


def test_leads_without_an_id_are_told_apart_by_all_that_they_say() -> None:
    one, other = ({"n": n} for n in (12345678901234567891, 12345678901234567892))
    pages = Pages(QueryLeads(code="c"))
    pages.next_query()
    assert len(pages.take(page_of(one))) == 1
    pages.next_query()
    assert [lead.extra for lead in pages.take(page_of(one, other))] == [other]


def test_a_scan_of_apaas_leads_keeps_its_sorts() -> None:
    query = QueryApaasLeads(code="c", sorts=[{"field_key": "s", "type": "asc"}])  # type: ignore[list-item]
    asked = Pages(query).next_query()
    assert asked == query.replace(page=1, page_size=1000)


def test_a_page_of_another_operation_is_refused() -> None:
    pages = Pages(QueryLeads(code="c"))
    pages.next_query()
    wrong: list[Any] = [page_of(kind=QueryApaasLeads), [], None, QueryLeads(), 5]
    for page in wrong:
        with pytest.raises(TypeError):
            pages.take(page)
    assert len(pages.take(PAGE)) == 5


@pytest.mark.parametrize("wrong", [AddLead(emp_name="e"), None, QueryLeads, {"code": "c"}, "code"])
def test_only_a_query_has_pages(wrong: Any) -> None:
    with pytest.raises(TypeError):
        Pages(wrong)


def test_a_query_that_breaks_a_rule_is_told_so_when_it_is_signed() -> None:
    query = Pages(QueryLeads()).next_query()
    assert query is not None
    assert [violation.rule for violation in query.violations()] == ["required_one_of"]
