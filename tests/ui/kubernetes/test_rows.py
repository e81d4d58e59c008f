"""What the tables of the kinds tell, and which rows stand first."""

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace
from support.objects import (
    ago,
    condition,
    daemon_set,
    deployment,
    endpoints,
    event,
    meta,
    node,
    replica_set,
    service,
    stateful_set,
)
from support.shop import NOW, pod

from cockpit.sources.kubernetes.model import Container, Health, Usage
from cockpit.sources.kubernetes.objects import (
    Autoscaler,
    Certificate,
    Ingress,
    IngressRule,
    Job,
    Owner,
    Resources,
    ServicePort,
    VolumeClaim,
)
from cockpit.ui.kubernetes import event_rows, network_rows, node_rows, other_rows, workload_rows
from cockpit.ui.kubernetes.object_row import CHANGING, DONE, DOUBTFUL, WELL, WRONG, ObjectRow


def told(row: ObjectRow) -> list[str]:
    return [cell.text for cell in row.cells]


def workload_row(workload: Any, *pods: Any, replica_sets: Any = ()) -> ObjectRow:
    return workload_rows.workload_rows([workload], replica_sets, pods, NOW)[0]


def with_digest(each: Any, digest: str) -> Any:
    container = Container(name="api", image="shop/api:1.4.2", ready=True, image_id=f"shop/api@sha256:{digest}")
    return replace(each, containers=(container,))


def test_a_workload_tells_readiness_revision_image_with_digest_and_its_last_change() -> None:
    pods = [with_digest(pod(f"api-7f9c4-{nth}", workload="api"), "3f2a9c1d77") for nth in range(3)]
    newest = replica_set("api", 11, 3, image="shop/api:1.4.2", created=ago(minutes=15))
    row = workload_row(deployment(), *pods, replica_sets=[newest])
    assert told(row) == ["shop", "api", "3/3", "complete", "11", "", "15m", "api:1.4.2@3f2a9c1"]
    assert row.worst == WELL


def test_that_a_rollout_missed_its_deadline_is_no_change() -> None:
    newest = replica_set("api", 11, 3, image="shop/api:1.4.2", created=ago(minutes=11))
    for reason, changed in (("ProgressDeadlineExceeded", "11m"), ("ReplicaSetUpdated", "74s")):
        progressing = condition("Progressing", "False", reason, updated_at=ago(seconds=74))
        row = workload_row(deployment(updated=1, conditions=(progressing,)), replica_sets=[newest])
        assert told(row)[6] == changed


def test_a_tag_that_is_two_images_at_once_is_doubtful() -> None:
    pods = [with_digest(pod("api-1-a"), "aaaaaaa1"), with_digest(pod("api-1-b"), "bbbbbbb2")]
    assert workload_row(deployment(), *pods).cells[-1].tone == "doubtful"
    assert told(workload_row(deployment(), *pods))[-1] == "api:1.4.2@aaaaaaa/bbbbbbb"


def test_restarts_of_the_last_hour_count_and_older_ones_do_not() -> None:
    lately = pod("api-1-a", workload="api", restarts=14, rise=3)
    young = pod("api-1-b", workload="api", restarts=2, age=timedelta(minutes=20))
    long_ago = replace(pod("api-1-c", workload="api", restarts=9), last_restart=ago(hours=2))
    assert told(workload_row(deployment(), lately, young, long_ago))[5] == "5"


@pytest.mark.parametrize(
    ("workload", "says", "worst"),
    [
        (deployment(updated=1, replicas=4), "1 of 3 updated", CHANGING),
        (
            deployment(updated=1, conditions=(condition("Progressing", "False", "ProgressDeadlineExceeded"),)),
            "stuck",
            WRONG,
        ),
        (deployment(paused=True), "paused", DOUBTFUL),
        (deployment(pods=0), "scaled to zero", DOUBTFUL),
        (deployment(ready=0, available=0), "0 of 3 available", WRONG),
        (stateful_set(), "complete", WELL),
        (daemon_set(nodes=0), "no node wants it", WELL),
    ],
)
def test_how_bad_a_workload_is(workload: Any, says: str, worst: int) -> None:
    row = workload_row(workload)
    assert (told(row)[3], row.worst) == (says, worst)


def test_pods_that_cannot_serve_make_their_workload_wrong() -> None:
    row = workload_row(deployment(), pod("api-1-a", "CrashLoopBackOff", Health.WRONG, workload="api", ready=False))
    assert row.worst == WRONG


@pytest.mark.parametrize(
    ("facts", "says", "worst"),
    [
        ({}, "Ready", WELL),
        ({"conditions": (condition("Ready", "Unknown"),)}, "does not answer", WRONG),
        ({"conditions": (condition("Ready", "False"),)}, "NotReady", WRONG),
        ({"conditions": (condition("Ready"), condition("DiskPressure"))}, "DiskPressure", WRONG),
        ({"conditions": (condition("Ready"), condition("DiskPressure", "False"))}, "Ready", WELL),
        ({"unschedulable": True}, "cordoned", DOUBTFUL),
        ({"conditions": ()}, "does not answer", WRONG),
    ],
)
def test_the_state_of_a_node(facts: dict[str, Any], says: str, worst: int) -> None:
    assert node_rows.node_status(node(**facts)) == (says, worst)


