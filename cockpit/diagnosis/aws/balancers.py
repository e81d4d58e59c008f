"""Load balancers that are not active, answer 5xx, are slow, or do not reach their targets."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from cockpit.diagnosis.aws.account_view import A_MINUTE, AccountView
from cockpit.diagnosis.aws.kinds import BALANCER, TARGET_GROUP
from cockpit.diagnosis.aws.limits import excess_of_balancer
from cockpit.diagnosis.causes import Cause
from cockpit.diagnosis.finding import Evidence, FindingSeverity
from cockpit.diagnosis.lasting import WINDOW, Excess, of_points, points_of
from cockpit.diagnosis.outside import number
from cockpit.diagnosis.policy import Policy
from cockpit.diagnosis.problem import Problem
from cockpit.diagnosis.revisions import rolled_out
from cockpit.diagnosis.view import workload_of
from cockpit.diagnosis.wording import quoted
from cockpit.sources.aws.model import Balancer, BalancerMetric
from cockpit.sources.kubernetes.model import Pod
from cockpit.sources.kubernetes.objects import ObjectRef

MOST_GROUPS = 3

_ACTIVE = "active"
_STATES = {
    "provisioning": (FindingSeverity.NOTICE, "it is being made"),
    "active_impaired": (FindingSeverity.WRONG, "it serves, but lacks what it needs to grow"),
    "failed": (FindingSeverity.WRONG, "it could not be made"),
}
"""What a state means (AWS documentation, LoadBalancerState)."""


class Errors(NamedTuple):
    """5xx of a balancer over its newest minutes."""

    severity: FindingSeverity
    excess: Excess
    percent: float
    by_balancer: float
    by_targets: float


def problems(view: AccountView) -> Iterator[Problem]:
    """Tell of balancers in trouble."""
    for balancer in view.look.balancers:
        ref = view.object(BALANCER, balancer.name)
        yield from _state(balancer, ref, view)
        yield from _errors(balancer, ref, view)
        yield from _slow(balancer, ref, view)
        yield from _connections(balancer, ref, view)


def _state(balancer: Balancer, ref: ObjectRef, view: AccountView) -> Iterator[Problem]:
    known = state_of(balancer.state)
    if known is None:
        return
    severity, meaning = known
    yield view.problem(
        Cause.BALANCER,
        "state",
        ref,
        f"is {quoted(balancer.state) or 'in an unknown state'}",
        why=quoted(balancer.state_reason) or meaning,
        severity=severity,
        evidence=(view.proof(ref.name, f"state {balancer.state}: {meaning or balancer.state_reason}"),),
    )


def state_of(state: str) -> tuple[FindingSeverity, str] | None:
    """Tell how bad a state is and what it means; None: all is well. The meaning of an unknown one is empty."""
    return None if state == _ACTIVE else _STATES.get(state, (FindingSeverity.DOUBTFUL, ""))


def _errors(balancer: Balancer, ref: ObjectRef, view: AccountView) -> Iterator[Problem]:
    """Tell of 5xx, and which of the two is at fault: the balancer's own are none of the application's."""
    errors = errors_of(balancer, view.policy, view.now)
    if errors is None:
        return
    own, of_targets = errors.by_balancer, errors.by_targets
    if own > of_targets:
        who = "by the balancer itself: it finds no target that answers in time"
    else:
        who = "by its targets: the application is at fault"
    pods = _pods(balancer, errors.excess.since, view)
    yield view.problem(
        Cause.SERVER_ERRORS,
        "5xx",
        ref,
        f"{number(errors.percent)} % of requests answered 5xx",
        why=who,
        severity=errors.severity,
        since=errors.excess.since,
        began_within=A_MINUTE,
        evidence=(
            view.proof(ref.name, f"in {WINDOW} min {number(own)} 5xx of its own, {number(of_targets)} of its targets"),
            *_failures(balancer, ref, view),
        ),
        objects=_objects(balancer, pods, view),
        pods=pods,
    )


def errors_of(balancer: Balancer, policy: Policy, now: datetime) -> Errors | None:
    """Count 5xx by minutes; None: there are too few of them, or not for long enough.

    A missing counter is zero, so that the newest point of any says how far they go.

    AWS counts as requests only those for which a target could be chosen: a balancer without one answers 503 to none.
    """
    kinds = (BalancerMetric.REQUESTS, BalancerMetric.ELB_5XX, BalancerMetric.TARGET_5XX)
    requests, own, of_targets = (dict(points_of(balancer.metrics.get(kind))) for kind in kinds)
    minutes = _minutes({*requests, *own, *of_targets})

    def share(minute: datetime) -> float:
        errors = own.get(minute, 0.0) + of_targets.get(minute, 0.0)
        return 100 * errors / max(requests.get(minute, 0.0), errors) if errors >= policy.errors_per_minute else 0.0

    excess = of_points([(minute, share(minute)) for minute in minutes], lambda value: value > policy.error_percent, now)
    if excess is None:
        return None
    newest = minutes[-WINDOW:]
    by_balancer, by_targets = (sum(each.get(minute, 0.0) for minute in newest) for each in (own, of_targets))
    total = max(sum(requests.get(minute, 0.0) for minute in newest), by_balancer + by_targets)
    percent = 100 * (by_balancer + by_targets) / total
    severity = FindingSeverity.WRONG if percent > policy.errors_critical_percent else FindingSeverity.DOUBTFUL
    return Errors(severity, excess, percent, by_balancer, by_targets)


def _minutes(known: set[datetime]) -> list[datetime]:
    """Give every minute from the first to the newest that anything is known of, an hour at most."""
    if not known:
        return []
    newest, first = max(known), min(known)
    count = min(int((newest - first) / A_MINUTE), 60)
    return sorted(
        {
            *(newest - step * A_MINUTE for step in range(count + 1)),
            *(at for at in known if at >= newest - count * A_MINUTE),
        }
    )


def _slow(balancer: Balancer, ref: ObjectRef, view: AccountView) -> Iterator[Problem]:
    excess = excess_of_balancer(balancer, BalancerMetric.P99, view.policy, view.now)
    if excess is None:
        return
    half = points_of(balancer.metrics.get(BalancerMetric.P50))
    median = f", half of them {number(half[-1][1])} s or less" if half else ""
    pods = _pods(balancer, excess.since, view)
    yield view.problem(
        Cause.LATENCY,
        "latency",
        ref,
        f"1 % of requests take {number(excess.value)} s or more",
        since=excess.since,
        began_within=A_MINUTE,
        evidence=(view.proof(ref.name, f"TargetResponseTime p99 is {number(excess.value)} s{median}"),),
        objects=_objects(balancer, pods, view),
        pods=pods,
    )


def _connections(balancer: Balancer, ref: ObjectRef, view: AccountView) -> Iterator[Problem]:
    """Tell of connections that fail; where requests fail with them, that is told instead."""
    if errors_of(balancer, view.policy, view.now) is not None:
        return
    facts = list(_failures(balancer, ref, view))
    if facts:
        pods = _pods(balancer, view.now, view)
        yield view.problem(
            Cause.SERVER_ERRORS,
            "connections",
            ref,
            facts[0].fact,
            evidence=tuple(facts),
            objects=_objects(balancer, pods, view),
            pods=pods,
        )


def _failures(balancer: Balancer, ref: ObjectRef, view: AccountView) -> Iterator[Evidence]:
    for metric, words in (
        (BalancerMetric.CONNECTION_ERRORS, "connections a minute to targets fail"),
        (BalancerMetric.REJECTED, "connections a minute are turned away: it is at its limit"),
    ):
        excess = excess_of_balancer(balancer, metric, view.policy, view.now)
        if excess is not None:
            yield view.proof(ref.name, f"{number(excess.value)} {words}")


def _pods(balancer: Balancer, since: datetime, view: AccountView) -> tuple[Pod, ...]:
    """Give the pods behind a balancer if they are of one workload; of several, those that had just changed."""
    groups = view.groups_of.get(balancer.arn, ())
    pods = view.backing.pods(groups)
    if pods:
        return pods
    suspects = [its for group in groups if (its := view.backing.pods([group])) and _changed(its, since, view)]
    return suspects[0] if len({workload_of(its[0]) for its in suspects}) == 1 else ()


def _changed(pods: tuple[Pod, ...], since: datetime, view: AccountView) -> bool:
    rolled = rolled_out(workload_of(pods[0]), pods, view.view)
    window = timedelta(minutes=view.policy.change_minutes)
    return rolled is not None and since - window <= rolled.at <= since + A_MINUTE


def _objects(balancer: Balancer, pods: tuple[Pod, ...], view: AccountView) -> tuple[ObjectRef, ...]:
    groups = [view.object(TARGET_GROUP, group.name) for group in view.groups_of.get(balancer.arn, ())]
    return (*groups[:MOST_GROUPS], *((workload_of(pods[0]),) if pods else ()))
