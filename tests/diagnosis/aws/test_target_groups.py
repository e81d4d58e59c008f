"""Target groups whose targets fail."""

from typing import Any

import pytest
from support.estate import Estate
from support.outside_looks import (
    HEALTHY,
    UNHEALTHY,
    ago,
    aws,
    balancer,
    found_in_aws,
    group,
    only_in_aws,
    series,
    target,
)

from cockpit.diagnosis.aws.reasons import REASONS
from cockpit.diagnosis.facts import Outside
from cockpit.diagnosis.finding import Finding, FindingSeverity
from cockpit.sources.aws.model import BalancerKind, TargetState
from cockpit.sources.kubernetes.model import Workload
from cockpit.sources.kubernetes.objects import ServicePort

MISMATCH = "Target.ResponseCodeMismatch"


def with_balancer(*targets: Any, **facts: Any) -> dict[str, Any]:
    return {"balancers": (balancer(),), "groups": (group(*targets, **facts),)}


def test_some_that_fail_are_doubtful_with_the_reason_in_words() -> None:
    failing = target(UNHEALTHY, MISMATCH, "10.0.0.2", description="Health checks failed with these codes: [502]")
    finding = only_in_aws(**with_balancer(target(), failing, unhealthy=series(0, 0, 0, 1, 1, 1)))
    assert finding.title == (
        "target group api: 1 of 2 targets unhealthy: the application answers with the wrong code "
        "(Health checks failed with these codes: [502])"
    )
    assert (finding.severity, finding.scenario, finding.since) == (
        FindingSeverity.DOUBTFUL,
        "targets-unhealthy",
        ago(minutes=4),
    )
    assert [ref.kind for ref in finding.objects] == ["TargetGroup", "Balancer"]


def test_when_all_fail_it_is_said_that_traffic_still_flows() -> None:
    failing = [target(UNHEALTHY, "Target.Timeout", f"10.0.0.{number}") for number in (1, 2, 3)]
    finding = only_in_aws(**with_balancer(*failing))
    assert finding.severity is FindingSeverity.WRONG
    assert finding.title == (
        "target group api: all 3 targets unhealthy: no answer in time: a slow application, or a security group in "
        "between; fail open: requests are still sent to all of them"
    )


def test_a_classic_balancer_does_not_fail_open() -> None:
    classic = balancer(arn="old", name="old", kind=BalancerKind.CLASSIC)
    finding = only_in_aws(balancers=(classic,), groups=(group(target(UNHEALTHY), balancers=("old",)),))
    assert finding.title.startswith("target group api: its only target unhealthy")
    assert finding.title.endswith("; nobody answers")


def test_one_that_is_just_being_judged_may_still_serve() -> None:
    title = only_in_aws(**with_balancer(target(UNHEALTHY), target(TargetState.INITIAL, id="10.0.0.2"))).title
    assert title.startswith("target group api: 1 of 2 targets unhealthy:")


@pytest.mark.parametrize("reason", sorted(REASONS))
def test_every_reason_is_put_into_words_unless_it_is_none_of_a_fault(reason: str) -> None:
    found = found_in_aws(**with_balancer(target(UNHEALTHY, reason), target(id="10.0.0.2")))
    assert [REASONS[reason].meaning in finding.title for finding in found] == ([True] if REASONS[reason].fault else [])


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        (TargetState.INITIAL, "Elb.RegistrationInProgress"),
        (TargetState.INITIAL, "Elb.InitialHealthChecking"),
        (TargetState.DRAINING, "Target.DeregistrationInProgress"),
        (TargetState.UNHEALTHY_DRAINING, MISMATCH),
        (TargetState.UNUSED, "Target.NotRegistered"),
        (TargetState.UNAVAILABLE, "Target.HealthCheckDisabled"),
        (HEALTHY, ""),
    ],
)
def test_what_comes_and_goes_is_no_fault(state: TargetState, reason: str) -> None:
    assert found_in_aws(**with_balancer(target(), target(state, reason, "10.0.0.2"))) == []


def test_a_target_that_can_never_serve_is_a_fault_though_it_is_called_unused() -> None:
    stopped = target(TargetState.UNUSED, "Target.InvalidState", "i-1")
    assert "the instance is stopped or terminated" in only_in_aws(**with_balancer(target(), stopped)).title


