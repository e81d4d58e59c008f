"""Follows the log of one container over restarts, lost connections and the kubelet's own limits."""

import asyncio
import random
from array import array
from collections.abc import AsyncGenerator, Generator, Iterator
from contextlib import aclosing
from datetime import datetime
from http import HTTPStatus
from typing import NamedTuple

from cockpit.clock import Clock, rfc3339, utc_now
from cockpit.logs.block import LineKind, LogBlock, LogTarget
from cockpit.reading import SourceError, TroubleKind
from cockpit.sources.kubernetes import wire
from cockpit.sources.kubernetes.api_errors import ApiError
from cockpit.sources.kubernetes.connection import Cluster
from cockpit.sources.kubernetes.log_end import Next, Outlook, Run, is_being_created, outlook_of, waits_to_start
from cockpit.sources.kubernetes.log_lines import LineAssembler, Lines, TimestampParser, moment, nanoseconds
from cockpit.sources.kubernetes.log_position import LogPosition
from cockpit.sources.kubernetes.log_refusal import LogGoneError, LogRefusedError, first_refusal, is_refusal, refused
from cockpit.sources.kubernetes.paging import decode
from cockpit.threads import Stop, call_in_thread, read_in_thread

BATCH = 256 * 1024
"""Bytes that a block holds at most, roughly."""
GATHER = 0.05
"""Seconds in which lines are gathered into one block."""


class LogPace(NamedTuple):
    """How a log is asked for again. All times in seconds."""

    backoff_first: float = 0.5
    backoff_most: float = 10.0
    read_timeout: float = 300.0
    """Silence after which the log is asked for anew. A log may be silent for hours, headers included; a dead
    connection is noticed by the kernel (TCP keep-alive) long before."""
    patience: float = 5.0
    """Before it is said that a container is still being created."""
    interval: float = 0.2
    """From one connection to the next, although it brought lines: a server that ends each at once is not hammered."""
    sound: float = 1.0
    """After so long an answer shows that a trouble is over. Errors of the kubelet come sooner, after lines as well."""


async def follow(
    cluster: Cluster,
    target: LogTarget,
    *,
    clock: Clock = utc_now,
    pace: LogPace = LogPace(),  # noqa: B008  (frozen)
) -> AsyncGenerator[LogBlock, None]:
    """Yield the lines of a container's log as they are written, and remarks on what happened between them.

    A block without lines says that the log was opened, and has none to give yet.

    Goes on until it is cancelled, or the log has ended for good (`END`). It never raises a `SourceError`: while the
    log cannot be read it says so once (`TROUBLE`) and tries again; a try that failed too is a `TROUBLE` without lines.

    Args:
        cluster: where the pod runs.
        target: which log, and from where.
        clock: gives remarks their time where Kubernetes does not tell it.
        pace: how often to try again.
    """
    follower = _Follower(cluster, target, clock, pace)
    loop = asyncio.get_running_loop()
    while not follower.over:
        begun = loop.time()
        async with aclosing(follower.step()) as blocks:
            async for block in blocks:
                yield block
        await asyncio.sleep(follower.pause(loop.time() - begun))


