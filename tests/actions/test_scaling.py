"""Scaling as it is planned."""

from collections.abc import Callable
from datetime import UTC, datetime

from cockpit.actions.live import Live
from cockpit.actions.plan import Right, Risk
from cockpit.actions.scaling import plan_scale
from cockpit.actions.scene import Scene
from cockpit.sources.kubernetes.objects import Autoscaler, Meta, Owner

NOW = datetime(2026, 11, 21, 14, 8, 51, tzinfo=UTC)

Make = Callable[..., Live]


def autoscaler(target: str) -> Autoscaler:
    return Autoscaler(Meta("api-hpa", "u", "1", NOW, "shop"), Owner("Deployment", target), 2, 10)


def test_a_scaling_says_from_what_to_what(scene: Scene, deployment: Make) -> None:
    plan = plan_scale(scene, deployment(), 5)
    assert (plan.title, plan.changes, plan.warnings) == ("scale deployment/api to 5", ("replicas 3 → 5",), ())
    assert plan.command == "kubectl --context shop-prod -n shop scale deployment/api --replicas=5"
    assert plan.rights == (Right("patch", "apps", "deployments", "scale", "shop", "api"),)


def test_an_autoscaler_that_will_undo_it_is_named(scene: Scene, deployment: Make) -> None:
    plan = plan_scale(scene, deployment(), 5, [autoscaler("api"), autoscaler("web")])
    assert plan.warnings == ("the HPA api-hpa (2 to 10) will undo the scaling",)


def test_scaling_to_none_destroys(scene: Scene, deployment: Make) -> None:
    plan = plan_scale(scene, deployment(), 0)
    assert plan.risk is Risk.DESTROY
    assert plan.warnings == ("all its pods end: it will be down until it is scaled up again",)


def test_what_would_change_nothing_or_makes_no_sense_is_refused(scene: Scene, deployment: Make) -> None:
    assert plan_scale(scene, deployment(), 3).refused == "it has 3 replicas already: it would change nothing"
    assert plan_scale(scene, deployment(), -1).refused == "replicas cannot be fewer than none"


def test_a_revision_is_scaled_back_by_its_deployment(scene: Scene, replica_set: Make) -> None:
    plan = plan_scale(scene, replica_set(12), 2)
    assert plan.warnings == ("it belongs to Deployment/api, which will undo the scaling",)
