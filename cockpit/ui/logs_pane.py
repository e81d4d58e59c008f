"""The logs pane: whose lines are read, how many streams, and what is searched for."""

from datetime import tzinfo
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message

from cockpit.logs.buffer import LogBuffer
from cockpit.ui.line import Span
from cockpit.ui.log_view import LogView
from cockpit.ui.pane import Pane
from cockpit.ui.prompt import Prompt


class LogsPane(Pane):
    """The log view with its title, and the keys that need the prompt or the cluster."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "grep", "grep", id="logs.grep", tooltip="Search with a regular expression (RE2)"),
        Binding("p", "previous", "previous", id="logs.previous_run", tooltip="The run before, or the present one"),
        Binding("s", "since", "since", id="logs.since", tooltip="How far back the log begins"),
        Binding("escape", "clear", "clear", id="logs.clear", show=False, tooltip="Search for nothing; follow again"),
    ]

    class PreviousWanted(Message):
        """A person wants to read the previous run, or the present one again."""

    class SinceWanted(Message):
        """A person wants to choose how far back the log begins."""

    def __init__(self, buffer: LogBuffer, zone: tzinfo, *, id: str = "logs") -> None:  # noqa: A002
        super().__init__(id=id)
        self.view = LogView(buffer, zone=zone, id="log-view")
        self._reading = ""
        self._left_out = 0
        self._pattern = ""

    def compose(self) -> ComposeResult:
        """Title and lines."""
        yield from self.frame()
        yield self.view

    def on_mount(self) -> None:
        """Draw the title."""
        self._draw_title()

    def begin(self, buffer: LogBuffer, reading: str) -> None:
        """Show another buffer, in which the lines of `reading` will arrive."""
        self._reading, self._left_out = reading, 0
        self.view.show(buffer)
        self._draw_title()

    def leave_out(self, streams: int) -> None:
        """Say that so many streams are not read, because there are too many."""
        if streams != self._left_out:
            self._left_out = streams
            self._draw_title()

    def action_grep(self) -> None:
        """Ask for a pattern; the view follows while it is typed."""
        before = self._pattern
        self.screen.query_one(Prompt).ask(
            "grep", text=before, typing=self._search, leave=lambda: self._search_for(before)
        )

    def action_previous(self) -> None:
        """Ask for the run before."""
        self.post_message(self.PreviousWanted())

    def action_since(self) -> None:
        """Ask how far back."""
        self.post_message(self.SinceWanted())

    def action_clear(self) -> None:
        """Search for nothing any more; when nothing is searched for, follow again."""
        if self._pattern:
            self._search_for("")
        else:
            self.view.action_follow()

    def _search_for(self, pattern: str) -> None:
        self._search(pattern)

    def _search(self, pattern: str) -> str | None:
        problem = self.view.set_pattern(pattern)
        if problem is None:
            self._pattern = pattern
        return problem

    @on(LogView.StatusChanged)
    def _draw_title(self) -> None:
        title = [Span("─ ", "dim"), Span("Logs", "strong"), Span(f" {self._reading} " if self._reading else " ")]
        status = [Span(" "), Span(self.view.status_text, "dim"), Span(" ")]
        if self._left_out:
            status.insert(0, Span(f" {self._left_out} more streams not opened ·", "doubtful"))
        self.title.show(title, status)
