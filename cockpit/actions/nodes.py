"""Plans that keep pods away from a node: cordon, uncordon, and drain."""

from collections.abc import Sequence

import msgspec

from cockpit.actions.budgets import Budgets
from cockpit.actions.changes import describe
from cockpit.actions.live import Live
from cockpit.actions.patch import apply, holds
from cockpit.actions.plan import Patch, Plan, Risk, Target, Verb
from cockpit.actions.pods import FINISHED, eviction, is_mirror
from cockpit.actions.scene import Scene
from cockpit.actions.silence import UNTIL, is_silent


def plan_cordon(scene: Scene, node: Live, *, cordon: bool = True) -> Plan:
    """Plan to keep new pods away from a node, or to let them come again, as `kubectl cordon` and `uncordon` do."""
    changes = {"spec": {"unschedulable": True if cordon else None}}
    verb = Verb.CORDON if cordon else Verb.UNCORDON
    plan = scene.plan(verb, _target(node, cordon=cordon), (verb.value, node.ref.name))
    word = "cordoned" if cordon else "uncordoned"
    return msgspec.structs.replace(
        plan,
        changes=describe(node.spec, apply(node.raw, changes)["spec"]),
        refused=f"{node.ref} is {word} already: it would change nothing" if holds(node.raw, changes) else "",
    )


def plan_drain(scene: Scene, node: Live, pods: Sequence[Live], budgets: Budgets) -> Plan:
    """Plan to cordon a node and evict its pods, as `kubectl drain --ignore-daemonsets` does.

    On a node that does not answer, they stay Terminating: the plan says so.

    Args:
        scene: the circumstances.
        node: the node.
        pods: all pods on it.
        budgets: those of all namespaces of the pods.
    """
    silent = [node.ref.name] if is_silent(node) else []
    stays = {pod.ref: reason for pod in pods if (reason := _stays(pod) or budgets.barred(pod))}
    goes = [pod for pod in pods if pod.ref not in stays]
    lost = [pod for pod in goes if _keeps_data(pod)]
    words = ("drain", node.ref.name, "--ignore-daemonsets", *(["--delete-emptydir-data"] if lost else []))
    cordoned = bool(node.spec.get("unschedulable"))
    plan = scene.plan(Verb.DRAIN, _target(node, cordon=True), words)
    return msgspec.structs.replace(
        plan,
        risk=Risk.DESTROY,
        targets=(*(() if cordoned else plan.targets), *(eviction(pod, budgets, silent) for pod in goes)),
        changes=(
            *(() if cordoned else (f"{node.ref} is cordoned",)),
            *(
                f"{pod.ref.namespace}/{pod.ref.name} is {'marked for deletion' if silent else 'evicted'}"
                for pod in goes
            ),
        ),
        warnings=(
            *([f"{node.ref} does not answer: its pods stay Terminating {UNTIL}; force delete ends them"] * len(silent)),
            *(f"{ref.namespace}/{ref.name} stays: {reason}" for ref, reason in stays.items()),
            *(f"{pod.ref.namespace}/{pod.ref.name} loses what it keeps in an emptyDir" for pod in lost),
            *budgets.used_up(goes),
            *([budgets.trouble] if budgets.trouble else []),
        ),
        refused=_refused(node, goes, cordoned=cordoned),
    )


def _target(node: Live, *, cordon: bool) -> Target:
    """Aim at a node, of which the cluster itself changes the taints: when it is cordoned, and when it is in trouble."""
    return Target(node.ref, node.guard("taints"), Patch({"spec": {"unschedulable": True if cordon else None}}))


def _stays(pod: Live) -> str:
    """Tell why a drain leaves a pod where it is (k8s.io/kubectl, pkg/drain/filters.go)."""
    if is_mirror(pod):
        return "it is a static pod of the node"
    if pod.is_ending:
        return "it is being deleted already"
    owner = pod.controller
    if owner is not None and owner.kind == "DaemonSet" and pod.status.get("phase") not in FINISHED:
        return f"DaemonSet/{owner.name} would put it there again"
    return ""


def _keeps_data(pod: Live) -> bool:
    if pod.status.get("phase") in FINISHED:
        return False
    return any("emptyDir" in volume for volume in pod.spec.get("volumes") or ())


def _refused(node: Live, goes: Sequence[Live], *, cordoned: bool) -> str:
    for pod in goes:
        if pod.controller is None and pod.status.get("phase") not in FINISHED:
            return f"{pod.ref.namespace}/{pod.ref.name} has no controller and would be lost: deal with it first"
    return f"{node.ref} is cordoned, and there is no pod to evict" if cordoned and not goes else ""
