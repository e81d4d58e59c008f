"""From when on a figure of AWS looks doubtful or wrong: where the diagnosis would find something."""

from collections.abc import Sequence
from typing import Final

from cockpit.diagnosis.aws import judged
from cockpit.diagnosis.aws.balancers import state_of
from cockpit.diagnosis.aws.status import status_of
from cockpit.diagnosis.aws.target_groups import severity_of
from cockpit.diagnosis.finding import FindingSeverity
from cockpit.sources.aws.model import (
    Alarm,
    Balancer,
    BalancerKind,
    BalancerMetric,
    DbCluster,
    DbInstance,
    DbMetric,
    Target,
    TargetGroup,
    TargetState,
)
from cockpit.ui.aws.aws_view import AwsView
from cockpit.ui.paged.page import worst
from cockpit.ui.tones import Tone

_TONES: Final[dict[FindingSeverity, Tone]] = {
    FindingSeverity.WRONG: "wrong",
    FindingSeverity.DOUBTFUL: "doubtful",
    FindingSeverity.NOTICE: "changing",
}
_JUDGED: Final[dict[TargetState, Tone]] = {
    TargetState.HEALTHY: "well",
    TargetState.UNHEALTHY: "wrong",
    TargetState.UNHEALTHY_DRAINING: "wrong",
    TargetState.UNAVAILABLE: "doubtful",
    TargetState.INITIAL: "changing",
    TargetState.DRAINING: "changing",
    TargetState.UNUSED: "dim",
}


def of_status(status: str) -> Tone:
    """Judge the status of an instance or cluster."""
    known = status_of(status)
    return "" if known is None else _TONES[known[0]]


def of_metric(instance: DbInstance, metric: DbMetric, view: AwsView) -> Tone:
    """Judge a figure of an instance, as its finding does."""
    return _tone(judged.of_instance(instance, metric, view.policy, view.now))


def of_instance(instance: DbInstance, view: AwsView) -> Tone:
    """Judge an instance as a whole."""
    return worst(
        of_status(instance.status),
        *(of_metric(instance, metric, view) for metric in instance.metrics),
        "doubtful" if instance.status_infos else "",
    )


def of_cluster(cluster: DbCluster) -> Tone:
    """Judge a cluster."""
    return worst(of_status(cluster.status), "" if cluster.writer else "wrong")


def of_state(balancer: Balancer) -> Tone:
    """Judge the state of a balancer."""
    known = state_of(balancer.state)
    return "" if known is None else _TONES[known[0]]


def of_target(target: Target) -> Tone:
    """Judge a target."""
    return _JUDGED[target.state]


def healthy(groups: Sequence[TargetGroup]) -> tuple[int, int] | None:
    """Count the healthy targets, and all that are in use; None: nobody has asked yet."""
    asked = [group for group in groups if group.read_at is not None]
    if groups and not asked:
        return None
    states = [target.state for group in asked for target in group.targets]
    used = [state for state in states if state not in (TargetState.UNUSED, TargetState.DRAINING)]
    return states.count(TargetState.HEALTHY), len(used)


def fails_open(group: TargetGroup, kind: BalancerKind) -> bool:
    """Tell whether all targets are unhealthy, so that the balancer sends requests to every one of them."""
    bad = [target.state for target in group.targets if target.state in (TargetState.UNHEALTHY, TargetState.HEALTHY)]
    return kind is not BalancerKind.CLASSIC and bool(bad) and TargetState.HEALTHY not in bad


def of_targets(groups: Sequence[TargetGroup]) -> Tone:
    """Judge the targets of a balancer by the worst of its groups."""
    return worst(*(_tone(severity_of(group)) for group in groups))


def of_count(balancer: Balancer, metric: BalancerMetric, view: AwsView) -> Tone:
    """Judge a figure of a balancer, as its finding does."""
    return _tone(judged.of_balancer(balancer, metric, view.policy, view.now))


def of_balancer(balancer: Balancer, view: AwsView) -> Tone:
    """Judge a balancer as a whole."""
    figures = (of_count(balancer, metric, view) for metric in balancer.metrics)
    return worst(of_state(balancer), of_targets(view.groups_of(balancer)), *figures)


def of_alarm(alarm: Alarm) -> Tone:
    """Judge an alarm that is not OK."""
    return "dim" if alarm.insufficient else "wrong"


def _tone(severity: FindingSeverity | None) -> Tone:
    return "" if severity is None else _TONES[severity]
