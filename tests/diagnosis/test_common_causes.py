"""Several workloads that fail from the same thing are one finding, which names the thing and the workloads."""

from typing import Any

import pytest
from support.estate import Estate

from cockpit.diagnosis.finding import Finding, FindingSeverity
from cockpit.sources.kubernetes.crash_log import CrashLogs
from cockpit.sources.kubernetes.model import Pod, Workload
from cockpit.sources.kubernetes.objects import ObjectRef

WORKLOADS = ("api", "cart", "mail", "search", "web", "worker")
UNREACHABLE = "dial tcp 10.1.2.3:443: connect: connection refused"
REFUSED = 'psycopg.OperationalError: connection to server at "db", port 5432 failed: Connection refused'


def of(estate: Estate, workload: str, container: Any, **facts: Any) -> Pod:
    about = {"workload": Workload("Deployment", workload), "labels": {"app": workload}}
    return estate.ill(f"{workload}-r12-x", container, **about, **facts)


def pulls(estate: Estate, workload: str, message: str = UNREACHABLE, registry: str = "ghcr.io", **facts: Any) -> Pod:
    image = f"{registry}/shop/{workload}:2.1"
    backing_off = {"state": "waiting", "reason": "ErrImagePull", "ready": False, "started_at": None}
    return of(estate, workload, estate.container(image=image, message=message, **backing_off), **facts)


def lacks(estate: Estate, workload: str, message: str = 'secret "db-url" not found', **facts: Any) -> Pod:
    waiting = {"state": "waiting", "reason": "CreateContainerConfigError", "ready": False, "started_at": None}
    return of(estate, workload, estate.container(message=message, **waiting), **facts)


def crashes(estate: Estate, *workloads: str, line: str = REFUSED, **facts: Any) -> tuple[list[Pod], CrashLogs]:
    down = {"state": "waiting", "reason": "CrashLoopBackOff", "ready": False, "restarts": 8, "started_at": None}
    pods = [of(estate, name, estate.container(last_exit_code=1, **down), **facts) for name in workloads]
    logs = {key: log for pod in pods for key, log in estate.crash_log(pod.name, line).logs.items()}
    return pods, CrashLogs(logs)


def titles(findings: list[Finding]) -> list[str]:
    return [finding.title for finding in findings]


def test_a_registry_that_does_not_answer_is_one_finding_for_all_workloads(estate: Estate) -> None:
    finding = estate.only(*(pulls(estate, name) for name in WORKLOADS))
    assert finding.title == ("6 workloads (api, cart, mail and 3 more): cannot pull images: ghcr.io does not answer")
    assert finding.severity is FindingSeverity.WRONG
    assert finding.scenario == "image-pull"


def test_a_database_that_refuses_all_is_one_finding(estate: Estate) -> None:
    pods, logs = crashes(estate, *WORKLOADS)
    assert estate.only(*pods, crash_logs=logs).title == (
        "6 workloads (api, cart, mail and 3 more): db:5432 refuses the connection"
    )


def test_a_secret_that_all_lack_is_one_finding_and_is_named(estate: Estate) -> None:
    finding = estate.only(*(lacks(estate, name) for name in WORKLOADS))
    assert finding.title == "6 workloads (api, cart, mail and 3 more): cannot start: secret db-url is missing"
    assert ObjectRef("Secret", "shop", "db-url") in finding.objects


def test_a_node_that_is_lost_is_one_finding_for_all_that_runs_on_it(estate: Estate) -> None:
    gone = estate.condition("Ready", "Unknown", "NodeStatusUnknown", "Kubelet stopped posting node status.")
    pods = [estate.pod(f"{name}-r12-x", workload=Workload("Deployment", name), node="node-1") for name in WORKLOADS]
    finding = estate.only(*pods, estate.node("node-1", gone))
    assert finding.title == "node node-1: does not answer; 6 pods on it only look healthy"


def test_each_workload_stays_visible_in_it(estate: Estate) -> None:
    finding = estate.only(*(pulls(estate, name) for name in WORKLOADS))
    assert [ref for ref in finding.objects if ref.kind == "Deployment"] == [
        ObjectRef("Deployment", "shop", name) for name in WORKLOADS
    ]
    facts = [proof.fact for proof in finding.evidence]
    for name in WORKLOADS:
        assert f"{name}: 1 of 1 pod cannot pull ghcr.io/shop/{name}:2.1" in facts
    assert [proof.ref for proof in finding.evidence][:2] == ["shop/api-r12-x", "shop/cart-r12-x"]


def test_the_key_stays_the_same_while_workloads_join_and_leave(estate: Estate) -> None:
    keys = {estate.only(*(pulls(estate, name) for name in names)).key for names in (WORKLOADS, ("web", "worker"))}
    assert keys == {"pods/common/registry/ghcr.io does not answer"}


def test_once_it_was_told_it_stays_for_the_last_of_them(estate: Estate) -> None:
    both = estate.only(pulls(estate, "api"), pulls(estate, "web"))
    last = estate.only(pulls(estate, "web"), begun={both.key: estate.ago(minutes=20)})
    assert (last.key, last.title) == (both.key, "1 workload (web): cannot pull images: ghcr.io does not answer")
    assert estate.only(pulls(estate, "web")).key == "pods/image-pull/shop/Deployment/web"


def test_it_tells_which_findings_it_covers(estate: Estate) -> None:
    finding = estate.only(pulls(estate, "api"), pulls(estate, "web"))
    assert finding.covers == ("pods/image-pull/shop/Deployment/api", "pods/image-pull/shop/Deployment/web")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"registry": "ghcr.io"}, {"registry": "quay.io"}),
        ({"message": UNREACHABLE}, {"message": "429 Too Many Requests"}),
        ({"message": "manifest unknown"}, {"message": "manifest unknown"}),
    ],
    ids=["another registry", "another reason", "each its own tag"],
)
def test_what_only_looks_alike_stays_apart(estate: Estate, first: dict[str, str], second: dict[str, str]) -> None:
    findings = estate.find(pulls(estate, "api", **first), pulls(estate, "web", **second))
    assert [title.partition(":")[0] for title in titles(findings)] == ["api", "web"]


@pytest.mark.parametrize("line", ["dial tcp 127.0.0.1:5432: connect: connection refused", "panic: out of cheese"])
def test_each_pods_own_machine_and_own_errors_are_no_common_cause(estate: Estate, line: str) -> None:
    pods, logs = crashes(estate, "api", "web", line=line)
    assert len(estate.find(*pods, crash_logs=logs)) == 2


def test_a_short_name_is_another_server_in_another_namespace(estate: Estate) -> None:
    here, logs = crashes(estate, "api")
    there, _ = crashes(estate, "api", namespace="blog")
    logs = CrashLogs({**logs.logs, "blog/api-r12-x/api": next(iter(logs.logs.values()))})
    assert len(estate.find(*here, *there, crash_logs=logs, scope="")) == 2


def test_a_service_without_endpoint_because_of_it_is_told_with_it(estate: Estate) -> None:
    endpoints = estate.slice("web", **{"web-r12-x": False})
    finding = estate.only(pulls(estate, "api"), pulls(estate, "web"), estate.service("web"), endpoints)
    assert finding.title.endswith("ghcr.io does not answer; service web has no endpoint")
