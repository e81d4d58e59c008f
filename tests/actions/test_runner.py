"""Plans are run once, after they were recorded, and always receipted."""

import asyncio
from typing import Any

import pytest
from support.recorder import Memory

from cockpit.actions.cluster_executor import ClusterExecutor
from cockpit.actions.permit import Permit
from cockpit.actions.planner import Planner
from cockpit.actions.receipt import Outcome, TargetReceipt
from cockpit.actions.resource import Ref
from cockpit.actions.runner import Runner
from cockpit.gameday.api.kinds import DEPLOYMENTS, DISRUPTION_BUDGETS, NODES, PODS
from cockpit.gameday.world import World
from cockpit.reading import SourceError, TroubleKind
from cockpit.sources.kubernetes.connection import Cluster

WORKER = Ref("Deployment", "worker", "shop")
WORKER_PATH = "/apis/apps/v1/namespaces/shop/deployments/worker"


def pods_of(world: World, app: str) -> list[Ref]:
    pods = world.store.list(PODS, "shop")
    return [Ref("Pod", pod.name, "shop", pod.uid) for pod in pods if pod.name.startswith(f"{app}-")]


def image_of(world: World, name: str) -> str:
    image = world.store.get(DEPLOYMENTS, "shop", name).obj["spec"]["template"]["spec"]["containers"][0]["image"]
    return str(image)


def touch(world: World) -> None:
    """Change something that the guard does not mind, as a status does several times a second."""
    stored = world.store.get(DEPLOYMENTS, "shop", "worker")
    obj = stored.copy()
    obj["status"]["touched"] = obj["status"].get("touched", 0) + 1
    world.store.replace(stored, obj)


def budget(world: World, app: str, allowed: int) -> None:
    """Let so many pods of a deployment of two be taken away."""
    spec = {"minAvailable": 2 - allowed, "selector": {"matchLabels": {"app": app}}}
    body = {"metadata": {"name": f"{app}-pdb", "namespace": "shop"}, "spec": spec}
    world.store.create(DISRUPTION_BUDGETS, {**body, "status": {"disruptionsAllowed": allowed}})


async def test_the_intent_is_recorded_before_and_the_receipt_after(
    planner: Planner, runner: Runner, permit: Permit, memory: Memory
) -> None:
    plan = await planner.restart(WORKER)
    receipt = await runner.run(plan, permit)
    assert memory.told == [plan, receipt]
    assert len(set(memory.tokens)) == 1
    assert (receipt.outcome, receipt.command, receipt.unrecorded) == (Outcome.DONE, plan.command, "")
    assert receipt.targets[0].generation > 1
    assert receipt.summary.startswith("done in 0.")


async def test_without_a_permit_nothing_is_sent_nor_recorded(
    world: World, planner: Planner, runner: Runner, memory: Memory
) -> None:
    version = world.store.get(DEPLOYMENTS, "shop", "worker").version
    receipt = await runner.run(await planner.restart(WORKER), Permit())
    assert receipt.summary == "refused: the cockpit is read-only in context practice: allow it to write first"
    assert world.store.get(DEPLOYMENTS, "shop", "worker").version == version
    assert memory.told == []


async def test_a_plan_for_another_cluster_is_not_run(
    world: World, planner: Planner, memory: Memory, permit: Permit
) -> None:
    plan = await planner.restart(WORKER)
    elsewhere = Runner(ClusterExecutor(Cluster(world.kubeconfig, "practice-viewer")), memory)
    assert (await elsewhere.run(plan, permit)).said == "it was planned in context practice"


async def test_what_cannot_be_recorded_is_not_run_unless_the_person_insists(
    world: World, planner: Planner, runner: Runner, permit: Permit, memory: Memory
) -> None:
    memory.failure = OSError("the disk is full")
    plan = await planner.scale(WORKER, 4)
    refused = await runner.run(plan, permit)
    assert (refused.outcome, refused.said) == (
        Outcome.REFUSED,
        "not run, because it cannot be recorded: the disk is full",
    )
    assert world.store.get(DEPLOYMENTS, "shop", "worker").obj["spec"]["replicas"] != 4
    insisted = await runner.run(plan, permit, unrecorded=True)
    assert (insisted.outcome, insisted.unrecorded) == (Outcome.DONE, "the disk is full")
    assert world.store.get(DEPLOYMENTS, "shop", "worker").obj["spec"]["replicas"] == 4


async def test_a_status_that_moves_does_not_stop_an_action(
    world: World, planner: Planner, runner: Runner, permit: Permit
) -> None:
    plan = await planner.set_image(WORKER, "worker", "registry.shop.local/worker:3.2.0")
    touch(world)
    receipt = await runner.run(plan, permit)
    assert receipt.outcome is Outcome.DONE
    assert image_of(world, "worker").endswith(":3.2.0")


