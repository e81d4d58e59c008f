"""The last look before a command of the runbook is run: all of it, what it does, and where."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.events import Resize
from textual.widgets import Input

from cockpit.ui.incident.command_preview import RISK_WORDS, Preview, preview_lines
from cockpit.ui.terminal.clipboard import Copied
from cockpit.ui.widgets.dialog import Dialog
from cockpit.ui.widgets.line import Line, Span
from cockpit.ui.widgets.text_input import TextInput
from cockpit.ui.widgets.text_view import TextView

_SHARE = 0.9
_AROUND = 6
"""Lines of the dialog that are not the command: border, title, what is typed, foot."""
_ESCAPE = " · escape goes back"


class CommandDialog(Dialog[bool]):
    """Shows a command; the answer is True to run it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "confirm", "run", id="command.run", tooltip="Run it"),
        Binding("c", "copy", "copy", id="command.copy", tooltip="Copy the command"),
        Binding("pagedown", "page(1)", "page down", id="command.page_down", tooltip="Further down in the command"),
        Binding("pageup", "page(-1)", "page up", id="command.page_up", tooltip="Further up in the command"),
    ]
    DEFAULT_CSS = """
    CommandDialog { align: center middle; }
    CommandDialog > Vertical { width: 100; max-width: 96%; height: auto; max-height: 90%; padding: 0 1; }
    CommandDialog TextView { height: auto; }
    """

    def __init__(self, shown: Preview) -> None:
        """Show `shown`."""
        super().__init__()
        self._shown = shown
        self._heading = Line(classes="pane-title", fill="─")
        self._text = TextView()
        self._answer = TextInput(placeholder=f"type {shown.must_type} and press enter to run it")
        self._foot = Line()

    @property
    def _asks(self) -> bool:
        """Whether a name has to be typed."""
        return bool(self._shown.must_type) and not self._shown.objection

    def compose(self) -> ComposeResult:
        """Title, command, and how to run it."""
        with Vertical(classes="dialog"):
            yield self._heading
            yield self._text
            if self._asks:
                yield self._answer
            yield self._foot

    def on_mount(self) -> None:
        """Draw the command."""
        word, tone = RISK_WORDS[self._shown.risk]
        self._heading.show([Span("─ ", "dim"), Span("Run this", "strong"), Span(" · "), Span(word, tone), Span(" ")])
        self._text.show(preview_lines(self._shown))
        self._draw_foot()
        (self._answer if self._asks else self._text).focus()

    def on_resize(self, event: Resize) -> None:
        """Leave room for what stands below the command, however long that is."""
        self._text.styles.max_height = max(3, int(event.size.height * _SHARE) - _AROUND)

    @on(TextView.Moved)
    def _scrolled(self, event: TextView.Moved) -> None:
        event.stop()
        self._draw_foot()

    def action_page(self, pages: int) -> None:
        """Read on in a long command, also while the name is typed."""
        self._text.action_page(pages)

    def action_confirm(self) -> None:
        """Run it, unless a name has to be typed first."""
        if not self._shown.objection and not self._asks:
            self.dismiss(True)

    def action_copy(self) -> None:
        """Copy the command."""
        self.app.post_message(Copied(self._shown.script))

    @on(Input.Submitted)
    def _typed(self, event: Input.Submitted) -> None:
        event.stop()
        if event.value.strip() == self._shown.must_type:
            self.dismiss(True)
        else:
            self._foot.show([Span(f" type {self._shown.must_type} to run it", "wrong"), Span(_ESCAPE, "dim")])

    def _draw_foot(self) -> None:
        more = [Span(f"{self._text.place} ", "doubtful")] if self._text.is_cut else []
        if self._shown.objection:
            spans = [Span(" it is not run", "wrong"), Span(f" · c copies it{_ESCAPE}", "dim")]
        elif self._asks:
            spans = [Span(f" type {self._shown.must_type}, then enter runs it", "strong"), Span(_ESCAPE, "dim")]
        else:
            spans = [Span(" enter runs it", "strong"), Span(f" · c copies it{_ESCAPE}", "dim")]
        self._foot.show(spans, more)
