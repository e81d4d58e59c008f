"""A Kubernetes API server that says exactly what a test wants, over a real socket."""

import json
import queue
import socket
import struct
import threading
from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

NOW = datetime(2026, 11, 21, 8, 0, 0, tzinfo=UTC)
_PATIENCE = 5.0


class Asked(NamedTuple):
    """A request that the server got."""

    path: str
    query: dict[str, str]
    headers: Mapping[str, str]
    method: str = "GET"
    body: bytes = b""


class Live:
    """An answer that the test writes piece by piece while it is being read."""

    def __init__(self) -> None:
        self._pieces: queue.Queue[bytes | None] = queue.Queue()

    def send(self, *pieces: bytes) -> None:
        for piece in pieces:
            self._pieces.put(piece)

    def send_event(self, kind: str, pod: Mapping[str, Any]) -> None:
        self.send(json.dumps({"type": kind, "object": pod}).encode() + b"\n")

    def end(self) -> None:
        """End the answer as a server does that has said everything."""
        self._pieces.put(b"")

    def break_off(self) -> None:
        """Reset the connection in the middle of the answer."""
        self._pieces.put(None)

    def write(self, handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        while (piece := self._pieces.get(timeout=_PATIENCE)) is not None:
            handler.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
            if not piece:
                return
        # Without lingering, closing a socket sends RST.
        handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        handler.close_connection = True
        handler.connection.close()


Answer = Callable[[BaseHTTPRequestHandler], None]


class ScriptedServer:
    """Answers each path with what was scripted for it, in order; what is scripted last is repeated."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.finished = threading.Event()
        self._answers: dict[str, list[Answer]] = defaultdict(list)
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                query = dict(parse_qsl(parts.query))
                outer.asked.append(Asked(parts.path, query, dict(self.headers), self.command, body))
                try:
                    outer._take(parts.path)(self)
                except (OSError, queue.Empty):
                    self.close_connection = True

            do_PATCH = do_POST = do_DELETE = do_GET  # noqa: N815  (the base class names them so)

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  (the base class names it so)
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            block_on_close = False

            def handle_error(self, request: Any, client_address: Any) -> None:
                pass

        self._server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        self.finished.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def json(self, path: str, content: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> None:
        self.text(path, json.dumps(content), status, headers)

    def status(self, path: str, code: int, message: str, **more: Any) -> None:
        """Answer with a Status object."""
        self.json(path, {"kind": "Status", "code": code, "message": message, **more}, code)

    def text(self, path: str, body: str, status: int = 200, headers: Mapping[str, str] | None = None) -> None:
        def answer(handler: BaseHTTPRequestHandler) -> None:
            content = body.encode()
            handler.send_response(status)
            for name, value in (headers or {}).items():
                handler.send_header(name, value)
            if status != 204:
                handler.send_header("Content-Length", str(len(content)))
            handler.end_headers()
            handler.wfile.write(content)

        self._answers[path].append(answer)

    def live(self, path: str) -> Live:
        live = Live()
        self._answers[path].append(live.write)
        return live

    def hang(self, path: str, *, after_headers: bool = False) -> None:
        """Say nothing, or nothing but the headers."""

        def answer(handler: BaseHTTPRequestHandler) -> None:
            if after_headers:
                handler.send_response(200)
                handler.send_header("Content-Length", "100")
                handler.end_headers()
            self.finished.wait(_PATIENCE)
            handler.close_connection = True

        self._answers[path].append(answer)

    def reset(self, path: str) -> None:
        """Drop the connection when the whole request is there."""

        def answer(handler: BaseHTTPRequestHandler) -> None:
            handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            handler.close_connection = True
            handler.connection.close()

        self._answers[path].append(answer)

    def _take(self, path: str) -> Answer:
        answers = self._answers.get(path)
        if not answers:
            self.status(path, 404, f"nothing is scripted for {path}")
            answers = self._answers[path]
        return answers.pop(0) if len(answers) > 1 else answers[0]


class Time:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now
