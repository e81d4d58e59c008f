"""A cluster for the rules of the diagnosis: objects of every kind, at a time that stands still."""

from collections import defaultdict
from typing import Any

from cockpit.diagnosis.diagnose import diagnose
from cockpit.diagnosis.facts import Facts
from cockpit.diagnosis.finding import Finding
from cockpit.diagnosis.policy import Policy
from cockpit.sources.kubernetes.crash_log import CrashLog, CrashLogs
from cockpit.sources.kubernetes.model import Pod, PodUsage, Usage
from cockpit.sources.kubernetes.objects import (
    Autoscaler,
    Certificate,
    Condition,
    ContainerTemplate,
    DaemonSet,
    Deployment,
    Endpoint,
    EndpointSlice,
    Event,
    Ingress,
    IngressRule,
    Job,
    Meta,
    Node,
    Objects,
    Owner,
    PodTemplate,
    ReplicaSet,
    Service,
    StatefulSet,
    VolumeClaim,
)
from support.ward import NOW, Ward

_FIELDS: dict[type, str] = {
    Event: "events",
    Deployment: "deployments",
    ReplicaSet: "replica_sets",
    StatefulSet: "stateful_sets",
    DaemonSet: "daemon_sets",
    Job: "jobs",
    Node: "nodes",
    Service: "services",
    EndpointSlice: "endpoint_slices",
    Ingress: "ingresses",
    Autoscaler: "autoscalers",
    VolumeClaim: "volume_claims",
    Certificate: "certificates",
}


class Estate(Ward):
    """Makes objects; what is not said is as in a healthy cluster that is three days old."""

    def meta(self, name: str, **facts: Any) -> Meta:
        defaults: dict[str, Any] = {"uid": name, "resource_version": "1", "created": self.ago(days=3)}
        return Meta(name=name, **{**defaults, "namespace": "shop", **facts})

    def condition(
        self, kind: str, status: str = "True", reason: str = "", message: str = "", **facts: Any
    ) -> Condition:
        return Condition(kind, status, reason, message, **{"since": self.ago(minutes=15), **facts})

    def template(self, app: str = "api", image: str = "shop/api:12", **facts: Any) -> PodTemplate:
        return PodTemplate(labels={"app": app}, containers=(ContainerTemplate(app, image, **facts),))

    def deployment(self, name: str = "api", desired: int = 3, **facts: Any) -> Deployment:
        counts = dict.fromkeys(("replicas", "updated", "ready", "available"), desired)
        defaults = {"meta": self.meta(name), "revision": 12, "template": self.template(name)}
        return Deployment(desired=desired, **{**counts, **defaults, **facts})

    def revision(self, number: int, deployment: str = "api", **facts: Any) -> ReplicaSet:
        """Make a replica set of a deployment, called `api-r12`; it was made five minutes after the one before."""
        owner = facts.pop("owner", Owner("Deployment", deployment))
        created = facts.pop("created", self.ago(days=2) if number < 12 else self.ago(minutes=16))
        meta = self.meta(f"{deployment}-r{number}", owner=owner, created=created)
        defaults = {"template": self.template(deployment, f"shop/{deployment}:{number}")}
        return ReplicaSet(meta=meta, desired=3, revision=number, **{**defaults, **facts})

    def event(self, reason: str, about: str, message: str = "", **facts: Any) -> Event:
        """Make a warning about an object such as `Pod/api-1`, of a minute ago."""
        kind, name = about.split("/")
        at = facts.pop("at", self.ago(minutes=1))
        namespace = "" if kind == "Node" else "shop"
        defaults = {"type": "Warning", "namespace": namespace, "uid": name, "first_at": at, "last_at": at}
        meta = self.meta(f"{name}.{reason}.{abs(hash((message, at))) % 10**8}", created=at)
        return Event(meta=meta, reason=reason, message=message, kind=kind, name=name, **{**defaults, **facts})

    def node(self, name: str = "node-1", *conditions: Condition, **facts: Any) -> Node:
        ready = (self.condition("Ready", since=self.ago(days=3)),)
        return Node(meta=self.meta(name, namespace=""), conditions=conditions or ready, **facts)

    def service(self, name: str = "api", **facts: Any) -> Service:
        return Service(meta=self.meta(name), **{"selector": {"app": name}, **facts})

    def slice(self, service: str = "api", **ready: bool) -> EndpointSlice:
        """Make the endpoints of a service: `slice("api", **{"api-1": False})`."""
        endpoints = tuple(Endpoint(("10.0.0.1",), ready=is_ready, pod=pod) for pod, is_ready in ready.items())
        return EndpointSlice(meta=self.meta(f"{service}-x1"), service=service, endpoints=endpoints)

    def ingress(self, name: str = "shop", service: str = "api", **facts: Any) -> Ingress:
        rules = (IngressRule("shop.example.test", "/", service, "80"),)
        return Ingress(meta=self.meta(name), **{"rules": rules, **facts})

    def claim(self, name: str = "data-db-0", phase: str = "Pending", **facts: Any) -> VolumeClaim:
        return VolumeClaim(meta=self.meta(name), phase=phase, **{"storage_class": "gp3", "requested": 2**30, **facts})

    def crash_log(self, pod: str, *lines: str, container: str = "api") -> CrashLogs:
        key = f"shop/{pod}/{container}"
        return CrashLogs({key: CrashLog(f"shop/{pod}", container, 8, lines)})

    def usage(self, **memory_or_cpu: tuple[int, int]) -> PodUsage:
        """Say what pods use: millicores and bytes by name."""
        return PodUsage({f"shop/{pod}": Usage(*used) for pod, used in memory_or_cpu.items()})

    def facts(self, *things: Any, scope: str = "shop", **more: Any) -> Facts:
        """Put pods and other objects together."""
        kinds: dict[str, dict[str, Any]] = defaultdict(dict)
        pods = [thing for thing in things if isinstance(thing, Pod)]
        for thing in things:
            if not isinstance(thing, Pod):
                kinds[_FIELDS[type(thing)]][thing.meta.key] = thing
        objects: dict[str, Any] = {field: Objects(scope, kind, "1") for field, kind in kinds.items()}
        return Facts(pods=self.pods(*pods, scope=scope), **{**objects, **more})

    def find(self, *things: Any, policy: Policy | None = None, **more: Any) -> list[Finding]:
        """Diagnose what is there."""
        return diagnose(self.facts(*things, **more), NOW, policy or Policy())

    def only(self, *things: Any, **more: Any) -> Finding:
        """Give the one thing that is wrong."""
        (finding,) = self.find(*things, **more)
        return finding
