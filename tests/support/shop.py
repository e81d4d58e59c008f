"""A cluster made of plain objects, at a time that stands still."""

import asyncio
from array import array
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import msgspec
from msgspec.structs import replace

from cockpit.actions.patch import apply
from cockpit.clock import Clock
from cockpit.config import Config
from cockpit.connection import Connection, Scope
from cockpit.logs.block import LogBlock, LogTarget
from cockpit.reading import SourceError, TroubleKind
from cockpit.sources.kubernetes import kind_names
from cockpit.sources.kubernetes.kind_names import KIND_READINGS, READING_OF_KIND
from cockpit.sources.kubernetes.kubectl import Kubectl
from cockpit.sources.kubernetes.model import Container, Health, Pod, Pods, PodUsage, Usage, Workload
from cockpit.sources.kubernetes.objects import Objects

NOW = datetime(2026, 11, 21, 14, 23, 7, tzinfo=UTC)


def pod(
    name: str,
    status: str = "Running",
    health: Health = Health.WELL,
    *,
    workload: str = "",
    ready: bool = True,
    restarts: int = 0,
    rise: int = 0,
    age: timedelta = timedelta(days=3),
    exit_code: int | None = None,
    uid: str = "",
) -> Pod:
    """Make a pod with one container."""
    owner = workload or name.rsplit("-", 2)[0]
    container = Container(
        name=owner,
        image=f"registry.shop.local/{owner}:1",
        ready=ready,
        restarts=restarts,
        state="running" if ready else "waiting",
        reason="" if ready else status,
        last_reason="Error" if exit_code else "",
        last_exit_code=exit_code,
        last_finished_at=NOW - timedelta(minutes=2) if exit_code else None,
    )
    return Pod(
        namespace="shop",
        name=name,
        uid=uid or f"uid-{name}",
        resource_version="1",
        status=status,
        health=health,
        ready=int(ready),
        total=1,
        restarts=restarts,
        restarts_rise=rise,
        last_restart=NOW - timedelta(minutes=2) if restarts else None,
        created=NOW - age,
        node="node-1",
        ip="10.0.0.1",
        workload=Workload("Deployment", owner),
        labels={"app": owner},
        containers=(container,),
        not_ready_since=None if ready else NOW - timedelta(minutes=15),
    )


def just_lost(name: str) -> Pod:
    """Make a pod that was ready until a moment ago."""
    well = pod(name)
    container = replace(well.containers[0], ready=False, started_at=NOW - timedelta(hours=1))
    since = NOW - timedelta(seconds=1)
    return replace(well, ready=0, health=Health.CHANGING, containers=(container,), not_ready_since=since)


BROKEN_SHOP = (
    pod("api-7f9c4-x2k4p", "CrashLoopBackOff", Health.WRONG, ready=False, restarts=14, rise=3, exit_code=1),
    pod("api-7f9c4-zz9qd", "CrashLoopBackOff", Health.WRONG, ready=False, restarts=13, rise=3, exit_code=1),
    pod("api-5d8b2-aa1bb", age=timedelta(days=12)),
    pod("worker-66f9c-7hjkl", age=timedelta(minutes=12), restarts=1),
    pod("web-84d5f-p0o9i", age=timedelta(hours=5)),
    pod("import-29411-k2j3h", "Completed", Health.DONE, ready=False, age=timedelta(hours=2)),
)
WELL_SHOP = tuple(pod(f"{name}-84d5f-p0o9{nth}") for name in ("api", "web", "worker") for nth in range(2))


LOG = (
    (-4.0, "INFO  starting api 1.5.0"),
    (-3.5, "INFO  reading configuration from /etc/api"),
    (-3.0, "ERROR DATABASE_URL is not set"),
    (-2.9, "FATAL giving up"),
)


class Told:
    """A source that tells what the test gives it."""

    def __init__(self, name: str, *first: Any) -> None:
        self.name = name
        self._last: Any = None
        self._news: asyncio.Queue[Any] = asyncio.Queue()
        for value in first:
            self.tell(value)

    def tell(self, value: Any) -> None:
        """Yield this value, or raise it when it is an error."""
        self._news.put_nowait(value)

    async def stream(self) -> AsyncIterator[Any]:
        """Yield what was told; a new stream begins with the last of it."""
        if self._last is not None:
            yield self._last
        while True:
            value = await self._news.get()
            if isinstance(value, Exception):
                raise value
            self._last = value
            yield value


