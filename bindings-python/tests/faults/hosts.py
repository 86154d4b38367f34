"""The clients that are certified, by the names of their transports, two of which are in the README, word for word."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, ExitStack, asynccontextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import httpx
from aiohttp import BasicAuth
from qince_leads import AsyncClient, AsyncHttpxTransport, Client, HttpxTransport, UrllibTransport
from sandbox.transports import AiohttpTransport, RequestsTransport  # type: ignore[import-not-found]
from yarl import URL


class Limits(NamedTuple):
    """How long a client waits, in seconds."""

    timeout: float
    connect_timeout: float


class Setting(NamedTuple):
    """What a client goes through."""

    limits: Limits
    proxy: str | None
    authority: str | None
    """The certificate to trust, as text."""

    @property
    def verify(self) -> ssl.SSLContext:
        """What certificates are verified by."""
        return _verify(self.authority)


@cache
def _verify(authority: str | None) -> ssl.SSLContext:
    return ssl.create_default_context(cadata=authority)


def _by_httpx(stack: ExitStack, setting: Setting, **options: Any) -> Client:
    if setting.proxy is None and setting.authority is None:
        return stack.enter_context(Client(connect_timeout=setting.limits.connect_timeout, **options))
    http = stack.enter_context(httpx.Client(proxy=setting.proxy, verify=setting.verify))
    transport = HttpxTransport(http, connect_timeout=setting.limits.connect_timeout)
    return stack.enter_context(Client(transport=transport, **options))


def _by_urllib(stack: ExitStack, setting: Setting, **options: Any) -> Client:
    transport = UrllibTransport(
        proxy=setting.proxy, context=setting.verify, connect_timeout=setting.limits.connect_timeout
    )
    return stack.enter_context(Client(transport=transport, **options))


def _by_requests(stack: ExitStack, setting: Setting, **options: Any) -> Client:
    more: dict[str, Any] = {"trust_env": False}
    if setting.authority is not None:
        file = Path(stack.enter_context(TemporaryDirectory())) / "ca.pem"
        file.write_text(setting.authority, "ascii")
        more["verify"] = str(file)
    transport = RequestsTransport(setting.proxy or "", setting.limits.connect_timeout, **more)
    return stack.enter_context(Client(transport=transport, **options))


@asynccontextmanager
async def _by_async_httpx(setting: Setting, **options: Any) -> AsyncIterator[AsyncClient]:
    if setting.proxy is None and setting.authority is None:
        async with AsyncClient(connect_timeout=setting.limits.connect_timeout, **options) as client:
            yield client
        return
    async with httpx.AsyncClient(proxy=setting.proxy, verify=setting.verify) as http:
        transport = AsyncHttpxTransport(http, connect_timeout=setting.limits.connect_timeout)
        async with AsyncClient(transport=transport, **options) as client:
            yield client


@asynccontextmanager
async def _by_aiohttp(setting: Setting, **options: Any) -> AsyncIterator[AsyncClient]:
    more: dict[str, Any] = {"ssl": setting.verify}
    if setting.proxy is not None:
        proxy = URL(setting.proxy)
        more["proxy"] = proxy.with_user(None)
        more["proxy_auth"] = proxy.user and BasicAuth(proxy.user, proxy.password or "")
    async with AiohttpTransport.session() as session:
        transport = AiohttpTransport(session, setting.limits.connect_timeout, **more)
        async with AsyncClient(transport=transport, **options) as client:
            yield client


SYNC: dict[str, Callable[..., Client]] = {
    "python-httpx": _by_httpx,
    "python-urllib": _by_urllib,
    "python-requests": _by_requests,
}
ASYNC: dict[str, Callable[..., AbstractAsyncContextManager[AsyncClient]]] = {
    "python-httpx-async": _by_async_httpx,
    "python-aiohttp": _by_aiohttp,
}
