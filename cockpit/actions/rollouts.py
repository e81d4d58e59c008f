"""Plans that have a workload make its pods anew: restart, and rollback to an earlier revision."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from cockpit.actions.changes import RESTARTED_AT, describe
from cockpit.actions.images import HASH, images_of, is_moving_tag, same_images
from cockpit.actions.live import Live
from cockpit.actions.patch import apply
from cockpit.actions.plan import Patch, Plan, Target, Verb
from cockpit.actions.scene import Scene
from cockpit.actions.strategy import rollout_warnings

REVISION: Final = "deployment.kubernetes.io/revision"
_KEPT: Final = (
    "kubectl.kubernetes.io/last-applied-configuration",
    REVISION,
    "deployment.kubernetes.io/revision-history",
    "deployment.kubernetes.io/desired-replicas",
    "deployment.kubernetes.io/max-replicas",
    "deprecated.deployment.rollback.to",
)
"""Annotations that a rollback leaves as they are (k8s.io/kubectl, pkg/polymorphichelpers/rollback.go)."""


def template_target(live: Live, changes: Mapping[str, Any]) -> Target:
    """Aim at a workload whose pod template is to be changed. An autoscaler may change its replicas meanwhile."""
    return Target(live.ref, live.guard("replicas"), Patch(changes))


def plan_restart(scene: Scene, live: Live) -> Plan:
    """Plan to make all pods of a Deployment, StatefulSet or DaemonSet anew, as `kubectl rollout restart` does."""
    stamp = scene.now.strftime("%Y-%m-%dT%H:%M:%SZ")
    changes = {"spec": {"template": {"metadata": {"annotations": {RESTARTED_AT: stamp}}}}}
    plan = scene.plan(Verb.RESTART, template_target(live, changes), ("rollout", "restart", str(live.ref)))
    return msgspec.structs.replace(
        plan,
        changes=describe(live.spec, apply(live.raw, changes)["spec"]),
        warnings=rollout_warnings(live),
        refused=_paused(scene, live),
    )


def plan_rollback(
    scene: Scene, live: Live, revision: int, replica_sets: Sequence[Live], pods: Sequence[Live] = ()
) -> Plan:
    """Plan to go back to a revision of a Deployment, as `kubectl rollout undo` does.

    Args:
        scene: the circumstances.
        live: the Deployment.
        revision: the one to go back to.
        replica_sets: those that the Deployment's selector chooses.
        pods: those that the Deployment's selector chooses; they tell which images were pulled under moving tags.
    """
    own = [each for each in replica_sets if each.controller is not None and each.controller.uid == live.ref.uid]
    known = {number: each for each in own if (number := _revision(each))}
    words = ("rollout", "undo", str(live.ref), f"--to-revision={revision}")
    title = f"{Verb.ROLLBACK} {live.ref} to revision {revision}"
    if revision not in known:
        plan = scene.plan(Verb.ROLLBACK, template_target(live, {}), words, title=title)
        there = ", ".join(map(str, sorted(known))) or "none"
        return msgspec.structs.replace(plan, refused=f"revision {revision} is no longer there (there are: {there})")
    goal = known[revision]
    present = next((each for each in own if _template(each) == _template(live)), live)
    changes = {"metadata": {"annotations": _annotations(live, goal)}, "spec": {"template": _template(goal)}}
    changes["spec"]["template"] |= {"$patch": "replace"}
    plan = scene.plan(Verb.ROLLBACK, template_target(live, changes), words, title=title)
    return msgspec.structs.replace(
        plan,
        changes=describe(live.spec, apply(live.raw, changes)["spec"]),
        warnings=(*rollout_warnings(live), *_image_warnings(present, goal, pods)),
        refused=_paused(scene, live) or _in_vain(revision, present, goal, pods),
    )


def _paused(scene: Scene, live: Live) -> str:
    if not live.spec.get("paused"):
        return ""
    resume = scene.command("rollout", "resume", str(live.ref), namespace=live.ref.namespace)
    return f"the rollout of {live.ref} is paused: nothing would happen before {resume}"


def _in_vain(revision: int, present: Live, goal: Live, pods: Sequence[Live]) -> str:
    """Tell why a rollback would change nothing: the reason that matters in the night is an image tag that was moved."""
    if _template(present) == _template(goal):
        return f"revision {revision} is the one that runs: it would change nothing"
    if _rest(present) != _rest(goal) or not same_images(present, goal, pods):
        return ""
    if images_of(present) == images_of(goal):
        reason = f"revision {revision} names the same images and differs only in when it was restarted"
        return f"{reason}: the same version would come again"
    return f"revision {revision} has the same image digests and template: it would change nothing"


def _image_warnings(present: Live, goal: Live, pods: Sequence[Live]) -> list[str]:
    if same_images(present, goal, pods):
        return ["both revisions have the same images: only configuration goes back, no code"]
    moving = [image for image in images_of(goal).values() if is_moving_tag(image)]
    return [f"{image} is a moving tag: what it stands for now may not be what ran then" for image in moving]


def _revision(replica_set: Live) -> int:
    number = replica_set.annotations.get(REVISION, "")
    return int(number) if number.isdecimal() else 0


def _template(live: Live) -> dict[str, Any]:
    """Give the pod template without what the Deployment's controller adds to it."""
    template = dict(live.spec.get("template") or {})
    metadata = {key: value for key, value in (template.get("metadata") or {}).items() if value}
    if HASH in (labels := metadata.get("labels") or {}):
        metadata["labels"] = {key: value for key, value in labels.items() if key != HASH}
    return {**template, "metadata": metadata}


def _rest(live: Live) -> dict[str, Any]:
    """Give the template without its images, and without when it was restarted."""
    template = _template(live)
    metadata = template["metadata"]
    annotations = {key: value for key, value in (metadata.get("annotations") or {}).items() if key != RESTARTED_AT}
    spec = dict(template.get("spec") or {})
    for part in ("containers", "initContainers"):
        spec[part] = [{**each, "image": ""} for each in spec.get(part) or ()]
    return {"labels": metadata.get("labels"), "annotations": annotations, "spec": spec}


def _annotations(live: Live, goal: Live) -> dict[str, str | None]:
    """Give the annotations to change: the revision's own replace the Deployment's, but for the controller's."""
    wanted = {key: value for key, value in goal.annotations.items() if key not in _KEPT}
    dropped = {key: None for key in live.annotations if key not in _KEPT and key not in wanted}
    return {**dropped, **{key: value for key, value in wanted.items() if live.annotations.get(key) != value}}
