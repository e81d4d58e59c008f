"""The real kubectl works on the practice world."""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable

import pytest
import yaml

from cockpit.gameday.api.kinds import CONFIG_MAPS, DEPLOYMENTS, NODES, PODS, SECRETS
from cockpit.gameday.world import World

Kubectl = Callable[..., Awaitable[tuple[int, str]]]


async def succeed(kubectl: Kubectl, world: World, *arguments: str) -> str:
    status, output = await kubectl(world, *arguments)
    assert status == 0, output
    return output


def first_pod(world: World, app: str) -> str:
    return next(pod.name for pod in world.store.list(PODS, "shop") if pod.name.startswith(app))


async def crash_loop(world: World) -> str:
    """Wait until the bad release is in its back-off; gives one of its pods."""

    def looping() -> list[str]:
        return [
            pod.name
            for pod in world.store.list(PODS, "shop")
            for entry in pod.obj["status"].get("containerStatuses", ())
            if "waiting" in entry["state"] and entry["restartCount"]
        ]

    await world.until(lambda: bool(looping()))
    return looping()[0]


async def test_get_prints_pods_in_columns(kubectl: Kubectl, world: World) -> None:
    output = await succeed(kubectl, world, "get", "pods", "-o", "wide")
    head, *rows = output.splitlines()
    assert head.split()[:7] == ["NAME", "READY", "STATUS", "RESTARTS", "AGE", "IP", "NODE"]
    assert {row.split()[2] for row in rows} == {"Running", "Completed"}
    assert re.search(r"^db-0 +1/1 +Running +0 +41d ", output, re.MULTILINE)


@pytest.mark.parametrize("output", ["json", "yaml"])
async def test_get_prints_objects(kubectl: Kubectl, world: World, output: str) -> None:
    text = await succeed(kubectl, world, "get", "deployment/api", "-o", output)
    read = json.loads(text) if output == "json" else yaml.safe_load(text)
    assert (read["kind"], read["apiVersion"], read["spec"]["replicas"]) == ("Deployment", "apps/v1", 3)


async def test_get_knows_every_kind_of_the_shop(kubectl: Kubectl, world: World) -> None:
    kinds = "all,nodes,ns,cm,secret,sa,pvc,ing,endpointslices,events,pdb"
    output = await succeed(kubectl, world, "get", kinds)
    for name in ("deployment.apps/api", "statefulset.apps/db", "job.batch/import", "node/node1", "secret/api-secret"):
        assert name in output


async def test_get_watches(kubectl: Kubectl, world: World) -> None:
    name = first_pod(world, "worker-")
    watching = asyncio.ensure_future(
        kubectl(world, "get", "pods", f"--field-selector=metadata.name={name}", "-w", "--request-timeout=2s")
    )
    await world.until(lambda: any(stream.kind == "watch" for stream in world.faults.streams))
    pod = world.store.get(PODS, "shop", name)
    status = {**pod.obj["status"], "phase": "Failed", "reason": "Evicted", "containerStatuses": []}
    world.store.replace(pod, {**pod.obj, "status": status})
    _, output = await watching
    assert [line.split()[2] for line in output.splitlines() if line.startswith(name)] == ["Running", "Evicted"]


@pytest.mark.parametrize(
    ("thing", "expected"),
    [
        ("pod/db-0", "Controlled By: StatefulSet/db"),
        ("deployment/api", "3 desired | 3 updated | 3 total | 3 available"),
        ("node/node1", "Non-terminated Pods:"),
        ("service/api", "TargetPort:"),
        ("job/import", "1 Succeeded"),
    ],
)
async def test_describe_tells_the_story(kubectl: Kubectl, world: World, thing: str, expected: str) -> None:
    assert expected in " ".join((await succeed(kubectl, world, "describe", thing)).split())


