"""Port-forwards are children that are listed, and leave with the cockpit."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from cockpit.actions.port_forwards import Forward, ForwardState, PortForwards
from cockpit.actions.shell import Child, Kubectls
from cockpit.reading import SourceError
from cockpit.sources.kubernetes.kubectl import Kubectl

OPENS = "echo 'Forwarding from 127.0.0.1:40123 -> 8080'; exec sleep 60"


class Desk:
    """Port-forwards, and a way to wait for what they say."""

    def __init__(self, folder: Path) -> None:
        self._changed = asyncio.Event()
        self._folder = folder
        self.forwards = PortForwards(self._changed.set)

    async def start(self, script: str) -> Forward:
        program = self._folder / "kubectl"
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)
        child = Kubectls(Kubectl()).port_forward("service/api", "shop", 80)
        found = {**child.environment, "PATH": f"{self._folder}:{os.environ['PATH']}"}
        here = Child((str(program), *child.argv[1:]), found, child.rights)
        return await self.forwards.start(here, "service/api", "shop", 80)

    async def until(self, happened: Callable[[Forward], bool]) -> Forward:
        async with asyncio.timeout(5):
            while not happened(self.forwards.forwards[-1]):
                self._changed.clear()
                await self._changed.wait()
        return self.forwards.forwards[-1]


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    desk = Desk(tmp_path)
    yield desk
    await desk.forwards.aclose()


async def test_the_port_that_kubectl_chose_is_told(desk: Desk) -> None:
    assert (await desk.start(OPENS)).state is ForwardState.OPENING
    forward = await desk.until(lambda forward: forward.state is ForwardState.OPEN)
    assert (forward.local, forward.target, forward.port, forward.error) == (40123, "service/api", 80, "")


async def test_the_last_complaint_is_kept(desk: Desk) -> None:
    await desk.start("echo first >&2; printf 'error: \\033[31mpod not found\\n' >&2; exit 1")
    forward = await desk.until(lambda forward: forward.state is ForwardState.ENDED)
    assert forward.error == "error: pod not found"


async def test_one_that_ends_without_a_word_tells_its_status(desk: Desk) -> None:
    await desk.start("exit 3")
    forward = await desk.until(lambda forward: forward.state is ForwardState.ENDED)
    assert forward.error == "kubectl ended with status 3"


async def test_one_that_is_stopped_is_gone(desk: Desk) -> None:
    await desk.start(f"echo $$ >&2; {OPENS}")
    forward = await desk.until(lambda forward: bool(forward.error))
    await desk.forwards.stop(forward.number)
    assert desk.forwards.forwards == ()
    with pytest.raises(ProcessLookupError):
        os.kill(int(forward.error), 0)


async def test_all_of_them_leave_with_the_cockpit(desk: Desk) -> None:
    pids = []
    for _ in range(2):
        await desk.start(f"echo $$ >&2; {OPENS}")
        pids.append(int((await desk.until(lambda forward: bool(forward.error))).error))
    await desk.forwards.aclose()
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


async def test_an_endless_line_is_read_and_cut(desk: Desk) -> None:
    await desk.start("head -c 300000 /dev/zero | tr '\\0' x >&2; exit 1")
    forward = await desk.until(lambda forward: forward.state is ForwardState.ENDED)
    assert 0 < len(forward.error) <= 500


async def test_without_kubectl_it_is_said(desk: Desk) -> None:
    child = Kubectls(Kubectl()).port_forward("service/api", "shop", 80)
    nowhere = Child(child.argv, {"PATH": "/nowhere"}, child.rights)
    with pytest.raises(SourceError, match="kubectl is not on the PATH"):
        await desk.forwards.start(nowhere, "service/api", "shop", 80)
    assert desk.forwards.forwards == ()
