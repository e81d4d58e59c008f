"""Where escape leads: out of the search, out of the selection, and then to where one came from."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import pytest
from support.cockpit import Opened

Open = Callable[..., AbstractAsyncContextManager[Opened]]


@pytest.mark.parametrize("size", [(160, 45), (80, 24)])
async def test_from_logs_that_were_opened_it_goes_back_to_the_pod(cockpit_on: Open, size: tuple[int, int]) -> None:
    async with cockpit_on(size=size) as cockpit:
        await cockpit.press("j", "j", "l")
        pods = cockpit.app.cockpit.pods
        was = pods.table.cursor_key
        await cockpit.shows("esc back")
        assert cockpit.app.cockpit.view == "logs"
        await cockpit.press("escape")
        await cockpit.until(lambda: cockpit.app.focused is pods.table)
        assert cockpit.app.cockpit.view == "overview"
        assert pods.table.cursor_key == was
        assert "esc back" not in cockpit.screen()


async def test_it_ends_the_search_first_then_the_mark_and_leaves_then(cockpit_on: Open) -> None:
    async with cockpit_on() as cockpit:
        view = cockpit.app.cockpit.logs.view
        await cockpit.press("3", "v", "/", *"fatal", "enter")
        await cockpit.until(lambda: 'grep "fatal"' in view.status_text)
        await cockpit.press("escape")
        assert "grep" not in view.status_text
        assert view.marks
        await cockpit.press("escape")
        assert not view.marks
        assert cockpit.app.cockpit.view == "logs"
        await cockpit.press("escape")
        assert cockpit.app.cockpit.view == "overview"


async def test_it_goes_back_view_by_view_without_detours(cockpit_on: Open) -> None:
    async with cockpit_on() as cockpit:
        await cockpit.press("2", "5", "3", "5")
        seen = [cockpit.app.cockpit.view]
        for _ in range(3):
            await cockpit.press("escape")
            seen.append(cockpit.app.cockpit.view)
        assert seen == ["aws", "pods", "overview", "overview"]


async def test_it_drops_the_filter_before_it_leaves_the_pods(cockpit_on: Open) -> None:
    async with cockpit_on() as cockpit:
        await cockpit.press("2", "/", *"api", "enter", "escape")
        assert cockpit.app.cockpit.view == "pods"
        assert not cockpit.app.cockpit.pods.pods.filter.typed
        await cockpit.press("escape")
        assert cockpit.app.cockpit.view == "overview"


async def test_from_a_pod_that_was_described_it_goes_back_to_where_it_was_listed(cockpit_on: Open) -> None:
    async with cockpit_on() as cockpit:
        await cockpit.press("d")
        await cockpit.until(lambda: "─ pod/api-7f9c4-" in cockpit.object)
        await cockpit.press("escape")
        await cockpit.until(lambda: cockpit.app.cockpit.view == "overview")
        await cockpit.press("2", "d")
        await cockpit.until(lambda: "─ pod/api-7f9c4-" in cockpit.object)
        await cockpit.press("escape")
        await cockpit.until(lambda: cockpit.app.focused is cockpit.app.cockpit.pods.table)
        assert cockpit.app.cockpit.view == "pods"


async def test_from_the_incident_it_goes_back_to_the_pane_that_had_the_keys(cockpit_on: Open) -> None:
    async with cockpit_on() as cockpit:
        logs = cockpit.app.cockpit.logs.view
        logs.focus()
        await cockpit.press("0", "escape")
        await cockpit.until(lambda: cockpit.app.focused is logs)


async def test_another_scope_leaves_nothing_to_go_back_to_but_the_overview(cockpit_on: Open) -> None:
    async with cockpit_on() as cockpit:
        await cockpit.press("2", "d", "l")
        await cockpit.until(lambda: cockpit.app.cockpit.view == "logs")
        cockpit.app._begin_scope()
        await cockpit.press("escape")
        await cockpit.until(lambda: cockpit.app.cockpit.view == "overview")