_READINGS = {**READING_OF_KIND, "Autoscaler": kind_names.AUTOSCALERS, "VolumeClaim": kind_names.VOLUME_CLAIMS}


class Shop:
    """The cluster that the cockpit of a test looks at."""

    def __init__(self, pods: Sequence[Pod], others: Sequence[Any] | None = None) -> None:
        """Hold these pods, and objects of other kinds; None: of these kinds nothing is read."""
        usage = {each.key: Usage(120, 200 * 2**20) for each in pods}
        self.info = Told(
            "kubernetes",
            SimpleNamespace(
                context="prod-us-west-2",
                namespace="shop",
                user="ana",
                server="https://10.0.0.1",
                contexts=("prod-us-west-2", "staging"),
            ),
        )
        self.pods = Told("kubernetes/pods", self.listed(pods))
        self.metrics = Told("kubernetes/metrics", PodUsage(usage))
        self.contexts: list[str | None] = []
        """The contexts that were connected to."""
        self.others = {} if others is None else {name: Told(name) for name in KIND_READINGS}
        """What is told of the kinds beside pods, by name of the reading."""
        self.documents: dict[str, Any] = {}
        """Objects as the API gives them, by path; an error is raised."""
        for name in self.others:
            self.tell(name, *(each for each in others or () if _READINGS[type(each).__name__] == name))
        self._logs_end = asyncio.Event()
        self.followed: list[LogTarget] = []

    @staticmethod
    def listed(pods: Sequence[Pod]) -> Pods:
        """Make a reading's data of pods."""
        return Pods(scope="shop", pods={each.key: each for each in pods}, resource_version="1")

    def connect(self, scope: Scope, _config: Config, _clock: Clock) -> Connection:
        """Stand in for the cluster."""
        self.contexts.append(scope.context)
        kubectl = Kubectl(" --context prod-us-west-2")
        cluster: Any = SimpleNamespace(
            close=lambda: None, get=self.get, send=self.send, describe=self.describe, kubectl=kubectl, profile=None
        )
        others = {name: lambda *_, told=told: told for name, told in self.others.items()}
        return Connection(cluster, self.info, lambda _: self.pods, lambda _: self.metrics, self.follow, others)

    def tell(self, name: str, *objects: Any) -> None:
        """Let these be all objects of a kind that is watched."""
        scope = "" if name == kind_names.NODES else "shop"
        self.others[name].tell(Objects(scope, {each.meta.key: each for each in objects}, resource_version="1"))

    def get(self, path: str, *_: Any, **__: Any) -> bytes:
        """Answer as the API server does: with the namespaces, or with one of `documents`."""
        if path.endswith("/namespaces"):
            return b'{"metadata": {}, "items": [{"metadata": {"name": "shop"}}, {"metadata": {"name": "billing"}}]}'
        document = self.documents.get(path) or SourceError(TroubleKind.MISSING, f"{path} is not there")
        if isinstance(document, Exception):
            raise document
        return msgspec.json.encode(document)

    def send(self, _method: str, path: str, body: bytes, *_: Any) -> bytes:
        """Allow everything, and answer to a patch with what it makes of the document."""
        if path.endswith("/selfsubjectaccessreviews"):
            return b'{"status": {"allowed": true}}'
        return msgspec.json.encode(apply(self.documents[path], msgspec.json.decode(body)))

    @staticmethod
    def describe() -> SimpleNamespace:
        """Say which cluster it is."""
        return SimpleNamespace(context="prod-us-west-2")

    def end_logs(self) -> None:
        """Let all logs that are followed come to their end."""
        self._logs_end.set()
        self._logs_end = asyncio.Event()

    async def follow(self, target: LogTarget) -> AsyncIterator[LogBlock]:
        """Give a short log of each container, and nothing more."""
        self.followed.append(target)
        times = array("q", [int((NOW.timestamp() + seconds) * 1e9) for seconds, _ in LOG])
        yield LogBlock(stream=target.stream, text="\n".join(line for _, line in LOG).encode(), times=times)
        await self._logs_end.wait()
