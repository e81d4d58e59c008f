"""What a person types on a bad day is neither lost nor in the way."""

import errno
import shutil
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest
from support.cluster import Cockpit, unwrapped

from cockpit.gameday.world import World

Open = Callable[..., AbstractAsyncContextManager[Cockpit]]


async def test_a_filter_that_does_not_parse_is_refused_and_what_was_typed_stays(world: World, cockpit_on: Open) -> None:
    async with cockpit_on(world.kubeconfig) as cockpit:
        await cockpit.pods_are_well()
        await cockpit.press("slash", *"api(")
        await cockpit.shows("filter api(", "missing ): api(")
        assert [name.split("-")[0] for name in cockpit.names()] == ["api"]
        await cockpit.press("enter", "backspace", "enter")
        await cockpit.until(lambda: "/api " in cockpit.pods)


async def test_what_cannot_be_saved_because_the_disk_is_full_is_kept_and_saved_later(
    world: World, cockpit_on: Open, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async with cockpit_on(world.kubeconfig) as cockpit:
        with monkeypatch.context() as full:
            full.setattr(Path, "mkdir", _disk_is_full)
            await cockpit.begin_note("rolling back")
            await cockpit.press("enter")
            await cockpit.shows("1 NOT SAVED", "UNSAVED  ", "rolling back")
            told = unwrapped(cockpit.pane(cockpit.app.cockpit.incident_log))
            assert "No space left on device" in told
            assert "try: ls -ld" in told
            await cockpit.pods_are_well()
            await cockpit.begin_note("done")
            await cockpit.press("enter")
            await cockpit.shows("2 NOT SAVED")
        await cockpit.press("R")
        await cockpit.shows("everything is saved")
        assert cockpit.entries[1:] == ["rolling back", "done"]
        assert "NOT SAVED" not in cockpit.screen()


def _disk_is_full(self: Path, *_: object, **__: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device", str(self))


async def test_a_directory_that_may_not_be_written_is_told_before_anything_is_typed(
    world: World, cockpit_on: Open, tmp_path: Path
) -> None:
    (tmp_path / "incidents").write_text("a file stands where the directory should be")
    async with cockpit_on(world.kubeconfig) as cockpit:
        await cockpit.shows("the incident log cannot be saved")
        await cockpit.pods_are_well()


async def test_the_namespace_is_switched_while_nothing_can_be_read(world: World, cockpit_on: Open) -> None:
    async with cockpit_on(world.kubeconfig) as cockpit:
        await cockpit.pods_are_well()
        await world.faults.refuse_connections()
        await cockpit.pods_fail("Connection refused", "curl")
        await cockpit.press("N")
        await cockpit.shows("(all namespaces)")
        await cockpit.press(*"default", "enter")
        await cockpit.until(lambda: cockpit.header.startswith(" practice / default"))
        await cockpit.pods_fail("Connection refused", "curl")
        assert cockpit.names() == []
        await world.faults.accept_connections()
        await cockpit.shows("no pods in default", "Nothing wrong")


async def test_the_context_is_switched_while_the_login_fails(world: World, cockpit_on: Open, tmp_path: Path) -> None:
    broken = world.kubeconfig.read_text().replace("practice-admin-token", "expired")
    kubeconfig = tmp_path / "kubeconfig"
    kubeconfig.write_text(broken.replace("as: practice-admin", "as-nobody: x"))
    async with cockpit_on(kubeconfig) as cockpit:
        await cockpit.pods_fail("does not accept the credentials", "kubectl auth whoami")
        await cockpit.begin_note("half a th")
        await cockpit.press("escape", "C")
        await cockpit.shows("practice-viewer")
        await cockpit.press(*"viewer", "enter")
        await cockpit.pods_are_well()
        assert cockpit.header.startswith(" practice-viewer / shop")
        await cockpit.press("i")
        await cockpit.finish_note("half a th")


async def test_a_context_that_does_not_work_can_be_left_again(world: World, cockpit_on: Open, tmp_path: Path) -> None:
    kubeconfig = tmp_path / "kubeconfig"
    shutil.copy(world.kubeconfig, kubeconfig)
    async with cockpit_on(kubeconfig) as cockpit:
        await cockpit.pods_are_well()
        await world.faults.refuse_connections()
        for context in ("practice-viewer", "practice"):
            await cockpit.press("C")
            await cockpit.shows("practice-viewer", "type to narrow down")
            await cockpit.press("down" if context == "practice-viewer" else "up", "enter")
            await cockpit.shows(f" {context} / shop  read-only")
            await cockpit.pods_fail("Connection refused", "curl")
        await world.faults.accept_connections()
        await cockpit.pods_are_well()
