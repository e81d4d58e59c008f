"""Bad days on demand: what a client must survive, switched on and off by tests and scenarios."""

import asyncio
from collections.abc import Awaitable, Callable

import msgspec
from aiohttp import web

from cockpit.gameday.api.errors import ApiError
from cockpit.gameday.api.kinds import Kind
from cockpit.gameday.api.store import Store

REASONS = {
    401: "Unauthorized",
    403: "Forbidden",
    404: "NotFound",
    429: "TooManyRequests",
    500: "InternalError",
    503: "ServiceUnavailable",
    504: "Timeout",
}


class Fault(msgspec.Struct, eq=False):
    """One thing that goes wrong for the paths that begin with `path`."""

    path: str
    status: int = 200
    body: bytes | None = None
    """Answered instead of a Status object; None: a Status object."""
    headers: dict[str, str] = {}
    hangs: bool = False
    """The headers are sent and then nothing."""
    delay: float = 0.0
    """Real seconds before the request is served as usual."""
    answers_itself: bool = True
    content_type: str = "application/json"
    method: str = ""
    """The HTTP method that it befalls; empty: any."""
    skips: int = 0
    """So many requests that fit are still served well."""
    times: int | None = None
    """It passes after so many requests; None: it stays until it is lifted."""
    loses_answer: bool = False
    """The request is carried out, and then its answer does not come."""

    def fits(self, request: web.BaseRequest) -> bool:
        """Tell whether it can befall a request."""
        return request.path.startswith(self.path) and self.method in {"", request.method}


class Stream(msgspec.Struct, eq=False):
    """A watch or a log that is being followed."""

    kind: str
    """`watch` or `log`."""
    request: web.BaseRequest
    end: Callable[[], None]
    """Ends it cleanly."""
    last_words: bytes = b""
    """Sent before it ends."""


