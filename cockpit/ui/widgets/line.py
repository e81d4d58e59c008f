"""One line of the screen that repaints only the cells that changed."""

from collections.abc import Mapping, Sequence
from functools import lru_cache

import msgspec
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.widget import Widget

from cockpit.ui.terminal.changed_runs import changed_runs
from cockpit.ui.tones import Tone, tone_styles
from cockpit.ui.widgets.text import fit


class Span(msgspec.Struct, frozen=True):
    """A piece of a line."""

    text: str
    tone: Tone = ""


Texts = tuple[Sequence[Span], Sequence[Span]]
"""What stands at the left and at the right end of a line."""


class Line(Widget):
    """Text at the left and at the right end of one line, or of each of several.

    When both do not fit, the left text is cut. A clock in such a line costs the bytes of its changed digits only.
    """

    DEFAULT_CSS = "Line { height: 1; }"

    def __init__(self, *, fill: str = " ", id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        """Fill what is free between left and right with `fill` (one cell), drawn dim."""
        super().__init__(id=id, classes=classes)
        self._fill = fill
        self._shown: dict[int, Texts] = {}
        self._strips: dict[int, Strip] = {}
        """What was painted, by line, and in which size."""
        self._painted = Size()
        self._tones: Mapping[Tone, Style] | None = None
        """Put together from all ancestors each time they are asked for, which a clock would do every second."""

    def show(self, left: Sequence[Span], right: Sequence[Span] = (), *, y: int = 0) -> None:
        """Draw these texts from now on."""
        self._shown[y] = left, right
        self.redraw(y)

    def notify_style_update(self) -> None:
        """Draw again in the colours of another theme."""
        super().notify_style_update()
        self._tones = None
        for y in tuple(self._strips):  # redrawing forgets those of another size
            self.redraw(y)

    def render_line(self, y: int) -> Strip:
        """Draw a line; the first time, and after a change of the size, it is put together here."""
        if self._painted != self.size:
            self._strips.clear()
            self._painted = self.size
        if y not in self._strips:
            self._strips[y] = self._build(y)
        return self._strips[y]

    def redraw(self, y: int = 0) -> None:
        """Paint what has changed of a line; one that was not painted yet in this size will be anyhow."""
        old = self._strips.get(y)
        if old is None:
            return
        if self._painted != self.size:
            del self._strips[y]
            self.refresh()  # a hidden line may come back in the size that it had, and would show what it showed then
            return
        new = self._strips[y] = self._build(y)
        runs = list(changed_runs(old, new))
        if runs:
            self.refresh(*(Region(start, y, end - start, 1) for start, end in runs))

    def _texts(self, y: int) -> Texts:
        """Give what to draw in a line."""
        return self._shown.get(y, ((), ()))

    def _styles(self) -> Mapping[Tone, Style]:
        if self._tones is None:
            self._tones = tone_styles(self)
        return self._tones

    def _build(self, y: int) -> Strip:
        width = self.size.width
        wanted_left, wanted_right = self._texts(y)
        right, taken = _fitted(tuple(wanted_right), width)
        room = max(0, width - taken)
        left, taken = _fitted(tuple(wanted_left), room)
        gap = self._fill * (room - taken)
        spans = [*left, Span(gap, "dim"), *right]
        styles = self._styles()
        return Strip([Segment(span.text, styles[span.tone]) for span in spans if span.text], width)


@lru_cache(maxsize=64)
def _fitted(spans: tuple[Span, ...], width: int) -> tuple[tuple[Span, ...], int]:
    """Cut spans to `width` cells, and give how many they take. Beside a clock, all others are the same every second."""
    fitted: list[Span] = []
    room = width
    for span in spans:
        text = fit(span.text, room)
        room -= Segment(text).cell_length
        fitted.append(Span(text, span.tone))
        if text != span.text or room <= 0:
            break
    return tuple(fitted), width - room
