"""Why no node takes a pod, from the scheduler's message."""

import re
from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from cockpit.diagnosis.explanation import Explanation
from cockpit.diagnosis.finding import Evidence
from cockpit.diagnosis.symptoms import Symptom
from cockpit.diagnosis.view import View
from cockpit.diagnosis.wording import LONGEST_READ, counted, cpu, memory, one_line
from cockpit.sources.kubernetes.asked import asked_by
from cockpit.sources.kubernetes.model import PODS, Pod
from cockpit.sources.kubernetes.objects import ObjectRef

LOST_TAINTS = frozenset(("node.kubernetes.io/unreachable", "node.kubernetes.io/not-ready"))
"""Taints that a node gets when it stops answering."""
_REPELS = ("NoSchedule", "NoExecute")

_SUMMARY = re.compile(r"(\d+)/(\d+) nodes (?:are|is) available(?:: |\.|$)")
_NEXT_REASON = re.compile(r",? ?(?=\b\d+ (?:node\(s\)|Insufficient|Too many|Preemption|No preemption))")
_COUNTED = re.compile(r"(\d+) (?:node\(s\) )?(.+)")
_TAINT = re.compile(r"taints? \{([^:}]{1,300}): ?([^}]{0,100})\}")
_CLAIM = re.compile(r"persistentvolumeclaim \"([^\"]{1,253})\"(?: (not found|is being deleted|bound to non-existent))?")


class ObstacleKind(StrEnum):
    """What keeps a pod from a node."""

    RESOURCE = "resource"
    TAINT = "taint"
    UNNAMED_TAINT = "unnamed taint"
    SELECTOR = "selector"
    AFFINITY = "affinity"
    SPREAD = "spread"
    CORDONED = "cordoned"
    VOLUME = "volume"
    CLAIM = "claim"
    PORTS = "ports"
    PODS = "pods"
    OTHER = "other"


class Obstacle(NamedTuple):
    """What keeps a pod from some nodes."""

    kind: ObstacleKind
    nodes: int
    """0: it has nothing to do with nodes."""
    what: str = ""
    """The resource, the taint as `key=value`, or the claim."""


class Placement(NamedTuple):
    """What the scheduler said."""

    nodes: int
    obstacles: tuple[Obstacle, ...]


_WORDS = {
    ObstacleKind.RESOURCE: ("has too little {what}", "have too little {what}"),
    ObstacleKind.TAINT: ("has the taint {what}", "have the taint {what}"),
    ObstacleKind.UNNAMED_TAINT: ("has a taint that it does not tolerate", "have taints that it does not tolerate"),
    ObstacleKind.SELECTOR: ("does not match its node selector", "do not match its node selector"),
    ObstacleKind.AFFINITY: ("is ruled out by pod (anti-)affinity", "are ruled out by pod (anti-)affinity"),
    ObstacleKind.SPREAD: ("is ruled out by topology spread", "are ruled out by topology spread"),
    ObstacleKind.CORDONED: ("is cordoned", "are cordoned"),
    ObstacleKind.VOLUME: ("cannot have its volume", "cannot have its volume"),
    ObstacleKind.PORTS: ("has its host port taken", "have its host port taken"),
    ObstacleKind.PODS: ("is full of pods", "are full of pods"),
    ObstacleKind.OTHER: ("{what}", "{what}"),
}
_SIGNS = (
    (
        ObstacleKind.VOLUME,
        re.compile(r"volume node affinity|max volume count|persistent volumes? to bind|free storage"),
    ),
    (ObstacleKind.UNNAMED_TAINT, re.compile(r"untolerated taint")),
    (ObstacleKind.SELECTOR, re.compile(r"node affinity|node selector|affinity/selector|nodeaffinity")),
    (ObstacleKind.AFFINITY, re.compile(r"affinity")),
    (ObstacleKind.SPREAD, re.compile(r"topology spread")),
    (ObstacleKind.CORDONED, re.compile(r"were unschedulable")),
    (ObstacleKind.PORTS, re.compile(r"free ports|host ports?")),
    (ObstacleKind.PODS, re.compile(r"Too many pods")),
)


def parse(message: str) -> Placement | None:
    """Read the scheduler's message; None when it is none.

    What follows the sentence with the reasons is left out: since Kubernetes 1.25 what it says of preemption, since 1.36
    of claims to deallocate, too.
    """
    message = " ".join(message[:LONGEST_READ].split())
    summary = _SUMMARY.match(message)
    claim = _CLAIM.search(message)
    if summary is None:
        return Placement(0, (Obstacle(ObstacleKind.CLAIM, 0, _claim(claim)),)) if claim else None
    reasons = message[summary.end() :].partition(". ")[0].rstrip(".")
    obstacles = [_obstacle(reason) for reason in _NEXT_REASON.split(reasons) if reason]
    if not obstacles:
        return None
    return Placement(int(summary[2][:9]), tuple(sorted(obstacles, key=lambda each: -each.nodes)))


