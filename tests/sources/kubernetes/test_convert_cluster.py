"""Nodes, claims, events and certificates: from the API's objects to those that the panes and rules know."""

from datetime import UTC, datetime
from typing import Any

from support.api_objects import convert, recorded

from cockpit.sources.kubernetes.objects import Certificate, Event, Node, Taint, VolumeClaim

GIB = 2**30


def test_a_recorded_node() -> None:
    node = recorded(Node, "nodes")["node1"]
    assert node.meta.key == "node1"
    assert (node.cpu, node.memory, node.pods) == (2000, 24479292 * 1024, 110)
    assert (node.address, node.version, node.unschedulable) == ("10.89.0.1", "v1.36.2", False)
    assert {condition.type: condition.status for condition in node.conditions} == {
        "MemoryPressure": "False",
        "DiskPressure": "False",
        "PIDPressure": "False",
        "Ready": "True",
    }


def test_a_cordoned_node_with_taints_and_roles() -> None:
    labels = {"node-role.kubernetes.io/worker": "", "node-role.kubernetes.io/edge": "", "zone": "a"}
    taints = [{"key": "node.kubernetes.io/unschedulable", "effect": "NoSchedule"}]
    spec = {"unschedulable": True, "taints": taints, "providerID": "aws:///us-west-2a/i-0abc"}
    node = convert(Node, "nodes", {"metadata": {"labels": labels, "namespace": ""}, "spec": spec})
    assert node.unschedulable
    assert node.taints == (Taint("node.kubernetes.io/unschedulable", "NoSchedule"),)
    assert (node.roles, node.provider_id) == (("edge", "worker"), "aws:///us-west-2a/i-0abc")


def test_an_odd_quantity_does_not_hide_the_node() -> None:
    node = convert(Node, "nodes", {"status": {"allocatable": {"cpu": "many", "memory": "1Gi", "pods": "x"}}})
    assert (node.cpu, node.memory, node.pods) == (0, GIB, 0)


def test_a_claim_that_waits_and_one_that_is_bound() -> None:
    spec = {"storageClassName": "gp3", "resources": {"requests": {"storage": "10Gi"}}}
    waiting = convert(VolumeClaim, "persistentvolumeclaims", {"spec": spec, "status": {"phase": "Pending"}})
    assert (waiting.phase, waiting.storage_class, waiting.requested, waiting.capacity) == (
        "Pending",
        "gp3",
        10 * GIB,
        0,
    )
    status = {"phase": "Bound", "capacity": {"storage": "20Gi"}}
    bound = convert(VolumeClaim, "persistentvolumeclaims", {"spec": {**spec, "volumeName": "pv-1"}, "status": status})
    assert (bound.phase, bound.volume, bound.capacity) == ("Bound", "pv-1", 20 * GIB)


def test_a_claim_that_is_to_be_deleted_while_a_pod_uses_it_is_terminating() -> None:
    """Its status stays Bound."""
    metadata = {"name": "data-store-1", "deletionTimestamp": "2026-11-21T14:00:00Z"}
    claim = convert(VolumeClaim, "persistentvolumeclaims", {"metadata": metadata, "status": {"phase": "Bound"}})
    assert claim.phase == "Terminating"


def event(**facts: Any) -> Event:
    return convert(Event, "events", {"involvedObject": {"kind": "Pod"}, "message": "m", **facts})


def test_recorded_events() -> None:
    events = recorded(Event, "events")
    unhealthy = next(each for each in events.values() if each.reason == "Unhealthy" and each.count > 100)
    assert (unhealthy.type, unhealthy.count, unhealthy.reporter) == ("Warning", 188, "kubelet")
    assert unhealthy.about.startswith("Pod/shop/notready-b5bc7bc44-")
    assert unhealthy.first_at
    assert unhealthy.last_at
    assert unhealthy.first_at < unhealthy.last_at


def test_what_the_scheduler_tells_has_only_an_event_time() -> None:
    """Its count and time stamps are null."""
    scheduled = [each for each in recorded(Event, "events").values() if each.reporter == "default-scheduler"]
    assert scheduled
    assert {each.count for each in scheduled} == {1}
    first = next(each for each in scheduled if each.name == "api-696fd47f54-dfkbc")
    assert first.first_at == first.last_at == datetime(2026, 11, 21, 7, 40, 41, 116352, tzinfo=UTC)


def test_a_series_tells_how_often_and_when_last() -> None:
    series = {"count": 7, "lastObservedTime": "2026-11-21T07:45:00.5Z"}
    again = event(eventTime="2026-11-21T07:40:00Z", count=None, series=series)
    assert again.count == 7
    assert again.first_at == datetime(2026, 11, 21, 7, 40, tzinfo=UTC)
    assert again.last_at == datetime(2026, 11, 21, 7, 45, 0, 500_000, tzinfo=UTC)


def test_an_event_without_any_time_happened_when_it_was_written() -> None:
    written = event(metadata={"creationTimestamp": "2026-11-21T07:40:00Z"}, source={"component": "alb"}, type=None)
    assert written.first_at == written.last_at == datetime(2026, 11, 21, 7, 40, tzinfo=UTC)
    assert (written.reporter, written.type, written.count) == ("alb", "Normal", 1)


def test_what_is_about_no_namespace_names_none() -> None:
    assert event(involvedObject={"kind": "Node", "name": "node1"}).about == "Node/node1"


def test_a_certificate() -> None:
    spec = {
        "secretName": "shop-tls",
        "commonName": "shop.test",
        "dnsNames": ["shop.test", "www.shop.test"],
        "issuerRef": {"name": "letsencrypt", "kind": "ClusterIssuer"},
    }
    ready = {"type": "Ready", "status": "True", "reason": "Ready", "lastTransitionTime": "2026-11-01T00:00:00Z"}
    status = {"notAfter": "2026-12-01T00:00:00Z", "renewalTime": "2026-11-15T00:00:00Z", "conditions": [ready]}
    certificate = convert(Certificate, "certificates", {"spec": spec, "status": status})
    assert certificate.names == ("shop.test", "www.shop.test")
    assert (certificate.secret, certificate.issuer) == ("shop-tls", "ClusterIssuer/letsencrypt")
    assert certificate.not_after == datetime(2026, 12, 1, tzinfo=UTC)
    assert certificate.renewal_at == datetime(2026, 11, 15, tzinfo=UTC)
    assert certificate.conditions[0].status == "True"


def test_a_certificate_that_was_never_issued() -> None:
    new = convert(Certificate, "certificates", {"spec": {"issuerRef": {"name": "ca"}}})
    assert (new.not_after, new.issuer, new.names, new.conditions) == (None, "Issuer/ca", (), ())
