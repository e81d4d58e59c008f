"""Deployments, stateful sets and daemon sets as rows: how far they are, what they run, since when."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from cockpit.sources.kubernetes.model import Health, Pod
from cockpit.sources.kubernetes.objects import DaemonSet, Deployment, ObjectRef, ReplicaSet, StatefulSet
from cockpit.sources.kubernetes.rollout import PAST_DEADLINE, Rollout, RolloutState, Workload, condition, rollout_of
from cockpit.ui.kubernetes.object_row import CHANGING, DONE, DOUBTFUL, WELL, WRONG, ObjectRow, tinted
from cockpit.ui.widgets.format import age
from cockpit.ui.widgets.rows import Cell, Column

COLUMNS = (
    Column("namespace", "NAMESPACE", 12, importance=2),
    Column("name", "NAME", 22, grows=True),
    Column("ready", "READY", 7, right=True),
    Column("rollout", "ROLLOUT", 19),
    Column("revision", "REV", 4, right=True, importance=3),
    Column("restarts", "RST/1h", 6, right=True, importance=4),
    Column("changed", "CHANGED", 7, right=True, importance=1),
    Column("images", "IMAGES", 30, grows=True, importance=5),
)

_DIGEST_DIGITS = 7
_HOUR = timedelta(hours=1)


class PodFigures(NamedTuple):
    """What the pods of one workload add up to."""

    wrong: int = 0
    restarts: int = 0
    """Within the last hour, as far as this session knows."""
    digests: Mapping[str, frozenset[str]] = {}
    """What each image of the workload really is on the nodes."""


def workload_rows(
    workloads: Iterable[Workload], replica_sets: Iterable[ReplicaSet], pods: Iterable[Pod], now: datetime
) -> list[ObjectRow]:
    """Draw all workloads as of `now`."""
    changed = _last_changes(replica_sets)
    figures = pod_figures(pods, now)
    return [_row(each, changed, figures, now) for each in workloads]


def pod_figures(pods: Iterable[Pod], now: datetime) -> Mapping[tuple[str, str, str], PodFigures]:
    """Add the pods up by namespace, kind and name of their workload."""
    wrong: dict[tuple[str, str, str], int] = defaultdict(int)
    restarts: dict[tuple[str, str, str], int] = defaultdict(int)
    digests: dict[tuple[str, str, str], dict[str, set[str]]] = {}
    for pod in pods:
        place = (pod.namespace, pod.workload.kind, pod.workload.name)
        images = digests.setdefault(place, {})
        wrong[place] += pod.health is Health.WRONG
        restarts[place] += restarts_within_the_hour(pod, now)
        for container in pod.containers:
            if container.image_id:
                images.setdefault(container.image, set()).add(container.image_id.rpartition("@")[2])
    return {
        place: PodFigures(wrong[place], restarts[place], {image: frozenset(ids) for image, ids in images.items()})
        for place, images in digests.items()
    }


def restarts_within_the_hour(pod: Pod, now: datetime) -> int:
    """Count a pod's restarts within the last hour: all of a young pod's, else those since the session began."""
    if pod.last_restart is None or now - pod.last_restart > _HOUR:
        return 0
    return pod.restarts if now - pod.created <= _HOUR else max(1, pod.restarts_rise)


def short_image(image: str) -> str:
    """Name an image by its last path and tag: `api:1.4.3`."""
    return image.partition("@")[0].rpartition("/")[2]


def short_digest(digest: str) -> str:
    """Give the digits of a digest that people compare."""
    return digest.removeprefix("sha256:")[:_DIGEST_DIGITS]


def _row(
    workload: Workload,
    changed: Mapping[str, datetime],
    figures: Mapping[tuple[str, str, str], PodFigures],
    now: datetime,
) -> ObjectRow:
    meta, kind = workload.meta, type(workload).__name__
    pods = figures.get((meta.namespace, kind, meta.name), PodFigures())
    rollout = rollout_of(workload)
    worst = _judge(workload, rollout, pods)
    ready = f"{workload.ready}/{workload.desired}"
    cells = (
        Cell(meta.namespace),
        Cell(meta.name if kind == "Deployment" else f"{meta.name} ({_SHORT[kind]})"),
        tinted(ready, worst if workload.ready < workload.desired else WELL),
        tinted(_rollout_text(workload, rollout), worst if worst < WELL else DONE),
        Cell(_revision(workload)),
        tinted(str(pods.restarts) if pods.restarts else "", DOUBTFUL),
        Cell(age(last_change(workload, changed), now)),
        _images(workload, pods.digests),
    )
    return ObjectRow(
        ObjectRef(kind, meta.namespace, meta.name), worst, cells, (-pods.wrong, -pods.restarts), meta.labels
    )


_SHORT = {"StatefulSet": "sts", "DaemonSet": "ds"}


def _judge(workload: Workload, rollout: Rollout, pods: PodFigures) -> int:
    if rollout.state is RolloutState.STUCK or pods.wrong or (workload.desired and not workload.ready):
        return WRONG
    if rollout.state is RolloutState.PAUSED:
        return DOUBTFUL
    if rollout.state is RolloutState.PROGRESSING:
        return CHANGING
    if workload.ready < workload.desired or (not workload.desired and not isinstance(workload, DaemonSet)):
        return DOUBTFUL
    return WELL


def _rollout_text(workload: Workload, rollout: Rollout) -> str:
    if not workload.desired and rollout.state is RolloutState.COMPLETE:
        return "no node wants it" if isinstance(workload, DaemonSet) else "scaled to zero"
    if rollout.state is RolloutState.PROGRESSING:
        return rollout.waits_for
    return rollout.state.value


def _revision(workload: Workload) -> str:
    if isinstance(workload, Deployment):
        return str(workload.revision or "")
    return ""


def last_change(workload: Workload, changed: Mapping[str, datetime]) -> datetime:
    """Tell when a workload got its present pod template, as far as is known.

    For a deployment that is when the newest of its replica sets came, or when a rollout last made progress. That a
    rollout missed its deadline is no progress.
    """
    made = workload.meta.created
    if isinstance(workload, Deployment):
        made = max(made, changed.get(workload.meta.uid, made))
        progressing = condition(workload.conditions, "Progressing")
        if progressing is not None and progressing.updated_at is not None and progressing.reason != PAST_DEADLINE:
            made = max(made, progressing.updated_at)
    return made


def _last_changes(replica_sets: Iterable[ReplicaSet]) -> Mapping[str, datetime]:
    """Give when the newest replica set of each deployment was made, by the deployment's uid."""
    newest: dict[str, datetime] = {}
    for replica_set in replica_sets:
        if replica_set.meta.owner is not None:
            uid = replica_set.meta.owner.uid
            newest[uid] = max(replica_set.meta.created, newest.get(uid, replica_set.meta.created))
    return newest


def _images(workload: Workload, digests: Mapping[str, frozenset[str]]) -> Cell:
    named = [named_image(each.image, digests.get(each.image, ())) for each in workload.template.containers]
    moved = any(len(digests.get(each.image, ())) > 1 for each in workload.template.containers)
    return tinted(", ".join(dict.fromkeys(named)), DOUBTFUL if moved else DONE)


def named_image(image: str, digests: Sequence[str] | frozenset[str]) -> str:
    """Name an image with what it really is: `api:1.4.3@3f2a9c1`; a tag that has moved is several things at once."""
    short = "/".join(sorted(short_digest(each) for each in digests))
    return f"{short_image(image)}@{short}" if short else short_image(image)


def workloads_of(
    deployments: Iterable[Deployment], stateful_sets: Iterable[StatefulSet], daemon_sets: Iterable[DaemonSet]
) -> list[Workload]:
    """Put the three kinds together."""
    return [*deployments, *stateful_sets, *daemon_sets]
