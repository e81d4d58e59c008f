"""Themes: readable, told apart by everyone, and harmless when their file is wrong."""

import math
from itertools import combinations, pairwise
from pathlib import Path

import msgspec
import pytest
from rich.color import ColorSystem
from textual.app import App, ComposeResult
from textual.color import Color
from textual.widgets import Static

from cockpit.ui.terminal.capabilities import Colours
from cockpit.ui.theme import (
    Palette,
    Theme,
    ThemeError,
    built_in_directory,
    load_theme,
    theme_for,
    to_textual,
)

BUILT_IN = ["colour-blind", "dark", "high-contrast", "light", "terminal"]
RGB_THEMES = [name for name in BUILT_IN if name != "terminal"]
GROUNDS = ["background", "surface", "panel", "selection", "protected"]
MEANINGS = ["wrong", "doubtful", "well", "changing", "dim"]
INKS = ["foreground", "muted", "accent", *MEANINGS, "sev1", "sev2", "sev3", "sev4", "sev5"]

# Machado, Oliveira and Fernandes 2009: how linear RGB looks to eyes without one kind of cone.
DEUTERANOPIA = ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881))
PROTANOPIA = ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998))
Matrix = tuple[tuple[float, float, float], ...]
JUST_APART = 15.0
"""CIE76 distance; 2.3 is just noticeable side by side, this is told apart at a glance."""


def colour(theme: Theme, key: str) -> Color:
    return Color.parse(getattr(theme.colours, key))


def linear(colour: Color) -> tuple[float, float, float]:
    """Undo the gamma of sRGB (IEC 61966-2-1)."""
    red, green, blue = (
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in colour.normalized
    )
    return red, green, blue


def contrast(one: Color, other: Color) -> float:
    """The contrast ratio of WCAG 2.2."""
    luminances = [
        sum(part * weight for part, weight in zip(linear(c), (0.2126, 0.7152, 0.0722), strict=True))
        for c in (one, other)
    ]
    return (max(luminances) + 0.05) / (min(luminances) + 0.05)


