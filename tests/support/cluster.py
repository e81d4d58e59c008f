"""A small practice cluster that does nothing by itself, and a cockpit on any kubeconfig, through the real sources."""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import yaml
from textual.events import Key
from textual.keys import _character_to_key

from cockpit.clock import Clock, utc_now
from cockpit.config import Config, IncidentConfig, KubernetesConfig, LogsConfig
from cockpit.connection import Connection, PodsNews, Scope
from cockpit.gameday.api.kinds import PODS
from cockpit.gameday.cluster import Cluster as PracticeCluster
from cockpit.gameday.logbook import RunLog
from cockpit.gameday.scenarios.past import Past, Revision, container
from cockpit.gameday.scenarios.scenario import Scenario
from cockpit.gameday.workloads import Behaviour
from cockpit.gameday.world import World
from cockpit.session import Session
from cockpit.sources.feed import Source
from cockpit.sources.kubernetes.cluster_source import ClusterSource
from cockpit.sources.kubernetes.connection import Cluster
from cockpit.sources.kubernetes.crash_logs_source import CrashLogsSource
from cockpit.sources.kubernetes.kinds import watched_kinds
from cockpit.sources.kubernetes.list_watch import WatchPace
from cockpit.sources.kubernetes.logs import LogPace, follow
from cockpit.sources.kubernetes.metrics import MetricsSource
from cockpit.sources.kubernetes.node_events import NodeEventsSource
from cockpit.sources.kubernetes.objects_source import ObjectsSource, WatchedKind
from cockpit.sources.kubernetes.pods import PodsSource
from cockpit.ui.app import CockpitApp
from cockpit.ui.widgets.type_ahead import handled
from support.cockpit import Driven, settle

NAMESPACE = "shop"
IMAGE = "registry.shop.local/silent:1"
PATIENCE = 0.5
"""Seconds that these cockpits wait for an answer."""
PATIENCE_OF_A_PERSON = 15.0
"""Seconds after which something should have happened."""


def silent() -> Scenario:
    """Make a cluster of two deployments that print nothing."""

    def build(cluster: PracticeCluster) -> None:
        past = Past(cluster)
        past.node("node1", "10.89.0.1", days=2)
        for name in ("default", NAMESPACE):
            past.namespace(name, days=2)
        for name in ("api", "web"):
            past.deployment(NAMESPACE, name, [Revision(1, [container(name, IMAGE)])], replicas=1)

    return Scenario("silent", "A silent cluster", "Nothing happens.", NAMESPACE, {IMAGE: Behaviour()}, build)


def pod_of(world: World, workload: str) -> Mapping[str, Any]:
    """Give the object of the newest pod of a deployment."""
    return [entry.obj for entry in world.store.list(PODS, NAMESPACE) if entry.name.startswith(f"{workload}-")][-1]


def run_of(world: World, workload: str) -> RunLog | None:
    """Give the log of the container in the pod of a deployment; None before it has started."""
    statuses = pod_of(world, workload)["status"].get("containerStatuses", [{}])
    return world.cluster.logs.find(statuses[0].get("containerID", ""))


def say(world: World, workload: str, lines: Iterable[bytes]) -> None:
    """Have the container of a deployment print lines."""
    run = run_of(world, workload)
    assert run is not None
    for line in lines:
        run.write(time.time_ns(), line)


def fail(world: World, workload: str) -> str:
    """Let a pod of a deployment crash-loop, and give its name."""
    name = str(pod_of(world, workload)["metadata"]["name"])
    pod = world.store.get(PODS, "shop", name)
    obj = pod.copy()
    ended = {
        "exitCode": 1,
        "reason": "Error",
        "startedAt": "2026-11-21T08:00:00Z",
        "finishedAt": "2026-11-21T08:00:01Z",
    }
    obj["status"]["containerStatuses"][0] |= {
        "ready": False,
        "restartCount": 7,
        "state": {"waiting": {"reason": "CrashLoopBackOff"}},
        "lastState": {"terminated": ended},
    }
    world.store.replace(pod, obj)
    return name


def write_kubeconfig(path: Path, server: str, user: Mapping[str, Any] | None = None, *, context: str = "shop") -> Path:
    """Write a kubeconfig with one context."""
    content = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": context,
        "contexts": [{"name": context, "context": {"cluster": "c", "user": "u", "namespace": NAMESPACE}}],
        "clusters": [{"name": "c", "cluster": {"server": server}}],
        "users": [{"name": "u", "user": dict(user or {"token": "practice-admin-token"})}],
    }
    path.write_text(yaml.safe_dump(content))
    return path


class _HastyCluster(Cluster):
    def get(
        self, path: str, query: Mapping[str, str] | None = None, timeout: float = PATIENCE, *, accept: str = ""
    ) -> bytes:
        return super().get(path, query, timeout, accept=accept)


