"""`qince-leads sign`: what would be sent, for debugging an integration."""

from __future__ import annotations

import json
import shlex
import sys
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from qince_leads import (
    AddApaasLead,
    AddLead,
    ModifyApaasLead,
    ModifyLead,
    QueryApaasLeads,
    QueryLeads,
    RemoveLead,
    sign,
)
from qince_leads.cli.console import UserError, out, say, text
from qince_leads.cli.fields import Names

if TYPE_CHECKING:
    from qince_leads import SignedRequest
    from qince_leads.cli.credentials import Credentials
    from qince_leads.cli.fields import Kind

OPERATIONS: dict[str, Kind] = {
    "add": AddLead,
    "add_apaas": AddApaasLead,
    "modify": ModifyLead,
    "modify_apaas": ModifyApaasLead,
    "remove": RemoveLead,
    "query": QueryLeads,
    "query_apaas": QueryApaasLeads,
}


class OperationName(str, Enum):
    """What can be signed."""

    ADD = "add"
    ADD_APAAS = "add_apaas"
    MODIFY = "modify"
    MODIFY_APAAS = "modify_apaas"
    REMOVE = "remove"
    QUERY = "query"
    QUERY_APAAS = "query_apaas"


class TimestampForm(str, Enum):
    """How the request is stamped."""

    EPOCH_MS = "epoch_ms"
    COMPACT = "compact"


def sign_payload(
    context: typer.Context,
    operation: Annotated[OperationName, typer.Argument(metavar="OPERATION", help=", ".join(OPERATIONS) + ".")],
    payload: Annotated[
        Path, typer.Argument(help="A JSON object, with the SDK's names or the vendor's; - for standard input.")
    ] = Path("-"),
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    as_curl: Annotated[bool, typer.Option("--curl", help="Print a command for curl.")] = False,
    show_secrets: Annotated[
        bool,
        typer.Option("--show-secrets", help="Print openid and digest too: whoever has them can send this request."),
    ] = False,
    msg_id: Annotated[str | None, typer.Option(help="The message id. Else a new one.")] = None,
    now_ms: Annotated[int | None, typer.Option(help="The time, in milliseconds since 1970. Else now.")] = None,
    timestamp_form: Annotated[TimestampForm, typer.Option(help="How to stamp it.")] = TimestampForm.EPOCH_MS,
) -> None:
    """Signs a payload and prints the request; sends nothing."""
    if as_json and as_curl:
        raise UserError("give either --json or --curl")
    credentials: Credentials = context.obj
    account = credentials.account()
    kind = OPERATIONS[operation.value]
    given = kind.from_json(json.dumps(_with_wire_names(kind, _read(payload))))
    request = sign(account, given, now_ms=now_ms, msg_id=msg_id, timestamp_form=timestamp_form.value)
    url = request.url if show_secrets else request.redacted_url
    if as_json:
        print(json.dumps(_told(request, url), ensure_ascii=False, indent=2))
    elif as_curl:
        print(_curl(request, url))
        if not show_secrets:
            say("openid and digest are left out of the URL; --show-secrets prints a command that can be run", "dim")
    else:
        _print(request, url)


def _read(path: Path) -> dict[str, Any]:
    try:
        given: Any = json.loads(sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes())
    except ValueError as error:
        raise UserError(f"{path} is not JSON: {error}") from None
    if not isinstance(given, dict):
        raise UserError(f"{path} is not a JSON object")
    return cast("dict[str, Any]", given)


def _with_wire_names(kind: Kind, given: dict[str, Any]) -> dict[str, Any]:
    """The outermost members under the vendor's names; those of parts have to be given so."""
    names = Names(kind)
    return {
        (meant[0].wire_name if len(meant := names.find(name)) == 1 else name): value for name, value in given.items()
    }


def _told(request: SignedRequest, url: str) -> dict[str, Any]:
    return {
        "operation": request.operation,
        "method": request.method,
        "url": url,
        "headers": request.headers,
        "body": request.body.decode(),
        "msg_id": request.msg_id,
        "timestamp": request.timestamp,
    }


def _curl(request: SignedRequest, url: str) -> str:
    headers = " ".join(f"-H {shlex.quote(f'{name}: {value}')}" for name, value in request.headers.items())
    return f"curl -X {request.method} {shlex.quote(url)} {headers} --data-binary {shlex.quote(request.body.decode())}"


def _print(request: SignedRequest, url: str) -> None:
    out.print(text(f"{request.method} {url}", "bold"), soft_wrap=True)
    for name, value in request.headers.items():
        out.print(text(f"{name}: {value}", "dim"), soft_wrap=True)
    out.print()
    # Not by rich, which would take parts of it for something else: it is signed byte by byte.
    sys.stdout.write(request.body.decode() + "\n")
