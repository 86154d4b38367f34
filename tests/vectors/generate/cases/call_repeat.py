"""Calls of the operations that may be carried out twice, and the failures that every operation shares."""

from __future__ import annotations

from typing import Dict, List

from .build import Case, Json
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
    status,
    unknown,
    wait,
)

PAYLOADS: Dict[str, Json] = {
    "add": {"empName": "张三", "code": "L1"},
    "add_apaas": {"company_name": "示例公司", "code": "L1"},
    "modify": {"id": 7, "cus_name": "n"},
    "modify_apaas": {"id": 7, "company_name": "n"},
    "remove": {"code": "L1"},
    "query": {"code": "L1"},
    "query_apaas": {"code": "L1"},
}
REPEATABLE = ("modify", "modify_apaas", "remove", "query", "query_apaas")
QUERIES = ("query", "query_apaas")
FOUR = policy()


def success(op: str, at: int) -> List[Json]:
    """A reply that ends the call well, and the end."""
    if op in QUERIES:
        return [found(at, '"[{\\"id\\":\\"77\\"}]"'), done(at, leads=[{"id": "77"}])]
    return [accepted(at, '"77"'), done(at, msg_id="r1", id="77")]


def first_try_cases() -> List[Case]:
    made = []
    for op, payload in PAYLOADS.items():
        made += [
            call("succeeds at once", op, payload, FOUR, send(0, op), *success(op, 120)),
            call("a refusal ends it at once", op, payload, FOUR, send(0, op), rejected(120), refused(120)),
            call(
                "another status ends it at once",
                op,
                payload,
                FOUR,
                send(0, op),
                status(120, 404),
                failed(120, "http_status", status=404),
            ),
            call(
                "what was not sent is tried again",
                op,
                payload,
                FOUR,
                send(0, op),
                not_sent(20),
                wait(20, 520),
                send(520, op),
                *success(op, 600),
            ),
            call(
                "status 429 is tried again",
                op,
                payload,
                FOUR,
                send(0, op),
                status(20, 429),
                wait(20, 520),
                send(520, op),
                *success(op, 600),
            ),
        ]
    for index, code in enumerate((300, 302, 400, 401, 403, 405, 410, 413, 422)):
        op = list(PAYLOADS)[index % len(PAYLOADS)]
        made.append(
            call(
                f"status {code} ends it at once",
                op,
                PAYLOADS[op],
                FOUR,
                send(0, op),
                status(120, code, ""),
                failed(120, "http_status", status=code),
            )
        )
    for code in (400, 429, 500, 503):
        made.append(
            call(
                f"status {code} with a refusal of the service ends it at once",
                "modify",
                PAYLOADS["modify"],
                FOUR,
                send(0, "modify"),
                status(9, code, '{"return_code":"1","return_msg":"no","msg_id":"r1"}'),
                refused(9),
            )
        )
    made.append(
        call(
            "status 500 with a success of the service ends it well",
            "add",
            PAYLOADS["add"],
            FOUR,
            send(0, "add"),
            status(9, 500, '{"return_code":0,"msg_id":"r1","response_data":"77"}'),
            done(9, msg_id="r1", id="77"),
        )
    )
    return made


