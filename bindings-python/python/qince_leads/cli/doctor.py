"""`qince-leads doctor`: whether this machine and account can work with the service."""

from __future__ import annotations

import email.utils
import platform
import socket
import ssl
import time
import urllib.request
from dataclasses import dataclass, field
from datetime import date
from importlib.metadata import version
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias
from urllib.parse import urlsplit

import typer

from qince_leads import (
    Account,
    Client,
    HttpStatusError,
    HttpxTransport,
    InvalidAccountError,
    MalformedError,
    Policy,
    QinceError,
    QueryLeads,
    RejectedError,
    Reply,
    SignedRequest,
    UrllibTransport,
)
from qince_leads.cli.console import UserError, err, out, table, text
from qince_leads.transport import has_httpx

if TYPE_CHECKING:
    from qince_leads import Attempt
    from qince_leads.cli.credentials import Credentials

TIMEOUT = 15.0
TOLERATED_SKEW = 60.0
"""Seconds. How far the service lets clocks differ is not documented."""

Verdict: TypeAlias = Literal["ok", "fail", "note", "skipped"]
STYLES = {"ok": "green", "fail": "bold red", "note": "yellow", "skipped": "dim"}


class Check(NamedTuple):
    """One check: its verdict, what was found, and what to do."""

    what: str
    verdict: Verdict
    found: str
    advice: str


@dataclass
class Checks:
    """What was checked, and what came of it."""

    rows: list[Check] = field(default_factory=list[Check])

    def add(self, what: str, verdict: Verdict, found: str, advice: str = "") -> None:
        """Takes note of one check."""
        self.rows.append(Check(what, verdict, found, advice))

    @property
    def have_failed(self) -> bool:
        """Whether there is anything to put right."""
        return any(check.verdict == "fail" for check in self.rows)

    def show(self) -> None:
        """The checks as a table."""
        out.print(
            table(
                ("check", "result", "found", "what to do"),
                ((check.what, text(check.verdict, STYLES[check.verdict]), *check[2:]) for check in self.rows),
            )
        )


def doctor(context: typer.Context) -> None:
    """Checks credentials, network, clock and permission by two harmless queries.

    Ends with 0 if all is well, 1 if something has to be put right.
    """
    checks = Checks()
    checks.add("version", "ok", f"qince-leads {version('qince-leads')}, Python {platform.python_version()}")
    _check_httpx(checks)
    account = _checked_account(checks, context.obj)
    if account is not None and _check_host(checks, account):
        with err.status("asking the service"):
            _check_service(checks, account)
    checks.show()
    raise typer.Exit(1 if checks.have_failed else 0)


def _check_httpx(checks: Checks) -> None:
    if has_httpx():
        checks.add("HTTP", "ok", f"httpx {version('httpx')}")
    else:
        checks.add("HTTP", "note", "urllib: a new connection for each request", "pip install httpx is faster")


def _checked_account(checks: Checks, credentials: Credentials) -> Account | None:
    try:
        account = credentials.account()
    except (UserError, InvalidAccountError) as error:
        checks.add("account", "fail", str(error), "take openid, app key and address from the console")
        return None
    checks.add("account", "ok", f"well-formed, at {account.base_url}")
    if account.base_url.endswith("/api"):
        found = f"ends in /api, so requests go to {account.base_url}/api/..."
        checks.add("base URL", "note", found, "leave /api out of QINCE_BASE_URL")
    return account


def _check_host(checks: Checks, account: Account) -> bool:
    url = urlsplit(account.base_url)
    host, port = url.hostname or "", url.port or (443 if url.scheme == "https" else 80)
    if url.scheme in urllib.request.getproxies() and not urllib.request.proxy_bypass(host):
        checks.add("network", "skipped", "a proxy is set by the environment; the query goes through it")
        return True
    try:
        addresses = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        checks.add("name", "fail", f"{host}: {error.strerror}", "check QINCE_BASE_URL and the DNS of this machine")
        return False
    checks.add("name", "ok", f"{host} is {addresses[0][4][0]}")
    try:
        with socket.create_connection((host, port), TIMEOUT) as connection:
            found = f"port {port} answers"
            if url.scheme == "https":
                with _verify().wrap_socket(connection, server_hostname=host) as secured:
                    found = f"port {port} answers by {secured.version()}, its certificate is valid"
    except ssl.SSLError as error:
        checks.add(
            "connection", "fail", f"TLS: {error.reason}", "check the address, and whether a proxy intercepts TLS"
        )
        return False
    except OSError as error:
        checks.add("connection", "fail", f"port {port}: {error}", "check the address, firewall and proxy")
        return False
    checks.add("connection", "ok", found if url.scheme == "https" else f"{found}; not encrypted")
    return True


