"""Each practice scenario breaks what it says, says it as a real cluster does, and is mended by ordinary writes."""

import asyncio

import pytest
from support.practice import DEPLOYMENTS_URL, HASTY, container_of, is_well, pods_of, practise, told, waiting

from cockpit.gameday.api.kinds import (
    AUTOSCALERS,
    CERTIFICATES,
    DEPLOYMENTS,
    ENDPOINTS,
    EVENTS,
    NODES,
    PODS,
    REPLICA_SETS,
    VOLUME_CLAIMS,
)
from cockpit.gameday.api.store import Obj
from cockpit.gameday.controllers.deployment_status import find_condition
from cockpit.gameday.controllers.pod_state import is_ready
from cockpit.gameday.logbook import RunLog
from cockpit.gameday.scenarios import (
    bad_image,
    busy_logs,
    dead_node,
    expired_certificate,
    failing_probe,
    full_node,
    node_pressure,
    oom,
    steady,
    storm,
    stuck_rollout,
)
from cockpit.gameday.scenarios.bad_image import Problem
from cockpit.gameday.world import World


def condition(world: World, deployment: str, name: str) -> Obj:
    return find_condition(world.store.get(DEPLOYMENTS, "shop", deployment).obj, name) or {}


@pytest.mark.parametrize(
    ("problem", "reasons", "words"),
    [
        ("missing", {"ErrImagePull", "ImagePullBackOff"}, "registry.shop.local/web:2.9.0: not found"),
        ("denied", {"ErrImagePull", "ImagePullBackOff"}, "pull access denied"),
        ("unreachable", {"ErrImagePull", "ImagePullBackOff"}, "no such host"),
        ("never", {"ErrImageNeverPull"}, "is not present with pull policy of Never"),
    ],
)
async def test_a_bad_image_is_told_apart_and_mended(problem: Problem, reasons: set[str], words: str) -> None:
    seen: set[str] = set()

    def all_seen() -> bool:
        seen.update(waiting(pods_of(practice.world, "web")))
        return seen >= reasons

    async with practise(bad_image(problem=problem, healthy_for=0.0, timings=HASTY)) as practice:
        await practice.world.until(all_seen)
        (pod,) = [pod for pod in pods_of(practice.world, "web") if waiting([pod])]
        assert words in container_of(pod)["state"]["waiting"]["message"]
        assert sum(is_ready(pod.obj) for pod in pods_of(practice.world, "web")) == 2
        await practice.set_container("web", image="registry.shop.local/web:2.8.0", imagePullPolicy="IfNotPresent")
        await practice.gets_well()


async def test_a_low_limit_kills_the_worker_until_it_is_raised() -> None:
    async with practise(oom(healthy_for=0.0, timings=HASTY)) as practice:
        world = practice.world
        await world.until(lambda: "CrashLoopBackOff" in waiting(pods_of(world, "worker")))
        (pod, *_) = [pod for pod in pods_of(world, "worker") if waiting([pod])]
        ended = container_of(pod)["lastState"]["terminated"]
        assert (ended["exitCode"], ended["reason"]) == (137, "OOMKilled")
        await practice.set_container("worker", resources={"limits": {"memory": "192Mi"}})
        await practice.gets_well()


async def test_the_memory_of_a_dying_worker_is_seen_near_its_limit() -> None:
    async def usage() -> int:
        """Give the kibibytes of the newest worker that runs."""
        names = {pod.name for pod in pods_of(practice.world, "worker") if "80Mi" in str(pod.obj["spec"])}
        path = "/apis/metrics.k8s.io/v1beta1/namespaces/shop/pods"
        async with practice.api.get(path) as answer:
            pods = [pod for pod in (await answer.json())["items"] if pod["metadata"]["name"] in names]
        return max((int(pod["containers"][0]["usage"]["memory"].removesuffix("Ki")) for pod in pods), default=0)

    async with practise(oom(healthy_for=0.0, timings=HASTY)) as practice:
        changes = practice.world.store.follow(DEPLOYMENTS)
        async with asyncio.timeout(10):
            while not 0.85 * 80 * 1024 < await usage() < 80 * 1024:
                await changes.batch(0.02)
        changes.close()


async def test_a_failing_probe_empties_the_service_and_the_front_end_says_so() -> None:
    def endpoints() -> Obj:
        return practice.world.store.get(ENDPOINTS, "shop", "api").obj

    async with practise(failing_probe(healthy_for=0.0, timings=HASTY)) as practice:
        world = practice.world
        await world.until(lambda: not any("addresses" in subset for subset in endpoints().get("subsets", [{}])))
        assert len(endpoints()["subsets"][0]["notReadyAddresses"]) == 3
        assert told(world, "Unhealthy") == ["Readiness probe failed: HTTP probe failed with statuscode: 503"] * 3
        web = container_of(pods_of(world, "web")[0])["containerID"]
        run = world.cluster.logs.find(web)
        assert run is not None
        await world.until(lambda: any(b" 503 " in line.text for line in run.lines()))
        await practice.set_container("api", env=[{"name": "PAYMENTS_URL", "$patch": "delete"}])
        await practice.gets_well()
        assert "addresses" in endpoints()["subsets"][0]


