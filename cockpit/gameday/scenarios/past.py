"""Objects with a past: what has been there for days when a practice world begins."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec

from cockpit.gameday.api.defaults import initial_status, with_defaults
from cockpit.gameday.api.kinds import DEPLOYMENTS, NAMESPACES, NODES, PODS, REPLICA_SETS, Kind
from cockpit.gameday.api.store import Obj, Stored
from cockpit.gameday.cluster import Cluster
from cockpit.gameday.controllers.container_runner import image_id
from cockpit.gameday.controllers.deployment_status import deployment_status
from cockpit.gameday.controllers.kubelet import node_address
from cockpit.gameday.controllers.pod_state import Placement, pod_status, running_status, with_condition
from cockpit.gameday.controllers.replica_sets import new_pod
from cockpit.gameday.controllers.revisions import REVISION, new_replica_set
from cockpit.gameday.timing import timestamp

CHANGE_CAUSE = "kubernetes.io/change-cause"
FIRST_START = 40.0
"""Seconds from the creation of the newest revision until all its pods were ready."""


class Revision(msgspec.Struct, frozen=True):
    """One release of a deployment in the past."""

    days_ago: float
    containers: Sequence[Obj]
    cause: str = ""
    """The change-cause that `kubectl rollout history` shows."""


class Past:
    """Puts objects with a past into a cluster.

    Args:
        cluster: Where they go.
    """

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._store = cluster.store
        self._next_node = 0

    def ago(self, days: float) -> datetime:
        """Tell the time so many days ago."""
        return self._cluster.pace.now() - timedelta(days=days)

    def put(self, kind: Kind, name: str, namespace: str = "", *, days: float, **fields: Any) -> Stored:
        """Put any object there.

        Args:
            kind: Its kind.
            name: Its name.
            namespace: Where it lives; empty for objects of the cluster.
            days: Its age.
            **fields: spec, status, data …; `labels` and `owners` go to its metadata.
        """
        metadata: Obj = {"name": name, **({"namespace": namespace} if namespace else {})}
        for field, target in (("labels", "labels"), ("owners", "ownerReferences")):
            if field in fields:
                metadata[target] = fields.pop(field)
        obj = with_defaults(kind, {"metadata": metadata, **fields})
        return self._store.create(kind, obj, created=self.ago(days))

    def namespace(self, name: str, *, days: float) -> None:
        """Put a namespace there."""
        labels = {"kubernetes.io/metadata.name": name}
        self.put(NAMESPACES, name, days=days, labels=labels, status={"phase": "Active"})

    def node(self, name: str, address: str, *, days: float) -> None:
        """Put a node there that is ready."""
        labels = {"kubernetes.io/hostname": name, "kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64"}
        capacity = {"cpu": "4", "memory": "16384Mi", "pods": "110"}
        moment = timestamp(self.ago(days))
        ready = {
            "type": "Ready",
            "status": "True",
            "lastHeartbeatTime": timestamp(self.ago(0)),
            "lastTransitionTime": moment,
            "reason": "KubeletReady",
            "message": "kubelet is posting ready status",
        }
        info = {
            "kubeletVersion": "v1.33.1",
            "osImage": "Debian GNU/Linux 12 (bookworm)",
            "kernelVersion": "6.1.0",
            "containerRuntimeVersion": "containerd://1.7.27",
            "operatingSystem": "linux",
            "architecture": "amd64",
        }
        addresses = [{"type": "InternalIP", "address": address}, {"type": "Hostname", "address": name}]
        status = {
            "capacity": capacity,
            "allocatable": capacity,
            "conditions": [ready],
            "addresses": addresses,
            "nodeInfo": info,
        }
        self.put(NODES, name, days=days, labels=labels, spec={}, status=status)

    def deployment(
        self,
        namespace: str,
        name: str,
        revisions: Sequence[Revision],
        *,
        replicas: int,
        rolling: Mapping[str, int | str] | None = None,
    ) -> None:
        """Put a deployment there with its revisions, of which the last one runs and is ready.

        Args:
            namespace: Where it lives.
            name: Its name, and the value of its pods' label `app`.
            revisions: Its releases, the oldest first.
            replicas: How many pods run.
            rolling: maxSurge and maxUnavailable, if not the defaults.
        """
        labels = {"app": name}
        strategy = {"type": "RollingUpdate", "rollingUpdate": dict(rolling or {})}
        deployment: Stored | None = None
        for number, revision in enumerate(revisions, start=1):
            spec = {
                "replicas": replicas,
                "selector": {"matchLabels": labels},
                "strategy": strategy,
                "template": {"metadata": {"labels": labels}, "spec": {"containers": list(revision.containers)}},
            }
            if deployment is None:
                deployment = self.put(DEPLOYMENTS, name, namespace, days=revision.days_ago, labels=labels, spec=spec)
            deployment = self._release(deployment, spec, number, revision.cause)
            is_newest = number == len(revisions)
            made = new_replica_set(deployment, replicas if is_newest else 0, number)
            newest = self._store.create(REPLICA_SETS, made, created=self.ago(revision.days_ago))
        if deployment is not None:
            self._start(deployment, newest, revisions[-1].days_ago)

    def _release(self, deployment: Stored, spec: Obj, number: int, cause: str) -> Stored:
        annotations = {REVISION: str(number), **({CHANGE_CAUSE: cause} if cause else {})}
        metadata = {**deployment.obj["metadata"], "annotations": annotations}
        obj = with_defaults(DEPLOYMENTS, {**deployment.obj, "metadata": metadata, "spec": spec})
        return self._store.replace(deployment, obj)

    def _start(self, deployment: Stored, replica_set: Stored, days: float) -> None:
        replicas = replica_set.obj["spec"]["replicas"]
        for _ in range(replicas):
            self.pod(new_pod(replica_set), days=days)
        counts = ("replicas", "fullyLabeledReplicas", "readyReplicas", "availableReplicas")
        status = {**dict.fromkeys(counts, replicas), "observedGeneration": 1}
        replica_set = self._store.replace(replica_set, {**replica_set.obj, "status": status})
        then = self.ago(days) + timedelta(seconds=FIRST_START)
        status = deployment_status(deployment, replica_set, [replica_set], then)
        self._store.replace(deployment, {**deployment.obj, "status": status})

    def pod(self, obj: Obj, *, days: float, exit_code: int | None = None) -> Stored:
        """Put a pod there that runs and is ready, or that has ended.

        Args:
            obj: The pod; it is given a node and a status.
            days: Its age.
            exit_code: How its containers ended; None: they run.
        """
        nodes = self._store.list(NODES)
        node = nodes[self._next_node % len(nodes)]
        self._next_node += 1
        obj = initial_status(PODS, with_defaults(PODS, obj))
        obj["spec"] = {**obj["spec"], "nodeName": node.name}
        created = self.ago(days)
        pod = self._store.create(PODS, obj, created=created)
        ready_at = created + timedelta(seconds=FIRST_START)
        statuses = [self._container(pod, container, created, exit_code) for container in obj["spec"]["containers"]]
        scheduled = {"type": "PodScheduled", "status": "True", "lastTransitionTime": timestamp(created)}
        begun = {**pod.obj, "status": with_condition(pod.obj["status"], scheduled)}
        placement = Placement(self._cluster.next_pod_ip(), node_address(node), created)
        status = pod_status(begun, statuses, placement, ready_at)
        return self._store.replace(pod, {**pod.obj, "status": status})

    def _container(self, pod: Stored, container: Obj, created: datetime, exit_code: int | None) -> Obj:
        rng = self._cluster.rng("past", pod.name, container["name"])
        container_id = f"containerd://{rng.getrandbits(256):064x}"
        started = created + timedelta(seconds=3)
        status = running_status(container, container_id, image_id(self._cluster, container["image"]), started)
        if exit_code is None:
            return status
        terminated = {
            "exitCode": exit_code,
            "reason": "Error" if exit_code else "Completed",
            "startedAt": timestamp(started),
            "finishedAt": timestamp(started + timedelta(seconds=20)),
            "containerID": container_id,
        }
        return {**status, "state": {"terminated": terminated}, "ready": False, "started": False}


def container(name: str, image: str, *, port: int | None = None, **fields: Any) -> Obj:
    """Write a container of a pod template.

    Args:
        name: Its name.
        image: Its image.
        port: The port on which it serves, named `http`; it then has a readiness probe too.
        **fields: Anything else that a container may have, such as `env`.
    """
    written: Obj = {"name": name, "image": image, **fields}
    if port is not None:
        written["ports"] = [{"name": "http", "containerPort": port}]
        written["readinessProbe"] = {
            "httpGet": {"path": "/healthz", "port": "http", "scheme": "HTTP"},
            "periodSeconds": 5,
        }
    return written


def env(**values: str) -> list[dict[str, str]]:
    """Write the environment of a container."""
    return [{"name": name, "value": value} for name, value in values.items()]
