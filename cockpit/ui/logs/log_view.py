"""The log widget: draws what is visible of a log buffer, and follows it."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, tzinfo
from itertools import zip_longest
from typing import ClassVar

from msgspec.structs import replace
from rich.segment import Segment
from rich.style import Style
from textual.binding import BindingType
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from cockpit.clock import Clock, utc_now
from cockpit.logs.buffer import LogBuffer
from cockpit.logs.grep import Found
from cockpit.logs.rows import line_of
from cockpit.logs.tail import StreamState
from cockpit.ui.logs.keys import LOG_BINDINGS
from cockpit.ui.logs.painter import LogPainter, Look
from cockpit.ui.logs.place import Place, Sheet, Viewport, lines_of
from cockpit.ui.logs.prefix import Stamps, stamp
from cockpit.ui.logs.search import LogSearch
from cockpit.ui.logs.status import States, nothing, status
from cockpit.ui.logs.stream_styles import stream_styles
from cockpit.ui.widgets.text import pad
from cockpit.ui.widgets.throttle import Throttle

REPAINT_SECONDS = 0.25
"""Least time between two repaints that no key asked for."""
SIDEWAYS_CELLS = 8


def unknown_states() -> Mapping[StreamState, int]:
    """Tell nothing: where nobody knows how it is with the streams."""
    return {}


class LogView(Widget, can_focus=True):
    """Shows a log buffer: the newest lines while it follows, or any place while it is paused.

    Whoever appends to the buffer calls `lines_arrived`. Lines are drawn one by one when they come into view; rows that
    show the same as before are not painted again, and nothing is done for the screen while the widget is hidden.
    """

    DEFAULT_CSS = """
    LogView { height: 1fr; }
    LogView .log--time, LogView .log--end { color: $text-muted; }
    LogView .log--time-current { color: $accent; text-style: bold reverse; }
    LogView .log--error { color: $error; }
    LogView .log--error-current { color: $error; text-style: bold reverse; }
    LogView .log--warning { color: $warning; }
    LogView .log--match { color: $accent; text-style: bold underline; }
    LogView .log--match-current { color: $accent; text-style: bold reverse; }
    LogView .log--gap { color: $warning; text-style: bold reverse; }
    LogView .log--restart { color: $accent; text-style: bold; }
    LogView .log--trouble { color: $error; text-style: bold; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        *("log--time", "log--time-current", "log--end", "log--error", "log--error-current", "log--warning"),
        *("log--match", "log--match-current", "log--gap", "log--restart", "log--trouble"),
    }
    BINDINGS: ClassVar[list[BindingType]] = LOG_BINDINGS

    @dataclass
    class StatusChanged(Message):
        """What the view says about itself, for the title of its pane, has changed."""

        status: str

    def __init__(
        self,
        buffer: LogBuffer,
        *,
        zone: tzinfo = UTC,
        clock: Clock = utc_now,
        progressed: Callable[[], None] = lambda: None,
        id: str | None = None,  # noqa: A002  (the name that Textual gives it)
    ) -> None:
        """Show `buffer`; times are drawn as seen in `zone`.

        `progressed` is called when lines have come, or some of them were searched and counted.
        """
        super().__init__(id=id)
        self.buffer = buffer
        self._states: States = unknown_states
        self._look = Look(width=0, wrap=False, left=0, stamps=Stamps.TIME, readable=True, zone=zone)
        self._repaint_soon = Throttle(self, REPAINT_SECONDS, self._repaint)
        self._progressed = progressed
        self.search = LogSearch(buffer, clock, self._progress, self._repaint)
        self._searcher: asyncio.Task[None] | None = None
        self._mark: int | None = None
        """Where a range of lines begins that a person marks."""
        self._viewport = Viewport()
        self._seen = False
        self._status = ""
        self._painter: LogPainter | None = None
        self._painter_key: object = None
        self._plain: Style | None = None
        """The widget's `rich_style`, which is put together from all its ancestors each time it is asked for."""
        self._streams: Sequence[Style] = ()
        """The styles of the streams' names, in turn; likewise."""
        self._drawn: list[tuple[Place, bool]] = []
        """What stands in each screen row, and whether it belongs to the line that was gone to."""

    def show(self, buffer: LogBuffer, states: States = unknown_states) -> None:
        """Show another buffer from now on, with the same pattern and the same look; `states` tells of its streams."""
        self.buffer = buffer
        self._states = states
        self._mark = None
        self._viewport = Viewport()
        self._painter = None
        self.search.turn_to(buffer)
        self._repaint()

    def lines_arrived(self) -> None:
        """Take note of new lines, and of new states. Cheap: may be called at any rate, by any task of the loop."""
        self.search.wake()

    @property
    def status_text(self) -> str:
        """What the view says about itself: `3 streams · following · 214 errors · grep "timeout" 12`."""
        grep, search = self.search.grep, self.search
        new_lines = None if self._viewport.following else self._viewport.new_lines(grep.rows)
        told = status(self.buffer, grep, self._states(), search.line, new_lines, search.notice)
        if self._mark is None or self._mark < self.buffer.first:
            return told
        return f"{told} · marked from {stamp(self.buffer.line(self._mark).time, Stamps.TIME, self._look.zone)}"

    @property
    def current_line(self) -> int | None:
        """Number of the line that was gone to if it is in view, else of the last line in view."""
        lines = self.lines_in_view
        if self.search.line in lines:
            return self.search.line
        return lines[-1] if lines else None

    @property
    def lines_in_view(self) -> list[int]:
        """Numbers of the lines of which something is in view."""
        return [line for line in lines_of([place for place, _ in self._drawn]) if line >= self.buffer.first]

    @property
    def chosen_lines(self) -> Sequence[int]:
        """Numbers of the lines from the mark to the current one; without a mark, of those in view."""
        current = self.current_line
        if self._mark is None or current is None:
            return self.lines_in_view
        first, last = sorted((self._mark, current))
        return range(max(first, self.buffer.first), last + 1)

    @property
    def marks(self) -> bool:
        """Whether a person marks a range of lines."""
        return self._mark is not None

    def action_mark(self) -> None:
        """Have a range begin at the current line, or take that back."""
        self._mark = self.current_line if self._mark is None else None
        self._answer()

    def plain(self, line: int) -> str:
        """Give a line as text, like `copy_line`."""
        return self._paint().plain(line)

    def copy_line(self) -> str:
        """Give the current line as text: full time, stream, and the line as it came."""
        line = self.current_line
        return "" if line is None else self._paint().plain(line)

    def go_to_time(self, time: int) -> None:
        """Stop at the first line that was written at `time` (ns since 1970, UTC) or later."""
        line = self.buffer.at_time(time)
        zone = self._look.zone
        if line == self.buffer.end:
            self.action_follow()
            self.search.go_to(None, f"nothing since {stamp(time, Stamps.FULL, zone)}")
            return
        first = line == self.buffer.first and self.buffer.line(line).time > time
        self._to_line(line)
        self.search.go_to(line, "the log begins here" if first else "")

    def action_follow(self) -> None:
        """Show the newest lines and follow."""
        self._viewport.follow()
        self.search.go_to(None, "")

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
        self._change_look(left=max(0, self._look.left + steps * SIDEWAYS_CELLS))

    def action_toggle_wrap(self) -> None:
        """Wrap long lines, or cut them."""
        self._change_look(wrap=not self._look.wrap)

    def action_cycle_stamps(self) -> None:
        """Draw the time of day, the full time, or none."""
        order = list(Stamps)
        self._change_look(stamps=order[(order.index(self._look.stamps) + 1) % len(order)])

    def action_toggle_readable(self) -> None:
        """Draw JSON lines as a person reads them, or as they came."""
        self._change_look(readable=not self._look.readable)

    def action_toggle_filter(self) -> None:
        """Show only the matches with their context, or every line."""
        self.search.toggle_filter()

    def action_invert(self) -> None:
        """Search for the lines that do not match, or that match again."""
        self.search.invert()

    def action_cycle_case(self) -> None:
        """Let case matter if the pattern has an upper-case letter, always, or never."""
        self.search.cycle_case()

    def action_context(self, lines: int) -> None:
        """Show more lines around each match when filtering, or fewer if negative."""
        self.search.add_context(lines)

    def action_next_match(self) -> None:
        """Go to the next match."""
        self._go(self.search.next_match)

    def action_previous_match(self) -> None:
        """Go to the previous match."""
        self._go(self.search.previous_match)

    def action_next_error(self) -> None:
        """Go to the next line that states an error."""
        self._go(self.search.next_error)

    def action_previous_error(self) -> None:
        """Go to the previous line that states an error."""
        self._go(self.search.previous_error)

    def on_mount(self) -> None:
        """Start to search what comes."""
        self._searcher = asyncio.create_task(self.search.run())

    def on_unmount(self) -> None:
        """End the search."""
        if self._searcher is not None:
            self._searcher.cancel()

    def on_show(self) -> None:
        """Draw what has come while the view was hidden."""
        self._seen = True
        self.search.seen(now=True)
        self._repaint()

    def on_hide(self) -> None:
        """Do nothing for the screen until the view is seen again."""
        self._seen = False
        self.search.seen(now=False)

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
        self._plain, self._streams = None, ()

    def render_line(self, y: int) -> Strip:
        """Draw one screen row as it was found when the view was last painted."""
        width, plain = self.size.width, self._style("")
        if y == 0 and not self._drawn:
            text = nothing(self.buffer, self.search.grep, self._states())
            return Strip([Segment(pad(text, width), self._style("log--end"))], width)
        if y >= len(self._drawn) or self._painter is None:
            return Strip.blank(width, plain)
        place, current = self._drawn[y]
        if line_of(place.key) < self.buffer.first:  # dropped since
            return Strip.blank(width, plain)
        return self._painter.strip(place.key, place.row, current=current).adjust_cell_length(width, plain)

    def _progress(self) -> None:
        self._repaint_soon()
        self._progressed()

    def _go(self, find: Callable[[list[int]], Found | None]) -> None:
        """Bring what is found, from the lines in view on, into view."""
        if (found := find(lines_of(self._places()))) is not None:
            self._to_line(found.line)
        self._repaint()

    def _to_line(self, line: int) -> None:
        self._viewport.to_line(self._sheet(), self.size.height, line)
        if not self._look.wrap:
            self._look = replace(self._look, left=self._paint().left_for(line))

    def _change_look(self, **changes: object) -> None:
        self._look = replace(self._look, **changes)
        self._answer()

    def _answer(self) -> None:
        """Show at once what a key has done."""
        self.search.notice = ""
        self._repaint()

    def _sheet(self) -> Sheet:
        return Sheet(self.search.grep.rows, self._paint().height, self.buffer.end)

    def _places(self) -> list[Place]:
        return self._viewport.places(self._sheet(), self.size.height) if self.buffer.end else []

    def _repaint(self) -> None:
        """Paint the screen rows that show something else than before, and tell the status if it has changed."""
        if not self._seen or not self.size.height:
            return
        before, painter, line = self._drawn, self._painter, self.search.line
        gone_to = -1 if line is None else 2 * line
        self._drawn = [(place, place.key == gone_to) for place in self._places()]
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

    def _paint(self) -> LogPainter:
        """Give a painter for the present look, which is a new one when anything has changed that it depends on."""
        look = replace(self._look, width=self.size.width, left=0 if self._look.wrap else self._look.left)
        matcher = self.search.grep.search.matcher if self.search.grep.search else None
        key = (look, matcher, len(self.buffer.streams))
        if self._painter is None or key != self._painter_key:
            self._painter = LogPainter(self.buffer, look, matcher, self._style, self._stream_style)
            self._painter_key = key
        return self._painter

    def _style(self, component: str) -> Style:
        if component:
            return self.get_component_rich_style(component)
        if self._plain is None:
            self._plain = self.rich_style
        return self._plain

    def _stream_style(self, stream: int) -> Style:
        if not self._streams:
            self._streams = stream_styles(self)
        return self._streams[stream % len(self._streams)]
