"""Restart and rollback as they are planned: what is said before anybody confirms."""

from collections.abc import Callable
from typing import Any

import pytest

from cockpit.actions.live import Live
from cockpit.actions.plan import Patch, Plan, Right, Risk
from cockpit.actions.rollouts import plan_restart, plan_rollback
from cockpit.actions.scene import Scene

Make = Callable[..., Live]
Template = Callable[..., dict[str, Any]]
DIGEST = "sha256:aaaa"


def changes_of(plan: Plan) -> Any:
    operation = plan.targets[0].operation
    assert isinstance(operation, Patch)
    return operation.changes


def pulled(pod: Make, revision: int, digest: str) -> Live:
    statuses = [{"name": "api", "imageID": f"shop/api@{digest}"}]
    labels = {"app": "api", "pod-template-hash": f"h{revision}"}
    return pod(f"api-{revision}", metadata={"labels": labels}, containerStatuses=statuses)


def test_a_restart_says_what_kubectl_would_do(scene: Scene, deployment: Make) -> None:
    plan = plan_restart(scene, deployment())
    assert plan.title == "restart deployment/api"
    assert plan.command == "kubectl --context shop-prod -n shop rollout restart deployment/api"
    assert plan.changes == ("annotation kubectl.kubernetes.io/restartedAt none → 2026-11-21T14:08:51Z",)
    assert (plan.risk, plan.refused, plan.warnings, plan.subject) == (Risk.WRITE, "", (), "api")
    assert plan.rights == (Right("patch", "apps", "deployments", "", "shop", "api"),)


@pytest.mark.parametrize(
    ("spec", "warning"),
    [
        (
            {"replicas": 1, "strategy": {"type": "Recreate"}},
            "strategy Recreate: it will be down from when its pod ends",
        ),
        ({"replicas": 1, "strategy": {"rollingUpdate": {"maxSurge": 0}}}, "1 replica: it will be down until a new pod"),
        ({"replicas": 2, "strategy": {"rollingUpdate": {"maxUnavailable": "100%"}}}, "2 replicas: it will be down"),
    ],
)
def test_a_workload_that_will_be_down_is_warned_of(
    scene: Scene, deployment: Make, spec: dict[str, Any], warning: str
) -> None:
    (told,) = plan_restart(scene, deployment(**spec)).warnings
    assert told.startswith(warning)


def test_one_replica_with_a_surge_stays_up(scene: Scene, deployment: Make) -> None:
    assert plan_restart(scene, deployment(replicas=1)).warnings == ()


def test_a_rollout_that_is_under_way_is_told(scene: Scene, deployment: Make) -> None:
    live = deployment(replicas=4)
    live.raw["status"]["updatedReplicas"] = 1
    assert plan_restart(scene, live).warnings == ("a rollout is under way: 1 of 4 updated",)


def test_a_paused_rollout_is_not_restarted(scene: Scene, deployment: Make) -> None:
    plan = plan_restart(scene, deployment(paused=True))
    resume = "kubectl --context shop-prod -n shop rollout resume deployment/api"
    assert plan.refused == f"the rollout of deployment/api is paused: nothing would happen before {resume}"


def test_pods_that_are_replaced_on_deletion_only_are_told(scene: Scene, deployment: Make) -> None:
    plan = plan_restart(scene, deployment(updateStrategy={"type": "OnDelete"}))
    assert plan.warnings == ("its update strategy is OnDelete: no pod is made anew before somebody deletes it",)


def test_a_rollback_names_what_goes_back(scene: Scene, deployment: Make, replica_set: Make, template: Template) -> None:
    bad = template("shop/api:1.5.0", env=[{"name": "LEVEL", "value": "debug"}])
    good = template("shop/api:1.4.0", env=[{"name": "TOKEN", "value": "hunter2"}])
    plan = plan_rollback(scene, deployment(bad), 11, [replica_set(11, good), replica_set(12, bad)])
    assert plan.title == "rollback deployment/api to revision 11"
    assert plan.command == "kubectl --context shop-prod -n shop rollout undo deployment/api --to-revision=11"
    assert plan.changes == (
        "api: image shop/api:1.5.0 → shop/api:1.4.0",
        "api: env LEVEL removed",
        "api: env TOKEN added",
    )
    assert plan.refused == ""
    assert "hunter2" not in repr((plan.command, plan.changes, plan.warnings, plan.title))


