"""What is deleted on a node that does not answer stays there: the plan says so, and the receipt counts it apart."""

from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest
from support.recorder import Memory

from cockpit.actions.budgets import Budgets
from cockpit.actions.cluster_executor import ClusterExecutor
from cockpit.actions.force import plan_force_delete
from cockpit.actions.live import Live, live_of
from cockpit.actions.nodes import plan_drain
from cockpit.actions.permit import Permit
from cockpit.actions.plan import Delete, Risk
from cockpit.actions.planner import Planner
from cockpit.actions.pods import plan_delete_pods, plan_evict
from cockpit.actions.receipt import Outcome
from cockpit.actions.resource import Ref
from cockpit.actions.runner import Runner
from cockpit.actions.scene import Scene
from cockpit.gameday.api.kinds import DISRUPTION_BUDGETS, PODS
from cockpit.gameday.cluster import Timings
from cockpit.gameday.scenarios import dead_node
from cockpit.gameday.world import World
from cockpit.sources.kubernetes.connection import Cluster

Make = Callable[..., Live]
NODE = Ref("Node", "node2")
ON_IT = {"nodeName": "node2"}
ENDING = {"deletionTimestamp": "2026-11-21T14:00:00Z"}
SAID = (
    "node/node2 does not answer: a pod on it stays Terminating until it comes back or is deleted; force delete ends it"
)


def node(ready: str) -> Live:
    status = {"conditions": [{"type": "Ready", "status": ready}]}
    return live_of("Node", {"metadata": {"name": "node2", "uid": "n"}, "spec": {}, "status": status})


def test_a_drain_says_that_the_pods_stay(scene: Scene, pod: Make) -> None:
    plan = plan_drain(scene, node("Unknown"), [pod("api-1", spec=ON_IT)], Budgets())
    assert plan.changes == ("node/node2 is cordoned", "shop/api-1 is marked for deletion")
    assert plan.warnings[0].startswith("node/node2 does not answer: its pods stay Terminating until it comes back")
    assert plan_drain(scene, node("True"), [pod("api-1", spec=ON_IT)], Budgets()).warnings == ()


def test_a_deletion_and_an_eviction_say_that_the_pod_stays(scene: Scene, pod: Make) -> None:
    for make in (plan_delete_pods, plan_evict):
        plan = make(scene, [pod(spec=ON_IT)], Budgets(), silent=["node2"])
        assert plan.changes == ("pod/api-1 is marked for deletion; ReplicaSet/api-h12 makes a new one",)
        assert plan.warnings == (SAID,)


@pytest.mark.parametrize("kind", ["StatefulSet", "DaemonSet"])
def test_some_controllers_wait_until_the_old_pod_is_gone(scene: Scene, pod: Make, kind: str) -> None:
    plan = plan_delete_pods(scene, [pod(owner=kind, spec=ON_IT)], Budgets(), silent=["node2"])
    assert plan.changes[0].endswith(f"{kind}/api-h12 makes a new one only when it is gone")
    ending = pod("db-0", owner=kind, metadata=ENDING, spec=ON_IT)
    forced = plan_force_delete(scene, NODE, [ending], {"node2": False})
    assert forced.changes == (f"shop/db-0 is forgotten by the cluster; {kind}/api-h12 makes a new one",)


def test_a_pod_with_a_finalizer_stays_though_it_is_forced(scene: Scene, pod: Make) -> None:
    held = pod("db-0", metadata={**ENDING, "finalizers": ["example.com/hold"]}, spec=ON_IT)
    plan = plan_force_delete(scene, NODE, [held], {"node2": False})
    said = "still Terminating until finalizer example.com/hold is taken away"
    assert plan.changes == (f"shop/db-0 is {said}",)
    assert [each.operation for each in plan.targets] == [Delete(force=True, lingers=said)]
    tracked = pod("import-1", metadata={**ENDING, "finalizers": ["batch.kubernetes.io/job-tracking"]}, spec=ON_IT)
    assert plan_force_delete(scene, NODE, [tracked], {"node2": False}).targets[0].operation == Delete(force=True)


