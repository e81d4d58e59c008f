"""`metrics.k8s.io`: what pods and nodes use, derived from the behaviour of their images."""

from typing import Any

import msgspec
from aiohttp import web

from cockpit.gameday.api import errors
from cockpit.gameday.api.call import Call, answer, answer_json
from cockpit.gameday.api.kinds import NODE_METRICS, NODES, PODS
from cockpit.gameday.api.listing import chosen_by, encode_list
from cockpit.gameday.api.store import Stored
from cockpit.gameday.cluster import Cluster
from cockpit.gameday.timing import timestamp

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
    used = []
    moment = int(cluster.pace.now().timestamp()) // WINDOW
    for status in (pod.obj.get("status") or {}).get("containerStatuses", ()):
        behaviour = cluster.images.get(status["image"])
        if "running" in status["state"] and behaviour is not None:
            share = cluster.rng("metrics", pod.uid, status["name"], moment).uniform(0.7, 1.3)
            memory = int(behaviour.memory_mebibytes * 1024 * (0.9 + share / 10))
            used.append((status["name"], max(1, int(behaviour.cpu_millicores * share)), memory))
    return used


def _head(cluster: Cluster, stored: Stored, labels: dict[str, str]) -> dict[str, Any]:
    now = timestamp(cluster.pace.now())
    metadata = {"name": stored.name, "creationTimestamp": now, "labels": labels}
    if stored.namespace:
        metadata["namespace"] = stored.namespace
    return {"metadata": metadata, "timestamp": now, "window": f"{WINDOW}s"}
