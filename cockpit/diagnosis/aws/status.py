"""Database instances and clusters that are not available."""

from collections.abc import Iterator

from cockpit.diagnosis.aws.account_view import AccountView
from cockpit.diagnosis.aws.enlarging import enlarging
from cockpit.diagnosis.aws.kinds import CLUSTER
from cockpit.diagnosis.causes import Cause
from cockpit.diagnosis.finding import Evidence, FindingSeverity
from cockpit.diagnosis.problem import Problem
from cockpit.diagnosis.wording import one_line, quoted
from cockpit.sources.aws.model import DbCluster, DbInstance
from cockpit.sources.kubernetes.objects import ObjectRef

WRONG, DOUBTFUL, NOTICE = FindingSeverity.WRONG, FindingSeverity.DOUBTFUL, FindingSeverity.NOTICE

WELL = ("available", "backing-up", "delete-precheck")
STORAGE_FULL = "storage-full"

_KEY_LOST = "its encryption key cannot be used"
_BUSY = "it serves meanwhile, but for a short break at times"
_STATUSES = {
    STORAGE_FULL: (WRONG, "its storage is full: it takes no writes, and may refuse connections"),
    "failed": (WRONG, "it has failed, and cannot be recovered; restore it to a point in time"),
    "inaccessible-encryption-credentials": (WRONG, f"{_KEY_LOST}; restore it from a backup"),
    "inaccessible-encryption-credentials-recoverable": (WRONG, f"{_KEY_LOST}; enable it, and start the database anew"),
    "incompatible-create": (WRONG, "what it was to be made of does not fit"),
    "incompatible-network": (WRONG, "its network does not fit: no free address, or a subnet is gone"),
    "incompatible-option-group": (WRONG, "its option group does not fit"),
    "incompatible-parameters": (WRONG, "its parameters do not fit its class or engine: it cannot start"),
    "incompatible-restore": (WRONG, "it cannot be restored as asked"),
    "insufficient-capacity": (WRONG, "AWS has no capacity for its class in this zone"),
    "restore-error": (WRONG, "restoring it has failed"),
    "stopped": (WRONG, "it is stopped"),
    "failing-over": (WRONG, "another instance is taking over; writes fail until then"),
    "stopping": (DOUBTFUL, "it is being stopped"),
    "starting": (DOUBTFUL, "it takes no connections until it has started"),
    "rebooting": (DOUBTFUL, "it takes no connections until it has started"),
    "deleting": (DOUBTFUL, "it is being deleted"),
    "upgrading": (DOUBTFUL, "its engine is being upgraded: it takes no connections meanwhile"),
    "promoting": (DOUBTFUL, "it is becoming a primary"),
    "migration-failed": (DOUBTFUL, "moving to another cluster has failed"),
    "cloning-failed": (DOUBTFUL, "making a copy has failed"),
    "maintenance": (DOUBTFUL, "AWS maintains it: it may take no connections meanwhile"),
    "creating": (NOTICE, "it is being made"),
    "modifying": (NOTICE, _BUSY),
    "renaming": (NOTICE, "its host name changes"),
    "resetting-master-credentials": (NOTICE, "the master password changes"),
    "storage-optimization": (NOTICE, "its storage was changed, and is slower for hours"),
    "storage-config-upgrade": (NOTICE, "its storage is being upgraded"),
    "storage-initialization": (NOTICE, "its storage fills from a snapshot, and is slower for hours"),
    "backtracking": (DOUBTFUL, "it goes back in time: it takes no connections meanwhile"),
}
"""What a status means (AWS documentation, Viewing Amazon RDS DB instance status)."""
_CONFIGURING = ("configuring-", "converting-", "moving-", "preparing-", "update-", "scaling-", "migrating")


def problems(view: AccountView) -> Iterator[Problem]:
    """Tell of instances and clusters that are not available. Backups, and what AWS does beside, are no fault."""
    for instance in view.look.instances:
        yield from _instance(instance, view)
    for cluster in view.look.clusters:
        yield from _cluster(cluster, view)


def _instance(instance: DbInstance, view: AccountView) -> Iterator[Problem]:
    more = tuple(enlarging(instance, view)) if instance.status == STORAGE_FULL else ()
    yield from _status(instance.status, view.instance(instance), view, more)


def _cluster(cluster: DbCluster, view: AccountView) -> Iterator[Problem]:
    ref = view.object(CLUSTER, cluster.name)
    found = list(_status(cluster.status, ref, view))
    severe = any(each.severity is WRONG for each in found)
    if cluster.writer is None and cluster.status != "creating" and not severe:
        readers = f"readers: {', '.join(cluster.readers)}" if cluster.readers else "it has no reader either"
        yield view.problem(
            Cause.RDS_DOWN,
            "status",
            ref,
            "has no writer",
            why="nothing can be written until another instance has taken over",
            severity=WRONG,
            evidence=(view.proof(cluster.name, f"status {cluster.status}, no writer, {readers}"),),
        )
        return
    yield from found


def status_of(status: str) -> tuple[FindingSeverity, str] | None:
    """Tell how bad a status is and what it means; None: all is well. The meaning of an unknown one is empty."""
    if status in WELL:
        return None
    passing = (NOTICE, _BUSY) if status.startswith(_CONFIGURING) else (DOUBTFUL, "")
    return _STATUSES.get(status, passing)


def _status(status: str, ref: ObjectRef, view: AccountView, more: tuple[Evidence, ...] = ()) -> Iterator[Problem]:
    known = status_of(status)
    if known is None:
        return
    severity, meaning = known
    yield view.problem(
        Cause.DISK_FULL if status == STORAGE_FULL else Cause.RDS_DOWN,
        "status",
        ref,
        f"is {quoted(status) or 'in an unknown state'}",
        why=meaning,
        severity=severity,
        evidence=(view.proof(ref.name, f"status {one_line(status) or 'unknown'}"), *more),
    )
