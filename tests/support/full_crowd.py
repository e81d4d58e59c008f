"""A crowd with all that belongs to it, in a process of its own: `python -m support.full_crowd CHANGES EVENTS`.

It speaks as `support.crowd` does.
"""

import asyncio
import subprocess
import sys
from unittest.mock import patch

from cockpit.gameday import world
from cockpit.gameday.api.kinds import ENDPOINT_SLICES, PODS, SERVICES, STORED_KINDS
from cockpit.gameday.api.store import Obj, Stored
from cockpit.gameday.cluster import Cluster
from cockpit.gameday.event_recorder import Event, Source
from cockpit.gameday.scenarios.crowd import IMAGE, NAMESPACE, TICK, _change, managed_fields
from cockpit.gameday.scenarios.past import Past, Revision, container
from cockpit.gameday.scenarios.scenario import Scenario
from support.crowd import Crowd, _Server
from support.terminal import ROOT, plain_environment

DEPLOYMENTS = 500
PODS_EACH = 10
REVISIONS = 4
NODES = 200
EVENTS_THERE = 5000
KUBELET = Source("kubelet")


class FullCrowd(Crowd):
    """The process, for the length of a `with` block."""

    def __init__(self, *, changes: int = 0, events: int = 0) -> None:
        """Have `changes` pods change each second, and tell of `events` more."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "support.full_crowd", str(changes), str(events)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=plain_environment(PYTHONPATH=f"{ROOT}:{ROOT / 'tests'}"),
        )
        self.facts = self._hear()


def full_crowd(*, changes: float, events: float) -> Scenario:
    """Make the scenario: 5,000 pods of 500 deployments with 2,000 replica sets, 200 nodes and 5,000 events."""
    names = [f"crowd-node{number}" for number in range(1, NODES + 1)]

    def build(cluster: Cluster) -> None:
        past = Past(cluster)
        past.namespace(NAMESPACE, days=100)
        for number, name in enumerate(names, start=1):
            past.node(name, f"10.90.{number // 250}.{number % 250}", days=100)
        for number in range(DEPLOYMENTS):
            name = f"crowd-{number:03d}"
            revisions = [
                Revision(40 - 10 * nth, [container("service", f"{IMAGE}.{nth}", port=8080)]) for nth in range(REVISIONS)
            ]
            past.deployment(NAMESPACE, name, revisions, replicas=PODS_EACH)
            ports = [{"port": 80, "targetPort": 8080, "protocol": "TCP"}]
            past.put(SERVICES, name, NAMESPACE, days=50, spec={"selector": {"app": name}, "ports": ports})
            past.put(ENDPOINT_SLICES, f"{name}-x1", NAMESPACE, days=50, **_endpoints(cluster, name))
        for nth, pod in enumerate(cluster.store.list(PODS, NAMESPACE)[:EVENTS_THERE]):
            _tell(cluster, pod, nth)
        for kind in STORED_KINDS:
            stored = cluster.store.list(kind)
            managed = managed_fields(stored[0].obj) if stored else []  # shared by all, as it is the same for all
            for each in stored:
                cluster.store.replace(
                    each, {**each.obj, "metadata": {**each.obj["metadata"], "managedFields": managed}}
                )

    async def play(cluster: Cluster) -> None:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(_change(cluster, changes))
            tasks.create_task(_go_on_telling(cluster, events))

    return Scenario("full-crowd", "", "", NAMESPACE, {}, build, play, idle_nodes=frozenset(names), is_listed=False)


def _endpoints(cluster: Cluster, app: str) -> Obj:
    """Write the endpoints of a service whose pods were put there last."""
    pods = cluster.store.list(PODS, NAMESPACE)[-PODS_EACH:]
    return {
        "labels": {"kubernetes.io/service-name": app},
        "addressType": "IPv4",
        "ports": [{"port": 8080, "protocol": "TCP"}],
        "endpoints": [
            {
                "addresses": [pod.obj["status"]["podIP"]],
                "conditions": {"ready": True, "serving": True, "terminating": False},
                "targetRef": {"kind": "Pod", "name": pod.name, "namespace": NAMESPACE, "uid": pod.uid},
            }
            for pod in pods
        ],
    }


async def _go_on_telling(cluster: Cluster, rate: float) -> None:
    pods = [pod.name for pod in cluster.store.list(PODS, NAMESPACE)]
    loop = asyncio.get_running_loop()
    begin, told = loop.time(), 0
    while rate:
        await asyncio.sleep(TICK)
        while told < (loop.time() - begin) * rate:
            _tell(cluster, cluster.store.get(PODS, NAMESPACE, pods[told * 7 % len(pods)]), EVENTS_THERE + told)
            told += 1


def _tell(cluster: Cluster, pod: Stored, number: int) -> None:
    message = f"Back-off restarting failed container service in pod {pod.name}, the {number}. time"
    cluster.events.record(pod, Event("Normal", "BackOff", message), KUBELET)


if __name__ == "__main__":
    changes, events = map(int, sys.argv[1:])
    with patch.object(
        world, "CONTROLLERS", ()
    ):  # everything is as it should be, and its makers would be busy for minutes
        asyncio.run(_Server(full_crowd(changes=changes, events=events)).run())
