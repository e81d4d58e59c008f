"""Plans that have cert-manager issue a certificate anew."""

import shlex
from collections.abc import Mapping
from typing import Any, Final

import msgspec

from cockpit.actions.live import Live
from cockpit.actions.plan import MERGE, Patch, Plan, Target, Verb
from cockpit.actions.resource import STATUS
from cockpit.actions.scene import Scene
from cockpit.text import clean

_ISSUING: Final = "Issuing"
_TOLD: Final = 300
"""Characters that are told of why the last try failed."""


def plan_renew(scene: Scene, live: Live) -> Plan:
    """Plan to have a Certificate issued anew, as `cmctl renew` does.

    The condition Issuing is set as cmctl sets it (cert-manager/cmctl, pkg/renew/renew.go); a list in a status can only
    be patched as a whole, so the other conditions go along as they were read.
    """
    ref, before = live.ref, _condition(live, _ISSUING)
    asked = {
        "type": _ISSUING,
        "status": "True",
        "reason": "ManuallyTriggered",
        "message": "Certificate re-issuance manually triggered",
        "lastTransitionTime": f"{scene.now:%Y-%m-%dT%H:%M:%SZ}",
        "observedGeneration": live.generation,
    }
    present = list(live.status.get("conditions") or ())
    place = next((at for at, each in enumerate(present) if each.get("type") == _ISSUING), len(present))
    conditions = [*present[:place], asked, *present[place + 1 :]]
    target = Target(ref, live.guard(), Patch({"status": {"conditions": conditions}}, STATUS, MERGE))
    words = ("cmctl", "renew", ref.name, "-n", ref.namespace)
    is_issued = before.get("status") == "True"
    return msgspec.structs.replace(
        scene.plan(Verb.RENEW, target, ()),
        command=f"{shlex.join(words)}{scene.kubectl.options}",
        changes=(f"condition Issuing {_told(before)} → True, ManuallyTriggered: cert-manager issues it now",),
        warnings=_warnings(live, before),
        refused=f"it is being issued already: {_reason(before)}" if is_issued else "",
    )


def _warnings(live: Live, issuing: Mapping[str, Any]) -> tuple[str, ...]:
    if issuing.get("status") != "False" or issuing.get("reason") != "Failed":
        return ()
    tries = live.status.get("failedIssuanceAttempts") or 0
    failed = f"the last of {tries} tries failed" if tries > 1 else "the last try failed"
    return (f"{failed}, and this one will if the cause is still there: {_reason(issuing)}",)


def _condition(live: Live, name: str) -> Mapping[str, Any]:
    conditions = live.status.get("conditions") or ()
    found: Mapping[str, Any] = next((each for each in conditions if each.get("type") == name), {})
    return found


def _told(condition: Mapping[str, Any]) -> str:
    words = [str(condition[key]) for key in ("status", "reason") if condition.get(key)]
    return clean(", ".join(words)) or "none"


def _reason(condition: Mapping[str, Any]) -> str:
    said = clean(str(condition.get("message") or condition.get("reason") or "no reason is told"))
    return said if len(said) <= _TOLD else f"{said[:_TOLD]}..."