class Restless(Cluster):
    """A cluster in which the status of the workload moves just before each change arrives."""

    def __init__(self, world: World, moves: int) -> None:
        super().__init__(world.kubeconfig)
        self._world = world
        self._loop = asyncio.get_running_loop()
        self._moves = moves

    def send(self, *request: Any, **more: Any) -> bytes:
        if self._moves:
            self._moves -= 1
            asyncio.run_coroutine_threadsafe(self._touch(), self._loop).result(5)
        return super().send(*request, **more)

    async def _touch(self) -> None:
        touch(self._world)


@pytest.mark.parametrize(("moves", "outcome"), [(4, Outcome.DONE), (99, Outcome.FAILED)])
async def test_a_status_that_moves_all_the_time_is_outrun_for_a_while(
    world: World, planner: Planner, permit: Permit, memory: Memory, moves: int, outcome: Outcome
) -> None:
    plan = await planner.restart(WORKER)
    receipt = await Runner(ClusterExecutor(Restless(world, moves)), memory).run(plan, permit)
    assert receipt.outcome is outcome
    assert receipt.targets[0].said == (
        "" if outcome is Outcome.DONE else "it changed 5 times while it was tried: try again"
    )


async def test_a_conflict_that_is_not_about_the_guard_is_the_servers_last_word(
    world: World, planner: Planner, runner: Runner, permit: Permit
) -> None:
    plan = await planner.scale(WORKER, 4)
    world.faults.answer(f"{WORKER_PATH}/scale", 409)
    assert (await runner.run(plan, permit)).summary == "refused: this fault was asked for"


async def test_a_spec_that_moved_stops_it_and_is_told(
    world: World, planner: Planner, runner: Runner, permit: Permit
) -> None:
    plan = await planner.scale(WORKER, 4)
    other = await planner.set_image(WORKER, "worker", "registry.shop.local/worker:3.2.0")
    await runner.run(other, permit)
    receipt = await runner.run(plan, permit)
    assert receipt.outcome is Outcome.REFUSED
    moved = "worker: image registry.shop.local/worker:3.2.1 → registry.shop.local/worker:3.2.0"
    assert receipt.targets[0].said == f"it has changed since the plan was made: {moved}"


async def test_an_autoscaler_that_moves_the_replicas_does_not_stop_a_rollback(
    world: World, planner: Planner, runner: Runner, permit: Permit
) -> None:
    api = Ref("Deployment", "api", "shop")
    plan = await planner.rollback(api, 2)
    await runner.run(await planner.scale(api, 4), permit)
    assert (await runner.run(plan, permit)).outcome is Outcome.DONE
    assert world.store.get(DEPLOYMENTS, "shop", "api").obj["spec"]["replicas"] == 4


async def test_a_namesake_is_left_alone(
    world: World, planner: Planner, runner: Runner, permit: Permit, cluster: Cluster
) -> None:
    pod = next(ref for ref in pods_of(world, "db"))
    plan = await planner.delete_pods([pod])
    stored = world.store.get(PODS, "shop", pod.name)
    world.store.remove(stored)
    obj = {key: value for key, value in stored.obj.items() if key != "metadata"}
    metadata = {key: stored.obj["metadata"][key] for key in ("name", "namespace", "labels")}
    namesake = world.store.create(PODS, {**obj, "metadata": metadata})
    receipt = await runner.run(plan, permit)
    assert receipt.summary == "refused: it has changed since the plan was made: it was deleted and made anew"
    assert world.store.get(PODS, "shop", pod.name).uid == namesake.uid
    with pytest.raises(SourceError, match="is not the one that was shown") as caught:
        await planner.delete_pods([pod])
    assert caught.value.kind is TroubleKind.MISSING


async def test_pods_are_deleted_and_each_is_told(
    world: World, planner: Planner, runner: Runner, permit: Permit
) -> None:
    pods = pods_of(world, "web")
    told: list[TargetReceipt] = []
    receipt = await runner.run(await planner.delete_pods(pods), permit, told=told.append)
    assert [each.outcome for each in told] == [Outcome.DONE, Outcome.DONE]
    assert receipt.outcome is Outcome.DONE
    await world.until(lambda: not {pod.name for pod in pods} & {pod.name for pod in pods_of(world, "web")})


async def test_a_pod_that_went_by_itself_does_not_stop_the_others(
    world: World, planner: Planner, runner: Runner, permit: Permit
) -> None:
    pods = pods_of(world, "api")
    plan = await planner.delete_pods(pods)
    world.store.remove(world.store.get(PODS, "shop", pods[0].name))
    receipt = await runner.run(plan, permit)
    assert [each.said for each in receipt.targets] == ["it was gone already", "", ""]
    assert receipt.outcome is Outcome.DONE


