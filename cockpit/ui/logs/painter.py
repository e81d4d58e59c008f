"""Draws single log lines: wrapped or cut to the width, with time, stream, level and matches, JSON made readable."""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping
from datetime import tzinfo
from itertools import accumulate, pairwise
from typing import NamedTuple

import msgspec
from rich.cells import cell_len, chop_cells
from rich.segment import Segment
from rich.style import Style
from textual.cache import LRUCache
from textual.strip import Strip

from cockpit.logs.block import LineKind
from cockpit.logs.buffer import Line, LogBuffer
from cockpit.logs.level import error_matcher, warning_matcher
from cockpit.logs.matcher import Matcher
from cockpit.logs.readable import readable
from cockpit.logs.rows import is_separator, line_of
from cockpit.text import clean
from cockpit.ui.logs.prefix import Stamps, own_stamp, short_names, stamp, stamp_width
from cockpit.ui.widgets.text import head, pad
from cockpit.ui.widgets.wrap import wrap

DRAWN_BYTES = 32 * 1024
"""So much of a line is drawn. The rest of it is kept and searched, but nobody reads it on a screen."""
TAB_CELLS = 4
MORE = "»"
"""Stands at the right end of a line that goes on out of view."""
_LEAST_BODY = 10
_GONE_TO = {name: f"{name}-current" for name in ("log--match", "log--error", "log--time")}
"""How these are drawn in the line that a person went to."""

_RULES = {
    LineKind.GAP: ("━", "GAP", "log--gap"),
    LineKind.RESTART: ("─", "RESTART", "log--restart"),
    LineKind.WAITING: ("─", "WAITING", "log--end"),
    LineKind.END: ("─", "END", "log--end"),
    LineKind.TROUBLE: ("━", "TROUBLE", "log--trouble"),
}


class Look(msgspec.Struct, frozen=True):
    """How lines are drawn."""

    width: int
    wrap: bool
    left: int
    """Cells that are scrolled out at the left; 0 when lines are wrapped."""
    stamps: Stamps
    readable: bool
    """Lines that are JSON are drawn as a person reads them; they are kept, searched and copied as they came."""
    zone: tzinfo


class _Mark(NamedTuple):
    """A piece of a line in another style."""

    start: int
    end: int
    style: str
    """Name of a component class."""


class _Layout(NamedTuple):
    """One row key, laid out: its text, the characters that each screen row shows, and what is marked."""

    text: str
    rows: list[tuple[int, int]]
    marks: list[_Mark]


