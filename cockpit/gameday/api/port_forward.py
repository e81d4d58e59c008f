"""`pods/portforward` over SPDY in a WebSocket, as kubectl has used it since 1.31 (KEP 4006)."""

from collections.abc import Iterator

from aiohttp import WSMsgType, web

from cockpit.gameday.api.call import Call
from cockpit.gameday.api.errors import bad_request
from cockpit.gameday.api.spdy import FrameReader, FrameWriter, Opened, Pinged, Received
from cockpit.gameday.api.store import Obj
from cockpit.gameday.controllers.pod_state import is_ready

PROTOCOLS = ("SPDY/3.1+portforward.k8s.io",)
_END_OF_HEAD = b"\r\n\r\n"
_REFUSED = (
    "error forwarding port {port} to pod {uid}, uid : failed to execute portforward in network namespace: failed to "
    "connect to localhost:{port} inside namespace: dial tcp4 127.0.0.1:{port}: connect: connection refused"
)


async def pod_port_forward(call: Call) -> web.StreamResponse:
    """Let the ports of a pod be reached until it is gone.

    Raises:
        ApiError: 404, there is no such pod; 400, the request is no WebSocket.
    """
    store, namespace, name = call.cluster.store, call.info.namespace, call.info.name
    uid = store.get(call.kind, namespace, name).uid
    if call.request.headers.get("Upgrade", "").lower() != "websocket":
        raise bad_request("unable to upgrade: the practice world speaks WebSocket only")
    socket = web.WebSocketResponse(protocols=PROTOCOLS)
    await socket.prepare(call.request)
    tunnel = Tunnel()
    async for message in socket:
        pod = store.find(call.kind, namespace, name)
        if pod is None or pod.uid != uid:
            break
        if message.type is WSMsgType.BINARY:
            for frame in tunnel.take(message.data, pod.obj):
                await socket.send_bytes(frame)
    await socket.close()
    return socket


class Tunnel:
    """One kubectl's connections to one pod. For each it opens a stream for errors, and then one for the data."""

    def __init__(self) -> None:
        self._reader = FrameReader()
        self._writer = FrameWriter()
        self._errors: dict[str, int] = {}
        """The streams for errors of the connections that are open, by their numbers."""
        self._asked: dict[int, bytes] = {}
        """What came so far on each stream for data."""
        self._connections: dict[int, str] = {}

    def take(self, data: bytes, pod: Obj) -> Iterator[bytes]:
        """Take what kubectl sent, and give what it is answered."""
        for frame in self._reader.feed(data):
            if isinstance(frame, Pinged):
                yield frame.frame
            elif isinstance(frame, Opened):
                yield from self._open(frame, pod)
            elif frame.stream in self._asked:
                yield from self._hear(frame, pod)

    def _open(self, opened: Opened, pod: Obj) -> Iterator[bytes]:
        yield self._writer.reply(opened.stream)
        headers = opened.headers
        connection, port = headers.get("requestid", ""), headers.get("port", "")
        if headers.get("streamtype") == "data":
            if connection in self._errors:
                self._asked[opened.stream] = b""
                self._connections[opened.stream] = connection
            else:
                yield self._writer.data(opened.stream, b"")
        elif port in _ports(pod):
            self._errors[connection] = opened.stream
        else:
            refused = _REFUSED.format(port=port, uid=pod["metadata"]["uid"])
            yield self._writer.data(opened.stream, refused.encode())

    def _hear(self, received: Received, pod: Obj) -> Iterator[bytes]:
        """Answer a request once it is whole: what listens is a web server, whatever the pod is."""
        asked = self._asked[received.stream] + received.data
        self._asked[received.stream] = asked
        if _END_OF_HEAD in asked or received.is_last:
            yield self._writer.data(received.stream, _answer(pod) if _END_OF_HEAD in asked else b"")
            del self._asked[received.stream]
            yield self._writer.data(self._errors.pop(self._connections.pop(received.stream)), b"")


def _ports(pod: Obj) -> set[str]:
    """Give the ports on which a pod listens."""
    containers = pod["spec"]["containers"]
    return {str(port["containerPort"]) for container in containers for port in container.get("ports") or ()}


def _answer(pod: Obj) -> bytes:
    """Answer as a pod answers its probes."""
    status, word = ("200 OK", "ok") if is_ready(pod) else ("503 Service Unavailable", "not ready")
    body = f"{pod['metadata']['name']}: {word}\n"
    head = f"HTTP/1.1 {status}\r\nContent-Type: text/plain\r\nContent-Length: {len(body)}\r\nConnection: close"
    return f"{head}\r\n\r\n{body}".encode()
