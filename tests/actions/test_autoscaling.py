"""Changing how far an autoscaler may go: the plan, and the room that further pods would find."""

from typing import Any

import msgspec
import pytest
from support.objects import meta
from support.shop import pod

from cockpit.actions.autoscaling import plan_set_maximum
from cockpit.actions.live import Live, live_of
from cockpit.actions.permit import Permit
from cockpit.actions.plan import Right
from cockpit.actions.planner import Planner
from cockpit.actions.preview import try_out
from cockpit.actions.receipt import Outcome
from cockpit.actions.resource import Ref
from cockpit.actions.room import Quotas, Room
from cockpit.actions.runner import Runner
from cockpit.actions.scene import Scene
from cockpit.gameday.api.kinds import AUTOSCALERS, QUOTAS
from cockpit.gameday.world import World
from cockpit.sources.kubernetes.connection import Cluster
from cockpit.sources.kubernetes.model import Health, Pod, Pods
from cockpit.sources.kubernetes.objects import Condition, Node, Resources, Taint

API = Ref("HorizontalPodAutoscaler", "api", "shop")
MEBI = 1 << 20
SPEC = {"containers": [{"name": "api", "resources": {"requests": {"cpu": "100m"}, "limits": {"memory": "64Mi"}}}]}
UNKNOWN = "whether the nodes have room is not known"


def scaler(**spec: Any) -> Live:
    metadata = {"name": "api", "namespace": "shop", "uid": "u", "resourceVersion": "9"}
    body = {"minReplicas": 3, "maxReplicas": 6, **spec}
    status = {"currentReplicas": 6, "desiredReplicas": 6}
    return live_of("HorizontalPodAutoscaler", {"metadata": metadata, "spec": body, "status": status})


def node(name: str = "node-1", **facts: Any) -> Node:
    return Node(meta=meta(name, ""), **{"cpu": 1000, "memory": 1024 * MEBI, "pods": 10, **facts})


def taking(cpu: int, memory: int = 0, *, ended: bool = False) -> Pod:
    """Make a pod on node-1."""
    each = pod("db-0-0", "Error" if ended else "Running", Health.WRONG if ended else Health.WELL)
    asked = Resources(cpu_request=cpu, memory_request=memory)
    containers = (msgspec.structs.replace(each.containers[0], resources=asked),)
    return msgspec.structs.replace(each, containers=containers, ended=ended)


def pods(*there: Pod, scope: str = "") -> Pods:
    return Pods(scope, {each.key: each for each in there}, "7")


def quota(used: dict[str, str], hard: dict[str, str], **spec: Any) -> Live:
    raw = {"metadata": {"name": "shop", "namespace": "shop"}, "spec": spec, "status": {"hard": hard, "used": used}}
    return live_of("ResourceQuota", raw)


WIDE = Room(SPEC, Quotas(), (node(cpu=64000, memory=64 * 1024 * MEBI, pods=110),), pods())


def test_a_higher_maximum_says_from_what_to_what_and_where_it_stands(scene: Scene) -> None:
    plan = plan_set_maximum(scene, scaler(), 12, WIDE)
    assert plan.title == "set maximum of hpa/api to 12"
    assert plan.changes == ("maxReplicas 6 → 12", "6 pods now, 6 desired, at least 3")
    patch = """kubectl --context shop-prod -n shop patch hpa api --type merge -p '{"spec":{"maxReplicas":12}}'"""
    assert plan.command == patch
    assert plan.rights == (Right("patch", "autoscaling", "horizontalpodautoscalers", "", "shop", "api"),)
    assert (plan.warnings, plan.refused) == ((), "")


def test_a_maximum_that_makes_no_sense_is_refused(scene: Scene) -> None:
    assert plan_set_maximum(scene, scaler(), 6, WIDE).refused == "its maximum is 6 already: it would change nothing"
    assert plan_set_maximum(scene, scaler(), 2, WIDE).refused == "its maximum cannot be below its minimum of 3"


def test_a_lower_maximum_says_how_many_pods_end(scene: Scene) -> None:
    assert plan_set_maximum(scene, scaler(), 4, Room({})).warnings == ("2 of its 6 pods end",)


