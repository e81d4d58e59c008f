"""The logs pane: whose lines are read, how many streams, and what is searched for."""

from datetime import tzinfo
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message

from cockpit.logs.buffer import LogBuffer
from cockpit.ui.clipboard import Copied
from cockpit.ui.grep_line import parse_grep
from cockpit.ui.line import Span
from cockpit.ui.log_view import LogView
from cockpit.ui.pane import Pane
from cockpit.ui.prompt import Prompt


class LogsPane(Pane):
    """The log view with its title, and the keys that need the prompt or the cluster."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "grep", "grep", id="logs.grep", tooltip="Search: regex (RE2), before it -A -B -C n"),
        Binding("p", "previous", "previous", id="logs.previous_run", tooltip="The run before, or the present one"),
        Binding("s", "since", "since", id="logs.since", tooltip="How far back the log begins"),
        Binding("c", "copy", "copy", id="logs.copy", show=False, tooltip="Copy the match, or the last line in view"),
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
        self._nothing = ""
        self._typed = ""

    def compose(self) -> ComposeResult:
        """Title and lines."""
        yield from self.frame()
        yield self.view

    def on_mount(self) -> None:
        """Draw the title."""
        self._draw_title()

    def begin(self, buffer: LogBuffer, reading: str) -> None:
        """Show another buffer, in which the lines of `reading` will arrive."""
        self._reading, self._left_out, self._nothing = reading, 0, ""
        self.view.show(buffer)
        self._draw_title()

    def say_nothing_to_read(self, why: str) -> None:
        """Say in the title why no line will come."""
        self._nothing = why
        self._draw_title()

    def leave_out(self, streams: int) -> None:
        """Say that so many streams are not read, because there are too many."""
        if streams != self._left_out:
            self._left_out = streams
            self._draw_title()

    def action_grep(self) -> None:
        """Ask for a pattern; the view follows while it is typed."""
        typed, search = self._typed, self.view.search

        def restore() -> None:
            self._typed = typed
            self.view.search_again(search)

        self.screen.query_one(Prompt).ask("grep", text=typed, typing=self._search, leave=restore)

    def action_previous(self) -> None:
        """Ask for the run before."""
        self.post_message(self.PreviousWanted())

    def action_since(self) -> None:
        """Ask how far back."""
        self.post_message(self.SinceWanted())

    def action_clear(self) -> None:
        """Search for nothing any more; when nothing is searched for, follow again."""
        if self._typed:
            self._search("")
        else:
            self.view.action_follow()

    def action_copy(self) -> None:
        """Copy the match that was gone to, or the last line in view, with its full time."""
        if line := self.view.copy_line():
            self.post_message(Copied(line))

    def _search(self, typed: str) -> str | None:
        wanted = parse_grep(typed)
        problem = self.view.set_pattern(wanted.pattern)
        if problem is None:
            self._typed = typed
            if wanted.context is not None:
                self.view.show_matches_with(*wanted.context)
        return problem

    @on(LogView.StatusChanged)
    def _draw_title(self) -> None:
        title = [Span("─ ", "dim"), Span("Logs", "strong"), Span(f" {self._reading} " if self._reading else " ")]
        state = Span(self._nothing, "doubtful") if self._nothing else Span(self.view.status_text, "dim")
        status = [Span(" "), state, Span(" ")]
        if self._left_out:
            status.insert(0, Span(f" {self._left_out} more streams not opened ·", "doubtful"))
        self.title.show(title, status)
