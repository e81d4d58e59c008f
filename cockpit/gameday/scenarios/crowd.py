"""A crowd of pods that change and print as fast as a benchmark wants."""

import asyncio
import copy
from datetime import timedelta
from typing import Any

import msgspec

from cockpit.gameday.api.kinds import PODS
from cockpit.gameday.api.store import Obj
from cockpit.gameday.cluster import Cluster
from cockpit.gameday.logbook import RunLog, nanoseconds
from cockpit.gameday.scenarios.past import Past, container
from cockpit.gameday.scenarios.scenario import Scenario
from cockpit.gameday.shop_talk import api_requests
from cockpit.gameday.timing import timestamp

NAMESPACE = "crowd"
NODE_NAMES = tuple(f"crowd-node{number}" for number in range(1, 51))
IMAGE = "registry.crowd.local/service:1.0.0"
CONDITIONS = (
    {"type": "ContainersReady", "status": "", "lastProbeTime": "", "lastTransitionTime": ""},
    {"type": "Initialized", "status": "", "lastProbeTime": "", "lastTransitionTime": ""},
    {"type": "PodReadyToStartContainers", "status": "", "lastProbeTime": "", "lastTransitionTime": ""},
    {"type": "Ready", "status": "", "lastProbeTime": "", "lastTransitionTime": ""},
)
TICK = 0.02
"""Seconds between two bursts of changes or lines."""


def crowd(*, pods: int = 5000, changes_per_second: float = 0.0, lines_per_second: float = 0.0) -> Scenario:
    """Make the scenario.

    Args:
        pods: How many pods there are, `crowd-00000` and on; they are stored, not run.
        changes_per_second: How many of them change their status each second, in turn.
        lines_per_second: How many lines the first pod prints each second.
    """

    def build(cluster: Cluster) -> None:
        past = Past(cluster)
        past.namespace(NAMESPACE, days=100)
        for number, name in enumerate(NODE_NAMES, start=1):
            past.node(name, f"10.90.0.{number}", days=100)
        managed = managed_fields(_pod(0))  # shared by all, as it is the same for all
        for number in range(pods):
            pod = _pod(number)
            pod["metadata"]["managedFields"] = managed
            past.pod(pod, days=1 + number % 60)

    async def play(cluster: Cluster) -> None:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(_change(cluster, changes_per_second))
            tasks.create_task(_print(cluster, lines_per_second))

    return Scenario(
        name="crowd",
        title="A crowd of pods",
        story="Thousands of pods that change all the time, to measure with.",
        namespace=NAMESPACE,
        images={},
        build=build,
        play=play,
        idle_nodes=frozenset(NODE_NAMES),
        is_listed=False,
    )


def managed_fields(obj: Obj) -> list[Obj]:
    """Write the managedFields of an object: of no use to anybody here, but nearly half of a real list's bytes."""
    status = {"conditions": list(CONDITIONS), "containerStatuses": {}, "phase": "", "podIP": "", "startTime": ""}
    managers = (("kube-controller-manager", obj), ("kubelet", {"status": status}))
    return [
        {
            "manager": manager,
            "operation": "Update",
            "apiVersion": "v1",
            "time": "2026-01-01T00:00:00Z",
            "fieldsType": "FieldsV1",
            "fieldsV1": _fields(owned),
        }
        for manager, owned in managers
    ]


def _fields(value: Any) -> Obj:
    if isinstance(value, dict):
        return {f"f:{key}": _fields(item) for key, item in value.items()}
    if isinstance(value, list):
        items = [item for item in value if isinstance(item, dict)]
        return {f"k:{msgspec.json.encode(item).decode()}": {".": {}, **_fields(item)} for item in items}
    return {}


def _pod(number: int) -> Obj:
    labels = {"app": f"service-{number % 100:02d}", "tier": "crowd"}
    spec = {"containers": [container("service", IMAGE, port=8080)]}
    return {"metadata": {"name": f"crowd-{number:05d}", "namespace": NAMESPACE, "labels": labels}, "spec": spec}


async def _change(cluster: Cluster, rate: float) -> None:
    """Let one pod after the other lose and regain its readiness."""
    changed = 0
    loop = asyncio.get_running_loop()
    begin = loop.time()
    while rate:
        await asyncio.sleep(TICK)
        pods = cluster.store.list(PODS, NAMESPACE)
        for _ in range(int((loop.time() - begin) * rate) - changed):
            pod = pods[changed % len(pods)]
            changed += 1
            status = copy.deepcopy(pod.obj["status"])
            entry = status["containerStatuses"][0]
            entry["ready"] = not entry["ready"]
            entry["restartCount"] += 1
            for condition in status["conditions"]:
                if condition["type"] == "Ready":
                    condition["status"] = "True" if entry["ready"] else "False"
                    condition["lastTransitionTime"] = timestamp(cluster.pace.now())
            cluster.store.replace(pod, {**pod.obj, "status": status})


async def _print(cluster: Cluster, rate: float) -> None:
    """Let the first pod print; its lines are numbered, so that a lost one is noticed."""
    pods = cluster.store.list(PODS, NAMESPACE)
    if not pods:
        return
    pod = pods[0]
    container_id = pod.obj["status"]["containerStatuses"][0]["containerID"]
    run: RunLog = cluster.logs.start(pod.uid, "service", container_id)
    rng = cluster.rng("crowd")
    written = 0
    loop = asyncio.get_running_loop()
    begin = loop.time()
    while rate:
        await asyncio.sleep(TICK)
        for _ in range(int((loop.time() - begin) * rate) - written):
            written += 1
            now = cluster.pace.now() + timedelta(microseconds=written % 1000)
            run.write(nanoseconds(now), api_requests(rng, now, written).encode())
