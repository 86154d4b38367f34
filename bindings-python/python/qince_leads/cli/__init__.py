"""The command line `qince-leads`, which comes with the extra `qince-leads[cli]`."""

import sys
from importlib.util import find_spec

__all__ = ["main"]


def main() -> None:
    """Runs the command line."""
    if find_spec("typer") is None or find_spec("rich") is None:
        print(
            "qince-leads: the command line is an extra; install it with: pip install 'qince-leads[cli]'",
            file=sys.stderr,
        )
        raise SystemExit(1)

    try:
        from qince_leads.cli.interruptions import interruptions, raise_interrupt

        with interruptions(raise_interrupt):
            from qince_leads.cli.app import run

            run()
    except KeyboardInterrupt:
        raise SystemExit(130) from None
