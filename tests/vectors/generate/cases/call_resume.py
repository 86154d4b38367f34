"""Calls that are saved as text and dropped, and go on from the text."""

from __future__ import annotations

from typing import List, Tuple

from model.calls import Call

from .build import Case, Json
from .call_add import ADDS, HIT, NONE
from .call_repeat import PAYLOADS, success
from .script import (
    RESUME,
    accepted,
    call,
    done,
    failed,
    found,
    late,
    not_sent,
    policy,
    refused,
    rejected,
    send,
    settled,
    status,
    uncertain,
    unknown,
    wait,
)

FOUR = policy()
BUSY = "100203"
ADD, QUERY, PAYLOAD, WITHOUT_CODE = ADDS[0]

DOUBT = (send(0, ADD), unknown(100), wait(100, 600), send(600, QUERY))
AGAIN = (*DOUBT, found(700, NONE), send(700, ADD))


def wherever_nothing_is_under_way(rules: Json, payload: Json, op: str, steps: Tuple[Json, ...]) -> List[Json]:
    """The steps, with the call saved before each at which no request is under way and the end is not known."""
    machine = Call(op, payload, rules)
    made: List[Json] = []
    for step in steps:
        if not machine.under_way and not machine.end:
            made.append(RESUME)
        made.append(step)
        if "give" in step:
            machine.give(step["at"], step["give"])
        else:
            machine.step(step["at"])
    return made


def idle_cases() -> List[Case]:
    """Saved between requests: nothing changes."""
    repeated = (
        send(0, "modify"),
        not_sent(10),
        wait(10, 510),
        wait(200, 510),
        send(510, "modify"),
        status(600, 503, retry_after="2"),
        wait(600, 2600),
        send(2600, "modify"),
        unknown(2700),
        wait(2700, 4700),
        send(4700, "modify"),
        accepted(4800, '"77"'),
        done(4800, msg_id="r1", id="77"),
    )
    used_up = (send(0, "query"), unknown(10), wait(10, 510), send(510, "query"), status(600, 502))
    scripts: List[Tuple[str, str, Json, Json, Tuple[Json, ...]]] = [
        ("delays, counts and requests go on", "modify", PAYLOADS["modify"], FOUR, repeated),
        ("the first request", "query", PAYLOADS["query"], FOUR, (send(5, "query"), *success("query", 10))),
        (
            "the last failure is the end",
            "query",
            PAYLOADS["query"],
            policy(attempts=2),
            (*used_up, failed(600, "http_status", status=502)),
        ),
        (
            "the deadline goes on",
            "query",
            PAYLOADS["query"],
            policy(deadline=1000),
            (*used_up, failed(600, "http_status", status=502)),
        ),
        (
            "doubt, queries and the second add go on",
            ADD,
            PAYLOAD,
            policy(settle_delay_ms=900),
            (
                send(0, ADD),
                unknown(100),
                wait(100, 1000),
                send(1000, QUERY),
                status(1100, 503),
                wait(1100, 1600),
                send(1600, QUERY),
                found(1700, NONE),
                send(1700, ADD),
                status(1800, 429),
                wait(1800, 2800),
                send(2800, ADD),
                rejected(2900),
                send(2900, QUERY),
                not_sent(3000),
                wait(3000, 3500),
                send(3500, QUERY),
                found(3600, HIT),
                settled(3600),
            ),
        ),
        (
            "a refusal of what was sent again stays uncertain",
            ADD,
            PAYLOAD,
            FOUR,
            (
                *AGAIN,
                rejected(800),
                send(800, QUERY),
                unknown(900),
                wait(900, 1400),
                send(1400, QUERY),
                found(1500, NONE),
                uncertain(1500),
            ),
        ),
        (
            "doubt ends no other way",
            ADD,
            PAYLOAD,
            FOUR,
            (*AGAIN, status(800, 429), wait(800, 1800), send(1800, ADD), status(1900, 404), uncertain(1900)),
        ),
        (
            "an add is not sent again where the policy says so",
            ADD,
            PAYLOAD,
            policy(resend_adds=False),
            (*DOUBT, found(700, NONE), uncertain(700)),
        ),
        (
            "a refusal with a retry code",
            "remove",
            PAYLOADS["remove"],
            policy(attempts=2, retry_codes=[BUSY]),
            (
                send(0, "remove"),
                rejected(20, code=BUSY),
                wait(20, 520),
                send(520, "remove"),
                rejected(600, code=BUSY),
                refused(600, code=BUSY),
            ),
        ),
        (
            "what comes late changes nothing",
            "remove",
            PAYLOADS["remove"],
            FOUR,
            (
                send(0, "remove"),
                unknown(100),
                wait(100, 600),
                late("m1", accepted(200, '"5"')),
                wait(200, 600),
                send(600, "remove"),
                late("m1", rejected(650)),
                accepted(700),
                done(700, msg_id="r1"),
            ),
        ),
        (
            "msg_ids are compared",
            "remove",
            PAYLOADS["remove"],
            policy(match_msg_id=True),
            (
                send(0, "remove"),
                accepted(100, msg_id="m2"),
                wait(100, 600),
                send(600, "remove"),
                accepted(700, msg_id="m2"),
                done(700, msg_id="m2"),
            ),
        ),
        (
            "a host that wakes late",
            "query",
            PAYLOADS["query"],
            FOUR,
            (send(0, "query"), unknown(100), wait(100, 600), send(99999, "query"), *success("query", 100000)),
        ),
    ]
    made = []
    for what, op, payload, rules, steps in scripts:
        script = wherever_nothing_is_under_way(rules, payload, op, steps)
        twice = [again for step in script for again in ([step, step] if step == RESUME else [step])]
        made.append(call(f"resumed between requests: {what}", op, payload, rules, *script))
        made.append(call(f"resumed between requests, twice each time: {what}", op, payload, rules, *twice))
    return made


