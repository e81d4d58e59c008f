"""One line of the screen that repaints only the cells that changed."""

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import ClassVar

import msgspec
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from cockpit.ui.text import fit
from cockpit.ui.tones import STRONG, Tone, tone_styles

_JOIN = 12
"""Changed cells that stand closer than this are sent as one run: moving the cursor costs about as many bytes."""


class Span(msgspec.Struct, frozen=True):
    """A piece of a line."""

    text: str
    tone: Tone = ""


class Line(Widget):
    """Text at the left and at the right end of one line.

    When both do not fit, the left text is cut. A clock in such a line costs the bytes of its changed digits only.
    """

    DEFAULT_CSS = "Line { height: 1; }"
    COMPONENT_CLASSES: ClassVar[set[str]] = {STRONG}

    def __init__(self, *, fill: str = " ", id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        """Fill what is free between left and right with `fill` (one cell), drawn dim."""
        super().__init__(id=id, classes=classes)
        self._fill = fill
        self._left: Sequence[Span] = ()
        self._right: Sequence[Span] = ()
        self._strip = Strip([])

    def show(self, left: Sequence[Span], right: Sequence[Span] = ()) -> None:
        """Draw these texts from now on."""
        self._left, self._right = left, right
        self._redraw()

    def on_resize(self) -> None:
        """Draw for the new width."""
        self._redraw()

    def notify_style_update(self) -> None:
        """Draw again in the colours of another theme."""
        super().notify_style_update()
        self._redraw()

    def render_line(self, y: int) -> Strip:
        """Draw the line."""
        return self._strip if y == 0 else Strip.blank(self.size.width, self.rich_style)

    def _redraw(self) -> None:
        if not self.is_mounted or not self.size:
            return
        old, self._strip = self._strip, self._build()
        runs = list(changed_runs(old, self._strip))
        if runs:
            self.refresh(*(Region(start, 0, end - start, 1) for start, end in runs))

    def _build(self) -> Strip:
        width = self.size.width
        right = _fitted(self._right, width)
        room = max(0, width - _cells(right))
        left = _fitted(self._left, room)
        gap = self._fill * (room - _cells(left))
        spans = [*left, Span(gap, "dim"), *right]
        styles = tone_styles(self)
        return Strip([Segment(span.text, styles[span.tone]) for span in spans if span.text], width)


def _cells(spans: Sequence[Span]) -> int:
    return sum(Segment(span.text).cell_length for span in spans)


def _fitted(spans: Sequence[Span], width: int) -> list[Span]:
    fitted: list[Span] = []
    for span in spans:
        text = fit(span.text, width)
        width -= Segment(text).cell_length
        fitted.append(Span(text, span.tone))
        if text != span.text or width <= 0:
            break
    return fitted


def changed_runs(old: Strip, new: Strip) -> Iterator[tuple[int, int]]:
    """Give the runs of cells (start, end) in which two strips differ; all of it where their lengths differ."""
    if old.cell_length != new.cell_length:
        yield 0, max(old.cell_length, new.cell_length)
        return
    start = end = -1
    for at, (was, now) in enumerate(zip(_cells_of(old), _cells_of(new), strict=True)):
        if was == now:
            continue
        if start >= 0 and at - end >= _JOIN:
            yield start, end
            start = at
        start, end = (at if start < 0 else start), at + 1
    if start >= 0:
        yield start, end


def _cells_of(strip: Strip) -> Iterator[tuple[str, Style | None]]:
    """Give each cell of a strip; a wide character stands in the first of its cells, nothing in the second."""
    return chain.from_iterable(
        ((character if nth == 0 else "", segment.style) for nth in range(Segment(character).cell_length))
        for segment in strip
        for character in segment.text
    )
