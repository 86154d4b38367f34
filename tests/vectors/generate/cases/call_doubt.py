"""Doubt stays: an add that may have been carried out ends as ok or as uncertain, whatever ends it."""

from __future__ import annotations

from typing import List, Tuple

from .build import Case, Json
from .call_add import ADDS, HIT, NONE
from .script import (
    accepted,
    call,
    done,
    failed,
    found,
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
TWO = policy(attempts=2)
BUSY = "100203"
ADD = ADDS[0][2]


def sent_again(add: str = "add", query: str = "query") -> Tuple[Json, ...]:
    """An add in doubt that was not found and is sent again, at 700."""
    return send(0, add), unknown(100), wait(100, 600), send(600, query), found(700, NONE), send(700, add)


def again(name: str, rules: Json, *steps: Json) -> Case:
    return call(name, "add", ADD, rules, *sent_again(), *steps)


def ending_cases() -> List[Case]:
    """What ends an add that was sent again."""
    made = []
    for add, query, payload, _ in ADDS:
        for what, rules, outcome in (
            ("another status", FOUR, status(800, 404)),
            ("another status on the last attempt", TWO, status(800, 403)),
            ("status 429 on the last attempt", TWO, status(800, 429)),
            ("what was not sent on the last attempt", TWO, not_sent(800)),
            ("status 429, and a wait past the deadline", policy(deadline=1000), status(800, 429)),
            ("what was not sent, and a wait past the deadline", policy(deadline=1799), not_sent(800)),
            ("an unknown outcome, and a wait past the deadline", policy(deadline=1799), unknown(800)),
            ("a retry_after past the deadline", policy(deadline=60000), status(800, 429, retry_after="60")),
        ):
            made.append(
                call(
                    f"in doubt, sent again, {what}: uncertain",
                    add,
                    payload,
                    rules,
                    *sent_again(add, query),
                    outcome,
                    uncertain(800),
                )
            )
    for code in (300, 302, 400, 401, 405, 410, 413, 422):
        made.append(again(f"in doubt, sent again, status {code}: uncertain", FOUR, status(800, code), uncertain(800)))
    return made


def turned_away_cases() -> List[Case]:
    """Sent again and not carried out: it is tried again, and what comes then counts."""
    busy = policy(retry_codes=[BUSY])
    made = []
    for what, rules, outcome in (
        ("status 429", FOUR, status(800, 429)),
        ("not sent", FOUR, not_sent(800)),
        ("a refusal with a retry code", busy, rejected(800, code=BUSY)),
    ):
        then = (outcome, wait(800, 1800), send(1800, "add"))
        made += [
            again(
                f"in doubt, sent again, {what}, taken",
                rules,
                *then,
                accepted(1900, '"79"'),
                done(1900, msg_id="r1", id="79"),
            ),
            again(
                f"in doubt, sent again, {what}, another status: uncertain",
                rules,
                *then,
                status(1900, 404),
                uncertain(1900),
            ),
            again(
                f"in doubt, sent again, {what}, refused, found after all",
                rules,
                *then,
                rejected(1900),
                send(1900, "query"),
                found(2000, HIT),
                settled(2000),
            ),
            again(
                f"in doubt, sent again, {what}, refused, still not found: uncertain",
                rules,
                *then,
                rejected(1900),
                send(1900, "query"),
                found(2000, NONE),
                uncertain(2000),
            ),
            again(
                f"in doubt, sent again, {what}, in doubt again, found",
                rules,
                *then,
                unknown(1900),
                wait(1900, 3900),
                send(3900, "query"),
                found(4000, HIT),
                settled(4000),
            ),
        ]
    return made + [
        again(
            "in doubt, sent again, turned away until no attempts are left: uncertain",
            FOUR,
            status(800, 429),
            wait(800, 1800),
            send(1800, "add"),
            not_sent(1900),
            wait(1900, 3900),
            send(3900, "add"),
            status(4000, 429),
            uncertain(4000),
        ),
        again(
            "in doubt, sent again, status 429 with a retry_after, taken",
            FOUR,
            status(800, 429, retry_after="3"),
            wait(800, 3800),
            send(3800, "add"),
            accepted(3900, "true"),
            done(3900, msg_id="r1", data=True),
        ),
    ]


def refused_cases() -> List[Case]:
    """A refusal of what was sent again: the first add may be stored and not shown yet, or still be on its way."""

    def after(name: str, rules: Json, *steps: Json) -> Case:
        return again(f"in doubt, sent again, refused, {name}", rules, rejected(800), send(800, "query"), *steps)

    return [
        after("the query refused: uncertain", FOUR, rejected(900), uncertain(900)),
        after("the query with another status: uncertain", FOUR, status(900, 404), uncertain(900)),
        after("another lead found: uncertain", FOUR, found(900, '[{"id":"5","code":"L10"}]'), uncertain(900)),
        after("found but for case", FOUR, found(900, '[{"id":"5","code":"l1"}]'), settled(900, "5")),
        after(
            "the query tried again, found",
            FOUR,
            unknown(900),
            wait(900, 1400),
            send(1400, "query"),
            found(1500, HIT),
            settled(1500),
        ),
        after(
            "the query tried again, not found: uncertain",
            FOUR,
            status(900, 429),
            wait(900, 1400),
            send(1400, "query"),
            found(1500, NONE),
            uncertain(1500),
        ),
        after(
            "the query tried until no attempts are left: uncertain",
            TWO,
            not_sent(900),
            wait(900, 1400),
            send(1400, "query"),
            unknown(1500),
            uncertain(1500),
        ),
        after("no time to try the query again: uncertain", policy(deadline=1399), unknown(900), uncertain(900)),
        again(
            "in doubt, sent again, refused with another than a retry code, found",
            policy(retry_codes=[BUSY]),
            rejected(800, code="100204"),
            send(800, "query"),
            found(900, HIT),
            settled(900),
        ),
        again(
            "in doubt, sent again, refused with status 403, not found: uncertain",
            FOUR,
            status(800, 403, '{"return_code":"1","return_msg":"no"}'),
            send(800, "query"),
            found(900, NONE),
            uncertain(900),
        ),
    ]


def no_doubt_cases() -> List[Case]:
    """An add that was tried again without ever being in doubt ends as it ends."""
    made = []
    for what, outcome in (("not sent", not_sent(10)), ("turned away", status(10, 429))):
        then = (send(0, "add"), outcome, wait(10, 510), send(510, "add"))
        made += [
            call(f"{what}, then refused: no query", "add", ADD, FOUR, *then, rejected(600), refused(600)),
            call(
                f"{what}, then another status: no query",
                "add",
                ADD,
                FOUR,
                *then,
                status(600, 404),
                failed(600, "http_status", status=404),
            ),
            call(
                f"{what}, then not sent on the last attempt",
                "add",
                ADD,
                TWO,
                *then,
                not_sent(600),
                failed(600, "transport"),
            ),
        ]
    return made


def cases() -> List[Case]:
    return ending_cases() + turned_away_cases() + refused_cases() + no_doubt_cases()
