"""Calls and scans that outlive the process that began them."""

from __future__ import annotations

from typing import Any

import pytest
from qince_leads import (
    Account,
    AddLead,
    Call,
    Done,
    MalformedError,
    Other,
    Page,
    Pages,
    Policy,
    QueryApaasLeads,
    QueryLeads,
    Receipt,
    Send,
    UncertainError,
)

from .support import AT_ONCE, EMPTY, OK, SECRETS, VALID, Hand, account, body, page_of, rows, run_python

ADD = AddLead(emp_name="负责人", code="L1")


def saved(call: Call[Any]) -> str:
    text = call.save()
    assert text is not None
    return text


def resumed(hand: Hand, policy: Policy = AT_ONCE) -> None:
    """Drops the call, and goes on with what was saved of it."""
    hand.call = Call.resume(account(), saved(hand.call), policy=policy)


def test_an_add_whose_host_ended_while_it_was_sent_is_settled_by_another() -> None:
    hand = Hand(ADD)
    hand.send()
    resumed(hand)
    hand.reply(rows({"id": 6, "code": "L1"}))
    assert hand.end() == Receipt(id="6", settled=True)
    assert [request.operation for request in hand.sent] == ["add", "query"]
    assert hand.call.progress.attempts == 2


def test_another_process_goes_on_where_the_first_one_was_killed(tmp_path: Any) -> None:
    kept = tmp_path / "call"
    begin = """
import os, sys
from pathlib import Path
from qince_leads import Account, AddLead, Call
call = Call(Account("openid-8f3a", "app-key-5c1e"), AddLead(emp_name="负责人", code="L1"))
call.step(0, "m1", 0.0)
Path(sys.argv[1]).write_text(call.save(), "utf-8")
os._exit(0)
"""
    go_on = """
import sys
from pathlib import Path
from qince_leads import Account, Call, Send
call = Call.resume(Account("openid-8f3a", "app-key-5c1e"), Path(sys.argv[1]).read_text("utf-8"))
step = call.step(10_000, "m2", 0.0)
while not isinstance(step, Send):
    step = call.step(step.until_ms, "m2", 0.0)
print(call.operation, step.request.operation, step.request.body.decode())
"""
    run_python(begin, str(kept))
    assert run_python(go_on, str(kept)).strip() == 'add query {"code":"L1"}'


@pytest.mark.parametrize("operation", VALID)
def test_a_call_of_every_operation_comes_to_the_same_after_it_was_resumed(operation: str) -> None:
    hand = Hand(VALID[operation])
    resumed(hand)
    hand.reply(EMPTY if operation.startswith("query") else OK)
    result = hand.end()
    assert hand.call.operation == operation
    assert isinstance(result, Page) if operation.startswith("query") else result == Receipt(id="7")


def test_a_request_to_any_endpoint_is_resumed_as_one() -> None:
    hand = Hand(Other("customer/v1/addCustomer", {"cm_name": "示例"}, repeat=False))
    hand.send()
    resumed(hand)
    assert hand.error(UncertainError).may_have_been_carried_out is True
    assert hand.call.operation == "other"


def test_an_add_that_may_have_been_carried_out_stays_in_doubt() -> None:
    hand = Hand(ADD)
    hand.fail()
    resumed(hand)
    assert hand.call.is_in_doubt is True
    assert hand.call.progress.may_have_been_carried_out is True
    error = hand.call.give_up(hand.now_ms)
    assert isinstance(error, UncertainError)
    assert (error.attempts, error.may_have_been_carried_out) == (1, True)


def test_what_is_saved_is_one_line_and_holds_no_secret() -> None:
    hand = Hand(ADD)
    for _ in range(2):
        text = saved(hand.call)
        assert len(text.splitlines()) == 1
        assert [secret for secret in SECRETS if secret in text] == []
        hand.send()
    digest = hand.sent[0].url.split("/")[-2]
    assert digest not in saved(hand.call)


def test_a_call_whose_end_is_known_is_not_saved() -> None:
    hand = Hand(ADD)
    hand.reply(OK)
    assert hand.call.save() is None
    assert isinstance(hand.call.step(0, "m", 0.0), Done)


@pytest.mark.parametrize(
    "damage", [lambda _: "", lambda _: "x", lambda text: text[:-1], lambda text: text.replace("L1", "L2")]
)
def test_a_text_that_is_damaged_is_malformed(damage: Any) -> None:
    with pytest.raises(MalformedError):
        Call.resume(account(), damage(saved(Call(account(), ADD))))
    pages = Pages(QueryLeads(code="L1")).save()
    with pytest.raises(MalformedError):
        Pages.resume(damage(pages))


def test_a_call_is_no_scan_and_a_scan_no_call() -> None:
    with pytest.raises(MalformedError):
        Pages.resume(saved(Call(account(), ADD)))
    scan = Pages(QueryLeads(code="c")).save()
    assert scan is not None
    with pytest.raises(MalformedError):
        Call.resume(account(), scan)


def test_a_call_goes_on_as_the_account_that_resumes_it() -> None:
    other = Account("another", "key", "https://openapi.qince.com")
    step = Call.resume(other, saved(Call(account(), ADD))).step(0, "m", 0.0)
    assert isinstance(step, Send)
    assert step.request.url.startswith("https://openapi.qince.com/api/salesleads/v1/addSalesLeads/another/")


