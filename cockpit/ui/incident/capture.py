"""What a pane shows, taken as evidence: as text and as data with all rows, and as a picture of what is in view."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from rich.cells import cell_len
from textual._context import visible_screen_stack
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget

from cockpit.clock import rfc3339
from cockpit.incident.evidence import SVG, Piece, json_piece, text_piece
from cockpit.redact import secrets_in
from cockpit.text import clean
from cockpit.ui.incident.picture import picture
from cockpit.ui.logs.log_view import LogView
from cockpit.ui.widgets.pane import Pane
from cockpit.ui.widgets.rows import Column, Row
from cockpit.ui.widgets.table import Table
from cockpit.ui.widgets.text import pad
from cockpit.ui.widgets.text_view import TextView

MOST_ROWS = 2_000
"""Of a table, in view or not."""
MOST_LINES = 10_000
"""Of a log."""
_WIDEST = 80
"""Cells of a column in text; the data has the whole of it."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Block(msgspec.Struct, frozen=True):
    """What one widget of a pane shows."""

    what: str
    """`rows`, `lines`, or `notes`."""
    lines: Sequence[str]
    """As text."""
    data: Any
    count: int = 0
    """Of rows or lines."""


class Look(msgspec.Struct, frozen=True):
    """What a pane shows at a moment."""

    pane: str
    taken_at: datetime
    blocks: Sequence[Block]
    strips: Sequence[Strip]
    colours: tuple[str, str]
    """Background and foreground."""
    part: str = ""
    """What of the pane is shown, such as a page."""

    @property
    def name(self) -> str:
        """Say what was captured: `pods (14 rows)`, `postgres blocking (3 rows)`."""
        counted = [f"{each.count:,} {each.what[: -1 if each.count == 1 else None]}" for each in self._counted]
        shown = f"{self.pane} {self.part}".rstrip()
        return f"{shown} ({', '.join(counted)})" if counted else shown

    @property
    def _counted(self) -> Sequence[Block]:
        return [block for block in self.blocks if block.count]

    def pieces(self) -> list[Piece]:
        """Make text, data and picture of it. Takes a while: not for the loop."""
        text = "\n".join(line.rstrip() for block in self.blocks for line in block.lines)
        data = {
            "pane": self.pane,
            "part": self.part,
            "taken_at": rfc3339(self.taken_at),
            "shows": [{block.what: block.data} for block in self.blocks],
        }
        drawn = picture(self.strips, secrets_in(text), *self.colours)
        return [
            text_piece(f"{self.pane}.txt", f"{text}\n"),
            json_piece(f"{self.pane}.json", data),
            text_piece(f"{self.pane}.svg", drawn, SVG),
        ]


def look_at(screen: Screen[Any], now: datetime) -> Look | None:
    """Take what the focused pane shows; None when no pane has the focus."""
    focused = screen.focused
    pane = next((each for each in focused.ancestors_with_self if isinstance(each, Pane)), None) if focused else None
    if pane is None:
        return None
    visible_screen_stack.set([])  # a dialog in front of the screen does not belong to it
    strips = screen._compositor.render_strips()  # noqa: SLF001  (Textual has no other way to what is drawn)
    colours = screen.app.theme_variables["background"], screen.app.theme_variables["foreground"]
    blocks = [block for widget in pane.walk_children(Widget) for block in _shown(widget, strips)]
    return Look(pane.id or "pane", now, blocks, _cut(strips, pane), colours, clean(pane.part))


def _shown(widget: Widget, strips: Sequence[Strip]) -> Iterator[Block]:
    """Tell what a widget shows; nothing while it is hidden, or only holds others."""
    if not widget.region:  # its size stays when it is hidden
        return
    match widget:
        case Table():
            yield _table(widget.columns, widget.rows(MOST_ROWS))
        case TextView():
            lines = widget.text.split("\n")
            yield Block("lines", lines, lines, len(lines))
        case LogView():
            yield _log(widget)
        case _ if not widget.children:
            notes = [strip.text.replace("─", "").strip() for strip in _cut(strips, widget)]
            yield Block("notes", notes, notes)


def _table(columns: Sequence[Column], rows: Sequence[Row]) -> Block:
    texts = [[cell.text for cell in row.cells] for row in rows]
    titles = [column.title for column in columns]
    listed = [titles, *texts] if any(titles) else texts
    widths = [min(_WIDEST, max(map(cell_len, column))) for column in zip(*listed, strict=False)]
    lines = ["  ".join(pad(text, width) for text, width in zip(line, widths, strict=False)) for line in listed]
    data = [dict(zip([column.key for column in columns], line, strict=False)) for line in texts]
    return Block("rows", lines, data, len(rows))


def _log(view: LogView) -> Block:
    """Take the lines that are marked, or those in view."""
    numbers = view.chosen_lines[:MOST_LINES]
    data = []
    for number in numbers:
        line = view.buffer.line(number)
        time = rfc3339(_EPOCH + timedelta(microseconds=line.time // 1000)) if line.time else None
        data.append({"time": time, "stream": clean(line.stream), "text": clean(line.text.decode("utf-8", "replace"))})
    return Block("lines", [view.plain(number) for number in numbers], data, len(numbers))


def _cut(strips: Sequence[Strip], widget: Widget) -> list[Strip]:
    """Cut out of the screen what a widget has of it."""
    region = widget.region
    return [strip.crop(region.x, region.right) for strip in strips[region.y : region.bottom]]
