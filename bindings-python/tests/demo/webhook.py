"""A webhook that hands each event to a handler once."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

from qince_leads import BadSignatureError, MalformedError, PushEvent, StaleError, acknowledge, refuse, verify_push

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_AGE_MS = 60_000


class Webhook:
    """Serves on a free port of this machine.

    An event whose handler raises is refused, and so comes again; a bad push is answered with HTTP 400 and no word more.
    """

    def __init__(self, handle: Callable[[PushEvent], object], secret: str) -> None:
        self._handle = handle
        self._secret = secret
        self._handled: set[str] = set()
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._server.server_port}/push"

    def __enter__(self) -> Webhook:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _answer(self, body: bytes) -> tuple[int, str]:
        try:
            event = verify_push(body, secrets=self._secret, max_age_ms=MAX_AGE_MS)
        except (BadSignatureError, StaleError, MalformedError):
            return 400, ""
        # One at a time: two deliveries of an event may come at once.
        with self._lock:
            if event.msg_id not in self._handled:
                try:
                    self._handle(event)
                except Exception as error:
                    return 200, refuse(event, str(error))
                self._handled.add(event.msg_id)
        return 200, acknowledge(event)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        webhook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                status, answer = webhook._answer(self.rfile.read(int(self.headers["Content-Length"])))
                body = answer.encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        return Handler
