"""The main job, end to end, against a running sandbox that the QINCE_ variables of the environment name.

Seven operations, a scan, refusals, an uncertain add that is settled, and a push. What is not as it should be ends it
with an error.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

import operations
import push
import refusals
import scan
import screen
import uncertain
from qince_leads import QinceError
from stage import Stage

STEPS: list[tuple[str, Callable[[Stage], None]]] = [
    ("Seven operations, with the vendor's own samples", operations.show),
    ("2,500 leads, page by page", scan.show),
    ("A payload with four faults: refused before anything is sent", refusals.show_invalid),
    ("A code that exists already: refused by the service", refusals.show_rejected),
    ("The reply to an add is lost: the add is settled, not repeated", uncertain.show),
    ("A follow-up is pushed to a webhook, and a forged one turned away", push.show),
]


def main() -> str | None:
    """What is not as it should be, or None."""
    try:
        stage = Stage.set()
    except (AssertionError, OSError) as error:
        return f"error: {error}"
    screen.title(stage.base_url)
    for number, (title, show) in enumerate(STEPS, 1):
        screen.step(number, title)
        try:
            show(stage)
        except (AssertionError, OSError, QinceError) as error:
            return f"\nerror: step {number} is not as it should be: {error}"
    print(f"\n{stage.summary()}")
    return None


if __name__ == "__main__":
    sys.exit(main())
