"""What crashed containers wrote last, read once for each run that ended badly."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing
from datetime import datetime, timedelta

from cockpit.clock import Clock, utc_now
from cockpit.reading import SourceError, TroubleKind
from cockpit.redact import redact
from cockpit.sources.kubernetes.connection import Cluster
from cockpit.sources.kubernetes.crash_log import CRASH_LOGS, CrashLog, CrashLogs
from cockpit.sources.kubernetes.crash_runs import CrashedRun, crashed_runs
from cockpit.sources.kubernetes.model import Pods
from cockpit.text import clean
from cockpit.threads import call_in_thread

LINES = 50
FEWER_LINES = 5
"""Read when the newest of `LINES` lines did not fit into the answer."""
MOST_BYTES = 64 * 1024
LONGEST_LINE = 500
"""Characters."""
AT_ONCE = 2
"""Requests: reading logs is work for the kubelets of nodes that may be in trouble."""
KEPT = timedelta(minutes=15)
"""As long as a log is kept when its pod is gone, or its container has run well for long enough."""

_GONE = b"unable to retrieve container logs"
"""How a kubelet begins an answer (HTTP 200) when the runtime has removed the container."""
_OF_THE_WHOLE = (TroubleKind.DENIED, TroubleKind.EXPIRED, TroubleKind.UNREACHABLE, TroubleKind.THROTTLED)
"""Troubles that every other log would be in as well."""


class CrashLogsSource:
    """Follows the pods, and reads the end of the log of each run that crashed.

    A log that cannot be read, such as one on a node that is gone, is left out and not asked for again.
    """

    name = CRASH_LOGS

    def __init__(self, cluster: Cluster, pods: Callable[[], AsyncIterator[Pods]], clock: Clock = utc_now) -> None:
        """Prepare to read the logs of the pods that `pods` tells of, now and whenever they change."""
        self._cluster = cluster
        self._pods = pods
        self._clock = clock
        self._read: dict[tuple[str, str, int], CrashLog | None] = {}
        """What was read of each run (pod uid, container, number); None: it has no log."""
        self._wanted: dict[tuple[str, str, int], tuple[str, datetime]] = {}
        """The key of each run on the board, and when it was last among those that crashed lately."""

    async def stream(self) -> AsyncGenerator[CrashLogs, None]:
        """Yield all crash logs whenever one is read or forgotten; the first as soon as the pods are known.

        Raises:
            SourceError: logs cannot be read, or may not be.
        """
        shown: CrashLogs | None = None
        async with aclosing(self._pods()) as news:  # type: ignore[type-var]
            async for pods in news:
                now = self._clock()
                runs = crashed_runs(pods.pods.values(), now)
                self._forget(runs, now)
                unread = [run for run in runs if _name(run) not in self._read]
                for start in range(0, len(unread), AT_ONCE):
                    await self._read_logs(unread[start : start + AT_ONCE])
                    shown = self._shown()
                    yield shown
                if self._shown() != shown:
                    shown = self._shown()
                    yield shown

    def _forget(self, runs: list[CrashedRun], now: datetime) -> None:
        for run in runs:
            self._wanted[_name(run)] = run.key, now
        for name in [name for name, (_, wanted_at) in self._wanted.items() if wanted_at < now - KEPT]:
            del self._wanted[name]
            self._read.pop(name, None)

    async def _read_logs(self, runs: list[CrashedRun]) -> None:
        logs = await asyncio.gather(*(call_in_thread(self._read_log, run) for run in runs))
        self._read.update(zip(map(_name, runs), logs, strict=True))

    def _shown(self) -> CrashLogs:
        """Give the newest log of each container."""
        newest: dict[str, tuple[int, datetime, CrashLog]] = {}
        for name, (key, wanted_at) in self._wanted.items():
            log = self._read.get(name)
            if log is None:
                continue
            number, before = name[2], newest.get(key)
            if before is None or (wanted_at, number) > (before[1], before[0]):
                newest[key] = number, wanted_at, log
        return CrashLogs({key: log for key, (_, _, log) in sorted(newest.items())})

    def _read_log(self, run: CrashedRun) -> CrashLog | None:
        """Read the log of a run, in a thread."""
        body = self._body(run, previous=True) if run.previous else None
        if body is None and run.current:
            body = self._body(run, previous=False)
        if body is None:
            return None
        return CrashLog(f"{run.namespace}/{run.pod}", run.container, run.restarts, _lines(body), run.ended_at)

    def _body(self, run: CrashedRun, *, previous: bool) -> bytes | None:
        """Give the end of a log; None when there is none, or it cannot be had."""
        try:
            body = self._get(run, LINES, previous=previous)
            if len(body) >= MOST_BYTES:  # cut at its end, where the newest lines are
                body = self._get(run, FEWER_LINES, previous=previous)
        except SourceError as error:
            if error.kind in _OF_THE_WHOLE:
                raise
            return None
        return None if body.startswith(_GONE) else body

    def _get(self, run: CrashedRun, lines: int, *, previous: bool) -> bytes:
        query = {"container": run.container, "tailLines": str(lines), "limitBytes": str(MOST_BYTES)}
        if previous:
            query["previous"] = "true"
        return self._cluster.get(f"/api/v1/namespaces/{run.namespace}/pods/{run.pod}/log", query)


def _name(run: CrashedRun) -> tuple[str, str, int]:
    return run.pod_uid, run.container, run.number


def _lines(body: bytes) -> tuple[str, ...]:
    """Give the lines as they may be shown and kept: clean, without secrets, not too long."""
    lines = (clean(line) for line in body.decode(errors="replace").split("\n"))
    safe = redact("\n".join(lines)).split("\n")
    return tuple(line[:LONGEST_LINE] for line in safe if line.strip())[-LINES:]
