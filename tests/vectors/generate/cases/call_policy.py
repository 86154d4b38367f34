"""Codes after which a policy tries again, and replies that belong to another request."""

from __future__ import annotations

from typing import List

from .build import Case, Json
from .call_add import ADDS, HIT, NONE
from .call_repeat import PAYLOADS, QUERIES, success
from .script import (
    accepted,
    call,
    done,
    failed,
    found,
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

BUSY = "100203"
ADD = ADDS[0][2]


def retry_code_cases() -> List[Case]:
    busy = policy(retry_codes=[BUSY])
    query = PAYLOADS["query"]
    made = []
    for op, payload in PAYLOADS.items():
        made += [
            call(
                "retry codes: a refusal with one is tried again",
                op,
                payload,
                busy,
                send(0, op),
                rejected(20, code=BUSY),
                wait(20, 520),
                send(520, op),
                *success(op, 600),
            ),
            call(
                "retry codes: attempts used up end as the refusal",
                op,
                payload,
                policy(attempts=2, retry_codes=[BUSY]),
                send(0, op),
                rejected(20, "busy", BUSY),
                wait(20, 520),
                send(520, op),
                rejected(600, "still busy", BUSY),
                refused(600, "still busy", BUSY),
            ),
            call(
                "retry codes: a refusal with another ends it",
                op,
                payload,
                busy,
                send(0, op),
                rejected(20),
                refused(20),
            ),
        ]
    for what, code in (("a longer code", BUSY + "0"), ("a shorter code", BUSY[:-1])):
        made.append(
            call(
                f"retry codes: {what} is not one of them",
                "modify",
                PAYLOADS["modify"],
                busy,
                send(0, "modify"),
                rejected(20, code=code),
                refused(20, code=code),
            )
        )
    return made + [
        call(
            "retry codes: none, and a refusal ends it",
            "query",
            query,
            policy(retry_codes=[]),
            send(0, "query"),
            rejected(20, code=BUSY),
            refused(20, code=BUSY),
        ),
        call(
            "retry codes: several, and the delays double",
            "query",
            query,
            policy(retry_codes=["1", BUSY, "E_BUSY"]),
            send(0, "query"),
            rejected(20, code="E_BUSY"),
            wait(20, 520),
            send(520, "query"),
            status(600, 503),
            wait(600, 1600),
            send(1600, "query"),
            rejected(1700, code="1"),
            wait(1700, 3700),
            send(3700, "query"),
            *success("query", 3800),
        ),
        call(
            "retry codes: a bare number",
            "modify",
            PAYLOADS["modify"],
            busy,
            send(0, "modify"),
            status(20, 200, f'{{"return_code":{BUSY},"return_msg":"busy"}}'),
            wait(20, 520),
            send(520, "modify"),
            *success("modify", 600),
        ),
        call(
            "retry codes: a refusal with status 400 and a retry_after",
            "remove",
            PAYLOADS["remove"],
            busy,
            send(0, "remove"),
            status(20, 400, f'{{"return_code":"{BUSY}"}}', retry_after="3"),
            wait(20, 3020),
            send(3020, "remove"),
            *success("remove", 3100),
        ),
        call(
            "retry codes: a wait past the deadline ends as the refusal",
            "add",
            ADD,
            policy(deadline=519, retry_codes=[BUSY]),
            send(0, "add"),
            rejected(20, code=BUSY),
            refused(20, code=BUSY),
        ),
        call(
            "retry codes: an add without a code is tried again, until it is in doubt",
            "add",
            ADDS[0][3],
            busy,
            send(0, "add"),
            rejected(20, code=BUSY),
            wait(20, 520),
            send(520, "add"),
            unknown(600),
            uncertain(600),
        ),
        call(
            "retry codes: the query that settles an add is tried again",
            "add",
            ADD,
            busy,
            send(0, "add"),
            unknown(100),
            wait(100, 600),
            send(600, "query"),
            rejected(700, code=BUSY),
            wait(700, 1200),
            send(1200, "query"),
            found(1300, HIT),
            settled(1300),
        ),
        call(
            "retry codes: the query that settles an add is refused with another",
            "add_apaas",
            ADDS[1][2],
            busy,
            send(0, "add_apaas"),
            unknown(100),
            wait(100, 600),
            send(600, "query_apaas"),
            rejected(700),
            uncertain(700),
        ),
    ]


def page_of(at: int, msg_id: str, rows: str = '"[{\\"id\\":\\"77\\"}]"') -> Json:
    return status(at, 200, f'{{"return_code":"0","msg_id":"{msg_id}","response_data":{rows}}}')


def other_request_cases() -> List[Case]:
    match = policy(match_msg_id=True)
    one = policy(attempts=1, match_msg_id=True)
    modify = PAYLOADS["modify"]
    made = []
    for msg_id in ("m1", "M1", "m-1", "-M--1-"):
        made.append(
            call(
                f"msg_id: {msg_id} is the request's own",
                "modify",
                modify,
                match,
                send(0, "modify"),
                accepted(100, msg_id=msg_id),
                done(100, msg_id=msg_id),
            )
        )
    for msg_id in ("m2", "m11", "m", "1", "90b4b267dd3d49aeace879038b1e7291"):
        made.append(
            call(
                f"msg_id: {msg_id} is another request's",
                "modify",
                modify,
                match,
                send(0, "modify"),
                accepted(100, '"5"', msg_id),
                wait(100, 600),
                send(600, "modify"),
                accepted(700, '"77"', "m2"),
                done(700, msg_id="m2", id="77"),
            )
        )
    for what, body in (
        ("none", '{"return_code":"0"}'),
        ("a null one", '{"return_code":"0","msg_id":null}'),
        ("an empty one", '{"return_code":"0","msg_id":""}'),
        ("the last of two", '{"msg_id":"m9","return_code":"0","msg_id":"m1"}'),
    ):
        made.append(
            call(
                f"msg_id: {what} will do",
                "query",
                PAYLOADS["query"],
                match,
                send(0, "query"),
                status(100, 200, body),
                done(100, leads=[]),
            )
        )
    for op in QUERIES:
        made.append(
            call(
                "msg_id: a page for another request is tried again",
                op,
                PAYLOADS[op],
                match,
                send(0, op),
                page_of(100, "m0"),
                wait(100, 600),
                send(600, op),
                page_of(700, "m1"),
                wait(700, 1700),
                send(1700, op),
                page_of(1800, "M-3"),
                done(1800, leads=[{"id": "77"}]),
            )
        )
    for add, query, payload, without_code in ADDS:
        made += [
            call(
                "msg_id: a success of another request leaves an add in doubt",
                add,
                payload,
                match,
                send(0, add),
                accepted(100, '"5"', "m9"),
                wait(100, 600),
                send(600, query),
                page_of(700, "m2", HIT),
                settled(700),
            ),
            call(
                "msg_id: a refusal of another request leaves an add in doubt",
                add,
                payload,
                match,
                send(0, add),
                rejected(100, msg_id="m9"),
                wait(100, 600),
                send(600, query),
                page_of(700, "m2", NONE),
                send(700, add),
                accepted(800, '"78"', "m3"),
                done(800, msg_id="m3", id="78"),
            ),
            call(
                "msg_id: without a code it ends uncertain",
                add,
                without_code,
                match,
                send(0, add),
                accepted(100, '"5"', "m9"),
                uncertain(100),
            ),
            call(
                "msg_id: the query that settles an add is tried again",
                add,
                payload,
                match,
                send(0, add),
                unknown(100),
                wait(100, 600),
                send(600, query),
                page_of(700, "m1", NONE),
                wait(700, 1200),
                send(1200, query),
                page_of(1300, "m3", HIT),
                settled(1300),
            ),
        ]
    return made + [
        call(
            "msg_id: attempts used up end as malformed",
            "modify",
            modify,
            one,
            send(0, "modify"),
            accepted(100, msg_id="m9"),
            failed(100, "malformed"),
        ),
        call(
            "msg_id: a refusal of another request counts as malformed too",
            "query",
            PAYLOADS["query"],
            one,
            send(0, "query"),
            rejected(100, msg_id="m9"),
            failed(100, "malformed"),
        ),
        call(
            "msg_id: a retry code of another request leaves an add in doubt",
            "add",
            ADDS[0][3],
            policy(match_msg_id=True, retry_codes=[BUSY]),
            send(0, "add"),
            rejected(100, code=BUSY, msg_id="m9"),
            uncertain(100),
        ),
        call(
            "msg_id: a refusal of its own ends it",
            "modify",
            modify,
            match,
            send(0, "modify"),
            rejected(100, msg_id="M1"),
            refused(100, msg_id="M1"),
        ),
        call(
            "msg_id: a refusal of another request with status 500 is tried again",
            "remove",
            PAYLOADS["remove"],
            match,
            send(0, "remove"),
            status(100, 500, '{"return_code":"1","msg_id":"m9"}'),
            wait(100, 600),
            send(600, "remove"),
            accepted(700, msg_id="m2"),
            done(700, msg_id="m2"),
        ),
        call(
            "msg_id: of no account where the policy does not ask",
            "modify",
            modify,
            policy(match_msg_id=False),
            send(0, "modify"),
            accepted(100, msg_id="m9"),
            done(100, msg_id="m9"),
        ),
        call(
            "msg_id: other JSON is no reply of the service, whatever its msg_id",
            "modify",
            modify,
            match,
            send(0, "modify"),
            status(100, 404, '{"msg_id":"m9","error":"x"}'),
            failed(100, "http_status", status=404),
        ),
    ]


def cases() -> List[Case]:
    return retry_code_cases() + other_request_cases()
