"""What is wrong with nodes: lost, not ready, under pressure, cordoned."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime

from cockpit.diagnosis.causes import Cause
from cockpit.diagnosis.finding import Evidence, FindingSeverity, Suggestion, Verb
from cockpit.diagnosis.problem import Problem
from cockpit.diagnosis.view import View, pod_ref
from cockpit.diagnosis.wording import counted, listed, one_line
from cockpit.sources.kubernetes.kind_names import NODES
from cockpit.sources.kubernetes.model import PODS, TERMINATING, Pod
from cockpit.sources.kubernetes.objects import Condition, Node, ObjectRef
from cockpit.sources.kubernetes.rollout import condition

MOST_EVIDENCE = 3

_PRESSURES = {
    "MemoryPressure": "is short of memory",
    "DiskPressure": "is short of disk",
    "PIDPressure": "is short of process ids",
    "NetworkUnavailable": "has no network",
}


def problems(view: View) -> Iterator[Problem]:
    """Find what is wrong with nodes; a lost node is one problem for all pods on it."""
    lost = _lost_pods(view)
    for name in sorted({*lost, *(node.meta.name for node in view.nodes.values() if _not_ready(node, view))}):
        yield _lost(name, lost.get(name, []), view)
    for node in view.nodes.values():
        yield from _pressures(node, view)
    yield from _cordoned(view)


def _lost_pods(view: View) -> dict[str, list[tuple[Pod, datetime | None]]]:
    """Find the pods whose own conditions tell that their node does not answer, by node."""
    lost: dict[str, list[tuple[Pod, datetime | None]]] = defaultdict(list)
    for symptom in view.symptoms:
        if symptom.cause is Cause.NODE_LOST:
            lost[symptom.pod.node].append((symptom.pod, symptom.since))
    return lost


def _not_ready(node: Node, view: View) -> Condition | None:
    """Give the node's Ready condition if it is not ready; a node that has just joined has time to become so."""
    ready = condition(node.conditions, "Ready")
    if ready is None or ready.status == "True" or view.now - node.meta.created < view.policy.creating:
        return None
    return ready


def _lost(name: str, lost: Sequence[tuple[Pod, datetime | None]], view: View) -> Problem:
    node = view.nodes.get(name)
    ready = _not_ready(node, view) if node is not None else None
    pods = [pod for pod, _ in lost]
    if ready is not None:
        known = {pod.key for pod in pods}
        pods.extend(pod for pod in view.pods.values() if pod.node == name and pod.key not in known)
        pods = [pod for pod in pods if not pod.ended]
    looks_healthy = bool(pods) and all(pod.ready == pod.total for pod in pods)
    answers = ready is not None and ready.status == "False"
    state = "is not ready" if answers else "does not answer"
    only = " only look healthy" if len(pods) > 1 else " only looks healthy"
    on_it = f"; {counted(len(pods), 'pod')} on it{only if looks_healthy else ''}" if pods or ready is None else ""
    told = (
        (Evidence(NODES, name, f"Ready is {ready.status}: {one_line(ready.message or ready.reason)}"),) if ready else ()
    )
    facts = tuple(Evidence(PODS, pod.key, f"{one_line(pod.status)}, {pod.ready}/{pod.total} ready") for pod in pods)
    begins = [since for _, since in lost if since is not None]
    begins.extend([ready.since] if ready is not None and ready.since is not None else [])
    target = ObjectRef("Node", "", name)
    why = one_line(ready.message) if answers and ready is not None else ""
    return Problem(
        cause=Cause.NODE_LOST,
        key=f"pods/{Cause.NODE_LOST}/Node/{name}",
        severity=FindingSeverity.WRONG,
        subject=target,
        name=f"node {one_line(name)}",
        what=f"{state}{on_it}",
        why=why,
        evidence=(*told, *facts[:MOST_EVIDENCE]),
        since=min(begins, default=None),
        objects=tuple(pod_ref(pod) for pod in pods[:MOST_EVIDENCE]),
        actions=tuple(_away_from(target, node, pods, answers=answers)),
        pods=tuple(pods),
    )


def _away_from(target: ObjectRef, node: Node | None, pods: Sequence[Pod], *, answers: bool) -> Iterator[Suggestion]:
    """Suggest to keep pods away from a node, and to let go of those that it does not end."""
    if node is None or not node.unschedulable:
        yield Suggestion(Verb.CORDON, target, "nothing new should be placed on it when it comes back")
    if not answers and any(pod.status == TERMINATING for pod in pods):
        # How many, the plan says: it also knows the pods of namespaces that are not read here.
        why = "pods on it cannot end while it does not answer: first make sure that it is off"
        yield Suggestion(Verb.FORCE_DELETE, target, why)


def _pressures(node: Node, view: View) -> Iterator[Problem]:
    for each in node.conditions:
        if each.type not in _PRESSURES or each.status != "True":
            continue
        if view.now - node.meta.created < view.policy.creating:
            continue  # its network is still being set up
        target = ObjectRef("Node", "", node.meta.name)
        yield Problem(
            cause=Cause.NODE_PRESSURE,
            key=f"nodes/{Cause.NODE_PRESSURE}/{each.type}/{node.meta.name}",
            severity=FindingSeverity.WRONG if each.type == "NetworkUnavailable" else FindingSeverity.DOUBTFUL,
            subject=target,
            name=f"node {one_line(node.meta.name)}",
            what=_PRESSURES[each.type],
            why=one_line(each.message),
            evidence=(Evidence(NODES, node.meta.key, f"{each.type}: {one_line(each.message or each.reason)}"),),
            since=each.since,
            actions=()
            if node.unschedulable
            else (Suggestion(Verb.CORDON, target, "nothing new should be placed on it"),),
        )


def _cordoned(view: View) -> Iterator[Problem]:
    """Tell of cordoned nodes, all in one: they are often cordoned one after the other."""
    cordoned = sorted(
        node.meta.name for node in view.nodes.values() if node.unschedulable and not _not_ready(node, view)
    )
    if not cordoned:
        return
    refs = [ObjectRef("Node", "", name) for name in cordoned]
    one = len(cordoned) == 1
    yield Problem(
        cause=Cause.CORDONED,
        key=f"nodes/{Cause.CORDONED}",
        severity=FindingSeverity.DOUBTFUL,
        subject=refs[0],
        name=f"node {one_line(cordoned[0])}" if one else counted(len(cordoned), "node"),
        what="is cordoned" if one else f"are cordoned ({one_line(listed(cordoned))})",
        evidence=tuple(Evidence(NODES, name, "spec.unschedulable") for name in cordoned[:MOST_EVIDENCE]),
        objects=tuple(refs[1:MOST_EVIDENCE]),
        actions=tuple(Suggestion(Verb.UNCORDON, ref, "it takes no new pods") for ref in refs[:MOST_EVIDENCE]),
    )
