"""Plans that change how many pods a workload has."""

from collections.abc import Sequence

import msgspec

from cockpit.actions.changes import describe
from cockpit.actions.live import Live
from cockpit.actions.patch import apply
from cockpit.actions.plan import MERGE, Patch, Plan, Risk, Target, Verb
from cockpit.actions.scene import Scene
from cockpit.actions.strategy import autoscaler_warnings
from cockpit.sources.kubernetes.objects import Autoscaler


def plan_scale(scene: Scene, live: Live, replicas: int, autoscalers: Sequence[Autoscaler] = ()) -> Plan:
    """Plan to scale a Deployment, StatefulSet or ReplicaSet, as `kubectl scale` does.

    Args:
        scene: the circumstances.
        live: what is scaled.
        replicas: how many pods there are to be.
        autoscalers: those that may scale it, too.
    """
    changes = {"spec": {"replicas": replicas}}
    plan = scene.plan(
        Verb.SCALE,
        Target(live.ref, live.guard(), Patch(changes, "scale", MERGE)),
        ("scale", str(live.ref), f"--replicas={replicas}"),
        title=f"{Verb.SCALE} {live.ref} to {replicas}",
    )
    before = live.spec.get("replicas", 1)
    refused = f"it has {before} replicas already: it would change nothing" if before == replicas else ""
    return msgspec.structs.replace(
        plan,
        risk=Risk.DESTROY if replicas == 0 else Risk.WRITE,
        changes=describe(live.spec, apply(live.raw, changes)["spec"]),
        warnings=(*_warnings(live, replicas), *autoscaler_warnings(live, autoscalers, replicas)),
        refused="replicas cannot be fewer than none" if replicas < 0 else refused,
    )


def _warnings(live: Live, replicas: int) -> list[str]:
    told = []
    if replicas == 0:
        told.append("all its pods end: it will be down until it is scaled up again")
    owner = live.controller
    if owner is not None:
        told.append(f"it belongs to {owner.kind}/{owner.name}, which will undo the scaling")
    return told
