"""Plans that end pods: delete, and evict, which respects disruption budgets."""

import shlex
from collections.abc import Sequence

import msgspec

from cockpit.actions.budgets import Budgets
from cockpit.actions.live import Live
from cockpit.actions.plan import Delete, Evict, Operation, Plan, Right, Risk, Target, Verb
from cockpit.actions.rights import rights_for
from cockpit.actions.scene import Scene
from cockpit.actions.silence import UNTIL, lingering

MIRROR = "kubernetes.io/config.mirror"
"""Annotation of a pod that shows a static pod of its node's kubelet."""
FINISHED = ("Succeeded", "Failed")
WAIT_UNTIL_GONE = ("StatefulSet", "DaemonSet")
"""Controllers that make no new pod as long as the old one is Terminating."""


def pod_target(pod: Live, operation: Operation) -> Target:
    """Aim at a pod. The scheduler may give it a node meanwhile."""
    return Target(pod.ref, pod.guard("nodeName"), operation)


def is_mirror(pod: Live) -> bool:
    """Tell whether a pod only shows a static pod: the kubelet would show it again, and its containers run on."""
    return MIRROR in pod.annotations


def plan_delete_pods(
    scene: Scene, pods: Sequence[Live], budgets: Budgets, owners: Sequence[Live] = (), silent: Sequence[str] = ()
) -> Plan:
    """Plan to delete pods of one namespace, as `kubectl delete pod` does.

    Args:
        scene: the circumstances.
        pods: at least one.
        budgets: those of the namespace; a deletion goes past them.
        owners: the controllers of the pods.
        silent: the nodes of the pods that do not answer.
    """
    namespace = pods[0].ref.namespace
    targets = tuple(pod_target(pod, Delete(lingers=lingering(pod, silent))) for pod in pods)
    plan = _plan(scene, Verb.DELETE, pods, targets, silent)
    past = [f"{told}: a deletion goes past it; evict respects it" for told in budgets.used_up(pods)]
    return msgspec.structs.replace(
        plan,
        command=scene.command("delete", "pod", *(pod.ref.name for pod in pods), namespace=namespace),
        warnings=(*_lingering(silent), *_warnings(pods, owners), *past),
        rights=_rights(Verb.DELETE, pods),
    )


def plan_evict(
    scene: Scene, pods: Sequence[Live], budgets: Budgets, owners: Sequence[Live] = (), silent: Sequence[str] = ()
) -> Plan:
    """Plan to evict pods of one namespace. kubectl has no word for it but `create --raw`.

    Args:
        scene: the circumstances.
        pods: at least one.
        budgets: those of the namespace.
        owners: the controllers of the pods.
        silent: the nodes of the pods that do not answer.
    """
    plan = _plan(scene, Verb.EVICT, pods, tuple(eviction(pod, budgets, silent) for pod in pods), silent)
    trouble = [budgets.trouble] if budgets.trouble else []
    return msgspec.structs.replace(
        plan,
        command=" && ".join(_eviction_command(scene, pod) for pod in pods),
        warnings=(*_lingering(silent), *_warnings(pods, owners), *budgets.used_up(pods), *trouble),
        refused=plan.refused or next((f"{pod.ref}: {why}" for pod in pods if (why := budgets.barred(pod))), ""),
        rights=_rights(Verb.EVICT, pods),
    )


def eviction(pod: Live, budgets: Budgets, silent: Sequence[str] = ()) -> Target:
    """Aim at a pod to evict it; `silent` are the nodes that do not answer."""
    return pod_target(pod, Evict(budgets.names(pod), lingering(pod, silent)))


def _plan(scene: Scene, verb: Verb, pods: Sequence[Live], targets: tuple[Target, ...], silent: Sequence[str]) -> Plan:
    one = pods[0].ref
    return Plan(
        verb=verb,
        title=f"{verb} {one if len(pods) == 1 else f'{len(pods)} pods of {one.namespace}'}",
        command="",
        risk=Risk.DESTROY,
        context=scene.context,
        subject=one.name if len(pods) == 1 else one.namespace,
        targets=targets,
        changes=tuple(_told(pod, silent) for pod in pods),
        refused=_refused(pods),
    )


def _rights(verb: Verb, pods: Sequence[Live]) -> tuple[Right, ...]:
    return tuple(right for pod in pods for right in rights_for(verb, pod.ref))


def _told(pod: Live, silent: Sequence[str]) -> str:
    owner = pod.controller
    stays = bool(lingering(pod, silent))
    anew = f"; {owner.kind}/{owner.name} makes a new one" if owner and owner.kind != "Job" else ""
    if stays and owner is not None and owner.kind in WAIT_UNTIL_GONE:
        anew = f"; {owner.kind}/{owner.name} makes a new one only when it is gone"
    return f"{pod.ref} {'is marked for deletion' if stays else 'ends'}{anew}"


def _lingering(silent: Sequence[str]) -> list[str]:
    return [
        f"node/{name} does not answer: a pod on it stays Terminating {UNTIL}; force delete ends it" for name in silent
    ]


def _refused(pods: Sequence[Live]) -> str:
    for pod in pods:
        if is_mirror(pod):
            return f"{pod.ref} is a static pod: only its kubelet can end it, and what is listed here would come back"
        if pod.is_ending:
            return f"{pod.ref} is being deleted already"
    return ""


def _warnings(pods: Sequence[Live], owners: Sequence[Live]) -> list[str]:
    told = [f"{pod.ref} has no controller: it will not come back" for pod in pods if pod.controller is None]
    for owner in owners:
        ready = owner.status.get("readyReplicas", owner.status.get("numberReady", 0))
        own = [pod for pod in pods if pod.controller is not None and pod.controller.uid == owner.ref.uid]
        if ready and ready <= sum(map(_is_ready, own)):
            told.append(
                f"no other pod of {owner.ref.kind}/{owner.ref.name} is ready: it will be down until a new one is"
            )
    return told


def _is_ready(pod: Live) -> bool:
    conditions = pod.status.get("conditions") or ()
    return any(each.get("type") == "Ready" and each.get("status") == "True" for each in conditions)


def _eviction_command(scene: Scene, pod: Live) -> str:
    ref = pod.ref
    metadata = f'{{"name":"{ref.name}","namespace":"{ref.namespace}"}}'
    body = f'{{"apiVersion":"policy/v1","kind":"Eviction","metadata":{metadata}}}'
    path = ref.resource.path(ref.namespace, ref.name, "eviction")
    return f"echo {shlex.quote(body)} | {scene.command('create', '--raw', path, '-f', '-')}"
