"""Pictures of every page of the web, at the size of a small window and of a whole screen."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from support.outside_screen import posed
from support.web_screen import loading, troubled, well

from cockpit.reading import Reading
from cockpit.ui.app import CockpitApp

SIZES = [pytest.param((80, 24), id="80x24"), pytest.param((160, 45), id="160x45")]
TROUBLED = troubled()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    ("page", "readings", "keys"),
    [
        ("overview", TROUBLED, ()),
        ("overview-well", well(), ()),
        ("health", TROUBLED, ("6",)),
        ("endpoint", TROUBLED, ("6", "j", "j", "enter")),
        ("metrics", TROUBLED, ("6", "right")),
        ("series", TROUBLED, ("6", "right", "j", "enter")),
        ("alerts", TROUBLED, ("6", "right", "right")),
        ("alert", TROUBLED, ("6", "right", "right", "j", "enter")),
        ("silence", TROUBLED, ("6", "right", "right", "j", "a")),
        ("how-long", TROUBLED, ("6", "right", "right", "j", "a", "enter")),
        ("others", TROUBLED, ("6", "left")),
        ("loading", loading(), ("6",)),
        ("unconfigured", (), ("6",)),
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
    assert snap_compare(app, terminal_size=size, run_before=posed(app, readings, keys))
