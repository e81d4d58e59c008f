"""The crowd changes and prints as fast as it is told to."""

import asyncio
import json
import re

import aiohttp

from cockpit.gameday.api.kinds import PODS
from cockpit.gameday.scenarios import crowd, find_scenario
from cockpit.gameday.world import World

ADMIN = {"Authorization": "Bearer practice-admin-token"}


async def test_pods_change_in_turn_and_the_first_prints_numbered_lines() -> None:
    async with (
        World(crowd(pods=20, changes_per_second=200, lines_per_second=1000)) as world,
        aiohttp.ClientSession(world.url, headers=ADMIN) as api,
    ):
        before = str(world.store.version)
        path = "/api/v1/namespaces/crowd/pods"
        async with api.get(path, params={"watch": "1", "resourceVersion": before}) as answer:
            changes = [json.loads(await answer.content.readline()) for _ in range(25)]
        async with api.get(f"{path}/crowd-00000/log", params={"follow": "true"}) as answer:
            lines = [await answer.content.readline() for _ in range(200)]
    names = [change["object"]["metadata"]["name"] for change in changes]
    assert {change["type"] for change in changes} == {"MODIFIED"}
    assert len(set(names[:20])) == 20
    numbers = [int(match.group(1)) for match in map(re.compile(rb"n=(\d+)$").search, map(bytes.strip, lines)) if match]
    assert numbers == list(range(1, 201))


async def test_its_pods_are_stored_and_not_run() -> None:
    async with World(crowd(pods=3)) as world:
        version = world.store.version
        await asyncio.sleep(0.05)
        assert len(world.store.list(PODS)) == 3
        assert world.store.version == version


def test_it_can_be_asked_for_but_is_not_offered() -> None:
    assert find_scenario("crowd").is_listed is False