def _connect_hastily(scope: Scope, config: Config, clock: Clock) -> Connection:
    """Do as `cockpit.connection.connect` does, but wait for nothing longer than a test would."""
    cluster = _HastyCluster(scope.kubeconfig, scope.context, config.aws.profile, clock)
    watch = WatchPace(gather=0.02, judge_every=0.5, answer_timeout=PATIENCE)

    def objects(kind: WatchedKind[Any, Any], namespace: str, _: PodsNews) -> ObjectsSource[Any, Any]:
        return ObjectsSource(cluster, kind, namespace or None, watch)

    others: dict[str, Callable[[str, PodsNews], Source[Any]]] = {
        kind.name: partial(objects, kind) for kind in watched_kinds()
    }
    others[NodeEventsSource.name] = lambda namespace, _: NodeEventsSource(cluster, namespace or None, watch)
    others[CrashLogsSource.name] = lambda _, pods: CrashLogsSource(cluster, pods, clock)
    return Connection(
        cluster,
        ClusterSource(cluster),
        lambda namespace: PodsSource(cluster, namespace or None, clock, watch),
        lambda namespace: MetricsSource(cluster, namespace or None),
        partial(follow, cluster, clock=clock, pace=LogPace(backoff_first=0.05, backoff_most=0.2)),
        others,
    )


def unwrapped(text: str) -> str:
    """Join what stands on several lines, without the rules that are drawn around it."""
    return " ".join(text.translate({ord("─"): None, ord("━"): None}).split())


class Cockpit(Driven):
    """A cockpit on a kubeconfig, and what a person sees of it on a bad day."""

    async def press(self, *keys: str) -> None:
        """Press keys as quick fingers do. As in the driver, each waits for the effect of the one before."""
        driver = self.app._driver
        assert driver is not None
        for key in keys:
            event = Key(_character_to_key(key), key) if len(key) == 1 else Key(key, None)
            event.set_sender(self.app)
            driver.send_message(event)
            await asyncio.sleep(0)  # the loop takes it over
            await handled(self.app)
        await self.pilot.pause(0.01)

    async def until(self, happens: Callable[[], object]) -> None:
        """Let the cockpit work until something is the case, or show the screen on which it is not.

        Beside a practice world the process is never at rest: that is not waited for.
        """
        try:
            async with asyncio.timeout(PATIENCE_OF_A_PERSON):
                while not happens():
                    await self.pilot.pause(0.01)
                await self.pilot.pause(0)
        except TimeoutError:
            told = [each.text for each in self.app.messages.told]
            raise AssertionError(f"it did not happen on this screen:\n{self.screen()}\nand it told {told}") from None

    @property
    def pods(self) -> str:
        """Read the pods pane."""
        return self.pane(self.app.cockpit.pods)

    @property
    def logs(self) -> str:
        """Read the logs pane."""
        return self.pane(self.app.cockpit.logs)

    @property
    def findings(self) -> str:
        """Read the findings pane."""
        return self.pane(self.app.cockpit.findings)

    @property
    def header(self) -> str:
        """Read the first line."""
        return self.screen().splitlines()[0]

    def log_lines(self, containing: bytes = b"") -> list[bytes]:
        """Give the lines of the log that is read, remarks included, that hold a text."""
        buffer = self.app.cockpit.logs.view.buffer
        lines = [buffer.line(number).text for number in range(buffer.first, buffer.end)]
        return [line for line in lines if containing in line]

    async def shows(self, *texts: str) -> None:
        """Wait until all of these stand on the screen."""
        await self.until(lambda: all(text in self.screen() for text in texts))

    async def pods_fail(self, what: str, remedy: str) -> None:
        """Wait until the pods pane says what failed since when, and what to type."""
        told = re.compile(rf"! since \d\d:\d\d:\d\d .*{re.escape(what)}.* try: {re.escape(remedy)}")
        await self.until(lambda: told.search(unwrapped(self.pods)))

    async def pods_are_well(self) -> None:
        """Wait until the pods pane is live, its trouble is gone, and the diagnosis knows again."""
        await self.shows("Nothing wrong")
        await self.until(lambda: "live" in self.pods.splitlines()[0] and "!" not in self.pods.splitlines()[1])
        assert any(name.startswith("api-") for name in self.names())

    async def begin_note(self, text: str) -> None:
        """Type a note, without the last key."""
        await self.press("i", *text)

    async def finish_note(self, text: str) -> None:
        """Find the note still there, and see it saved."""
        assert text in self.screen()
        await self.press("enter")
        await self.until(lambda: text in self.entries)


def hasty_session(config: Config) -> Session:
    """Make a session that looks where `config` says and waits for nothing long."""
    return Session(config, utc_now, _connect_hastily)


@asynccontextmanager
async def open_cockpit(
    kubeconfig: Path | None,
    incidents: Path,
    *,
    context: str | None = None,
    namespace: str | None = None,
    size: tuple[int, int] = (160, 45),
    logs: LogsConfig = LogsConfig(),  # noqa: B008  (immutable)
) -> AsyncIterator[Cockpit]:
    """Open a cockpit as a person who types `cockpit --kubeconfig … --context … -n …`."""
    config = Config(
        kubernetes=KubernetesConfig(kubeconfig=kubeconfig, context=context, namespace=namespace),
        incident=IncidentConfig(directory=incidents),
        logs=logs,
    )
    app = CockpitApp(config, hasty_session(config))
    async with app.run_test(size=size) as pilot:
        await settle(pilot, lambda: app.record is not None)
        yield Cockpit(app, pilot)
