"""What a test can let go wrong."""

import asyncio
import json

import aiohttp
import pytest

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
