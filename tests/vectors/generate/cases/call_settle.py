"""How an add in doubt is settled: when it is looked for, which lead is it, and whether it is sent again."""

from __future__ import annotations

from typing import List

from .build import Case, Json
from .call_add import ADDS, HIT, NONE
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

ADD = ADDS[0][2]
FOUR = policy()


def delay_cases() -> List[Case]:
    def after(name: str, rules: Json, outcome: Json, until: int) -> Case:
        """An add whose outcome comes at 100, looked for at `until`."""
        return call(
            f"settle delay: {name}",
            "add",
            ADD,
            rules,
            send(0, "add"),
            outcome,
            wait(100, until),
            send(until, "query"),
            found(until + 100, HIT),
            settled(until + 100),
        )

    five = policy(settle_delay_ms=5000)
    made = [
        after("longer than the delay", five, unknown(100), 5100),
        after("shorter than the delay", policy(settle_delay_ms=200), unknown(100), 600),
        after("as long as the delay", policy(settle_delay_ms=500), unknown(100), 600),
        after("a millisecond longer", policy(settle_delay_ms=501), unknown(100), 601),
        after("zero is none", policy(settle_delay_ms=0), unknown(100), 600),
        after("null is none", policy(settle_delay_ms=None), unknown(100), 600),
        after("longer than the longest delay", policy(settle_delay_ms=20000), status(100, 502), 20100),
        after("shorter than a retry_after", five, status(100, 503, retry_after=9000), 9100),
        after("longer than a retry_after", five, status(100, 503, retry_after="2"), 5100),
        after("with one attempt", policy(attempts=1, settle_delay_ms=5000), status(100, 200), 5100),
        after("up to the deadline", policy(deadline=5100, settle_delay_ms=5000), unknown(100), 5100),
        call(
            "settle delay: past the deadline",
            "add",
            ADD,
            policy(deadline=5099, settle_delay_ms=5000),
            send(0, "add"),
            unknown(100),
            uncertain(100),
        ),
        call(
            "settle delay: each time that it is in doubt, and not between queries",
            "add_apaas",
            ADDS[1][2],
            policy(settle_delay_ms=1500),
            send(0, "add_apaas"),
            unknown(100),
            wait(100, 1600),
            send(1600, "query_apaas"),
            unknown(1700),
            wait(1700, 2200),
            send(2200, "query_apaas"),
            found(2300, NONE),
            send(2300, "add_apaas"),
            unknown(2400),
            wait(2400, 3900),
            send(3900, "query_apaas"),
            found(4000, NONE),
            send(4000, "add_apaas"),
            unknown(4100),
            wait(4100, 6100),
            send(6100, "query_apaas"),
            found(6200, HIT),
            settled(6200),
        ),
        call(
            "settle delay: none for what was not carried out",
            "add",
            ADD,
            five,
            send(0, "add"),
            status(100, 429),
            wait(100, 600),
            send(600, "add"),
            not_sent(700),
            wait(700, 1700),
            send(1700, "add"),
            accepted(1800, '"78"'),
            done(1800, msg_id="r1", id="78"),
        ),
        call(
            "settle delay: none without a code",
            "add",
            {"empName": "张三"},
            five,
            send(0, "add"),
            unknown(100),
            uncertain(100),
        ),
    ]
    for op, payload in (("modify", {"id": 7}), ("remove", {"code": "L1"}), ("query", {"code": "L1"})):
        end = (found(700, "[]"), done(700, leads=[])) if op == "query" else (accepted(700), done(700, msg_id="r1"))
        made.append(
            call(
                "settle delay: none for what may be carried out twice",
                op,
                payload,
                five,
                send(0, op),
                unknown(100),
                wait(100, 600),
                send(600, op),
                *end,
            )
        )
    return made


