"""Jobs: pods that run to their end, and are replaced when they fail."""

from collections.abc import Iterable
from datetime import datetime

from cockpit.gameday.api.deletion import Deletion, delete
from cockpit.gameday.api.errors import ApiError
from cockpit.gameday.api.kinds import JOBS, PODS
from cockpit.gameday.api.store import Change, Obj, Stored
from cockpit.gameday.cluster import Cluster
from cockpit.gameday.controllers.ownership import itself_or_owner, owned
from cockpit.gameday.controllers.pod_making import create_pod, is_active, new_pod
from cockpit.gameday.controllers.pod_state import is_ready
from cockpit.gameday.event_recorder import Event, Source
from cockpit.gameday.timing import timestamp

SOURCE = Source("job-controller")
REACHED = ("CompletionsReached", "Reached expected number of succeeded pods")
EXCEEDED = ("BackoffLimitExceeded", "Job has reached the specified backoff limit")


class JobController:
    """Runs jobs to completion or failure."""

    watches = (JOBS, PODS)

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._store = cluster.store
        self._failures: dict[str, tuple[int, datetime]] = {}
        """How many pods of each job have failed, and when that was noticed, by uid."""

    def keys(self, change: Change) -> Iterable[str]:
        """Look at the job itself, or at the owner of a pod."""
        return itself_or_owner(change, JOBS)

    def reconcile(self, key: str) -> float | None:
        """Make the pods that are missing, or say that the job is over."""
        job = self._store.find_alive(JOBS, key)
        if job is None or is_finished(job.obj):
            return None
        spec, pods = job.obj["spec"], owned(self._store, PODS, job)
        failed = sum(1 for pod in pods if pod.obj["status"]["phase"] == "Failed")
        retries = failed + _restarts(spec, pods)
        succeeded = sum(1 for pod in pods if pod.obj["status"]["phase"] == "Succeeded")
        active = [pod for pod in pods if is_active(pod)]
        again = None
        if succeeded >= spec["completions"]:
            self._complete(job, pods)
        elif retries > spec["backoffLimit"]:
            for pod in active:
                delete(self._cluster, pod, Deletion())
            self._fail(job, pods)
        else:
            missing = min(spec["parallelism"], spec["completions"] - succeeded) - len(active)
            again = self._fill(job, missing, failed)
            pods = owned(self._store, PODS, job)
            self._store.replace(job, {**job.obj, "status": job_status(job.obj, pods, self._cluster.pace.now())})
        return again

    def _fill(self, job: Stored, missing: int, failed: int) -> float | None:
        """Make missing pods, some time after the last failure; give the seconds until then."""
        now = self._cluster.pace.now()
        known, since = self._failures.get(job.uid, (0, now))
        if failed > known:
            since = now
        self._failures[job.uid] = failed, since
        if failed and missing > 0:
            backoff: float = self._cluster.timings.job_backoff * 2 ** (failed - 1)
            left = backoff - (now - since).total_seconds() * self._cluster.pace.speed
            if left > 0:
                return left
        for _ in range(missing):
            try:
                pod = create_pod(self._cluster, new_pod(job))
            except ApiError as refusal:
                self._record(job, Event("Warning", "FailedCreate", f"Error creating: {refusal}"))
                return self._cluster.timings.job_backoff
            self._record(job, Event("Normal", "SuccessfulCreate", f"Created pod: {pod.name}"))
        return None

    def _complete(self, job: Stored, pods: list[Stored]) -> None:
        now = self._cluster.pace.now()
        self._record(job, Event("Normal", "Completed", "Job completed"))
        status = complete(job_status(job.obj, pods, now), now)
        self._store.replace(job, {**job.obj, "status": status})

    def _fail(self, job: Stored, pods: list[Stored]) -> None:
        now = self._cluster.pace.now()
        status = job_status(job.obj, pods, now)
        status.pop("active", None)
        reason, message = EXCEEDED
        self._record(job, Event("Warning", reason, message))
        status["conditions"] = _conditions(("FailureTarget", "Failed"), EXCEEDED, now)
        self._store.replace(job, {**job.obj, "status": status})

    def _record(self, job: Stored, event: Event) -> None:
        self._cluster.events.record(job, event, SOURCE)


def is_finished(job: Obj) -> bool:
    """Tell whether a job is complete or has failed."""
    conditions = (job.get("status") or {}).get("conditions") or ()
    return any(entry["type"] in {"Complete", "Failed"} and entry["status"] == "True" for entry in conditions)


def job_status(job: Obj, pods: list[Stored], now: datetime) -> Obj:
    """Count the pods of a job."""
    phases = [pod.obj["status"]["phase"] for pod in pods]
    active = [pod for pod in pods if is_active(pod)]
    optional = {"active": len(active), "succeeded": phases.count("Succeeded"), "failed": phases.count("Failed")}
    return {
        "startTime": (job.get("status") or {}).get("startTime") or timestamp(now),
        **{field: count for field, count in optional.items() if count},
        "terminating": sum(1 for pod in pods if "deletionTimestamp" in pod.obj["metadata"]),
        "uncountedTerminatedPods": {},
        "ready": sum(1 for pod in active if is_ready(pod.obj)),
    }


def complete(status: Obj, now: datetime) -> Obj:
    """Give the status of a job that is complete since a moment."""
    conditions = _conditions(("SuccessCriteriaMet", "Complete"), REACHED, now)
    return {**status, "conditions": conditions, "completionTime": timestamp(now)}


def _conditions(types: tuple[str, ...], why: tuple[str, str], now: datetime) -> list[Obj]:
    reason, message = why
    times = {"lastProbeTime": timestamp(now), "lastTransitionTime": timestamp(now)}
    return [{"type": name, "status": "True", **times, "reason": reason, "message": message} for name in types]


def _restarts(spec: Obj, pods: list[Stored]) -> int:
    """Count the restarts of containers, which take the place of new pods where the pod's policy is OnFailure."""
    if spec["template"]["spec"].get("restartPolicy") != "OnFailure":
        return 0
    return sum(status["restartCount"] for pod in pods for status in pod.obj["status"].get("containerStatuses", ()))