async def test_a_denial_halfway_stops_it_and_is_receipted_pod_by_pod(
    world: World, planner: Planner, runner: Runner, permit: Permit
) -> None:
    pods = pods_of(world, "api")
    plan = await planner.delete_pods(pods)
    world.faults.answer(f"/api/v1/namespaces/shop/pods/{pods[1].name}", 403)
    receipt = await runner.run(plan, permit)
    assert [each.outcome for each in receipt.targets] == [Outcome.DONE, Outcome.REFUSED, Outcome.NOT_TRIED]
    assert receipt.outcome is Outcome.PARTLY
    denied = f"pod/{pods[1].name} refused: may not delete pods in shop: this fault was asked for"
    assert receipt.summary == f"partly: 1 of 3 done; {denied}"


async def test_a_viewer_is_refused_by_the_server(world: World, permit: Permit, memory: Memory) -> None:
    cluster = Cluster(world.kubeconfig, "practice-viewer")
    plan = await Planner(cluster).restart(WORKER)
    receipt = await Runner(ClusterExecutor(cluster), memory).run(plan, permit)
    assert receipt.outcome is Outcome.REFUSED
    assert receipt.targets[0].said.startswith("may not patch deployments.apps in shop: ")


async def test_an_eviction_that_a_budget_forbids_names_the_budget(
    world: World, planner: Planner, runner: Runner, permit: Permit
) -> None:
    budget(world, "web", 0)
    plan = await planner.evict(pods_of(world, "web")[:1])
    assert plan.warnings[-1] == "disruption budget web-pdb allows 0"
    receipt = await runner.run(plan, permit)
    assert receipt.outcome is Outcome.REFUSED
    assert receipt.targets[0].said.startswith("disruption budget web-pdb: Cannot evict pod")
    assert len(pods_of(world, "web")) == 2


async def test_an_eviction_that_admission_forbids_is_not_put_down_to_a_budget(
    world: World, planner: Planner, runner: Runner, permit: Permit
) -> None:
    budget(world, "web", 1)
    pod = pods_of(world, "web")[0]
    plan = await planner.evict([pod])
    body = b'{"kind":"Status","message":"admission webhook \\"p\\" denied the request: frozen"}'
    world.faults.answer(f"{pod.path}/eviction", 403, body=body)
    receipt = await runner.run(plan, permit)
    assert receipt.summary == 'refused: admission webhook "p" denied the request: frozen'


async def test_a_drain_goes_on_when_a_budget_allows_it_again(
    world: World, planner: Planner, runner: Runner, permit: Permit
) -> None:
    name = next(pod.obj["spec"]["nodeName"] for pod in world.store.list(PODS, "shop") if pod.name.startswith("web-"))
    budget(world, "web", 0)
    plan = await planner.drain(Ref("Node", name))

    def free(receipt: TargetReceipt) -> None:
        if receipt.outcome is Outcome.REFUSED:
            stored = world.store.get(DISRUPTION_BUDGETS, "shop", "web-pdb")
            world.store.replace(stored, {**stored.obj, "spec": {**stored.obj["spec"], "minAvailable": 0}})

    receipt = await runner.run(plan, permit, told=free)
    assert receipt.outcome is Outcome.DONE, receipt.summary


async def test_a_drain_that_may_not_cordon_evicts_nobody(
    world: World, planner: Planner, runner: Runner, permit: Permit
) -> None:
    plan = await planner.drain(Ref("Node", "node1"))
    world.faults.answer("/api/v1/nodes/node1", 409)
    receipt = await runner.run(plan, permit)
    assert {each.outcome for each in receipt.targets[1:]} == {Outcome.NOT_TRIED}
    assert not world.store.get(NODES, "", "node1").obj["spec"].get("unschedulable")


async def test_whoever_stops_waiting_does_not_stop_the_action(
    world: World, planner: Planner, runner: Runner, permit: Permit, memory: Memory
) -> None:
    plan = await planner.restart(WORKER)
    world.faults.slow(WORKER_PATH, 0.1)
    waiting = asyncio.create_task(runner.run(plan, permit))
    await asyncio.sleep(0.05)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert runner.busy
    await runner.aclose()
    assert memory.receipt.outcome is Outcome.DONE


async def test_what_does_not_end_before_the_cockpit_does_is_unknown(
    world: World, planner: Planner, runner: Runner, permit: Permit, memory: Memory
) -> None:
    plan = await planner.delete_pods(pods_of(world, "web"))
    world.faults.slow("/api/v1/namespaces/shop/pods/", 1.0)
    waiting = asyncio.create_task(runner.run(plan, permit))
    await world.until(lambda: bool(memory.told))
    await runner.aclose(within=0.05)
    receipt = memory.receipt
    assert [each.outcome for each in receipt.targets] == [Outcome.UNKNOWN, Outcome.NOT_TRIED]
    assert receipt.targets[0].said == "the cockpit was left before the answer came"
    with pytest.raises(asyncio.CancelledError):
        await waiting