class _Follower:
    """Reads one connection a step, and remembers between the steps what the next one has to continue."""

    def __init__(self, cluster: Cluster, target: LogTarget, clock: Clock, pace: LogPace) -> None:
        self.over = False
        self._cluster = cluster
        self._target = target
        self._clock = clock
        self._pace = pace
        self._path = f"/api/v1/namespaces/{target.namespace}/pods/{target.pod}"
        self._parser = TimestampParser()
        self._position = LogPosition()
        self._run: Run | None = None
        self._node = ""
        """Where the container runs, as far as is known."""
        self._unstamped = False
        """Not every line bears a time stamp: there are servers that have none."""
        self._read_to_end = False
        """The newest connection ended as it should, rather than broke off."""
        self._unfinished: bytes | None = None
        """A last line without a newline, from a connection that ended as it should."""
        self._told: LineKind | None = None
        """What was told of why there is no line, so that it is told once."""
        self._created_since: datetime | None = None
        """Since when the container is being created."""
        self._fruitless = 0
        """Steps in a row that brought no line, or that the kubelet ended with an error."""

    async def step(self) -> AsyncGenerator[LogBlock, None]:
        """Look at the pod, and read its log if there is more to come, until the connection ends."""
        steps = self._fruitless = self._fruitless + 1
        try:
            async with aclosing(self._step()) as blocks:
                async for block in blocks:
                    if block.kind is LineKind.TEXT and block.times:
                        self._fruitless = 0
                    yield block
        except SourceError as error:
            if isinstance(error, LogRefusedError):
                self._fruitless = steps
            if self._is_final(error):
                self.over = True
                yield self._remark(LineKind.END, error.message)
            elif not isinstance(error, ApiError) or not is_being_created(error.message):
                yield self._tell_once(LineKind.TROUBLE, _explain(error))
            elif self._takes_long():
                yield self._tell_once(LineKind.WAITING, error.message)

    def pause(self, lasted: float) -> float:
        """Tell how long to wait after a step of `lasted` seconds: longer and longer while nothing comes of it."""
        if self.over:
            return 0
        if not self._fruitless:
            return max(0.0, self._pace.interval - lasted)
        longest = min(self._pace.backoff_most, self._pace.backoff_first * 2.0 ** min(self._fruitless - 1, 16))
        return random.uniform(0.5, 1.0) * longest  # noqa: S311  (spreads retries, protects nothing)

    async def _step(self) -> AsyncGenerator[LogBlock, None]:
        outlook = None if self._target.previous else await self._look()
        if outlook is not None:
            if self._run is not None and outlook.run != self._run:
                async with aclosing(self._cross_restart(self._run, outlook)) as blocks:
                    async for block in blocks:
                        yield block
            self._run, self._node = outlook.run, outlook.node
        if self._read_to_end:
            if self._target.previous or (outlook is not None and outlook.next is Next.OVER):
                self.over = True
                for block in self._finish():
                    yield block
                how = f": the container {outlook.text}" if outlook is not None and outlook.text else ""
                yield self._remark(LineKind.END, f"the log has ended{how}", outlook.ended_at if outlook else None)
                return
            if outlook is not None and outlook.next is Next.STARTS_AGAIN:
                return
        async with aclosing(self._read(previous=self._target.previous)) as blocks:
            async for block in blocks:
                yield block

    async def _look(self) -> Outlook | None:
        """Look at the pod; None when we may read its log, but not the pod itself."""
        try:
            content = await call_in_thread(self._cluster.get, self._path)
        except ApiError as error:
            if error.kind is TroubleKind.DENIED:
                return None
            raise
        return outlook_of(decode(wire.POD_DECODER, content, self._path, self._cluster), self._target.container)

    async def _cross_restart(self, before: Run, outlook: Outlook) -> AsyncGenerator[LogBlock, None]:
        """Finish the log of the run that ended, and make ready for the one that began."""
        same_pod = outlook.run.pod_uid == before.pod_uid
        if same_pod and not self._read_to_end:
            try:
                async with aclosing(self._read(previous=True)) as blocks:
                    async for block in blocks:
                        yield block
            except SourceError as error:
                yield self._remark(LineKind.GAP, f"the end of the run before cannot be read: {error.message}")
        for block in self._finish():
            yield block
        what = f"number {outlook.run.restarts}" if same_pod else "the pod was made anew"
        how = f": the run before {outlook.before}" if outlook.before and same_pod else ""
        yield self._remark(LineKind.RESTART, what + how, outlook.begun_at)
        if same_pod:
            self._position.restart()
        else:
            self._position = LogPosition()
        self._read_to_end = False

    async def _read(self, *, previous: bool) -> AsyncGenerator[LogBlock, None]:
        """Read one connection until it ends; lines that were seen before are dropped.

        Silence is no trouble: the connection is given up, and the next step finds out whether the server is there.
        """
        self._read_to_end, self._unfinished = False, None
        self._position.reconnect()
        assembler = LineAssembler()
        tick = self._pace.sound if self._told else None
        reading = read_in_thread(
            lambda stop: self._open(stop, previous=previous), limit=BATCH, size=len, gather=GATHER, tick=tick
        )
        now = asyncio.get_running_loop().time
        opened: float | None = None
        try:
            async with aclosing(reading) as batches:
                async for batch in batches:
                    if opened is None:
                        if not batch:
                            continue  # no answer yet
                        opened, news = now(), self._told is None
                    else:
                        news = self._told is not None and now() - opened >= self._pace.sound
                    if news:
                        self._told = None
                    if news and not any(batch):
                        yield LogBlock(self._target.stream, b"", array("q"))
                    self._created_since = None
                    for block in self._blocks(assembler.feed(batch)):
                        yield block
        except SourceError as error:
            if error.kind is not TroubleKind.TIMEOUT:
                raise
            return
        self._unfinished = self._last_line(assembler.flush())
        self._read_to_end, self._told = True, None

    def _open(self, stop: Stop, *, previous: bool) -> Generator[bytes, None, None]:
        """Ask for the log and yield its bytes, in a thread; first an empty piece: the server has answered."""
        query = {"container": self._target.container, "timestamps": "true"}
        query |= {"previous": "true"} if previous else {"follow": "true"}
        if self._position.since is not None:
            query["sinceTime"] = self._position.since
        elif self._target.since_seconds is not None:
            query["sinceSeconds"] = str(self._target.since_seconds)
        else:
            query["tailLines"] = str(self._target.tail_lines)
        with self._cluster.open(f"{self._path}/log", query, self._pace.read_timeout) as stream:
            stop.closes(stream)
            if stream.status == HTTPStatus.NO_CONTENT:
                raise SourceError(TroubleKind.MISSING, "there is no log yet: the pod has no node")
            yield b""
            yield from stream.chunks()

    def _blocks(self, lines: list[bytes]) -> Iterator[LogBlock]:
        parsed = self._parser.parse(lines)
        if (end := first_refusal(parsed)) is not None:
            parsed = Lines(parsed.texts[:end], parsed.times[:end])
        self._unstamped = self._unstamped or 0 in parsed.times
        progress = self._position.advance(parsed)
        if progress.gap is not None:
            last, first = (rfc3339(moment(time)) for time in progress.gap)
            yield self._remark(LineKind.GAP, f"lines may be missing between {last} and {first}")
        if progress.new.texts:
            yield LogBlock(self._target.stream, b"\n".join(progress.new.texts), progress.new.times)
        if end is not None:
            raise self._refused(b" ".join(lines[end:]))

    def _last_line(self, ending: bytes | None) -> bytes | None:
        """Give the line without a newline at the end of an answer.

        Raises:
            LogRefusedError: It is no line of the log, but what the kubelet says.
        """
        if ending is not None and is_refusal(ending) and not self._unstamped:
            raise self._refused(ending)
        return ending

    def _refused(self, words: bytes) -> LogRefusedError:
        return refused(words, self._node, self._cluster.kubectl)

    def _finish(self) -> Iterator[LogBlock]:
        """Give the last line of a run, if it has no newline."""
        if self._unfinished is not None:
            yield from self._blocks([self._unfinished])
            self._unfinished = None

    def _is_final(self, error: SourceError) -> bool:
        if isinstance(error, LogGoneError):
            return self._target.previous
        if not isinstance(error, ApiError):
            return False
        refused = error.status == HTTPStatus.BAD_REQUEST and not waits_to_start(error.message)
        return refused or error.status == HTTPStatus.NOT_FOUND

    def _takes_long(self) -> bool:
        """Tell whether the container has been created for so long that a person wonders."""
        now = self._clock()
        self._created_since = self._created_since or now
        return (now - self._created_since).total_seconds() >= self._pace.patience

    def _tell_once(self, kind: LineKind, text: str) -> LogBlock:
        """Say what is the matter; the next time, without words, that it still is."""
        again = self._told is kind
        self._told = kind
        return LogBlock(self._target.stream, b"", array("q"), kind) if again else self._remark(kind, text)

    def _remark(self, kind: LineKind, text: str, at: datetime | None = None) -> LogBlock:
        """Make a remark on what happened at a time that Kubernetes tells; None: it is noticed now.

        Kubernetes tells whole seconds: what stands behind a line did not happen before it.
        """
        time = nanoseconds(self._clock()) if at is None else max(nanoseconds(at), self._position.newest)
        line = " ".join(text.split()).encode(errors="replace")
        return LogBlock(self._target.stream, line, array("q", [time]), kind)


def _explain(error: SourceError) -> str:
    return f"{error.message}; type: {error.remedy}" if error.remedy else error.message
