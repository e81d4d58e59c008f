"""Plans that take pods away from a node that does not end them: what is Terminating there is forgotten at once."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from cockpit.actions.live import Live
from cockpit.actions.plan import Delete, Plan, Risk, Verb
from cockpit.actions.pods import WAIT_UNTIL_GONE, pod_target
from cockpit.actions.resource import Ref
from cockpit.actions.rights import rights_for
from cockpit.actions.scene import Scene

OUT_OF_SERVICE = "node.kubernetes.io/out-of-service=nodeshutdown:NoExecute"
"""The taint of a node that is shut down (Kubernetes documentation, Non-graceful node shutdown)."""
_JOB_TRACKING = "batch.kubernetes.io/job-tracking"


def plan_force_delete(scene: Scene, about: Ref, pods: Sequence[Live], answers: Mapping[str, bool]) -> Plan:
    """Plan to delete pods without waiting for their nodes, as `kubectl delete pod --grace-period=0 --force` does.

    Args:
        scene: the circumstances.
        about: the node, all of whose pods are meant, or the pod.
        pods: those that are meant; what is not Terminating is left alone.
        answers: whether the nodes of them answer, as far as that is known.
    """
    ending = [pod for pod in pods if pod.is_ending]
    whom = f"the Terminating pods of {about}" if about.kind == "Node" else str(about)
    if about.kind != "Node" and len(pods) > 1:
        whom = f"{len(pods)} pods of {about.namespace}"
    nothing = f"no pod of {about} is Terminating" if about.kind == "Node" else f"{about} is not Terminating: delete it"
    return Plan(
        verb=Verb.FORCE_DELETE,
        title=f"{Verb.FORCE_DELETE} {whom}",
        command=_command(scene, ending),
        risk=Risk.DESTROY,
        context=scene.context,
        subject=about.namespace if about.kind != "Node" and len(pods) > 1 else about.name,
        targets=tuple(pod_target(pod, Delete(force=True, lingers=_held(pod))) for pod in ending),
        changes=tuple(_told(pod) for pod in ending),
        warnings=tuple(_warnings(scene, ending, answers)) if ending else (),
        refused="" if ending else nothing,
        rights=rights_for(Verb.FORCE_DELETE, about),
    )


def _command(scene: Scene, pods: Sequence[Live]) -> str:
    names: dict[str, list[str]] = defaultdict(list)
    for pod in pods:
        names[pod.ref.namespace].append(pod.ref.name)
    return " && ".join(
        scene.command("delete", "pod", *found, "--grace-period=0", "--force", namespace=namespace)
        for namespace, found in names.items()
    )


def _told(pod: Live) -> str:
    name, owner = f"{pod.ref.namespace}/{pod.ref.name}", pod.controller
    if held := _held(pod):
        return f"{name} is {held}"
    anew = f"; {owner.kind}/{owner.name} makes a new one" if owner and owner.kind in WAIT_UNTIL_GONE else ""
    return f"{name} is forgotten by the cluster{anew}"


def _held(pod: Live) -> str:
    """Say that a pod stays, by force or not, until what put a finalizer on it takes that away; empty: it goes.

    The Job controller takes away its own as soon as its pod is deleted.
    """
    held = [each for each in pod.metadata.get("finalizers") or () if each != _JOB_TRACKING]
    return f"still Terminating until finalizer {', '.join(held)} is taken away" if held else ""


def _warnings(scene: Scene, pods: Sequence[Live], answers: Mapping[str, bool]) -> list[str]:
    nodes = sorted({pod.spec.get("nodeName", "") for pod in pods} - {""})
    told = [f"node/{name} answers: its kubelet ends them by itself" for name in nodes if answers.get(name)]
    told += [f"whether node/{name} answers is not known" for name in nodes if name not in answers]
    told.append("nobody asks the kubelet: if the node still runs, so do the containers")
    for pod in pods:
        owner = pod.controller
        if owner is not None and owner.kind == "StatefulSet":
            told.append(
                f"{owner.kind}/{owner.name}: if the node still runs, {pod.ref.name} runs twice and may write the same"
                " data: make sure that the machine is off"
            )
    for name in (name for name, answer in answers.items() if not answer):
        taint = scene.command("taint", "nodes", name, OUT_OF_SERVICE)
        told.append(f"of a machine that is off for good, {taint} deletes them too, and detaches their volumes")
    return told
