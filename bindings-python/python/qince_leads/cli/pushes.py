"""`qince-leads verify-push`: whether a push is genuine, and what it says."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from qince_leads import FollowUp, PushEvent, acknowledge, verify_push
from qince_leads.cli.console import UserError, out, table, warn

if TYPE_CHECKING:
    from qince_leads.cli.credentials import Credentials

MEMBERS = (
    "msg_id",
    "data_type",
    "data_id",
    "data_version",
    "data_source",
    "tenant_id",
    "timestamp_ms",
    "redelivery",
    "status_time",
)


def verify_push_body(
    context: typer.Context,
    body: Annotated[
        Path, typer.Argument(help="The body of the webhook request as it came; - for standard input.")
    ] = Path("-"),
    max_age: Annotated[
        float | None, typer.Option(min=0, help="Refuse a push whose time is so many seconds from now. Else any time.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Verifies a push by the push secret, and prints the event and the exact acknowledgement.

    Ends with 0 if it is genuine, 1 if it is refused.
    """
    credentials: Credentials = context.obj
    if not credentials.push_secrets:
        raise UserError("no push secret: set QINCE_PUSH_SECRET, or give --push-secret before the command")
    content = sys.stdin.buffer.read() if str(body) == "-" else body.read_bytes()
    event = verify_push(
        # An editor ends a file by a line break, which no form has.
        content.removesuffix(b"\n").removesuffix(b"\r"),
        secrets=credentials.push_secrets,
        max_age_ms=None if max_age is None else int(max_age * 1000),
    )
    data = event.data.to_dict() if isinstance(event.data, FollowUp) else event.data
    if as_json:
        told = {**{name: getattr(event, name) for name in MEMBERS}, "data": data, "faults": [*map(str, event.faults)]}
        print(json.dumps({"event": told, "acknowledgement": acknowledge(event)}, ensure_ascii=False, indent=2))
    else:
        _print(event, data)


def _print(event: PushEvent, data: Any) -> None:
    rows = [(name, str(value)) for name in MEMBERS if (value := getattr(event, name)) is not None]
    out.print(table(("push", ""), rows))
    out.print()
    shown = cast("dict[str, Any]", data) if isinstance(data, dict) else {"": data}
    out.print(table(("data", ""), ((name, _told(value)) for name, value in shown.items())))
    for fault in event.faults:
        warn(f"not as the vendor documents it: {fault}")
    out.print("\nacknowledgement, to be answered with HTTP 200:", style="bold")
    sys.stdout.write(acknowledge(event) + "\n")


def _told(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