def test_a_rollback_leaves_the_controllers_labels_and_annotations_alone(
    scene: Scene, deployment: Make, replica_set: Make, template: Template
) -> None:
    plan = plan_rollback(scene, deployment(template("shop/api:1.5.0")), 11, [replica_set(11)])
    changes = changes_of(plan)
    assert changes["spec"]["template"]["metadata"]["labels"] == {"app": "api"}
    assert changes["metadata"]["annotations"] == {"kubernetes.io/change-cause": None}


def test_a_revision_that_vanished_is_refused(scene: Scene, deployment: Make, replica_set: Make) -> None:
    others = [replica_set(9), replica_set(12), replica_set(11, uid="of another deployment")]
    plan = plan_rollback(scene, deployment(), 11, others)
    assert plan.refused == "revision 11 is no longer there (there are: 9, 12)"


def test_the_revision_that_runs_is_refused(scene: Scene, deployment: Make, replica_set: Make) -> None:
    plan = plan_rollback(scene, deployment(), 12, [replica_set(12)])
    assert plan.refused == "revision 12 is the one that runs: it would change nothing"


def test_a_moving_tag_would_bring_the_same_version_again(
    scene: Scene, deployment: Make, replica_set: Make, template: Template, pod: Make
) -> None:
    old = template("shop/api:latest")
    new = template("shop/api:latest", annotations={"kubectl.kubernetes.io/restartedAt": "2026-11-21T13:00:00Z"})
    pods = [pulled(pod, 11, DIGEST), pulled(pod, 12, "sha256:bbbb")]
    plan = plan_rollback(scene, deployment(new), 11, [replica_set(11, old), replica_set(12, new)], pods)
    assert plan.refused.startswith("revision 11 names the same images and differs only in when it was restarted")


@pytest.mark.parametrize("running", ["shop/api:1.5.0", f"shop/api@{DIGEST}"])
def test_the_same_digest_under_another_name_is_refused(
    scene: Scene, deployment: Make, replica_set: Make, template: Template, pod: Make, running: str
) -> None:
    new, old = template(running), template("shop/api:stable")
    pods = [pulled(pod, 11, DIGEST), pulled(pod, 12, DIGEST)]
    plan = plan_rollback(scene, deployment(new), 11, [replica_set(11, old), replica_set(12, new)], pods)
    assert plan.refused == "revision 11 has the same image digests and template: it would change nothing"


def test_digests_that_are_not_known_are_not_the_same(
    scene: Scene, deployment: Make, replica_set: Make, template: Template
) -> None:
    new = template("shop/api:1.5.0")
    assert not plan_rollback(scene, deployment(new), 11, [replica_set(11), replica_set(12, new)]).refused


def test_a_rollback_of_configuration_alone_says_so(
    scene: Scene, deployment: Make, replica_set: Make, template: Template
) -> None:
    new = template(env=[{"name": "LEVEL", "value": "debug"}])
    plan = plan_rollback(scene, deployment(new), 11, [replica_set(11), replica_set(12, new)])
    assert plan.warnings == ("both revisions have the same images: only configuration goes back, no code",)


def test_going_back_to_a_moving_tag_is_warned_of(
    scene: Scene, deployment: Make, replica_set: Make, template: Template
) -> None:
    plan = plan_rollback(scene, deployment(), 11, [replica_set(11, template("registry:5000/api"))])
    assert plan.warnings == ("registry:5000/api is a moving tag: what it stands for now may not be what ran then",)