def test_only_what_is_terminating_is_forgotten_by_force(scene: Scene, pod: Make) -> None:
    ending = pod("db-0", owner="StatefulSet", metadata=ENDING, spec=ON_IT)
    plan = plan_force_delete(scene, NODE, [ending, pod("api-1", spec=ON_IT)], {"node2": False})
    assert (plan.title, plan.risk, plan.subject) == (
        "force delete the Terminating pods of node/node2",
        Risk.DESTROY,
        "node2",
    )
    assert plan.command == "kubectl --context shop-prod -n shop delete pod db-0 --grace-period=0 --force"
    assert [(str(each.ref), each.operation) for each in plan.targets] == [("pod/db-0", Delete(force=True))]
    assert "db-0 runs twice and may write the same data: make sure that the machine is off" in plan.warnings[1]
    assert "taint nodes node2 node.kubernetes.io/out-of-service=nodeshutdown:NoExecute" in plan.warnings[2]


@pytest.mark.parametrize(
    ("about", "refused"),
    [(NODE, "no pod of node/node2 is Terminating"), (Ref("Pod", "api-1", "shop"), "pod/api-1 is not Terminating")],
)
def test_what_is_not_terminating_is_not_forgotten(scene: Scene, pod: Make, about: Ref, refused: str) -> None:
    assert plan_force_delete(scene, about, [pod(spec=ON_IT)], {"node2": False}).refused.startswith(refused)


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        ({"node2": True}, "node/node2 answers: its kubelet ends them by itself"),
        ({}, "whether node/node2 answers is not known"),
    ],
)
def test_a_node_that_answers_ends_its_pods_by_itself(
    scene: Scene, pod: Make, answers: dict[str, bool], told: str
) -> None:
    """One that may not be read is taken for neither."""
    plan = plan_force_delete(scene, NODE, [pod(metadata=ENDING, spec=ON_IT)], answers)
    assert plan.warnings[0] == told
    assert "out-of-service" not in "".join(plan.warnings)


@pytest.fixture
async def dead_world() -> AsyncIterator[World]:
    """The shop with node2 silent; its pods are left where they are."""
    async with World(dead_node(healthy_for=0.0, timings=Timings(eviction=10**6)), speed=50, seed=1) as world:
        for budget in world.store.list(DISRUPTION_BUDGETS, "shop"):
            world.store.remove(budget)
        yield world


@pytest.fixture
def at_it(dead_world: World) -> Iterator[Cluster]:
    cluster = Cluster(dead_world.kubeconfig)
    yield cluster
    cluster.close()


def pods_on_node2(world: World) -> list[Any]:
    return [each for each in world.store.list(PODS, "shop") if each.obj["spec"].get("nodeName") == "node2"]


async def test_a_drain_is_accepted_and_the_pods_are_counted_apart_until_they_are_forced(
    dead_world: World, at_it: Cluster, permit: Permit, memory: Memory
) -> None:
    planner, runner = Planner(at_it), Runner(ClusterExecutor(at_it), memory)
    plan = await planner.drain(NODE)
    many = len(plan.targets) - 1
    receipt = await runner.run(plan, permit)
    assert receipt.outcome is Outcome.DONE
    assert receipt.summary.startswith("accepted in ")
    said = f"1 of {many + 1} done; {many} accepted: still Terminating, node/node2 does not answer"
    assert receipt.summary.endswith(said)
    forced = await runner.run(await planner.force_delete([NODE]), permit)
    assert forced.outcome is Outcome.DONE
    assert not [each for each in pods_on_node2(dead_world) if "deletionTimestamp" in each.obj["metadata"]]


async def test_what_somebody_else_has_deleted_meanwhile_is_no_refusal(
    dead_world: World, at_it: Cluster, permit: Permit, memory: Memory
) -> None:
    planner, runner = Planner(at_it), Runner(ClusterExecutor(at_it), memory)
    stored = pods_on_node2(dead_world)[0]
    plan = await planner.delete_pods([Ref("Pod", stored.name, "shop", stored.uid)])
    await runner.run(plan, permit)
    again = await runner.run(plan, permit)
    assert again.outcome is Outcome.DONE
    assert "it is being deleted already; still Terminating, node/node2 does not answer" in again.summary
