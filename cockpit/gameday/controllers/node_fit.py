"""Whether a pod may and can run on a node, in the words of the scheduler's plugins."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import msgspec

from cockpit.gameday.api.store import Obj, Stored
from cockpit.gameday.quantity import amount

COUNTED = ("cpu", "memory", "ephemeral-storage")
UNSCHEDULABLE = "node.kubernetes.io/unschedulable"


class Obstacle(msgspec.Struct, frozen=True):
    """Why a node does not take a pod."""

    reason: str
    is_lasting: bool = True
    """Whether it would stay if other pods gave way."""


def requests_of(spec: Obj) -> dict[str, Decimal]:
    """Add up what the containers of a pod ask for."""
    total: dict[str, Decimal] = {}
    for container in spec["containers"]:
        resources = container.get("resources") or {}
        asked = {**(resources.get("limits") or {}), **(resources.get("requests") or {})}
        for resource, text in asked.items():
            total[resource] = total.get(resource, Decimal(0)) + amount(text)
    return total


def tolerates(spec: Obj, taint: Mapping[str, Any]) -> bool:
    """Tell whether a pod puts up with a taint."""
    for toleration in spec.get("tolerations") or ():
        if toleration.get("effect") not in {None, "", taint["effect"]}:
            continue
        if toleration.get("operator", "Equal") == "Exists":
            if toleration.get("key") in {None, "", taint["key"]}:
                return True
        elif toleration.get("key") == taint["key"] and toleration.get("value", "") == taint.get("value", ""):
            return True
    return False


def obstacles(spec: Obj, node: Stored, others: Sequence[Stored]) -> list[Obstacle]:
    """Tell what keeps a pod from a node; nothing: it fits.

    Args:
        spec: The spec of the pod.
        node: The node.
        others: The pods that are on it.
    """
    lasting = obstacle(spec, node)
    if lasting is not None:
        return [lasting]
    free = {resource: amount(text) for resource, text in _allocatable(node).items()}
    found = []
    if "pods" in free and len(others) >= free["pods"]:
        found.append(Obstacle("Too many pods", is_lasting=False))
    used = Counter[str]()
    for other in others:
        used.update(requests_of(other.obj["spec"]))
    for resource, asked in sorted(requests_of(spec).items()):
        if resource in COUNTED and resource in free and asked and used[resource] + asked > free[resource]:
            found.append(Obstacle(f"Insufficient {resource}", is_lasting=False))
    return found


def obstacle(spec: Obj, node: Stored) -> Obstacle | None:
    """Tell what keeps a pod from a node however empty that is."""
    node_spec = node.obj.get("spec") or {}
    unschedulable = {"key": UNSCHEDULABLE, "effect": "NoSchedule"}
    if node_spec.get("unschedulable") and not tolerates(spec, unschedulable):
        return Obstacle("node(s) were unschedulable")
    for taint in node_spec.get("taints") or ():
        if taint["effect"] != "PreferNoSchedule" and not tolerates(spec, taint):
            return Obstacle(f"node(s) had untolerated taint {{{taint['key']}: {taint.get('value', '')}}}")
    if not _matches(spec, node):
        return Obstacle("node(s) didn't match Pod's node affinity/selector")
    return None


def _matches(spec: Obj, node: Stored) -> bool:
    labels = node.obj["metadata"].get("labels") or {}
    if any(labels.get(key) != value for key, value in (spec.get("nodeSelector") or {}).items()):
        return False
    affinity = (spec.get("affinity") or {}).get("nodeAffinity") or {}
    required = affinity.get("requiredDuringSchedulingIgnoredDuringExecution")
    if required is None:
        return True
    names = [
        value
        for term in required["nodeSelectorTerms"]
        for field in term.get("matchFields") or ()
        for value in field["values"]
    ]
    return not names or node.name in names


def refusal(found: Mapping[str, Sequence[Obstacle]]) -> str:
    """Say why no node takes a pod.

    Args:
        found: The obstacles of each node.
    """
    reasons = Counter(each.reason for obstacles in found.values() for each in obstacles)
    lasting = sum(1 for obstacles in found.values() if any(each.is_lasting for each in obstacles))
    victims = {
        "Preemption is not helpful for scheduling": lasting,
        "No preemption victims found for incoming pod": len(found) - lasting,
    }
    none = f"0/{len(found)} nodes are available"
    return f"{none}: {_counted(reasons)} preemption: {none}: {_counted(victims)}"


def _counted(reasons: Mapping[str, int]) -> str:
    return ", ".join(sorted(f"{count} {reason}" for reason, count in reasons.items() if count)) + "."


def _allocatable(node: Stored) -> dict[str, str]:
    allocatable: dict[str, str] = (node.obj.get("status") or {}).get("allocatable") or {}
    return allocatable


def on_node(pods: Iterable[Stored], node: str) -> list[Stored]:
    """Choose the pods that take room on a node."""
    return [
        pod
        for pod in pods
        if pod.obj["spec"].get("nodeName") == node
        and (pod.obj.get("status") or {}).get("phase") not in {"Succeeded", "Failed"}
    ]
