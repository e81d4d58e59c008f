"""The screen at every size: what is wrong and the clocks are always there."""

import re
from collections.abc import Callable

import pytest
from support.terminal import PtyProcess

CLOCK = re.compile(r"\d\d:\d\d:\d\d UTC")


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (240, 70)], ids="{0[0]}x{0[1]}".format)
def test_everything_has_its_place(cockpit_on_shop: Callable[..., PtyProcess], size: tuple[int, int]) -> None:
    screen = cockpit_on_shop(size=size)
    for text in ("Wrong now", "Pods", "READY", "CrashLoopBackOff"):
        screen.wait_for(text)
    screen.wait_until(lambda: screen.line(size[1] - 1).endswith("? help "), "keys on the last line")
    assert screen.line(0).startswith(" practice / shop")
    assert CLOCK.search(screen.line(0))


@pytest.mark.parametrize("size", [(59, 20), (60, 19), (40, 8)], ids="{0[0]}x{0[1]}".format)
def test_below_the_least_size_what_is_wrong_and_the_clocks_are_left(
    cockpit_on_shop: Callable[..., PtyProcess], size: tuple[int, int]
) -> None:
    screen = cockpit_on_shop(size=size)
    screen.wait_for("the panes need 60 x 20")
    assert CLOCK.search(screen.text)
    assert "● api" in screen.text
    assert "READY" not in screen.text


def test_the_screen_follows_the_size_of_the_terminal(cockpit_on_shop: Callable[..., PtyProcess]) -> None:
    screen = cockpit_on_shop(size=(160, 45))
    screen.wait_for("Checklist")
    for size in ((80, 24), (50, 10), (1, 1), (59, 20)):
        screen.resize(size)
    screen.wait_for("the panes need 60 x 20")
    screen.resize((160, 45))
    screen.wait_for("Checklist")
    screen.wait_for("Logs")
    screen.wait_for("READY")
    assert CLOCK.search(screen.line(0))
