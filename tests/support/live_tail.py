"""CloudWatch Logs over a real socket, with its live tail in the real encoding (application/vnd.amazon.eventstream)."""

import json
import queue
import socket
import threading
from binascii import crc32
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from struct import pack
from typing import Any

from cockpit.clock import utc_now

GROUP = "/shop/api"
ARN = f"arn:aws:logs:us-west-2:123456789012:log-group:{GROUP}"
STREAM = "api.0"
_STRING = 7
"""The type of a header's value."""


def frame(kind: str, payload: Mapping[str, Any], message: str = "event") -> bytes:
    """Encode a message: prelude and its CRC, headers, payload, and the CRC of it all."""
    names = {f":{message}-type": kind, ":content-type": "application/json", ":message-type": message}
    headers = b"".join(
        pack("!B", len(name)) + name.encode() + pack("!BH", _STRING, len(value)) + value.encode()
        for name, value in names.items()
    )
    body = json.dumps(payload).encode()
    prelude = pack("!II", 16 + len(headers) + len(body), len(headers))
    whole = prelude + pack("!I", crc32(prelude)) + headers + body
    return whole + pack("!I", crc32(whole))


def said(message: str, seconds_ago: float = 0.0) -> dict[str, Any]:
    """Make an event as both ways tell it, without its id."""
    stamp = int((utc_now().timestamp() - seconds_ago) * 1000)
    return {"logStreamName": STREAM, "timestamp": stamp, "message": message}


class Session:
    """A live tail that somebody reads."""

    def __init__(self, connection: socket.socket, query: Mapping[str, Any]) -> None:
        self.query = query
        self.closed = threading.Event()
        """Set when the reader has closed its connection: nothing is charged any more."""
        self._connection = connection

    def begin(self) -> None:
        """Tell that it has begun."""
        self._send(frame("initial-response", {}))
        self._send(frame("sessionStart", {"sessionId": "s-1", "logGroupIdentifiers": [ARN]}))

    def tell(self, *events: Mapping[str, Any], sampled: bool = False) -> None:
        """Tell events."""
        results = [{**event, "logGroupIdentifier": ARN, "ingestionTime": event["timestamp"]} for event in events]
        self._send(frame("sessionUpdate", {"sessionMetadata": {"sampled": sampled}, "sessionResults": results}))

    def fail(self, code: str, message: str) -> None:
        """End it with an error."""
        self._send(frame(code, {"message": message}, "exception"))

    def end(self) -> None:
        """End it without a word."""
        self._connection.sendall(b"0\r\n\r\n")

    def cut(self) -> None:
        """Break the connection off."""
        self._connection.shutdown(socket.SHUT_RDWR)

    def _send(self, data: bytes) -> None:
        self._connection.sendall(b"%x\r\n%s\r\n" % (len(data), data))


class LiveTailServer:
    """A log group. What is written can be asked for; live tails tell what the test has them tell."""

    def __init__(self) -> None:
        self.opened: queue.Queue[Session] = queue.Queue()
        self.asked: list[str] = []
        """The operations, such as `FilterLogEvents`."""
        self.refusal: tuple[int, str] | None = None
        """With which status and code a live tail is refused."""
        self._events: list[dict[str, Any]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1

            def do_POST(self) -> None:
                query = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                operation = self.headers["X-Amz-Target"].rpartition(".")[2]
                outer.asked.append(operation)
                if operation != "StartLiveTail":
                    self._reply(200, outer._answer(operation, query))
                elif outer.refusal is not None:
                    status, code = outer.refusal
                    self._reply(status, {"__type": code, "message": "no live tail for you"})
                else:
                    self._tell_live(query)

            def _reply(self, status: int, answer: Mapping[str, Any]) -> None:
                content = json.dumps(answer).encode()
                self.send_response_only(status)
                self.send_header("Content-Type", "application/x-amz-json-1.1")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def _tell_live(self, query: Mapping[str, Any]) -> None:
                self.send_response_only(200)
                self.send_header("Content-Type", "application/vnd.amazon.eventstream")
                self.send_header("Transfer-Encoding", "chunked")
                self.send_header("Connection", "close")
                self.end_headers()
                self.wfile.flush()
                session = Session(self.connection, query)
                session.begin()
                outer.opened.put(session)
                self.rfile.read(1)  # nothing comes until the reader closes
                session.closed.set()
                self.close_connection = True

            def log_message(self, *_: object) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_: object) -> None:
                pass

        self._server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self) -> None:
        """End it."""
        self._server.shutdown()
        self._server.server_close()

    def write(self, *events: Mapping[str, Any]) -> None:
        """Let events be asked for."""
        self._events += [{**event, "eventId": f"e-{len(self._events) + nth}"} for nth, event in enumerate(events)]

    def _answer(self, operation: str, query: Mapping[str, Any]) -> Mapping[str, Any]:
        if operation == "DescribeLogGroups":
            names = (f"{GROUP}-old", GROUP)
            arn = ARN.removesuffix(GROUP)
            return {"logGroups": [{"logGroupName": name, "arn": f"{arn}{name}:*"} for name in names]}
        events = [event for event in self._events if event["timestamp"] >= query["startTime"]]
        return {"events": sorted(events, key=lambda event: int(event["timestamp"]))}
