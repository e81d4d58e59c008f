"""Pictures of every page of AWS, at the size of a small window and of a whole screen."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from support.aws_screen import expired, reading, restricted, troubled, well
from support.outside_screen import posed

from cockpit.reading import Reading
from cockpit.ui.app import CockpitApp

SIZES = [pytest.param((80, 24), id="80x24"), pytest.param((160, 45), id="160x45")]
TROUBLED = (reading(troubled()),)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    ("page", "readings", "keys"),
    [
        ("overview", TROUBLED, ()),
        ("overview-well", (reading(well()),), ()),
        ("rds", TROUBLED, ("5",)),
        ("instance", TROUBLED, ("5", "j", "j", "enter")),
        ("balancers", TROUBLED, ("5", "right")),
        ("balancer", TROUBLED, ("5", "right", "enter")),
        ("targets", TROUBLED, ("5", "right", "right")),
        ("alarms", TROUBLED, ("5", "right", "right", "right")),
        ("events", TROUBLED, ("5", "left", "left")),
        ("account", (reading(restricted()),), ("5", "left")),
        ("restricted", (reading(restricted()),), ("5",)),
        ("expired", (reading(troubled(), expired()),), ("5",)),
        ("never", (reading(None, expired()),), ("5",)),
        ("loading", (Reading[Any]("aws/prod"),), ("5",)),
        ("several", (reading(well(), name="data"), *TROUBLED), ()),
        ("unconfigured", (), ("5",)),
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
