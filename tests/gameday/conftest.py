"""A practice world in the test's own event loop, an HTTP client for it, and the real kubectl where there is one."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import aiohttp
import pytest
from support import practice

from cockpit.gameday.world import World

world, bad_world = practice.world, practice.bad_world


@pytest.fixture
async def api(world: World) -> AsyncIterator[aiohttp.ClientSession]:
    """A client with the rights of the admin."""
    async with aiohttp.ClientSession(world.url, headers=practice.ADMIN) as session:
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
