"""Which runs of which containers crashed lately, and where their logs are. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from cockpit.sources.kubernetes.model import Container, Health, Pod, Workload

LATELY = timedelta(hours=1)
"""As long as a crash is worth reading about when the container runs again."""
PODS_OF_A_WORKLOAD = 3
"""Replicas mostly crash for the same reason."""
MOST = 100
"""Runs in all: a cluster in which everything crashes is not asked for thousands of logs."""

_LONG_AGO = datetime.min.replace(tzinfo=UTC)


class CrashedRun(NamedTuple):
    """A run of a container that ended badly."""

    pod_uid: str
    namespace: str
    pod: str
    container: str
    number: int
    """0 for the container's first run; with uid and container it names the run."""
    restarts: int
    """The container's restart count now."""
    ended_at: datetime | None
    previous: bool
    """The log is that of the previous run; if not, it is the one that a container has that does not run."""
    current: bool
    """Where there is no log of the previous run, the container's own log is of this run too: it does not run again."""

    @property
    def key(self) -> str:
        """`namespace/pod/container`."""
        return f"{self.namespace}/{self.pod}/{self.container}"


def crashed_runs(pods: Iterable[Pod], now: datetime) -> list[CrashedRun]:
    """Find the last run of every container that crashed lately, newest first; of each workload those of a few pods."""
    by_workload: Mapping[tuple[str, Workload], list[list[CrashedRun]]] = defaultdict(list)
    for pod in pods:
        if pod.health is not Health.WRONG and (pod.last_restart or _LONG_AGO) < now - LATELY:
            continue  # thousands of pods are well, and this is asked ten times a second
        runs = [run for container in pod.containers if (run := _crashed_run(pod, container, now)) is not None]
        if runs:
            by_workload[pod.namespace, pod.workload].append(sorted(runs, key=_ended, reverse=True))
    return sorted(_of_few_pods(by_workload.values()), key=_ended, reverse=True)[:MOST]


def _of_few_pods(workloads: Iterable[list[list[CrashedRun]]]) -> Iterator[CrashedRun]:
    for pods in workloads:
        for runs in sorted(pods, key=lambda runs: _ended(runs[0]), reverse=True)[:PODS_OF_A_WORKLOAD]:
            yield from runs


def _crashed_run(pod: Pod, container: Container, now: datetime) -> CrashedRun | None:
    """Find the newest run of a container that ended badly.

    While a container waits or has just ended, its restart count is the number of the run that ended; once it runs
    again, of the one that has begun.
    """
    if container.state == "terminated":
        if not container.exit_code:
            return None
        return _run(pod, container, container.restarts, container.finished_at, previous=False)
    waits = container.state == "waiting" and container.reason == "CrashLoopBackOff"
    ended_badly = bool(container.last_exit_code) or container.last_reason == "OOMKilled"
    ended_at = container.last_finished_at
    if waits:
        return _run(pod, container, container.restarts, ended_at, previous=True)
    if not ended_badly or ended_at is None or ended_at < now - LATELY:
        return None
    number = container.restarts - (container.state == "running")
    return _run(pod, container, number, ended_at, previous=True)


def _run(pod: Pod, container: Container, number: int, ended_at: datetime | None, *, previous: bool) -> CrashedRun:
    return CrashedRun(
        pod_uid=pod.uid,
        namespace=pod.namespace,
        pod=pod.name,
        container=container.name,
        number=number,
        restarts=container.restarts,
        ended_at=ended_at,
        previous=previous,
        current=container.state != "running",
    )


def _ended(run: CrashedRun) -> datetime:
    return run.ended_at or _LONG_AGO
