"""What AWS, the web and the cluster tell of one and the same trouble."""

from typing import Any

import pytest
from support.estate import Estate
from support.outside_looks import UNHEALTHY, aws, balancer, check, group, health, series, target

from cockpit.diagnosis.facts import Outside
from cockpit.diagnosis.finding import Finding, FindingSeverity
from cockpit.logs.rates import LogRate, LogRates
from cockpit.sources.aws.model import BalancerMetric, Series
from cockpit.sources.kubernetes.crash_log import CrashLogs
from cockpit.sources.kubernetes.model import Workload
from cockpit.sources.web.model import Outcome, Timing

ERRORS = {BalancerMetric.ELB_5XX: series(*[30] * 5)}
FAILING = group(target(UNHEALTHY, "Target.FailedHealthChecks"))
WELL = group(target())
ALB_HOST = "shop-alb-1234567890.us-west-2.elb.amazonaws.com"


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


def through_balancer(estate: Estate, *things: Any, outcome: Outcome = Outcome.SERVER_ERROR, **look: Any) -> list[str]:
    """Diagnose a balancer that answers 5xx and an endpoint of a workload that nobody knows; give the keys."""
    failing = health(check(outcome), **{"url": "https://shop.example.test/healthz", **look})
    account = aws(balancers=(balancer(ERRORS, host=ALB_HOST),))
    found = estate.find(*things, aws={"shop": Outside(account)}, health={"shop": Outside(failing)})
    return [finding.key for finding in found]


JOINED = ["aws/5xx/Balancer/shop/shop-alb"]
APART = ["web/health/shop", *JOINED]


def test_a_health_endpoint_of_the_workload_behind_a_balancer_is_told_with_the_balancers_errors(estate: Estate) -> None:
    (finding,) = everywhere(estate, estate.pod("api-1"), groups=(WELL,), balancers=(balancer(ERRORS),))
    assert finding.title == (
        "balancer shop-alb: 100 % of requests answered 5xx: by the balancer itself: it finds no target that answers in "
        "time; health shop: answers with an error of its own"
    )
    assert finding.covers == ("web/health/shop",)
    assert "https://shop.example.test/healthz: server-error" in [proof.fact for proof in finding.evidence]


@pytest.mark.parametrize("url", [f"http://{ALB_HOST}/healthz", f"https://dualstack.{ALB_HOST.upper()}./healthz"])
def test_a_health_endpoint_at_the_name_of_a_balancer_is_told_with_its_errors(estate: Estate, url: str) -> None:
    assert through_balancer(estate, estate.pod("api-1"), url=url) == JOINED


def test_a_health_endpoint_at_the_host_of_an_ingress_behind_a_balancer_is_told_with_its_errors(estate: Estate) -> None:
    behind, elsewhere = estate.ingress(addresses=(ALB_HOST,)), estate.ingress(addresses=("10.1.1.1",))
    assert through_balancer(estate, estate.pod("api-1"), behind) == JOINED
    assert through_balancer(estate, estate.pod("api-1"), behind, url="https://other.example.test/healthz") == APART
    assert through_balancer(estate, estate.pod("api-1"), elsewhere) == APART


@pytest.mark.parametrize("outcome", [Outcome.NAME, Outcome.REFUSED, Outcome.TLS, Outcome.WRONG_STATUS])
def test_what_no_balancer_counts_as_its_errors_is_told_by_itself(estate: Estate, outcome: Outcome) -> None:
    assert through_balancer(estate, estate.pod("api-1"), url=f"http://{ALB_HOST}/", outcome=outcome) == APART


def test_what_began_after_the_newest_number_of_the_balancer_is_told_by_itself(estate: Estate) -> None:
    later: dict[str, Any] = {"url": f"http://{ALB_HOST}/", "bad_since": estate.ago(seconds=30)}
    assert through_balancer(estate, estate.pod("api-1"), **later) == APART


def test_a_slow_endpoint_is_told_with_the_latency_of_its_balancer_and_not_with_errors(estate: Estate) -> None:
    slow = tuple(check(at=estate.ago(minutes=minute), timing=Timing(total=9.0)) for minute in (5, 4, 3))
    look = health(slow[-1], slow, slow_after=2.0, url=f"http://{ALB_HOST}/")

    def found(metrics: dict[BalancerMetric, Series]) -> list[str]:
        account = aws(balancers=(balancer(metrics, host=ALB_HOST),))
        told = estate.find(estate.pod("api-1"), aws={"shop": Outside(account)}, health={"shop": Outside(look)})
        return sorted(finding.key for finding in told)

    assert found({BalancerMetric.P99: series(*[9] * 5)}) == ["aws/latency/Balancer/shop/shop-alb"]
    assert found(ERRORS) == ["aws/5xx/Balancer/shop/shop-alb", "web/slow/shop"]


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
