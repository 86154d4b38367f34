"""Webhooks that take what the sandbox pushes, by threads and by asyncio."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from qince_leads import BadSignatureError, PushEvent, QinceError, acknowledge, refuse, verify_push

Handle = Callable[[PushEvent], object]


class Receiver:
    """Hands each event to a handler once. An event whose handler raises is refused, and so comes again."""

    def __init__(self, handle: Handle, secrets: str | Iterable[str]) -> None:
        self._handle = handle
        self._secrets = secrets
        self._handled: set[str] = set()
        self._one_by_one = threading.Lock()

    def answer(self, body: bytes) -> tuple[int, str]:
        """HTTP status and body of the answer to a push."""
        try:
            event = verify_push(body, secrets=self._secrets, max_age_ms=60_000)
        except BadSignatureError:
            return 401, ""
        except QinceError:
            return 400, ""
        with self._one_by_one:
            if event.msg_id not in self._handled:
                try:
                    self._handle(event)
                except Exception as error:
                    return 200, refuse(event, str(error))
                self._handled.add(event.msg_id)
        return 200, acknowledge(event)


@contextmanager
def by_threads(receiver: Receiver) -> Iterator[str]:
    """Serves by http.server, and yields the URL."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            status, answer = receiver.answer(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(status)
            self.end_headers()
            self.wfile.write(answer.encode())

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/push"
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def by_asyncio(receiver: Receiver) -> Iterator[str]:
    """Serves by asyncio, in a thread of its own, and yields the URL."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        [length] = [line.split(":")[1] for line in head.split("\r\n") if line.startswith("content-length:")]
        status, answer = receiver.answer(await reader.readexactly(int(length)))
        content = answer.encode()
        writer.write(f"HTTP/1.1 {status} .\r\nContent-Length: {len(content)}\r\nConnection: close\r\n\r\n".encode())
        writer.write(content)
        await writer.drain()
        writer.close()

    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    server = asyncio.run_coroutine_threadsafe(asyncio.start_server(serve, "127.0.0.1", 0), loop).result()
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/push"
    finally:
        loop.call_soon_threadsafe(server.close)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
