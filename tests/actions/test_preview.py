"""A plan is tried out on the server before anybody confirms it, and nothing happens."""

import msgspec
import pytest

from cockpit.actions.permit import Permit
from cockpit.actions.plan import Plan
from cockpit.actions.planner import Planner
from cockpit.actions.preview import try_out
from cockpit.actions.resource import Ref
from cockpit.gameday.api.kinds import DEPLOYMENTS, DISRUPTION_BUDGETS, NODES, PODS
from cockpit.gameday.world import World
from cockpit.sources.kubernetes.connection import Cluster

WORKER = Ref("Deployment", "worker", "shop")
DB = Ref("Pod", "db-0", "shop")
NODE = Ref("Node", "node1")
WEBHOOK = b'{"kind":"Status","code":%d,"message":"admission webhook \\"p\\" %s"}'


@pytest.mark.parametrize("verb", ["restart", "scale", "image", "delete", "evict", "drain"])
async def test_nothing_is_changed_by_a_trial(world: World, cluster: Cluster, planner: Planner, verb: str) -> None:
    plans = {
        "restart": lambda: planner.restart(WORKER),
        "scale": lambda: planner.scale(WORKER, 4),
        "image": lambda: planner.set_image(WORKER, "worker", "x"),
        "delete": lambda: planner.delete_pods([DB]),
        "evict": lambda: planner.evict([DB]),
        "drain": lambda: planner.drain(NODE),
    }
    plan = await plans[verb]()
    specs = [[each.obj["spec"] for each in world.store.list(kind)] for kind in (DEPLOYMENTS, NODES)]
    assert await try_out(cluster, plan) == plan
    assert [[each.obj["spec"] for each in world.store.list(kind)] for kind in (DEPLOYMENTS, NODES)] == specs
    assert not any("deletionTimestamp" in pod.obj["metadata"] for pod in world.store.list(PODS))


async def tried(world: World, cluster: Cluster, plan: Plan, path: str, status: int, says: bytes) -> Plan:
    world.faults.answer(path, status, body=WEBHOOK % (status, says))
    return await try_out(cluster, plan)


async def test_what_admission_would_refuse_is_refused_in_the_preview(
    world: World, cluster: Cluster, planner: Planner
) -> None:
    plan = await tried(world, cluster, await planner.restart(WORKER), WORKER.path, 403, b"denied the request: frozen")
    assert plan.refused == 'deployment/worker: admission webhook "p" denied the request: frozen'


async def test_what_cannot_be_tried_is_said_and_may_be_run(
    world: World, cluster: Cluster, planner: Planner, permit: Permit
) -> None:
    plan = await tried(world, cluster, await planner.restart(WORKER), WORKER.path, 400, b"does not support dry run")
    assert plan.warnings[-1].startswith("deployment/worker could not be tried out: ")
    assert permit.objection(plan) == ""


async def test_a_server_that_is_busy_refuses_nothing(world: World, cluster: Cluster, planner: Planner) -> None:
    plan = await planner.restart(WORKER)
    world.faults.answer(WORKER.path, 429)
    assert (await try_out(cluster, plan)).refused == ""


async def test_of_several_pods_those_that_a_budget_holds_are_named(
    world: World, cluster: Cluster, planner: Planner
) -> None:
    spec = {"selector": {"matchLabels": {"app": "db"}}}
    body = {"metadata": {"name": "db", "namespace": "shop"}, "spec": spec, "status": {"disruptionsAllowed": 0}}
    world.store.create(DISRUPTION_BUDGETS, body)
    web = next(pod.name for pod in world.store.list(PODS, "shop") if pod.name.startswith("web-"))
    both = await try_out(cluster, await planner.evict([DB, Ref("Pod", web, "shop")]))
    assert both.refused == ""
    assert both.warnings[-1].startswith("pod/db-0: Cannot evict pod")
    alone = await try_out(cluster, await planner.evict([DB]))
    assert alone.refused.startswith("pod/db-0: Cannot evict pod")


async def test_what_the_server_adds_is_told(world: World, cluster: Cluster, planner: Planner) -> None:
    plan = await planner.set_image(WORKER, "worker", "x")
    obj = world.store.get(DEPLOYMENTS, "shop", "worker").copy()
    containers = obj["spec"]["template"]["spec"]["containers"]
    containers[0]["image"] = "x"
    containers.append({"name": "mesh", "image": "y"})
    world.faults.answer(WORKER.path, 200, body=msgspec.json.encode(obj))
    assert (await try_out(cluster, plan)).changes == (*plan.changes, "the server adds: container mesh added")
