"""The main job by nothing but the standard library: `python smoke.py`, with the sandbox named by `QINCE_…`.

It prints how many checks it made.
"""

from __future__ import annotations

import asyncio
import hashlib
import importlib.metadata
import importlib.util
import json
import logging
import os
import pickle
import sys
import threading
import urllib.request
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import qince_leads
from qince_leads import (
    Account,
    AddLead,
    AsyncClient,
    BadSignatureError,
    Client,
    InvalidPayloadError,
    Policy,
    PushEvent,
    Receipt,
    RejectedError,
    ThreadTransport,
    UncertainError,
    UrllibTransport,
    acknowledge,
    read,
    sign,
    verify_push,
)

ACCOUNT = Account(os.environ["QINCE_OPENID"], os.environ["QINCE_APP_KEY"], os.environ["QINCE_BASE_URL"])
PUSH_SECRET = os.environ["QINCE_PUSH_SECRET"]
# What it tells of doubt is not asked for here.
logging.getLogger("qince_leads").addHandler(logging.NullHandler())
SWIFT = Policy(base_delay_ms=2, max_delay_ms=10)
LEAD = AddLead(emp_name="负责人", cus_name="示例公司", code="S1")

CHECKS: list[Callable[[], None]] = []


def check(function: Callable[[], None]) -> Callable[[], None]:
    CHECKS.append(function)
    return function


def ask(method: str, path: str, order: object = None) -> Any:
    """Tells the sandbox what to do."""
    body = None if order is None else json.dumps(order).encode()
    request = urllib.request.Request(f"{ACCOUNT.base_url}/_sandbox/{path}", body, method=method)
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request) as answer:
        text = answer.read()
    return json.loads(text) if text else None


@check
def it_is_the_installed_package() -> None:
    assert Path(sys.prefix) in Path(qince_leads.__file__).parents, qince_leads.__file__
    assert sys.prefix != sys.base_prefix
    assert importlib.metadata.version("qince-leads")


@check
def nothing_else_is_installed() -> None:
    assert {each.metadata["Name"] for each in importlib.metadata.distributions()} == {"qince-leads"}
    assert importlib.util.find_spec("httpx") is None


@check
def all_that_is_named_is_there() -> None:
    assert [name for name in qince_leads.__all__ if not hasattr(qince_leads, name)] == []


@check
def a_request_is_signed() -> None:
    account = Account("openid", "app-key", "https://example.com")
    request = sign(account, LEAD, now_ms=1_700_000_000_000, msg_id="m1")
    assert json.loads(request.body) == {"empName": "负责人", "code": "S1", "cus_name": "示例公司"}
    assert (request.method, request.operation) == ("POST", "add")
    assert urlsplit(request.url).netloc == "example.com"
    assert "openid" in request.url and "openid" not in request.redacted_url
    assert "app-key" not in request.url


@check
def a_wrong_payload_is_refused() -> None:
    try:
        sign(ACCOUNT, AddLead(cus_name="司" * 101))
    except InvalidPayloadError as error:
        assert {violation.rule for violation in error.violations} == {"max_length", "required_one_of"}
    else:
        raise AssertionError("signed")


@check
def a_reply_is_read() -> None:
    assert read(AddLead, 200, '{"return_code":"0","msg_id":"m","response_data":"{\\"id\\":\\"1\\"}"}').msg_id == "m"
    try:
        read(AddLead, 200, '{"return_code":"1","return_msg":"线索编码(code)已存在"}')
    except RejectedError as error:
        assert pickle.loads(pickle.dumps(error)).return_msg == "线索编码(code)已存在"
    else:
        raise AssertionError("read")


@check
def a_client_adds_finds_modifies_and_removes() -> None:
    with Client(ACCOUNT, transport=UrllibTransport(), policy=SWIFT) as client:
        added = client.add(LEAD)
        assert isinstance(added, Receipt) and added.id is not None and len(added.id) == 19
        client.modify(id=added.id, linkman="甲")
        [lead] = client.query(code="S1")
        assert (lead.id, lead.cus_name, lead.linkman) == (added.id, "示例公司", "甲")
        client.remove(id=added.id)
        assert list(client.query(code="S1")) == []


@check
def a_client_without_httpx_sends_by_urllib() -> None:
    ask("PUT", "faults", {"next": ["drop_after"]})
    attempts: list[str] = []
    client = Client(ACCOUNT, policy=SWIFT, on_attempt=lambda attempt: attempts.append(attempt.operation))
    receipt = client.add_apaas(company_name="示例公司", code="S2")
    assert attempts == ["add_apaas", "query_apaas"]
    assert [lead.id for lead in client.query_apaas(code="S2")] == [receipt.id]
    ask("PUT", "faults", {"next": ["drop_after"]})
    try:
        client.add(emp_name="负责人")
    except UncertainError as error:
        assert error.__cause__ is not None
    else:
        raise AssertionError("certain")


@check
def an_async_client_does_the_same() -> None:
    async def work() -> None:
        async with AsyncClient(ACCOUNT, policy=SWIFT) as client:
            receipts = await asyncio.gather(*(client.add(LEAD.replace(code=f"A{n}")) for n in range(20)))
            assert len({receipt.id for receipt in receipts}) == 20
            found = [lead.id async for lead in client.query(create_time_start="2020-01-01", page_size=7)]
            assert {receipt.id for receipt in receipts} <= set(found)
        named = AsyncClient(ACCOUNT, transport=ThreadTransport(UrllibTransport()))
        await named.modify(code="A1", linkman="乙")

    asyncio.run(work())


@check
def a_push_is_verified_and_acknowledged() -> None:
    events: list[PushEvent] = []
    bodies: list[bytes] = []

    class Webhook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
            events.append(verify_push(bodies[-1], secrets=["retired", PUSH_SECRET], max_age_ms=60_000))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(acknowledge(events[-1]).encode())

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Webhook) as server:
        threading.Thread(target=server.handle_request).start()
        url = f"http://127.0.0.1:{server.server_address[1]}/"
        [push] = ask("POST", "follow-ups", {"url": url, "count": 1, "follow_up": {"lead_code": "S1"}})["pushes"]
    assert push["acknowledged"] is True
    assert events[0].data.lead_code == "S1"
    try:
        verify_push(bodies[0], secrets="another", max_age_ms=None)
    except BadSignatureError as error:
        assert PUSH_SECRET not in str(error)
        digest = parse_qs(bodies[0].decode()).get("digest", [hashlib.md5(b"").hexdigest()])[0]
        assert digest not in str(error)
    else:
        raise AssertionError("verified")


if __name__ == "__main__":
    # In development mode it says which steps were slow, as they are on a busy machine.
    logging.getLogger("asyncio").setLevel(logging.ERROR)
    ask("DELETE", "state")
    for each in CHECKS:
        each()
    print(len(CHECKS))
