"""The Retry-After header as it comes: seconds, a date in each form of RFC 9110, or anything else."""

from __future__ import annotations

from typing import List

from .build import Case
from .call_add import ADDS, HIT
from .call_repeat import PAYLOADS, success
from .script import call, failed, found, policy, send, settled, status, uncertain, wait

QUERY = PAYLOADS["query"]
FOUR = policy()
NOV_1994 = 784111777000  # Sun, 06 Nov 1994 08:49:37 GMT
APRIL_2021 = 1617235200000  # Thu, 01 Apr 2021 00:00:00 GMT
YEAR_2000 = 946684800000  # Sat, 01 Jan 2000 00:00:00 GMT


def after(name: str, text: str, pause: int, now: int = 1000, code: int = 503) -> Case:
    """A reply at `now` with this header, and the wait for `pause` milliseconds."""
    return call(
        f"Retry-After: {name}",
        "query",
        QUERY,
        FOUR,
        send(now - 100, "query"),
        status(now, code, retry_after=text),
        wait(now, now + pause),
        send(now + pause, "query"),
        *success("query", now + pause + 100),
    )


def seconds_cases() -> List[Case]:
    made = [
        after(f"{text} is {pause} milliseconds", text, pause)
        for text, pause in (
            ("1", 1000),
            ("3", 3000),
            ("120", 120000),
            ("007", 7000),
            ("0.5", 500),
            ("2.5", 2500),
            ("1.001", 1001),
            ("0.001", 1),
            ("4.350", 4350),
            ("10.0", 10000),
        )
    ]
    made += [
        after(f"{what} leaves the delay", text, 500)
        for what, text in (
            ("zero", "0"),
            ("zero with a fraction", "0.0"),
            ("zeros", "000"),
            ("a negative number", "-1"),
            ("a negative fraction", "-0.5"),
            ("a hexadecimal number", "0x10"),
            ("a number with an exponent", "1e3"),
            ("two numbers", "1,2"),
            ("a decimal comma", "1,5"),
            ("two points", "1.2.3"),
            ("a number with a unit", "5s"),
            ("two words", "5 seconds"),
            ("digits in groups", "1_000"),
            ("full-width digits", "５"),
            ("infinity", "Infinity"),
            ("not a number", "NaN"),
            ("nothing", ""),
            ("a word", "soon"),
            ("JSON", '{"seconds":5}'),
        )
    ]
    return made


def date_cases() -> List[Case]:
    made = [
        after(f"{what}, {name}", text, pause, now)
        for what, text in (
            ("an IMF-fixdate", "Sun, 06 Nov 1994 08:49:37 GMT"),
            ("a date of RFC 850", "Sunday, 06-Nov-94 08:49:37 GMT"),
            ("a date of asctime", "Sun Nov  6 08:49:37 1994"),
        )
        for name, now, pause in (
            ("seven seconds ahead", NOV_1994 - 7000, 7000),
            ("a millisecond ahead", NOV_1994 - 1, 1),
            ("a minute and a part of a second ahead", NOV_1994 - 60123, 60123),
            ("of this moment, leaves the delay", NOV_1994, 500),
            ("past by a millisecond, leaves the delay", NOV_1994 + 1, 500),
            ("past by an hour, leaves the delay", NOV_1994 + 3600000, 500),
        )
    ]
    made += [
        after(f"a date: {what}", text, pause, now)
        for what, text, now, pause in (
            ("a day of two digits, by asctime", "Wed Nov 16 08:49:37 1994", NOV_1994 + 863990000, 10000),
            ("two digits of this century", "Thursday, 01-Apr-21 00:00:05 GMT", APRIL_2021, 5000),
            ("two digits of the century before, past", "Sunday, 06-Nov-94 08:49:37 GMT", APRIL_2021, 500),
            ("two digits across the turn of the century", "Saturday, 01-Jan-00 00:00:00 GMT", YEAR_2000 - 2000, 2000),
            ("across the turn of the century", "Sat, 01 Jan 2000 00:00:00 GMT", YEAR_2000 - 2000, 2000),
            ("a leap day", "Tue, 29 Feb 2000 00:00:00 GMT", YEAR_2000 + 59 * 86400000 - 3000, 3000),
            ("the last second of a day", "Thu, 01 Apr 2021 23:59:59 GMT", APRIL_2021 + 86395000, 4000),
        )
    ]
    made += [
        after(f"no date: {what} leaves the delay", text, 500, now)
        for what, text, now in (
            ("ISO 8601", "1994-11-06T08:49:37Z", NOV_1994 - 7000),
            ("a date alone", "1994-11-06", NOV_1994 - 7000),
            ("epoch seconds that are no number", "784111777s", NOV_1994 - 7000),
            ("a day that the month has not", "Thu, 31 Feb 2030 00:00:00 GMT", APRIL_2021),
            ("hour 25", "Thu, 01 Apr 2021 25:00:00 GMT", APRIL_2021),
            ("minute 60", "Thu, 01 Apr 2021 10:60:00 GMT", APRIL_2021),
            ("a month that is none", "Thu, 05 Foo 2021 00:00:00 GMT", APRIL_2021),
            ("a date cut off", "Sun, 06 Nov 1994 08:49", NOV_1994 - 7000),
            ("a date and more", "Sun, 06 Nov 1994 08:49:37 GMT or later", NOV_1994 - 7000),
            ("words in another language", "2021年4月1日", APRIL_2021),
        )
    ]
    return made


