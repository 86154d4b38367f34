"""Outcomes of earlier requests that come late: they change nothing."""

from __future__ import annotations

from typing import List

from .build import Case
from .call_add import ADDS, HIT, NONE
from .call_repeat import PAYLOADS, QUERIES, success
from .script import (
    accepted,
    call,
    done,
    found,
    late,
    not_sent,
    policy,
    rejected,
    send,
    settled,
    status,
    uncertain,
    unknown,
    wait,
)

FOUR = policy()


def repeat_cases() -> List[Case]:
    made = []
    for op in ("modify", "modify_apaas", "remove", "query", "query_apaas"):
        come = found(650, '"[{\\"id\\":\\"5\\"}]"') if op in QUERIES else accepted(650, '"5"')
        begun = (send(0, op), unknown(100), wait(100, 600))
        made += [
            call(
                "late: a success while the next request is under way",
                op,
                PAYLOADS[op],
                FOUR,
                *begun,
                send(600, op),
                late("m1", come),
                *success(op, 700),
            ),
            call(
                "late: a success during the wait",
                op,
                PAYLOADS[op],
                FOUR,
                *begun,
                late("m1", {**come, "at": 300}),
                wait(300, 600),
                send(600, op),
                *success(op, 700),
            ),
        ]
    remove = PAYLOADS["remove"]
    return (
        made
        + [
            call(
                f"late: {what} while the next request is under way",
                "remove",
                remove,
                FOUR,
                send(0, "remove"),
                unknown(100),
                wait(100, 600),
                send(600, "remove"),
                late("m1", outcome),
                *success("remove", 700),
            )
            for what, outcome in (
                ("a refusal", rejected(650)),
                ("another status", status(650, 404)),
                ("a failure that was unknown", unknown(650)),
                ("a failure that was not sent", not_sent(650)),
                ("status 429 with a retry_after", status(650, 429, retry_after="60")),
            )
        ]
        + [
            call(
                "late: the request under way may be named",
                "remove",
                remove,
                FOUR,
                send(0, "remove"),
                late("m1", unknown(100)),
                wait(100, 600),
                send(600, "remove"),
                late("m2", accepted(700, '"77"')),
                done(700, msg_id="r1", id="77"),
            ),
            call(
                "late: outcomes of two requests, both ways round",
                "remove",
                remove,
                FOUR,
                send(0, "remove"),
                unknown(100),
                wait(100, 600),
                send(600, "remove"),
                unknown(700),
                wait(700, 1700),
                late("m2", accepted(800, '"6"')),
                wait(800, 1700),
                send(1700, "remove"),
                late("m2", rejected(1710)),
                late("m1", accepted(1720, '"5"')),
                accepted(1800, '"77"'),
                done(1800, msg_id="r1", id="77"),
            ),
            call(
                "late: attempts are not used up by it",
                "remove",
                remove,
                policy(attempts=2),
                send(0, "remove"),
                status(100, 503),
                wait(100, 600),
                send(600, "remove"),
                late("m1", unknown(650)),
                late("m1", unknown(660)),
                accepted(700),
                done(700, msg_id="r1"),
            ),
        ]
    )


def add_cases() -> List[Case]:
    made = []
    for add, query, payload, _ in ADDS:
        begun = (send(0, add), unknown(100), wait(100, 600))
        settling = (*begun, send(600, query))
        again = (*settling, found(700, NONE), send(700, add))
        made += [
            call(
                "late: a success of the first add while it is looked for",
                add,
                payload,
                FOUR,
                *settling,
                late("m1", accepted(650, '"5"')),
                found(700, NONE),
                send(700, add),
                accepted(800, '"78"'),
                done(800, msg_id="r1", id="78"),
            ),
            call(
                "late: a refusal of the first add while it is looked for",
                add,
                payload,
                FOUR,
                *settling,
                late("m1", rejected(650)),
                found(700, HIT),
                settled(700),
            ),
            call(
                "late: a success of the first add before it is looked for",
                add,
                payload,
                FOUR,
                *begun,
                late("m1", accepted(200, '"5"')),
                wait(200, 600),
                send(600, query),
                found(700, HIT),
                settled(700),
            ),
            call(
                "late: a success of the first add while the second is under way",
                add,
                payload,
                policy(attempts=2),
                *again,
                late("m1", accepted(750, '"5"')),
                unknown(800),
                wait(800, 1800),
                send(1800, query),
                found(1900, NONE),
                uncertain(1900),
            ),
            call(
                "late: a page of the first query while the second add is under way",
                add,
                payload,
                FOUR,
                *settling,
                unknown(700),
                wait(700, 1200),
                send(1200, query),
                found(1300, NONE),
                send(1300, add),
                late("m2", found(1350, HIT)),
                accepted(1400, '"78"'),
                done(1400, msg_id="r1", id="78"),
            ),
            call(
                "late: a page of the first query while the second is under way",
                add,
                payload,
                policy(attempts=2),
                *settling,
                unknown(700),
                wait(700, 1200),
                send(1200, query),
                late("m2", found(1250, NONE)),
                found(1300, HIT),
                settled(1300),
            ),
        ]
    return made


def cases() -> List[Case]:
    return repeat_cases() + add_cases()
