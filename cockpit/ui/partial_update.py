"""Painting only the cells that a widget said have changed."""

from rich.console import Console
from rich.control import Control
from textual._compositor import ChopsUpdate


class PartialUpdate(ChopsUpdate):
    """A partial update of the screen, cut at both ends of each changed run.

    Textual's own sends each run from the left edge of the widget on. In a header of one line that is the whole header,
    once a second, for the last digit of the clock. Give it what the compositor made: `PartialUpdate.of(update)`.
    """

    @classmethod
    def of(cls, update: ChopsUpdate) -> "PartialUpdate":
        """Make one of Textual's updates send less."""
        return cls(update.chops, update.spans, update.chop_ends)

    def render_segments(self, console: Console) -> str:
        """Give the cursor moves, styles and text that draw the changed runs."""
        pieces: list[str] = []
        for y, start, end in self.spans:
            for strip_end, (strip_start, strip) in zip(self.chop_ends[y], self.chops[y].items(), strict=False):
                first, last = max(start, strip_start), min(end, strip_end)
                if strip is None or first >= last:
                    continue
                pieces.append(Control.move_to(first, y).segment.text)
                pieces.append(strip.crop(first - strip_start, last - strip_start).render(console))
        return "".join(pieces)