def retried_cases() -> List[Case]:
    made = []
    outcomes = [
        ("an unknown outcome", unknown(100)),
        ("status 408", status(100, 408)),
        ("status 500", status(100, 500)),
        ("status 502", status(100, 502)),
        ("status 503 with an empty body", status(100, 503, "")),
        ("status 599", status(100, 599)),
        ("status 500 with other JSON", status(100, 500, '{"error":"x"}')),
        ("status 504 with a reply cut off", status(100, 504, '{"return_code":"0","resp')),
        ("status 200 with HTML", status(100, 200)),
        ("status 200 with a reply cut off", status(100, 200, '{"return_code":"0","resp')),
        ("status 204 with an empty body", status(100, 204, "")),
    ]
    for index, (what, outcome) in enumerate(outcomes):
        for op in (REPEATABLE[index % 5], REPEATABLE[(index + 3) % 5]):
            made.append(
                call(
                    f"{what} is tried again",
                    op,
                    PAYLOADS[op],
                    FOUR,
                    send(0, op),
                    outcome,
                    wait(100, 600),
                    send(600, op),
                    *success(op, 700),
                )
            )
    for op in QUERIES:
        for what, rows in (
            ("a page that is true", "true"),
            ("a page that is text and no JSON", '"none"'),
            ("a page without rows", '{"total":0}'),
        ):
            made.append(
                call(
                    f"{what} is tried again",
                    op,
                    PAYLOADS[op],
                    FOUR,
                    send(0, op),
                    found(100, rows),
                    wait(100, 600),
                    send(600, op),
                    *success(op, 700),
                )
            )
        made.append(
            call(
                "a page with faults ends it well",
                op,
                PAYLOADS[op],
                FOUR,
                send(0, op),
                found(100, '["x",{"id":1,"code":{}}]'),
                done(100, leads=[{"id": "1", "code": {}}], faults=["[0]", "[1].code"]),
            )
        )
    for op, data, result in (
        ("add", "true", {"data": True}),
        ("add_apaas", "[]", {"data": []}),
        ("modify", '"f47ac10b58cc"', {"id": "f47ac10b58cc"}),
        ("modify_apaas", "{}", {"data": {}}),
        ("remove", '"{half"', {"id": "{half"}),
    ):
        made.append(
            call(
                f"success is success, with {data} as data",
                op,
                PAYLOADS[op],
                FOUR,
                send(0, op),
                accepted(100, data),
                done(100, msg_id="r1", **result),
            )
        )
    return made


def exhausted_cases() -> List[Case]:
    made = []
    two = policy(attempts=2)
    for op in REPEATABLE:
        made.append(
            call(
                "attempts used up by unknown outcomes",
                op,
                PAYLOADS[op],
                two,
                send(0, op),
                unknown(100),
                wait(100, 600),
                send(600, op),
                unknown(700),
                failed(700, "transport"),
            )
        )
    for op in PAYLOADS:
        made.append(
            call(
                "attempts used up without sending",
                op,
                PAYLOADS[op],
                two,
                send(0, op),
                not_sent(1),
                wait(1, 501),
                send(501, op),
                not_sent(502),
                failed(502, "transport"),
            )
        )
    for op in ("add", "add_apaas", "query"):
        made.append(
            call(
                "attempts used up by status 429",
                op,
                PAYLOADS[op],
                two,
                send(0, op),
                status(1, 429),
                wait(1, 501),
                send(501, op),
                status(502, 429),
                failed(502, "http_status", status=429),
            )
        )
    made += [
        call(
            "one attempt allowed, unknown outcome",
            "modify",
            PAYLOADS["modify"],
            policy(attempts=1),
            send(0, "modify"),
            unknown(100),
            failed(100, "transport"),
        ),
        call(
            "one attempt allowed, not sent",
            "add",
            PAYLOADS["add"],
            policy(attempts=1),
            send(0, "add"),
            not_sent(100),
            failed(100, "transport"),
        ),
        call(
            "one attempt allowed, status 503",
            "query",
            PAYLOADS["query"],
            policy(attempts=1),
            send(0, "query"),
            status(100, 503),
            failed(100, "http_status", status=503),
        ),
        call(
            "one attempt allowed, HTML",
            "remove",
            PAYLOADS["remove"],
            policy(attempts=1),
            send(0, "remove"),
            status(100, 200),
            failed(100, "malformed"),
        ),
        call(
            "the last failure counts: a status after an unknown outcome",
            "query",
            PAYLOADS["query"],
            two,
            send(0, "query"),
            unknown(100),
            wait(100, 600),
            send(600, "query"),
            status(700, 502),
            failed(700, "http_status", status=502),
        ),
        call(
            "the last failure counts: an unknown outcome after a status",
            "modify",
            PAYLOADS["modify"],
            two,
            send(0, "modify"),
            status(100, 502),
            wait(100, 600),
            send(600, "modify"),
            unknown(700),
            failed(700, "transport"),
        ),
        call(
            "the last failure counts: HTML after status 429",
            "query_apaas",
            PAYLOADS["query_apaas"],
            two,
            send(0, "query_apaas"),
            status(100, 429),
            wait(100, 600),
            send(600, "query_apaas"),
            status(700, 200),
            failed(700, "malformed"),
        ),
        call(
            "a refusal on the second try ends it",
            "remove",
            PAYLOADS["remove"],
            FOUR,
            send(0, "remove"),
            unknown(100),
            wait(100, 600),
            send(600, "remove"),
            rejected(700, "线索不存在"),
            refused(700, "线索不存在"),
        ),
        call(
            "another status on the second try ends it",
            "modify",
            PAYLOADS["modify"],
            FOUR,
            send(0, "modify"),
            status(100, 503),
            wait(100, 600),
            send(600, "modify"),
            status(700, 403),
            failed(700, "http_status", status=403),
        ),
    ]
    return made


