"""Objects in words."""

from collections.abc import Mapping
from typing import Any

import pytest
from support.api_objects import convert, raw_samples, recorded
from support.ward import Ward

from cockpit.sources.kubernetes.describe import Around, describe, events_about
from cockpit.sources.kubernetes.kind_names import DEPLOYMENTS, ENDPOINT_SLICES, EVENTS, REPLICA_SETS, SERVICES
from cockpit.sources.kubernetes.model import Pods
from cockpit.sources.kubernetes.objects import (
    Deployment,
    EndpointSlice,
    Event,
    Objects,
    ReplicaSet,
    Resources,
    Service,
)

MIB = 2**20


def objects(found: Mapping[str, Any]) -> Objects[Any]:
    return Objects("shop", {each.meta.key: each for each in found.values()}, "1")


@pytest.fixture
def around() -> Around:
    """What was recorded of the shop."""
    return Around(
        objects={
            EVENTS: objects(recorded(Event, "events")),
            REPLICA_SETS: objects(recorded(ReplicaSet, "replicasets")),
            DEPLOYMENTS: objects(recorded(Deployment, "deployments")),
            ENDPOINT_SLICES: objects(recorded(EndpointSlice, "endpointslices")),
            SERVICES: objects(recorded(Service, "services")),
        }
    )


def sample(kind: str, plural: str, name: str) -> dict[str, Any]:
    found = next(item for each, item in raw_samples(plural).items() if each.startswith(name))
    return {"kind": kind, **found}


def described(given: Mapping[str, Any], around: Around = Around()) -> dict[str, list[str]]:  # noqa: B008  (immutable)
    return {section.title: list(section.lines) for section in describe(given, around)}


def fact(lines: list[str], name: str) -> str:
    """Give the value beside a name."""
    return next(line.removeprefix(name).strip() for line in lines if line.startswith(f"{name} "))


def test_a_pod_in_a_crash_loop(around: Around) -> None:
    told = described(sample("Pod", "pods", "worker-"), around)
    assert list(told) == [
        "Pod",
        "Conditions",
        "Status",
        "Container worker",
        "Asked for",
        "Volumes",
        "Labels",
        "Events",
    ]
    assert fact(told["Pod"], "owner") == "ReplicaSet/worker-6dbc6557 ← Deployment/worker"
    worker = told["Container worker"]
    assert fact(worker, "state").startswith("waiting CrashLoopBackOff: back-off 5m0s restarting failed container")
    assert fact(worker, "last state").startswith("terminated Error, exit ")
    assert int(fact(worker, "restarts")) > 5
    assert any("BackOff (x20)  kubelet: Back-off restarting failed container" in line for line in told["Events"])


def test_conditions_say_since_when_and_why() -> None:
    told = described(sample("Deployment", "deployments", "web"))
    assert told["Conditions"][0] == (
        "Available    False    since 2026-11-21 07:40:41Z  "
        "MinimumReplicasUnavailable: Deployment does not have minimum availability."
    )


def test_a_workload_shows_the_containers_of_its_template_and_its_own_fields() -> None:
    told = described(sample("Deployment", "deployments", "api"))
    api = told["Container api"]
    assert fact(api, "image") == "registry.shop.local/api:1.5.0"
    assert fact(api, "requests") == "cpu=10m, memory=32Mi"
    assert fact(api, "ports") == "8080/TCP http"
    assert "readiness probe  GET :http/healthz every 5s" in api
    assert {"env from configmap api-config", "env RATE=20", "env PASSWORD ← secret api-secret/PASSWORD"} <= set(api)
    assert fact(told["Status"], "readyReplicas") == "3"
    assert fact(told["Asked for"], "strategy.rollingUpdate.maxSurge") == "25%"
    assert not any("template" in line for line in told["Asked for"])


def test_a_secret_that_somebody_wrote_in_plain_is_masked() -> None:
    env = [{"name": "DB_PASSWORD", "value": "hunter2" * 2}]
    given = {"kind": "Pod", "metadata": {"name": "x"}, "spec": {"containers": [{"name": "api", "env": env}]}}
    assert described(given)["Container api"] == ["env DB_PASSWORD=[redacted:password]"]


def test_a_container_that_was_killed() -> None:
    ended = {
        "reason": "OOMKilled",
        "exitCode": 137,
        "startedAt": "2026-11-21T07:00:00Z",
        "finishedAt": "2026-11-21T07:01:00Z",
    }
    status = {"name": "api", "ready": False, "state": {"terminated": ended}, "lastState": {}}
    spec = {"containers": [{"name": "api"}]}
    given = {"kind": "Pod", "metadata": {"name": "x"}, "spec": spec, "status": {"containerStatuses": [status]}}
    told = described(given)["Container api"]
    assert fact(told, "state") == "terminated OOMKilled, exit 137, 2026-11-21 07:00:00Z to 2026-11-21 07:01:00Z"
    assert fact(told, "ready") == "no"


def test_where_volumes_come_from() -> None:
    volumes = [
        {"name": "tls", "secret": {"secretName": "api-tls"}},
        {"name": "data", "persistentVolumeClaim": {"claimName": "data"}},
        {"name": "tmp", "emptyDir": {}},
        {"name": "all", "projected": {"sources": [{"configMap": {"name": "ca"}}, {"serviceAccountToken": {}}]}},
    ]
    told = described({"kind": "Pod", "metadata": {"name": "x"}, "spec": {"volumes": volumes}})
    assert told["Volumes"] == [
        "tls   secret api-tls",
        "data  persistentVolumeClaim data",
        "tmp   emptyDir",
        "all   projected configMap ca, serviceAccountToken",
    ]


