"""From when on a figure of AWS looks doubtful or wrong: where the diagnosis would find something."""

from collections.abc import Sequence
from typing import Final

from cockpit.diagnosis.aws.status import status_of
from cockpit.diagnosis.finding import FindingSeverity
from cockpit.diagnosis.policy import Policy
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
from cockpit.ui.aws.figures import newest
from cockpit.ui.paged.page import worst
from cockpit.ui.tones import Tone

_GIB: Final = 1 << 30
_MIB: Final = 1 << 20
_FAR: Final = 10
"""A replica that is so many times further behind than is allowed is wrong."""
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


def above(value: float | None, doubtful: float, wrong: float) -> Tone:
    """Judge a figure that is bad when it is high."""
    if value is None or value <= doubtful:
        return ""
    return "wrong" if value > wrong else "doubtful"


def below(value: float | None, doubtful: float, wrong: float) -> Tone:
    """Judge a figure that is bad when it is low."""
    if value is None or value >= doubtful:
        return ""
    return "wrong" if value < wrong else "doubtful"


def of_status(status: str) -> Tone:
    """Judge the status of an instance or cluster."""
    known = status_of(status)
    return "" if known is None else _TONES[known[0]]


def of_cpu(percent: float | None, policy: Policy) -> Tone:
    """Judge the use of the processors."""
    return above(percent, policy.database_cpu_percent, 100)


def of_memory(free: float | None, policy: Policy) -> Tone:
    """Judge the free memory."""
    return below(free, policy.database_memory_mebibytes * _MIB, 0)


def storage_share(instance: DbInstance) -> float | None:
    """Tell which share of its storage is free, 0 to 1; None: not known, or it grows by itself without an end."""
    free = newest(instance.metrics, DbMetric.FREE_STORAGE)
    return free / (instance.storage_gib * _GIB) if free is not None and instance.storage_gib else None


def of_storage(instance: DbInstance, policy: Policy) -> Tone:
    """Judge the free storage; what still grows by itself is doubtful at most."""
    share, free = storage_share(instance), newest(instance.metrics, DbMetric.FREE_STORAGE)
    if share is None or free is None:
        return ""
    tone = below(100 * share, 100 - policy.storage_percent, 100 - policy.storage_critical_percent)
    tone = "wrong" if free < policy.storage_mebibytes * _MIB else tone
    grows = (instance.storage_most_gib or 0) > (instance.storage_gib or 0)
    return "doubtful" if tone == "wrong" and grows else tone


def of_load(instance: DbInstance) -> Tone:
    """Judge the sessions at work against the processors."""
    load = newest(instance.metrics, DbMetric.LOAD)
    return above(load / instance.vcpus, 1, 2) if load is not None and instance.vcpus else ""


def of_lag(seconds: float | None, policy: Policy) -> Tone:
    """Judge how far a replica is behind."""
    return above(seconds, policy.replica_lag_seconds, _FAR * policy.replica_lag_seconds)


def of_instance(instance: DbInstance, policy: Policy) -> Tone:
    """Judge an instance as a whole."""
    metrics = instance.metrics
    return worst(
        of_status(instance.status),
        of_cpu(newest(metrics, DbMetric.CPU), policy),
        of_memory(newest(metrics, DbMetric.FREE_MEMORY), policy),
        of_storage(instance, policy),
        of_load(instance),
        of_lag(newest(metrics, DbMetric.REPLICA_LAG), policy),
        below(newest(metrics, DbMetric.BURST_BALANCE), policy.burst_percent, 0),
        below(newest(metrics, DbMetric.CPU_CREDITS), policy.cpu_credits, 0),
        "doubtful" if instance.status_infos else "",
    )


def of_cluster(cluster: DbCluster) -> Tone:
    """Judge a cluster."""
    return worst(of_status(cluster.status), "" if cluster.writer else "wrong")


def of_state(balancer: Balancer) -> Tone:
    """Judge the state of a balancer."""
    return {"active": "", "provisioning": "changing", "active_impaired": "doubtful"}.get(balancer.state, "wrong")  # type: ignore[return-value]


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
    return worst(*(_of_group(group) for group in groups if group.read_at is not None))


def _of_group(group: TargetGroup) -> Tone:
    states = [target.state for target in group.targets]
    bad = sum(state in (TargetState.UNHEALTHY, TargetState.UNHEALTHY_DRAINING) for state in states)
    if not states:
        return "doubtful"
    return ("wrong" if TargetState.HEALTHY not in states or 2 * bad >= len(states) else "doubtful") if bad else ""


def of_5xx(balancer: Balancer, metric: BalancerMetric, policy: Policy) -> Tone:
    """Judge faults against the requests."""
    faults = newest(balancer.metrics, metric)
    if not faults:
        return ""
    requests = newest(balancer.metrics, BalancerMetric.REQUESTS) or 0.0
    return above(100 * faults / max(requests, faults), policy.error_percent, policy.errors_critical_percent)


def of_latency(seconds: float | None, policy: Policy) -> Tone:
    """Judge the response time of the slowest hundredth."""
    return above(seconds, policy.latency_seconds, 2 * policy.latency_seconds)


def of_balancer(balancer: Balancer, groups: Sequence[TargetGroup], policy: Policy) -> Tone:
    """Judge a balancer as a whole."""
    metrics = balancer.metrics
    return worst(
        of_state(balancer),
        of_targets(groups),
        of_5xx(balancer, BalancerMetric.ELB_5XX, policy),
        of_5xx(balancer, BalancerMetric.TARGET_5XX, policy),
        of_latency(newest(metrics, BalancerMetric.P99), policy),
        "doubtful" if newest(metrics, BalancerMetric.REJECTED) else "",
    )


def of_alarm(alarm: Alarm) -> Tone:
    """Judge an alarm that is not OK."""
    return "dim" if alarm.insufficient else "wrong"
