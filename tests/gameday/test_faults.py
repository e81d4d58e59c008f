"""What a test can let go wrong."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest

from cockpit.gameday.api.kinds import DEPLOYMENTS, PODS
from cockpit.gameday.logbook import RunLog
from cockpit.gameday.world import World

PODS_URL = "/api/v1/namespaces/shop/pods"


@pytest.mark.parametrize("status", [401, 403, 429, 500])
async def test_a_path_can_be_refused_while_others_work(world: World, api: aiohttp.ClientSession, status: int) -> None:
    fault = world.faults.answer(PODS_URL, status)
    async with api.get(PODS_URL) as answer:
        assert (answer.status, (await answer.json())["code"]) == (status, status)
    async with api.get("/api/v1/nodes") as answer:
        assert answer.status == 200
    world.faults.lift(fault)
    async with api.get(PODS_URL) as answer:
        assert answer.status == 200


async def test_a_fault_can_pass_by_itself(world: World, api: aiohttp.ClientSession) -> None:
    world.faults.answer(PODS_URL, 429, retry_after=2, times=1)
    async with api.get(PODS_URL) as answer:
        assert (answer.status, answer.headers["Retry-After"]) == (429, "2")
    async with api.get(PODS_URL) as answer:
        assert answer.status == 200


async def test_garbage_can_be_served(world: World, api: aiohttp.ClientSession) -> None:
    world.faults.answer(PODS_URL, 200, body=b'{"items": [{"met')
    async with api.get(PODS_URL) as answer:
        with pytest.raises(json.JSONDecodeError):
            await answer.json()


async def test_an_answer_can_hang_after_its_headers(world: World, api: aiohttp.ClientSession) -> None:
    fault = world.faults.hang(PODS_URL)
    async with api.get(PODS_URL) as answer:
        assert answer.status == 200
        reading = asyncio.create_task(answer.read())
        done, _ = await asyncio.wait({reading}, timeout=0.05)
        assert not done
        world.faults.lift(fault)
        with pytest.raises(aiohttp.ClientError):
            await reading


async def test_an_answer_can_be_slow(world: World, api: aiohttp.ClientSession) -> None:
    world.faults.slow(PODS_URL, 0.1)
    begin = asyncio.get_running_loop().time()
    async with api.get(PODS_URL) as answer:
        assert answer.status == 200
    assert asyncio.get_running_loop().time() - begin >= 0.1


async def test_connections_can_be_refused_and_taken_again_on_the_same_port(world: World) -> None:
    address = world.address
    headers = {"Authorization": "Bearer practice-admin-token"}
    await world.faults.refuse_connections()
    async with aiohttp.ClientSession(world.url, headers=headers) as api:
        with pytest.raises(aiohttp.ClientConnectorError):
            await api.get(PODS_URL)
        await world.faults.accept_connections()
        async with api.get(PODS_URL) as answer:
            assert answer.status == 200
    assert world.address == address


@pytest.mark.parametrize("abruptly", [True, False])
async def test_watches_can_be_cut(world: World, api: aiohttp.ClientSession, abruptly: bool) -> None:
    async with api.get(PODS_URL, params={"watch": "1", "fieldSelector": "metadata.name=db-0"}) as answer:
        await answer.content.readline()
        world.faults.cut_watches(abruptly=abruptly)
        if abruptly:
            with pytest.raises(aiohttp.ClientError):
                await answer.content.read()
        else:
            assert await answer.content.read() == b""


async def test_a_watcher_that_leaves_is_forgotten(world: World, api: aiohttp.ClientSession) -> None:
    answer = await api.get(PODS_URL, params={"watch": "1"})
    await answer.content.readline()
    assert len(world.faults.streams) == 1
    answer.close()
    await world.until(lambda: not world.faults.streams)


async def test_a_write_can_be_carried_out_without_an_answer(world: World, api: aiohttp.ClientSession) -> None:
    path = "/apis/apps/v1/namespaces/shop/deployments/web"
    fault = world.faults.lose_answers(path, "PATCH")
    headers = {"Content-Type": "application/merge-patch+json"}
    with pytest.raises(TimeoutError):
        await api.patch(path, json={"spec": {"replicas": 3}}, headers=headers, timeout=aiohttp.ClientTimeout(0.2))
    assert world.store.get(DEPLOYMENTS, "shop", "web").obj["spec"]["replicas"] == 3
    async with api.get(path) as answer:
        assert answer.status == 200
    world.faults.lift(fault)
    world.faults.lose_answers(path, "PATCH", status=504, times=1)
    async with api.patch(path, json={"spec": {"replicas": 2}}, headers=headers) as answer:
        assert (answer.status, (await answer.json())["reason"]) == (504, "Timeout")
    assert world.store.get(DEPLOYMENTS, "shop", "web").obj["spec"]["replicas"] == 2


async def test_the_third_of_five_deletions_can_be_refused(world: World, api: aiohttp.ClientSession) -> None:
    world.faults.answer(PODS_URL, 429, method="DELETE", skips=2, times=1)
    names = [pod.name for pod in world.store.list(PODS, "shop")][:5]
    codes = []
    for name in names:
        async with api.delete(f"{PODS_URL}/{name}") as answer:
            codes.append(answer.status)
    assert codes == [200, 200, 429, 200, 200]


async def test_a_resource_can_be_denied_to_everybody(world: World, api: aiohttp.ClientSession) -> None:
    world.access.denied.add("nodes")
    async with api.get("/api/v1/nodes") as answer:
        assert (answer.status, "cannot list resource" in (await answer.json())["message"]) == (403, True)
    async with api.get(PODS_URL) as answer:
        assert answer.status == 200
    world.access.denied.add("*")
    async with api.get(PODS_URL) as answer:
        assert answer.status == 403
    review = {"spec": {"resourceAttributes": {"verb": "list", "resource": "pods", "namespace": "shop"}}}
    async with api.post("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", json=review) as answer:
        assert (await answer.json())["status"]["allowed"] is False


def run_of(world: World, pod: str) -> RunLog:
    status = world.store.get(PODS, "shop", pod).obj["status"]["containerStatuses"][0]
    run = world.cluster.logs.find(status["containerID"])
    assert run is not None
    return run


@asynccontextmanager
async def followed(world: World, api: aiohttp.ClientSession) -> AsyncIterator[aiohttp.ClientResponse]:
    """Follow the log of the database from now on."""
    query = {"follow": "true", "tailLines": "0"}
    async with api.get(f"{PODS_URL}/db-0/log", params=query) as answer:
        await world.until(lambda: any(stream.kind == "log" for stream in world.faults.streams))
        yield answer


async def test_a_followed_log_can_stall_and_go_on(world: World, api: aiohttp.ClientSession) -> None:
    async with followed(world, api) as answer:
        world.faults.stall_logs()
        run_of(world, "db-0").write(2**62, b"said meanwhile")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(answer.content.readline(), 0.1)
        world.faults.resume_logs()
        while b"said meanwhile" not in await answer.content.readline():
            pass


async def test_a_followed_log_can_end_in_an_error_text(world: World, api: aiohttp.ClientSession) -> None:
    words = b'failed to watch file "/var/log/pods/db-0/0.log": no space left on device'
    async with followed(world, api) as answer:
        world.faults.break_logs(words)
        assert (await answer.content.read()).endswith(words)


async def test_a_rotated_log_begins_anew(world: World, api: aiohttp.ClientSession) -> None:
    await world.until(lambda: run_of(world, "db-0").written > 100)
    run_of(world, "db-0").rotate()
    run_of(world, "db-0").write(2**62, b"after the rotation")
    async with api.get(f"{PODS_URL}/db-0/log") as answer:
        text = await answer.read()
    assert text.count(b"\n") < 100
    assert text.endswith(b"after the rotation\n")


async def test_a_log_can_answer_well_and_hold_an_error(world: World, api: aiohttp.ClientSession) -> None:
    words = b"unable to retrieve container logs for containerd://0123"
    world.faults.answer(f"{PODS_URL}/db-0/log", 200, body=words)
    async with api.get(f"{PODS_URL}/db-0/log") as answer:
        assert (answer.status, answer.content_type, await answer.read()) == (200, "text/plain", words)


async def test_a_watch_can_be_flooded(world: World, api: aiohttp.ClientSession) -> None:
    async with api.get(PODS_URL, params={"watch": "1", "resourceVersion": str(world.store.version)}) as answer:
        await world.until(lambda: any(stream.kind == "watch" for stream in world.faults.streams))
        world.faults.storm_watches(PODS, 2000)
        lines = 0
        async with asyncio.timeout(5):
            while lines < 1000:  # a part of the pods live in another namespace
                await answer.content.readline()
                lines += 1