def test_what_is_asked_of_a_node_stands_beside_what_it_has() -> None:
    asks = Container(name="api", image="api", resources=Resources(cpu_request=500, memory_request=2**30))
    pods = [replace(pod(f"api-1-{nth}"), containers=(asks,)) for nth in range(2)]
    row = node_rows.node_rows([node()], pods, {}, NOW, all_namespaces=True)[0]
    assert told(row)[4:7] == ["2/110", "1000m/4000m 25%", "2.0/16.0Gi 12%"]


def test_only_pods_that_are_on_a_node_and_have_not_ended_take_its_room() -> None:
    """A pod that failed stays listed, and one that waits for a node is on none."""
    pods = [pod("api-1-a"), replace(pod("api-1-b", "Error", Health.WRONG), ended=True), replace(pod("c"), node="")]
    assert {name: load.pods for name, load in node_rows.node_loads(pods).items()} == {"node-1": 1}


def test_an_init_container_that_asks_for_more_than_the_rest_counts_on_its_node() -> None:
    def asks(cpu: int, **facts: Any) -> Container:
        return Container(name="c", image="c", resources=Resources(cpu_request=cpu, memory_request=2**30), **facts)

    hungry = replace(pod("api-1-a"), containers=(asks(900, init=True), asks(200), asks(300)))
    assert node_rows.node_loads([hungry])["node-1"] == (1, 900, 2 * 2**30)


def test_the_pods_of_one_namespace_do_not_tell_what_is_asked_of_a_node() -> None:
    row = node_rows.node_rows([node()], [pod("api-1-a")], {}, NOW, all_namespaces=False)[0]
    assert told(row)[4:7] == ["-/110", "-", "-"]


def test_what_a_node_uses_is_told_in_any_namespace_and_doubtful_when_it_is_much() -> None:
    usage = {"node-1": Usage(1000, 15 * 2**30)}
    row = node_rows.node_rows([node(), node("node-2")], [], usage, NOW, all_namespaces=False)
    assert told(row[0])[2:4] == ["1000m 25%", "15.0Gi 93%"]
    assert [cell.tone for cell in row[0].cells[2:4]] == ["", "doubtful"]
    assert told(row[1])[2:4] == ["-", "-"]


@pytest.mark.parametrize(
    ("port", "says"),
    [
        (ServicePort(80), "80"),
        (ServicePort(80, target="8080"), "80→8080"),
        (ServicePort(53, protocol="UDP"), "53/UDP"),
        (ServicePort(80, target="http", node_port=30080), "80:30080→http"),
        (ServicePort(53, protocol="UDP", node_port=30053), "53:30053/UDP"),
    ],
)
def test_a_port_is_written_as_kubectl_does_with_where_it_leads(port: ServicePort, says: str) -> None:
    assert told(network_rows.service_rows([service(ports=(port,))], [], NOW)[0])[4] == says


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        ({"cluster_ip": "10.96.0.7"}, "10.96.0.7"),
        ({"cluster_ip": "None"}, "headless"),
        ({"cluster_ip": "10.96.0.7", "type": "LoadBalancer"}, "<pending>"),
        ({"cluster_ip": "10.96.0.7", "type": "LoadBalancer", "addresses": ("lb.example",)}, "lb.example"),
    ],
)
def test_where_a_service_is_reached(facts: dict[str, Any], says: str) -> None:
    assert told(network_rows.service_rows([service(**facts)], [], NOW)[0])[5] == says


@pytest.mark.parametrize(
    ("ready", "says", "worst"),
    [
        ([True, True], "2 ready", WELL),
        ([True, False], "1 of 2 ready", DOUBTFUL),
        ([False, False], "none of 2 ready", WRONG),
        ([], "none", WRONG),
    ],
)
def test_a_service_counts_the_pods_that_answer(ready: list[bool], says: str, worst: int) -> None:
    slices = [endpoints("api", *((f"api-1-{nth}", each) for nth, each in enumerate(ready)))]
    row = network_rows.service_rows([service()], slices, NOW)[0]
    assert (told(row)[2], row.worst) == (says, worst)


def test_a_service_without_a_selector_or_of_another_host_is_not_judged() -> None:
    bare = service(selector={})
    elsewhere = service("mail", type="ExternalName")
    rows = network_rows.service_rows([bare, elsewhere], [], NOW)
    assert [(told(row)[2], row.worst) for row in rows] == [("no selector", WELL), ("elsewhere", WELL)]