async def test_logs_can_be_read_in_every_way(kubectl: Kubectl, bad_world: World) -> None:
    pod = await crash_loop(bad_world)
    previous = await succeed(kubectl, bad_world, "logs", pod, "-p")
    assert previous.splitlines()[-1].startswith("FATAL: DATABASE_URL is not set")
    tail = await succeed(kubectl, bad_world, "logs", pod, "-p", "--tail=1", "--timestamps")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z FATAL: .*\n", tail)
    web = first_pod(bad_world, "web-")
    assert len((await succeed(kubectl, bad_world, "logs", web, "--tail=5")).splitlines()) == 5
    assert (await succeed(kubectl, bad_world, "logs", web, "--since=1h")).count("HTTP/1.1") >= 5


async def test_logs_follow_until_the_container_ends(kubectl: Kubectl, world: World) -> None:
    following = asyncio.ensure_future(kubectl(world, "logs", "-f", "db-0", "--tail=1"))
    await world.until(lambda: any(stream.kind == "log" for stream in world.faults.streams))
    entry = world.store.get(PODS, "shop", "db-0").obj["status"]["containerStatuses"][0]
    run = world.cluster.logs.find(entry["containerID"])
    assert run is not None
    run.write(2**62, b"the last words")
    run.end()
    status, output = await following
    assert (status, output.splitlines()[-1]) == (0, "the last words")


async def test_a_rollout_is_restarted_followed_and_remembered(kubectl: Kubectl, world: World) -> None:
    await succeed(kubectl, world, "rollout", "restart", "deployment/worker")
    assert "successfully rolled out" in await succeed(kubectl, world, "rollout", "status", "deployment/worker")
    history = await succeed(kubectl, world, "rollout", "history", "deployment/worker")
    assert [line.split()[0] for line in history.splitlines()[2:] if line] == ["1", "2", "3"]


async def test_undo_repairs_the_bad_deploy(kubectl: Kubectl, bad_world: World) -> None:
    await crash_loop(bad_world)
    await succeed(kubectl, bad_world, "rollout", "undo", "deployment/api", "-n", "shop")
    assert "successfully rolled out" in await succeed(kubectl, bad_world, "rollout", "status", "deployment/api")
    status = bad_world.store.get(DEPLOYMENTS, "shop", "api").obj["status"]
    assert (status["availableReplicas"], status["updatedReplicas"]) == (3, 3)
    history = await succeed(kubectl, bad_world, "rollout", "history", "deployment/api")
    assert [line.split()[0] for line in history.splitlines()[2:] if line] == ["1", "2", "4", "5"]


async def test_things_are_scaled_patched_and_given_images(kubectl: Kubectl, world: World) -> None:
    await succeed(kubectl, world, "scale", "deployment/web", "--replicas=3")
    await succeed(kubectl, world, "patch", "deployment/web", "-p", '{"metadata":{"labels":{"tier":"front"}}}')
    await succeed(kubectl, world, "set", "image", "deployment/worker", "worker=registry.shop.local/worker:3.2.0")
    await succeed(kubectl, world, "set", "env", "deployment/worker", "QUEUE=other")
    web, worker = (world.store.get(DEPLOYMENTS, "shop", name).obj for name in ("web", "worker"))
    assert (web["spec"]["replicas"], web["metadata"]["labels"]["tier"]) == (3, "front")
    container = worker["spec"]["template"]["spec"]["containers"][0]
    assert (container["image"][-5:], container["env"]) == ("3.2.0", [{"name": "QUEUE", "value": "other"}])


async def test_things_are_applied_and_deleted(
    kubectl: Kubectl, world: World, tmp_path_factory: pytest.TempPathFactory
) -> None:
    manifest = tmp_path_factory.mktemp("manifest") / "map.yaml"
    for value in ("one", "two"):
        data = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "made"}, "data": {"key": value}}
        manifest.write_text(yaml.safe_dump(data))
        await succeed(kubectl, world, "apply", "-f", str(manifest))
        assert world.store.get(CONFIG_MAPS, "shop", "made").obj["data"] == {"key": value}
    await succeed(kubectl, world, "delete", "-f", str(manifest))
    assert world.store.find(CONFIG_MAPS, "shop", "made") is None


