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
from cockpit.ui.widgets.wrap import wrap

_LEAST_WIDTH, _MOST_WIDTH = 76, 100
"""Cells: as wide as the choices need, between these."""
_AROUND = 8
"""Cells for the border, the space inside it, and what separates key and remark."""
_WIDEST_KEY = 60
_LEAST_REMARK = 28
"""Cells of a remark before which a key is cut where the screen is narrow."""
_OF_SCREEN = 0.94
_MOST_TOLD = 3
"""Lines for what the row under the cursor cuts."""
_NARROWEST = 20


class Choice(msgspec.Struct, frozen=True):
    """Something to choose."""

    key: str
    remark: str = ""
    tone: Tone = ""
    aliases: tuple[str, ...] = ()
    """Other names that a person may type for it, in small letters."""
    heading: bool = False
    """It stands above others and cannot be chosen; it goes as soon as something is typed."""


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
    Picker .whole-remark { height: 0; }
    """

    def __init__(
        self,
        title: str,
        choices: Sequence[Choice],
        current: str | None = None,
        *,
        new: str = "",
    ) -> None:
        """Offer `choices`; the cursor starts on the one whose key is `current`.

        Where it is said what a `new` one would be, a text that is none of them is offered as the last.
        """
        super().__init__()
        self._choices = choices
        self._current = current
        self._new = new
        self._free = False
        self._heading = Line(fill="─")
        self._title = title
        self._rows = ListedRows()
        self.table = Table((), self._rows, titles=False, empty="nothing matches")
        self.table.can_focus = False
        self._whole = Line(classes="whole-remark")
        """The remark of the choice under the cursor, where its row has no room for all of it."""
        self._room = 0, 0
        """Cells for a key, and for a remark."""

    def compose(self) -> ComposeResult:
        """Title, what is typed, what is left to choose from."""
        with Vertical(classes="dialog"):
            yield self._heading
            yield TextInput(placeholder="type to narrow down, enter to choose, escape to go back")
            yield self.table
            yield self._whole

    def on_mount(self) -> None:
        """Offer everything."""
        self._heading.show([Span("─ ", "dim"), Span(self._title, "strong"), Span(" ")])
        self._lay_out()
        self._narrow("")
        self.call_after_refresh(self._go_to, self._current)

    def action_move(self, rows: int) -> None:
        """Move the cursor while the text keeps the focus, past headings."""
        self.table.action_move(rows)
        if self.table.cursor_key in self._headings():
            self.table.action_move(rows if self.table.cursor else 1)

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
        elif self.table.cursor_key is not None and self.table.cursor_key not in self._headings():
            self.dismiss(self.table.cursor_key)

    @on(Table.Moved)
    def _moved(self, event: Table.Moved) -> None:
        event.stop()
        self._tell_whole(event.key)

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

    def _tell_whole(self, key: str | None) -> None:
        """Say below the list what a row cuts: what the choice is called, or what speaks for it."""
        choice = next((each for each in self._choices if each.key == key), None)
        key_room, room = self._room
        cut = choice is not None and (cell_len(choice.key) > key_room or cell_len(choice.remark) > room)
        told = f"{choice.key}: {choice.remark}".strip(": ") if choice is not None and cut else ""
        lines = wrap(told, max(_NARROWEST, key_room + room))[:_MOST_TOLD] if told else []
        self._whole.styles.height = len(lines)
        for y, line in enumerate(lines):
            self._whole.show([Span(f" {line}", "dim")], y=y)

    def _keys(self) -> set[str]:
        return {choice.key for choice in self._choices} - self._headings()

    def _headings(self) -> set[str]:
        return {choice.key for choice in self._choices if choice.heading}

    def _go_to(self, key: str | None) -> None:
        if key is None and not self.table.led and self.table.cursor_key in self._headings():
            self.table.move_to(1)
        elif key is not None and (position := self._rows.position(key)) is not None:
            self.table.move_to(position)

    def _lay_out(self) -> None:
        """Be as wide as the choices need."""
        widest = min(max((cell_len(choice.key) for choice in self._choices), default=10), _WIDEST_KEY)
        remark = max((cell_len(choice.remark) for choice in self._choices), default=0)
        room = int(self.app.size.width * _OF_SCREEN) - _AROUND
        widest = min(widest, max(room // 2, room - min(remark, _LEAST_REMARK)))
        self.table.columns = (Column("key", "", widest), Column("remark", "", 4, grows=True, importance=1))
        width = max(_LEAST_WIDTH, min(widest + remark + _AROUND, _MOST_WIDTH))
        width = min(width, int(self.app.size.width * _OF_SCREEN))
        self.query_one(Vertical).styles.width = width
        self._room = widest, width - widest - _AROUND

    def _narrow(self, typed: str) -> None:
        ranks = {
            choice: rank
            for choice in self._choices
            if not (typed.strip() and choice.heading) and (rank := _rank(choice, typed)) is not None
        }
        rows = [
            Row(choice.key, (Cell(choice.key, "strong" if choice.heading else choice.tone), Cell(choice.remark, "dim")))
            for choice in sorted(ranks, key=ranks.__getitem__)
        ]
        if self._new and (text := typed.strip()) and text not in self._keys():
            rows.append(Row(text, (Cell(text), Cell(self._new, "dim"))))
        self._rows.replace(rows)
        self.table.styles.height = max(1, min(len(self._choices), 20))
        self.table.follow_top()
        self._go_to(None)


def _rank(choice: Choice, typed: str) -> int | None:
    """Tell how well a choice suits what is typed, the best 0; None: not at all.

    Whoever types a name does not mean what only begins with it, contains it or mentions it.
    """
    text = typed.strip().casefold()
    words = text.split()
    if text in (choice.key.casefold(), *choice.aliases):
        return 0
    if _has(choice.key, words):
        return 1
    if any(alias.startswith(text) for alias in choice.aliases):
        return 2
    return 3 if _has(f"{choice.key} {choice.remark}", words) else None


def _has(text: str, words: Sequence[str]) -> bool:
    return all(word in text.casefold() for word in words)
