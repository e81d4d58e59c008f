"""What AWS, the web and the cluster tell of one and the same trouble."""

from typing import Any

import pytest
from support.estate import Estate
from support.outside_looks import UNHEALTHY, aws, balancer, check, group, health, series, target

from cockpit.diagnosis.facts import Outside
from cockpit.diagnosis.finding import Finding, FindingSeverity
from cockpit.logs.rates import LogRate, LogRates
from cockpit.sources.aws.model import BalancerMetric
from cockpit.sources.kubernetes.crash_log import CrashLogs
from cockpit.sources.kubernetes.model import Workload
from cockpit.sources.web.model import Outcome

ERRORS = {BalancerMetric.ELB_5XX: series(*[30] * 5)}
FAILING = group(target(UNHEALTHY, "Target.FailedHealthChecks"))
WELL = group(target())


def everywhere(estate: Estate, *things: Any, **look: Any) -> list[Finding]:
    """Diagnose a cluster behind a balancer and a health endpoint that fails."""
    failing = health(check(Outcome.SERVER_ERROR), workload="shop/deployment/api")
    return estate.find(*things, aws={"shop": Outside(aws(**look))}, health={"shop": Outside(failing)})


def test_a_crash_loop_explains_targets_errors_and_the_health_endpoint(estate: Estate) -> None:
    crashed = estate.container(state="waiting", reason="CrashLoopBackOff", ready=False, restarts=8, last_exit_code=1)
    (finding,) = everywhere(estate, estate.ill("api-1", crashed), groups=(FAILING,), balancers=(balancer(ERRORS),))
    assert finding.title == (
        "api: 1 of 1 pod crash-loops, exit 1; "
        "target group api: its only target unhealthy (a pod of api); fail open: requests are still sent to all of them;"
        " balancer shop-alb: 100 % of requests answered 5xx; health shop: answers with an error of its own"
    )
    kinds = {ref.kind for ref in finding.objects}
    assert {"Deployment", "TargetGroup", "Balancer", "Health"} <= kinds
    assert set(finding.covers) == {
        "aws/targets/TargetGroup/shop/api",
        "aws/5xx/Balancer/shop/shop-alb",
        "web/health/shop",
    }
    assert {"aws/shop", "web/health/shop"} <= {proof.source for proof in finding.evidence}


def test_where_the_cluster_sees_nothing_wrong_the_target_group_is_nearest_to_the_fault(estate: Estate) -> None:
    (finding,) = everywhere(estate, estate.pod("api-1"), groups=(FAILING,), balancers=(balancer(ERRORS),))
    assert finding.key == "aws/targets/TargetGroup/shop/api"
    assert finding.severity is FindingSeverity.WRONG
    assert "balancer shop-alb: 100 % of requests answered 5xx; health shop: answers" in finding.title


def test_a_health_endpoint_is_not_joined_with_what_balancers_count_minutes_later(estate: Estate) -> None:
    found = everywhere(estate, estate.pod("api-1"), groups=(WELL,), balancers=(balancer(ERRORS),))
    assert [finding.key for finding in found] == ["web/health/shop", "aws/5xx/Balancer/shop/shop-alb"]


def test_what_is_seen_outside_is_not_joined_with_errors_in_a_log_which_come_and_go(estate: Estate) -> None:
    failing = {"shop": Outside(health(check(Outcome.SERVER_ERROR), workload="shop/deployment/api"))}
    rises = LogRates((LogRate("api-1/api", 100, 30, 100, 2),))
    loud = estate.find(estate.pod("api-1"), health=failing, log_rates=rises)
    quiet = estate.find(estate.pod("api-1"), health=failing)
    assert [finding.key for finding in loud] == ["web/health/shop", "logs/log-errors/shop/Deployment/api"]
    assert loud[0] == quiet[0]


def test_what_goes_on_after_its_cause_has_ended_is_told_by_itself_with_its_own_beginning(estate: Estate) -> None:
    failing = {"shop": Outside(health(check(Outcome.SERVER_ERROR), workload="shop/deployment/api"))}
    crashed = estate.container(state="waiting", reason="CrashLoopBackOff", ready=False, restarts=8, last_exit_code=1)
    (joined,) = estate.find(estate.ill("api-1", crashed), health=failing)
    (alone,) = estate.find(estate.pod("api-1"), health=failing)
    assert joined.covers == (alone.key,)
    assert alone.since == estate.ago(minutes=3)


def test_pods_that_are_not_ready_stand_before_what_is_seen_of_them_outside(estate: Estate) -> None:
    failing = {"shop": Outside(health(check(Outcome.WRONG_BODY)))}
    waits = estate.ill("api-1", estate.container(ready=False), not_ready_since=estate.ago(minutes=2))
    found = estate.find(waits, health=failing)
    assert [finding.scenario for finding in found] == ["not-ready", "health-failing"]
    assert {finding.severity for finding in found} == {FindingSeverity.WRONG}


@pytest.mark.parametrize("workload", ["shop/deployment/web", "other/deployment/api", None])
def test_a_health_endpoint_of_something_else_is_told_by_itself(estate: Estate, workload: str | None) -> None:
    failing = Outside(health(check(Outcome.SERVER_ERROR), workload=workload))
    found = estate.find(estate.pod("api-1"), aws={"shop": Outside(aws(groups=(FAILING,)))}, health={"shop": failing})
    assert [finding.key for finding in found] == ["aws/targets/TargetGroup/shop/api", "web/health/shop"]


def test_targets_of_several_workloads_that_fail_from_the_same_thing_are_told_with_them(estate: Estate) -> None:
    refused = "dial tcp: lookup db on 10.0.0.10:53: no such host"
    crashed = estate.container(state="waiting", reason="CrashLoopBackOff", ready=False, restarts=8, last_exit_code=1)
    pods = [
        estate.ill("api-1", crashed, ip="10.0.0.2", workload=Workload("Deployment", "api")),
        estate.ill("web-1", crashed, workload=Workload("Deployment", "web")),
    ]
    logs = CrashLogs({**estate.crash_log("api-1", refused).logs, **estate.crash_log("web-1", refused).logs})
    (finding,) = estate.find(*pods, crash_logs=logs, aws={"shop": Outside(aws(groups=(FAILING,)))})
    assert finding.title.startswith("2 workloads (")
    assert "; target group api: its only target unhealthy (a pod of web)" in finding.title
