"""`metrics.k8s.io`: what pods and nodes use, derived from the behaviour of their images."""

from typing import Any

import msgspec
from aiohttp import web

from cockpit.gameday.api import errors
from cockpit.gameday.api.call import Call, answer, answer_json
from cockpit.gameday.api.kinds import NODE_METRICS, NODES, PODS
from cockpit.gameday.api.listing import chosen_by, encode_list
from cockpit.gameday.api.store import Obj, Stored
from cockpit.gameday.cluster import Cluster
from cockpit.gameday.quantity import amount
from cockpit.gameday.timing import parse_timestamp, timestamp

WINDOW = 15
"""Seconds over which the numbers are taken, and after which they change."""
NODE_MILLICORES = 150
NODE_MEBIBYTES = 900
"""What a node uses for itself."""


async def metrics(call: Call) -> web.StreamResponse:
    """Answer one object of pod or node metrics, or a list of them."""
    measure = _node_metrics if call.kind == NODE_METRICS else _pod_metrics
    source = NODES if call.kind == NODE_METRICS else PODS
    store = call.cluster.store
    if call.info.name:
        measured = measure(call.cluster, store.get(source, call.info.namespace, call.info.name))
        if measured is None:
            raise errors.not_found(call.kind, call.info.name)
        head = {"kind": call.kind.kind, "apiVersion": call.kind.api_version}
        return await answer_json(call.request, {**head, **measured})
    predicate = chosen_by(call)
    chosen = [stored for stored in store.list(source, call.info.namespace) if not predicate or predicate(stored.obj)]
    items = [item for item in (measure(call.cluster, stored) for stored in chosen) if item is not None]
    return await answer(call.request, encode_list(call.kind, [msgspec.json.encode(item) for item in items], {}))


def _pod_metrics(cluster: Cluster, pod: Stored) -> dict[str, Any] | None:
    """Measure a pod; None while nothing of it runs."""
    containers = [
        {"name": name, "usage": {"cpu": f"{cpu * 1_000_000}n", "memory": f"{memory}Ki"}}
        for name, cpu, memory in _usage(cluster, pod)
    ]
    if not containers:
        return None
    labels = pod.obj["metadata"].get("labels") or {}
    return {**_head(cluster, pod, labels), "containers": containers}


def _node_metrics(cluster: Cluster, node: Stored) -> dict[str, Any]:
    pods = [pod for pod in cluster.store.list(PODS) if pod.obj["spec"].get("nodeName") == node.name]
    used = [usage for pod in pods for usage in _usage(cluster, pod)]
    cpu = NODE_MILLICORES + sum(millicores for _, millicores, _ in used)
    memory = NODE_MEBIBYTES * 1024 + sum(kibibytes for _, _, kibibytes in used)
    usage = {"cpu": f"{cpu * 1_000_000}n", "memory": f"{memory}Ki"}
    return {**_head(cluster, node, node.obj["metadata"].get("labels") or {}), "usage": usage}


def _usage(cluster: Cluster, pod: Stored) -> list[tuple[str, int, int]]:
    """Give name, millicores and kibibytes of each container that runs."""
    if pod.obj["spec"].get("nodeName") in cluster.dead_nodes:
        return []
    return [
        (status["name"], *used)
        for status in (pod.obj.get("status") or {}).get("containerStatuses", ())
        if (used := container_usage(cluster, pod, status)) is not None
    ]


def container_usage(cluster: Cluster, pod: Stored, status: Obj) -> tuple[int, int] | None:
    """Give millicores and kibibytes of a container; None while it does not run."""
    image = cluster.registry.find(status["imageID"])
    if "running" not in status["state"] or image is None:
        return None
    now = cluster.pace.now()
    share = cluster.rng("metrics", pod.uid, status["name"], int(now.timestamp()) // WINDOW).uniform(0.7, 1.3)
    millicores: float = image.behaviour.cpu_millicores
    load = cluster.load.get(status["name"], 0)
    if load:
        millicores = load / max(1, _running(cluster, pod.namespace, status["name"]))
    since_start = (now - parse_timestamp(status["state"]["running"]["startedAt"])).total_seconds() * cluster.pace.speed
    memory = image.behaviour.memory_at(since_start) * 1024 * (0.9 + share / 10)
    limit = _memory_limit(pod, status["name"])
    if limit is not None:
        memory = min(memory, 0.99 * limit)
    return max(1, int(millicores * share)), int(memory)


def _running(cluster: Cluster, namespace: str, container: str) -> int:
    """Count the containers of a name that run."""
    return sum(
        1
        for pod in cluster.store.list(PODS, namespace)
        for status in (pod.obj.get("status") or {}).get("containerStatuses", ())
        if status["name"] == container and "running" in status["state"]
    )


def _memory_limit(pod: Stored, container: str) -> float | None:
    """Give the memory limit of a container in kibibytes."""
    for entry in pod.obj["spec"]["containers"]:
        limit = ((entry.get("resources") or {}).get("limits") or {}).get("memory")
        if entry["name"] == container and limit is not None:
            return float(amount(limit)) / 1024
    return None


def _head(cluster: Cluster, stored: Stored, labels: dict[str, str]) -> dict[str, Any]:
    now = timestamp(cluster.pace.now())
    metadata = {"name": stored.name, "creationTimestamp": now, "labels": labels}
    if stored.namespace:
        metadata["namespace"] = stored.namespace
    return {"metadata": metadata, "timestamp": now, "window": f"{WINDOW}s"}
