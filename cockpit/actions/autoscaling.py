"""Plans that change how far an autoscaler may go."""

import msgspec

from cockpit.actions.changes import describe
from cockpit.actions.live import Live
from cockpit.actions.patch import apply
from cockpit.actions.plan import MERGE, Patch, Plan, Target, Verb
from cockpit.actions.room import Room
from cockpit.actions.scene import Scene


def plan_set_maximum(scene: Scene, live: Live, maximum: int, room: Room) -> Plan:
    """Plan to let a HorizontalPodAutoscaler make more pods, or fewer, as `kubectl patch hpa` does.

    Args:
        scene: the circumstances.
        live: the autoscaler.
        maximum: how many pods it may make at most.
        room: what further pods would find.
    """
    changes = {"spec": {"maxReplicas": maximum}}
    words = ("patch", "hpa", live.ref.name, "--type", "merge", "-p", msgspec.json.encode(changes).decode())
    target = Target(live.ref, live.guard(), Patch(changes, content_type=MERGE))
    plan = scene.plan(Verb.SET_MAXIMUM, target, words, title=f"{Verb.SET_MAXIMUM} of {live.ref} to {maximum}")
    least, before = live.spec.get("minReplicas", 1), live.spec.get("maxReplicas")
    current, desired = live.status.get("currentReplicas", 0), live.status.get("desiredReplicas", 0)
    refused = f"its maximum is {before} already: it would change nothing" if before == maximum else ""
    return msgspec.structs.replace(
        plan,
        changes=(
            *describe(live.spec, apply(live.raw, changes)["spec"]),
            f"{current} pods now, {desired} desired, at least {least}",
        ),
        warnings=tuple(_ends(current, maximum) if maximum < current else room.warnings(maximum - current)),
        refused=f"its maximum cannot be below its minimum of {least}" if maximum < least else refused,
    )


def _ends(current: int, maximum: int) -> list[str]:
    return [f"{current - maximum} of its {current} pods end"]