class LogPainter:
    """Draws the rows of a log for one look; made anew when the look, the pattern or the streams change."""

    def __init__(
        self,
        buffer: LogBuffer,
        look: Look,
        matcher: Matcher | None,
        style: Callable[[str], Style],
        stream_style: Callable[[int], Style],
    ) -> None:
        """Draw lines of `buffer`.

        Args:
            buffer: Where the lines are.
            look: How they are drawn.
            matcher: What is marked in them.
            style: Gives the style of a component class, or the plain one for an empty name.
            stream_style: Gives the style of the name of the stream with this number.
        """
        self._buffer = buffer
        self._look = look
        self._matcher = matcher
        self._style = style
        self._stream_style = stream_style
        self._levels = ((error_matcher(), "log--error"), (warning_matcher(), "log--warning"))
        names = short_names(buffer.streams)
        several = len(names) > 1
        name_width = max(map(cell_len, names)) if several else 0
        self._names = {
            stream: (pad(name, name_width), index)
            for index, (stream, name) in enumerate(zip(buffer.streams, names, strict=True))
        }
        self._stamp_width = stamp_width(look.stamps, look.zone)
        self._name_width = name_width
        widths = [width + 1 for width in (self._stamp_width, name_width) if width]
        self._prefix_width = sum(widths)
        self._body = max(_LEAST_BODY, look.width - self._prefix_width)
        self._layouts: LRUCache[int, _Layout] = LRUCache(512)

    def height(self, key: int) -> int:
        """Give how many screen rows a row of the log takes."""
        return len(self._layout(key).rows)

    def strip(self, key: int, row: int, *, current: bool) -> Strip:
        """Draw one screen row of a row of the log; `current` is the line that a person went to."""
        if is_separator(key):
            return self._separator(key)
        line = self._buffer.line(line_of(key))
        if line.kind is not LineKind.TEXT:
            return self._remark(key, row, line)
        layout = self._layout(key)
        start, end = layout.rows[row]
        gone_to = _GONE_TO if current else {}
        segments = [*self._prefix(line, row, gone_to), *self._body_segments(layout, start, end, gone_to)]
        more = not self._look.wrap and end < len(layout.text)
        width = self._look.width
        segments = Segment.adjust_line_length(segments, width - more, self._style(""))
        if more:
            segments.append(Segment(MORE, self._style("log--time")))
        return Strip(Segment.simplify(segments), width)

    def left_for(self, number: int) -> int:
        """Give how many cells to scroll out so that the first match of a line is in view: as now, if it already is."""
        text, _, marks = self._layout(2 * number)
        match = next((mark for mark in marks if mark.style == "log--match"), None)
        if match is None:
            return self._look.left
        start, end, room = cell_len(text[: match.start]), cell_len(text[: match.end]), self._body - 1
        if self._look.left <= start and end <= self._look.left + room:
            return self._look.left
        return 0 if end <= room else max(0, start - room // 3)

    def plain(self, number: int) -> str:
        """Give a line as text for a file or the clipboard: full time, stream, text."""
        line = self._buffer.line(number)
        label = "" if line.kind is LineKind.TEXT else f"{_RULES[line.kind][1]}: "
        time = stamp(line.time, Stamps.FULL, self._look.zone)
        return f"{time} {clean(line.stream)} {label}{_drawable(line.text)}".lstrip()

    def _layout(self, key: int) -> _Layout:
        layout = self._layouts.get(key)
        if layout is None:
            layout = self._layouts[key] = self._lay_out(key)
        return layout

    def _lay_out(self, key: int) -> _Layout:
        if is_separator(key):
            return _Layout("", [(0, 0)], [])
        line = self._buffer.line(line_of(key))
        text = _drawable(line.text)
        if line.kind is not LineKind.TEXT:
            text = self._remark_text(line, text)
            pieces = wrap(text, max(_LEAST_BODY, self._look.width - 4))
            return _Layout("".join(pieces), _spans(pieces), [])
        text, marks = self._drawn(line, text)
        if self._look.wrap:
            return _Layout(text, _spans(chop_cells(text, self._body)), marks)
        start = len(head(text, self._look.left))
        end = start + len(head(text[start:], self._body))
        if end < len(text):
            end = start + len(head(text[start:], self._body - 1))
        return _Layout(text, [(start, end)], marks)

    def _drawn(self, line: Line, raw: str) -> tuple[str, list[_Mark]]:
        """Give the text to draw for a line, and what is marked in it.

        A line that has matches, but none in its readable form, is drawn as it came: what was found must be seen.
        """
        shown = readable(line.text, with_time=not line.time) if self._look.readable else line.text
        as_it_came = shown is line.text
        text = raw[self._doubled(raw, line) :] if as_it_came else _drawable(shown)
        if self._matcher is not None and not self._matcher.spans(text) and self._matcher.spans(raw):
            return raw, self._marks(raw, raw)
        return text, self._marks(text, text if as_it_came else raw)

    def _doubled(self, raw: str, line: Line) -> int:
        """Give how much of the beginning of a line says only what stands before it anyhow."""
        look = self._look
        wanted = look.readable and look.stamps is not Stamps.OFF
        return own_stamp(raw, line.time) if wanted and line.time else 0

    def _marks(self, text: str, raw: str) -> list[_Mark]:
        """Find what is marked, by where it begins: the matches, and the levels that hide none of them.

        Of a readable form, the first statement of a level is the line's own, and only if the line as it came has it.
        """
        marks = [_Mark(*span, "log--match") for span in self._matcher.spans(text)] if self._matcher else []
        for matcher, style in self._levels:
            levels = matcher.spans(text)
            if text is not raw:
                levels = levels[:1] if levels and matcher.spans(raw) else []
            for start, end in levels:
                at = bisect_left(marks, (start, end, ""))
                if at == len(marks) or marks[at].start >= end:
                    marks.insert(at, _Mark(start, end, style))
        return marks

    def _prefix(self, line: Line, row: int, gone_to: Mapping[str, str]) -> Iterator[Segment]:
        if row:
            yield Segment(" " * self._prefix_width, self._style(""))
            return
        if self._stamp_width:
            time = stamp(line.time, self._look.stamps, self._look.zone)
            yield Segment(pad(time, self._stamp_width) + " ", self._style(gone_to.get("log--time", "log--time")))
        if self._name_width:
            name, index = self._names[line.stream]
            yield Segment(name + " ", self._stream_style(index))

    def _body_segments(self, layout: _Layout, start: int, end: int, gone_to: Mapping[str, str]) -> Iterator[Segment]:
        text, position = layout.text, start
        for mark in layout.marks:
            if mark.end <= position or mark.start >= end:
                continue
            if mark.start > position:
                yield Segment(text[position : mark.start], self._style(""))
                position = mark.start
            style = self._style(gone_to.get(mark.style, mark.style))
            yield Segment(text[position : min(mark.end, end)], style)
            position = min(mark.end, end)
        if position < end:
            yield Segment(text[position:end], self._style(""))

    def _remark_text(self, line: Line, text: str) -> str:
        time = stamp(line.time, self._look.stamps, self._look.zone)
        name = self._names[line.stream][0].rstrip() if self._name_width else ""
        words = (time, _RULES[line.kind][1], name)
        return " ".join(word for word in words if word) + f": {text}"

    def _remark(self, key: int, row: int, line: Line) -> Strip:
        rule, _, style = _RULES[line.kind]
        start, end = self._layout(key).rows[row]
        text = self._layout(key).text[start:end]
        return self._rule(f"{rule * 2} {text} ", rule, style)

    def _separator(self, key: int) -> Strip:
        if line_of(key) != self._buffer.first or not self._buffer.first:
            return self._rule("--", " ", "log--end")
        until = stamp(self._buffer.dropped_until, Stamps.FULL, self._look.zone)
        text = f"── {self._buffer.first:,} lines dropped" + (f", up to {until} " if until else " ")
        return self._rule(text, "─", "log--end")

    def _rule(self, text: str, rule: str, style: str) -> Strip:
        width = self._look.width
        text = head(text, width)
        return Strip([Segment(text + rule * (width - cell_len(text)), self._style(style))], width)


def _drawable(raw: bytes) -> str:
    """Decode a kept line for drawing, at most `DRAWN_BYTES` of it."""
    text = clean(raw[:DRAWN_BYTES].decode("utf-8", "ignore").expandtabs(TAB_CELLS))
    if len(raw) > DRAWN_BYTES:
        text += f" … a line of {len(raw):,} bytes, the rest is not drawn"
    return text


def _spans(pieces: list[str]) -> list[tuple[int, int]]:
    """Give where each piece begins and ends in the text that they make up together; one for no text."""
    return list(pairwise(accumulate(map(len, pieces), initial=0))) or [(0, 0)]
