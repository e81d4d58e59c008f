"""`pods/log`: what a container printed, and what it prints next."""

import asyncio
import contextlib
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

import msgspec
from aiohttp import web

from cockpit.gameday.api.call import Call
from cockpit.gameday.api.errors import ApiError, bad_request
from cockpit.gameday.api.faults import Stream
from cockpit.gameday.api.store import Obj
from cockpit.gameday.logbook import Line, RunLog, nanoseconds
from cockpit.gameday.timing import parse_timestamp

CHUNK_LINES = 500
"""Lines of the past are sent so many at a time."""
WAITING_REASONS: Mapping[str, str] = {
    "ErrImagePull": "image can't be pulled",
    "ImagePullBackOff": "trying and failing to pull image",
}
"""How the kubelet puts the reason into its answer."""


class LogOptions(msgspec.Struct, frozen=True):
    """Which lines a client wants (Kubernetes: PodLogOptions)."""

    follow: bool
    previous: bool
    timestamps: bool
    tail: int | None
    since: int
    """Nanoseconds since 1970; 0: from the beginning."""
    limit_bytes: int | None

    @classmethod
    def read(cls, call: Call) -> "LogOptions":
        """Read the parameters of a request.

        Raises:
            ApiError: 400 or 422, they make no sense.
        """
        tail, seconds, limit = call.number("tailLines"), call.number("sinceSeconds"), call.number("limitBytes")
        since_time = call.query.get("sinceTime")
        if tail is not None and tail < 0:
            raise _invalid_options("tailLines", f"Invalid value: {tail}: must be greater than or equal to 0")
        if seconds is not None and seconds < 1:
            raise _invalid_options("sinceSeconds", f"Invalid value: {seconds}: must be greater than 0")
        if limit is not None and limit < 1:
            raise _invalid_options("limitBytes", f"Invalid value: {limit}: must be greater than 0")
        if since_time and seconds is not None:
            raise _invalid_options("", "Forbidden: at most one of `sinceTime` or `sinceSeconds` may be specified")
        since = 0
        if seconds is not None:
            since = nanoseconds(call.cluster.pace.now() - timedelta(seconds=seconds))
        elif since_time:
            try:
                since = nanoseconds(parse_timestamp(since_time))
            except ValueError as problem:
                raise bad_request(str(problem)) from problem
        return cls(call.flag("follow"), call.flag("previous"), call.flag("timestamps"), tail, since, limit)


def _invalid_options(field: str, problem: str) -> ApiError:
    return ApiError(422, "Invalid", f'PodLogOptions.core "" is invalid: {field}: {problem}')


async def pod_log(call: Call) -> web.StreamResponse:
    """Answer the log of one container as plain text."""
    pod = call.cluster.store.get(call.kind, call.info.namespace, call.info.name).obj
    options = LogOptions.read(call)
    container = choose_container(pod, call.query.get("container", ""))
    if not pod["spec"].get("nodeName"):
        return web.Response(status=204)
    if pod["spec"]["nodeName"] in call.cluster.dead_nodes:
        where = f"{pod['status'].get('hostIP', '')}:10250"
        url = f"https://{where}/containerLogs/{call.info.namespace}/{call.info.name}/{container}"
        raise ApiError(500, "InternalError", f'Get "{url}": dial tcp {where}: connect: no route to host')
    container_id = find_run(pod, container, previous=options.previous)
    run = call.cluster.logs.find(container_id)
    if run is None:
        return web.Response(text=f"unable to retrieve container logs for {container_id}")
    response = web.StreamResponse(headers={"Content-Type": "text/plain"})
    response.enable_chunked_encoding()
    await response.prepare(call.request)
    writer = LogWriter(response, options)
    with contextlib.suppress(LogIsFull):
        await writer.write_past(run)
        if options.follow:
            await _follow(call, run, writer)
    return response