def under_way_cases() -> List[Case]:
    """Saved while a request is under way: it counts as failed with an unknown outcome, at the next step."""
    made = []
    for op in ("modify", "modify_apaas", "remove", "query", "query_apaas"):
        made += [
            call(
                "resumed while it is under way: tried again",
                op,
                PAYLOADS[op],
                FOUR,
                send(0, op),
                RESUME,
                wait(100, 600),
                send(600, op),
                *success(op, 700),
            ),
            call(
                "resumed while the last attempt is under way",
                op,
                PAYLOADS[op],
                policy(attempts=1),
                send(0, op),
                RESUME,
                failed(100, "transport"),
            ),
        ]
    for add, query, payload, without_code in ADDS:
        doubt = (send(0, add), RESUME, wait(100, 600), send(600, query))
        again = (*doubt, found(700, NONE), send(700, add))
        made += [
            call(
                "resumed while it is under way, without a code",
                add,
                without_code,
                FOUR,
                send(0, add),
                RESUME,
                uncertain(100),
            ),
            call("resumed while it is under way: found", add, payload, FOUR, *doubt, found(700, HIT), settled(700)),
            call(
                "resumed while it is under way: not found, sent again",
                add,
                payload,
                FOUR,
                *again,
                accepted(800, '"78"'),
                done(800, msg_id="r1", id="78"),
            ),
            call(
                "resumed while it is under way, with a settle delay",
                add,
                payload,
                policy(settle_delay_ms=3000),
                send(0, add),
                RESUME,
                wait(100, 3100),
                send(3100, query),
                found(3200, HIT),
                settled(3200),
            ),
            call(
                "resumed while its query is under way",
                add,
                payload,
                FOUR,
                *doubt,
                RESUME,
                wait(700, 1200),
                send(1200, query),
                found(1300, HIT),
                settled(1300),
            ),
            call(
                "resumed while its last query is under way",
                add,
                payload,
                policy(attempts=1),
                *doubt,
                RESUME,
                uncertain(700),
            ),
            call(
                "resumed while it is under way for the second time",
                add,
                payload,
                FOUR,
                *again,
                RESUME,
                wait(800, 1800),
                send(1800, query),
                found(1900, HIT),
                settled(1900),
            ),
            call(
                "resumed while the query after a refusal is under way",
                add,
                payload,
                FOUR,
                *again,
                rejected(800),
                send(800, query),
                RESUME,
                wait(900, 1400),
                send(1400, query),
                found(1500, NONE),
                uncertain(1500),
            ),
            call(
                "resumed while it is under way, with no time left",
                add,
                payload,
                policy(deadline=600),
                send(0, add),
                RESUME,
                uncertain(101),
            ),
        ]
    page = PAYLOADS["query"]
    return made + [
        call(
            "resumed while it is under way, twice before the next step",
            "query",
            page,
            FOUR,
            send(0, "query"),
            RESUME,
            RESUME,
            wait(100, 600),
            RESUME,
            RESUME,
            send(600, "query"),
            *success("query", 700),
        ),
        call(
            "resumed at each request until none is left",
            "query",
            page,
            policy(attempts=3),
            send(0, "query"),
            RESUME,
            wait(100, 600),
            send(600, "query"),
            RESUME,
            wait(700, 1700),
            send(1700, "query"),
            RESUME,
            failed(1800, "transport"),
        ),
        call(
            "resumed an hour later, the delay begins then",
            "query",
            page,
            FOUR,
            send(0, "query"),
            RESUME,
            wait(3600000, 3600500),
            send(3600500, "query"),
            *success("query", 3600600),
        ),
        call(
            "resumed past the deadline",
            "query",
            page,
            policy(deadline=60000),
            send(0, "query"),
            RESUME,
            failed(3600000, "transport"),
        ),
        call(
            "resumed, and the reply to the request of before comes late",
            "remove",
            PAYLOADS["remove"],
            FOUR,
            send(0, "remove"),
            RESUME,
            wait(100, 600),
            late("m1", accepted(200, '"5"')),
            wait(200, 600),
            send(600, "remove"),
            late("m1", accepted(650, '"5"')),
            accepted(700, '"77"'),
            done(700, msg_id="r1", id="77"),
        ),
        call(
            "resumed after a failure, while the next request is under way",
            "modify",
            PAYLOADS["modify"],
            FOUR,
            send(0, "modify"),
            status(10, 429),
            wait(10, 510),
            send(510, "modify"),
            RESUME,
            wait(600, 1600),
            send(1600, "modify"),
            *success("modify", 1700),
        ),
        call(
            "resumed with the clock set back while it was under way",
            "query",
            page,
            policy(deadline=600),
            send(1617206400000, "query"),
            RESUME,
            wait(1617202800000, 1617202800500),
            send(1617202800500, "query"),
            RESUME,
            failed(1617202800600, "transport"),
        ),
    ]


def cases() -> List[Case]:
    return idle_cases() + under_way_cases()
