"""Changes of a container's image, environment and resources as they are planned."""

from collections.abc import Callable
from typing import Any

import pytest

from cockpit.actions.live import Live
from cockpit.actions.plan import Patch
from cockpit.actions.scene import Scene
from cockpit.actions.settings import plan_set_env, plan_set_image, plan_set_resources

Make = Callable[..., Live]
Template = Callable[..., dict[str, Any]]


def test_an_image_is_told_before_and_after(scene: Scene, deployment: Make) -> None:
    plan = plan_set_image(scene, deployment(), "api", "shop/api:1.4.1")
    assert plan.changes == ("api: image shop/api:1.4.0 → shop/api:1.4.1",)
    assert plan.command == "kubectl --context shop-prod -n shop set image deployment/api api=shop/api:1.4.1"


def test_a_container_that_is_not_there_is_refused(scene: Scene, deployment: Make) -> None:
    plan = plan_set_image(scene, deployment(), "web", "x")
    assert plan.refused == "deployment/api has no container web (it has: api)"


def test_an_image_that_is_there_already_is_refused(scene: Scene, deployment: Make) -> None:
    assert "change nothing" in plan_set_image(scene, deployment(), "api", "shop/api:1.4.0").refused


def test_an_init_container_is_found(scene: Scene, deployment: Make, template: Template) -> None:
    spec = template()
    spec["spec"]["initContainers"] = [{"name": "migrate", "image": "shop/migrate:1"}]
    plan = plan_set_image(scene, deployment(spec), "migrate", "shop/migrate:2")
    assert plan.changes == ("migrate: image shop/migrate:1 → shop/migrate:2",)


def test_variables_are_named_and_their_values_not_told(scene: Scene, deployment: Make, template: Template) -> None:
    known = [{"name": "OLD", "value": "hunter2"}, {"name": "REF", "valueFrom": {"fieldRef": {"fieldPath": "x"}}}]
    values = {"FEATURE_X": "false", "JWT_SECRET": "hunter3", "OLD": None, "REF": "plain", "GONE": None}
    plan = plan_set_env(scene, deployment(template(env=known)), "api", values)
    assert plan.changes == (
        "api: env OLD removed",
        "api: env REF changed",
        "api: env FEATURE_X added",
        "api: env JWT_SECRET added",
    )
    words = "set env deployment/api -c api FEATURE_X=false 'JWT_SECRET=[hidden]' OLD- REF=plain GONE-"
    assert plan.command == f"kubectl --context shop-prod -n shop {words}"
    operation = plan.targets[0].operation
    assert isinstance(operation, Patch)
    sent = operation.changes["spec"]["template"]["spec"]["containers"][0]["env"]
    assert {"name": "JWT_SECRET", "value": "hunter3"} in sent
    assert {"name": "REF", "value": "plain", "valueFrom": None} in sent


def test_a_paused_rollout_takes_settings_and_says_that_nothing_happens_yet(scene: Scene, deployment: Make) -> None:
    plan = plan_set_image(scene, deployment(paused=True), "api", "x")
    assert plan.warnings == ("the rollout is paused: no pod is made anew before it is resumed",)


def test_resources_are_told_one_by_one(scene: Scene, deployment: Make, template: Template) -> None:
    known = {"limits": {"memory": "128Mi"}, "requests": {"memory": "64Mi", "cpu": "100m"}}
    live = deployment(template(resources=known))
    plan = plan_set_resources(scene, live, "api", {"cpu": "200m"}, {"memory": "256Mi"})
    assert plan.changes == ("api: limits.memory 128Mi → 256Mi", "api: requests.cpu 100m → 200m")
    words = "set resources deployment/api -c api --limits=memory=256Mi --requests=cpu=200m"
    assert plan.command == f"kubectl --context shop-prod -n shop {words}"


@pytest.mark.parametrize(
    ("limits", "reason"),
    [
        ({"memory": "32Mi"}, "the request of memory (64Mi) would be above its limit (32Mi)"),
        ({"memory": "lots"}, "'lots' is no Kubernetes quantity"),
    ],
)
def test_resources_that_the_server_would_not_take_are_refused(
    scene: Scene, deployment: Make, template: Template, limits: dict[str, str], reason: str
) -> None:
    live = deployment(template(resources={"requests": {"memory": "64Mi"}}))
    assert plan_set_resources(scene, live, "api", limits=limits).refused == reason