def _verify() -> ssl.SSLContext:
    """What the transport verifies certificates by."""
    if not has_httpx():
        return ssl.create_default_context()
    import httpx

    return httpx.create_ssl_context()


def _check_service(checks: Checks, account: Account) -> None:
    today = date.today()
    query = QueryLeads(create_time_start=today, create_time_end=today, page_size=1)
    sender = HttpxTransport() if has_httpx() else UrllibTransport()
    dates: list[str] = []

    def send(request: SignedRequest, timeout: float, /) -> Reply:
        reply = sender(request, timeout)
        dates.extend(value for name, value in reply.headers.items() if name.lower() == "date")
        return reply

    client = Client(account, transport=send, timeout=TIMEOUT, policy=Policy(max_attempts=1))
    began = time.time()
    failure: QinceError | None = None
    try:
        next(client.query(query).pages(), None)
    except QinceError as error:
        failure = error
    ended = time.time()
    _check_clock(checks, dates, began, ended)
    _check_reply(checks, failure, ended - began)
    if failure is None:
        _check_echo(checks, client)
    if isinstance(sender, HttpxTransport):
        sender.close()


def _check_clock(checks: Checks, dates: list[str], began: float, ended: float) -> None:
    try:
        theirs = email.utils.parsedate_to_datetime(dates[0]).timestamp()
    except (IndexError, ValueError):
        checks.add("clock", "skipped", "no reply says what time it is")
        return
    # The header has whole seconds, cut off.
    skew = max(began - (theirs + 1), theirs - ended, 0.0)
    if skew > TOLERATED_SKEW:
        which = "ahead of" if began > theirs else "behind"
        found = f"{skew:,.0f} seconds {which} the service's"
        checks.add("clock", "fail", found, "set the clock, best by NTP: requests are signed with it")
    else:
        checks.add("clock", "ok", f"within {max(1, round(skew))} s of the service's")


def _check_echo(checks: Checks, client: Client) -> None:
    """Whether the service says which request it answers.

    It need not say so of a query that finds something. One without a condition is refused, and does no harm.
    """
    attempts: list[Attempt] = []
    try:
        client = client.with_options(on_attempt=attempts.append)
        echoed = client.other("salesleads/v1/querySalesLeads", {"page": 1, "pageSize": 1}).msg_id
    except RejectedError as error:
        echoed = error.echoed_msg_id
    except QinceError:
        return
    if not echoed:
        checks.add("message ids", "note", "not echoed", "leave Policy(match_msg_id=...) as it is")
    elif echoed.replace("-", "").lower() == attempts[-1].msg_id:
        checks.add("message ids", "ok", "echoed: Policy(match_msg_id=True) can be used")
    else:
        found = "another one is echoed than was sent"
        checks.add("message ids", "note", found, "leave Policy(match_msg_id=...) as it is")


def _check_reply(checks: Checks, failure: QinceError | None, took: float) -> None:
    if failure is None:
        checks.add("signature", "ok", f"accepted, in {took * 1000:,.0f} ms")
        checks.add("permission", "ok", "leads can be queried")
    elif isinstance(failure, RejectedError):
        found = f"refused with {failure.return_code}: {failure.return_msg or 'no message'}"
        advice = (
            "a signature (签名): check app key and openid; a permission (权限): have the console grant this openid the "
            "sales leads; an address (IP): add this machine's to the allowlist"
        )
        checks.add("query", "fail", found, advice)
    elif isinstance(failure, HttpStatusError | MalformedError):
        checks.add("query", "fail", str(failure), "check that QINCE_BASE_URL is the console's OpenAPI address")
    else:
        checks.add("query", "fail", str(failure), "check the network, and try again")
