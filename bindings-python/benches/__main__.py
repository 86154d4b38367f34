"""Measures this package beside its peers by the sandbox that the environment names; `--json` prints for a program."""

import json
import sys
from typing import Any

import bursts
import exporting
import importing
import reading
import signing
import threads
from data import PAGE
from pairs import speed_of
from peers import msgspec_leads, pydantic_leads


def rows() -> list[dict[str, Any]]:
    """What was compared, how it came out, and what it is held to."""

    def structs() -> Any:
        return msgspec_leads(PAGE)

    def models() -> Any:
        return pydantic_leads(PAGE)

    every = reading.every_attribute("ours", reading.ours)
    alone = reading.alone(reading.ours)
    sign = signing.ours()
    return [
        _row("reading a page", "msgspec, two steps", speed_of(alone, reading.alone(structs)), at_least=4),
        _row("reading a page", "pydantic, two steps", speed_of(alone, reading.alone(models))),
        _row(
            "reading, every attribute",
            "msgspec, two steps",
            speed_of(every, reading.every_attribute("msgspec", structs)),
            at_least=2,
        ),
        _row(
            "reading, every attribute",
            "pydantic, two steps",
            speed_of(every, reading.every_attribute("pydantic", models)),
            at_least=4,
        ),
        _row("signing an add", "json.dumps, hashlib", speed_of(sign, signing.by_hand()), at_least=1.5),
        _row("signing an add", "pydantic, the same", speed_of(sign, signing.by_pydantic()), aim_above=4),
        _row("reading in two threads", "one thread", threads.speed_of_two(), at_least=1.7),
        {
            "what": f"{bursts.ADDS:,} adds at once",
            "against": "httpx alone, ten at once",
            "cost": bursts.cost_of_ours(),
            "at_most": 1.5,
        },
        {
            "what": "importing the package",
            "against": "importing pydantic",
            "cost": importing.cost_against("pydantic"),
            "at_most": 0.33,
        },
        *(
            {
                "what": f"exporting {exporting.LEADS:,}, .{form}",
                "against": "httpx, json, pyarrow or csv",
                "cost": cost,
                "at_most": 1,
            }
            for form, cost in exporting.costs().items()
        ),
    ]


def _row(what: str, against: str, speed: float, **bound: float) -> dict[str, Any]:
    return {"what": what, "against": against, "speed": speed, **bound}


def main() -> None:
    """Prints what was measured."""
    measured = rows()
    if "--json" in sys.argv[1:]:
        print(json.dumps(measured))
        return
    for row in measured:
        ratio = f"{row['speed']:.2f} times as fast" if "speed" in row else f"{row['cost']:.2f} of the time"
        print(f"{row['what']:<26}{row['against']:<22}{ratio}")


if __name__ == "__main__":
    main()
