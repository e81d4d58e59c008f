"""Replicas of RDS that are behind, and transaction ids that run out."""

from collections.abc import Iterator
from datetime import timedelta

from cockpit.diagnosis.aws.account_view import A_MINUTE, AccountView
from cockpit.diagnosis.aws.judged import of_instance
from cockpit.diagnosis.aws.limits import FOLLOWERS, TRANSACTION_IDS, excess_of
from cockpit.diagnosis.causes import Cause
from cockpit.diagnosis.problem import Problem
from cockpit.diagnosis.wording import listed, quoted, span
from cockpit.sources.aws.model import DbMetric


def lag(view: AccountView) -> Iterator[Problem]:
    """Tell of replicas that are behind, or whose replication AWS says is broken."""
    for instance in view.look.instances:
        if instance.role not in FOLLOWERS:
            continue
        ref = view.instance(instance)
        source = instance.replica_of or instance.cluster or "its primary"
        excess = excess_of(instance, DbMetric.REPLICA_LAG, view.policy, view.now)
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
        excess = excess_of(instance, DbMetric.TRANSACTION_IDS, view.policy, view.now)
        severity = of_instance(instance, DbMetric.TRANSACTION_IDS, view.policy, view.now)
        if excess is None or severity is None:
            continue
        ref, percent = view.instance(instance), 100 * excess.value / TRANSACTION_IDS
        yield view.problem(
            Cause.WRAPAROUND,
            "transaction-ids",
            ref,
            f"has used {percent:.0f} % of its transaction ids",
            severity=severity,
            evidence=(view.proof(ref.name, f"MaximumUsedTransactionIDs is {excess.value:.0f} of {TRANSACTION_IDS}"),),
        )


def _span(seconds: float) -> str:
    return span(timedelta(seconds=min(seconds, 10**9)))
