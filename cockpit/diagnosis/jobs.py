"""Jobs that have given up."""

from collections.abc import Iterator
from datetime import UTC, datetime

from cockpit.diagnosis.causes import Cause
from cockpit.diagnosis.finding import Evidence, FindingSeverity
from cockpit.diagnosis.problem import Problem
from cockpit.diagnosis.view import View
from cockpit.diagnosis.wording import counted, one_line
from cockpit.sources.kubernetes.kind_names import JOBS
from cockpit.sources.kubernetes.objects import Condition, Job, ObjectRef
from cockpit.sources.kubernetes.rollout import condition

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_REASONS = {
    "BackoffLimitExceeded": "gave up",
    "DeadlineExceeded": "took too long",
    "PodFailurePolicy": "was ended by its pod failure policy",
    "FailedIndexes": "gave up on some indexes",
    "MaxFailedIndexesExceeded": "gave up",
}


def problems(view: View) -> Iterator[Problem]:
    """Find the jobs that failed for good. One of a cron job does not count once a later one has succeeded."""
    succeeded = _newest_success(view)
    for job in view.jobs.values():
        failed = condition(job.conditions, "Failed")
        if failed is None or failed.status != "True" or job.meta.deleting_since is not None:
            continue
        owner = job.meta.owner
        if owner is not None and succeeded.get((job.meta.namespace, owner.name), _EPOCH) > job.meta.created:
            continue
        yield _problem(job, failed, view)


def _newest_success(view: View) -> dict[tuple[str, str], datetime]:
    """Tell when the newest job that succeeded was created, by namespace and cron job."""
    newest: dict[tuple[str, str], datetime] = {}
    for job in view.jobs.values():
        complete, owner = condition(job.conditions, "Complete"), job.meta.owner
        if owner is not None and complete is not None and complete.status == "True":
            cron_job = job.meta.namespace, owner.name
            newest[cron_job] = max(newest.get(cron_job, _EPOCH), job.meta.created)
    return newest


def _problem(job: Job, failed: Condition, view: View) -> Problem:
    subject = ObjectRef("Job", job.meta.namespace, job.meta.name)
    tries = f" after {counted(job.failed, 'failed pod')}" if job.failed else ""
    owner = (ObjectRef(job.meta.owner.kind, job.meta.namespace, job.meta.owner.name),) if job.meta.owner else ()
    return Problem(
        cause=Cause.JOB_FAILED,
        key=f"jobs/{Cause.JOB_FAILED}/{subject.namespace}/{subject.name}",
        severity=FindingSeverity.WRONG,
        subject=subject,
        name=view.name(subject),
        what=f"the job {_REASONS.get(failed.reason, 'failed')}{tries}",
        why=one_line(failed.message or failed.reason),
        evidence=(Evidence(JOBS, job.meta.key, f"{one_line(failed.reason)}: {one_line(failed.message)}"),),
        since=failed.since or job.finished_at,
        objects=owner,
    )
