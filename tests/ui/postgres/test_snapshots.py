"""Pictures of every page, at the size of a small window and of a whole screen."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import pytest
from support.cockpit import arrived, settle
from support.postgres_screen import reading, refused, restricted, troubled, well
from textual.pilot import Pilot

from cockpit.reading import Reading
from cockpit.ui.app import CockpitApp

SIZES = [pytest.param((80, 24), id="80x24"), pytest.param((160, 45), id="160x45")]
TROUBLED = (reading(troubled()),)


def ready(app: CockpitApp, readings: Sequence[Reading[Any]], keys: Sequence[str]) -> Callable[..., Awaitable[None]]:
    """Wait until everything has arrived, press keys, and forget what was told meanwhile."""

    async def run_before(pilot: Pilot[None]) -> None:
        await settle(pilot, lambda: arrived(app))
        for each in readings:
            app.desks.session.board.publish(each)
        await settle(pilot, lambda: not readings or app.desks.postgres.strip.is_mounted)
        await settle(pilot, lambda: app.cockpit.findings.known is not None)
        for key in keys:
            await pilot.press(key)
        await pilot.pause(0.8)
        app.cockpit.hints.forget()
        await pilot.pause(0.3)

    return run_before


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    ("page", "readings", "keys"),
    [
        ("overview", TROUBLED, ()),
        ("activity", TROUBLED, ("4",)),
        ("statement", TROUBLED, ("4", "j", "enter")),
        ("blocking", TROUBLED, ("4", "right")),
        ("statements", TROUBLED, ("4", "right", "right")),
        ("connections", TROUBLED, ("4", "left", "left")),
        ("health", TROUBLED, ("4", "left")),
        ("stale", (reading(troubled(), refused()),), ("4",)),
        ("failing", (reading(None, refused()),), ("4",)),
        ("hidden", (reading(restricted()),), ("4",)),
        ("several", (reading(well(), name="a-db"), *TROUBLED), ()),
        ("unconfigured", (), ("4",)),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_pages(
    snap_compare: Callable[..., bool],
    make_app: Callable[[], CockpitApp],
    page: str,
    readings: Sequence[Reading[Any]],
    keys: Sequence[str],
    size: tuple[int, int],
) -> None:
    app = make_app()
    assert snap_compare(app, terminal_size=size, run_before=ready(app, readings, keys))