def test_events_are_those_of_the_object_and_not_of_its_namesake(around: Around) -> None:
    pod = sample("Pod", "pods", "worker-")
    events = around.objects[EVENTS]
    found = events_about(pod, events)
    assert {event.uid for event in found} == {pod["metadata"]["uid"]}
    assert [event.last_at for event in found] == sorted(event.last_at for event in found if event.last_at)
    pod["metadata"]["uid"] = "another"
    assert events_about(pod, events) == []


def test_what_a_node_has_given_away(around: Around) -> None:
    ward = Ward()
    small, large = Resources(100, 64 * MIB), Resources(400, 128 * MIB, 800, 256 * MIB)
    pods = [
        ward.pod("a", ward.container(resources=small), ward.container(name="b", resources=small), node="node1"),
        ward.pod(
            "c", ward.container(name="i", init=True, resources=large), ward.container(resources=small), node="node1"
        ),
        ward.pod("elsewhere", ward.container(resources=large), node="node2"),
        ward.pod("done", ward.container(resources=large), node="node1", status="OOMKilled", ended=True),
    ]
    node = sample("Node", "nodes", "node1")
    assert described(node, Around(ward.pods(*pods)))["Requested"] == [
        "pods    2 of 110, counting namespace shop only",
        "cpu     600m of 2000m (30 %), limits 800m",
        "memory  256Mi of 23905Mi (1 %), limits 256Mi",
    ]
    assert described(node)["Requested"] == ["the pods are not known"]
    assert "only" not in described(node, Around(ward.pods(*pods, scope="")))["Requested"][0]
    assert not any("images" in line for line in described(node)["Status"])


def test_a_service_leads_to_pods(around: Around) -> None:
    ward = Ward()
    pods = ward.pods(ward.pod("api-86b5479747-g49rt"))
    told = described(sample("Service", "services", "api"), around._replace(pods=pods))
    assert told["Endpoints"][:2] == [
        "10.88.0.26  ready  → pod api-86b5479747-g49rt (Running, 1/1 ready) on node1",
        "10.88.0.27  ready  → pod api-86b5479747-2vzrp on node1",
    ]


def test_a_service_that_leads_nowhere(around: Around) -> None:
    lonely = {"kind": "Service", "metadata": {"name": "lonely", "namespace": "shop"}, "spec": {}}
    assert described(lonely, around)["Endpoints"] == ["none: requests to this service fail"]
    assert described(lonely)["Endpoints"] == ["the endpoints are not known"]


def test_an_ingress_leads_to_services(around: Around) -> None:
    ingress = sample("Ingress", "ingresses", "shop")
    assert described(ingress, around)["Rules"] == ["shop.example.test/ → service api:http, 3 of 3 endpoints ready"]
    ingress["spec"]["defaultBackend"] = {"service": {"name": "gone", "port": {"number": 80}}}
    assert described(ingress, around)["Rules"][1] == "all else → service gone:80, which does not exist"
    assert described(ingress)["Rules"][0] == "shop.example.test/ → service api:http"


def test_a_secret_has_neither_keys_nor_values() -> None:
    told = described({"kind": "Secret", "metadata": {"name": "db", "namespace": "shop"}})
    assert told["Data"] == ["keys and values of secrets are not read"]


def test_a_config_map_names_its_keys() -> None:
    told = described({"kind": "ConfigMap", "metadata": {"name": "api"}, "data": {"LEVEL": "debug"}, "binaryData": None})
    assert told["Data"] == ["LEVEL  5 bytes"]


def test_a_kind_that_nobody_has_thought_of_is_described_by_its_fields() -> None:
    spec = {"replicas": 2, "paused": False, "rules": [{"a": 1, "b": ["x", "y"]}], "containers": [{"name": 3}]}
    told = described({"kind": "Rollout", "metadata": {"name": "x"}, "spec": spec})
    assert told["Asked for"] == ["replicas  2", "paused    no", "rules[0]  a=1, b=x, y"]


def test_hostile_text_cannot_steer_the_terminal() -> None:
    given = {"kind": "Pod\x1b[2J", "metadata": {"name": "\x1b[31mx", "labels": {"a\n": "\u202eb"}}}
    sections = describe(given, Around())
    assert all(line.isprintable() for section in sections for line in (section.title, *section.lines))


def test_an_event_about_a_node_counts_though_its_uid_is_the_nodes_name() -> None:
    about = {"kind": "Node", "name": "node1", "uid": "node1"}
    event = convert(Event, "events", {"involvedObject": about, "reason": "NodeNotReady", "message": "m"})
    node = {"kind": "Node", "metadata": {"name": "node1", "uid": "1a573d8a"}}
    assert events_about(node, objects({"e": event})) == [event]
    assert events_about(node, None, objects({"e": event})) == [event], "read beside those of one namespace"


def test_all_recorded_objects_can_be_described(around: Around) -> None:
    kinds = {"pods": "Pod", "deployments": "Deployment", "replicasets": "ReplicaSet", "jobs": "Job", "nodes": "Node"}
    for plural, kind in kinds.items():
        for name, given in raw_samples(plural).items():
            told = described({"kind": kind, **given}, around._replace(pods=Pods("shop", {}, "1")))
            assert fact(told[kind], "name") == name
            assert fact(told[kind], "created").endswith("Z")


def test_times_are_utc() -> None:
    given = {"kind": "Pod", "metadata": {"name": "x", "creationTimestamp": "2026-11-21T09:00:00+02:00"}}
    assert fact(described(given)["Pod"], "created") == "2026-11-21 07:00:00Z"