def delay_cases() -> List[Case]:
    query = PAYLOADS["query"]

    def chain(delays: List[int], end: int) -> List[Json]:
        """Requests that fail 10 ms after they were sent, with these delays behind each."""
        steps: List[Json] = []
        at = 0
        for delay in delays:
            steps += [send(at, "query"), unknown(at + 10), wait(at + 10, at + 10 + delay)]
            at += 10 + delay
        return [*steps, send(at, "query"), unknown(at + 10), failed(end, "transport")]

    capped = [2**k for k in range(10)] + [1000] * 89
    return [
        call(
            "delays double up to the longest",
            "query",
            query,
            policy(attempts=8),
            *chain([500, 1000, 2000, 4000, 8000, 8000, 8000], 31580),
        ),
        call(
            "the longest delay need not be a doubling",
            "query",
            query,
            policy(attempts=5, base=300, longest=1000),
            *chain([300, 600, 1000, 1000], 2950),
        ),
        call(
            "the longest delay bounds the first one too",
            "query",
            query,
            policy(attempts=3, base=10000, longest=8000),
            *chain([8000, 8000], 16030),
        ),
        call(
            "the same base and longest delay",
            "query",
            query,
            policy(attempts=4, base=250, longest=250),
            *chain([250, 250, 250], 790),
        ),
        call(
            "a hundred attempts do not overflow the doubling",
            "query",
            query,
            policy(attempts=100, base=1, longest=1000),
            *chain(capped, sum(capped) + 1000),
        ),
        call(
            "delays double across failures of every kind",
            "modify",
            PAYLOADS["modify"],
            policy(attempts=5),
            send(0, "modify"),
            not_sent(0),
            wait(0, 500),
            send(500, "modify"),
            status(600, 429),
            wait(600, 1600),
            send(1600, "modify"),
            unknown(31600),
            wait(31600, 33600),
            send(33600, "modify"),
            status(33700, 500),
            wait(33700, 37700),
            send(37700, "modify"),
            accepted(37800),
            done(37800, msg_id="r1"),
        ),
        call(
            "retry_after replaces the delay",
            "query",
            query,
            FOUR,
            send(0, "query"),
            status(10, 429, retry_after=3000),
            wait(10, 3010),
            send(3010, "query"),
            *success("query", 3100),
        ),
        call(
            "retry_after may be shorter than the delay",
            "modify",
            PAYLOADS["modify"],
            FOUR,
            send(0, "modify"),
            status(10, 503, retry_after=7),
            wait(10, 17),
            send(17, "modify"),
            *success("modify", 20),
        ),
        call(
            "retry_after is not bounded by the longest delay",
            "query",
            query,
            FOUR,
            send(0, "query"),
            status(10, 503, retry_after=60000),
            wait(10, 60010),
            send(60010, "query"),
            *success("query", 60100),
        ),
        call(
            "retry_after of an add that was turned away",
            "add",
            PAYLOADS["add"],
            FOUR,
            send(0, "add"),
            status(10, 429, retry_after=2500),
            wait(10, 2510),
            send(2510, "add"),
            *success("add", 2600),
        ),
        call(
            "retry_after replaces one delay, the doubling goes on",
            "query",
            query,
            FOUR,
            send(0, "query"),
            status(10, 503, retry_after=20),
            wait(10, 30),
            send(30, "query"),
            status(40, 503),
            wait(40, 1040),
            send(1040, "query"),
            status(1050, 503, retry_after=5000),
            wait(1050, 6050),
            send(6050, "query"),
            status(6060, 503, retry_after=5000),
            failed(6060, "http_status", status=503),
        ),
        call(
            "retry_after of a reply that is not tried again says nothing",
            "query",
            query,
            FOUR,
            send(0, "query"),
            status(10, 404, retry_after=1000),
            failed(10, "http_status", status=404),
        ),
        call(
            "a host that wakes late sends with the time it is",
            "query",
            query,
            FOUR,
            send(1617206400000, "query"),
            unknown(1617206430000),
            wait(1617206430000, 1617206430500),
            send(1617206499999, "query"),
            unknown(1617206500000),
            wait(1617206500000, 1617206501000),
            send(1617206501000, "query"),
            *success("query", 1617206501100),
        ),
    ]


