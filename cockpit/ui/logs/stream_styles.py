"""Colours that tell the streams of a log apart. They say nothing about how a stream is, and a name stands beside each.

Measured (`tests/ui/logs/test_stream_styles.py`): readable on the themes' backgrounds, apart from each other, and
apart from what means wrong, doubtful and well.
"""

from typing import Final

from rich.style import Style
from textual.color import Color
from textual.widget import Widget

ON_DARK: Final = ("#afd5fe", "#3baca6", "#898ee7", "#d7d2b5", "#d58fcf", "#b39a6a")
ON_LIGHT: Final = ("#176490", "#661752", "#4e6452", "#243480", "#5f4a1f", "#8a4f8f")
ANSI: Final = ("ansi_default", "ansi_cyan", "ansi_magenta")
"""Nobody knows the palette of a terminal: these are readable in nearly all, and bold doubles their number."""


def stream_styles(widget: Widget) -> list[Style]:
    """Give the styles of the streams in the theme of `widget`, on its background: each colour plain, then bold."""
    theme = widget.app.current_theme
    plain = widget.rich_style
    inks = ANSI if theme.ansi else ON_DARK if theme.dark else ON_LIGHT
    colours = [Style(color=Color.parse(ink).rich_color) for ink in inks]
    return [plain + colour + Style(bold=bold or None) for bold in (False, True) for colour in colours]
