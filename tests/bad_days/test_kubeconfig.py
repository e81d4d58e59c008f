"""A kubeconfig that is not there, is broken, or names something else: the cockpit opens all the same, and waits."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest
from support.cluster import Cockpit

from cockpit.gameday.world import World

Open = Callable[..., AbstractAsyncContextManager[Cockpit]]


async def test_without_a_kubeconfig_the_record_works_and_a_kubeconfig_that_appears_is_used(
    world: World, cockpit_on: Open, tmp_path: Path
) -> None:
    async with cockpit_on(None) as cockpit:
        await cockpit.begin_note("on a fresh bastion")
        await cockpit.pods_fail("there is no kubeconfig at ~/.kube/config", "cockpit --kubeconfig FILE")
        assert cockpit.header.startswith(" no cluster yet")
        appeared = tmp_path / "home" / ".kube" / "config"
        appeared.parent.mkdir(parents=True)
        appeared.write_text(world.kubeconfig.read_text())
        await cockpit.pods_are_well()
        assert cockpit.header.startswith(" practice / shop")
        await cockpit.finish_note("on a fresh bastion")


async def test_a_kubeconfig_that_was_named_and_is_not_there(tmp_path: Path, world: World, cockpit_on: Open) -> None:
    path = tmp_path / "kubeconfig"
    async with cockpit_on(path) as cockpit:
        await cockpit.begin_note("typo")
        await cockpit.pods_fail(f"kubeconfig {path} does not exist", "cockpit --kubeconfig FILE")
        path.write_text(world.kubeconfig.read_text())
        await cockpit.pods_are_well()
        await cockpit.finish_note("typo")


async def test_an_unknown_context_names_those_that_exist(world: World, cockpit_on: Open) -> None:
    async with cockpit_on(world.kubeconfig, context="prod") as cockpit:
        await cockpit.begin_note("wrong context")
        await cockpit.pods_fail(
            f"there is no context 'prod' in {world.kubeconfig}; there is practice, practice-viewer",
            "cockpit --context NAME",
        )
        mended = world.kubeconfig.read_text().replace("practice-viewer", "prod")
        world.kubeconfig.write_text(mended)
        await cockpit.until(lambda: cockpit.header.startswith(" prod / shop"))
        await cockpit.finish_note("wrong context")


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [("apiVersion: v1\nclusters: [\n", 3, "expected the node content"), ("a: b: c\n", 1, "mapping values are not")],
)
async def test_broken_yaml_is_told_with_file_and_line_and_read_again(
    tmp_path: Path, world: World, cockpit_on: Open, text: str, line: int, problem: str
) -> None:
    path = tmp_path / "kubeconfig"
    path.write_text(text)
    async with cockpit_on(path) as cockpit:
        await cockpit.begin_note("who edited this")
        await cockpit.pods_fail(f"kubeconfig {path}, line {line}: {problem}", f"${{EDITOR:-vi}} +{line} {path}")
        path.write_text(world.kubeconfig.read_text())
        await cockpit.pods_are_well()
        await cockpit.finish_note("who edited this")


async def test_yaml_that_is_no_kubeconfig(tmp_path: Path, cockpit_on: Open) -> None:
    path = tmp_path / "kubeconfig"
    path.write_text("- just\n- a list\n")
    async with cockpit_on(path) as cockpit:
        await cockpit.pods_fail(f"{path} is not a kubeconfig", f"${{EDITOR:-vi}} {path}")
