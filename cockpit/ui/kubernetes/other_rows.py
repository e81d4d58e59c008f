"""Jobs, autoscalers, volume claims and certificates as rows."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from cockpit.sources.kubernetes.objects import Autoscaler, Certificate, Job, ObjectRef, VolumeClaim
from cockpit.sources.kubernetes.rollout import condition
from cockpit.ui.kubernetes.object_row import CHANGING, DONE, DOUBTFUL, WELL, WRONG, ObjectRow, tinted
from cockpit.ui.widgets.format import age, memory
from cockpit.ui.widgets.rows import Cell, Column

_NAMESPACE = Column("namespace", "NAMESPACE", 12, importance=2)
_AGE = Column("age", "AGE", 5, right=True, importance=1)

JOB_COLUMNS = (
    _NAMESPACE,
    Column("name", "NAME", 24, grows=True),
    Column("state", "STATE", 22),
    Column("done", "DONE", 7, right=True),
    Column("failed", "FAILED", 6, right=True, importance=1),
    Column("took", "TOOK", 6, right=True, importance=3),
    _AGE,
)
AUTOSCALER_COLUMNS = (
    _NAMESPACE,
    Column("name", "NAME", 18, grows=True),
    Column("target", "SCALES", 22, importance=1),
    Column("pods", "PODS", 18),
    Column("metrics", "METRICS", 24, grows=True),
    Column("says", "SAYS", 20, grows=True, importance=3),
    _AGE,
)
CLAIM_COLUMNS = (
    _NAMESPACE,
    Column("name", "NAME", 24, grows=True),
    Column("phase", "PHASE", 11),
    Column("size", "SIZE", 8, right=True, importance=1),
    Column("class", "CLASS", 14, importance=3),
    Column("volume", "VOLUME", 20, grows=True, importance=4),
    _AGE,
)
CERTIFICATE_COLUMNS = (
    _NAMESPACE,
    Column("name", "NAME", 20, grows=True),
    Column("state", "STATE", 26),
    Column("ends", "ENDS IN", 8, right=True),
    Column("names", "NAMES", 26, grows=True, importance=2),
    Column("issuer", "ISSUER", 14, importance=4),
    _AGE,
)

_ENDS_SOON = timedelta(days=14)


def job_rows(jobs: Iterable[Job], now: datetime) -> list[ObjectRow]:
    """Draw all jobs as of `now`."""
    return [_job_row(job, now) for job in jobs]


def autoscaler_rows(autoscalers: Iterable[Autoscaler], now: datetime) -> list[ObjectRow]:
    """Draw all autoscalers as of `now`."""
    return [_autoscaler_row(each, now) for each in autoscalers]


def claim_rows(claims: Iterable[VolumeClaim], now: datetime) -> list[ObjectRow]:
    """Draw all volume claims as of `now`."""
    return [_claim_row(claim, now) for claim in claims]


def certificate_rows(certificates: Iterable[Certificate], now: datetime) -> list[ObjectRow]:
    """Draw all certificates as of `now`."""
    return [_certificate_row(each, now) for each in certificates]


def _job_row(job: Job, now: datetime) -> ObjectRow:
    failed, complete = condition(job.conditions, "Failed"), condition(job.conditions, "Complete")
    if failed is not None and failed.status == "True":
        state, worst = failed.reason or "failed", WRONG
    elif complete is not None and complete.status == "True":
        state, worst = "complete", DONE
    elif job.suspended:
        state, worst = "suspended", DOUBTFUL
    else:
        state, worst = f"{job.active} running", DOUBTFUL if job.failed else CHANGING
    took = (job.finished_at or now) - job.started_at if job.started_at else None
    cells = (
        Cell(job.meta.namespace),
        Cell(job.meta.name),
        tinted(state, worst),
        Cell(f"{job.succeeded}/{job.completions}"),
        tinted(str(job.failed) if job.failed else "", DOUBTFUL if worst != DONE else DONE),
        Cell(age(now - took, now) if took is not None else "-"),
        Cell(age(job.meta.created, now)),
    )
    return ObjectRow(ObjectRef("Job", job.meta.namespace, job.meta.name), worst, cells, labels=job.meta.labels)


def _hindrance(each: Autoscaler) -> str:
    """Tell why an autoscaler does nothing, which it may by the wish of who scaled its target to zero; empty: it does.

    It cannot reach what it scales, or has no metrics to go by.
    """
    for kind in ("AbleToScale", "ScalingActive"):
        found = condition(each.conditions, kind)
        if found is not None and found.status == "False" and found.reason != "ScalingDisabled":
            return found.message or found.reason
    return ""


def _autoscaler_row(each: Autoscaler, now: datetime) -> ObjectRow:
    limited = condition(each.conditions, "ScalingLimited")
    says, worst = _hindrance(each), WELL
    if says:
        worst = DOUBTFUL
    elif each.current >= each.most and limited is not None and limited.reason == "TooManyReplicas":
        says, worst = "wants more than its maximum", DOUBTFUL
    elif each.current != each.desired:
        says, worst = f"scaling to {each.desired}", CHANGING
    cells = (
        Cell(each.meta.namespace),
        Cell(each.meta.name),
        Cell(f"{each.target.kind.lower()}/{each.target.name}"),
        tinted(f"{each.current} of {each.least} to {each.most}", worst),
        Cell(", ".join(each.metrics)),
        tinted(says, worst),
        Cell(age(each.meta.created, now)),
    )
    return ObjectRow(
        ObjectRef("HorizontalPodAutoscaler", each.meta.namespace, each.meta.name), worst, cells, labels=each.meta.labels
    )


def _claim_row(claim: VolumeClaim, now: datetime) -> ObjectRow:
    worst = {"Bound": WELL, "Lost": WRONG}.get(claim.phase, DOUBTFUL)
    cells = (
        Cell(claim.meta.namespace),
        Cell(claim.meta.name),
        tinted(claim.phase or "unknown", worst),
        Cell(memory(claim.capacity or claim.requested)),
        Cell(claim.storage_class),
        Cell(claim.volume, "dim"),
        Cell(age(claim.meta.created, now)),
    )
    return ObjectRow(
        ObjectRef("PersistentVolumeClaim", claim.meta.namespace, claim.meta.name),
        worst,
        cells,
        labels=claim.meta.labels,
    )


def _certificate_row(each: Certificate, now: datetime) -> ObjectRow:
    ready = condition(each.conditions, "Ready")
    left = each.not_after - now if each.not_after else None
    if left is not None and left <= timedelta(0):
        state, worst = "expired", WRONG
    elif ready is None or ready.status != "True":
        state, worst = ready.reason if ready and ready.reason else "not ready", WRONG if left is None else DOUBTFUL
    elif left is not None and left <= _ENDS_SOON:
        state, worst = "ends soon", DOUBTFUL
    else:
        state, worst = "valid", WELL
    cells = (
        Cell(each.meta.namespace),
        Cell(each.meta.name),
        tinted(state, worst),
        tinted("-" if left is None else age(now - max(left, timedelta(0)), now), worst),
        Cell(", ".join(each.names)),
        Cell(each.issuer, "dim"),
        Cell(age(each.meta.created, now)),
    )
    return ObjectRow(
        ObjectRef("Certificate", each.meta.namespace, each.meta.name), worst, cells, labels=each.meta.labels
    )
