"""A list to choose one thing from, narrowed down by typing."""

from collections.abc import Sequence
from typing import ClassVar

import msgspec
from rich.cells import cell_len
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input

from cockpit.ui.tones import Tone
from cockpit.ui.widgets.dialog import Dialog
from cockpit.ui.widgets.line import Line, Span
from cockpit.ui.widgets.rows import Cell, Column, ListedRows, Row
from cockpit.ui.widgets.table import Table
from cockpit.ui.widgets.text_input import TextInput

_LEAST_WIDTH, _MOST_WIDTH = 76, 100
"""Cells: as wide as the choices need, between these."""
_AROUND = 8
"""Cells for the border, the space inside it, and what separates key and remark."""
_WIDEST_KEY = 60


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
    Picker > Vertical { max-width: 94%; height: auto; max-height: 80%; padding: 0 1; }
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
        self._heading = Line(fill="─")
        self._title = title
        self._rows = ListedRows()
        self.table = Table((), self._rows, titles=False, empty="nothing matches")
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
        self._lay_out()
        self._narrow("")
        self.call_after_refresh(self._go_to, self._current)

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
        """Offer other choices, which came while the question was asked. The cursor stays where a person put it."""
        under_cursor = self.table.cursor_key if self.table.led else self._current
        self._choices = choices
        self._free = False
        self._lay_out()
        self._narrow(self.query_one(Input).value)
        self._go_to(under_cursor)

    def allow_typing(self, why: str) -> None:
        """Take a text that is none of the choices for an answer, because `why` there are no others."""
        self._free = True
        self._heading.show([Span("─ ", "dim"), Span(f"{self._title}: {why}", "doubtful"), Span(" ")])

    def _keys(self) -> set[str]:
        return {choice.key for choice in self._choices}

    def _go_to(self, key: str | None) -> None:
        if key is not None and (position := self._rows.position(key)) is not None:
            self.table.move_to(position)

    def _lay_out(self) -> None:
        """Be as wide as the choices need."""
        widest = min(max((cell_len(choice.key) for choice in self._choices), default=10), _WIDEST_KEY)
        remark = max((cell_len(choice.remark) for choice in self._choices), default=0)
        self.table.columns = (Column("key", "", widest), Column("remark", "", 4, grows=True, importance=1))
        width = max(_LEAST_WIDTH, min(widest + remark + _AROUND, _MOST_WIDTH))
        self.query_one(Vertical).styles.width = width

    def _narrow(self, typed: str) -> None:
        words = typed.casefold().split()
        by_key = [choice for choice in self._choices if _has(choice.key, words)]
        by_remark = [
            choice for choice in self._choices if choice not in by_key and _has(f"{choice.key} {choice.remark}", words)
        ]
        rows = [
            Row(choice.key, (Cell(choice.key, choice.tone), Cell(choice.remark, "dim")))
            for choice in (*by_key, *by_remark)  # whoever types a name does not mean what only mentions it
        ]
        self._rows.replace(rows)
        self.table.styles.height = max(1, min(len(self._choices), 20))
        self.table.follow_top()


def _has(text: str, words: Sequence[str]) -> bool:
    return all(word in text.casefold() for word in words)