def choose_container(pod: Obj, name: str) -> str:
    """Tell whose log is meant.

    Raises:
        ApiError: 400, several containers and none named, or no such container.
    """
    pod_name, spec = pod["metadata"]["name"], pod["spec"]
    names = [container["name"] for container in spec["containers"]]
    init_names = [container["name"] for container in spec.get("initContainers", ())]
    if not name:
        if len(names) == 1:
            return str(names[0])
        choice = f"choose one of: [{' '.join(names)}]"
        if init_names:
            choice += f" or one of the init containers: [{' '.join(init_names)}]"
        raise bad_request(f"a container name must be specified for pod {pod_name}, {choice}")
    if name not in names + init_names:
        raise bad_request(f"container {name} is not valid for pod {pod_name}")
    return name


def find_run(pod: Obj, container: str, *, previous: bool) -> str:
    """Tell which run's log is meant, by container id (the kubelet's validateContainerLogStatus).

    Raises:
        ApiError: 400, there is no such run.
    """
    pod_name, status = pod["metadata"]["name"], pod.get("status") or {}
    statuses = [*status.get("containerStatuses", ()), *status.get("initContainerStatuses", ())]
    found: dict[str, Any] = next((entry for entry in statuses if entry["name"] == container), {})
    state, last = found.get("state") or {}, (found.get("lastState") or {}).get("terminated")
    if previous:
        if not last or not last.get("containerID"):
            raise bad_request(f'previous terminated container "{container}" in pod "{pod_name}" not found')
        return str(last["containerID"])
    if "running" in state or "terminated" in state:
        return str(found["containerID"])
    if last and last.get("containerID"):
        return str(last["containerID"])
    reason = (state.get("waiting") or {}).get("reason", "ContainerCreating")
    why = WAITING_REASONS.get(reason, reason)
    raise bad_request(f'container "{container}" in pod "{pod_name}" is waiting to start: {why}')


class LogIsFull(Exception):  # noqa: N818  (it ends an answer in good order)
    """As many bytes as the client wanted were sent."""


class LogWriter:
    """Sends lines as the client wants them."""

    def __init__(self, response: web.StreamResponse, options: LogOptions) -> None:
        self._response = response
        self._options = options
        self._left = options.limit_bytes
        self.next_line = 0
        """Number of the first line that was not sent yet."""

    async def write_past(self, run: RunLog) -> None:
        """Send what the run has printed so far, in large chunks."""
        end = run.written
        tail = self._options.tail
        start = 0 if tail is None else max(0, end - tail)
        lines = [line for line in run.lines(start) if line.time >= self._options.since]
        self.next_line = end
        for first in range(0, len(lines), CHUNK_LINES):
            await self._send(b"".join(self._format(islice(lines, first, first + CHUNK_LINES))))

    async def write_new(self, run: RunLog) -> None:
        """Send the lines printed since, each in its own chunk as a live log comes."""
        while self.next_line < run.written:
            lines = list(run.lines(self.next_line))
            self.next_line = run.written
            for text in self._format(lines):
                await self._send(text)

    async def say(self, words: bytes) -> None:
        """Send words that are no line of the log, if there are any."""
        if words:
            await self._send(words)

    def _format(self, lines: Iterable[Line]) -> Iterable[bytes]:
        if not self._options.timestamps:
            return (line.text + b"\n" for line in lines)
        return (b"%s %s\n" % (nine_digits(line.time).encode(), line.text) for line in lines)

    async def _send(self, text: bytes) -> None:
        if self._left is not None:
            text = text[: self._left]
            self._left -= len(text)
        if text:
            await self._response.write(text)
        if self._left == 0:
            raise LogIsFull


def nine_digits(time: int) -> str:
    """Write nanoseconds since 1970 as RFC 3339 with nine digits after the second."""
    seconds, rest = divmod(time, 1_000_000_000)
    moment = datetime.fromtimestamp(seconds, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{rest:09d}Z"


async def _follow(call: Call, run: RunLog, writer: LogWriter) -> None:
    follower = run.follow()
    stream = Stream("log", call.request, follower.close)
    call.faults.streams.add(stream)
    try:
        over = False
        while not over:
            over = run.ended or follower.closed  # what is printed while the lines before it are sent is sent as well
            await writer.write_new(run)
            if not over:
                await follower.wait()
                if not follower.closed:
                    await call.faults.logs_flow.wait()
                await asyncio.sleep(0)
        await writer.say(stream.last_words)
    finally:
        call.faults.streams.discard(stream)
        follower.close()
