"""A list to choose one thing from, narrowed down by typing."""

from collections.abc import Sequence
from typing import ClassVar

import msgspec
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input

from cockpit.ui.line import Line, Span
from cockpit.ui.rows import Cell, Column, ListedRows, Row
from cockpit.ui.table import Table
from cockpit.ui.tones import Tone


class Choice(msgspec.Struct, frozen=True):
    """Something to choose."""

    key: str
    remark: str = ""
    tone: Tone = ""


class Picker(ModalScreen[str | None]):
    """Asks a person to choose one of `choices`; the answer is its key, or None on escape."""

    AUTO_FOCUS = "Input"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "back", id="picker.leave"),
        Binding("down", "move(1)", "down", id="picker.down"),
        Binding("up", "move(-1)", "up", id="picker.up"),
    ]
    DEFAULT_CSS = """
    Picker { align: center middle; }
    Picker > Vertical { width: 76; max-width: 90%; height: auto; max-height: 80%; padding: 0 1; }
    Picker Table { height: auto; }
    """

    def __init__(
        self,
        title: str,
        choices: Sequence[Choice],
        current: str | None = None,
        *,
        free: bool = False,
    ) -> None:
        """Offer `choices`; the cursor starts on the one whose key is `current`.

        With `free`, a text that is none of the choices is an answer too.
        """
        super().__init__()
        self._choices = choices
        self._current = current
        self._free = free
        self._heading = Line(classes="pane-title", fill="─")
        self._title = title
        self._rows = ListedRows()
        widest = max((len(choice.key) for choice in choices), default=10)
        columns = (Column("key", "", min(widest, 60)), Column("remark", "", 4, grows=True, importance=1))
        self.table = Table(columns, self._rows, titles=False, empty="nothing matches")
        self.table.can_focus = False

    def compose(self) -> ComposeResult:
        """Title, what is typed, what is left to choose from."""
        with Vertical(classes="dialog"):
            yield self._heading
            yield Input(placeholder="type to narrow down, enter to choose, escape to go back")
            yield self.table

    def on_mount(self) -> None:
        """Offer everything."""
        self._heading.show([Span("─ ", "dim"), Span(self._title, "strong"), Span(" ")])
        self._narrow("")
        if self._current is not None and (position := self._rows.position(self._current)) is not None:
            self.call_after_refresh(self.table.move_to, position)

    def action_move(self, rows: int) -> None:
        """Move the cursor while the text keeps the focus."""
        self.table.action_move(rows)

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._narrow(event.value)

    @on(Input.Submitted)
    def _chosen(self, event: Input.Submitted) -> None:
        event.stop()
        if self._free and event.value and not len(self._rows):
            self.dismiss(event.value.strip())
        elif self.table.cursor_key is not None:
            self.dismiss(self.table.cursor_key)

    @on(Table.Moved)
    def _moved(self, event: Table.Moved) -> None:
        event.stop()

    def _narrow(self, typed: str) -> None:
        words = typed.casefold().split()
        rows = [
            Row(choice.key, (Cell(choice.key, choice.tone), Cell(choice.remark, "dim")))
            for choice in self._choices
            if all(word in f"{choice.key} {choice.remark}".casefold() for word in words)
        ]
        self._rows.replace(rows)
        self.table.styles.height = max(1, min(len(self._choices), 20))
        self.table.redraw()