def test_an_ingress_is_as_bad_as_the_poorest_service_behind_it() -> None:
    rules = (IngressRule("shop.example", "/", "web", "80"), IngressRule("shop.example", "/api", "api", "80"))
    slices = [endpoints("web", ("web-1-a", True)), endpoints("api", ("api-1-a", False))]
    row = network_rows.ingress_rows([Ingress(meta=meta("shop"), rules=rules)], slices, NOW)[0]
    assert told(row)[2:4] == ["shop.example/ → web:80, shop.example/api → api:80", "none of 1 ready"]
    assert row.worst == WRONG


def test_an_ingress_of_no_host_is_for_any() -> None:
    rules = (IngressRule("", "/", "web", "80"),)
    row = network_rows.ingress_rows([Ingress(meta=meta("shop"), rules=rules)], [], NOW)[0]
    assert told(row)[2] == "*/ → web:80"


@pytest.mark.parametrize(
    ("facts", "says", "worst"),
    [
        ({"active": 1}, "1 running", CHANGING),
        ({"active": 1, "failed": 2}, "1 running", DOUBTFUL),
        ({"conditions": (condition("Complete"),), "succeeded": 1, "failed": 1}, "complete", DONE),
        ({"conditions": (condition("Failed", reason="BackoffLimitExceeded"),)}, "BackoffLimitExceeded", WRONG),
        ({"suspended": True}, "suspended", DOUBTFUL),
    ],
)
def test_the_state_of_a_job(facts: dict[str, Any], says: str, worst: int) -> None:
    row = other_rows.job_rows([Job(meta=meta("import"), **facts)], NOW)[0]
    assert (told(row)[2], row.worst) == (says, worst)


@pytest.mark.parametrize(
    ("facts", "says", "worst"),
    [
        ({"current": 3, "desired": 3}, "", WELL),
        ({"current": 3, "desired": 5}, "scaling to 5", CHANGING),
        (
            {"current": 6, "desired": 6, "conditions": (condition("ScalingLimited", reason="TooManyReplicas"),)},
            "wants more than its maximum",
            DOUBTFUL,
        ),
        (
            {"conditions": (condition("ScalingActive", "False", "FailedGetResourceMetric", "no metrics"),)},
            "no metrics",
            DOUBTFUL,
        ),
        ({"conditions": (condition("ScalingActive", "False", "ScalingDisabled", "at zero"),)}, "", WELL),
        (
            {"conditions": (condition("AbleToScale", "False", "FailedGetScale", 'deployments.apps "api" not found'),)},
            'deployments.apps "api" not found',
            DOUBTFUL,
        ),
    ],
)
def test_the_state_of_an_autoscaler(facts: dict[str, Any], says: str, worst: int) -> None:
    each = Autoscaler(meta=meta("api"), target=Owner("Deployment", "api"), least=2, most=6, **facts)
    row = other_rows.autoscaler_rows([each], NOW)[0]
    assert (told(row)[5], row.worst) == (says, worst)


@pytest.mark.parametrize(("phase", "worst"), [("Bound", WELL), ("Pending", DOUBTFUL), ("Lost", WRONG), ("", DOUBTFUL)])
def test_the_state_of_a_claim(phase: str, worst: int) -> None:
    assert other_rows.claim_rows([VolumeClaim(meta=meta("data"), phase=phase)], NOW)[0].worst == worst


@pytest.mark.parametrize(
    ("days", "ready", "says", "ends", "worst"),
    [
        (60, True, "valid", "60d", WELL),
        (13, True, "ends soon", "13d", DOUBTFUL),
        (-1, False, "expired", "0s", WRONG),
        (60, False, "IncorrectIssuer", "60d", DOUBTFUL),
        (None, False, "IncorrectIssuer", "-", WRONG),
    ],
)
def test_the_state_of_a_certificate(days: int | None, ready: bool, says: str, ends: str, worst: int) -> None:
    status = condition("Ready", str(ready), "" if ready else "IncorrectIssuer")
    not_after = None if days is None else NOW + timedelta(days=days)
    row = other_rows.certificate_rows([Certificate(meta=meta("tls"), not_after=not_after, conditions=(status,))], NOW)[
        0
    ]
    assert (told(row)[2], told(row)[3], row.worst) == (says, ends, worst)


def test_events_tell_what_happened_to_what_the_newest_first() -> None:
    older = event("Unhealthy", "Pod/api-1-a", "probe failed", last_at=ago(minutes=9), count=12)
    newer = event("ScalingReplicaSet", "Deployment/api", "Scaled up", type="Normal", last_at=ago(seconds=30))
    rows = sorted(event_rows.event_rows([older, newer], NOW), key=lambda row: row.rank)
    assert [told(row) for row in rows] == [
        ["30s", "", "ScalingReplicaSet", "deployment/api", "Scaled up"],
        ["9m", "12", "Unhealthy", "pod/api-1-a", "probe failed"],
    ]
