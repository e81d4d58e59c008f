"""Log streams that stall, answer an error as if it were a log, or are more than the disk takes."""

import shutil
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from types import SimpleNamespace

import pytest
from support.cluster import Cockpit, pod_of, say, unwrapped

from cockpit.config import LogsConfig
from cockpit.gameday.world import World

Open = Callable[..., AbstractAsyncContextManager[Cockpit]]


def log_path(world: World, workload: str) -> str:
    return f"/api/v1/namespaces/shop/pods/{pod_of(world, workload)['metadata']['name']}/log"


async def test_an_error_that_comes_as_if_it_were_a_log_is_told_as_trouble(world: World, cockpit_on: Open) -> None:
    gone = b"unable to retrieve container logs for containerd://0123456789abcdef"
    fault = world.faults.answer(log_path(world, "api"), 200, body=gone)
    async with cockpit_on(world.kubeconfig) as cockpit:
        await cockpit.until(lambda: "TROUBLE: the node has removed the container and its log" in cockpit.logs)
        world.faults.lift(fault)
        say(world, "api", [b"here I am"])
        await cockpit.until(lambda: "here I am" in cockpit.logs)
        assert cockpit.log_lines(b"unable to retrieve") == []


async def test_what_a_kubelet_says_instead_of_lines_is_told_until_they_come_again(
    world: World, cockpit_on: Open
) -> None:
    words = b"failed to create fsnotify watcher: too many open files"
    fault = world.faults.answer(log_path(world, "api"), 200, body=words)
    async with cockpit_on(world.kubeconfig) as cockpit:
        await cockpit.until(lambda: "TROUBLE: the kubelet says: failed to create fsnotify watcher" in cockpit.logs)
        told = unwrapped(cockpit.logs)
        assert "in trouble" in told
        assert "sysctl -w fs.inotify.max_user_instances=8192" in told
        world.faults.lift(fault)
        say(world, "api", [b"here I am"])
        await cockpit.until(lambda: "here I am" in cockpit.logs and "following" in cockpit.logs)
        assert len(cockpit.log_lines(b"fsnotify")) == 1


async def test_a_stream_that_stalls_holds_up_no_other(world: World, cockpit_on: Open) -> None:
    fault = world.faults.hang(log_path(world, "api"))
    say(world, "web", [b"web speaks"])
    async with cockpit_on(world.kubeconfig) as cockpit:
        await cockpit.shows("Nothing wrong")
        await cockpit.press(" ", " ", "l")
        await cockpit.until(lambda: "web speaks" in cockpit.logs)
        say(world, "web", [b"web speaks again"])
        await cockpit.until(lambda: "web speaks again" in cockpit.logs)
        say(world, "api", [b"api at last"])
        world.faults.lift(fault)
        await cockpit.until(lambda: "api at last" in cockpit.logs)


async def test_lines_that_the_disk_does_not_take_go_on_and_the_loss_is_told(
    world: World, cockpit_on: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = SimpleNamespace(total=1, used=1, free=0)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: full)
    logs = LogsConfig(memory_mb=1, directory=tmp_path / "spool")
    async with cockpit_on(world.kubeconfig, logs=logs) as cockpit:
        await cockpit.until(lambda: any(stream.kind == "log" for stream in world.faults.streams))
        say(world, "api", [b"x" * 100 + b" n=%d" % number for number in range(20_000)])
        await cockpit.until(lambda: "n=19999" in cockpit.logs)
        told = unwrapped(cockpit.logs)
        assert "the disk takes no more log lines, so that older ones are dropped early: No space left on device" in told
        assert f"try: df -h {tmp_path / 'spool'}" in told
        assert "lines dropped" in told
        say(world, "api", [b"and on they go"])
        await cockpit.until(lambda: "and on they go" in cockpit.logs)
        assert not any((tmp_path / "spool").iterdir())
