"""What an action leaves behind is what the real kubectl leaves behind in a world that is its twin."""

import json
import shlex
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from support.practice import told

from cockpit.actions.permit import Permit
from cockpit.actions.plan import Patch, Plan
from cockpit.actions.planner import Planner
from cockpit.actions.receipt import Outcome
from cockpit.actions.resource import Ref
from cockpit.actions.runner import Runner
from cockpit.gameday.api.kinds import AUTOSCALERS, CERTIFICATES, DEPLOYMENTS, NODES, PODS, STATEFUL_SETS, Kind
from cockpit.gameday.scenarios import steady
from cockpit.gameday.world import World

API = Ref("Deployment", "api", "shop")
WORKER = Ref("Deployment", "worker", "shop")
DB = Ref("StatefulSet", "db", "shop")
NODE = Ref("Node", "node1")
SCALER = Ref("HorizontalPodAutoscaler", "api", "shop")
CERTIFICATE = Ref("Certificate", "shop-tls", "shop")
KINDS: dict[str, Kind] = {
    "Deployment": DEPLOYMENTS,
    "StatefulSet": STATEFUL_SETS,
    "Node": NODES,
    "HorizontalPodAutoscaler": AUTOSCALERS,
}
RESTARTED_AT = "kubectl.kubernetes.io/restartedAt"

Kubectl = Callable[..., Awaitable[str]]
Planned = Callable[[Planner], Awaitable[Plan]]


@pytest.fixture
async def twin() -> AsyncIterator[World]:
    async with World(steady(), speed=50, seed=1) as world:
        yield world


def stored(world: World, ref: Ref) -> dict[str, Any]:
    """Give spec and annotations of an object, without the moment of the change."""
    obj = world.store.get(KINDS[ref.kind], ref.namespace, ref.name).copy()
    annotations = obj["spec"].get("template", {}).get("metadata", {}).get("annotations", {})
    if RESTARTED_AT in annotations:
        annotations[RESTARTED_AT] = "then"
    for taint in obj["spec"].get("taints", ()):
        taint["timeAdded"] = "then"
    kept = {key: value for key, value in obj["metadata"].get("annotations", {}).items() if "revision" not in key}
    return {"spec": obj["spec"], "annotations": kept}


@pytest.mark.parametrize(
    ("ref", "plan"),
    [
        (WORKER, lambda planner: planner.restart(WORKER)),
        (DB, lambda planner: planner.restart(DB)),
        (API, lambda planner: planner.rollback(API, 1)),
        (API, lambda planner: planner.rollback(API, 2)),
        (WORKER, lambda planner: planner.scale(WORKER, 4)),
        (DB, lambda planner: planner.scale(DB, 0)),
        (API, lambda planner: planner.set_image(API, "api", "registry.shop.local/api:1.3.1")),
        (API, lambda planner: planner.set_env(API, "api", {"PORT": "8081", "NEW": "a b", "DB_NAME": None})),
        (API, lambda planner: planner.set_resources(API, "api", {"cpu": "200m"}, {"memory": "256Mi", "cpu": "1"})),
        (NODE, lambda planner: planner.cordon(NODE)),
        (SCALER, lambda planner: planner.set_maximum(SCALER, 9)),
    ],
    ids=[
        "restart",
        "restart-sts",
        "undo-1",
        "undo-2",
        "scale",
        "scale-sts",
        "image",
        "env",
        "resources",
        "cordon",
        "hpa",
    ],
)
async def test_the_spec_is_the_one_that_kubectl_leaves(
    world: World,
    twin: World,
    kubectl: Kubectl,
    planner: Planner,
    runner: Runner,
    permit: Permit,
    ref: Ref,
    plan: Planned,
) -> None:
    before = stored(world, ref)
    planned = await plan(planner)
    receipt = await runner.run(planned, permit)
    assert (receipt.outcome, planned.refused) == (Outcome.DONE, "")
    words = shlex.split(planned.command)
    assert words[:3] == ["kubectl", "--context", "practice"]
    await kubectl(twin, *[word for word in words[1:] if str(world.kubeconfig) not in word and word != "--kubeconfig"])
    assert stored(world, ref) == stored(twin, ref) != before


async def test_a_node_is_open_again_after_both(
    world: World, twin: World, kubectl: Kubectl, planner: Planner, runner: Runner, permit: Permit
) -> None:
    for change in (planner.cordon, planner.uncordon):
        plan = await change(NODE)
        await runner.run(plan, permit)
        await kubectl(twin, plan.verb.value, "node1")
        assert stored(world, NODE) == stored(twin, NODE)


async def test_a_drained_node_is_as_empty_as_after_kubectl(
    world: World, twin: World, kubectl: Kubectl, planner: Planner, runner: Runner, permit: Permit
) -> None:
    plan = await planner.drain(NODE)
    receipt = await runner.run(plan, permit)
    assert receipt.outcome is Outcome.DONE
    await kubectl(twin, "drain", "node1", "--ignore-daemonsets", "--timeout=10s")
    for each in (world, twin):
        await each.until(lambda each=each: not on_node(each))  # type: ignore[misc]
    assert stored(world, NODE) == stored(twin, NODE)


def issued(world: World) -> dict[str, Any]:
    """Give what became of the certificate, without the moments, and what was told of it."""
    status = world.store.get(CERTIFICATES, "shop", "shop-tls").copy()["status"]
    for condition in status["conditions"]:
        del condition["lastTransitionTime"]
    moments = ("notBefore", "notAfter", "renewalTime")
    return {"told": told(world, "Issuing"), **{key: value for key, value in status.items() if key not in moments}}


async def test_a_certificate_is_issued_as_after_a_patch_of_its_status_with_kubectl(
    world: World, twin: World, kubectl: Kubectl, planner: Planner, runner: Runner, permit: Permit
) -> None:
    plan = await planner.renew(CERTIFICATE)
    await runner.run(plan, permit)
    await world.until(lambda: issued(world)["revision"] == 4)
    operation = plan.targets[0].operation
    assert isinstance(operation, Patch)
    body = json.dumps(operation.changes)
    await kubectl(twin, "patch", "certificate", "shop-tls", "--subresource=status", "--type=merge", "-p", body)
    await twin.until(lambda: issued(twin) == issued(world))


def on_node(world: World) -> list[str]:
    """Name the pods on the node that a drain takes away: those of daemon sets stay."""
    pods = [pod for pod in world.store.list(PODS) if pod.obj["spec"].get("nodeName") == "node1"]
    owners = {pod.name: pod.obj["metadata"].get("ownerReferences", [{}])[0].get("kind") for pod in pods}
    return [name for name, owner in owners.items() if owner != "DaemonSet"]


async def test_the_command_of_an_eviction_can_be_typed(
    world: World, twin: World, kubectl: Kubectl, planner: Planner
) -> None:
    """The shell is this test: the body is what stands before the pipe."""
    plan = await planner.evict([Ref("Pod", "db-0", "shop")])
    echo, _, command = plan.command.partition(" | ")
    body = json.loads(shlex.split(echo)[1])
    assert (body["kind"], body["metadata"]["name"]) == ("Eviction", "db-0")
    assert shlex.split(command)[-3:] == ["/api/v1/namespaces/shop/pods/db-0/eviction", "-f", "-"]
