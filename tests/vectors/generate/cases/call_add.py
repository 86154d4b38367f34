"""Adds that may or may not have been carried out, and how they are settled."""

from __future__ import annotations

from typing import List, Tuple

from .build import Case, Json
from .script import (
    accepted,
    call,
    done,
    found,
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

# (add, query, payload with a code, payload without)
ADDS: Tuple[Tuple[str, str, Json, Json], ...] = (
    ("add", "query", {"empName": "张三", "code": "L1"}, {"empName": "张三"}),
    ("add_apaas", "query_apaas", {"company_name": "示例公司", "code": "L1"}, {"company_name": "示例公司"}),
)
FOUR = policy()
ADD = ADDS[0][2]
HIT = '"[{\\"id\\":\\"77\\",\\"code\\":\\"L1\\"}]"'
NONE = '"[]"'


def doubts(at: int) -> List[Tuple[str, Json]]:
    """The failures after which an add may have been carried out."""
    return [
        ("an unknown outcome", unknown(at)),
        ("status 408", status(at, 408)),
        ("status 500", status(at, 500)),
        ("status 502", status(at, 502)),
        ("status 503 with an empty body", status(at, 503, "")),
        ("status 504 with a reply cut off", status(at, 504, '{"return_code":"0"')),
        ("status 200 with HTML", status(at, 200)),
        ("status 200 with an empty body", status(at, 200, "")),
        ("status 200 with a reply cut off", status(at, 200, '{"return_code":"0","msg_id":"r1","resp')),
    ]


def without_code_cases() -> List[Case]:
    made = []
    for op, _, _, payload in ADDS:
        for what, outcome in doubts(100):
            made.append(
                call(
                    f"without a code, {what} ends uncertain",
                    op,
                    payload,
                    FOUR,
                    send(0, op),
                    outcome,
                    uncertain(100),
                )
            )
        made.append(
            call(
                "without a code, what was not sent is tried again until the outcome is unknown",
                op,
                payload,
                FOUR,
                send(0, op),
                not_sent(10),
                wait(10, 510),
                send(510, op),
                status(520, 429),
                wait(520, 1520),
                send(1520, op),
                unknown(31520),
                uncertain(31520),
            )
        )
    made += [
        call(
            "an empty code is none",
            "add",
            {"empName": "张三", "code": ""},
            FOUR,
            send(0, "add"),
            unknown(100),
            uncertain(100),
        ),
        call(
            "a null code is none",
            "add",
            {"empName": "张三", "code": None},
            FOUR,
            send(0, "add"),
            status(100, 500),
            uncertain(100),
        ),
        call(
            "without a code, the last attempt too ends uncertain",
            "add",
            {"empName": "张三"},
            policy(attempts=1),
            send(0, "add"),
            status(100, 502),
            uncertain(100),
        ),
    ]
    return made


def settled_cases() -> List[Case]:
    made = []
    for op, query, payload, _ in ADDS:
        for what, outcome in doubts(30000):
            made.append(
                call(
                    f"{what}, then found",
                    op,
                    payload,
                    FOUR,
                    send(0, op),
                    outcome,
                    wait(30000, 30500),
                    send(30500, query),
                    found(30600, HIT),
                    settled(30600),
                )
            )
        made += [
            call(
                "not found, sent again at once, and taken",
                op,
                payload,
                FOUR,
                send(0, op),
                unknown(30000),
                wait(30000, 30500),
                send(30500, query),
                found(30600, NONE),
                send(30600, op),
                accepted(30700, '"78"'),
                done(30700, msg_id="r1", id="78"),
            ),
            call(
                "not found, sent again, refused, found after all",
                op,
                payload,
                FOUR,
                send(0, op),
                unknown(30000),
                wait(30000, 30500),
                send(30500, query),
                found(30600, NONE),
                send(30600, op),
                rejected(30700, "线索编码已存在"),
                send(30700, query),
                found(30800, HIT),
                settled(30800),
            ),
            call(
                "not found, sent again, refused, still not found",
                op,
                payload,
                FOUR,
                send(0, op),
                unknown(30000),
                wait(30000, 30500),
                send(30500, query),
                found(30600, NONE),
                send(30600, op),
                rejected(30700, "线索池不存在"),
                send(30700, query),
                found(30800, NONE),
                uncertain(30800),
            ),
            call(
                "not found, no attempts left",
                op,
                payload,
                policy(attempts=1),
                send(0, op),
                unknown(30000),
                wait(30000, 30500),
                send(30500, query),
                found(30600, NONE),
                uncertain(30600),
            ),
            call(
                "found, with no attempts left",
                op,
                payload,
                policy(attempts=1),
                send(0, op),
                unknown(30000),
                wait(30000, 30500),
                send(30500, query),
                found(30600, HIT),
                settled(30600),
            ),
        ]
    return made


def matching_cases() -> List[Case]:
    """Only a lead with the code settles the add."""

    def after(name: str, rows: str, *end: Json) -> Case:
        return call(
            name,
            "add",
            ADD,
            policy(attempts=1),
            send(0, "add"),
            unknown(100),
            wait(100, 600),
            send(600, "query"),
            found(700, rows),
            *end,
        )

    made = [
        after(f"{what} does not settle it", rows, uncertain(700))
        for what, rows in (
            ("a lead with a longer code", '[{"id":"5","code":"L10"}]'),
            ("a lead with a shorter code", '[{"id":"5","code":"L"}]'),
            ("a lead with the code in full-width characters", '[{"id":"5","code":"Ｌ１"}]'),
            ("a lead without a code", '[{"id":"5"}]'),
            ("a lead with an empty code", '[{"id":"5","code":""}]'),
            ("a lead with the code in another member", '[{"id":"L1","cus_name":"L1","cm_code":"L1"}]'),
            ("several leads with other codes", '[{"id":"5","code":"L10"},{"id":"6","code":"XL1"}]'),
            ("a page without data", "null"),
            ("a page of empty text", '""'),
        )
    ]
    return (
        made
        + [
            after(f"{what} settles it", rows, settled(700))
            for what, rows in (
                ("the lead among others", '[{"id":"5","code":"L10"},{"id":"77","code":"L1"},{"id":"6","code":"l1"}]'),
                ("a lead whose id is a bare number", '[{"id":77,"code":"L1"}]'),
                ("a lead whose code is escaped", '[{"id":"77","code":"\\u004c\\u0031"}]'),
                ("a lead under rows", '{"rows":[{"id":"77","code":"L1"}],"total":1}'),
                ("a lead in text under list", '"{\\"list\\":[{\\"id\\":\\"77\\",\\"code\\":\\"L1\\"}]}"'),
            )
        ]
        + [
            call(
                "a lead with another code only, and the add is sent again",
                "add",
                ADD,
                FOUR,
                send(0, "add"),
                unknown(100),
                wait(100, 600),
                send(600, "query"),
                found(700, '[{"id":"5","code":"L10"}]'),
                send(700, "add"),
                accepted(800, '"78"'),
                done(800, msg_id="r1", id="78"),
            ),
            call(
                "a refused second add is not settled by another code",
                "add",
                ADD,
                FOUR,
                send(0, "add"),
                unknown(100),
                wait(100, 600),
                send(600, "query"),
                found(700, '[{"id":"5","code":"L10"}]'),
                send(700, "add"),
                rejected(800),
                send(800, "query"),
                found(900, '[{"id":"5","code":"L10"}]'),
                uncertain(900),
            ),
            call(
                "a long nineteen-digit id stays whole",
                "add_apaas",
                ADDS[1][2],
                FOUR,
                send(0, "add_apaas"),
                unknown(100),
                wait(100, 600),
                send(600, "query_apaas"),
                found(700, '[{"id":4983449723663499848,"code":"L1"}]'),
                settled(700, "4983449723663499848"),
            ),
        ]
    )


def failing_query_cases() -> List[Case]:
    def after(name: str, rules: Json, *steps: Json) -> Case:
        return call(name, "add", ADD, rules, send(0, "add"), unknown(100), wait(100, 600), send(600, "query"), *steps)

    made = [
        after(f"the query ends with {what}", FOUR, outcome, uncertain(700))
        for what, outcome in (
            ("a refusal", rejected(700)),
            ("status 404", status(700, 404)),
            ("status 403", status(700, 403)),
        )
    ]
    for what, outcome in (
        ("an unknown outcome", unknown(700)),
        ("nothing sent", not_sent(700)),
        ("status 429", status(700, 429)),
        ("status 408", status(700, 408)),
        ("status 503", status(700, 503)),
        ("HTML", status(700, 200)),
    ):
        made.append(
            after(
                f"the query is tried again after {what}",
                FOUR,
                outcome,
                wait(700, 1200),
                send(1200, "query"),
                found(1300, HIT),
                settled(1300),
            )
        )
    return made + [
        after(
            "the query is tried again, not found, and the add sent again",
            FOUR,
            unknown(700),
            wait(700, 1200),
            send(1200, "query"),
            found(1300, NONE),
            send(1300, "add"),
            accepted(1400),
            done(1400, msg_id="r1"),
        ),
        after(
            "the query's attempts and delays are its own, until they are used up",
            FOUR,
            unknown(700),
            wait(700, 1200),
            send(1200, "query"),
            status(1300, 503),
            wait(1300, 2300),
            send(2300, "query"),
            not_sent(2400),
            wait(2400, 4400),
            send(4400, "query"),
            status(4500, 429),
            uncertain(4500),
        ),
        after(
            "the query's delays double up to the longest",
            policy(attempts=5, longest=1500),
            unknown(700),
            wait(700, 1200),
            send(1200, "query"),
            unknown(1300),
            wait(1300, 2300),
            send(2300, "query"),
            unknown(2400),
            wait(2400, 3900),
            send(3900, "query"),
            unknown(4000),
            wait(4000, 5500),
            send(5500, "query"),
            found(5600, HIT),
            settled(5600),
        ),
        after(
            "one attempt allowed is one query too",
            policy(attempts=1),
            unknown(700),
            uncertain(700),
        ),
        after(
            "the query's retry_after replaces its delay",
            FOUR,
            status(700, 429, retry_after=9000),
            wait(700, 9700),
            send(9700, "query"),
            found(9800, HIT),
            settled(9800),
        ),
        after(
            "a query refused on its second try",
            FOUR,
            unknown(700),
            wait(700, 1200),
            send(1200, "query"),
            rejected(1300),
            uncertain(1300),
        ),
        after(
            "the deadline ends the query's tries",
            policy(deadline=600),
            unknown(1200),
            uncertain(1200),
        ),
        call(
            "the deadline leaves no time to query",
            "add",
            ADD,
            policy(deadline=599),
            send(0, "add"),
            unknown(100),
            uncertain(100),
        ),
        call(
            "a retry_after beyond the deadline leaves no time to query",
            "add",
            ADD,
            policy(deadline=30000),
            send(0, "add"),
            status(100, 503, retry_after=30000),
            uncertain(100),
        ),
        call(
            "a retry_after is waited for before the query",
            "add",
            ADD,
            FOUR,
            send(0, "add"),
            status(100, 503, retry_after=12000),
            wait(100, 12100),
            send(12100, "query"),
            found(12200, HIT),
            settled(12200),
        ),
    ]


def again_cases() -> List[Case]:
    return [
        call(
            "uncertain twice, found the second time",
            "add",
            ADD,
            FOUR,
            send(0, "add"),
            unknown(100),
            wait(100, 600),
            send(600, "query"),
            found(700, NONE),
            send(700, "add"),
            status(800, 502),
            wait(800, 1800),
            send(1800, "query"),
            found(1900, HIT),
            settled(1900),
        ),
        call(
            "uncertain twice, and no attempts left",
            "add_apaas",
            ADDS[1][2],
            policy(attempts=2),
            send(0, "add_apaas"),
            status(100, 500),
            wait(100, 600),
            send(600, "query_apaas"),
            found(700, NONE),
            send(700, "add_apaas"),
            unknown(800),
            wait(800, 1800),
            send(1800, "query_apaas"),
            found(1900, NONE),
            uncertain(1900),
        ),
        call(
            "uncertain four times, with delays that double, and no attempts left",
            "add",
            ADD,
            FOUR,
            send(0, "add"),
            unknown(100),
            wait(100, 600),
            send(600, "query"),
            found(700, NONE),
            send(700, "add"),
            unknown(800),
            wait(800, 1800),
            send(1800, "query"),
            found(1900, NONE),
            send(1900, "add"),
            unknown(2000),
            wait(2000, 4000),
            send(4000, "query"),
            found(4100, NONE),
            send(4100, "add"),
            unknown(4200),
            wait(4200, 8200),
            send(8200, "query"),
            found(8300, NONE),
            uncertain(8300),
        ),
        call(
            "uncertain three times, then taken",
            "add",
            ADD,
            FOUR,
            send(0, "add"),
            unknown(100),
            wait(100, 600),
            send(600, "query"),
            found(700, NONE),
            send(700, "add"),
            unknown(800),
            wait(800, 1800),
            send(1800, "query"),
            found(1900, NONE),
            send(1900, "add"),
            status(2000, 200),
            wait(2000, 4000),
            send(4000, "query"),
            found(4100, NONE),
            send(4100, "add"),
            accepted(4200, '{"id":"80"}'),
            done(4200, msg_id="r1", id="80", data={"id": "80"}),
        ),
        call(
            "not sent first, then uncertain: the delay is the second one",
            "add",
            ADD,
            FOUR,
            send(0, "add"),
            not_sent(10),
            wait(10, 510),
            send(510, "add"),
            unknown(600),
            wait(600, 1600),
            send(1600, "query"),
            found(1700, HIT),
            settled(1700),
        ),
        call(
            "turned away first, then uncertain on the last attempt, not found",
            "add",
            ADD,
            policy(attempts=2),
            send(0, "add"),
            status(10, 429),
            wait(10, 510),
            send(510, "add"),
            unknown(600),
            wait(600, 1600),
            send(1600, "query"),
            found(1700, NONE),
            uncertain(1700),
        ),
        call(
            "sent again and turned away, then taken",
            "add",
            ADD,
            FOUR,
            send(0, "add"),
            unknown(100),
            wait(100, 600),
            send(600, "query"),
            found(700, NONE),
            send(700, "add"),
            status(800, 429),
            wait(800, 1800),
            send(1800, "add"),
            accepted(1900, '"79"'),
            done(1900, msg_id="r1", id="79"),
        ),
        call(
            "uncertain twice, then refused, and found",
            "add",
            ADD,
            FOUR,
            send(0, "add"),
            unknown(100),
            wait(100, 600),
            send(600, "query"),
            found(700, NONE),
            send(700, "add"),
            unknown(800),
            wait(800, 1800),
            send(1800, "query"),
            found(1900, NONE),
            send(1900, "add"),
            rejected(2000),
            send(2000, "query"),
            found(2100, HIT),
            settled(2100),
        ),
        call(
            "a refusal on the last attempt is settled by one more query too",
            "add",
            ADD,
            policy(attempts=2),
            send(0, "add"),
            unknown(100),
            wait(100, 600),
            send(600, "query"),
            found(700, NONE),
            send(700, "add"),
            rejected(800),
            send(800, "query"),
            found(900, NONE),
            uncertain(900),
        ),
        call(
            "a refusal with status 500 on the second add is settled by one more query too",
            "add",
            ADD,
            FOUR,
            send(0, "add"),
            unknown(100),
            wait(100, 600),
            send(600, "query"),
            found(700, NONE),
            send(700, "add"),
            status(800, 500, '{"return_code":"1","return_msg":"no","msg_id":"r1"}'),
            send(800, "query"),
            found(900, HIT),
            settled(900),
        ),
        call(
            "every request is stamped with the time it is sent",
            "add_apaas",
            ADDS[1][2],
            FOUR,
            send(1617206400000, "add_apaas"),
            unknown(1617206430000),
            wait(1617206430000, 1617206430500),
            send(1617206431234, "query_apaas"),
            found(1617206431300, NONE),
            send(1617206431300, "add_apaas"),
            accepted(1617206431400, '"81"'),
            done(1617206431400, msg_id="r1", id="81"),
        ),
    ]


def cases() -> List[Case]:
    return without_code_cases() + settled_cases() + matching_cases() + failing_query_cases() + again_cases()
