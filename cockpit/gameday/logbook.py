"""What containers print: the lines of each run, bounded, for readers that look back and readers that follow."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import islice

import msgspec


class Line(msgspec.Struct, frozen=True, gc=False):
    """One line as the container runtime keeps it."""

    time: int
    """Nanoseconds since 1970, UTC."""
    text: bytes
    """Without the newline."""


class Follower:
    """Waits for the lines that a run prints next."""

    def __init__(self, forget: Callable[["Follower"], None]) -> None:
        self._wake = asyncio.Event()
        self._forget = forget
        self.closed = False

    def wake(self) -> None:
        """Say that there is something new."""
        self._wake.set()

    def close(self) -> None:
        """End the wait for good."""
        self.closed = True
        self._forget(self)
        self._wake.set()

    async def wait(self) -> None:
        """Wait until there is something new."""
        await self._wake.wait()
        if not self.closed:
            self._wake.clear()


class RunLog:
    """The log of one run of a container.

    Args:
        limit: How many lines are kept.
    """

    def __init__(self, limit: int) -> None:
        self._lines: deque[Line] = deque(maxlen=limit)
        self._written = 0
        self._followers: set[Follower] = set()
        self.ended = False

    @property
    def written(self) -> int:
        """How many lines were ever written: the number of the next line."""
        return self._written

    def write(self, time: int, text: bytes) -> None:
        """Append a line."""
        self._lines.append(Line(time, text))
        self._written += 1
        for follower in tuple(self._followers):
            follower.wake()

    def rotate(self) -> None:
        """Begin a new file: what was written so far can no longer be read."""
        self._lines.clear()

    def end(self) -> None:
        """Say that the container has ended: nothing more will come."""
        self.ended = True
        for follower in tuple(self._followers):
            follower.wake()

    def lines(self, start: int = 0) -> Iterator[Line]:
        """Give the kept lines from number `start` on."""
        first = self._written - len(self._lines)
        return islice(self._lines, max(0, start - first), None)

    def follow(self) -> Follower:
        """Start to wait for new lines."""
        follower = Follower(self._followers.discard)
        self._followers.add(follower)
        return follower


class LogBook:
    """The logs of every container's present and previous run, by container id.

    Args:
        limit: How many lines of each run are kept.
    """

    def __init__(self, limit: int = 20_000) -> None:
        self._limit = limit
        self._runs: dict[str, RunLog] = {}
        self._ids: dict[tuple[str, str], deque[str]] = {}

    def start(self, pod_uid: str, container: str, container_id: str) -> RunLog:
        """Begin the log of a new run; the run before the previous one is forgotten."""
        ids = self._ids.setdefault((pod_uid, container), deque())
        ids.append(container_id)
        if len(ids) > 2:
            self._runs.pop(ids.popleft(), None)
        run = self._runs[container_id] = RunLog(self._limit)
        return run

    def find(self, container_id: str) -> RunLog | None:
        """Look up the log of a run."""
        return self._runs.get(container_id)

    def forget(self, pod_uid: str) -> None:
        """Drop the logs of a pod that is gone."""
        for key in [key for key in self._ids if key[0] == pod_uid]:
            for container_id in self._ids.pop(key):
                run = self._runs.pop(container_id, None)
                if run is not None:
                    run.end()


def nanoseconds(moment: datetime) -> int:
    """Write a moment as nanoseconds since 1970."""
    return int(moment.timestamp() * 1_000_000) * 1000