@pytest.mark.parametrize("mend", ["uncordon", "scale down", "ask for less"])
async def test_pods_that_fit_nowhere_wait_until_there_is_room(mend: str) -> None:
    async with practise(full_node(healthy_for=0.0, timings=HASTY)) as practice:
        world = practice.world
        expected = "0/3 nodes are available: 1 node(s) were unschedulable, 2 Insufficient memory."

        def refused() -> list[str]:
            conditions = [find_condition(pod.obj, "PodScheduled") or {} for pod in pods_of(world, "worker")]
            return [each["message"] for each in conditions if each.get("reason") == "Unschedulable"]

        await world.until(lambda: sum(message.startswith(expected) for message in refused()) == 2)
        assert any(message.startswith(expected) for message in told(world, "FailedScheduling"))
        if mend == "uncordon":
            await practice.patch("/api/v1/nodes/node3", {"spec": {"unschedulable": None}})
        elif mend == "scale down":
            await practice.patch(f"{DEPLOYMENTS_URL}/worker/scale", {"spec": {"replicas": 4}}, "merge")
        else:
            await practice.set_container("worker", resources={"requests": {"memory": "1Gi"}})
        await practice.gets_well()
        taints = world.store.get(NODES, "", "node3").obj["spec"].get("taints", [])
        assert bool(taints) is (mend != "uncordon")


async def test_a_stuck_rollout_misses_its_deadline_while_the_old_pods_serve() -> None:
    async with practise(stuck_rollout(healthy_for=0.0, timings=HASTY)) as practice:
        world = practice.world
        await world.until(lambda: condition(world, "web", "Progressing").get("status") == "False")
        assert condition(world, "web", "Progressing")["reason"] == "ProgressDeadlineExceeded"
        assert condition(world, "web", "Available")["status"] == "True"
        assert any("connect: connection refused" in message for message in told(world, "Unhealthy"))
        await practice.set_container("web", image="registry.shop.local/web:2.8.0")
        await practice.gets_well()
        assert condition(world, "web", "Progressing")["status"] == "True"


def ready_certificate(world: World) -> Obj:
    return find_condition(world.store.get(CERTIFICATES, "shop", "shop-tls").obj, "Ready") or {}


def web_says(world: World, text: bytes) -> bool:
    runs = [world.cluster.logs.find(container_of(pod)["containerID"]) for pod in pods_of(world, "web")]
    return any(text in list(run.lines())[-1].text for run in runs if run is not None and run.written)


@pytest.mark.parametrize("mend", ["ask for a renewal", "delete the failed request", "delete the secret"])
async def test_an_expired_certificate_is_issued_again_when_somebody_asks(mend: str) -> None:
    async with practise(expired_certificate(healthy_for=20.0)) as practice:
        world = practice.world
        assert ready_certificate(world)["status"] == "True"
        await world.until(lambda: ready_certificate(world)["reason"] == "Expired")
        assert ready_certificate(world)["message"].startswith("Certificate expired on ")
        await world.until(lambda: web_says(world, b"alert certificate expired"))
        if mend == "ask for a renewal":
            asked = {"type": "Issuing", "status": "True", "reason": "ManuallyTriggered", "message": "asked for"}
            before = world.store.get(CERTIFICATES, "shop", "shop-tls").obj["status"]["conditions"]
            conditions = [*(entry for entry in before if entry["type"] != "Issuing"), asked]
            path = "/apis/cert-manager.io/v1/namespaces/shop/certificates/shop-tls/status"
            await practice.patch(path, {"status": {"conditions": conditions}}, "merge")
        elif mend == "delete the failed request":
            path = "/apis/cert-manager.io/v1/namespaces/shop/certificaterequests/shop-tls-4"
            assert await practice.send("DELETE", path) == 200
        else:
            assert await practice.send("DELETE", "/api/v1/namespaces/shop/secrets/shop-tls") == 200
        await world.until(lambda: ready_certificate(world)["status"] == "True")
        await world.until(lambda: not web_says(world, b"alert certificate expired"))
        assert "The certificate has been successfully issued" in told(world, "Issuing")


