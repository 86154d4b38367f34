"""Transports of one's own, as a user writes them."""

from __future__ import annotations

import time

import aiohttp
import requests
from qince_leads import Reply, SignedRequest


class RequestsTransport:
    """Sends by `requests`."""

    def __init__(self, session: requests.Session) -> None:
        self._session = session

    def __call__(self, request: SignedRequest, timeout: float, /) -> Reply:
        deadline = time.monotonic() + timeout
        with self._session.post(
            request.url,
            data=request.body,
            headers=request.headers,
            timeout=timeout,
            allow_redirects=False,
            stream=True,
        ) as response:
            body = bytearray()
            for chunk in response.iter_content(1 << 16):
                body += chunk
                if time.monotonic() > deadline:
                    raise TimeoutError
            return Reply(response.status_code, bytes(body), response.headers.get("Retry-After"))


class AiohttpTransport:
    """Sends by `aiohttp`."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session

    async def __call__(self, request: SignedRequest, timeout: float, /) -> Reply:
        async with self._session.post(
            request.url,
            data=request.body,
            headers=request.headers,
            timeout=aiohttp.ClientTimeout(total=timeout),
            allow_redirects=False,
        ) as response:
            return Reply(response.status, await response.read(), response.headers.get("Retry-After"))
