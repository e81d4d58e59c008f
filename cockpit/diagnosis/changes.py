"""What changed shortly before something went wrong: a revision, the number of pods, or a node."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec

from cockpit.diagnosis.beginning import Beginning, together
from cockpit.diagnosis.causes import Cause
from cockpit.diagnosis.finding import SLACK, Change, Evidence
from cockpit.diagnosis.problem import Problem
from cockpit.diagnosis.revisions import rolled_out
from cockpit.diagnosis.view import View, workload_of
from cockpit.diagnosis.wording import LONGEST_MESSAGE, counted, one_line, span
from cockpit.sources.kubernetes.kind_names import EVENTS, NODES
from cockpit.sources.kubernetes.model import Pod
from cockpit.sources.kubernetes.objects import Node, ObjectRef

MOST_NODES = 20

_SCALED = re.compile(r"Scaled (?:up|down) replica set (\S{1,253}) (?:from (\d{1,9}) )?to (\d{1,9})")
_RESCALED = re.compile(r"New size: (\d{1,9}); reason: (.{1,300})")
_NODE_EVENTS = ("NodeNotReady", "Rebooted", "SystemOOM", "EvictionThresholdMet", "NodeNotSchedulable")
_PRESSURES = ("MemoryPressure", "DiskPressure", "PIDPressure", "NetworkUnavailable")


class _Candidate(NamedTuple):
    """A change that may have been the cause."""

    rank: int
    """The lower, the likelier."""
    at: datetime
    what: str
    details: str
    evidence: Evidence


def with_change(problem: Problem, view: View) -> Problem:
    """Add what changed shortly before a problem began, if anything is known to have.

    What changed within the minute in which it began was before it: what comes of a change does not begin before it.
    """
    beginning = _beginning(problem, view)
    if beginning is None:
        return problem
    window = timedelta(minutes=view.policy.change_minutes)
    near = [each for each in _candidates(problem, view) if beginning.at - window <= each.at <= beginning.end + SLACK]
    if not near:
        return problem.begun(beginning)
    at = beginning.at
    best = min(near, key=lambda each: (each.rank, abs(at - each.at), each.what))
    if beginning.at < best.at <= beginning.end:
        beginning = Beginning(best.at, beginning.end - best.at, beginning.known)
    short = _after(best, beginning)
    text = f"{short} ({best.details})" if best.details else short
    return msgspec.structs.replace(
        problem.begun(beginning),
        changed=Change(best.at, one_line(short), one_line(text, 2 * LONGEST_MESSAGE)),
        evidence=(*problem.evidence, best.evidence),
    )


def _beginning(problem: Problem, view: View) -> Beginning | None:
    """Tell when a problem began, as its source and earlier diagnoses know it."""
    told, before = problem.beginning, view.facts.begun.get(problem.key)
    if told is None:
        return before
    told = told.not_after(view.now)
    return told if before is None else together(before, told)


def _after(change: _Candidate, beginning: Beginning) -> str:
    """Say how soon it was: of a beginning that is known by the minute, not by seconds."""
    length = max(beginning.at - change.at, timedelta())
    if beginning.within > SLACK and length < timedelta(minutes=1):
        return f"shortly after {change.what}"
    return f"{span(length)} after {change.what}" if length else f"right after {change.what}"


def _candidates(problem: Problem, view: View) -> Iterator[_Candidate]:
    subject = problem.subject
    if subject.kind == "Node" or problem.cause is Cause.SCALED_TO_ZERO:
        return  # its change would be the problem itself
    workload = workload_of(problem.pods[0]) if problem.pods else subject
    rolled = rolled_out(workload, problem.pods, view)
    if rolled is not None:
        told = f"{rolled.name} ({rolled.details})" if rolled.details else rolled.name
        evidence = Evidence(rolled.source, rolled.ref, f"newest: {told}")
        yield _Candidate(0, rolled.at, rolled.name, rolled.details, evidence)
    yield from _of_nodes(problem.pods, view)
    yield from _scaled(workload, view)
    yield from _rescaled(workload, view)


def _of_nodes(pods: Sequence[Pod], view: View) -> Iterator[_Candidate]:
    names = sorted({pod.node for pod in pods if pod.node})
    for name in names[:MOST_NODES]:
        node = view.nodes.get(name)
        if node is not None:
            yield from _conditions(node)
        for event in view.events(ObjectRef("Node", "", name), *_NODE_EVENTS):
            if event.last_at is not None:
                fact = f"{one_line(event.reason)}: {one_line(event.message)}"
                proof = Evidence(view.reading_of(event), event.meta.key, fact)
                yield _Candidate(1, event.last_at, f"{event.reason} on node {name}", "", proof)


def _conditions(node: Node) -> Iterator[_Candidate]:
    for each in node.conditions:
        if each.since is None:
            continue
        name, fact = node.meta.name, f"{each.type} is {each.status}: {one_line(each.message or each.reason)}"
        proof = Evidence(NODES, node.meta.key, fact)
        if each.type == "Ready":
            became = "became ready" if each.status == "True" else "stopped being ready"
            yield _Candidate(1, each.since, f"node {name} {became}", one_line(each.reason), proof)
        elif each.type in _PRESSURES and each.status == "True":
            yield _Candidate(1, each.since, f"{each.type} on node {name}", "", proof)


def _scaled(workload: ObjectRef, view: View) -> Iterator[_Candidate]:
    """Tell of a deployment that was scaled. While two replica sets change, it is a rollout that scales them."""
    if workload.kind != "Deployment":
        return
    events = view.events(workload, "ScalingReplicaSet")
    parsed = [(event, match) for event in events if (match := _SCALED.search(event.message)) and event.last_at]
    window = timedelta(minutes=view.policy.change_minutes)
    for event, match in parsed:
        at = event.last_at
        if at is None or (match[2] in (None, "0") and match[3] != "0"):
            continue
        if any(other[1] != match[1] and each.last_at and abs(each.last_at - at) < window for each, other in parsed):
            continue
        what = f"it was scaled from {match[2]} to {match[3]}" if match[2] else f"it was scaled to {match[3]}"
        yield _Candidate(2, at, what, "", Evidence(EVENTS, event.meta.key, one_line(event.message)))


def _rescaled(workload: ObjectRef, view: View) -> Iterator[_Candidate]:
    for scaler in view.autoscalers.values():
        if (scaler.target.kind, scaler.meta.namespace, scaler.target.name) != (
            workload.kind,
            workload.namespace,
            workload.name,
        ):
            continue
        about = ObjectRef("HorizontalPodAutoscaler", scaler.meta.namespace, scaler.meta.name)
        for event in view.events(about, "SuccessfulRescale"):
            match = _RESCALED.search(event.message)
            if match and event.last_at is not None:
                what = f"its autoscaler asked for {counted(int(match[1]), 'pod')}"
                proof = Evidence(EVENTS, event.meta.key, one_line(event.message))
                yield _Candidate(2, event.last_at, what, one_line(match[2]), proof)