async def test_the_pods_of_a_dead_node_only_look_well_until_they_are_evicted() -> None:
    async with practise(dead_node(healthy_for=0.0, timings=HASTY)) as practice:
        world = practice.world

        def on_it() -> list[Obj]:
            return [pod.obj for pod in world.store.list(PODS, "shop") if pod.obj["spec"].get("nodeName") == "node2"]

        await world.until(lambda: all(not is_ready(pod) for pod in on_it()))
        api = next(pod for pod in on_it() if pod["metadata"]["name"].startswith("api-"))
        assert (api["status"]["phase"], api["status"]["containerStatuses"][0]["ready"]) == ("Running", True)
        node = world.store.get(NODES, "", "node2").obj
        assert {entry["status"] for entry in node["status"]["conditions"]} == {"Unknown"}
        running = [pod for pod in on_it() if pod["status"]["phase"] == "Running"]
        assert told(world, "NodeNotReady") == ["Node is not ready"] * len(running)
        async with practice.api.get(f"/api/v1/namespaces/shop/pods/{api['metadata']['name']}/log") as answer:
            assert (answer.status, "10250" in await answer.text()) == (500, True)

        def elsewhere(app: str) -> int:
            pods = [pod.obj for pod in pods_of(world, app) if pod.obj["spec"].get("nodeName") != "node2"]
            return sum(1 for pod in pods if is_ready(pod))

        await world.until(lambda: (elsewhere("api"), elsewhere("web")) == (3, 2))
        staying = [pod for pod in on_it() if "deletionTimestamp" not in pod["metadata"]]
        assert {pod["metadata"]["labels"].get("app") for pod in staying} == {"log-shipper", None}
        assert await practice.send("DELETE", "/api/v1/nodes/node2") == 200
        await practice.gets_well()


async def test_a_full_disk_evicts_pods_whose_remains_can_be_deleted() -> None:
    def evicted() -> list[str]:
        pods = practice.world.store.list(PODS, "shop")
        return [pod.name for pod in pods if pod.obj["status"].get("reason") == "Evicted"]

    async with practise(node_pressure(healthy_for=0.0, lasts=5.0)) as practice:
        world = practice.world
        await world.until(lambda: bool(evicted()))
        assert "The node was low on resource: ephemeral-storage" in told(world, "Evicted")[0]
        taints = [taint["key"] for taint in world.store.get(NODES, "", "node3").obj["spec"].get("taints", ())]
        assert taints in ([], ["node.kubernetes.io/disk-pressure"])
        await world.until(lambda: len([pod for pod in pods_of(world, "api") if is_ready(pod.obj)]) == 3)
        for name in evicted():
            assert await practice.send("DELETE", f"/api/v1/namespaces/shop/pods/{name}") == 200
        await practice.gets_well()
        await world.until(lambda: "taints" not in world.store.get(NODES, "", "node3").obj["spec"])


async def test_sixty_pods_restart_at_once_and_come_back() -> None:
    def restarted() -> int:
        pods = [pod for number in range(1, 7) for pod in pods_of(practice.world, f"service-{number}")]
        return sum(1 for pod in pods if container_of(pod)["restartCount"])

    async with practise(storm(healthy_for=0.0, lasts=3.0, timings=HASTY)) as practice:
        await practice.world.until(lambda: restarted() == 60)
        await practice.gets_well()


async def test_twenty_containers_print_as_fast_as_they_are_told() -> None:
    async with practise(busy_logs(lines_per_second=5000), speed=1) as practice:
        ids = [container_of(pod)["containerID"] for pod in pods_of(practice.world, "busy")]

        def runs() -> list[RunLog]:
            return [run for run in map(practice.world.cluster.logs.find, ids) if run is not None]

        await practice.world.until(lambda: len([run for run in runs() if run.written > 400]) == 20)
        numbers = [int(line.text.rpartition(b"n=")[2]) for line in runs()[0].lines()]
        assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))


async def test_on_a_quiet_day_nothing_is_wrong() -> None:
    async with practise(steady(), speed=50) as practice:
        world = practice.world
        sets = {each.uid: each.obj["spec"]["replicas"] for each in world.store.list(REPLICA_SETS)}
        uids = {pod.uid for pod in world.store.list(PODS)}
        changes = world.store.follow(AUTOSCALERS)
        await changes.batch(1.0)  # the autoscaler has looked
        changes.close()
        assert is_well(world, "shop", "kube-system")
        assert uids == {pod.uid for pod in world.store.list(PODS)}
        assert sets == {each.uid: each.obj["spec"]["replicas"] for each in world.store.list(REPLICA_SETS)}
        assert world.store.list(EVENTS) == []
        assert ready_certificate(world)["status"] == "True"
        assert {claim.obj["status"]["phase"] for claim in world.store.list(VOLUME_CLAIMS)} == {"Bound"}
