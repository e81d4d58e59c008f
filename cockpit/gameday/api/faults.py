"""Bad days on demand: what a client must survive, switched on and off by tests and scenarios."""

import asyncio
from collections.abc import Awaitable, Callable

import msgspec
from aiohttp import web

from cockpit.gameday.api.errors import ApiError
from cockpit.gameday.api.store import Store

REASONS = {
    401: "Unauthorized",
    403: "Forbidden",
    404: "NotFound",
    429: "TooManyRequests",
    500: "InternalError",
    503: "ServiceUnavailable",
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
    times: int | None = None
    """It passes after so many requests; None: it stays until it is lifted."""


class Stream(msgspec.Struct, eq=False):
    """A watch or a log that is being followed."""

    kind: str
    """`watch` or `log`."""
    request: web.BaseRequest
    end: Callable[[], None]
    """Ends it cleanly."""


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
        self._changed = asyncio.Event()
        self.streams: set[Stream] = set()

    def answer(
        self,
        path: str,
        status: int,
        *,
        body: bytes | None = None,
        retry_after: int | None = None,
        times: int | None = None,
    ) -> Fault:
        """Answer a path and all below it with a status: 401, 403, 429, 500, …, or 200 with a body that is garbage.

        Args:
            path: Beginning of the path, such as `/api/v1/nodes`.
            status: The HTTP status.
            body: What to send; None: a Status object that fits.
            retry_after: Seconds for the Retry-After header.
            times: After so many requests all is well again; None: until it is lifted.
        """
        headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
        return self._add(Fault(path, status=status, body=body, headers=headers, times=times))

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
        fault = next((fault for fault in self._faults if request.path.startswith(fault.path)), None)
        if fault is None:
            return None
        if fault.times is not None:
            fault.times -= 1
            if fault.times <= 0:
                self._faults.remove(fault)
        if fault.hangs:
            return await self._hang(request, fault)
        if not fault.answers_itself:
            await asyncio.sleep(fault.delay)
            return None
        body = fault.body
        if body is None:
            body = ApiError(fault.status, REASONS.get(fault.status, "Unknown"), "this fault was asked for").body()
        return web.Response(status=fault.status, body=body, headers=fault.headers, content_type="application/json")

    async def _hang(self, request: web.BaseRequest, fault: Fault) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "application/json"})
        await response.prepare(request)
        while fault in self._faults:
            await self._changed.wait()
        if request.transport is not None:
            request.transport.abort()
        return response