class Faults:
    """What goes wrong in one practice world.

    Args:
        store: Whose history may expire.
        open_port: Listens on the world's port.
        close_port: Stops listening and drops every connection.
    """

    def __init__(
        self, store: Store, open_port: Callable[[], Awaitable[None]], close_port: Callable[[], Awaitable[None]]
    ) -> None:
        self._store = store
        self._open_port = open_port
        self._close_port = close_port
        self._faults: list[Fault] = []
        self._lifted: set[Fault] = set()
        self._changed = asyncio.Event()
        self.streams: set[Stream] = set()
        self.logs_flow = asyncio.Event()
        """Not set while logs that are followed stall."""
        self.logs_flow.set()

    def answer(
        self,
        path: str,
        status: int,
        *,
        body: bytes | None = None,
        retry_after: int | None = None,
        method: str = "",
        skips: int = 0,
        times: int | None = None,
    ) -> Fault:
        """Answer a path and all below it with a status: 401, 403, 429, 500, …, or 200 with a body that is garbage.

        Args:
            path: Beginning of the path, such as `/api/v1/nodes`.
            status: The HTTP status.
            body: What to send; None: a Status object that fits.
            retry_after: Seconds for the Retry-After header.
            method: Only requests of this HTTP method; empty: all.
            skips: So many of them are served well before.
            times: After so many requests all is well again; None: until it is lifted.
        """
        headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
        content_type = "text/plain" if path.endswith("/log") else "application/json"
        return self._add(
            Fault(
                path,
                status=status,
                body=body,
                headers=headers,
                content_type=content_type,
                method=method,
                skips=skips,
                times=times,
            )
        )

    def lose_answers(self, path: str, method: str = "", *, status: int = 0, times: int | None = None) -> Fault:
        """Carry requests out and do not say so.

        Args:
            path: Beginning of the path.
            method: Only requests of this HTTP method; empty: all.
            status: What is answered instead, such as 504; 0: nothing; lifting the fault ends the connection.
            times: After so many requests all is well again; None: until it is lifted.
        """
        return self._add(Fault(path, status=status, method=method, times=times, loses_answer=True))

    def hang(self, path: str) -> Fault:
        """Send the headers for a path, then nothing until the fault is lifted."""
        return self._add(Fault(path, hangs=True))

    def slow(self, path: str, seconds: float) -> Fault:
        """Serve a path after so many real seconds."""
        return self._add(Fault(path, delay=seconds, answers_itself=False))

    def _add(self, fault: Fault) -> Fault:
        self._faults.append(fault)
        return fault

    def lift(self, fault: Fault) -> None:
        """End a fault; requests that hang are dropped."""
        if fault in self._faults:
            self._faults.remove(fault)
        self._lifted.add(fault)
        self._changed.set()
        self._changed = asyncio.Event()

    def clear(self) -> None:
        """End every fault."""
        for fault in tuple(self._faults):
            self.lift(fault)

    def cut_watches(self, *, abruptly: bool = False) -> None:
        """End every watch, with a clean EOF or by dropping its connection."""
        self._cut("watch", abruptly=abruptly)

    def drop_logs(self, *, abruptly: bool = True) -> None:
        """End every log that is followed, by dropping its connection or with a clean EOF."""
        self._cut("log", abruptly=abruptly)

    def _cut(self, kind: str, *, abruptly: bool) -> None:
        for stream in [stream for stream in self.streams if stream.kind == kind]:
            transport = stream.request.transport
            if abruptly and transport is not None:
                transport.abort()
            stream.end()

    def stall_logs(self) -> None:
        """Send nothing more of logs that are followed; their streams stay open."""
        self.logs_flow.clear()

    def resume_logs(self) -> None:
        """Go on with stalled logs; what was printed meanwhile comes at once."""
        self.logs_flow.set()

    def break_logs(self, words: bytes) -> None:
        """End every log that is followed with an error text in the midst of its lines, as a kubelet does."""
        for stream in [stream for stream in self.streams if stream.kind == "log"]:
            stream.last_words = words
            stream.end()

    def storm_watches(self, kind: Kind, changes: int) -> None:
        """Change the objects of a kind so many times at once, each in its turn, so that watches are flooded."""
        for number in range(changes):
            objects = self._store.list(kind)
            stored = objects[number % len(objects)]
            annotations = {**(stored.obj["metadata"].get("annotations") or {}), "practice/storm": str(number)}
            metadata = {**stored.obj["metadata"], "annotations": annotations}
            self._store.replace(stored, {**stored.obj, "metadata": metadata})

    def expire_history(self) -> None:
        """Forget all changes so far: an older resourceVersion or continue token is answered with 410."""
        self._store.forget_history()

    async def refuse_connections(self) -> None:
        """Close the port and drop every connection."""
        await self._close_port()

    async def accept_connections(self) -> None:
        """Open the same port again."""
        await self._open_port()

    async def strike(self, request: web.BaseRequest) -> web.StreamResponse | None:
        """Let the first fault that fits befall a request; None: it is served as usual.

        Raises:
            ApiError: The status that the fault asks for.
        """
        fault = self._next(request, loses_answer=False)
        if fault is None:
            return None
        if fault.hangs:
            return await self._hang(request, fault)
        if not fault.answers_itself:
            await asyncio.sleep(fault.delay)
            return None
        body = fault.body
        if body is None:
            body = ApiError(fault.status, REASONS.get(fault.status, "Unknown"), "this fault was asked for").body()
        return web.Response(status=fault.status, body=body, headers=fault.headers, content_type=fault.content_type)

    def _next(self, request: web.BaseRequest, *, loses_answer: bool) -> Fault | None:
        """Find the fault that befalls a request, and count it."""
        for fault in self._faults:
            if fault.loses_answer is not loses_answer or not fault.fits(request):
                continue
            if fault.skips:
                fault.skips -= 1
                continue
            if fault.times is not None:
                fault.times -= 1
                if fault.times <= 0:
                    self._faults.remove(fault)
            return fault
        return None

    async def withhold(self, request: web.BaseRequest, answer: web.StreamResponse) -> web.StreamResponse:
        """Let the answer to a request that was carried out through, unless a fault keeps it back.

        Raises:
            ApiError: The status that the fault asks for.
        """
        fault = self._next(request, loses_answer=True)
        if fault is None:
            return answer
        if fault.status:
            message = "Timeout: request did not complete within the allotted timeout"
            raise ApiError(fault.status, REASONS.get(fault.status, "Unknown"), message)
        await self._wait_for_end(fault)
        if request.transport is not None:
            request.transport.abort()
        return answer

    async def _wait_for_end(self, fault: Fault) -> None:
        while fault not in self._lifted:
            await self._changed.wait()

    async def _hang(self, request: web.BaseRequest, fault: Fault) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "application/json"})
        await response.prepare(request)
        await self._wait_for_end(fault)
        if request.transport is not None:
            request.transport.abort()
        return response
