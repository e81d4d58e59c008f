"""From plan to receipt to the end of the rollout, with the readings that the panes have."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

from support.recorder import Memory

from cockpit.actions.cluster_executor import ClusterExecutor
from cockpit.actions.permit import Permit
from cockpit.actions.planner import Planner
from cockpit.actions.progress import Stage, follow
from cockpit.actions.receipt import Outcome
from cockpit.actions.resource import Ref
from cockpit.actions.runner import Runner
from cockpit.gameday.api import kinds
from cockpit.gameday.scenarios import shop_images
from cockpit.gameday.world import World
from cockpit.sources.kubernetes.connection import Cluster
from cockpit.sources.kubernetes.kind_names import DEPLOYMENTS
from cockpit.sources.kubernetes.kinds import watched_kinds
from cockpit.sources.kubernetes.objects_source import ObjectsSource
from cockpit.sources.kubernetes.rollout import Workload

API = Ref("Deployment", "api", "shop")


async def readings(cluster: Cluster, ref: Ref) -> AsyncGenerator[Workload | None, None]:
    kind = next(each for each in watched_kinds() if each.name == DEPLOYMENTS)
    while True:
        async with aclosing(ObjectsSource(cluster, kind, ref.namespace).stream()) as snapshots:
            async for snapshot in snapshots:
                yield snapshot.objects.get(f"{ref.namespace}/{ref.name}")


def image_of(world: World) -> str:
    containers = world.store.get(kinds.DEPLOYMENTS, "shop", "api").obj["spec"]["template"]["spec"]["containers"]
    return str(containers[0]["image"])


async def test_a_bad_deploy_is_rolled_back_and_followed_to_its_end(
    permit: Permit, memory: Memory, bad_world: World
) -> None:
    await bad_world.until(lambda: image_of(bad_world) == shop_images.API_BAD)
    cluster = Cluster(bad_world.kubeconfig)
    plan = await Planner(cluster).rollback(API, 3)
    assert plan.changes[0] == "api: image registry.shop.local/api:1.5.0 → registry.shop.local/api:1.4.0"
    receipt = await Runner(ClusterExecutor(cluster), memory).run(plan, permit)
    assert receipt.outcome is Outcome.DONE
    target = receipt.targets[0]
    uid = plan.targets[0].guard.uid
    async with aclosing(readings(cluster, API)) as read:
        steps = [step async for step in follow(read, uid, target.generation, patience=8)]
    assert steps[-1].stage is Stage.DONE
    assert steps[-1].message == "3 of 3 updated and available"
