"""The kubelet: runs the pods of its nodes."""

import asyncio
import logging
from collections.abc import Coroutine, Iterable
from typing import Any

from cockpit.gameday.api.kinds import NODES, PODS
from cockpit.gameday.api.store import Change, Obj, Stored
from cockpit.gameday.cluster import Cluster
from cockpit.gameday.controllers.container_runner import ContainerRunner
from cockpit.gameday.controllers.environment import missing_volume
from cockpit.gameday.controllers.pod_state import Placement, pod_status
from cockpit.gameday.event_recorder import Event, Source
from cockpit.gameday.registry import Image
from cockpit.gameday.timing import parse_timestamp

log = logging.getLogger(__name__)


class PodWorker:
    """Runs the containers of one pod and writes its status.

    Args:
        cluster: Where it runs.
        pod: The pod, bound to a node; it may have run before the world began.
        pulled: Images that the node has, by tag; shared by its pods.
    """

    def __init__(self, cluster: Cluster, pod: Stored, pulled: dict[str, Image]) -> None:
        self._cluster = cluster
        self.name = pod.name
        self.namespace = pod.namespace
        self.uid = pod.uid
        self.spec: Obj = pod.obj["spec"]
        self.pulled = pulled
        self._node: str = self.spec["nodeName"]
        status = pod.obj.get("status") or {}
        self._placement = Placement(
            pod_ip=status.get("podIP") or cluster.next_pod_ip(),
            host_ip=node_address(cluster.store.find(NODES, "", self._node)),
            started=parse_timestamp(status["startTime"]) if "startTime" in status else cluster.pace.now(),
        )
        self._init_containers = self._runners("initContainers", status.get("initContainerStatuses", ()), is_init=True)
        self._containers = self._runners("containers", status.get("containerStatuses", ()))

    def _runners(self, field: str, statuses: Iterable[Obj], *, is_init: bool = False) -> list[ContainerRunner]:
        known = {entry["name"]: entry for entry in statuses}
        return [
            ContainerRunner(self._cluster, self, container, known.get(container["name"]), is_init=is_init)
            for container in self.spec.get(field) or ()
        ]

    @property
    def ip(self) -> str:
        """The address of the pod."""
        return self._placement.pod_ip

    @property
    def is_lost(self) -> bool:
        """Whether the node does not answer: nobody hears of the pod any more."""
        return self._node in self._cluster.dead_nodes

    async def run(self) -> None:
        """Run the containers until all of them are done, or until cancelled."""
        self.publish()
        await self._mount()
        for container in self._init_containers:
            await container.run()
            if not container.has_succeeded:
                return
        async with asyncio.TaskGroup() as tasks:
            for container in self._containers:
                tasks.create_task(container.run())

    async def _mount(self) -> None:
        """Wait until all that the volumes are made of is there."""
        while (missing := missing_volume(self._cluster.store, self.namespace, self.spec)) is not None:
            volume, problem = missing
            self.record(Event("Warning", "FailedMount", f'MountVolume.SetUp failed for volume "{volume}" : {problem}'))
            await self._cluster.pace.sleep(self._cluster.timings.configuration_retry)

    async def terminate(self, grace: float) -> None:
        """Stop the containers within so many seconds, then remove the pod."""
        everyone = [*self._init_containers, *self._containers]
        running = [container for container in everyone if "running" in container.status["state"]]
        for container in running:
            path = f"spec.containers{{{container.name}}}"
            self.record(Event("Normal", "Killing", f"Stopping container {container.name}", path))
        if running:
            slowest = max(container.behaviour.stop_after for container in running)
            await self._cluster.pace.sleep(min(grace, slowest))
        for container in running:
            container.end(0, "Completed")
        pod = self._pod()
        if pod is not None:
            self._cluster.store.remove(pod)

    def _pod(self) -> Stored | None:
        """Give the pod as it is stored, unless it is gone or another has its name."""
        pod = self._cluster.store.find(PODS, self.namespace, self.name)
        return pod if pod is not None and pod.uid == self.uid else None

    def publish(self) -> None:
        """Write the status of the pod, unless it is gone."""
        pod = self._pod()
        if pod is None or self.is_lost:
            return
        statuses = [container.status for container in self._containers]
        init_statuses = [container.status for container in self._init_containers]
        status = pod_status(pod.obj, statuses, init_statuses, self._placement, self._cluster.pace.now())
        self._cluster.store.replace(pod, {**pod.obj, "status": status})

    def record(self, event: Event) -> None:
        """Record an event about the pod, unless it is gone."""
        pod = self._pod()
        if pod is not None and not self.is_lost:
            self._cluster.events.record(pod, event, Source("kubelet", self._node))


def node_address(node: Stored | None) -> str:
    """Give the internal address of a node."""
    addresses = (node.obj.get("status") or {}).get("addresses", ()) if node else ()
    return next((str(entry["address"]) for entry in addresses if entry["type"] == "InternalIP"), "")


class Kubelet:
    """Starts and stops pods as they are bound and deleted.

    Args:
        cluster: Where it works.
        nodes: Names of the nodes whose pods it runs; pods elsewhere are left as they are stored.
    """

    def __init__(self, cluster: Cluster, nodes: frozenset[str]) -> None:
        self._cluster = cluster
        self._pulled: dict[str, dict[str, Image]] = {node: {} for node in nodes}
        self._workers: dict[str, tuple[PodWorker, asyncio.Task[None]]] = {}
        self._stopping: dict[str, asyncio.Task[None]] = {}

    async def run(self) -> None:
        """Work until cancelled."""
        changes = self._cluster.store.follow(PODS)
        async with asyncio.TaskGroup() as tasks:
            for pod in self._cluster.store.list(PODS):
                self._see(Change("ADDED", pod, None), tasks)
            while True:
                for change in await changes.batch():
                    self._see(change, tasks)

    def _see(self, change: Change, tasks: asyncio.TaskGroup) -> None:
        pod = change.now
        if change.type == "DELETED":
            self._forget(pod.uid)
            return
        node = pod.obj["spec"].get("nodeName", "")
        pulled = self._pulled.get(node)
        if pulled is None or node in self._cluster.dead_nodes:
            return
        if pod.uid not in self._workers:
            worker = PodWorker(self._cluster, pod, pulled)
            self._workers[pod.uid] = worker, tasks.create_task(_guard(worker.run()))
        if pod.obj["status"].get("reason") == "Evicted":
            self._workers[pod.uid][1].cancel()
        if "deletionTimestamp" in pod.obj["metadata"] and pod.uid not in self._stopping:
            worker, running = self._workers[pod.uid]
            running.cancel()
            grace = pod.obj["metadata"].get("deletionGracePeriodSeconds", 0)
            self._stopping[pod.uid] = tasks.create_task(_guard(worker.terminate(grace)))

    def _forget(self, uid: str) -> None:
        _, running = self._workers.pop(uid, (None, None))
        stopping = self._stopping.pop(uid, None)
        for task in (running, stopping):
            if task is not None:
                task.cancel()
        self._cluster.logs.forget(uid)


async def _guard(work: Coroutine[Any, Any, None]) -> None:
    try:
        await work
    except Exception:  # a pod that makes no sense to the kubelet must not stop the others
        log.exception("a pod has stopped by mistake")
