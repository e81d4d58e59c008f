"""Pictures of every pane, at the size of a small window and of a whole screen."""

from collections.abc import Awaitable, Callable

import pytest
from support.cockpit import arrived, settle, text_of
from support.furnished import furnished
from support.shop import BROKEN_SHOP, WELL_SHOP, Shop
from textual.pilot import Pilot

from cockpit.ui.app import CockpitApp

MakeApp = Callable[..., CockpitApp]
SIZES = [pytest.param((80, 24), id="80x24"), pytest.param((160, 45), id="160x45")]


def ready(
    app: CockpitApp, *keys: str, until: str = "", others: bool = False
) -> Callable[[Pilot[None]], Awaitable[None]]:
    """Wait until everything has arrived, `others` than pods too, press keys, and wait for a text on the screen."""

    async def run_before(pilot: Pilot[None]) -> None:
        await settle(pilot, lambda: arrived(app))
        await settle(pilot, lambda: app.cockpit.logs.view.virtual_size or not app.cockpit.logs.display)
        await settle(pilot, lambda: not others or changes_are_known(app))
        for key in keys:
            await pilot.press(key)
        await settle(pilot, lambda: not until or until in text_of(app))
        app.cockpit.hints.forget()
        await pilot.pause(0.3)

    return run_before


def changes_are_known(app: CockpitApp) -> bool:
    """Tell whether the diagnosis knows of more than pods."""
    return any(finding.changed for finding in app.cockpit.findings.findings)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    ("view", "keys", "until"),
    [
        ("overview", (), ""),
        ("pods", ("2",), ""),
        ("logs", ("3",), "FATAL"),
        ("incident", ("0", "space", "space", "i", *"rolling back to 11", "enter"), "rolling back to 11"),
        ("severity", ("S",), "when in doubt"),
        ("help", ("?",), "Keys here"),
        ("filter", ("/", *"api("), "missing"),
        ("messages", ("i", "x", "enter", "m"), "saved: x"),
    ],
    ids=lambda value: value if isinstance(value, str) and value.isalpha() else "",
)
def test_the_screen(
    snap_compare: Callable[..., bool],
    make_app: MakeApp,
    view: str,
    keys: tuple[str, ...],
    until: str,
    size: tuple[int, int],
) -> None:
    app = make_app(Shop(BROKEN_SHOP))
    assert snap_compare(app, terminal_size=size, run_before=ready(app, *keys, until=until))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    ("view", "keys", "until"),
    [
        ("workloads", ("2", "right"), "Workloads 4"),
        ("nodes", ("2", "right", "right"), "Nodes 1"),
        ("services", ("2", "right", "right", "right"), "Services 2"),
        ("events", ("2", "left"), "Events 3"),
        ("history", ("2", "right", "enter", "right", "j"), "against 10"),
        ("describe", ("d",), "DB_PASSWORD"),
        ("yaml", ("2", "right", "enter", "left", "/", *"image", "enter"), "/image 1 of 1"),
        ("finding", ("shift+tab",), "a: rollback"),
        ("offers", ("2", "right", "a"), "Do to deployment/api"),
        ("plan", ("2", "right", "a", *"restart", "enter"), "escape goes back"),
        ("question", ("2", "right", "a", *"scale", "enter", "x", "enter"), "is no number"),
    ],
    ids=lambda value: value if isinstance(value, str) and value.isalpha() else "",
)
def test_objects_and_actions(
    snap_compare: Callable[..., bool],
    make_app: MakeApp,
    view: str,
    keys: tuple[str, ...],
    until: str,
    size: tuple[int, int],
) -> None:
    app = make_app(furnished(), write=True)
    assert snap_compare(app, terminal_size=size, run_before=ready(app, *keys, until=until, others=True))


@pytest.mark.parametrize("size", SIZES)
def test_a_healthy_cluster(snap_compare: Callable[..., bool], make_app: MakeApp, size: tuple[int, int]) -> None:
    app = make_app(Shop(WELL_SHOP))
    assert snap_compare(app, terminal_size=size, run_before=ready(app))


@pytest.mark.parametrize("size", [(60, 20), (59, 19), (240, 70)], ids=["60x20", "59x19", "240x70"])
def test_other_sizes(snap_compare: Callable[..., bool], make_app: MakeApp, size: tuple[int, int]) -> None:
    app = make_app(Shop(BROKEN_SHOP))
    assert snap_compare(app, terminal_size=size, run_before=ready(app))
