"""Themes: one TOML file each, built in or the user's own.

A file gives its name, whether it is dark, and under `[colours]` every field of `Palette`. Colours are written as
`#rrggbb`, as a CSS name, or, all of them in one file, as the terminal's own: `ansi_red`, `ansi_default`.
"""

import re
import tomllib
from collections.abc import Sequence
from pathlib import Path

import msgspec
from textual.color import Color, ColorParseError
from textual.theme import Theme as TextualTheme

from cockpit.ui.terminal.capabilities import Colours


class Palette(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The colours of a theme. Everything that can be text is readable on everything that can lie behind it."""

    background: str
    surface: str
    panel: str
    selection: str
    """Behind the row under the cursor."""
    protected: str
    """Behind the header while the context is a protected one."""
    foreground: str
    muted: str
    accent: str
    wrong: str
    doubtful: str
    well: str
    changing: str
    dim: str
    sev1: str
    sev2: str
    sev3: str
    sev4: str
    sev5: str


class Theme(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A theme as its file says it."""

    name: str
    dark: bool
    colours: Palette

    @property
    def ansi(self) -> bool:
        """Whether the colours are those of the terminal's own palette."""
        return self.colours.background.startswith("ansi_")


class ThemeError(Exception):
    """A theme cannot be used; the message names the file, the key and what is allowed."""


def load_theme(name: str, directories: Sequence[Path] = ()) -> Theme:
    """Read one theme, from the first of the user's directories that has it, or the built-in one.

    Raises:
        ThemeError: There is no such theme, or its file is wrong.
    """
    places = [*directories, built_in_directory()]
    if re.fullmatch(r"[\w-]+", name):
        for directory in places:
            path = directory / f"{name}.toml"
            if path.is_file():
                return _read(path)
    known = ", ".join(sorted({path.stem for directory in places for path in directory.glob("*.toml")}))
    raise ThemeError(f"there is no theme {name!r}; there are: {known}")


def theme_for(theme: Theme, colours: Colours) -> Theme:
    """Give the theme to use: the terminal's own colours where there are too few for this one."""
    return theme if theme.ansi or colours >= Colours.PALETTE else load_theme("terminal")


def built_in_directory() -> Path:
    """Give where the product's own themes are: inside the installed package, or beside it in a source checkout."""
    package = Path(__file__).parent.parent
    installed = package / "themes"
    return installed if installed.is_dir() else package.parent / "themes"


def to_textual(theme: Theme) -> TextualTheme:
    """Make it known to Textual: its own names for colours, and ours (`$wrong`, `$sev1`, `$protected` …) for the CSS."""
    colours = theme.colours
    ours = {
        name: getattr(colours, name)
        for name in ("wrong", "doubtful", "well", "changing", "dim", "muted", "selection", "protected")
    }
    severities = {f"sev{number}": getattr(colours, f"sev{number}") for number in range(1, 6)}
    return TextualTheme(
        name=theme.name,
        dark=theme.dark,
        ansi=theme.ansi,
        primary=colours.accent,
        secondary=colours.muted,
        accent=colours.accent,
        warning=colours.doubtful,
        error=colours.wrong,
        success=colours.well,
        foreground=colours.foreground,
        background=colours.background,
        surface=colours.surface,
        panel=colours.panel,
        variables={**_textual_variables(colours, ansi=theme.ansi), **ours, **severities},
    )


def _textual_variables(colours: Palette, *, ansi: bool) -> dict[str, str]:
    """Give the variables that Textual would otherwise derive less readably, or, for ANSI colours, not at all."""
    variables = {
        "surface-active": colours.selection,
        "text-muted": colours.muted,
        "foreground-muted": colours.muted,
        "foreground-disabled": colours.dim,
        "border": colours.accent,
        "border-blurred": colours.dim,
        "block-cursor-background": colours.selection,
        "block-cursor-foreground": colours.foreground,
        "block-cursor-text-style": "bold",
        "block-cursor-blurred-text-style": "none",
        "footer-key-foreground": colours.accent,
        "footer-description-foreground": colours.muted,
    }
    if not ansi:
        return variables
    # Without colours (NO_COLOR) only the attribute shows where the cursor is, and no colour suits every palette.
    return {
        **variables,
        "surface": colours.surface,
        "panel": colours.panel,
        "ansi-background": colours.background,
        "ansi-foreground": colours.foreground,
        "block-cursor-background": colours.background,
        "block-cursor-text-style": "reverse",
        "block-cursor-blurred-text-style": "bold",
        "input-cursor-background": colours.background,
        "input-cursor-foreground": colours.foreground,
        "input-cursor-text-style": "reverse",
        "scrollbar": colours.dim,
        "scrollbar-background": colours.background,
    }


def _read(path: Path) -> Theme:
    try:
        theme = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), Theme)
    except OSError as error:
        raise ThemeError(f"{path}: cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ThemeError(f"{path}: not a TOML file: {error}") from error
    except msgspec.ValidationError as error:
        keys = ", ".join(Palette.__struct_fields__)
        raise ThemeError(f"{path}: {error}; a theme has name, dark and [colours] with: {keys}") from error
    if theme.name != path.stem:
        raise ThemeError(f"{path}: name is {theme.name!r}; it must be that of the file, {path.stem!r}")
    for key, value in msgspec.structs.asdict(theme.colours).items():
        _check_colour(f"{path}: colours.{key}", value, ansi=theme.ansi)
    return theme


def _check_colour(where: str, value: str, *, ansi: bool) -> None:
    try:
        colour = Color.parse(value)
    except ColorParseError as error:
        raise ThemeError(f"{where}: {value!r} is not a colour; write #rrggbb, a CSS name or ansi_red") from error
    if colour.auto or colour.a != 1:
        raise ThemeError(f"{where}: {value!r} is not opaque; write #rrggbb, a CSS name or ansi_red")
    if (colour.ansi is not None) != ansi:
        raise ThemeError(f"{where}: {value!r}; either all colours of a theme are ansi_… or none")