@pytest.mark.parametrize(
    ("there", "facts", "fits"),
    [
        ((), {}, 10),
        ((taking(500),), {}, 5),
        ((taking(1500),), {}, 0),
        ((taking(0, 1024 * MEBI - 130 * MEBI),), {}, 2),
        ((taking(500, ended=True),), {}, 10),
        ((), {"pods": 3}, 3),
        ((), {"unschedulable": True}, 0),
        ((), {"taints": (Taint("dedicated", "NoSchedule"),)}, 0),
        ((), {"taints": (Taint("full", "PreferNoSchedule"),)}, 10),
        ((), {"conditions": (Condition("Ready", "Unknown"),)}, 0),
    ],
)
def test_the_pods_that_the_nodes_take_are_counted(there: tuple[Pod, ...], facts: dict[str, Any], fits: int) -> None:
    room = Room(SPEC, Quotas(), (node(**facts),), pods(*there))
    assert room.warnings(fits) == []
    assert room.warnings(fits + 1) == [f"the nodes without taints have room for {fits} of {fits + 1} more pods"]


def test_where_one_namespace_is_looked_at_the_room_is_at_most_so_large() -> None:
    (told,) = Room(SPEC, Quotas(), (node(),), pods(scope="shop")).warnings(11)
    assert told == "the nodes without taints have room for at most 10 of 11 more pods"


def test_what_is_not_known_is_said_to_be_so() -> None:
    assert Room(SPEC, Quotas(), (), pods()).warnings(1) == [UNKNOWN]
    assert Room(SPEC, Quotas(), (node(),), Pods("", {})).warnings(1) == [UNKNOWN]
    assert Room(SPEC, Quotas(trouble="quotas are not known: may not list")).warnings(1) == [
        "quotas are not known: may not list",
        UNKNOWN,
    ]
    assert Room({}).warnings(1) == ["what its pods ask for is not known, nor whether there is room for them"]


@pytest.mark.parametrize(
    ("name", "used", "hard", "fits"),
    [
        ("pods", "8", "10", 2),
        ("requests.cpu", "1750m", "2", 2),
        ("cpu", "1750m", "2", 2),
        ("memory", "1Gi", "1Gi", 0),
        ("limits.memory", "0", "192Mi", 3),
        ("pods", "12", "10", 0),
    ],
)
def test_the_pods_that_a_quota_leaves_room_for_are_counted(name: str, used: str, hard: str, fits: int) -> None:
    room = msgspec.structs.replace(WIDE, quotas=Quotas((quota({name: used}, {name: hard}),)))
    assert room.warnings(fits) == []
    assert room.warnings(fits + 1) == [
        f"quota shop has room for {fits} of {fits + 1} more pods: {used} of {hard} {name} used"
    ]


def test_a_quota_of_other_things_or_of_some_pods_only_says_nothing() -> None:
    others = (quota({"services": "3"}, {"services": "3"}), quota({"pods": "9"}, {"pods": "9"}, scopes=["BestEffort"]))
    assert msgspec.structs.replace(WIDE, quotas=Quotas(others)).warnings(5) == []


async def test_the_quota_of_the_namespace_is_read(world: World, planner: Planner, cluster: Cluster) -> None:
    stored = world.store.get(QUOTAS, "shop", "shop")
    world.store.replace(stored, {**stored.obj, "spec": {"hard": {"pods": "3"}}})
    await world.until(lambda: world.store.get(QUOTAS, "shop", "shop").obj["status"]["hard"] == {"pods": "3"})
    plan = await try_out(cluster, await planner.set_maximum(API, 9))
    assert any(told.startswith("quota shop has room for 0 of 6 more pods: ") for told in plan.warnings)
    assert plan.refused == ""


async def test_a_maximum_is_set_and_quotas_and_targets_that_may_not_be_read_do_not_hinder(
    world: World, planner: Planner, runner: Runner, permit: Permit
) -> None:
    world.access.denied.update(("resourcequotas", "deployments"))
    plan = await planner.set_maximum(API, 9)
    assert plan.warnings[0].startswith("quotas are not known: ")
    receipt = await runner.run(plan, permit)
    assert receipt.outcome is Outcome.DONE
    assert world.store.get(AUTOSCALERS, "shop", "api").obj["spec"]["maxReplicas"] == 9
    assert (await runner.run(plan, permit)).summary == (
        "refused: it has changed since the plan was made: maxReplicas 6 → 9"
    )
