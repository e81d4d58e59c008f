"""Having a certificate issued anew, as it is planned and run."""

from typing import Any

import pytest

from cockpit.actions.certificates import plan_renew
from cockpit.actions.live import Live, live_of
from cockpit.actions.permit import Permit
from cockpit.actions.plan import MERGE, Patch, Right
from cockpit.actions.planner import Planner
from cockpit.actions.preview import try_out
from cockpit.actions.receipt import Outcome
from cockpit.actions.resource import Ref
from cockpit.actions.runner import Runner
from cockpit.actions.scene import Scene
from cockpit.gameday.api.kinds import CERTIFICATES
from cockpit.gameday.world import World
from cockpit.sources.kubernetes.connection import Cluster

SHOP_TLS = Ref("Certificate", "shop-tls", "shop")
READY = {"type": "Ready", "status": "False", "reason": "Expired", "message": "Certificate expired"}
FAILED = {"type": "Issuing", "status": "False", "reason": "Failed", "message": "order is in errored state"}


def certificate(*conditions: dict[str, Any], **status: Any) -> Live:
    metadata = {"name": "shop-tls", "namespace": "shop", "uid": "u", "resourceVersion": "9", "generation": 2}
    spec = {"secretName": "shop-tls"}
    return live_of("Certificate", {"metadata": metadata, "spec": spec, "status": {"conditions": conditions, **status}})


def conditions(plan_of: Live, scene: Scene) -> list[dict[str, Any]]:
    operation = plan_renew(scene, plan_of).targets[0].operation
    assert isinstance(operation, Patch)
    assert (operation.subresource, operation.content_type) == ("status", MERGE)
    patched: list[dict[str, Any]] = operation.changes["status"]["conditions"]
    return patched


def test_a_renewal_sets_the_condition_that_cmctl_sets(scene: Scene) -> None:
    issuing = {
        "type": "Issuing",
        "status": "True",
        "reason": "ManuallyTriggered",
        "message": "Certificate re-issuance manually triggered",
        "lastTransitionTime": "2026-11-21T14:08:51Z",
        "observedGeneration": 2,
    }
    assert conditions(certificate(READY), scene) == [READY, issuing]
    assert conditions(certificate(FAILED, READY), scene) == [issuing, READY]


def test_a_renewal_says_what_a_person_would_type_and_must_be_allowed(scene: Scene) -> None:
    plan = plan_renew(scene, certificate(READY))
    assert plan.title == "renew certificate/shop-tls"
    assert plan.command == "cmctl renew shop-tls -n shop --context shop-prod"
    assert plan.rights == (Right("patch", "cert-manager.io", "certificates", "status", "shop", "shop-tls"),)
    assert plan.changes == ("condition Issuing none → True, ManuallyTriggered: cert-manager issues it now",)
    assert (plan.warnings, plan.refused) == ((), "")


def test_why_the_last_try_failed_is_warned_of(scene: Scene) -> None:
    told = "and this one will if the cause is still there: order is in errored state"
    assert plan_renew(scene, certificate(FAILED)).warnings == (f"the last try failed, {told}",)
    often = certificate(FAILED, failedIssuanceAttempts=21)
    assert plan_renew(scene, often).warnings == (f"the last of 21 tries failed, {told}",)
    hostile = certificate({**FAILED, "message": "\x1b[2J" + "x" * 9000})
    (warning,) = plan_renew(scene, hostile).warnings
    assert warning.isprintable()
    assert len(warning) < 400


def test_what_is_being_issued_is_not_asked_for_again(scene: Scene) -> None:
    issuing = certificate({"type": "Issuing", "status": "True", "reason": "Renewing", "message": "Renewing it"})
    assert plan_renew(scene, issuing).refused == "it is being issued already: Renewing it"


async def test_a_trial_leaves_the_certificate_as_it_is(world: World, cluster: Cluster, planner: Planner) -> None:
    version = world.store.get(CERTIFICATES, "shop", "shop-tls").version
    plan = await planner.renew(SHOP_TLS)
    assert await try_out(cluster, plan) == plan
    assert world.store.get(CERTIFICATES, "shop", "shop-tls").version == version


async def test_a_certificate_is_issued_anew(world: World, planner: Planner, runner: Runner, permit: Permit) -> None:
    def status() -> dict[str, Any]:
        found: dict[str, Any] = world.store.get(CERTIFICATES, "shop", "shop-tls").obj["status"]
        return found

    before = status()
    receipt = await runner.run(await planner.renew(SHOP_TLS), permit)
    assert receipt.outcome is Outcome.DONE
    await world.until(lambda: status()["notAfter"] > before["notAfter"])
    assert [(each["type"], each["status"]) for each in status()["conditions"]] == [("Ready", "True")]
    assert status()["revision"] == before["revision"] + 1


@pytest.mark.parametrize("what", ["status", "spec"])
async def test_a_certificate_that_moved_meanwhile_is_left_alone(
    world: World, planner: Planner, runner: Runner, permit: Permit, what: str
) -> None:
    plan = await planner.renew(SHOP_TLS)
    stored = world.store.get(CERTIFICATES, "shop", "shop-tls")
    moved = world.store.replace(stored, {**stored.obj, what: {**stored.obj[what], "new": 1}})
    receipt = await runner.run(plan, permit)
    said = "its status may have moved" if what == "status" else "new added"
    assert receipt.summary == f"refused: it has changed since the plan was made: {said}"
    assert world.store.get(CERTIFICATES, "shop", "shop-tls").version == moved.version