async def test_a_deleted_pod_is_waited_for_and_replaced(kubectl: Kubectl, world: World) -> None:
    pod = first_pod(world, "web-")
    await succeed(kubectl, world, "delete", "pod", pod)
    assert world.store.find(PODS, "shop", pod) is None
    await world.until(lambda: sum(each.name.startswith("web-") for each in world.store.list(PODS, "shop")) == 2)


async def test_a_node_is_drained(kubectl: Kubectl, world: World) -> None:
    await succeed(kubectl, world, "drain", "node1", "--ignore-daemonsets", "--timeout=10s")
    spec = world.store.get(NODES, "", "node1").obj["spec"]
    assert spec["unschedulable"] is True
    assert [taint["key"] for taint in spec["taints"]] == ["node.kubernetes.io/unschedulable"]
    left = [pod.name for pod in world.store.list(PODS) if pod.obj["spec"].get("nodeName") == "node1"]
    assert [name.rpartition("-")[0] for name in left] == ["log-shipper"]


async def test_rights_can_be_asked_for(kubectl: Kubectl, world: World) -> None:
    viewer = ("--context", "practice-viewer")
    assert await kubectl(world, "auth", "can-i", "delete", "pods") == (0, "yes\n")
    assert await kubectl(world, "auth", "can-i", "delete", "pods", *viewer) == (1, "no\n")
    assert "pods.*/log" in await succeed(kubectl, world, "auth", "can-i", "--list", *viewer)
    assert "practice-viewer" in await succeed(kubectl, world, "auth", "whoami", *viewer)


async def test_the_viewer_is_refused_in_plain_words(kubectl: Kubectl, world: World) -> None:
    status, output = await kubectl(world, "get", "nodes", "--context", "practice-viewer")
    assert status == 1
    assert 'nodes is forbidden: User "practice-viewer" cannot list resource "nodes" in API group ""' in output
    status, output = await kubectl(world, "delete", "pod", "db-0", "--context", "practice-viewer")
    assert (status, "cannot delete resource" in output) == (1, True)


async def test_usage_and_events_are_shown(kubectl: Kubectl, bad_world: World) -> None:
    await crash_loop(bad_world)
    pods = await succeed(kubectl, bad_world, "top", "pods")
    assert re.search(r"^db-0 +\d+m +\d+Mi", pods, re.MULTILINE)
    assert len((await succeed(kubectl, bad_world, "top", "nodes")).splitlines()) == 4
    events = await succeed(kubectl, bad_world, "get", "events")
    assert "Back-off restarting failed container api" in events
    in_time = await succeed(kubectl, bad_world, "get", "events", "--sort-by=.lastTimestamp")
    assert len(in_time.splitlines()) > 5
    assert "ScalingReplicaSet" in await succeed(kubectl, bad_world, "events", "--for", "deployment/api")


async def test_the_configuration_names_both_contexts(kubectl: Kubectl, world: World) -> None:
    contexts = await succeed(kubectl, world, "config", "get-contexts", "-o", "name")
    assert contexts.split() == ["practice", "practice-viewer"]


@pytest.mark.parametrize(
    ("thing", "expected"),
    [
        ("statefulset/db", "1 Running / 0 Waiting"),
        ("daemonset/log-shipper", "Desired Number of Nodes Scheduled: 3"),
        ("hpa/api", "ScalingLimited"),
        ("pvc/data-db-0", "Used By: db-0"),
        ("quota/shop", "requests.memory 832Mi 64Gi"),
        ("pdb/api", "Allowed disruptions: 1"),
        ("ingress/shop", "shop-tls terminates shop.local"),
        ("certificate/shop-tls", "Certificate is up to date and has not expired"),
        ("endpoints/api", "NotReadyAddresses: <none>"),
        ("cronjob/cleanup", "Schedule: 30 3 * * *"),
    ],
)
async def test_describe_knows_what_stands_around_the_pods(
    kubectl: Kubectl, world: World, thing: str, expected: str
) -> None:
    assert expected in " ".join((await succeed(kubectl, world, "describe", thing)).split())