def deadline_cases() -> List[Case]:
    query = PAYLOADS["query"]
    return [
        call(
            "a wait that ends at the deadline is begun",
            "query",
            query,
            policy(deadline=600),
            send(0, "query"),
            unknown(100),
            wait(100, 600),
            send(600, "query"),
            *success("query", 5000),
        ),
        call(
            "a wait that ends a millisecond past the deadline is not begun",
            "query",
            query,
            policy(deadline=599),
            send(0, "query"),
            unknown(100),
            failed(100, "transport"),
        ),
        call(
            "the deadline counts from the first request",
            "modify",
            PAYLOADS["modify"],
            policy(deadline=2000),
            send(1000000, "modify"),
            status(1000100, 502),
            wait(1000100, 1000600),
            send(1000600, "modify"),
            status(1000700, 502),
            wait(1000700, 1001700),
            send(1001700, "modify"),
            status(1001800, 502),
            failed(1001800, "http_status", status=502),
        ),
        call(
            "a reply past the deadline still counts",
            "remove",
            PAYLOADS["remove"],
            policy(deadline=100),
            send(0, "remove"),
            accepted(30000),
            done(30000, msg_id="r1"),
        ),
        call(
            "a retry_after beyond the deadline ends it",
            "query",
            query,
            policy(deadline=30000),
            send(0, "query"),
            status(10, 429, retry_after=60000),
            failed(10, "http_status", status=429),
        ),
        call(
            "a retry_after that ends at the deadline is waited for",
            "query",
            query,
            policy(deadline=60010),
            send(0, "query"),
            status(10, 429, retry_after=60000),
            wait(10, 60010),
            send(60010, "query"),
            *success("query", 60100),
        ),
        call(
            "an add that was not sent ends at the deadline",
            "add",
            PAYLOADS["add"],
            policy(deadline=400),
            send(0, "add"),
            not_sent(0),
            failed(0, "transport"),
        ),
        call(
            "HTML ends it at the deadline as what it is",
            "query_apaas",
            PAYLOADS["query_apaas"],
            policy(deadline=10),
            send(0, "query_apaas"),
            status(50, 200),
            failed(50, "malformed"),
        ),
    ]


def cases() -> List[Case]:
    return first_try_cases() + retried_cases() + exhausted_cases() + delay_cases() + deadline_cases()
