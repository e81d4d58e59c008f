"""Deleting, evicting and draining as they are planned."""

from collections.abc import Callable
from typing import Any

import pytest

from cockpit.actions.budgets import Budgets
from cockpit.actions.live import Live, live_of
from cockpit.actions.nodes import plan_cordon, plan_drain
from cockpit.actions.plan import Evict, Right, Risk
from cockpit.actions.pods import plan_delete_pods, plan_evict
from cockpit.actions.scene import Scene

Make = Callable[..., Live]
NODE = live_of("Node", {"metadata": {"name": "node1", "uid": "n", "resourceVersion": "9"}, "spec": {}})


def budget(allowed: int, selector: dict[str, Any] | None = None) -> Budgets:
    spec = {"selector": {"matchLabels": {"app": "api"}} if selector is None else selector}
    raw = {"metadata": {"name": "api", "namespace": "shop"}, "spec": spec, "status": {"disruptionsAllowed": allowed}}
    return Budgets((live_of("PodDisruptionBudget", raw),))


def test_a_pod_that_is_deleted_says_what_becomes_of_it(scene: Scene, pod: Make) -> None:
    plan = plan_delete_pods(scene, [pod()], Budgets())
    assert (plan.title, plan.subject, plan.risk) == ("delete pod/api-1", "api-1", Risk.DESTROY)
    assert plan.changes == ("pod/api-1 ends; ReplicaSet/api-h12 makes a new one",)
    assert plan.command == "kubectl --context shop-prod -n shop delete pod api-1"
    assert plan.rights == (Right("delete", "", "pods", "", "shop", "api-1"),)


def test_several_pods_are_confirmed_by_their_namespace(scene: Scene, pod: Make) -> None:
    plan = plan_delete_pods(scene, [pod("a"), pod("b")], Budgets())
    assert (plan.title, plan.subject) == ("delete 2 pods of shop", "shop")
    assert plan.command.endswith("delete pod a b")


def test_a_pod_that_nobody_makes_anew_is_warned_of(scene: Scene, pod: Make) -> None:
    plan = plan_delete_pods(scene, [pod(owner="")], Budgets())
    assert plan.warnings == ("pod/api-1 has no controller: it will not come back",)


def test_the_only_ready_pod_is_warned_of(scene: Scene, pod: Make, replica_set: Make) -> None:
    owner = replica_set(12)
    owner.raw["status"] = {"readyReplicas": 1}  # type: ignore[index]
    down = "no other pod of ReplicaSet/api-h12 is ready: it will be down until a new one is"
    assert plan_delete_pods(scene, [pod()], Budgets(), [owner]).warnings == (down,)
    assert plan_delete_pods(scene, [pod(ready=False)], Budgets(), [owner]).warnings == ()


def test_a_deletion_goes_past_a_budget_and_says_so(scene: Scene, pod: Make) -> None:
    past = "disruption budget api allows 0: a deletion goes past it; evict respects it"
    assert plan_delete_pods(scene, [pod()], budget(0)).warnings == (past,)
    assert plan_delete_pods(scene, [pod()], budget(1)).warnings == ()


@pytest.mark.parametrize(
    ("metadata", "reason"),
    [
        ({"annotations": {"kubernetes.io/config.mirror": "x"}}, "static pod"),
        ({"deletionTimestamp": "2026-11-21T14:00:00Z"}, "being deleted already"),
    ],
)
def test_pods_that_cannot_be_deleted_are_refused(
    scene: Scene, pod: Make, metadata: dict[str, Any], reason: str
) -> None:
    assert reason in plan_delete_pods(scene, [pod(metadata=metadata)], Budgets()).refused


@pytest.mark.parametrize(
    ("selector", "covered"),
    [
        ({}, True),
        ({"matchLabels": {"app": "web"}}, False),
        ({"matchExpressions": [{"key": "app", "operator": "In", "values": ["api", "web"]}]}, True),
        ({"matchExpressions": [{"key": "app", "operator": "NotIn", "values": ["api"]}]}, False),
        ({"matchExpressions": [{"key": "tier", "operator": "Exists"}]}, False),
        ({"matchExpressions": [{"key": "tier", "operator": "DoesNotExist"}]}, True),
    ],
)
def test_a_budget_is_named_when_its_selector_chooses_the_pod(
    scene: Scene, pod: Make, selector: dict[str, Any], covered: bool
) -> None:
    plan = plan_evict(scene, [pod()], budget(0, selector))
    assert plan.warnings == (("disruption budget api allows 0",) if covered else ())
    assert plan.targets[0].operation == Evict(("api",) if covered else ())


def test_budgets_that_may_not_be_read_are_told(scene: Scene, pod: Make) -> None:
    plan = plan_evict(scene, [pod()], Budgets(trouble="disruption budgets are not known: may not list"))
    assert plan.warnings == ("disruption budgets are not known: may not list",)


def test_a_drain_leaves_out_and_names_what_it_cannot_move(scene: Scene, pod: Make) -> None:
    pods = [
        pod("api-1"),
        pod("proxy", owner="DaemonSet"),
        pod("static", owner="Node", metadata={"annotations": {"kubernetes.io/config.mirror": "x"}}),
        pod("cache", spec={"volumes": [{"name": "tmp", "emptyDir": {}}]}),
    ]
    plan = plan_drain(scene, NODE, pods, budget(1))
    assert plan.command == "kubectl --context shop-prod drain node1 --ignore-daemonsets --delete-emptydir-data"
    assert [str(target.ref) for target in plan.targets] == ["node/node1", "pod/api-1", "pod/cache"]
    assert plan.warnings == (
        "shop/proxy stays: DaemonSet/api-h12 would put it there again",
        "shop/static stays: it is a static pod of the node",
        "shop/cache loses what it keeps in an emptyDir",
        "disruption budget api allows 1",
    )


def test_a_pod_that_two_budgets_count_is_not_evicted(scene: Scene, pod: Make) -> None:
    """The server answers with status 500, and does not ask either of them."""
    given = {"metadata": {"name": "tier", "namespace": "shop"}, "spec": {"selector": {}}}
    two = Budgets((*budget(1).known, live_of("PodDisruptionBudget", given)))
    why = "disruption budgets api, tier count it, and with more than one the server evicts no pod"
    assert plan_evict(scene, [pod()], two).refused == f"pod/api-1: {why}"
    assert not plan_evict(scene, [pod(phase="Pending")], two).refused
    drain = plan_drain(scene, NODE, [pod(), pod("api-2", phase="Pending")], two)
    assert [str(target.ref) for target in drain.targets] == ["node/node1", "pod/api-2"]
    assert f"shop/api-1 stays: {why}" in drain.warnings


def test_a_drain_that_would_lose_a_pod_is_refused(scene: Scene, pod: Make) -> None:
    plan = plan_drain(scene, NODE, [pod("job", owner="")], Budgets())
    assert plan.refused == "shop/job has no controller and would be lost: deal with it first"
    assert not plan_drain(scene, NODE, [pod("job", owner="", phase="Succeeded")], Budgets()).refused


def test_a_node_is_cordoned_once(scene: Scene) -> None:
    plan = plan_cordon(scene, NODE)
    assert (plan.changes, plan.refused) == (("unschedulable none → true",), "")
    assert plan.command == "kubectl --context shop-prod cordon node1"
    assert plan_cordon(scene, NODE, cordon=False).refused == "node/node1 is uncordoned already: it would change nothing"
