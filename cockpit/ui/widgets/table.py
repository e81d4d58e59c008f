"""A table that draws only the rows in view and repaints only the lines that changed."""

from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from cockpit.ui.tones import Tone, tone_styles
from cockpit.ui.widgets.rows import Cell, Column, Row, RowSource, place

_Asked = tuple[str, tuple[Cell, ...], Style]
"""What a row is drawn from: its sign, its cells, and the style below them."""


class Table(Widget, can_focus=True):
    """Rows that are asked for by position when they come into view.

    The table holds no rows: `source` is asked for what is in view each time `redraw` is called.
    The cursor stands on a row's key and stays on it while rows move; when the row is gone, the cursor keeps its place.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {"table--cursor", "table--cursor-blurred"}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "move(1)", "down", id="table.down", show=False, tooltip="One row down"),
        Binding("up,k", "move(-1)", "up", id="table.up", show=False, tooltip="One row up"),
        Binding("ctrl+d", "half_page(1)", "Half page down", id="table.half_down", show=False),
        Binding("ctrl+u", "half_page(-1)", "Half page up", id="table.half_up", show=False),
        Binding("pagedown,ctrl+f", "page(1)", "page down", id="table.page_down", show=False),
        Binding("pageup", "page(-1)", "page up", id="table.page_up", show=False),
        Binding("g,home", "edge(-1)", "top", id="table.top", show=False),
        Binding("G,end", "edge(1)", "bottom", id="table.bottom", show=False),
        Binding("enter", "open", "Open", id="table.open", show=False),
    ]

    class Moved(Message):
        """The cursor stands on another row."""

        def __init__(self, table: "Table", key: str | None) -> None:
            super().__init__()
            self.table = table
            self.key = key

        @property
        def control(self) -> "Table":
            """The table, for `@on(Table.Moved, selector)`."""
            return self.table

    class Opened(Message):
        """The row under the cursor was chosen with enter."""

        def __init__(self, table: "Table", key: str) -> None:
            super().__init__()
            self.table = table
            self.key = key

        @property
        def control(self) -> "Table":
            """The table, for `@on(Table.Opened, selector)`."""
            return self.table

    def __init__(
        self,
        columns: Sequence[Column],
        source: RowSource,
        *,
        titles: bool = True,
        pointer: str = "",
        empty: str = "",
        stays: Callable[[str], bool] = lambda _: False,
        id: str | None = None,  # noqa: A002  (the name that Textual gives it)
    ) -> None:
        """Draw the rows of `source` under `columns`; say `empty` when there are none.

        A `pointer` (one cell) stands before the row under the cursor while keys go there, and not its colour alone.
        `stays` tells whether a cursor that no person moved stays on its row, given by its key, when another is first.
        """
        super().__init__(id=id)
        self.columns = tuple(columns)
        self.empty = empty
        self.top = 0
        self.cursor_key: str | None = None
        self._cursor = 0
        self._source = source
        self._titles = titles
        self._pointer = pointer
        self._stays = stays
        self._lines: list[Strip] = []
        """What was painted, and in which size."""
        self._painted = Size()
        self._look: object = None
        """Width, columns and colours that the known strips were put together for."""
        self._strips: dict[_Asked, Strip] = {}
        self.led = False
        """Whether a person has moved the cursor; before that it goes with the first row, unless it `stays`."""

    @property
    def cursor(self) -> int:
        """Position of the cursor among all rows, 0 for the first."""
        return self._cursor

    @property
    def page_size(self) -> int:
        """How many rows are in view."""
        return max(1, self.size.height - (1 if self._titles else 0))

    def rows(self, most: int) -> Sequence[Row]:
        """Give the first rows, in view or not."""
        return self._source.rows(0, min(most, len(self._source)))

    def redraw(self) -> None:
        """Ask for the rows in view again, and repaint the lines that differ from what is on the screen.

        A table that is hidden draws nothing, but its cursor goes on: other panes speak about the row under it.
        """
        if not self.is_mounted:
            return
        self._settle_cursor()
        if not self.size or self._painted != self.size:  # all of it will be painted anyhow
            return
        self._keep_cursor_in_view()
        lines = self._build_lines()
        width, old = self.size.width, self._lines
        self._lines = lines
        if len(old) != len(lines):
            self.refresh()
            return
        changed = [Region(0, y, width, 1) for y, (new, was) in enumerate(zip(lines, old, strict=True)) if new != was]
        if changed:
            self.refresh(*changed)

    def on_resize(self) -> None:
        """Let the cursor find its row."""
        self.redraw()

    def notify_style_update(self) -> None:
        """Draw again in the colours of another theme."""
        super().notify_style_update()
        self.redraw()

    def on_focus(self) -> None:
        """Show the cursor as the one that keys move."""
        self.redraw()

    def on_blur(self) -> None:
        """Show the cursor as one that keys do not move."""
        self.redraw()

    def render_line(self, y: int) -> Strip:
        """Draw a line; the first time, and after a change of the size, all of them are put together here."""
        if self._painted != self.size:
            self._painted = self.size
            self._keep_cursor_in_view()
            self._lines = self._build_lines()
        if y < len(self._lines):
            return self._lines[y]
        return Strip.blank(self.size.width, self.rich_style)

    def action_move(self, rows: int) -> None:
        """Move the cursor by `rows`."""
        self.move_to(self._cursor + rows)

    def action_half_page(self, direction: int) -> None:
        """Move the cursor by half of what is in view."""
        self.move_to(self._cursor + direction * max(1, self.page_size // 2))

    def action_page(self, direction: int) -> None:
        """Move the cursor by what is in view."""
        self.move_to(self._cursor + direction * self.page_size)

    def action_edge(self, direction: int) -> None:
        """Move the cursor to the first (-1) or last (1) row."""
        self.move_to(0 if direction < 0 else len(self._source) - 1)

    def action_open(self) -> None:
        """Tell that the row under the cursor was chosen."""
        if self.cursor_key is not None:
            self.post_message(self.Opened(self, self.cursor_key))

    def move_to(self, position: int) -> None:
        """Put the cursor on the row at `position`, or on the nearest there is."""
        self.led = True
        self._cursor = max(0, min(position, len(self._source) - 1))
        rows = self._source.rows(self._cursor, 1)
        self._take_cursor(rows[0].key if rows else None)
        self.redraw()

    def follow_top(self) -> None:
        """Let the cursor go with the first row, whichever that is, until a person moves it again."""
        self.led = False
        self.redraw()

    def forget_cursor(self) -> None:
        """Start anew: other rows will come, and whichever is the first is told as a move."""
        self.led = False
        self.cursor_key = None

    def _take_cursor(self, key: str | None) -> None:
        if key != self.cursor_key:
            self.cursor_key = key
            self.post_message(self.Moved(self, key))

    def _settle_cursor(self) -> None:
        """Find the row on which the cursor stood, or its nearest neighbour."""
        count = len(self._source)
        position = 0
        if self.cursor_key is not None and (self.led or self._stays(self.cursor_key)):
            found = self._source.position(self.cursor_key)
            position = found if found is not None else self._cursor if self.led else 0
        self._cursor = max(0, min(position, count - 1))
        rows = self._source.rows(self._cursor, 1) if count else ()
        self._take_cursor(rows[0].key if rows else None)

    def _keep_cursor_in_view(self) -> None:
        page = self.page_size
        self.top = max(0, min(self.top, len(self._source) - page))
        self.top = min(max(self.top, self._cursor - page + 1), self._cursor)

    def _build_lines(self) -> list[Strip]:
        plain = Style.null()
        styles = tone_styles(self)
        look = self.size.width, self.columns, styles
        known = self._strips if look == self._look else {}
        self._look, self._strips = look, {}

        def strip(sign: str, cells: tuple[Cell, ...], under: Style) -> Strip:
            asked = sign, cells, under
            drawn = self._strips[asked] = known.get(asked) or self._strip(*asked, styles)
            return drawn

        lines: list[Strip] = []
        if self._titles:
            lines.append(strip(" ", tuple(Cell(column.title, "dim") for column in self.columns), plain))
        rows = self._source.rows(self.top, self.page_size)
        cursor_class = "table--cursor" if self.has_focus else "table--cursor-blurred"
        cursor = self.get_component_rich_style(cursor_class, partial=True)
        for offset, row in enumerate(rows):
            cells = tuple(Cell(cell.text, "dim") for cell in row.cells) if row.faint else row.cells
            is_under = self.top + offset == self._cursor
            pointer = self._pointer if is_under and self.has_focus else ""
            lines.append(strip("▌" if row.marked else pointer or " ", cells, cursor if is_under else plain))
        if not rows and self.empty:
            lines.append(self._line([Cell(f" {self.empty}", "dim")], styles, plain))
        return lines[: self.size.height]

    def _strip(self, sign: str, cells: Sequence[Cell], under: Style, styles: Mapping[Tone, Style]) -> Strip:
        return self._line([Cell(sign), *place(cells, self.columns, self.size.width - 2)], styles, under)

    def _line(self, pieces: Sequence[Cell], styles: Mapping[Tone, Style], under: Style) -> Strip:
        segments = [Segment(piece.text, styles[piece.tone] + under) for piece in pieces]
        return Strip(Segment.simplify(segments)).adjust_cell_length(self.size.width, styles[""] + under)
