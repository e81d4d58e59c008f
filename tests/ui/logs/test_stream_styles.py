"""The colours of streams: readable, told apart, and not taken for a meaning, in every theme."""

import math
from itertools import combinations

import pytest
from rich.color import ColorSystem
from textual.app import App
from textual.color import Color, rgb_to_lab
from textual.widgets import Static

from cockpit.ui.logs.stream_styles import ON_DARK, ON_LIGHT, stream_styles
from cockpit.ui.theme import Theme, load_theme, to_textual

RGB_THEMES = ["colour-blind", "dark", "high-contrast", "light"]
ALL_THEMES = [*RGB_THEMES, "terminal"]
APART = 15.0
"""CIE76 distance; 2.3 is just noticeable side by side, this is told apart at a glance."""


def luminance(colour: Color) -> float:
    parts = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in colour.normalized]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: Color, other: Color) -> float:
    """The contrast ratio of WCAG 2.2."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def distance(one: Color, other: Color) -> float:
    return math.dist(*(rgb_to_lab(colour) for colour in (one, other)))


def inks(theme: Theme) -> list[Color]:
    return [Color.parse(ink) for ink in (ON_DARK if theme.dark else ON_LIGHT)]


def colour(theme: Theme, key: str) -> Color:
    return Color.parse(getattr(theme.colours, key))


@pytest.mark.parametrize("name", RGB_THEMES)
def test_names_can_be_read(name: str) -> None:
    theme = load_theme(name)
    assert min(contrast(ink, colour(theme, "background")) for ink in inks(theme)) >= 4.5


@pytest.mark.parametrize("name", RGB_THEMES)
def test_no_name_looks_as_if_something_were_wrong_or_well(name: str) -> None:
    theme = load_theme(name)
    meanings = [colour(theme, meaning) for meaning in ("wrong", "doubtful", "well")]
    assert min(distance(ink, meaning) for ink in inks(theme) for meaning in meanings) >= APART


@pytest.mark.parametrize("colours", [ON_DARK, ON_LIGHT], ids=["dark", "light"])
def test_colours_are_told_apart(colours: tuple[str, ...]) -> None:
    parsed = [Color.parse(ink) for ink in colours]
    assert min(distance(one, other) for one, other in combinations(parsed, 2)) >= APART


@pytest.mark.parametrize("colours", [ON_DARK, ON_LIGHT], ids=["dark", "light"])
def test_colours_stay_apart_in_a_palette_of_256(colours: tuple[str, ...]) -> None:
    assert len({Color.parse(ink).rich_color.downgrade(ColorSystem.EIGHT_BIT) for ink in colours}) == len(colours)


class Host(App[None]):
    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.register_theme(to_textual(theme))
        self.theme = theme.name


@pytest.mark.parametrize("name", ALL_THEMES)
async def test_each_of_the_first_streams_has_a_style_of_its_own_in_every_theme(name: str) -> None:
    app = Host(load_theme(name))
    async with app.run_test():
        widget = Static()
        await app.mount(widget)
        styles = stream_styles(widget)
    assert len(styles) >= 6
    assert len(set(styles)) == len(styles)