def use_cases() -> List[Case]:
    """Where the header counts."""
    add, query, payload, _ = ADDS[0]
    return [
        after("with status 429", "3", 3000, code=429),
        after("with status 408", "3", 3000, code=408),
        after("with HTML and status 200", "3", 3000, code=200),
        after("longer than the longest delay", "100", 100000),
        call(
            "Retry-After: milliseconds of zero leave the delay",
            "query",
            QUERY,
            FOUR,
            send(0, "query"),
            status(100, 503, retry_after=0),
            wait(100, 600),
            send(600, "query"),
            *success("query", 700),
        ),
        call(
            "Retry-After: what cannot be read leaves the delays doubling",
            "modify",
            PAYLOADS["modify"],
            FOUR,
            send(0, "modify"),
            status(100, 429, retry_after="soon"),
            wait(100, 600),
            send(600, "modify"),
            status(700, 429, retry_after="0"),
            wait(700, 1700),
            send(1700, "modify"),
            status(1800, 429, retry_after="-3"),
            wait(1800, 3800),
            send(3800, "modify"),
            *success("modify", 3900),
        ),
        call(
            "Retry-After: of a status that ends the call says nothing",
            "query",
            QUERY,
            FOUR,
            send(0, "query"),
            status(100, 404, retry_after="3"),
            failed(100, "http_status", status=404),
        ),
        call(
            "Retry-After: seconds up to the deadline",
            "query",
            QUERY,
            policy(deadline=10100),
            send(0, "query"),
            status(100, 429, retry_after="10"),
            wait(100, 10100),
            send(10100, "query"),
            *success("query", 10200),
        ),
        call(
            "Retry-After: seconds past the deadline",
            "query",
            QUERY,
            policy(deadline=10099),
            send(0, "query"),
            status(100, 429, retry_after="10"),
            failed(100, "http_status", status=429),
        ),
        call(
            "Retry-After: a date past the deadline",
            "query",
            QUERY,
            policy(deadline=5000),
            send(NOV_1994 - 7000, "query"),
            status(NOV_1994 - 6900, 503, retry_after="Sun, 06 Nov 1994 08:49:37 GMT"),
            failed(NOV_1994 - 6900, "http_status", status=503),
        ),
        call(
            "Retry-After: a date that is past does not end it at the deadline",
            "query",
            QUERY,
            policy(deadline=5000),
            send(NOV_1994, "query"),
            status(NOV_1994 + 100, 503, retry_after="Sun, 06 Nov 1994 08:49:37 GMT"),
            wait(NOV_1994 + 100, NOV_1994 + 600),
            send(NOV_1994 + 600, "query"),
            *success("query", NOV_1994 + 700),
        ),
        call(
            "Retry-After: is waited for before an add in doubt is looked for",
            add,
            payload,
            FOUR,
            send(0, add),
            status(100, 503, retry_after="2.5"),
            wait(100, 2600),
            send(2600, query),
            status(2700, 429, retry_after="4"),
            wait(2700, 6700),
            send(6700, query),
            found(6800, HIT),
            settled(6800),
        ),
        call(
            "Retry-After: past the deadline leaves an add in doubt uncertain",
            add,
            payload,
            policy(deadline=5000),
            send(0, add),
            status(100, 503, retry_after="5"),
            uncertain(100),
        ),
    ]


def cases() -> List[Case]:
    return seconds_cases() + date_cases() + use_cases()
