"""A host's clock that is set: what is left of waits and of the deadline goes with it when it is set back."""

from __future__ import annotations

from typing import List

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
    not_sent,
    policy,
    send,
    settled,
    status,
    uncertain,
    unknown,
    wait,
)

NOW = 1617206400000
HOUR = 3600000
THEN = NOW - HOUR  # what the clock shows once it is set back
FOUR = policy()


def query(name: str, rules: Json, *steps: Json) -> Case:
    return call(f"clock: {name}", "query", PAYLOADS["query"], rules, send(NOW, "query"), *steps)


def add(name: str, rules: Json, *steps: Json) -> Case:
    return call(f"clock: {name}", "add", ADDS[0][2], rules, send(NOW, "add"), *steps)


def wait_cases() -> List[Case]:
    begun = (unknown(NOW + 100), wait(NOW + 100, NOW + 600))
    ended = (send(THEN + 600, "query"), *success("query", THEN + 700))
    return [
        query(
            "an hour back, with 400 ms left",
            FOUR,
            *begun,
            wait(NOW + 200, NOW + 600),
            wait(THEN + 200, THEN + 600),
            *ended,
        ),
        query("an hour back as the wait begins", FOUR, *begun, wait(THEN + 100, THEN + 600), *ended),
        query(
            "an hour back, and the rest asked for again",
            FOUR,
            *begun,
            wait(THEN + 100, THEN + 600),
            wait(THEN + 599, THEN + 600),
            *ended,
        ),
        query(
            "a millisecond back",
            FOUR,
            *begun,
            wait(NOW + 99, NOW + 599),
            send(NOW + 599, "query"),
            *success("query", NOW + 700),
        ),
        query(
            "back twice",
            FOUR,
            *begun,
            wait(THEN + 100, THEN + 600),
            wait(THEN + 300, THEN + 600),
            wait(THEN - HOUR + 300, THEN - HOUR + 600),
            send(THEN - HOUR + 600, "query"),
            *success("query", THEN - HOUR + 700),
        ),
        query(
            "back to the epoch",
            FOUR,
            *begun,
            wait(NOW + 250, NOW + 600),
            wait(0, 350),
            send(350, "query"),
            *success("query", 400),
        ),
        query("forward ends the wait", FOUR, *begun, send(NOW + HOUR, "query"), *success("query", NOW + HOUR + 100)),
        query(
            "back, and right again",
            FOUR,
            *begun,
            wait(THEN + 200, THEN + 700),
            send(NOW + 300, "query"),
            *success("query", NOW + 400),
        ),
        query(
            "back while a Retry-After is waited for",
            FOUR,
            status(NOW + 100, 429, retry_after="10"),
            wait(NOW + 100, NOW + 10100),
            wait(NOW + 4100, NOW + 10100),
            wait(THEN + 4100, THEN + 10100),
            send(THEN + 10100, "query"),
            *success("query", THEN + 10200),
        ),
        query(
            "back while the request is under way",
            FOUR,
            unknown(THEN + 100),
            wait(THEN + 100, THEN + 600),
            *ended,
        ),
        query(
            "back between two waits",
            FOUR,
            *begun,
            send(NOW + 600, "query"),
            status(THEN + 700, 503),
            wait(THEN + 700, THEN + 1700),
            wait(THEN + 1000, THEN + 1700),
            wait(THEN - HOUR + 1000, THEN - HOUR + 1700),
            send(THEN - HOUR + 1700, "query"),
            *success("query", THEN - HOUR + 1800),
        ),
        query("back, and the reply counts as ever", FOUR, *success("query", THEN)),
    ]


def deadline_cases() -> List[Case]:
    return [
        query(
            "back, and the deadline is not put off",
            policy(deadline=2000),
            unknown(NOW + 100),
            wait(NOW + 100, NOW + 600),
            wait(THEN + 100, THEN + 600),
            send(THEN + 600, "query"),
            unknown(THEN + 700),
            wait(THEN + 700, THEN + 1700),
            send(THEN + 1700, "query"),
            unknown(THEN + 1800),
            failed(THEN + 1800, "transport"),
        ),
        query(
            "back while the request is under way, and the deadline is not put off",
            policy(deadline=600),
            unknown(THEN),
            wait(THEN, THEN + 500),
            send(THEN + 500, "query"),
            unknown(THEN + 600),
            failed(THEN + 600, "transport"),
        ),
        query(
            "back, and a wait up to the deadline is begun",
            policy(deadline=1700),
            unknown(NOW + 100),
            wait(NOW + 100, NOW + 600),
            wait(THEN + 100, THEN + 600),
            send(THEN + 600, "query"),
            unknown(THEN + 700),
            wait(THEN + 700, THEN + 1700),
            send(THEN + 1700, "query"),
            *success("query", THEN + 1800),
        ),
        query(
            "forward past the deadline, and nothing more is waited for",
            policy(deadline=60000),
            unknown(NOW + HOUR),
            failed(NOW + HOUR, "transport"),
        ),
        add(
            "back while an add in doubt waits, and a wait past the deadline is not begun",
            policy(deadline=2000),
            unknown(NOW + 100),
            wait(NOW + 100, NOW + 600),
            wait(THEN + 200, THEN + 700),
            send(THEN + 700, "query"),
            found(THEN + 800, NONE),
            send(THEN + 800, "add"),
            status(THEN + 1101, 429),
            uncertain(THEN + 1101),
        ),
    ]


def settle_cases() -> List[Case]:
    return [
        add(
            "back during the settle delay",
            policy(settle_delay_ms=5000),
            unknown(NOW + 100),
            wait(NOW + 100, NOW + 5100),
            wait(NOW + 3100, NOW + 5100),
            wait(THEN + 3100, THEN + 5100),
            send(THEN + 5100, "query"),
            found(THEN + 5200, HIT),
            settled(THEN + 5200),
        ),
        add(
            "back between an add and its query",
            FOUR,
            unknown(NOW + 100),
            wait(NOW + 100, NOW + 600),
            send(NOW + 600, "query"),
            not_sent(THEN + 600),
            wait(THEN + 600, THEN + 1100),
            send(THEN + 1100, "query"),
            found(THEN + 1200, NONE),
            send(THEN + 1200, "add"),
            accepted(THEN + 1300, '"78"'),
            done(THEN + 1300, msg_id="r1", id="78"),
        ),
        query(
            "back after the call was resumed",
            FOUR,
            unknown(NOW + 100),
            wait(NOW + 100, NOW + 600),
            wait(NOW + 200, NOW + 600),
            RESUME,
            wait(THEN + 200, THEN + 600),
            RESUME,
            send(THEN + 600, "query"),
            *success("query", THEN + 700),
        ),
    ]


def cases() -> List[Case]:
    return wait_cases() + deadline_cases() + settle_cases()
