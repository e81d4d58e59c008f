"""Objects with a past: what has been there for days when a practice world begins."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec

from cockpit.gameday.api.defaults import initial_status, with_defaults
from cockpit.gameday.api.kinds import (
    DAEMON_SETS,
    DEPLOYMENTS,
    JOBS,
    NAMESPACES,
    NODES,
    PODS,
    REPLICA_SETS,
    STATEFUL_SETS,
    VOLUME_CLAIMS,
    Kind,
)
from cockpit.gameday.api.store import Obj, Stored
from cockpit.gameday.cluster import Cluster
from cockpit.gameday.controllers.daemon_sets import daemon_pod, daemon_set_status
from cockpit.gameday.controllers.deployment_status import deployment_status
from cockpit.gameday.controllers.jobs import complete, job_status
from cockpit.gameday.controllers.kubelet import node_address
from cockpit.gameday.controllers.node_state import healthy_conditions
from cockpit.gameday.controllers.pod_making import new_pod
from cockpit.gameday.controllers.pod_state import Placement, pod_status, running_status, with_pod_condition
from cockpit.gameday.controllers.revisions import REVISION, new_replica_set
from cockpit.gameday.controllers.stateful_sets import stateful_pod, stateful_set_status
from cockpit.gameday.timing import timestamp

CHANGE_CAUSE = "kubernetes.io/change-cause"
STORAGE_CLASS = "standard"
JOB_TOOK = 24.0
"""Seconds that a job took from its creation to its end."""
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
            **fields: spec, status, data …; `labels`, `annotations` and `owners` go to its metadata.
        """
        metadata: Obj = {"name": name, **({"namespace": namespace} if namespace else {})}
        for field, target in (("labels", "labels"), ("annotations", "annotations"), ("owners", "ownerReferences")):
            if field in fields:
                metadata[target] = fields.pop(field)
        obj = with_defaults(kind, {"metadata": metadata, **fields})
        return self._store.create(kind, obj, created=self.ago(days))

    def namespace(self, name: str, *, days: float) -> None:
        """Put a namespace there."""
        labels = {"kubernetes.io/metadata.name": name}
        self.put(NAMESPACES, name, days=days, labels=labels, status={"phase": "Active"})

    def node(self, name: str, address: str, *, days: float, memory_gibibytes: int = 16) -> None:
        """Put a node there that is ready."""
        labels = {"kubernetes.io/hostname": name, "kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64"}
        capacity = {"cpu": "4", "ephemeral-storage": "100Gi", "memory": f"{memory_gibibytes}Gi", "pods": "110"}
        allocatable = {**capacity, "cpu": "3900m", "memory": f"{memory_gibibytes * 1024 - 512}Mi"}
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
            "allocatable": allocatable,
            "conditions": healthy_conditions(self.ago(days), self.ago(0)),
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

    def stateful_set(
        self, namespace: str, name: str, containers: Sequence[Obj], *, replicas: int, days: float, storage: str = ""
    ) -> None:
        """Put a stateful set there whose pods run and are ready.

        Args:
            namespace: Where it lives.
            name: Its name, also that of its service.
            containers: Of its pods.
            replicas: How many pods run.
            days: Its age.
            storage: The size of the volume `data` of each pod; empty: none.
        """
        labels = {"app": name}
        resources = {"requests": {"storage": storage}}
        claim = {"accessModes": ["ReadWriteOnce"], "resources": resources, "storageClassName": STORAGE_CLASS}
        spec = {
            "replicas": replicas,
            "serviceName": name,
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": {"containers": list(containers)}},
            **({"volumeClaimTemplates": [{"metadata": {"name": "data"}, "spec": claim}]} if storage else {}),
        }
        stored = self.put(STATEFUL_SETS, name, namespace, days=days, labels=labels, spec=spec)
        for number in range(replicas if storage else 0):
            claim_name = f"data-{name}-{number}"
            self.claim(namespace, claim_name, {**claim, "volumeName": f"pv-{claim_name}"}, days=days, labels=labels)
        pods = [self.pod(stateful_pod(stored, number), days=days) for number in range(replicas)]
        self._store.replace(stored, {**stored.obj, "status": stateful_set_status(stored, pods)})

    def claim(self, namespace: str, name: str, spec: Obj, *, days: float, labels: Mapping[str, str]) -> None:
        """Put a volume claim there that is bound."""
        capacity = spec["resources"]["requests"]
        status = {"phase": "Bound", "capacity": capacity, "accessModes": spec["accessModes"]}
        self.put(VOLUME_CLAIMS, name, namespace, days=days, labels=dict(labels), spec=spec, status=status)

    def daemon_set(self, namespace: str, name: str, containers: Sequence[Obj], *, days: float) -> None:
        """Put a daemon set there whose pods run on every node and are ready."""
        labels = {"app": name}
        template = {"metadata": {"labels": labels}, "spec": {"containers": list(containers)}}
        spec = {"selector": {"matchLabels": labels}, "template": template}
        stored = self.put(DAEMON_SETS, name, namespace, days=days, labels=labels, spec=spec)
        nodes = self._store.list(NODES)
        pods = [self.pod(daemon_pod(stored, node.name), days=days, node=node) for node in nodes]
        self._store.replace(stored, {**stored.obj, "status": daemon_set_status(stored, nodes, pods)})

    def job(
        self, namespace: str, name: str, containers: Sequence[Obj], *, days: float, owners: Sequence[Obj] = ()
    ) -> Stored:
        """Put a job there that is complete, with the pod that did it."""
        metadata = {"name": name, "namespace": namespace, "uid": self._store.random_uid()}
        template = {"metadata": {}, "spec": {"restartPolicy": "Never", "containers": list(containers)}}
        written = {"metadata": {**metadata, "ownerReferences": list(owners)}, "spec": {"template": template}}
        begun = self.ago(days)
        job = self._store.create(JOBS, initial_status(JOBS, with_defaults(JOBS, written)), created=begun)
        pod = self.pod(new_pod(job), days=days, exit_code=0)
        done = begun + timedelta(seconds=JOB_TOOK)
        job = self._store.replace(job, {**job.obj, "status": job_status(job.obj, [pod], begun)})
        return self._store.replace(job, {**job.obj, "status": complete(job.obj["status"], done)})

    def pod(self, obj: Obj, *, days: float, exit_code: int | None = None, node: Stored | None = None) -> Stored:
        """Put a pod there that runs and is ready, or that has ended.

        Args:
            obj: The pod; it is given a status.
            days: Its age.
            exit_code: How its containers ended; None: they run.
            node: Where it runs; None: on one after the other.
        """
        if node is None:
            nodes = self._store.list(NODES)
            node = nodes[self._next_node % len(nodes)]
            self._next_node += 1
        obj = initial_status(PODS, with_defaults(PODS, obj))
        obj["spec"] = {**obj["spec"], "nodeName": node.name}
        created = self.ago(days)
        pod = self._store.create(PODS, obj, created=created)
        ready_at = created + timedelta(seconds=FIRST_START)
        statuses = [self._container(pod, container, created, exit_code) for container in obj["spec"]["containers"]]
        begun = {
            **pod.obj,
            "status": with_pod_condition(pod.obj["status"], {"type": "PodScheduled", "status": "True"}, created),
        }
        placement = Placement(self._cluster.next_pod_ip(), node_address(node), created)
        status = pod_status(begun, statuses, [], placement, ready_at)
        return self._store.replace(pod, {**pod.obj, "status": status})

    def _container(self, pod: Stored, container: Obj, created: datetime, exit_code: int | None) -> Obj:
        rng = self._cluster.rng("past", pod.name, container["name"])
        container_id = f"containerd://{rng.getrandbits(256):064x}"
        started = created + timedelta(seconds=3)
        image_id = self._cluster.registry.id_of(container["image"])
        status = running_status(container, container_id, image_id, started)
        if exit_code is None:
            return status
        terminated = {
            "exitCode": exit_code,
            "reason": "Error" if exit_code else "Completed",
            "startedAt": timestamp(started),
            "finishedAt": timestamp(started + timedelta(seconds=JOB_TOOK - 4)),
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