def in_words(placement: Placement) -> str:
    """Say it as a sentence: `of 3 nodes 1 has too little cpu, 2 have the taint dedicated=gpu`."""
    claims = [each.what or "a volume claim is not bound" for each in placement.obstacles if not each.nodes]
    parts = [_words(each) for each in placement.obstacles if each.nodes]
    if parts:
        parts[0] = f"of {counted(placement.nodes, 'node')} {parts[0]}"
    return ", ".join((*claims, *parts))


def explain(found: Sequence[Symptom], view: View) -> Explanation:
    """Explain why pods wait for a node."""
    pod = found[0].pod
    placement = parse(pod.message)
    if placement is None:
        return Explanation(one_line(pod.message) or one_line(pod.status))
    short = {each.what for each in placement.obstacles if each.kind is ObstacleKind.RESOURCE}
    asked = _asked(pod) if short & {"cpu", "memory"} else ""
    evidence = (Evidence(PODS, pod.key, f"asks for {asked}"),) if asked else ()
    objects: tuple[ObjectRef, ...] = ()
    if any(each.kind is ObstacleKind.CORDONED for each in placement.obstacles):
        cordoned = [node.meta.name for node in view.nodes.values() if node.unschedulable]
        objects = tuple(ObjectRef("Node", "", name) for name in sorted(cordoned)[:3])
    why = one_line(in_words(placement))
    return Explanation(f"it asks for {asked}, {why}" if asked else why, evidence=evidence, objects=objects)


def only_lost_nodes(message: str, view: View) -> bool:
    """Tell whether nothing but lost nodes keeps a pod from running."""
    placement = parse(message)
    return placement is not None and all(_is_of_lost_nodes(each, view) for each in placement.obstacles)


def _is_of_lost_nodes(obstacle: Obstacle, view: View) -> bool:
    """Tell whether an obstacle is the taint of lost nodes; one without a name may be any that a node has."""
    if obstacle.kind is ObstacleKind.UNNAMED_TAINT:
        taints = {taint.key for node in view.nodes.values() for taint in node.taints if taint.effect in _REPELS}
        return bool(taints) and taints <= LOST_TAINTS
    return obstacle.kind is ObstacleKind.TAINT and obstacle.what.partition("=")[0] in LOST_TAINTS


def waits_for_claims(message: str) -> bool:
    """Tell whether volume claims that are not bound keep a pod from running."""
    placement = parse(message)
    return placement is not None and any(each.kind is ObstacleKind.CLAIM for each in placement.obstacles)


def waits_for_cordoned(message: str) -> bool:
    """Tell whether cordoned nodes are among what keeps a pod from running."""
    placement = parse(message)
    return placement is not None and any(each.kind is ObstacleKind.CORDONED for each in placement.obstacles)


def _obstacle(reason: str) -> Obstacle:
    reason = reason.strip(" ,.")
    if "PersistentVolumeClaim" in reason or "persistentvolumeclaim" in reason:
        return Obstacle(ObstacleKind.CLAIM, 0, _claim(_CLAIM.search(reason)))
    match = _COUNTED.fullmatch(reason)
    if match is None:
        return Obstacle(ObstacleKind.OTHER, 0, one_line(reason))
    nodes, told = int(match[1][:9]), match[2]
    if told.startswith("Insufficient "):
        return Obstacle(ObstacleKind.RESOURCE, nodes, one_line(told.removeprefix("Insufficient "), 80))
    if taint := _TAINT.search(told):
        value = taint[2].strip()
        return Obstacle(ObstacleKind.TAINT, nodes, one_line(f"{taint[1]}={value}" if value else taint[1], 80))
    kind = next((kind for kind, sign in _SIGNS if sign.search(told)), ObstacleKind.OTHER)
    return Obstacle(kind, nodes, one_line(told, 80) if kind is ObstacleKind.OTHER else "")


def _claim(match: re.Match[str] | None) -> str:
    if match is None:
        return ""
    return f"volume claim {match[1]} " + ("is missing" if match[2] == "not found" else match[2] or "is not bound")


def _words(obstacle: Obstacle) -> str:
    one, several = _WORDS[obstacle.kind]
    return f"{obstacle.nodes} {(one if obstacle.nodes == 1 else several).format(what=obstacle.what)}"


def _asked(pod: Pod) -> str:
    """Say what a pod asks for."""
    cores, amount = asked_by(pod, "cpu_request"), asked_by(pod, "memory_request")
    parts = [f"cpu {cpu(cores)}" if cores else "", f"memory {memory(amount)}" if amount else ""]
    return ", ".join(filter(None, parts))
