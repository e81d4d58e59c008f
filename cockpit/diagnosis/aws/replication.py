"""Replicas of RDS that are behind, and transaction ids that run out."""

from collections.abc import Iterator
from datetime import timedelta

from cockpit.diagnosis.aws.account_view import A_MINUTE, AccountView
from cockpit.diagnosis.causes import Cause
from cockpit.diagnosis.finding import FindingSeverity
from cockpit.diagnosis.lasting import above
from cockpit.diagnosis.problem import Problem
from cockpit.diagnosis.wording import listed, quoted, span
from cockpit.sources.aws.model import DbMetric, DbRole

IDS = 2**31
"""Transaction ids that may be in use."""

_FOLLOWS = (DbRole.REPLICA, DbRole.READER)


def lag(view: AccountView) -> Iterator[Problem]:
    """Tell of replicas that are behind, or whose replication AWS says is broken."""
    for instance in view.look.instances:
        if instance.role not in _FOLLOWS:
            continue
        ref = view.instance(instance)
        source = instance.replica_of or instance.cluster or "its primary"
        excess = above(instance.metrics.get(DbMetric.REPLICA_LAG), view.policy.replica_lag_seconds, view.now)
        if instance.status_infos:
            told = quoted(listed(list(instance.status_infos), 1))
            behind = f", {_span(excess.value)} behind" if excess is not None else ""
            what, why = f"does not follow {quoted(source)}{behind}", told
        elif excess is not None:
            what, why = f"is {_span(excess.value)} behind {quoted(source)}", ""
        else:
            continue
        yield view.problem(
            Cause.REPLICATION,
            "lag",
            ref,
            what,
            why=why,
            since=excess.since if excess is not None else None,
            began_within=A_MINUTE,
            evidence=(view.proof(ref.name, why or f"ReplicaLag: {what}"),),
        )


def transaction_ids(view: AccountView) -> Iterator[Problem]:
    """Tell of instances that have used many of their transaction ids."""
    for instance in view.look.instances:
        excess = above(
            instance.metrics.get(DbMetric.TRANSACTION_IDS), IDS * view.policy.wraparound_percent / 100, view.now
        )
        if excess is None:
            continue
        ref, percent = view.instance(instance), 100 * excess.value / IDS
        critical = percent > view.policy.wraparound_critical_percent
        yield view.problem(
            Cause.WRAPAROUND,
            "transaction-ids",
            ref,
            f"has used {percent:.0f} % of its transaction ids",
            severity=FindingSeverity.WRONG if critical else FindingSeverity.DOUBTFUL,
            evidence=(view.proof(ref.name, f"MaximumUsedTransactionIDs is {excess.value:.0f} of {IDS}"),),
        )


def _span(seconds: float) -> str:
    return span(timedelta(seconds=min(seconds, 10**9)))
