"""A person can look around in a container: kubectl exec, over a WebSocket."""

import asyncio
from collections.abc import Awaitable, Callable

import aiohttp
import pytest
from support.practice import pods_of

from cockpit.actions.shell import SHELL
from cockpit.gameday.world import World

Kubectl = Callable[..., Awaitable[tuple[int, str]]]


@pytest.mark.parametrize(
    ("command", "status", "output"),
    [
        (("hostname",), 0, "db-0\n"),
        (("sh", "-c", "echo hello $PGDATA"), 0, "hello \n"),
        (("nslookup", "web.shop.svc"), 0, "Name:      web.shop.svc\nAddress:   10.96.0.34\n"),
        (("false",), 1, "command terminated with exit code 1\n"),
        (("curl", "localhost"), 127, "sh: curl: not found\ncommand terminated with exit code 127\n"),
    ],
)
async def test_a_command_is_run(
    kubectl: Kubectl, world: World, command: tuple[str, ...], status: int, output: str
) -> None:
    assert await kubectl(world, "exec", "db-0", "--", *command) == (status, output)


async def test_the_environment_is_that_of_the_container(kubectl: Kubectl, world: World) -> None:
    status, output = await kubectl(world, "exec", "deployment/api", "--", "env")
    assert (status, "DB_HOST=db" in output) == (0, True)


async def test_what_does_not_run_cannot_be_entered(kubectl: Kubectl, world: World) -> None:
    status, output = await kubectl(world, "exec", "job/import", "--", "env")
    assert status == 1
    assert "cannot exec into a container in a completed pod; current phase is Succeeded" in output


async def test_the_viewer_may_not_enter(kubectl: Kubectl, world: World) -> None:
    status, output = await kubectl(world, "exec", "db-0", "--context", "practice-viewer", "--", "env")
    assert (status, 'resource "pods/exec"' in output) == (1, True)


async def test_the_shell_that_the_cockpit_opens_reads_lines(world: World, api: aiohttp.ClientSession) -> None:
    query = [("command", word) for word in SHELL] + [("stdin", "true"), ("stdout", "true"), ("tty", "true")]
    path = "/api/v1/namespaces/shop/pods/db-0/exec"
    async with asyncio.timeout(5), api.ws_connect(path, params=query, protocols=("v5.channel.k8s.io",)) as socket:
        await socket.send_bytes(b"\x00hostname\rexit\r")
        seen = b"".join([message.data[1:] async for message in socket if message.data[0] == 1])
    assert b"db-0\r\n/app $ " in seen


async def test_a_terminal_shows_what_is_typed(world: World, api: aiohttp.ClientSession) -> None:
    pod = pods_of(world, "web")[0].name
    query = {"command": "sh", "stdin": "true", "stdout": "true", "tty": "true"}
    path = f"/api/v1/namespaces/shop/pods/{pod}/exec"
    seen: dict[int, bytes] = {}
    async with asyncio.timeout(5), api.ws_connect(path, params=query, protocols=("v5.channel.k8s.io",)) as socket:
        assert socket.protocol == "v5.channel.k8s.io"
        await socket.send_bytes(b"\x00whoamx\x7fi\rexit 3\r")
        async for message in socket:
            seen[message.data[0]] = seen.get(message.data[0], b"") + message.data[1:]
    assert seen[1] == b"/app $ whoamx\b \bi\r\napp\r\n/app $ exit 3\r\n"
    assert b'"ExitCode","message":"3"' in seen[3]
