"""Pushes as the service sends them, not signed by the SDK."""

from __future__ import annotations

import hashlib
import json
import time
from typing import NamedTuple
from urllib.parse import urlencode

import httpx

DATA = json.dumps({"lead_ID": "4600000001586478077", "lead_code": "L1", "activity_content": "电话沟通 100% & 更多"})
LARGE = '{"lead_code":"L3","new_member":{"id":4600000001586478077}}'


class Answer(NamedTuple):
    """What the service reads of an answer."""

    status: int
    return_code: int | None = None
    msg_id: str | None = None


def push(msg_id: str, secret: str, data: str = DATA, **changes: str) -> bytes:
    """The raw body of a push; `changes` replace parameters after it is signed."""
    timestamp = str(time.time_ns() // 1_000_000)
    digest = hashlib.md5(f"{data}|{secret}|{timestamp}".encode()).hexdigest()
    head = {"msgId": msg_id, "dataType": "salesLeads_follow", "dataSource": "biz", "status": "1", "tenantId": "1"}
    return urlencode({**head, "timestamp": timestamp, "data": data, "digest": digest, **changes}).encode()


def cases(secret: str) -> list[tuple[str, bytes, Answer]]:
    """What any receiver has to make of what comes: name, raw body and answer of each case."""
    good = push("good", secret)
    return [
        ("a good push", good, Answer(200, 0, "good")),
        ("the same push again", good, Answer(200, 0, "good")),
        (
            "a redelivery",
            push("good", secret, status="2", statusTime="2026-01-01 00:00:00"),
            Answer(200, 0, "good"),
        ),
        ("a push of another type", push("other", secret, dataType="other"), Answer(200, 0, "other")),
        ("a push with large integers", push("large", secret, LARGE), Answer(200, 0, "large")),
        ("a push signed with another secret", push("forged", f"not {secret}"), Answer(400)),
        ("a push changed after signing", push("changed", secret).replace(b"L1", b"L2"), Answer(400)),
        ("a push whose data is broken JSON", push("broken", secret, '{"lead_ID":'), Answer(400)),
        ("what is no form", b'{"msgId":"json"}', Answer(400)),
        ("an empty body", b"", Answer(400)),
    ]


def told(status: int, body: str | bytes) -> Answer:
    """Reads an answer as the service does."""
    if status != httpx.codes.OK:
        return Answer(status)
    answer = json.loads(body)
    return Answer(status, answer["return_code"], answer["msg_id"])


def deliver(url: str, body: bytes) -> Answer:
    """Delivers a body as the service does."""
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    response = httpx.post(url, content=body, headers=form, timeout=10)
    return told(response.status_code, response.content)
