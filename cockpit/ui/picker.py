"""A list to choose one thing from, narrowed down by typing."""

from collections.abc import Sequence
from typing import ClassVar

import msgspec
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input

from cockpit.ui.dialog import Dialog
from cockpit.ui.line import Line, Span
from cockpit.ui.rows import Cell, Column, ListedRows, Row
from cockpit.ui.table import Table
from cockpit.ui.text_input import TextInput
from cockpit.ui.tones import Tone


class Choice(msgspec.Struct, frozen=True):
    """Something to choose."""

    key: str
    remark: str = ""
    tone: Tone = ""


class Picker(Dialog[str]):
    """Asks a person to choose one of `choices`; the answer is its key, or None on escape."""

    AUTO_FOCUS = "Input"
    BINDINGS: ClassVar[list[BindingType]] = [
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
    ) -> None:
        """Offer `choices`; the cursor starts on the one whose key is `current`."""
        super().__init__()
        self._choices = choices
        self._current = current
        self._free = False
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
            yield TextInput(placeholder="type to narrow down, enter to choose, escape to go back")
            yield self.table

    def on_mount(self) -> None:
        """Offer everything."""
        self._heading.show([Span("─ ", "dim"), Span(self._title, "strong"), Span(" ")])
        self._narrow("")
        self.call_after_refresh(self._go_to_current)

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
        typed = event.value.strip()
        if self._free and typed and typed not in self._keys():
            self.dismiss(typed)
        elif self.table.cursor_key is not None:
            self.dismiss(self.table.cursor_key)

    @on(Table.Moved)
    def _moved(self, event: Table.Moved) -> None:
        event.stop()

    def offer(self, choices: Sequence[Choice]) -> None:
        """Offer other choices, which came while the question was asked."""
        self._choices = choices
        self._free = False
        self._narrow(self.query_one(Input).value)
        self._go_to_current()

    def allow_typing(self, why: str) -> None:
        """Take a text that is none of the choices for an answer, because `why` there are no others."""
        self._free = True
        self._heading.show([Span("─ ", "dim"), Span(f"{self._title}: {why}", "doubtful"), Span(" ")])

    def _keys(self) -> set[str]:
        return {choice.key for choice in self._choices}

    def _go_to_current(self) -> None:
        if self._current is not None and (position := self._rows.position(self._current)) is not None:
            self.table.move_to(position)

    def _narrow(self, typed: str) -> None:
        words = typed.casefold().split()
        rows = [
            Row(choice.key, (Cell(choice.key, choice.tone), Cell(choice.remark, "dim")))
            for choice in self._choices
            if all(word in f"{choice.key} {choice.remark}".casefold() for word in words)
        ]
        self._rows.replace(rows)
        self.table.styles.height = max(1, min(len(self._choices), 20))
        self.table.follow_top()
