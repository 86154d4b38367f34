"""Receives the push of follow-up records with FastAPI, and stores it in Redis.

QINCE_PUSH_SECRET=… REDIS_URL=redis://… uvicorn webhook_fastapi:app
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Protocol

import redis.asyncio
from fastapi import FastAPI, HTTPException, Request, Response
from qince_leads import (
    BadSignatureError,
    FollowUp,
    MalformedError,
    PushEvent,
    StaleError,
    acknowledge,
    refuse,
    verify_push,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

# Two secrets while one takes the place of the other: "new,old".
SECRETS = [secret for secret in os.environ.get("QINCE_PUSH_SECRET", "").split(",") if secret]
if not SECRETS:
    raise RuntimeError("set QINCE_PUSH_SECRET to the push secret of the console")
REDIS_URL = os.environ.get("REDIS_URL", "")

# The service waits for 5 seconds; some of them belong to the network.
ANSWER_WITHIN_SECONDS = 3.0
LONGEST_BODY = 1 << 20

# An unacknowledged push comes again for up to ten days.
REMEMBERED_SECONDS = 30 * 24 * 3600

logger = logging.getLogger("uvicorn.error")


class Store(Protocol):
    async def keep(self, event: PushEvent) -> bool:
        """Makes sure that an event is stored, now or by an earlier delivery; true if it is new.

        If it raises, the event is not acknowledged, and comes again.
        """
        ...


class RedisStore:
    """Appends each event to a stream once. What handles it reads the stream, in its own time: XREADGROUP, XACK.

    An acknowledged event must never be lost, wherever this process dies. So Redis runs the script as one step: a
    message id is marked as seen if and only if its event is in the stream. If it were marked in a step of its own, a
    crash after that would lose the event, for its next delivery would be taken as known. A crash between this step and
    the answer does no harm: the event comes again, is known, and is acknowledged.

    Redis itself keeps what it said it has only with `appendonly yes` and `appendfsync always`.
    """

    STREAM = "qince:follow-ups"
    KEEP = """
        if redis.call("SET", KEYS[1], "", "NX", "EX", ARGV[1]) then
            redis.call("XADD", KEYS[2], "*", "msg_id", ARGV[2], "data_type", ARGV[3], "data", ARGV[4])
            return 1
        end
        return 0
    """

    def __init__(self, client: redis.asyncio.Redis) -> None:
        self._keep = client.register_script(self.KEEP)

    async def keep(self, event: PushEvent) -> bool:
        data = event.data.to_json() if isinstance(event.data, FollowUp) else json.dumps(event.data)
        # The braces have a Redis cluster keep both keys on one node.
        keys = [f"{{{self.STREAM}}}:seen:{event.msg_id}", f"{{{self.STREAM}}}"]
        return bool(await self._keep(keys, [REMEMBERED_SECONDS, event.msg_id, event.data_type, data]))


class MemoryStore:
    """For trying it out: all is lost when the process ends, also what is acknowledged."""

    def __init__(self) -> None:
        self.events: dict[str, PushEvent] = {}

    async def keep(self, event: PushEvent) -> bool:
        return self.events.setdefault(event.msg_id, event) is event


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    if not REDIS_URL:
        logger.warning("REDIS_URL is not set: pushes are kept in memory only")
        app.state.store = MemoryStore()
        yield
        return
    async with redis.asyncio.from_url(REDIS_URL) as client:
        app.state.store = RedisStore(client)
        yield


app = FastAPI(lifespan=lifespan)


@app.post("/push")
async def push(request: Request) -> Response:
    body = await raw_body(request)
    try:
        event = verify_push(body, secrets=SECRETS, max_age_ms=None)
    except (BadSignatureError, StaleError, MalformedError) as error:
        logger.warning("turned away: %s", error)
        return Response(status_code=400)

    store: Store = request.app.state.store
    try:
        is_new = await asyncio.wait_for(store.keep(event), ANSWER_WITHIN_SECONDS)
    except Exception:
        # It may be stored all the same, after a time-out; then the next delivery is known.
        logger.exception("not stored: %s", event.msg_id)
        return answer(refuse(event, "not stored"))
    logger.info("%s: %s", "stored" if is_new else "known", event.msg_id)
    return answer(acknowledge(event))


async def raw_body(request: Request) -> bytes:
    """The body as it came, which is what is signed: nothing may parse the form before."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LONGEST_BODY:
            raise HTTPException(413)
    return bytes(body)


def answer(body: str) -> Response:
    """With HTTP 200 in either case: the body is what counts."""
    return Response(body, media_type="application/json")
