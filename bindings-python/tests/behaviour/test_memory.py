"""What was used is given back."""

from __future__ import annotations

import gc
import sys
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from qince_leads import AddLead, Call, InvalidPayloadError, Lead, QinceError, QueryLeads, read, sign, verify_push

from .support import ONCE, PUSH_SECRET, VALID, account, body, push_body, run_python

PAGE_SIZE = 4096
ACCOUNT = account()
LEAD = AddLead(emp_name="e", cus_name="示例", exts=[{"salesleads_ext_key": "k"}], extra={"a": [1]})  # type: ignore[list-item]
ROWS = body([{"id": i, "cus_name": "示例", "labels": [{}], "new": {"a": i}} for i in range(3)]).encode()
PUSH = push_body({"lead_ID": 5, "new": [1]})


def resident_kib() -> int:
    """How much memory the process holds."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE_SIZE // 1024


def read_whole() -> None:
    for lead in read(QueryLeads, 200, ROWS):
        assert lead.cus_name
        assert lead.extra


def make_and_sign() -> None:
    sign(ACCOUNT, AddLead(emp_name="e", cus_name="示例", extra={"a": [1]}), now_ms=0, msg_id="m")


def fail() -> None:
    for wrong in (lambda: AddLead(cus_name=5), lambda: read(AddLead, 200, "x"), lambda: AddLead(extra={"a": object()})):  # type: ignore[arg-type,dict-item]
        try:
            wrong()
        except (QinceError, TypeError):
            continue
        pytest.fail("nothing was raised")


def drive() -> None:
    call = Call(ACCOUNT, LEAD, policy=ONCE)
    call.step(0, "m", 0.0)
    call.failed("m", 0, "unknown", TimeoutError())
    with pytest.raises(QinceError):
        call.step(0, "m", 0.0)


def keep_and_compare() -> None:
    assert LEAD.replace(code="c") != LEAD
    assert AddLead.from_json(LEAD.to_json()) == LEAD
    assert Lead(id="1", extra={"a": 1}).to_dict() == {"id": "1", "extra": {"a": 1}}
    assert repr(LEAD)
    assert hash(LEAD)


@pytest.mark.parametrize(
    ("use", "times"),
    [
        (lambda: sign(ACCOUNT, LEAD, now_ms=0, msg_id="m"), 100_000),
        (lambda: read(QueryLeads, 200, ROWS), 100_000),
        (read_whole, 10_000),
        (make_and_sign, 20_000),
        (fail, 5_000),
        (drive, 5_000),
        (keep_and_compare, 5_000),
        (lambda: verify_push(PUSH, secrets=PUSH_SECRET, max_age_ms=None), 20_000),
    ],
    ids=["sign", "read", "read whole", "make and sign", "fail", "drive a call", "keep and compare", "push"],
)
def test_what_is_done_many_times_leaves_nothing_behind(use: Callable[[], object], times: int) -> None:
    for _ in range(times // 10):
        use()
    gc.collect()
    before = resident_kib()
    for _ in range(times):
        use()
    gc.collect()
    # A leak of one small object each time would be several MiB.
    assert resident_kib() - before < 1024


def test_large_replies_are_given_back() -> None:
    large = body([{"id": i, "detail": "x" * 1000} for i in range(5_000)]).encode()
    read(QueryLeads, 200, large)
    gc.collect()
    before = resident_kib()
    for _ in range(10):
        read(QueryLeads, 200, large)
    gc.collect()
    assert resident_kib() - before < 2 * len(large) // 1024


def test_python_holds_no_more_after_than_before() -> None:
    for _ in range(200):
        read_whole()
        make_and_sign()
        fail()
        keep_and_compare()
    gc.collect()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    for _ in range(500):
        read_whole()
        make_and_sign()
        fail()
        keep_and_compare()
    gc.collect()
    grown = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    assert grown < 20_000


class Named(str):
    __slots__ = ()


def test_objects_that_are_handed_over_are_let_go() -> None:
    text, part, extra = "x" * 50, VALID["add"].replace(), {"a": ["x" * 50]}
    given: list[Any] = [text, Named("y" * 50), part, extra, extra["a"], ACCOUNT, LEAD, ROWS, PUSH, AddLead]
    uses: list[Callable[[], object]] = [
        lambda: AddLead(emp_name=text, cus_name=given[1], extra=extra).to_dict(),
        lambda: AddLead(emp_name=text, linkman=text).replace(tel=text),
        lambda: Lead(id=text, cus_name=given[1], extra=extra).replace(id=text),
        lambda: sign(ACCOUNT, LEAD),
        lambda: sign(ACCOUNT, part, msg_id=text),
        lambda: read(QueryLeads, 200, ROWS),
        lambda: verify_push(PUSH, secrets=[PUSH_SECRET], max_age_ms=None),
        lambda: Call(ACCOUNT, LEAD).step(0, text, 0.0),
        lambda: AddLead.from_json(LEAD.to_json()),
        lambda: (part == LEAD, hash(part), repr(part)),
    ]
    for use in uses:
        use()
    before = [sys.getrefcount(each) for each in given]
    for use in uses:
        for _ in range(10):
            use()
    gc.collect()
    assert [sys.getrefcount(each) for each in given] == before


def test_what_a_failing_call_is_told_is_let_go_with_it() -> None:
    cause = TimeoutError("lost")
    before = sys.getrefcount(cause)
    for _ in range(10):
        call = Call(ACCOUNT, VALID["remove"], policy=ONCE)
        call.step(0, "m", 0.0)
        call.failed("m", 0, "unknown", cause)
        with pytest.raises(QinceError):
            call.step(0, "m", 0.0)
    del call
    gc.collect()
    assert sys.getrefcount(cause) == before


def test_a_record_keeps_its_page_and_lets_it_go() -> None:
    # In a process of its own: how much is held for reuse differs with all that ran before.
    code = """
import gc, json
from pathlib import Path
from qince_leads import QueryLeads, read
rows = [{"id": str(i), "detail": "x" * 10_000} for i in range(500)]
body = json.dumps({"return_code": "0", "response_data": rows})
held = []
for _ in range(30):
    lead = read(QueryLeads, 200, body)[-1]
    assert (lead.id, len(lead.detail)) == ("499", 10_000)
    gc.collect()
    held.append(int(Path("/proc/self/statm").read_text().split()[1]) * 4096)
print(max(held[15:]) - max(held[:15]), len(body))
"""
    grown, size = map(int, run_python(code).split())
    assert grown < size


def test_invalid_payloads_that_are_caught_are_let_go() -> None:
    def refuse() -> None:
        with pytest.raises(InvalidPayloadError):
            sign(ACCOUNT, AddLead())

    refuse()
    gc.collect()
    before = len(gc.get_objects())
    for _ in range(100):
        refuse()
    gc.collect()
    assert len(gc.get_objects()) - before < 50
