"""Text of many lines to read: scrolled, wrapped, searched."""

from collections.abc import Callable, Sequence
from typing import ClassVar

from rich.cells import cell_len, chop_cells
from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from cockpit.ui.tones import tone_styles
from cockpit.ui.widgets.line import Span
from cockpit.ui.widgets.text import fit

TextLine = Sequence[Span]


class TextView(Widget, can_focus=True):
    """Shows lines of text, drawn when they come into view."""

    DEFAULT_CSS = "TextView { height: 1fr; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "scroll(1)", "down", id="text.down", show=False, tooltip="One line down"),
        Binding("up,k", "scroll(-1)", "up", id="text.up", show=False, tooltip="One line up"),
        Binding("ctrl+d", "page(0.5)", "half down", id="text.half_down", show=False, tooltip="Half a page down"),
        Binding("ctrl+u", "page(-0.5)", "half up", id="text.half_up", show=False, tooltip="Half a page up"),
        Binding("pagedown,space", "page(1)", "page down", id="text.page_down", show=False, tooltip="A page down"),
        Binding("pageup", "page(-1)", "page up", id="text.page_up", show=False, tooltip="A page up"),
        Binding("g,home", "edge(-1)", "top", id="text.top", show=False, tooltip="First line"),
        Binding("G,end", "edge(1)", "bottom", id="text.bottom", show=False, tooltip="Last line"),
        Binding("n", "next(1)", "next", id="text.next", tooltip="Next line that matches"),
        Binding("N", "next(-1)", "previous", id="text.previous", show=False, tooltip="Line before that matches"),
    ]

    class Moved(Message):
        """Another part of the text is in view, or another match is marked."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        """Show nothing yet."""
        super().__init__(id=id)
        self._lines: Sequence[TextLine] = ()
        self._rows: list[tuple[int, Sequence[Span]]] = []
        """What stands in each row of the wrapped text, and which line it belongs to."""
        self._top = 0
        self._matches: Callable[[str], bool] | None = None
        self._hits: Sequence[int] = ()
        """The lines that match."""
        self._found: int | None = None

    def show(self, lines: Sequence[TextLine], *, keep_place: bool = False) -> None:
        """Show other lines, from the first on unless the place is kept."""
        self._lines = lines
        self._top = self._top if keep_place else 0
        self._find()
        self._layout()

    def search(self, matches: Callable[[str], bool] | None) -> bool:
        """Go to the first line that matches; False when there is none. None ends the search."""
        self._matches = matches
        self._find()
        self.action_next(1)
        self._changed()
        return matches is None or bool(self._hits)

    @property
    def text(self) -> str:
        """All lines as they are, for the clipboard."""
        return "\n".join(_plain(line) for line in self._lines)

    @property
    def place(self) -> str:
        """Where in the text the view stands: `1-40 of 212`."""
        if not self.is_cut:
            return f"{len(self._lines)} lines"
        return f"{self._top + 1}-{min(len(self._rows), self._top + self.size.height)} of {len(self._rows)}"

    @property
    def is_cut(self) -> bool:
        """Whether there is more than what is in view."""
        return len(self._rows) > self.size.height

    @property
    def is_at_end(self) -> bool:
        """Whether the last row is in view."""
        return self._top + self.size.height >= len(self._rows)

    @property
    def match(self) -> str:
        """Which of the lines that match is marked: `2 of 5`; empty while nothing is searched for."""
        if self._matches is None:
            return ""
        at = self._hits.index(self._found) + 1 if self._found in self._hits else 0
        return f"{at} of {len(self._hits)}"

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        """Tell how many rows there are, for where the height follows the text."""
        return sum(len(wrapped(line, max(1, width - 1))) for line in self._lines)

    def on_resize(self) -> None:
        """Wrap for the new width."""
        self._layout()

    def notify_style_update(self) -> None:
        """Draw again in the colours of another theme."""
        super().notify_style_update()
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Draw one row."""
        styles = tone_styles(self)
        at = self._top + y
        if at >= len(self._rows):
            return Strip.blank(self.size.width, styles[""])
        line, spans = self._rows[at]
        under = Style(reverse=True) if line == self._found else Style.null()
        segments = [Segment(fit(span.text, self.size.width), styles[span.tone] + under) for span in spans]
        return Strip(segments).adjust_cell_length(self.size.width, styles[""])

    def action_scroll(self, rows: int) -> None:
        """Move by rows."""
        self._move_to(self._top + rows)

    def action_page(self, pages: float) -> None:
        """Move by pages; one row of a full page stays in view."""
        rows = max(1, int(abs(pages) * self.size.height) - (abs(pages) >= 1))
        self._move_to(self._top + (rows if pages > 0 else -rows))

    def action_edge(self, direction: int) -> None:
        """Go to the first (-1) or the last (1) row."""
        self._move_to(0 if direction < 0 else len(self._rows))

    def action_next(self, direction: int) -> None:
        """Go to the next line that matches (1), or to the one before (-1); at the end from the other end again."""
        if not self._hits:
            return
        here = -1 if self._found is None else self._found
        if direction > 0:
            self._found = next((at for at in self._hits if at > here), self._hits[0])
        else:
            self._found = next((at for at in reversed(self._hits) if at < here), self._hits[-1])
        row = next((nth for nth, (line, _) in enumerate(self._rows) if line == self._found), 0)
        if not self._top <= row < self._top + self.size.height:
            self._move_to(row - self.size.height // 3)
        self._changed()

    def _find(self) -> None:
        matches = self._matches
        self._found = None
        self._hits = [] if matches is None else [at for at, line in enumerate(self._lines) if matches(_plain(line))]

    def _move_to(self, row: int) -> None:
        top = max(0, min(row, len(self._rows) - self.size.height))
        if top != self._top:
            self._top = top
            self._changed()

    def _layout(self) -> None:
        if not self.size:
            return
        width = max(1, self.size.width - 1)
        self._rows = [(at, row) for at, line in enumerate(self._lines) for row in wrapped(line, width)]
        self._top = max(0, min(self._top, len(self._rows) - self.size.height))
        self._changed()

    def _changed(self) -> None:
        if self.is_mounted:
            self.refresh()
            self.post_message(self.Moved())


def wrapped(line: TextLine, width: int) -> Sequence[TextLine]:
    """Break a line into rows of at most `width` cells, between words where that is possible.

    What goes on below keeps the tone of the line's last span, and is indented like the line and a little more.
    """
    text = _plain(line)
    if cell_len(text) <= width:
        return [line]
    indent = " " * min(len(text) - len(text.lstrip()) + 2, width // 3)
    first = _break(text, width)
    rows: list[TextLine] = [_cut(line, first)]
    rest = text[first:].lstrip()
    while rest:
        length = _break(rest, max(1, width - len(indent)))
        rows.append([Span(indent + rest[:length].rstrip(), line[-1].tone)])
        rest = rest[length:].lstrip()
    return rows


def _break(text: str, width: int) -> int:
    """Tell how many characters go into a row: up to the last space in its second half, or else as many as fit."""
    fits = len(chop_cells(text, width)[0]) or 1
    if fits == len(text):
        return fits
    space = text.rfind(" ", fits // 2, fits + 1)
    return space if space > 0 else fits


def _plain(line: TextLine) -> str:
    return "".join(span.text for span in line)


def _cut(line: TextLine, length: int) -> list[Span]:
    kept: list[Span] = []
    for span in line:
        if length <= 0:
            break
        kept.append(Span(span.text[:length], span.tone))
        length -= len(span.text)
    return kept
