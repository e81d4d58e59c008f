"""Objects of every kind, at a time that stands still; what is not said is as in a healthy shop."""

from datetime import datetime, timedelta
from typing import Any

from cockpit.sources.kubernetes.objects import (
    Condition,
    ContainerTemplate,
    DaemonSet,
    Deployment,
    Endpoint,
    EndpointSlice,
    Event,
    Meta,
    Node,
    Owner,
    PodTemplate,
    ReplicaSet,
    Service,
    ServicePort,
    StatefulSet,
)
from support.shop import NOW


def ago(**span: float) -> datetime:
    return NOW - timedelta(**span)


def meta(name: str, namespace: str = "shop", **facts: Any) -> Meta:
    defaults = {"uid": f"uid-{name}", "resource_version": "1", "created": ago(days=3), "generation": 1}
    return Meta(name=name, namespace=namespace, **{**defaults, **facts})


def template(image: str, **facts: Any) -> PodTemplate:
    return PodTemplate(containers=(ContainerTemplate(name="main", image=image, **facts),))


def deployment(name: str = "api", pods: int = 3, *, image: str = "shop/api:1.4.2", **facts: Any) -> Deployment:
    counts = dict.fromkeys(("desired", "replicas", "updated", "ready", "available"), pods)
    defaults = {"observed_generation": 1, "revision": 11, "template": template(image), **counts}
    return Deployment(meta=facts.pop("meta", meta(name)), **{**defaults, **facts})


def stateful_set(name: str = "db", pods: int = 1, **facts: Any) -> StatefulSet:
    counts = dict.fromkeys(("desired", "replicas", "updated", "ready", "available"), pods)
    defaults = {"observed_generation": 1, "template": template("postgres:16"), **counts}
    return StatefulSet(meta=meta(name), **{**defaults, **facts})


def daemon_set(name: str = "agent", nodes: int = 3, **facts: Any) -> DaemonSet:
    counts = dict.fromkeys(("desired", "scheduled", "updated", "ready", "available"), nodes)
    defaults = {"observed_generation": 1, "template": template("agent:2"), **counts}
    return DaemonSet(meta=meta(name), **{**defaults, **facts})


def replica_set(owner: str, revision: int, replicas: int = 0, *, image: str, **facts: Any) -> ReplicaSet:
    belongs = Owner("Deployment", owner, f"uid-{owner}")
    about = meta(f"{owner}-{revision}", owner=belongs, created=facts.pop("created", ago(days=3)))
    counts = dict.fromkeys(("desired", "replicas", "ready", "available"), replicas)
    return ReplicaSet(meta=about, revision=revision, template=template(image), **{**counts, **facts})


def condition(kind: str, status: str = "True", reason: str = "", message: str = "", **facts: Any) -> Condition:
    return Condition(kind, status, reason, message, **facts)


def node(name: str = "node-1", **facts: Any) -> Node:
    defaults = {"conditions": (condition("Ready"),), "cpu": 4000, "memory": 16 * 2**30, "pods": 110}
    return Node(meta=meta(name, ""), **{**defaults, **facts})


def service(name: str = "api", **facts: Any) -> Service:
    return Service(meta=meta(name), **{"selector": {"app": name}, "ports": (ServicePort(80, target="8080"),), **facts})


def endpoints(service_name: str, *pods: tuple[str, bool]) -> EndpointSlice:
    made = tuple(Endpoint(("10.0.0.1",), ready=ready, pod=pod) for pod, ready in pods)
    return EndpointSlice(meta=meta(f"{service_name}-x2k4p"), service=service_name, endpoints=made)


def event(reason: str, about: str, message: str = "", **facts: Any) -> Event:
    """Make an event about `Kind/name` of the shop."""
    kind, _, name = about.partition("/")
    namespace = "" if kind == "Node" else "shop"
    defaults = {"type": "Warning", "last_at": ago(minutes=1), "meta": meta(f"{name}.{reason}", "shop")}
    return Event(reason=reason, message=message, kind=kind, name=name, namespace=namespace, **{**defaults, **facts})
