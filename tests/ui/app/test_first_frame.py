"""The first frame says what there will be, and nothing that it shows moves afterwards."""

from collections.abc import Callable
from typing import Any

import pytest
from support.cockpit import arrived, settle
from support.shop import WELL_SHOP, Shop
from textual._compositor import LayoutUpdate
from textual.strip import Strip

from cockpit.ui.app import CockpitApp

MakeApp = Callable[[Shop], CockpitApp]


async def first_and_last(app: CockpitApp, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Give what stands on the screen first, and once everything has arrived."""
    painted: list[LayoutUpdate] = []
    display = app._display

    def keep(screen: Any, update: Any) -> None:
        if isinstance(update, LayoutUpdate):
            painted.append(update)
        display(screen, update)

    monkeypatch.setattr(app, "_display", keep)
    async with app.run_test(size=size) as pilot:
        await settle(pilot, lambda: arrived(app))
        last = [strip.text for strip in app.screen._compositor.render_strips()]
    return [[Strip.join(line).text for line in painted[0].strips], last]


def line_of(lines: list[str], text: str) -> int:
    return next(y for y, line in enumerate(lines) if text in line)


@pytest.mark.parametrize("size", [(160, 45), (80, 24)])
async def test_header_titles_and_keys_are_there_at_once(
    make_app: MakeApp, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    first, _ = await first_and_last(make_app(Shop(WELL_SHOP)), size, monkeypatch)
    assert "no cluster yet" in first[0]
    assert "14:23:07 UTC" in first[0]
    text = "\n".join(first)
    for title in ("Nothing known yet", "Pods unknown", "reading the pods", "NAME", "STATUS"):
        assert title in text
    assert "/ filter" in first[-1]
    assert "? help" in first[-1]


async def test_what_the_first_frame_shows_does_not_move(make_app: MakeApp, monkeypatch: pytest.MonkeyPatch) -> None:
    first, last = await first_and_last(make_app(Shop(WELL_SHOP)), (160, 45), monkeypatch)
    for text in ("14:23:07 UTC", "─ Pods", "STATUS", "─ Logs", "? help"):
        assert line_of(first, text) == line_of(last, text)
    assert [line[118] for line in first] == [line[118] for line in last]  # the edge of the sidebar