def seen(colour: Color, eyes: Matrix) -> tuple[float, float, float]:
    """CIELAB coordinates of a colour as it looks to such eyes."""
    red, green, blue = (
        min(1.0, max(0.0, sum(weight * part for weight, part in zip(row, linear(colour), strict=True)))) for row in eyes
    )
    x = (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.95047
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    z = (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.08883
    fx, fy, fz = (value ** (1 / 3) if value > 0.008856 else 7.787 * value + 16 / 116 for value in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def distance(one: Color, other: Color, eyes: Matrix) -> float:
    return math.dist(seen(one, eyes), seen(other, eyes))


def written(directory: Path, name: str = "mine", old: str = "", new: str = "", **change: str) -> Path:
    """Write a copy of the dark theme with some of its text or its colours replaced."""
    text = (built_in_directory() / "dark.toml").read_text().replace('name = "dark"', f'name = "{name}"')
    for key, value in change.items():
        text = text.replace(f'{key} = "{getattr(load_theme("dark").colours, key)}"', f'{key} = "{value}"')
    path = directory / f"{name}.toml"
    path.write_text(text.replace(old, new))
    return path


def test_the_built_in_themes_are_there_and_right() -> None:
    assert sorted(path.stem for path in built_in_directory().glob("*.toml")) == BUILT_IN
    assert [load_theme(name).name for name in BUILT_IN] == BUILT_IN


@pytest.mark.parametrize("name", RGB_THEMES)
@pytest.mark.parametrize("ground", GROUNDS)
def test_everything_can_be_read_on_everything(name: str, ground: str) -> None:
    theme = load_theme(name)
    behind = colour(theme, ground)
    too_faint = [ink for ink in INKS if contrast(colour(theme, ink), behind) < 4.5]
    assert too_faint == []


@pytest.mark.parametrize("eyes", [DEUTERANOPIA, PROTANOPIA], ids=["deuteranopia", "protanopia"])
def test_colour_blind_eyes_tell_the_meanings_apart(eyes: Matrix) -> None:
    theme = load_theme("colour-blind")
    alike = [
        (one, other)
        for one, other in combinations(MEANINGS, 2)
        if distance(colour(theme, one), colour(theme, other), eyes) < JUST_APART
    ]
    assert alike == []


@pytest.mark.parametrize("eyes", [DEUTERANOPIA, PROTANOPIA], ids=["deuteranopia", "protanopia"])
def test_colour_blind_eyes_tell_each_severity_from_the_next(eyes: Matrix) -> None:
    theme = load_theme("colour-blind")
    severities = [colour(theme, f"sev{number}") for number in range(1, 6)]
    assert all(distance(one, other, eyes) >= JUST_APART for one, other in pairwise(severities))


@pytest.mark.parametrize("name", RGB_THEMES)
def test_256_colours_keep_the_meanings_apart(name: str) -> None:
    theme = load_theme(name)
    inks = [colour(theme, meaning).rich_color.downgrade(ColorSystem.EIGHT_BIT).number for meaning in MEANINGS]
    assert len(set(inks)) == len(MEANINGS)


def test_sixteen_colours_are_those_of_the_terminal_and_keep_the_meanings_apart() -> None:
    theme = theme_for(load_theme("light"), Colours.SIXTEEN)
    assert theme.name == "terminal"
    assert len({colour(theme, meaning).ansi for meaning in MEANINGS}) == len(MEANINGS)


def test_without_colours_the_terminals_own_are_used() -> None:
    assert theme_for(load_theme("dark"), Colours.NONE).name == "terminal"
    assert theme_for(load_theme("dark"), Colours.PALETTE).name == "dark"


class Shown(App[None]):
    """Uses every colour of ours in CSS."""

    CSS = "\n".join(
        f"#{name} {{ color: ${name}; background: $protected; border: round $selection; }}"
        for name in [*MEANINGS, "muted", "sev1", "sev2", "sev3", "sev4", "sev5", "surface-active", "panel", "surface"]
    )

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.register_theme(to_textual(theme))
        self.theme = theme.name

    def compose(self) -> ComposeResult:
        yield Static("text", id="wrong")


@pytest.mark.parametrize("name", BUILT_IN)
async def test_each_theme_gives_the_stylesheet_all_its_colours(name: str) -> None:
    theme = load_theme(name)
    app = Shown(theme)
    async with app.run_test():
        assert app.query_one("#wrong").styles.color == colour(theme, "wrong")
        assert app.query_one("#wrong").styles.background == colour(theme, "protected")
        assert app.native_ansi_color is (name == "terminal")


def test_the_terminals_colours_leave_no_variable_of_textual_undefined() -> None:
    every, found = (to_textual(load_theme(name)).to_color_system().generate() for name in ("dark", "terminal"))
    assert every.keys() - found.keys() == set()


def test_a_theme_of_ones_own_takes_the_place_of_a_built_in_one(tmp_path: Path) -> None:
    written(tmp_path, "dark", wrong="#ff0000")
    assert load_theme("dark", [tmp_path]).colours.wrong == "#ff0000"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("#f2787f", "redd", "colours.wrong: 'redd' is not a colour; write #rrggbb"),
        ("#f2787f", "#f2787f80", "colours.wrong: '#f2787f80' is not opaque"),
        ("#f2787f", "ansi_red", "colours.wrong: 'ansi_red'; either all colours of a theme are ansi_"),
        ("wrong =", "wong =", "wong"),
        ('muted = "#969da7"\n', "", "missing required field `muted`"),
        ("dark = true", 'dark = "yes"', "Expected `bool`, got `str` - at `$.dark`"),
        ("[colours]", "[colours", "not a TOML file"),
        ('name = "mine"', 'name = "yours"', "name is 'yours'; it must be that of the file, 'mine'"),
    ],
)
def test_a_wrong_file_is_told_and_spoils_no_other_theme(tmp_path: Path, old: str, new: str, told: str) -> None:
    path = written(tmp_path, old=old, new=new)
    with pytest.raises(ThemeError) as failure:
        load_theme("mine", [tmp_path])
    assert str(failure.value).startswith(f"{path}: ")
    assert told in str(failure.value)
    assert load_theme("dark", [tmp_path]).name == "dark"


def test_bytes_that_are_no_text_are_told_too(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(ThemeError, match="not a TOML file"):
        load_theme("mine", [tmp_path])


def test_what_is_allowed_is_named(tmp_path: Path) -> None:
    written(tmp_path, old="wrong =", new="wong =")
    with pytest.raises(ThemeError, match=", ".join(Palette.__struct_fields__)):
        load_theme("mine", [tmp_path])


@pytest.mark.parametrize("name", ["nosuch", "../dark", ""])
def test_an_unknown_theme_is_told_with_those_there_are(name: str) -> None:
    with pytest.raises(ThemeError, match="there are: colour-blind, dark, high-contrast, light, terminal"):
        load_theme(name)


def test_a_directory_that_is_not_there_holds_no_themes(tmp_path: Path) -> None:
    assert load_theme("light", [tmp_path / "nosuch"]).name == "light"
    with pytest.raises(ThemeError, match="there are: colour-blind"):
        load_theme("nosuch", [tmp_path / "nosuch"])


def test_every_colour_of_the_palette_is_checked_for_contrast() -> None:
    assert set(Palette.__struct_fields__) == {*GROUNDS, *INKS}
    assert msgspec.structs.asdict(load_theme("dark").colours).keys() == {*GROUNDS, *INKS}
