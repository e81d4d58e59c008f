"""What the terminal shows, so that only cells that differ are sent to it."""

from collections.abc import Iterator, Mapping

from rich.console import Console
from rich.control import Control
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.geometry import Size
from textual.strip import Strip

from cockpit.ui.terminal.changed_runs import changed_runs


class Canvas:
    """The lines that the terminal shows.

    Textual paints whatever may have changed: the whole screen when a pane finds its size, the whole header for the
    last digit of the clock. At the end of a slow line that is kilobytes for nothing.
    """

    def __init__(self) -> None:
        self._size = Size()
        self._lines: dict[int, Strip] = {}

    def changes(self, update: CompositorUpdate) -> CompositorUpdate | None:
        """Give what an update of Textual's changes on the terminal; None when that is nothing.

        What is given here is taken for shown as soon as it is rendered.
        """
        if isinstance(update, LayoutUpdate):
            if update.region.size != self._size:  # whatever the terminal has made of its lines meanwhile
                self.forget()
                self._size = update.region.size
            wanted = {y: Strip.join(line) for y, line in enumerate(update.strips, update.region.y)}
        elif isinstance(update, ChopsUpdate) and self._lines:
            wanted = dict(self._with_chops(update))
        else:
            return update
        runs = {y: list(changed_runs(self._lines.get(y, _NOTHING), line)) for y, line in wanted.items()}
        return Changes(self._lines, wanted, runs) if any(runs.values()) else None

    def forget(self) -> None:
        """Take nothing for shown, until everything has been painted again."""
        self._lines.clear()

    def _with_chops(self, update: ChopsUpdate) -> Iterator[tuple[int, Strip]]:
        """Lay the parts of lines that Textual has painted over the lines as they are shown."""
        lines: dict[int, Strip] = {}
        for y, start, end in update.spans:
            line = lines.get(y) or self._lines.get(y, _NOTHING)
            for strip_end, (strip_start, strip) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
                first, last = max(start, strip_start), min(end, strip_end)
                if strip is not None and first < last:
                    part = strip.crop(first - strip_start, last - strip_start)
                    line = Strip.join([line.crop(0, first), part, line.crop(last)])
            lines[y] = line
        yield from lines.items()


_NOTHING = Strip([])


class Changes(CompositorUpdate):
    """Runs of cells to be sent."""

    def __init__(
        self, shown: dict[int, Strip], wanted: Mapping[int, Strip], runs: Mapping[int, list[tuple[int, int]]]
    ) -> None:
        self._shown = shown
        self._wanted = wanted
        self._runs = runs

    def render_segments(self, console: Console) -> str:
        """Give the cursor moves, styles and text that draw the changed runs."""
        self._shown.update(self._wanted)
        return "".join(
            Control.move_to(start, y).segment.text + self._wanted[y].crop(start, end).render(console)
            for y, runs in self._runs.items()
            for start, end in runs
        )
