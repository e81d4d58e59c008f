"""Where a message is written: the text, and beside it how it will look."""

from collections.abc import Callable, Sequence
from typing import ClassVar

import msgspec
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.events import Paste, Resize
from textual.reactive import var
from textual.widgets import TextArea

from cockpit.incident.messages.blanks import holes
from cockpit.incident.messages.told import unfilled
from cockpit.text import clean
from cockpit.ui.incident.message_preview import preview
from cockpit.ui.widgets.dialog import Dialog
from cockpit.ui.widgets.line import Line, Span
from cockpit.ui.widgets.text_view import TextView

COPY = "copy"
SAVE = "save"
SEND = "send"
_BESIDE = 120
"""Columns from which on text and look stand side by side."""
_NOWHERE = "there is nowhere to send it: [messages.NAME] in cockpit.toml says where; c copies it"
_NAMED = 3
"""What is still to be filled is named, up to so many."""


class Shown(msgspec.Struct, frozen=True):
    """What the dialog is about."""

    title: str
    channel: str
    status: str | None
    text: str
    """What stands there at first."""
    filled: str
    """What it would be, filled anew."""
    can_send: bool
    saves: str
    """What is saved: `a text`, `an .ics`."""


class MessageEditor(TextArea):
    """A text of several lines that never holds what a terminal would obey."""

    cursor_blink = var(False, init=False)  # a blink is bytes over a slow line

    async def _on_paste(self, event: Paste) -> None:
        event.prevent_default()
        event.stop()
        text = "\n".join(map(clean, event.text.splitlines()))
        if result := self._replace_via_keyboard(text, *self.selection):
            self.move_cursor(result.end_location)


class MessageDialog(Dialog[str]):
    """Lets a person edit a message; the answer is what to do with it: `COPY`, `SAVE`, `SEND`, or None.

    Letters are commands while the look has the focus, and text while the editor has it.
    """

    AUTO_FOCUS = "TextView"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "escape", "back", "back", id="message.back", priority=True, tooltip="From the text to the keys, or back"
        ),
        Binding("e,enter", "edit", "edit", id="message.edit", tooltip="Write"),
        Binding("c", "answer('copy')", "copy", id="message.copy", tooltip="Copy it to the clipboard"),
        Binding("s", "answer('save')", "save", id="message.save", tooltip="Save it beside the incident file"),
        Binding("t", "answer('send')", "send to …", id="message.send", tooltip="Send it to …"),
        Binding("f", "refill", "fill anew", id="message.refill", tooltip="Give up what was typed, and fill it anew"),
    ]
    DEFAULT_CSS = """
    MessageDialog { align: center middle; }
    MessageDialog > Vertical { width: 96%; height: 92%; padding: 0 1; }
    MessageDialog Horizontal { height: 1fr; }
    MessageDialog TextArea { width: 1fr; border: none; padding: 0; background: $surface; }
    MessageDialog TextArea:focus { border: none; }
    MessageDialog #look { width: 1fr; }
    MessageDialog #look { border-left: solid $dim; padding-left: 1; }
    MessageDialog.one #look { border-left: none; padding-left: 0; }
    MessageDialog.one.writing #look { display: none; }
    MessageDialog.one.reading TextArea { display: none; }
    """

    def __init__(self, shown: Shown, keep: Callable[[str], None]) -> None:
        """Show a message; `keep` is told every change, so that nothing typed is lost however the dialog is left."""
        super().__init__()
        self._shown = shown
        self._keep = keep
        self._warned = ""
        """What a person wanted to do with it when they were told of the blanks."""
        self._heading = Line(classes="pane-title", fill="─")
        self._editor = MessageEditor(shown.text, compact=True, highlight_cursor_line=False)
        self._look = TextView(id="look")
        self._foot = Line()

    def compose(self) -> ComposeResult:
        """Title, text and look, keys."""
        with Vertical(classes="dialog"):
            yield self._heading
            with Horizontal():
                yield self._editor
                yield self._look
            yield self._foot

    def on_mount(self) -> None:
        """Draw."""
        self._read()
        self._draw()

    def on_resize(self, event: Resize) -> None:
        """Show text and look side by side where there is room for both."""
        self.set_class(event.size.width < _BESIDE, "one")
        self._draw()

    def action_edit(self) -> None:
        """Go to the text: to what is to be filled first, if there is something."""
        self.set_class(True, "writing")
        self.set_class(False, "reading")
        self._editor.focus()
        start = self._editor.text.find("[to be filled: ")
        if start >= 0:
            before = self._editor.text[:start]
            end = self._editor.text.index("]", start) + 1
            row, column = before.count("\n"), start - (before.rfind("\n") + 1)
            self._editor.selection = type(self._editor.selection)((row, column), (row, column + end - start))
        self._draw()

    def action_back(self) -> None:
        """Go from the text to the keys, and from there out."""
        if self._editor.has_focus:
            self._read()
            self._draw()
        else:
            self.dismiss(None)

    def action_answer(self, what: str) -> None:
        """Have it copied, saved or sent: this last with nothing left to be filled, of which people are warned else."""
        missing = holes(self._editor.text)
        if what == SEND and not self._shown.can_send:
            self._foot.show([Span(f" {_NOWHERE}", "doubtful")])
        elif missing and what == SEND:
            self._foot.show([Span(f" not sent while {_blanks(missing)}", "wrong")])
        elif missing and what != self._warned:
            self._warned = what
            self._foot.show([Span(f" {_blanks(missing)} · {what[0]} again: {what} it all the same", "wrong")])
        else:
            self.dismiss(what)

    def action_refill(self) -> None:
        """Fill it anew with what is known by now; undo in the editor brings back what was typed."""
        self._editor.select_all()
        self._editor.replace(self._shown.filled, *sorted(self._editor.selection))
        self._draw()

    @on(TextArea.Changed)
    def _typed(self, event: TextArea.Changed) -> None:
        event.stop()
        self._keep(self._editor.text)
        self._warned = ""
        self._draw()

    @on(TextView.Moved)
    def _scrolled(self, event: TextView.Moved) -> None:
        event.stop()

    def _read(self) -> None:
        self.set_class(False, "writing")
        self.set_class(True, "reading")
        self._look.focus()

    def _draw(self) -> None:
        text = self._editor.text
        missing = holes(text)
        self._look.show(preview(self._shown.channel, self._shown.status, text), keep_place=True)
        self._heading.show(
            [Span("─ ", "dim"), Span(self._shown.title, "strong"), Span(f" {self._shown.channel} ", "dim")],
            [Span(f" to be filled: {self._told(missing)} ", "doubtful")] if missing else [],
        )
        if self.has_class("writing"):
            keys = "escape goes on: copy, save, send"
        else:
            send = " · t sends" if self._shown.can_send else ""
            keys = f"e edits · c copies · s saves {self._shown.saves}{send} · f fills anew · escape leaves"
        self._foot.show([Span(f" {keys}", "dim")])

    def _told(self, missing: tuple[str, ...]) -> str:
        """Tell what is to be filled in, or how much where there is little room."""
        if self.has_class("one"):
            return str(len(missing))
        more = f" and {len(missing) - _NAMED} more" if len(missing) > _NAMED else ""
        return f"{', '.join(map(clean, missing[:_NAMED]))}{more}"


def _blanks(missing: Sequence[str]) -> str:
    """Name the blanks: `3 blanks are not filled: impact, root cause, eta`."""
    return f"{unfilled(len(missing))}: {', '.join(map(clean, missing))}"
