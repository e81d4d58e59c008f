"""What colours say. Every widget takes them from the theme by these names."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Literal

from rich.style import Style
from textual.color import Color
from textual.widget import Widget

Tone = Literal["", "wrong", "doubtful", "well", "changing", "dim", "strong", "sev1", "sev2", "sev3", "sev4", "sev5"]
"""Five meanings, emphasis, and five severities; the empty tone says nothing. A colour never stands alone: the same
place always says it with a word or a sign too."""

_MEANINGS: tuple[Tone, ...] = ("wrong", "doubtful", "well", "changing", "dim")
_SEVERITIES: tuple[Tone, ...] = ("sev1", "sev2", "sev3", "sev4", "sev5")
_BOLD = Style(bold=True)


def tone_styles(widget: Widget) -> Mapping[Tone, Style]:
    """Give the style of each tone on the background of `widget`; ask once for all that is drawn together.

    The colours come from the theme itself. As component classes, each of them would be matched against the whole
    style sheet for each widget whenever a class or the focus changes, which is most of the time to the first frame.
    """
    plain = widget.rich_style
    colours = widget.app.theme_variables
    inks = {tone: _ink(colours[tone], bold=tone in _SEVERITIES) for tone in (*_MEANINGS, *_SEVERITIES)}
    styles = {tone: plain + ink for tone, ink in inks.items()}
    return {**styles, "": plain, "strong": plain + _BOLD}


def lit(widget: Widget) -> Style:
    """Give the style of emphasis where the keys go."""
    return widget.rich_style + _ink(widget.app.theme_variables["accent"], bold=True)


@lru_cache(maxsize=64)
def _ink(colour: str, *, bold: bool) -> Style:
    return Style(color=Color.parse(colour).rich_color, bold=bold or None)
