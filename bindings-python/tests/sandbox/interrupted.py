"""Adds a lead until somebody presses Ctrl+C, and says what that raises: `python -m sandbox.interrupted KIND …`."""

from __future__ import annotations

import asyncio
import os
import signal
import sys

from qince_leads import AddLead, AsyncClient, Client, HttpxTransport, Transport, UrllibTransport

from .environment import Environment
from .hosts import ASYNC, hosting
from .test_interruptions import says_uncertain
from .transports import RequestsTransport


async def add(kind: str, lead: AddLead, raised: list[BaseException]) -> None:
    async with hosting(kind) as host:
        assert isinstance(host.client, AsyncClient)
        try:
            await host.client.add(lead)
        except asyncio.CancelledError as error:
            raised.append(error)
            raise


def main(kind: str, *account: str) -> None:
    # Where tests run in the background, the shell has it ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    environment = Environment(*account)
    for field, value in environment._asdict().items():
        os.environ[f"QINCE_{field.upper()}"] = value
    lead = AddLead(emp_name="负责人", code=kind)
    raised: list[BaseException] = []
    print("ready", flush=True)
    sys.stdin.readline()
    try:
        if kind in ASYNC:
            asyncio.run(add(kind, lead, raised))
        else:
            transports: dict[str, Transport] = {
                "httpx": HttpxTransport(),
                "urllib": UrllibTransport(),
                "requests": RequestsTransport(),
            }
            Client(**environment.account, transport=transports[kind]).add(lead)
    except BaseException as error:
        # Before 3.11, asyncio.run did not say what its interruption had cancelled.
        tells = raised[0] if raised and sys.version_info < (3, 11) else error
        print(type(error).__name__, "uncertain" if says_uncertain(tells) else repr(error))


if __name__ == "__main__":
    main(*sys.argv[1:])
