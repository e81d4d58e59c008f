"""A practice world in the test's own event loop, an HTTP client for it, and the real kubectl where there is one."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import aiohttp
import pytest

from cockpit.gameday.cluster import Timings
from cockpit.gameday.scenarios import bad_deploy, steady
from cockpit.gameday.world import World

ADMIN = {"Authorization": "Bearer practice-admin-token"}


@pytest.fixture
async def world() -> AsyncIterator[World]:
    """The shop on a quiet day; waits are a fiftieth."""
    async with World(steady(), speed=50, seed=1) as world:
        yield world


@pytest.fixture
async def bad_world() -> AsyncIterator[World]:
    """The shop with its bad deploy going out at once; the back-off is short."""
    timings = Timings(backoff=2.0, backoff_limit=4.0)
    async with World(bad_deploy(healthy_for=0.0, timings=timings), speed=20, seed=1) as world:
        yield world


@pytest.fixture
async def api(world: World) -> AsyncIterator[aiohttp.ClientSession]:
    """A client with the rights of the admin."""
    async with aiohttp.ClientSession(world.url, headers=ADMIN) as session:
        yield session


@pytest.fixture
def kubectl(tmp_path: Path) -> Callable[..., Awaitable[tuple[int, str]]]:
    """The real kubectl with a home of its own; gives the exit status and all that it printed."""
    if shutil.which("kubectl") is None:
        pytest.skip("kubectl is not installed")

    async def run(world: World, *arguments: str) -> tuple[int, str]:
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(tmp_path),
            "KUBECACHEDIR": str(tmp_path / "cache"),
            "KUBECONFIG": str(world.kubeconfig),
        }
        child = await asyncio.create_subprocess_exec(
            "kubectl",
            *arguments,
            env=environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        try:
            async with asyncio.timeout(20):
                output, _ = await child.communicate()
        except TimeoutError:
            child.kill()
            await child.wait()
            raise
        return await child.wait(), output.decode()

    return run
