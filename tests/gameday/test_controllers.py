"""Deployments, replica sets, the scheduler, the kubelet and the endpoint slices do what their namesakes do."""

from collections import Counter
from typing import Any

from cockpit.gameday.api.kinds import DEPLOYMENTS, ENDPOINT_SLICES, EVENTS, NODES, PODS, REPLICA_SETS
from cockpit.gameday.api.store import Obj, Stored
from cockpit.gameday.controllers.deployment_status import find_condition
from cockpit.gameday.controllers.pod_state import is_ready
from cockpit.gameday.controllers.revisions import revision_of
from cockpit.gameday.scenarios import steady
from cockpit.gameday.scenarios.shop_images import API_BAD, API_GOOD, REGISTRY
from cockpit.gameday.world import World


def pods_of(world: World, app: str) -> list[Stored]:
    return [pod for pod in world.store.list(PODS, "shop") if pod.obj["metadata"].get("labels", {}).get("app") == app]


def state_of(pod: Stored) -> Obj:
    statuses = pod.obj["status"].get("containerStatuses") or [{"state": {}}]
    state: Obj = statuses[0]["state"]
    return state


def deployment(world: World, name: str) -> Stored:
    return world.store.get(DEPLOYMENTS, "shop", name)


def change(world: World, name: str, **spec: Any) -> None:
    before = deployment(world, name)
    world.store.replace(before, {**before.obj, "spec": {**before.obj["spec"], **spec}})


def set_image(world: World, name: str, image: str) -> None:
    before = deployment(world, name)
    obj = before.copy()
    obj["spec"]["template"]["spec"]["containers"][0]["image"] = image
    world.store.replace(before, obj)


def is_rolled_out(world: World, name: str) -> bool:
    stored = deployment(world, name)
    status, wanted = stored.obj["status"], stored.obj["spec"]["replicas"]
    seen = status["observedGeneration"] == stored.obj["metadata"]["generation"]
    counts = {status.get(field, 0) for field in ("replicas", "updatedReplicas", "availableReplicas")}
    return seen and counts == {wanted} and len(pods_of(world, name)) == wanted


def reasons(world: World, kind: str) -> Counter[str]:
    events = [event.obj for event in world.store.list(EVENTS, "shop")]
    return Counter(event["reason"] for event in events if event["involvedObject"]["kind"] == kind)


async def crash_loop(world: World) -> list[Stored]:
    """Wait until the bad release is in its back-off; gives its pods."""

    def looping() -> list[Stored]:
        return [
            pod for pod in pods_of(world, "api") if state_of(pod).get("waiting", {}).get("reason") == "CrashLoopBackOff"
        ]

    await world.until(lambda: len(looping()) == 2)
    return looping()


async def test_the_world_begins_healthy_and_old(world: World) -> None:
    api = deployment(world, "api")
    assert api.obj["status"]["availableReplicas"] == 3
    assert [revision_of(each) for each in world.store.list(REPLICA_SETS, "shop") if "api" in each.name] != []
    created = api.obj["metadata"]["creationTimestamp"]
    assert min(pod.obj["metadata"]["creationTimestamp"] for pod in pods_of(world, "api")) > created
    version = world.store.version
    await world.until(lambda: len(world.store.list(ENDPOINT_SLICES, "shop")) == 3)
    assert world.store.version - version <= 4  # nothing else moves on a quiet day


async def test_a_bad_release_crash_loops_and_leaves_some_old_pods(bad_world: World) -> None:
    looping = await crash_loop(bad_world)
    entry = looping[0].obj["status"]["containerStatuses"][0]
    assert (looping[0].obj["status"]["phase"], entry["ready"]) == ("Running", False)
    assert entry["restartCount"] >= 1
    assert (entry["lastState"]["terminated"]["exitCode"], entry["lastState"]["terminated"]["reason"]) == (1, "Error")
    assert entry["state"]["waiting"]["message"].startswith("back-off 2s restarting failed container=api pod=")
    old = [pod for pod in pods_of(bad_world, "api") if is_ready(pod.obj)]
    assert len(old) == 2
    happened = reasons(bad_world, "Pod")
    assert happened.keys() >= {"Scheduled", "Pulled", "Created", "Started", "BackOff", "Killing"}


async def test_the_log_of_the_crashed_run_names_the_cause(bad_world: World) -> None:
    pod = (await crash_loop(bad_world))[0]
    container_id = pod.obj["status"]["containerStatuses"][0]["lastState"]["terminated"]["containerID"]
    run = bad_world.cluster.logs.find(container_id)
    assert run is not None
    assert run.ended
    assert b"DATABASE_URL is not set" in list(run.lines())[-1].text


async def test_the_back_off_doubles_up_to_its_limit(bad_world: World) -> None:
    pod = (await crash_loop(bad_world))[0]

    def message() -> str:
        now = bad_world.store.get(PODS, "shop", pod.name)
        return str(state_of(now).get("waiting", {}).get("message", ""))

    await bad_world.until(lambda: message().startswith("back-off 4s"))
    count = bad_world.store.get(PODS, "shop", pod.name).obj["status"]["containerStatuses"][0]["restartCount"]
    await bad_world.until(
        lambda: (
            message().startswith("back-off 4s")
            and bad_world.store.get(PODS, "shop", pod.name).obj["status"]["containerStatuses"][0]["restartCount"]
            > count
        )
    )


