"""Load balancers: their state, 5xx, latency and connections."""

from typing import Any

import pytest
from support.estate import Estate
from support.outside_looks import UNHEALTHY, ago, aws, balancer, found_in_aws, group, only_in_aws, series, target

from cockpit.diagnosis.facts import Outside
from cockpit.diagnosis.finding import FindingSeverity, Verb
from cockpit.sources.aws.model import BalancerMetric
from cockpit.sources.kubernetes.model import Workload

REQUESTS, OWN, OF_TARGETS = BalancerMetric.REQUESTS, BalancerMetric.ELB_5XX, BalancerMetric.TARGET_5XX
MANY = series(*[1000] * 15)


def measured(**metrics: Any) -> dict[str, Any]:
    return {"balancers": (balancer({BalancerMetric[name]: each for name, each in metrics.items()}),)}


@pytest.mark.parametrize(
    ("state", "severity"),
    [
        ("failed", FindingSeverity.WRONG),
        ("active_impaired", FindingSeverity.WRONG),
        ("provisioning", FindingSeverity.NOTICE),
    ],
)
def test_a_balancer_that_is_not_active_is_told(state: str, severity: FindingSeverity) -> None:
    finding = only_in_aws(balancers=(balancer(state=state),))
    assert (finding.severity, finding.scenario) == (severity, "balancer-down")
    assert finding.title.startswith(f"balancer shop-alb: is {state}: ")


def test_no_requests_and_few_errors_are_no_finding() -> None:
    assert found_in_aws(**measured()) == []
    assert found_in_aws(**measured(REQUESTS=MANY, TARGET_5XX=series(*[40] * 15))) == []
    assert found_in_aws(**measured(REQUESTS=series(*[10] * 15), TARGET_5XX=series(*[4] * 15))) == []
    assert found_in_aws(**measured(REQUESTS=MANY, TARGET_5XX=series(0, 0, 0, 0, 500))) == []


def test_5xx_of_the_targets_blame_the_application() -> None:
    finding = only_in_aws(**measured(REQUESTS=MANY, TARGET_5XX=series(*[0] * 10, *[120] * 5), ELB_5XX=series(*[1] * 5)))
    assert finding.title == (
        "balancer shop-alb: 12.1 % of requests answered 5xx: by its targets: the application is at fault"
    )
    assert (finding.severity, finding.scenario, finding.since) == (
        FindingSeverity.DOUBTFUL,
        "server-errors",
        ago(minutes=6),
    )
    assert finding.evidence[0].fact == "in 5 min 5 5xx of its own, 600 of its targets"


def test_5xx_of_its_own_blame_no_application() -> None:
    errors = {"REQUESTS": MANY, "ELB_5XX": series(*[300] * 5), "CONNECTION_ERRORS": series(*[250] * 5)}
    finding = only_in_aws(**measured(**errors))
    assert finding.title.endswith("5xx: by the balancer itself: it finds no target that answers in time")
    assert finding.severity is FindingSeverity.WRONG
    assert finding.evidence[1].fact == "250 connections a minute to targets fail"


def test_errors_without_any_counted_request_are_all_there_is() -> None:
    assert only_in_aws(**measured(ELB_5XX=series(*[30] * 5))).title.startswith("balancer shop-alb: 100 % of requests")


def test_a_minute_without_a_counter_had_no_error() -> None:
    errors = series(500, 500, 500, end=ago(minutes=7))
    assert found_in_aws(**measured(REQUESTS=MANY, TARGET_5XX=errors)) == []


def test_a_slow_99th_percentile_is_told_with_the_median() -> None:
    finding = only_in_aws(**measured(P99=series(*[7.25] * 5), P50=series(*[0.2] * 5)))
    assert (finding.title, finding.scenario) == (
        "balancer shop-alb: 1 % of requests take 7.2 s or more",
        "latency",
    )
    assert finding.evidence[0].fact.endswith("half of them 0.2 s or less")
    assert found_in_aws(**measured(P99=series(*[4.9] * 5))) == []
    assert found_in_aws(**measured(P99=series(0.1, 0.1, 0.1, 0.1, 60))) == []


def test_connections_that_fail_are_told_alone_where_no_request_does() -> None:
    assert only_in_aws(**measured(REJECTED=series(*[9] * 5))).title == (
        "balancer shop-alb: 9 connections a minute are turned away: it is at its limit"
    )
    assert only_in_aws(**measured(CONNECTION_ERRORS=series(*[9] * 5))).scenario == "server-errors"


def test_errors_that_began_with_a_revision_of_what_is_behind_say_so(estate: Estate) -> None:
    pods = [estate.pod(f"api-r12-{number}", ip=f"10.0.0.{number}") for number in (1, 2)]
    look = aws(
        **measured(REQUESTS=MANY, TARGET_5XX=series(*[0] * 5, *[120] * 10)),
        groups=(group(*(target(id=pod.ip) for pod in pods)),),
    )
    # A point of CloudWatch bears the time at which its minute begins: the revision came within it.
    revisions = [estate.revision(11), estate.revision(12, created=estate.ago(minutes=10, seconds=20))]
    finding = estate.only(*pods, *revisions, aws={"shop": Outside(look)})
    assert finding.title.startswith(
        "balancer shop-alb: 12 % of requests answered 5xx, shortly after revision 12 of api: "
    )
    assert finding.changed is not None
    assert finding.changed.text == "shortly after revision 12 (image shop/api:11 → 12)"
    assert [(each.verb, each.parameters) for each in finding.actions] == [(Verb.ROLLBACK, {"revision": "11"})]


def test_of_several_workloads_behind_a_balancer_the_one_that_had_just_changed_is_named(estate: Estate) -> None:
    api, web = estate.pod("api-r12-1"), estate.pod("web-r5-1", ip="10.0.0.2", workload=Workload("Deployment", "web"))
    groups = (group(target()), group(target(id="10.0.0.2"), arn="web", name="web"))
    look = aws(**measured(REQUESTS=MANY, TARGET_5XX=series(*[0] * 5, *[120] * 10)), groups=groups)
    revisions = [estate.revision(11), estate.revision(12, created=estate.ago(minutes=12))]
    account = {"shop": Outside(look)}
    assert "5xx, 60 s after revision 12 of api: by its targets" in estate.only(api, web, *revisions, aws=account).title
    other = estate.revision(5, "web", created=estate.ago(minutes=12))
    assert estate.only(api, web, *revisions, other, aws=account).changed is None


def test_errors_of_a_balancer_whose_targets_fail_are_told_with_them() -> None:
    failing = group(target(UNHEALTHY, "Target.FailedHealthChecks"))
    finding = only_in_aws(**measured(ELB_5XX=series(*[30] * 5)), groups=(failing,))
    assert finding.key == "aws/targets/TargetGroup/shop/api"
    assert finding.title.endswith("; balancer shop-alb: 100 % of requests answered 5xx")