@pytest.mark.parametrize("thing", ["statefulset/db", "daemonset/log-shipper"])
async def test_every_workload_is_restarted_and_followed(kubectl: Kubectl, world: World, thing: str) -> None:
    before = {pod.uid for pod in world.store.list(PODS, "shop")}
    await succeed(kubectl, world, "rollout", "restart", thing)
    status = await succeed(kubectl, world, "rollout", "status", thing, "--timeout=10s")
    assert "roll" in status
    name = thing.partition("/")[2]
    assert not any(pod.uid in before for pod in world.store.list(PODS, "shop") if pod.name.startswith(name))


async def test_a_paused_rollout_waits_until_it_is_resumed(kubectl: Kubectl, world: World) -> None:
    await succeed(kubectl, world, "rollout", "pause", "deployment/web")
    await succeed(kubectl, world, "set", "image", "deployment/web", "web=registry.shop.local/web:2.7.2")
    paused = await succeed(kubectl, world, "describe", "deployment/web")
    assert "DeploymentPaused" in paused
    assert "2 desired | 0 updated | 2 total" in paused
    await succeed(kubectl, world, "rollout", "resume", "deployment/web")
    assert "successfully rolled out" in await succeed(kubectl, world, "rollout", "status", "deployment/web")


async def test_resources_are_set_and_an_older_revision_is_chosen(kubectl: Kubectl, world: World) -> None:
    await succeed(kubectl, world, "set", "resources", "deployment/worker", "--limits=memory=256Mi")
    container = world.store.get(DEPLOYMENTS, "shop", "worker").obj["spec"]["template"]["spec"]["containers"][0]
    assert container["resources"]["limits"] == {"memory": "256Mi"}
    await succeed(kubectl, world, "rollout", "undo", "deployment/worker", "--to-revision=1")
    container = world.store.get(DEPLOYMENTS, "shop", "worker").obj["spec"]["template"]["spec"]["containers"][0]
    assert container["image"] == "registry.shop.local/worker:3.2.0"


async def test_a_stateful_set_grows_with_volumes_of_its_own(kubectl: Kubectl, world: World) -> None:
    await succeed(kubectl, world, "scale", "statefulset/db", "--replicas=2")
    await succeed(kubectl, world, "rollout", "status", "statefulset/db", "--timeout=10s")
    claims = await succeed(kubectl, world, "get", "pvc")
    assert [line.split()[:2] for line in claims.splitlines()[1:]] == [["data-db-0", "Bound"], ["data-db-1", "Bound"]]


async def test_a_node_is_closed_and_opened(kubectl: Kubectl, world: World) -> None:
    await succeed(kubectl, world, "cordon", "node3")
    assert "Ready,SchedulingDisabled" in await succeed(kubectl, world, "get", "node", "node3")
    await succeed(kubectl, world, "uncordon", "node3")
    await world.until(lambda: world.store.get(NODES, "", "node3").obj["spec"] == {})


async def test_config_maps_and_secrets_are_made_from_literals(kubectl: Kubectl, world: World) -> None:
    await succeed(kubectl, world, "create", "configmap", "made", "--from-literal=LEVEL=debug")
    await succeed(kubectl, world, "create", "secret", "generic", "made", "--from-literal=KEY=value")
    assert world.store.get(CONFIG_MAPS, "shop", "made").obj["data"] == {"LEVEL": "debug"}
    assert world.store.get(SECRETS, "shop", "made").obj["data"] == {"KEY": "dmFsdWU="}


async def test_the_images_of_pods_have_digests(kubectl: Kubectl, world: World) -> None:
    digest = "-o=jsonpath={.items[*].status.containerStatuses[*].imageID}"
    ids = set((await succeed(kubectl, world, "get", "pods", "-l", "app=api", digest)).split())
    assert len(ids) == 1
    assert re.fullmatch(r"registry\.shop\.local/api@sha256:[0-9a-f]{64}", ids.pop())
