"""A small practice cluster that does nothing by itself, and a cockpit on any kubeconfig, through the real sources."""

import time
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import yaml

from cockpit.clock import Clock
from cockpit.config import Config, Flags, IncidentConfig, load
from cockpit.gameday.api.kinds import PODS
from cockpit.gameday.cluster import Cluster as PracticeCluster
from cockpit.gameday.logbook import RunLog
from cockpit.gameday.scenarios.past import Past, Revision, container
from cockpit.gameday.scenarios.scenario import Scenario
from cockpit.gameday.workloads import Behaviour
from cockpit.gameday.world import World
from cockpit.session import Connection, Scope, Session
from cockpit.sources.kubernetes.cluster_source import ClusterSource
from cockpit.sources.kubernetes.connection import Cluster
from cockpit.sources.kubernetes.logs import LogPace, follow
from cockpit.sources.kubernetes.metrics import MetricsSource
from cockpit.sources.kubernetes.pods import PodsSource, WatchPace
from cockpit.ui.app import CockpitApp
from support.cockpit import Driven

NAMESPACE = "shop"
IMAGE = "registry.shop.local/silent:1"
PATIENCE = 0.5
"""Seconds that these cockpits wait for an answer."""


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


def log_of(world: World, workload: str) -> RunLog:
    """Give the log of the container that runs in the pod of a deployment."""
    run = world.cluster.logs.find(pod_of(world, workload)["status"]["containerStatuses"][0]["containerID"])
    assert run is not None
    return run


def say(world: World, workload: str, lines: Iterable[bytes]) -> None:
    """Have the container of a deployment print lines."""
    run = log_of(world, workload)
    for line in lines:
        run.write(time.time_ns(), line)


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
    def get(self, path: str, query: Mapping[str, str] | None = None, timeout: float = PATIENCE) -> bytes:
        return super().get(path, query, timeout)


def _connect_hastily(scope: Scope, config: Config, clock: Clock) -> Connection:
    """Do as `cockpit.session.connect` does, but wait for nothing longer than a test would."""
    cluster = _HastyCluster(scope.kubeconfig, scope.context, config.aws.profile, clock)
    watch = WatchPace(gather=0.02, judge_every=0.5, answer_timeout=PATIENCE)
    return Connection(
        cluster,
        ClusterSource(cluster),
        lambda namespace: PodsSource(cluster, namespace or None, clock, watch),
        lambda namespace: MetricsSource(cluster, namespace or None),
        partial(follow, cluster, clock=clock, pace=LogPace(backoff_first=0.05, backoff_most=0.2)),
    )
