"""The log widget: draws what is visible of a log buffer, follows it, and searches it."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, tzinfo
from itertools import zip_longest
from typing import ClassVar, NamedTuple

from msgspec.structs import replace
from rich.segment import Segment
from rich.style import Style
from textual.binding import BindingType
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from cockpit.logs.buffer import LogBuffer
from cockpit.logs.grep import Found, Grep
from cockpit.logs.rows import line_of
from cockpit.logs.search import Case, Pattern
from cockpit.regex import PatternError
from cockpit.ui.log_keys import LOG_BINDINGS
from cockpit.ui.log_painter import STREAM_COLOURS, LogPainter, Look
from cockpit.ui.log_place import Place, Sheet, Viewport, lines_of
from cockpit.ui.log_prefix import Stamps
from cockpit.ui.log_status import status
from cockpit.ui.text import pad
from cockpit.ui.throttle import Throttle

REPAINT_SECONDS = 0.25
"""Least time between two repaints that no key asked for."""
SIDEWAYS_CELLS = 8


class Grepped(NamedTuple):
    """A search as it was."""

    pattern: Pattern
    filtering: bool
    before: int
    after: int


class LogView(Widget, can_focus=True):
    """Shows a log buffer: the newest lines while it follows, or any place while it is paused.

    Whoever appends to the buffer calls `lines_arrived`. Lines are drawn one by one when they come into view; rows that
    show the same as before are not painted again, and nothing is done while the widget is hidden.
    """

    DEFAULT_CSS = """
    LogView { height: 1fr; }
    LogView .log--time, LogView .log--end { color: $text-muted; }
    LogView .log--stream-0 { color: $primary; }
    LogView .log--stream-1 { color: $foreground; }
    LogView .log--stream-2 { color: $text-muted; }
    LogView .log--stream-3 { color: $primary; text-style: bold; }
    LogView .log--stream-4 { color: $foreground; text-style: bold; }
    LogView .log--stream-5 { color: $text-muted; text-style: bold; }
    LogView .log--error { color: $error; }
    LogView .log--warning { color: $warning; }
    LogView .log--match { color: $accent; text-style: bold underline; }
    LogView .log--match-current { color: $accent; text-style: bold reverse; }
    LogView .log--gap { color: $warning; text-style: bold reverse; }
    LogView .log--restart { color: $accent; text-style: bold; }
    LogView .log--trouble { color: $error; text-style: bold; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        *("log--time", "log--end", "log--error", "log--warning", "log--match", "log--match-current"),
        *("log--gap", "log--restart", "log--trouble"),
        *(f"log--stream-{index}" for index in range(STREAM_COLOURS)),
    }
    BINDINGS: ClassVar[list[BindingType]] = LOG_BINDINGS

    @dataclass
    class StatusChanged(Message):
        """What the view says about itself, for the title of its pane, has changed."""

        status: str

    def __init__(self, buffer: LogBuffer, *, zone: tzinfo = UTC, id: str | None = None) -> None:  # noqa: A002
        """Show `buffer`; times are drawn as seen in `zone`."""
        super().__init__(id=id)
        self._zone = zone
        self._wraps = False
        self._skipped_cells = 0
        self._stamps = Stamps.TIME
        self._repaint_soon = Throttle(self, REPAINT_SECONDS, self._repaint)
        self._unsearched = asyncio.Event()
        self._pattern_is_new = False
        self._searcher: asyncio.Task[None] | None = None
        self._seen = False
        self._status = ""
        self._notice = ""
        self._match: int | None = None
        self._painter: LogPainter | None = None
        self._painter_key: object = None
        self._plain: Style | None = None
        """The widget's `rich_style`, which is put together from all its ancestors each time it is asked for."""
        self._drawn: list[tuple[Place, bool]] = []
        """What stands in each screen row, and whether it is the match that was gone to."""
        self._open(buffer, Grep(buffer))

    def show(self, buffer: LogBuffer) -> None:
        """Show another buffer from now on, with the same pattern and the same look."""
        grep = Grep(buffer)
        grep.look_for(self._grep.pattern)
        grep.set_context(self._grep.before, self._grep.after)
        grep.filter(only_matches=self._grep.filtering)
        self._open(buffer, grep)
        self._repaint()

    def lines_arrived(self) -> None:
        """Take note of new lines in the buffer. Cheap: may be called at any rate, by any task of the loop."""
        self._unsearched.set()

    @property
    def status_text(self) -> str:
        """What the view says about itself: `3 streams · following · 214 errors · grep "timeout" 12`."""
        new_lines = None if self._viewport.following else self._viewport.new_lines(self._grep.rows)
        return status(len(self._buffer.streams), self._grep, self._match, new_lines, self._notice)

    @property
    def current_line(self) -> int | None:
        """Number of the match that was gone to if it is in view, else of the last line in view."""
        lines = self._lines_in_view()
        if self._match in lines:
            return self._match
        return lines[-1] if lines else None

    def copy_line(self) -> str:
        """Give the current line as text: full time, stream, text."""
        line = self.current_line
        return "" if line is None else self._paint().plain(line)

    def copy_view(self) -> str:
        """Give all lines in view as text, each with full time and stream."""
        return "\n".join(self._paint().plain(line) for line in self._lines_in_view())

    def set_pattern(self, text: str) -> str | None:
        """Search for a regular expression; an empty one ends the search.

        Returns:
            Why it is refused, in the words of RE2; the pattern before stays in force then.
        """
        return self._look_for(replace(self._grep.pattern, text=text))

    def set_context(self, before: int, after: int) -> None:
        """Show so many lines before and after each match when filtering."""
        self._grep.set_context(before, after)
        self._answer()

    @property
    def search(self) -> Grepped:
        """What is searched for, and how it is shown."""
        return Grepped(self._grep.pattern, self._grep.filtering, self._grep.before, self._grep.after)

    def search_again(self, search: Grepped) -> None:
        """Search for what was searched for before."""
        self._grep.look_for(search.pattern)
        self._grep.filter(only_matches=search.filtering)
        self.set_context(search.before, search.after)

    def show_matches_with(self, before: int, after: int) -> None:
        """Show only the matches, each with so many lines before and after it."""
        self._grep.filter(only_matches=True)
        self.set_context(before, after)

    def action_follow(self) -> None:
        """Show the newest lines and follow."""
        self._viewport.follow()
        self._match = None
        self._answer()

    def action_top(self) -> None:
        """Stop at the oldest line."""
        self._viewport.to_top(self._sheet())
        self._answer()

    def action_scroll_rows(self, rows: int) -> None:
        """Move by screen rows, upwards if negative; moving up pauses."""
        self._viewport.scroll(self._sheet(), self.size.height, rows)
        self._answer()

    def action_scroll_pages(self, pages: float) -> None:
        """Move by pages, upwards if negative; moving up pauses. One row of a full page stays in view."""
        rows = max(1, int(abs(pages) * self.size.height) - (abs(pages) >= 1))
        self.action_scroll_rows(rows if pages > 0 else -rows)

    def action_sideways(self, steps: int) -> None:
        """Scroll long lines to the right, or to the left if negative."""
        self._skipped_cells = max(0, self._skipped_cells + steps * SIDEWAYS_CELLS)
        self._answer()

    def action_toggle_wrap(self) -> None:
        """Wrap long lines, or cut them."""
        self._wraps = not self._wraps
        self._answer()

    def action_cycle_stamps(self) -> None:
        """Draw the time of day, the full time, or none."""
        order = list(Stamps)
        self._stamps = order[(order.index(self._stamps) + 1) % len(order)]
        self._answer()

    def action_toggle_filter(self) -> None:
        """Show only the matches with their context, or every line."""
        self._grep.filter(only_matches=not self._grep.filtering)
        self._answer("" if self._grep.search else "no pattern to filter by")

    def action_invert(self) -> None:
        """Search for the lines that do not match, or that match again."""
        self._look_for(replace(self._grep.pattern, inverse=not self._grep.pattern.inverse))

    def action_cycle_case(self) -> None:
        """Let case matter if the pattern has an upper-case letter, always, or never."""
        order = list(Case)
        self._look_for(replace(self._grep.pattern, case=order[(order.index(self._grep.pattern.case) + 1) % len(order)]))

    def action_context(self, lines: int) -> None:
        """Show more lines around each match when filtering, or fewer if negative."""
        self.set_context(self._grep.before + lines, self._grep.after + lines)

    def action_next_match(self) -> None:
        """Go to the next match: after the present one, or from the top of the view on."""
        lines = lines_of(self._places())
        start = lines[0] - 1 if lines else -1
        if self._match is not None and self._match in lines:
            start = self._match
        self._go_to(self._grep.next_match(start), "from the top again")

    def action_previous_match(self) -> None:
        """Go to the previous match: before the present one, or from the bottom of the view on."""
        lines = lines_of(self._places())
        start = lines[-1] + 1 if lines else 0
        if self._match is not None and self._match in lines:
            start = self._match
        self._go_to(self._grep.previous_match(start), "from the bottom again")

    def on_mount(self) -> None:
        """Start to search what comes."""
        self._searcher = asyncio.create_task(self._search())

    def on_unmount(self) -> None:
        """End the search."""
        if self._searcher is not None:
            self._searcher.cancel()

    def on_show(self) -> None:
        """Draw what has come while the view was hidden."""
        self._seen = True
        self._repaint()

    def on_hide(self) -> None:
        """Do nothing for the screen until the view is seen again."""
        self._seen = False

    def on_resize(self) -> None:
        """Draw for the new size."""
        self._repaint()

    def on_mouse_scroll_up(self) -> None:
        """Move up like a terminal does."""
        self.action_scroll_rows(-3)

    def on_mouse_scroll_down(self) -> None:
        """Move down like a terminal does."""
        self.action_scroll_rows(3)

    def notify_style_update(self) -> None:
        """Take on the colours of another theme."""
        super().notify_style_update()
        self._plain = None

    def render_line(self, y: int) -> Strip:
        """Draw one screen row as it was found when the view was last painted."""
        width, plain = self.size.width, self._style("")
        if y == 0 and not self._drawn:
            return Strip([Segment(pad(self._nothing(), width), self._style("log--end"))], width)
        if y >= len(self._drawn) or self._painter is None:
            return Strip.blank(width, plain)
        place, current = self._drawn[y]
        if line_of(place.key) < self._buffer.first:  # dropped since
            return Strip.blank(width, plain)
        return self._painter.strip(place.key, place.row, current=current).adjust_cell_length(width, plain)

    def _open(self, buffer: LogBuffer, grep: Grep) -> None:
        self._buffer = buffer
        self._grep = grep
        self._viewport = Viewport()
        self._match = None
        self._painter = None
        self._unsearched.set()

    def _look_for(self, pattern: Pattern) -> str | None:
        try:
            self._grep.look_for(pattern)
        except PatternError as error:
            self._answer(f"bad pattern: {error}")
            return str(error)
        self._match = None
        self._notice = ""
        self._pattern_is_new = True
        self._unsearched.set()
        return None

    def _go_to(self, found: Found | None, wrapped: str) -> None:
        if found is None:
            self._answer("no match" if self._grep.search else "no pattern to search for")
            return
        self._match = found.line
        self._viewport.to_line(self._sheet(), self.size.height, found.line)
        if not self._wraps:
            self._skipped_cells = self._paint().left_for(found.line)
        self._answer(wrapped if found.wrapped else "")

    def _answer(self, notice: str = "") -> None:
        """Show at once what a key has done."""
        self._notice = notice
        self._repaint()

    async def _search(self) -> None:
        """Search new lines, and all lines for a new pattern, for as long as the view exists."""
        while True:
            await self._unsearched.wait()
            self._unsearched.clear()
            self._repaint_soon()
            while await self._grep.step():
                self._repaint_soon()
            if self._pattern_is_new:  # somebody waits for the answer
                self._pattern_is_new = False
                self._repaint()

    def _sheet(self) -> Sheet:
        return Sheet(self._grep.rows, self._paint().height, self._buffer.end)

    def _places(self) -> list[Place]:
        return self._viewport.places(self._sheet(), self.size.height) if self._buffer.end else []

    def _repaint(self) -> None:
        """Paint the screen rows that show something else than before, and tell the status if it has changed."""
        if not self._seen or not self.size.height:
            return
        before, painter = self._drawn, self._painter
        match = -1 if self._match is None else 2 * self._match
        self._drawn = [(place, place.key == match) for place in self._places()]
        if painter is not self._painter or not before or not self._drawn:
            self.refresh()
        else:
            rows = enumerate(zip_longest(before, self._drawn))
            changed = [Region(0, y, self.size.width, 1) for y, (old, new) in rows if old != new]
            if changed:
                self.refresh(*changed)
        if (text := self.status_text) != self._status:
            self._status = text
            self.post_message(self.StatusChanged(text))

    def _lines_in_view(self) -> list[int]:
        lines = lines_of([place for place, _ in self._drawn])
        return [line for line in lines if line >= self._buffer.first]

    def _paint(self) -> LogPainter:
        """Give a painter for the present look, which is a new one when anything has changed that it depends on."""
        left = 0 if self._wraps else self._skipped_cells
        look = Look(width=self.size.width, wrap=self._wraps, left=left, stamps=self._stamps, zone=self._zone)
        matcher = self._grep.search.matcher if self._grep.search else None
        key = (look, matcher, len(self._buffer.streams))
        if self._painter is None or key != self._painter_key:
            self._painter = LogPainter(self._buffer, look, matcher, self._style)
            self._painter_key = key
        return self._painter

    def _style(self, component: str) -> Style:
        if component:
            return self.get_component_rich_style(component)
        if self._plain is None:
            self._plain = self.rich_style
        return self._plain

    def _nothing(self) -> str:
        """Say why no line is shown."""
        if not self._buffer.end:
            return "no lines yet"
        return "searching …" if self._grep.searching else f"no line matches; & shows all {self._buffer.end:,}"
