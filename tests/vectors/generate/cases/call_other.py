"""Calls of `other`, of which the caller says whether they may be carried out twice."""

from __future__ import annotations

from typing import Any, List

from .build import Case, Json
from .script import (
    RESUME,
    accepted,
    call,
    done,
    failed,
    late,
    not_sent,
    policy,
    refused,
    rejected,
    send,
    status,
    uncertain,
    unknown,
    wait,
)

PATH = "customer/v1/queryCustomer"
PAYLOAD: Json = {"cm_code": "C1"}
FOUR = policy()
FIRST = send(0, "other")
SUCCESS = (accepted(700, '"[{\\"id\\":1}]"'), done(700, msg_id="r1", data=[{"id": 1}]))


def other(name: str, rules: Json, *steps: Json, payload: Any = None, **members: Any) -> Case:
    return call(name, "other", payload or PAYLOAD, rules, *steps, path=PATH, **members)


def outcomes(at: int) -> List[Any]:
    """The failures after which it may have been carried out."""
    return [
        ("an unknown outcome", unknown(at)),
        ("status 408", status(at, 408)),
        ("status 503", status(at, 503)),
        ("status 200 with HTML", status(at, 200)),
    ]


def repeatable_cases() -> List[Case]:
    made = []
    for members in ({}, {"repeat": True}):
        said = "said to be repeatable" if members else "repeatable"
        made.append(other(f"{said}: succeeds at once", FOUR, FIRST, accepted(9), done(9, msg_id="r1"), **members))
        for what, outcome in outcomes(100):
            made.append(
                other(
                    f"{said}: {what} is tried again",
                    FOUR,
                    FIRST,
                    outcome,
                    wait(100, 600),
                    send(600, "other"),
                    *SUCCESS,
                    **members,
                )
            )
    two = policy(attempts=2)
    again = (FIRST, unknown(100), wait(100, 600), send(600, "other"))
    return made + [
        other("repeatable: attempts used up by unknown outcomes", two, *again, unknown(700), failed(700, "transport")),
        other(
            "repeatable: attempts used up, status 503",
            two,
            *again,
            status(700, 503),
            failed(700, "http_status", status=503),
        ),
        other("repeatable: attempts used up, HTML", two, *again, status(700, 200), failed(700, "malformed")),
        other("repeatable: a refusal on the second try ends it", FOUR, *again, rejected(700), refused(700)),
        other("repeatable: an array", FOUR, *again, *SUCCESS, payload=[{"code": "C1"}, 2]),
        other(
            "repeatable: resumed while it is under way",
            FOUR,
            FIRST,
            RESUME,
            wait(100, 600),
            send(600, "other"),
            *SUCCESS,
        ),
        other(
            "repeatable: a success that comes late",
            FOUR,
            *again,
            late("m1", accepted(650, "[5]")),
            accepted(700, "5"),
            done(700, msg_id="r1", data=5),
        ),
        other(
            "repeatable: a reply to another request",
            policy(match_msg_id=True),
            FIRST,
            accepted(100, "[5]", "m9"),
            wait(100, 600),
            send(600, "other"),
            accepted(700, "5", "m2"),
            done(700, msg_id="m2", data=5),
        ),
    ]


def once_cases() -> List[Case]:
    made = []
    for what, outcome in outcomes(100):
        made.append(other(f"not repeatable: {what} ends uncertain", FOUR, FIRST, outcome, uncertain(100), repeat=False))
    for what, outcome in (
        ("what was not sent", not_sent(100)),
        ("status 429", status(100, 429)),
        ("a refusal with a retry code", rejected(100, code="9")),
    ):
        busy = policy(retry_codes=["9"])
        again = (FIRST, outcome, wait(100, 600), send(600, "other"))
        made += [
            other(f"not repeatable: {what} is tried again", busy, *again, *SUCCESS, repeat=False),
            other(
                f"not repeatable: {what}, then an unknown outcome ends uncertain",
                busy,
                *again,
                unknown(700),
                uncertain(700),
                repeat=False,
            ),
        ]
    one = policy(attempts=1)
    return made + [
        other("not repeatable: succeeds at once", FOUR, FIRST, accepted(9), done(9, msg_id="r1"), repeat=False),
        other("not repeatable: a refusal ends it", FOUR, FIRST, rejected(9), refused(9), repeat=False),
        other(
            "not repeatable: another status ends it",
            FOUR,
            FIRST,
            status(9, 404),
            failed(9, "http_status", status=404),
            repeat=False,
        ),
        other(
            "not repeatable: attempts used up without sending",
            one,
            FIRST,
            not_sent(9),
            failed(9, "transport"),
            repeat=False,
        ),
        other(
            "not repeatable: attempts used up by status 429",
            one,
            FIRST,
            status(9, 429),
            failed(9, "http_status", status=429),
            repeat=False,
        ),
        other(
            "not repeatable: a code in it is looked for nowhere",
            policy(settle_delay_ms=1000),
            FIRST,
            unknown(100),
            uncertain(100),
            payload={"code": "L1", "empName": "张三"},
            repeat=False,
        ),
        other("not repeatable: resumed while it is under way", FOUR, FIRST, RESUME, uncertain(100), repeat=False),
        other(
            "not repeatable: a reply to another request ends uncertain",
            policy(match_msg_id=True),
            FIRST,
            accepted(100, "[5]", "m9"),
            uncertain(100),
            repeat=False,
        ),
    ]


def shared_cases() -> List[Case]:
    return [
        other("a refusal ends it", FOUR, FIRST, rejected(9), refused(9)),
        other("another status ends it", FOUR, FIRST, status(9, 403), failed(9, "http_status", status=403)),
        other(
            "text that is no JSON is its data",
            FOUR,
            FIRST,
            accepted(9, '"f47ac10b"'),
            done(9, msg_id="r1", data="f47ac10b"),
        ),
        other(
            "attempts used up by refusals with a retry code",
            policy(attempts=1, retry_codes=["9"]),
            FIRST,
            rejected(9, code="9"),
            refused(9, code="9"),
        ),
        other(
            "a retry_after is waited for",
            FOUR,
            FIRST,
            status(100, 429, retry_after="0.5"),
            wait(100, 600),
            send(600, "other"),
            *SUCCESS,
        ),
        other(
            "a wait past the deadline is not begun", policy(deadline=599), FIRST, unknown(100), failed(100, "transport")
        ),
    ]


def cases() -> List[Case]:
    return repeatable_cases() + once_cases() + shared_cases()