@pytest.mark.parametrize("kind", [QueryLeads, QueryApaasLeads])
def test_a_scan_goes_on_at_its_next_page_and_knows_what_it_has_handed_out(kind: Any) -> None:
    pages = Pages(kind(code="c", page_size=2))
    pages.next_query()
    pages.take(page_of({"id": "1"}, {"id": "2"}, kind=kind))
    text = pages.save()
    assert text is not None
    resumed = Pages.resume(text)
    assert resumed.next_query() == kind(code="c", page=2, page_size=2)
    assert [lead.id for lead in resumed.take(page_of({"id": "2"}, {"id": "3"}, kind=kind))] == ["3"]
    resumed.next_query()
    assert resumed.take(page_of(kind=kind)) == []
    assert (resumed.next_query(), resumed.save()) == (None, None)


# What a call knows of itself.


def test_an_error_says_which_request_it_was_how_many_and_whether_it_may_have_been_carried_out() -> None:
    hand = Hand(VALID["remove"], Policy(max_attempts=2, base_delay_ms=0))
    hand.fail("unknown")
    hand.fail("not_sent")
    with pytest.raises(Exception, match="could not be sent") as raised:
        hand.end()
    error: Any = raised.value
    assert (error.code, error.msg_id, error.attempts, error.may_have_been_carried_out) == ("transport", "m2", 2, True)
    hand = Hand(ADD)
    hand.reply(OK._replace(body=body(code="5", msg_id="echoed")))
    with pytest.raises(Exception, match="rejected") as raised:
        hand.end()
    error = raised.value
    assert (error.msg_id, error.echoed_msg_id, error.attempts) == ("m1", "echoed", 1)
    assert error.may_have_been_carried_out is False


def test_a_cause_says_the_same_as_the_error_that_goes_back_to_it() -> None:
    hand = Hand(AddLead(emp_name="e"))
    hand.fail()
    error = hand.error(UncertainError)
    cause: Any = error.__cause__
    assert (error.msg_id, error.attempts, error.may_have_been_carried_out) == ("m1", 1, True)
    assert (cause.msg_id, cause.attempts, cause.may_have_been_carried_out) == ("m1", 1, True)


def test_a_doubt_outlives_whatever_ends_the_call() -> None:
    # What was sent again was surely not carried out, but the first one may have been.
    for last in ("not_sent", 429, 404):
        hand = Hand(ADD, Policy(max_attempts=2, base_delay_ms=0))
        hand.fail()
        hand.reply(EMPTY)
        if isinstance(last, str):
            hand.fail(last)
        else:
            hand.reply(EMPTY._replace(status=last, body=""))
        assert hand.error(UncertainError).may_have_been_carried_out is True
        assert [request.operation for request in hand.sent] == ["add", "query", "add"]


def test_a_call_that_is_given_up_is_over() -> None:
    hand = Hand(ADD)
    assert hand.call.give_up(0) is None
    hand = Hand(ADD)
    hand.send()
    error = hand.call.give_up(30)
    assert isinstance(error, UncertainError)
    assert error.msg_id == "m1"
    attempt = hand.call.last_attempt
    assert attempt is not None
    assert (attempt.outcome, attempt.msg_id, attempt.duration_ms) == ("cancelled", "m1", 30)
    assert hand.call.save() is None
    hand.call.replied("m1", 40, 200, OK.body)
    assert isinstance(hand.error(UncertainError), UncertainError)


def test_a_late_reply_to_an_earlier_request_changes_nothing() -> None:
    hand = Hand(VALID["remove"])
    hand.fail()
    hand.send()
    hand.call.replied("m1", 0, 200, body("1"))
    hand.call.failed("m1", 0, "unknown", OSError("late"))
    assert hand.call.progress.msg_id == "m2"
    hand.call.replied("m2", 0, 200, body("2"))
    assert hand.end() == Receipt(id="2")


def test_a_reply_to_another_request_leaves_it_open_where_the_tenant_echoes_ids() -> None:
    hand = Hand(ADD, Policy(base_delay_ms=0, match_msg_id=True))
    hand.reply(OK._replace(body=body("1", msg_id="another")))
    hand.reply(rows({"id": 6, "code": "L1"}))
    assert hand.end() == Receipt(id="6", settled=True)


def test_a_code_of_the_tenant_may_say_that_it_is_to_be_tried_again() -> None:
    hand = Hand(ADD, Policy(base_delay_ms=0, retry_codes=["45"]))
    hand.reply(OK._replace(body=body(code="45", return_msg="频率过高")))
    hand.reply(OK)
    assert hand.end() == Receipt(id="7")


def test_an_add_is_not_sent_again_where_the_policy_forbids_it() -> None:
    hand = Hand(ADD, Policy(base_delay_ms=0, resend_adds=False))
    hand.fail()
    hand.reply(EMPTY)
    assert isinstance(hand.error(UncertainError), UncertainError)
    assert len(hand.sent) == 2


def test_an_add_is_looked_for_once_the_service_may_show_it() -> None:
    call = Call(account(), ADD, policy=Policy(base_delay_ms=100, jitter=0, settle_delay_ms=5000))
    call.step(0, "m1", 0.0)
    call.failed("m1", 0, "unknown")
    step: Any = call.step(0, "m2", 0.0)
    assert step.until_ms == 5000
