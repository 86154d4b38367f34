"""A server of HTTP on this host, for transports."""

from __future__ import annotations

import json
import socket
import struct
import threading
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from qince_leads import Account, RemoveLead, SignedRequest, sign

from .support import APP_KEY, OPENID, body

Answer = Callable[[BaseHTTPRequestHandler], None]


class Server:
    """Answers every request by `answer`, and tells what came."""

    def __init__(self) -> None:
        self.answer: Answer = reply(body("7"))
        self.seen: list[tuple[str, str, dict[str, str], bytes]] = []
        self.over = threading.Event()
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        # A test must not wait for an answer that is still being given.
        self._http.daemon_threads = True
        self._http.block_on_close = False
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,), daemon=True)

    def __enter__(self) -> Server:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    @property
    def account(self) -> Account:
        return Account(OPENID, APP_KEY, self.base_url)

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_port}"

    @property
    def request(self) -> SignedRequest:
        return sign(self.account, RemoveLead(code="示例"))

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            timeout = 5

            def do_POST(self) -> None:
                self.sent = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                server.seen.append((self.command, self.path, dict(self.headers), self.sent))
                # The client may have gone away.
                with suppress(OSError):
                    server.answer(self)

            do_GET = do_POST  # noqa: N815

            def log_message(self, *_: Any) -> None:
                pass

        return Handler


def reply(text: str | bytes, status: int = 200, **headers: str) -> Answer:
    """Answers with this body."""
    given = text.encode() if isinstance(text, str) else text

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(given)))
        handler.end_headers()
        handler.wfile.write(given)

    return answer


def echo(handler: Any) -> None:
    """Answers with the code that came as the lead's id."""
    reply(body(json.loads(handler.sent)["code"]))(handler)


def in_turn(answers: list[Answer]) -> Answer:
    """Gives these answers one after another."""
    return lambda handler: answers.pop(0)(handler)  # noqa: PLW0108 (each time another)


def drop(handler: BaseHTTPRequestHandler) -> None:
    """Closes the connection where a reply should come."""
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.close_connection = True
    handler.connection.close()


def closed_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