def code_cases() -> List[Case]:
    def after(name: str, rows: str, end: Json, code: str = "L1") -> Case:
        return call(
            f"code: {name}",
            "add",
            {"empName": "张三", "code": code},
            policy(attempts=1),
            send(0, "add"),
            unknown(100),
            wait(100, 600),
            send(600, "query"),
            found(700, rows),
            end,
        )

    def lead(code: str, number: str = "77") -> str:
        return f'{{"id":"{number}","code":"{code}"}}'

    made = [
        after(f"{what} is the same", f"[{lead(code)}]", settled(700), given)
        for what, given, code in (
            ("lower case for upper case", "L1-ab", "l1-AB"),
            ("upper case for lower case", "sk20", "SK20"),
            ("a space behind", "L1", "L1 "),
            ("spaces around", "L1", "  L1  "),
            ("a tab and a line break around", "L1", r"\tL1\r\n"),
            ("an ideographic space before", "L1", "\u3000L1"),
            ("other case and a space", "L1", " l1 "),
            ("a space around the code that was sent", " L1 ", "L1"),
            ("other case beside Chinese", "线索l1", "线索L1"),
        )
    ]
    made += [
        after(f"{what} is another", f"[{lead(code)}]", uncertain(700), given)
        for what, given, code in (
            ("a space within", "L1", "L 1"),
            ("two spaces within", "L 1", "L  1"),
            ("full-width letters", "L1", "Ｌ１"),
            ("other case beyond ASCII", "É1", "é1"),
            ("other case of Cyrillic letters", "Л1", "л1"),
            ("the Kelvin sign for k", "k1", "\u212a1"),
            ("a sharp s for two letters", "STRASSE", "straße"),
            ("a dash less", "L-1", "L1"),
            ("leading zeros", "1", "001"),
            ("a longer code in another case", "L1", "l10"),
        )
    ]
    return made + [
        after("exactly the code goes first", f"[{lead('l1', '5')},{lead('L1')}]", settled(700)),
        after(
            "exactly the code goes first, behind several",
            f"[{lead(' L1', '5')},{lead('l1', '6')},{lead('L1')}]",
            settled(700),
        ),
        after("exactly the code goes first, wherever it stands", f"[{lead('L1')},{lead('l1', '5')}]", settled(700)),
        after(
            "exactly the code, spaces and all, goes first", f"[{lead('L1', '5')},{lead(' L1 ')}]", settled(700), " L1 "
        ),
        after("one in another case, among others", f"[{lead('L10', '5')},{lead('l1')},{lead('L', '6')}]", settled(700)),
        after("a bare number", '[{"id":77,"code":123}]', settled(700), "123"),
        after("a row at fault before it", f"[5,null,{lead('L1')}]", settled(700)),
        after("a lead with a member at fault", '[{"id":"77","code":"L1","labels":[1]}]', settled(700)),
        after("a code at fault is none", '[{"id":"5","code":["L1"]}]', uncertain(700)),
        after("a lead without an id", '[{"code":"L1"}]', done(700, settled=True)),
        after("the last of two codes", '[{"id":"77","code":"X","code":"L1"}]', settled(700)),
        after("rows at fault alone", "[5]", uncertain(700)),
        call(
            "code: rows at fault alone, and the add is sent again",
            "add_apaas",
            ADDS[1][2],
            FOUR,
            send(0, "add_apaas"),
            unknown(100),
            wait(100, 600),
            send(600, "query_apaas"),
            found(700, '["x",{"code":{"code":"L1"}}]'),
            send(700, "add_apaas"),
            accepted(800, '"78"'),
            done(800, msg_id="r1", id="78"),
        ),
    ]


def resend_cases() -> List[Case]:
    made = []
    never = policy(resend_adds=False)
    for add, query, payload, without_code in ADDS:
        before = (send(0, add), unknown(100), wait(100, 600), send(600, query))
        made += [
            call("not sent again: not found", add, payload, never, *before, found(700, NONE), uncertain(700)),
            call("not sent again: found", add, payload, never, *before, found(700, HIT), settled(700)),
            call(
                "not sent again: the query is",
                add,
                payload,
                never,
                *before,
                status(700, 503),
                wait(700, 1200),
                send(1200, query),
                found(1300, NONE),
                uncertain(1300),
            ),
            call("not sent again: no code", add, without_code, never, send(0, add), unknown(100), uncertain(100)),
            call(
                "not sent again: but where nothing was carried out",
                add,
                payload,
                never,
                send(0, add),
                not_sent(100),
                wait(100, 600),
                send(600, add),
                status(700, 429),
                wait(700, 1700),
                send(1700, add),
                accepted(1800),
                done(1800, msg_id="r1"),
            ),
        ]
    return made + [
        call(
            "not sent again: turned away first, then in doubt and not found",
            "add",
            ADD,
            policy(resend_adds=False, retry_codes=["9"]),
            send(0, "add"),
            rejected(100, code="9"),
            wait(100, 600),
            send(600, "add"),
            unknown(700),
            wait(700, 1700),
            send(1700, "query"),
            found(1800, NONE),
            uncertain(1800),
        ),
        call(
            "sent again where the policy says so",
            "add",
            ADD,
            policy(resend_adds=True),
            send(0, "add"),
            unknown(100),
            wait(100, 600),
            send(600, "query"),
            found(700, NONE),
            send(700, "add"),
            accepted(800),
            done(800, msg_id="r1"),
        ),
        call(
            "not sent again: what may be carried out twice is",
            "modify",
            {"id": 7},
            never,
            send(0, "modify"),
            unknown(100),
            wait(100, 600),
            send(600, "modify"),
            accepted(700),
            done(700, msg_id="r1"),
        ),
    ]


def cases() -> List[Case]:
    return delay_cases() + code_cases() + resend_cases()
