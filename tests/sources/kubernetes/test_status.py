"""STATUS, READY, RESTARTS and health, against recorded pods and one made pod for each rule."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from cockpit.sources.kubernetes import wire
from cockpit.sources.kubernetes.convert import convert_pod
from cockpit.sources.kubernetes.model import Container, Health, Pod, Workload
from cockpit.sources.kubernetes.objects import Resources

NOW = datetime(2026, 11, 21, 8, 0, 0, tzinfo=UTC)
Json = Callable[..., dict[str, Any]]

RUNNING = {"running": {"startedAt": "2026-11-21T07:00:00Z"}}


def waiting(reason: str) -> dict[str, Any]:
    return {"ready": False, "state": {"waiting": {"reason": reason}}}


def ended(code: int = 0, reason: str | None = None, signal: int = 0) -> dict[str, Any]:
    return {"ready": False, "state": {"terminated": {"exitCode": code, "reason": reason, "signal": signal}}}


def pod_of(raw: dict[str, Any], now: datetime = NOW) -> Pod:
    return convert_pod(msgspec.convert(raw, wire.Pod, strict=False), None, now).pod


def row(pod: Pod) -> tuple[str, str, int]:
    return pod.status, f"{pod.ready}/{pod.total}", pod.restarts


def test_recorded_pods(samples: Path) -> None:
    """What kubectl printed for them."""
    recorded = json.loads((samples / "pods.json").read_text())["items"]
    pods = {pod.name.rsplit("-", 1)[0]: pod for pod in map(pod_of, recorded)}
    assert {name: (*row(pod), pod.health.name) for name, pod in pods.items()} == {
        "api-86b5479747": ("Running", "1/1", 0, "WELL"),
        "duo": ("Running", "3/3", 0, "WELL"),
        "hog-994544b88": ("CrashLoopBackOff", "0/1", 8, "WRONG"),
        "import-ok": ("Completed", "0/1", 0, "DONE"),
        "notready-b5bc7bc44": ("Running", "0/1", 0, "DOUBTFUL"),
        "web-7448999d87": ("ImagePullBackOff", "0/1", 0, "WRONG"),
        "worker-6dbc6557": ("CrashLoopBackOff", "0/1", 8, "WRONG"),
    }


def test_a_recorded_pod_in_full(samples: Path) -> None:
    recorded = json.loads((samples / "pods.json").read_text())["items"]
    hog = next(pod for pod in map(pod_of, recorded) if pod.name.startswith("hog"))
    container = Container(
        name="hog",
        image="registry.shop.local/hog:0.1.0",
        restarts=8,
        state="waiting",
        reason="CrashLoopBackOff",
        message="back-off 5m0s restarting failed container=hog pod=hog-994544b88-8hcmn_shop"
        "(bc985685-c569-4184-9d95-b0ad0421d531)",
        last_reason="OOMKilled",
        last_exit_code=137,
        last_finished_at=datetime(2026, 11, 21, 7, 57, 8, tzinfo=UTC),
        image_id="sha256:0a79b14d6fb946d2f9d5359bb6a58ffafd289a23a4b5f8e83b4bd1a3f80cd2b1",
        resources=Resources(memory_request=48 * 2**20, memory_limit=64 * 2**20),
    )
    assert hog == Pod(
        namespace="shop",
        name="hog-994544b88-8hcmn",
        uid="bc985685-c569-4184-9d95-b0ad0421d531",
        resource_version="24665",
        status="CrashLoopBackOff",
        health=Health.WRONG,
        ready=0,
        total=1,
        restarts=8,
        restarts_rise=0,
        last_restart=datetime(2026, 11, 21, 7, 57, 8, tzinfo=UTC),
        created=datetime(2026, 11, 21, 7, 40, 41, tzinfo=UTC),
        node="node1",
        ip="10.88.0.14",
        workload=Workload("Deployment", "hog"),
        labels={"app": "hog", "pod-template-hash": "994544b88", "topology.kubernetes.io/zone": "z1"},
        containers=(container,),
        not_ready_since=datetime(2026, 11, 21, 7, 57, 9, tzinfo=UTC),
    )


def test_a_container_that_ended_in_full(pod_json: Json) -> None:
    times = {"startedAt": "2026-11-21T07:01:00Z", "finishedAt": "2026-11-21T07:02:00Z"}
    last = {"exitCode": 2, "reason": "Error", "message": "before", "finishedAt": "2026-11-21T07:00:30Z"}
    end = {"exitCode": 9, "signal": 6, "reason": "Aborted", "message": "now", **times}
    status = {"restartCount": 4, "imageID": "sha256:1", "state": {"terminated": end}, "lastState": {"terminated": last}}
    (container,) = pod_of(pod_json(container=status)).containers
    assert container == Container(
        name="main",
        image="api:1",
        ready=True,
        restarts=4,
        state="terminated",
        reason="Aborted",
        message="now",
        exit_code=9,
        signal=6,
        started_at=datetime(2026, 11, 21, 7, 1, tzinfo=UTC),
        finished_at=datetime(2026, 11, 21, 7, 2, tzinfo=UTC),
        last_reason="Error",
        last_message="before",
        last_exit_code=2,
        last_finished_at=datetime(2026, 11, 21, 7, 0, 30, tzinfo=UTC),
        image_id="sha256:1",
    )


def test_containers_are_in_the_order_of_the_spec_with_init_containers_first(samples: Path) -> None:
    recorded = json.loads((samples / "pods.json").read_text())["items"]
    duo = next(pod for pod in map(pod_of, recorded) if pod.name == "duo")
    assert [(container.name, container.sidecar) for container in duo.containers] == [
        ("proxy", True),
        ("main", False),
        ("logship", False),
    ]


@pytest.mark.parametrize(
    ("container", "status", "expected"),
    [
        (waiting("ContainerCreating"), {"phase": "Pending"}, "ContainerCreating"),
        (waiting("CreateContainerConfigError"), {"phase": "Pending"}, "CreateContainerConfigError"),
        (ended(1, "Error"), {}, "Error"),
        (ended(137, "OOMKilled"), {}, "OOMKilled"),
        (ended(3), {}, "ExitCode:3"),
        (ended(0, None, 9), {}, "Signal:9"),
        (ended(0, "Completed"), {"phase": "Succeeded"}, "Completed"),
        ({}, {"phase": "Failed", "reason": "Evicted", "containerStatuses": None}, "Evicted"),
        ({}, {"phase": "Pending", "containerStatuses": None, "conditions": None}, "Pending"),
        ({}, {"phase": None, "containerStatuses": None}, "Unknown"),
        (
            {},
            {
                "phase": "Pending",
                "containerStatuses": None,
                "conditions": [{"type": "PodScheduled", "status": "False", "reason": "SchedulingGated"}],
            },
            "SchedulingGated",
        ),
    ],
)
def test_status_of_one_container(
    pod_json: Json, container: dict[str, Any], status: dict[str, Any], expected: str
) -> None:
    assert pod_of(pod_json(container=container, status=status)).status == expected


@pytest.mark.parametrize(
    ("phase", "container", "ended_for_good"),
    [
        ("Failed", ended(137, "OOMKilled"), True),
        ("Succeeded", ended(0, "Completed"), True),
        ("Running", ended(1, "Error"), False),
    ],
)
def test_a_pod_that_is_between_two_runs_has_not_ended(
    pod_json: Json, phase: str, container: dict[str, Any], ended_for_good: bool
) -> None:
    """It goes by the phase: STATUS is the same word in both."""
    assert pod_of(pod_json(container=container, status={"phase": phase})).ended is ended_for_good


def test_the_first_container_of_the_list_has_the_last_word(pod_json: Json) -> None:
    statuses = [{"name": "a", **ended(1, "Error")}, {"name": "b", **waiting("CrashLoopBackOff")}]
    assert pod_of(pod_json(status={"containerStatuses": statuses})).status == "Error"


@pytest.mark.parametrize(("ready", "expected"), [("True", "Running"), ("False", "NotReady")])
def test_a_completed_container_beside_a_running_one(pod_json: Json, ready: str, expected: str) -> None:
    statuses = [
        {"name": "a", **ended(0, "Completed")},
        {"name": "b", "ready": True, "state": RUNNING},
    ]
    conditions = [{"type": "Ready", "status": ready}]
    pod = pod_of(pod_json(status={"containerStatuses": statuses, "conditions": conditions}))
    assert (pod.status, pod.ready) == (expected, 1)


@pytest.mark.parametrize("sidekick", [{"ready": False, "state": {}}, {"ready": True, "state": RUNNING}])
def test_a_failed_container_beside_a_completed_one_is_not_hidden(pod_json: Json, sidekick: dict[str, Any]) -> None:
    """A server of version 1.36 prints Error; older ones print Completed or NotReady."""
    statuses = [{"name": "a", **ended(0, "Completed")}, {"name": "b", **ended(1, "Error")}, {"name": "c", **sidekick}]
    conditions = [{"type": "Ready", "status": "False"}]
    assert pod_of(pod_json(status={"containerStatuses": statuses, "conditions": conditions})).status == "Error"


def init_pod(pod_json: Json, *states: dict[str, Any], sidecar: bool = False, **status: Any) -> Pod:
    specs = [{"name": f"i{n}", **({"restartPolicy": "Always"} if sidecar else {})} for n in range(len(states))]
    statuses = [{"name": f"i{n}", "restartCount": 2, **state} for n, state in enumerate(states)]
    parts = {"phase": "Pending", "initContainerStatuses": statuses, "conditions": None, **status}
    return pod_of(
        pod_json(
            spec={"containers": [{"name": "main"}], "initContainers": specs},
            container=waiting("PodInitializing"),
            status=parts,
        )
    )


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ([ended(0), {"state": RUNNING}, waiting("PodInitializing")], "Init:1/3"),
        ([ended(1, "Error"), waiting("PodInitializing")], "Init:Error"),
        ([ended(5)], "Init:ExitCode:5"),
        ([ended(0), ended(1, None, 11)], "Init:Signal:11"),
        ([waiting("CrashLoopBackOff")], "Init:CrashLoopBackOff"),
        ([ended(0), ended(0)], "PodInitializing"),
    ],
)
def test_the_first_unfinished_init_container_wins(pod_json: Json, states: list[dict[str, Any]], expected: str) -> None:
    assert init_pod(pod_json, *states).status == expected


def test_a_started_sidecar_is_passed_over_and_counts_as_ready(pod_json: Json) -> None:
    started = {"started": True, "ready": True, "state": RUNNING}
    pod = init_pod(pod_json, started, sidecar=True)
    assert row(pod) == ("PodInitializing", "1/2", 2)


def test_an_init_container_no_longer_matters_once_the_pod_is_initialized(pod_json: Json) -> None:
    initialized = [{"type": "Initialized", "status": "True"}]
    pod = init_pod(pod_json, waiting("CrashLoopBackOff"), conditions=initialized)
    assert pod.status == "PodInitializing"


def test_restarts_of_init_containers_no_longer_count_once_the_pod_is_initialized(pod_json: Json) -> None:
    failed = init_pod(pod_json, waiting("CrashLoopBackOff"))
    assert failed.restarts == 2
    assert init_pod(pod_json, ended(0), conditions=[{"type": "Initialized", "status": "True"}]).restarts == 0


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ({}, "Terminating"),
        ({"reason": "NodeLost"}, "Unknown"),
        ({"phase": "Failed", "reason": "Evicted", "containerStatuses": None}, "Evicted"),
    ],
)
def test_deletion(pod_json: Json, status: dict[str, Any], expected: str) -> None:
    deleted = {"deletionTimestamp": "2026-11-21T08:00:30Z", "deletionGracePeriodSeconds": 30}
    pod = pod_of(pod_json(metadata=deleted, status=status))
    assert pod.status == expected
    assert pod.deleting_since == NOW


@pytest.mark.parametrize(("seconds_running", "expected"), [(30, Health.CHANGING), (61, Health.DOUBTFUL)])
def test_not_ready_is_doubtful_only_after_a_minute_of_running(
    pod_json: Json, seconds_running: int, expected: Health
) -> None:
    state = {"ready": False, "state": {"running": {"startedAt": "2026-11-21T08:00:00Z"}}}
    assert pod_of(pod_json(container=state), NOW + timedelta(seconds=seconds_running)).health is expected


@pytest.mark.parametrize(
    ("minutes", "restarts", "expected"),
    [(0.5, 1, Health.DOUBTFUL), (0.5, 3, Health.WRONG), (5, 3, Health.DOUBTFUL), (11, 3, Health.WELL)],
)
def test_a_restart_leaves_doubt_for_ten_minutes_and_a_crash_loop_is_wrong_between_its_attempts(
    pod_json: Json, minutes: float, restarts: int, expected: Health
) -> None:
    crash = {"terminated": {"exitCode": 1, "reason": "Error", "finishedAt": "2026-11-21T08:00:00Z"}}
    state = {"state": {"running": {"startedAt": "2026-11-21T08:00:01Z"}}, "lastState": crash}
    raw = pod_json(restarts=restarts, container=state)
    assert pod_of(raw, NOW + timedelta(minutes=minutes)).health is expected


def test_unschedulable_is_wrong_and_says_why(pod_json: Json) -> None:
    why = {"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": "0/3 nodes are available"}
    pod = pod_of(pod_json(status={"phase": "Pending", "containerStatuses": None, "conditions": [why]}))
    assert (pod.health, pod.reason, pod.message) == (Health.WRONG, "Unschedulable", "0/3 nodes are available")


def test_a_pod_that_the_scheduler_leaves_aside_names_the_gates_it_waits_for(pod_json: Json) -> None:
    held = {"type": "PodScheduled", "status": "False", "reason": "SchedulingGated", "message": "Scheduling is blocked"}
    gates = [{"name": "example.com/quota"}, {"name": "example.com/wait"}]
    raw = pod_json(status={"phase": "Pending", "containerStatuses": None, "conditions": [held]})
    raw["spec"]["schedulingGates"] = gates
    pod = pod_of(raw)
    assert (pod.status, pod.reason) == ("SchedulingGated", "")
    assert pod.message == "scheduling gate example.com/quota, example.com/wait"


@pytest.mark.parametrize(("reason", "expected"), [(None, Health.WRONG), ("ReadinessGatesNotReady", Health.DOUBTFUL)])
def test_ready_containers_of_a_pod_that_is_not_are_on_a_lost_node(
    pod_json: Json, reason: str | None, expected: Health
) -> None:
    conditions = [
        {"type": "Ready", "status": "False", "reason": reason, "lastTransitionTime": "2026-11-21T07:50:00Z"},
        {"type": "ContainersReady", "status": "True"},
    ]
    pod = pod_of(pod_json(status={"conditions": conditions}))
    assert (pod.status, pod.health) == ("Running", expected)


@pytest.mark.parametrize(("minutes", "expected"), [(1, Health.CHANGING), (6, Health.DOUBTFUL)])
def test_pending_is_doubtful_after_five_minutes(pod_json: Json, minutes: int, expected: Health) -> None:
    raw = pod_json(
        metadata={"creationTimestamp": "2026-11-21T08:00:00Z"},
        container=waiting("ContainerCreating"),
        status={"phase": "Pending", "conditions": None},
    )
    assert pod_of(raw, NOW + timedelta(minutes=minutes)).health is expected


@pytest.mark.parametrize(("minutes", "expected"), [(0, Health.CHANGING), (2, Health.DOUBTFUL)])
def test_terminating_is_doubtful_when_it_takes_longer_than_it_should(
    pod_json: Json, minutes: int, expected: Health
) -> None:
    raw = pod_json(metadata={"deletionTimestamp": "2026-11-21T08:00:30Z"})
    assert pod_of(raw, NOW + timedelta(minutes=minutes)).health is expected


@pytest.mark.parametrize(
    ("owners", "labels", "expected"),
    [
        (None, None, Workload("Pod", "api-1")),
        ([{"kind": "Node", "name": "node1", "controller": True}], None, Workload("Pod", "api-1")),
        ([{"kind": "StatefulSet", "name": "db", "controller": True}], None, Workload("StatefulSet", "db")),
        ([{"kind": "ReplicaSet", "name": "api-7f9"}], {"pod-template-hash": "7f9"}, Workload("Deployment", "api")),
        ([{"kind": "ReplicaSet", "name": "api-7f9"}], None, Workload("ReplicaSet", "api-7f9")),
        (
            [{"kind": "Note", "name": "x"}, {"kind": "Job", "name": "import-2941", "controller": True}],
            None,
            Workload("Job", "import-2941"),
        ),
    ],
)
def test_workload(pod_json: Json, owners: Any, labels: Any, expected: Workload) -> None:
    assert pod_of(pod_json(metadata={"ownerReferences": owners, "labels": labels})).workload == expected


def test_a_pod_of_which_nothing_is_known_yet() -> None:
    pod = pod_of({"metadata": {"name": "x"}, "spec": {"containers": [{"name": "a"}]}, "status": {}})
    assert row(pod) == ("Unknown", "0/1", 0)
    assert pod.containers[0].state == ""
