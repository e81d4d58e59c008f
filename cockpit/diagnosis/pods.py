"""What is wrong with pods: one finding for each workload and cause, and one for each lost node."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from cockpit.diagnosis.finding import Evidence, Finding, FindingSeverity
from cockpit.diagnosis.symptoms import Cause, Symptom, symptoms
from cockpit.diagnosis.wording import describe, fact
from cockpit.sources.kubernetes.model import PODS, Health, Pod, Pods, Workload

MOST_EVIDENCE = 3

_RANK = {cause: rank for rank, cause in enumerate(Cause)}
_SCENARIOS = {Cause.FAILED: Cause.CRASH_LOOP}
"""Causes that the runbook deals with under another one's anchor."""
_LEFT_BEHIND = (Cause.FAILED, Cause.EVICTED)
"""Pods that will never run again and stay listed, often long after others have taken their place."""


class _Place(NamedTuple):
    namespace: str
    workload: Workload


class _Census:
    """The pods of a workload."""

    def __init__(self) -> None:
        self.alive = 0
        self.ready = 0
        self.done = 0

    def count(self, pod: Pod) -> None:
        if pod.health is Health.DONE:
            self.done += 1
        elif pod.deleting_since is None:
            self.alive += 1
            self.ready += pod.not_ready_since is None


def diagnose(pods: Pods, now: datetime) -> list[Finding]:
    """Find what is wrong at the time `now`, worst first. A healthy cluster and completed jobs give nothing."""
    nodes: dict[str, list[Symptom]] = defaultdict(list)
    workloads: dict[tuple[Cause, _Place], list[Symptom]] = defaultdict(list)
    for pod in pods.pods.values():
        for symptom in symptoms(pod, now):
            if symptom.cause is Cause.NODE_LOST:
                nodes[pod.node].append(symptom)
            else:
                workloads[symptom.cause, _place(pod)].append(symptom)
    census = _census(pods.pods.values(), {place for _, place in workloads})
    ranked = [(_RANK[Cause.NODE_LOST], _node_finding(node, found)) for node, found in nodes.items()]
    for (cause, place), found in workloads.items():
        if cause is Cause.FAILED and census[place].done:
            continue  # the job was tried again and succeeded
        ranked.append((_RANK[cause], _finding(cause, place, found, census[place], name_namespace=not pods.scope)))
    ranked.sort(key=lambda each: (each[1].severity, each[0], each[1].key))
    return [finding for _, finding in ranked]


def _finding(
    cause: Cause, place: _Place, found: Sequence[Symptom], census: _Census, *, name_namespace: bool
) -> Finding:
    kind, name = place.workload.kind, place.workload.name
    total = len(found) if cause in _LEFT_BEHIND else census.alive
    title = f"{place.namespace}/{name}" if name_namespace else name
    return Finding(
        key=f"pods/{cause}/{place.namespace}/{kind}/{name}",
        severity=_severity(cause, found, census),
        title=f"{title}: {describe(cause, found, total, lone=kind == 'Pod')}",
        scenario=_SCENARIOS.get(cause, cause).value,
        evidence=_evidence(found),
        since=_since(found),
    )


def _node_finding(node: str, found: Sequence[Symptom]) -> Finding:
    return Finding(
        key=f"pods/{Cause.NODE_LOST}/Node/{node}",
        severity=FindingSeverity.WRONG,
        title=f"node {node}: does not answer; {len(found)} {'pod' if len(found) == 1 else 'pods'} on it",
        scenario=Cause.NODE_LOST.value,
        evidence=_evidence(found),
        since=_since(found),
    )


def _severity(cause: Cause, found: Sequence[Symptom], census: _Census) -> FindingSeverity:
    """Judge how bad a finding is.

    What is slow, or has been replaced, is doubtful as long as other pods of the workload serve.
    """
    if cause is Cause.RESTARTS:
        return FindingSeverity.DOUBTFUL
    if cause is Cause.PENDING and not any(symptom.pod.reason for symptom in found):
        return FindingSeverity.DOUBTFUL
    if cause in (Cause.NOT_READY, *_LEFT_BEHIND) and census.ready:
        return FindingSeverity.DOUBTFUL
    return FindingSeverity.WRONG


def _census(pods: Iterable[Pod], places: set[_Place]) -> dict[_Place, _Census]:
    census = {place: _Census() for place in places}
    if census:
        for pod in pods:
            if (place := _place(pod)) in census:
                census[place].count(pod)
    return census


def _place(pod: Pod) -> _Place:
    return _Place(pod.namespace, pod.workload)


def _evidence(found: Sequence[Symptom]) -> tuple[Evidence, ...]:
    return tuple(Evidence(PODS, symptom.pod.key, fact(symptom)) for symptom in found[:MOST_EVIDENCE])


def _since(found: Sequence[Symptom]) -> datetime | None:
    return min((symptom.since for symptom in found if symptom.since is not None), default=None)