async def test_going_back_reuses_the_old_replica_set_under_the_newest_number(bad_world: World) -> None:
    await crash_loop(bad_world)
    before = {each.uid: revision_of(each) for each in bad_world.store.list(REPLICA_SETS, "shop") if "api" in each.name}
    set_image(bad_world, "api", API_GOOD)
    await bad_world.until(lambda: is_rolled_out(bad_world, "api"))
    after = {each.uid: revision_of(each) for each in bad_world.store.list(REPLICA_SETS, "shop") if "api" in each.name}
    assert sorted(before.values()) == [1, 2, 3, 4]
    assert sorted(after.values()) == [1, 2, 4, 5]
    assert [before[uid] for uid, revision in after.items() if revision == 5] == [3]
    assert revision_of(deployment(bad_world, "api")) == 5
    assert all(is_ready(pod.obj) for pod in pods_of(bad_world, "api"))


async def test_the_missing_variable_repairs_the_release_too(bad_world: World) -> None:
    await crash_loop(bad_world)
    obj = deployment(bad_world, "api").copy()
    container = obj["spec"]["template"]["spec"]["containers"][0]
    container["env"] = [*container["env"], {"name": "DATABASE_URL", "value": "postgres://db/shop"}]
    bad_world.store.replace(deployment(bad_world, "api"), obj)
    await bad_world.until(lambda: is_rolled_out(bad_world, "api"))
    images = {pod.obj["spec"]["containers"][0]["image"] for pod in pods_of(bad_world, "api")}
    assert images == {API_BAD}


async def test_a_rolling_update_never_leaves_its_limits(world: World) -> None:
    changes = world.store.follow(DEPLOYMENTS, REPLICA_SETS, PODS)
    set_image(world, "api", f"{REGISTRY}/api:1.3.1")
    while not is_rolled_out(world, "api"):
        await changes.batch()
        sets = [each for each in world.store.list(REPLICA_SETS, "shop") if each.name.startswith("api-")]
        ready = [pod for pod in pods_of(world, "api") if is_ready(pod.obj)]
        assert sum(each.obj["spec"]["replicas"] for each in sets) <= 4  # three and one surge
        assert len(ready) >= 2  # three less one unavailable
    changes.close()


async def test_recreate_stops_all_before_it_starts_any(world: World) -> None:
    change(world, "worker", strategy={"type": "Recreate"})
    changes = world.store.follow(DEPLOYMENTS, PODS)
    set_image(world, "worker", f"{REGISTRY}/worker:3.2.0")
    while not is_rolled_out(world, "worker"):
        await changes.batch()
        alive = [pod for pod in pods_of(world, "worker") if "deletionTimestamp" not in pod.obj["metadata"]]
        assert len({pod.obj["spec"]["containers"][0]["image"] for pod in alive}) <= 1
    changes.close()


async def test_scaling_makes_and_deletes_pods(world: World) -> None:
    change(world, "web", replicas=5)
    await world.until(lambda: is_rolled_out(world, "web"))
    change(world, "web", replicas=0)
    await world.until(lambda: is_rolled_out(world, "web"))
    assert reasons(world, "ReplicaSet").keys() == {"SuccessfulCreate", "SuccessfulDelete"}


async def test_a_rollout_without_progress_misses_its_deadline(world: World) -> None:
    def progressing() -> Obj:
        return find_condition(deployment(world, "web").obj, "Progressing") or {}

    change(world, "web", progressDeadlineSeconds=1)
    set_image(world, "web", f"{REGISTRY}/web:none")
    await world.until(lambda: progressing().get("reason") == "ProgressDeadlineExceeded")
    assert progressing()["status"] == "False"
    assert deployment(world, "web").obj["status"]["availableReplicas"] == 2


async def test_an_unknown_image_cannot_be_pulled(world: World) -> None:
    set_image(world, "web", f"{REGISTRY}/web:none")

    def waiting() -> set[str]:
        return {state_of(pod).get("waiting", {}).get("reason", "") for pod in pods_of(world, "web")}

    await world.until(lambda: "ErrImagePull" in waiting())
    await world.until(lambda: "ImagePullBackOff" in waiting())
    assert reasons(world, "Pod").keys() >= {"Pulling", "Failed", "BackOff"}


async def test_pods_wait_while_no_node_takes_them(world: World) -> None:
    nodes = world.store.list(NODES)
    for node in nodes:
        world.store.replace(node, {**node.obj, "spec": {"unschedulable": True}})
    change(world, "web", replicas=3)

    def refused() -> bool:
        conditions = [find_condition(pod.obj, "PodScheduled") or {} for pod in pods_of(world, "web")]
        return any(condition.get("reason") == "Unschedulable" for condition in conditions)

    await world.until(refused)
    node = world.store.get(NODES, "", nodes[0].name)
    world.store.replace(node, {**node.obj, "spec": {}})
    await world.until(lambda: is_rolled_out(world, "web"))


async def test_endpoint_slices_follow_the_ready_pods(bad_world: World) -> None:
    await crash_loop(bad_world)

    def ready() -> set[str]:
        (slice_,) = [each for each in bad_world.store.list(ENDPOINT_SLICES, "shop") if each.name.startswith("api-")]
        return {each["targetRef"]["name"] for each in slice_.obj["endpoints"] if each["conditions"]["ready"]}

    await bad_world.until(lambda: ready() == {pod.name for pod in pods_of(bad_world, "api") if is_ready(pod.obj)})
    assert len(ready()) == 2


async def test_a_seed_repeats_names_and_logs() -> None:
    async def begin(seed: int) -> tuple[list[str], list[bytes]]:
        async with World(steady(), seed=seed) as world:
            pod = pods_of(world, "api")[0]
            container_id = pod.obj["status"]["containerStatuses"][0]["containerID"]
            await world.until(lambda: world.cluster.logs.find(container_id) is not None)
            run = world.cluster.logs.find(container_id)
            assert run is not None
            words = [line.text.split(b" ", 1)[1] for line in run.lines()]
            return [each.name for each in world.store.list(PODS)], words[:100]

    assert await begin(7) == await begin(7)
    assert (await begin(7))[0] != (await begin(8))[0]
