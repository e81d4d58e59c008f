"""Maintenance of RDS that is due, and changes that wait."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from cockpit.diagnosis.aws.account_view import AccountView
from cockpit.diagnosis.aws.kinds import CLUSTER
from cockpit.diagnosis.causes import Cause
from cockpit.diagnosis.finding import FindingSeverity
from cockpit.diagnosis.outside import length
from cockpit.diagnosis.problem import Problem
from cockpit.diagnosis.wording import listed, moment, quoted
from cockpit.sources.aws.model import DbCluster, DbInstance
from cockpit.sources.kubernetes.objects import ObjectRef

_REBOOT = "reboot"


def problems(view: AccountView) -> Iterator[Problem]:
    """Tell what AWS will do soon, and what waits for a reboot or for the maintenance window."""
    for instance in view.look.instances:
        yield from _of(view.instance(instance), instance, view)
    for cluster in view.look.clusters:
        yield from _of(view.object(CLUSTER, cluster.name), cluster, view)


def _of(ref: ObjectRef, database: DbInstance | DbCluster, view: AccountView) -> Iterator[Problem]:
    soon = timedelta(days=view.policy.maintenance_days)
    dated: list[tuple[datetime, str, str]] = [
        (each.due_at, quoted(each.action), quoted(each.description))
        for each in database.maintenance
        if each.due_at is not None and each.due_at - view.now <= soon
    ]
    if dated:
        due, action, description = min(dated)
        overdue = due <= view.now
        when = f"overdue since {moment(due, view.now)}" if overdue else f"due in {length(due - view.now)}"
        yield view.problem(
            Cause.MAINTENANCE,
            "maintenance",
            ref,
            f"maintenance {action} is {when}",
            why=description,
            severity=FindingSeverity.DOUBTFUL if overdue else FindingSeverity.NOTICE,
            evidence=(view.proof(ref.name, f"{action} at {moment(due, view.now)} at the latest, wanted or not"),),
        )
    if database.pending:
        told = [quoted(each) for each in database.pending]
        reboot = any(_REBOOT in each.lower() for each in told)
        yield view.problem(
            Cause.MAINTENANCE,
            "pending",
            ref,
            "waits for a reboot" if reboot else "changes wait for the maintenance window",
            why=listed(told),
            severity=FindingSeverity.NOTICE,
            evidence=tuple(view.proof(ref.name, f"pending: {each}") for each in told[:3]),
        )
