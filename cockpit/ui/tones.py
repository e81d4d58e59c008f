"""What colours say. Every widget takes them from the theme by these names."""

from typing import Literal

from rich.style import Style
from textual.widget import Widget

Tone = Literal["", "wrong", "doubtful", "well", "changing", "dim", "strong", "sev1", "sev2", "sev3", "sev4", "sev5"]
"""Five meanings, emphasis, and five severities; the empty tone says nothing. A colour never stands alone: the same
place always says it with a word or a sign too."""

TONE_CLASSES = frozenset(
    f"tone--{tone}"
    for tone in ("wrong", "doubtful", "well", "changing", "dim", "strong", "sev1", "sev2", "sev3", "sev4", "sev5")
)
"""To be among the COMPONENT_CLASSES of a widget that draws tones; `cockpit.tcss` gives them their colours."""


def tone_style(widget: Widget, tone: Tone) -> Style:
    """Give the style of a tone on the background of `widget`."""
    return widget.get_component_rich_style(f"tone--{tone}") if tone else widget.rich_style