def test_a_group_without_targets_is_told_unless_it_is_in_no_use_or_not_read_yet() -> None:
    finding = only_in_aws(**with_balancer())
    assert finding.title == "target group api: has no target: requests that it should answer get 503"
    assert found_in_aws(**with_balancer(balancers=())) == []
    assert found_in_aws(**with_balancer(read_at=None)) == []


def both(estate: Estate, *things: Any, **look: Any) -> list[Finding]:
    return estate.find(*things, aws={"shop": Outside(aws(**look))})


def test_targets_that_are_the_pods_of_one_workload_name_it_and_what_changed(estate: Estate) -> None:
    pods = [estate.pod(f"api-r12-{number}", ip=f"10.0.0.{number}") for number in (1, 2)]
    failing = [target(UNHEALTHY, MISMATCH, pod.ip) for pod in pods]
    look = with_balancer(*failing, unhealthy=series(*[0] * 5, *[2] * 13))
    revisions = [estate.revision(11), estate.revision(12, created=estate.ago(minutes=14, seconds=20))]
    (finding,) = both(estate, *pods, *revisions, **look)
    assert finding.title == (
        "target group api: all 2 targets unhealthy (pods of api), shortly after revision 12: "
        "the application answers with the wrong code; fail open: requests are still sent to all of them"
    )
    assert ("Deployment", "api") in [(ref.kind, ref.name) for ref in finding.objects]
    assert "10.0.0.1:8080 (pod shop/api-r12-1) is unhealthy, Target.ResponseCodeMismatch" in finding.evidence[0].fact
    assert [(each.verb.value, each.parameters) for each in finding.actions] == [("rollback", {"revision": "11"})]


def test_targets_of_a_workload_in_trouble_are_a_consequence_of_it(estate: Estate) -> None:
    crashed = estate.container(state="waiting", reason="CrashLoopBackOff", ready=False, restarts=8, last_exit_code=1)
    pod = estate.ill("api-1", crashed, ip="10.0.0.1")
    (finding,) = both(estate, pod, **with_balancer(target(UNHEALTHY, "Target.FailedHealthChecks")))
    assert (finding.key, finding.scenario) == ("pods/crash-loop/shop/Deployment/api", "crash-loop")
    assert "; target group api: its only target unhealthy" in finding.title
    assert "TargetGroup" in [ref.kind for ref in finding.objects]
    assert "aws/shop" in [proof.source for proof in finding.evidence]


def test_targets_of_several_workloads_name_none(estate: Estate) -> None:
    pods = [estate.pod("api-1"), estate.pod("web-1", ip="10.0.0.2", workload=Workload("Deployment", "web"))]
    failing = [target(UNHEALTHY, MISMATCH, pod.ip) for pod in pods]
    (finding,) = both(estate, *pods, **with_balancer(*failing))
    assert "pods of" not in finding.title


def test_instances_are_nodes_and_their_port_leads_to_the_pods_of_a_service(estate: Estate) -> None:
    pod = estate.pod("api-1", ip="10.8.0.1", labels={"app": "api"})
    node = estate.node("node-1", provider_id="aws:///us-west-2a/i-0abc", address="10.0.0.9")
    service = estate.service("api", ports=(ServicePort(80, node_port=30080),))
    for name, port in (("i-0abc", 30080), ("10.0.0.9", 30080), ("i-0abc", None)):
        failing = target(UNHEALTHY, "Target.Timeout", name, port=port)
        (finding,) = both(estate, pod, node, service, **with_balancer(failing, port=30080))
        assert "a pod of api" in finding.title
        assert {("Deployment", "api"), ("Node", "node-1")} <= {(ref.kind, ref.name) for ref in finding.objects}


def test_targets_on_a_node_that_is_lost_are_a_consequence_of_it(estate: Estate) -> None:
    lost = estate.node("node-1", estate.condition("Ready", "Unknown"), provider_id="aws:///us-west-2a/i-0abc")
    failing = target(UNHEALTHY, "Target.Timeout", "i-0abc", port=30080)
    found = both(estate, estate.pod("api-1", node="node-2"), lost, **with_balancer(failing, target(id="i-0def")))
    assert [finding.scenario for finding in found] == ["node-lost"]
    assert "target group api: 1 of 2 targets unhealthy" in found[0].title
