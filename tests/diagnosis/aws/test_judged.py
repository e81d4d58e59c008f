"""A figure is as bad as the finding about it: what draws it can ask for that."""

import pytest
from support.outside_looks import (
    GIBI,
    MINUTE,
    UNHEALTHY,
    balancer,
    found_in_aws,
    group,
    instance,
    series,
    target,
)
from support.ward import NOW

from cockpit.diagnosis.aws import judged, target_groups
from cockpit.diagnosis.aws.balancers import state_of
from cockpit.diagnosis.finding import Finding, FindingSeverity
from cockpit.diagnosis.policy import Policy
from cockpit.sources.aws.model import BalancerMetric, DbMetric, DbRole, Target, TargetState

POLICY = Policy()
SHAPES = {
    "the newest point alone is bad": (0, 0, 0, 0, 1),
    "two are bad": (0, 0, 0, 1, 1),
    "three are bad": (0, 0, 1, 1, 1),
    "three of five are bad, though the newest is not": (1, 1, 1, 0, 0),
    "all are bad": (1, 1, 1, 1, 1),
    "too few points": (1, 1),
    "nothing is measured": (),
}
OF_INSTANCE = {
    DbMetric.CPU: (20, 95),
    DbMetric.LOAD: (1, 9),
    DbMetric.FREE_MEMORY: (4 * GIBI, 2**20),
    DbMetric.FREE_STORAGE: (50 * GIBI, 4 * GIBI),
    DbMetric.BURST_BALANCE: (99, 3),
    DbMetric.CPU_CREDITS: (500, 2),
    DbMetric.REPLICA_LAG: (1, 300),
    DbMetric.TRANSACTION_IDS: (0.1 * 2**31, 0.8 * 2**31),
    DbMetric.CONNECTIONS: (10, 5000),
    DbMetric.QUEUE_DEPTH: (0, 500),
}
OF_BALANCER = {
    BalancerMetric.ELB_5XX: (0, 300),
    BalancerMetric.TARGET_5XX: (0, 100),
    BalancerMetric.P99: (0.2, 9),
    BalancerMetric.REJECTED: (0, 50),
    BalancerMetric.CONNECTION_ERRORS: (0, 50),
    BalancerMetric.P50: (0.1, 9),
}


def worst(found: list[Finding]) -> FindingSeverity | None:
    return min((finding.severity for finding in found), default=None)


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES.keys())
@pytest.mark.parametrize("metric", OF_INSTANCE)
def test_a_figure_of_an_instance_is_as_bad_as_its_finding(metric: DbMetric, shape: tuple[int, ...]) -> None:
    points = series(*(OF_INSTANCE[metric][bad] for bad in shape))
    replica = instance(metrics={metric: points}, role=DbRole.REPLICA, replica_of="shop")
    assert judged.of_instance(replica, metric, POLICY, NOW) == worst(found_in_aws(instances=(replica,)))


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES.keys())
@pytest.mark.parametrize("metric", OF_BALANCER)
def test_a_figure_of_a_balancer_is_as_bad_as_its_finding(metric: BalancerMetric, shape: tuple[int, ...]) -> None:
    requests = series(*[1000] * len(shape))
    points = series(*(OF_BALANCER[metric][bad] for bad in shape))
    measured = balancer({BalancerMetric.REQUESTS: requests, metric: points})
    assert judged.of_balancer(measured, metric, POLICY, NOW) == worst(found_in_aws(balancers=(measured,)))


def test_the_newest_point_alone_is_not_bad_yet_and_three_of_five_are() -> None:
    for values, severity in (((20, 20, 20, 20, 99), None), ((20, 20, 99, 99, 99), FindingSeverity.DOUBTFUL)):
        database = instance(metrics={DbMetric.CPU: series(*values)})
        assert judged.of_instance(database, DbMetric.CPU, POLICY, NOW) is severity


def test_of_the_two_kinds_of_5xx_only_those_that_there_are_look_bad() -> None:
    errors = {BalancerMetric.REQUESTS: series(*[1000] * 5), BalancerMetric.TARGET_5XX: series(*[500] * 5)}
    measured = balancer({**errors, BalancerMetric.ELB_5XX: series(*[0] * 5)})
    assert judged.of_balancer(measured, BalancerMetric.TARGET_5XX, POLICY, NOW) is FindingSeverity.WRONG
    assert judged.of_balancer(measured, BalancerMetric.ELB_5XX, POLICY, NOW) is None


def test_old_points_say_nothing_of_now() -> None:
    database = instance(metrics={DbMetric.CPU: series(*[99] * 5, end=NOW - 16 * MINUTE)})
    assert judged.of_instance(database, DbMetric.CPU, POLICY, NOW) is None


BAD = target(UNHEALTHY, "Target.FailedHealthChecks", id="10.0.0.9")


@pytest.mark.parametrize(
    "targets",
    [
        (),
        (target(),),
        (BAD,),
        (BAD, target()),
        (BAD, BAD, BAD, target()),
        (BAD, target(TargetState.INITIAL)),
        (target(TargetState.DRAINING), target()),
    ],
)
def test_a_target_group_is_as_bad_as_its_finding(targets: tuple[Target, ...]) -> None:
    of_targets = group(*targets)
    found = found_in_aws(groups=(of_targets,), balancers=(balancer(),))
    assert target_groups.severity_of(of_targets) == worst(found)


@pytest.mark.parametrize("state", ["active", "provisioning", "active_impaired", "failed", "something-new"])
def test_the_state_of_a_balancer_is_as_bad_as_its_finding(state: str) -> None:
    known = state_of(state)
    assert (known[0] if known else None) == worst(found_in_aws(balancers=(balancer(state=state),)))
