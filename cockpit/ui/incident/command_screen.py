"""What a command says, while it runs and afterwards."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen

from cockpit.actions.commands.run import CommandRun
from cockpit.ui.incident.command_preview import one_line
from cockpit.ui.kubernetes.pod_filter import FilterError, parse_filter
from cockpit.ui.terminal.clipboard import Copied
from cockpit.ui.tones import Tone
from cockpit.ui.widgets.line import Line, Span
from cockpit.ui.widgets.prompt import Prompt
from cockpit.ui.widgets.text_view import TextLine, TextView
from cockpit.ui.widgets.throttle import Throttle

MOST_LINES = 5000
"""That are shown; the incident log has them all."""
_REDRAW_SECONDS = 0.25
_SHARE = 0.5
"""Of the width, for the command in the title."""


class CommandScreen(ModalScreen[None]):
    """Shows the output of one command. It can be left: the command goes on, and is listed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "leave", "back", id="output.leave", tooltip="Leave it; the command goes on"),
        Binding("x", "cancel", "cancel", id="output.cancel", tooltip="End the command"),
        Binding("ctrl+c", "cancel", "cancel", id="output.interrupt", show=False, priority=True),
        Binding("f", "follow", "follow", id="output.follow", tooltip="Go to the end, and stay there"),
        Binding("slash", "search", "search", id="output.search", tooltip="Search: regex, n and N go on"),
        Binding("c", "copy", "copy", id="output.copy", tooltip="Copy all that is shown"),
    ]
    DEFAULT_CSS = """
    CommandScreen { align: center middle; }
    CommandScreen > Vertical { width: 98%; height: 94%; padding: 0 1; }
    """

    def __init__(self, run: CommandRun, command: str) -> None:
        """Show what `run` says.

        Args:
            run: the command, which may be over already.
            command: as it is called in the title.
        """
        super().__init__()
        self.run = run
        self._command = one_line(command)
        self._follows = True
        self._drawn = -1
        self._typed = ""
        self._heading = Line(classes="pane-title", fill="─")
        self._text = TextView()
        self._foot = Line()
        self._prompt = Prompt()
        self.changed = Throttle(self, _REDRAW_SECONDS, self._redraw)

    def compose(self) -> ComposeResult:
        """Title, output, keys."""
        with Vertical(classes="dialog"):
            yield self._heading
            yield self._text
            yield self._prompt
            yield self._foot

    def on_mount(self) -> None:
        """Draw what there is."""
        self._prompt.fill()
        self._text.focus()
        self.call_after_refresh(self.changed)
        self.set_interval(1, self._draw_title)

    def on_resize(self) -> None:
        """Keep to the end in another size."""
        self.call_after_refresh(self._stay)

    def on_text_view_moved(self, event: TextView.Moved) -> None:
        """Stop to follow when a person looks at something else."""
        event.stop()
        self._follows = self._text.is_at_end
        self._draw_title()

    def action_leave(self) -> None:
        """End the search, or go back."""
        if self._prompt.asking:
            self._prompt.action_leave()
        elif self._typed:
            self._search("")
        else:
            self.dismiss(None)

    def action_cancel(self) -> None:
        """End the command; when it is over, go back."""
        if self._prompt.asking:
            self._prompt.action_leave()
        elif self.run.running:
            self.run.cancel()
        else:
            self.dismiss(None)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Leave the letters to what is typed."""
        return not (self._prompt.asking and action in {"follow", "search", "copy"})

    def action_follow(self) -> None:
        """Go to the end, and stay there."""
        self._follows = True
        self._stay()
        self._draw_title()

    def action_search(self) -> None:
        """Ask for what to look for."""
        self._prompt.ask("search", text=self._typed, typing=_complaint, accept=self._search)

    def action_copy(self) -> None:
        """Copy what is shown."""
        self.app.post_message(Copied(self._text.text))

    def _search(self, typed: str) -> None:
        self._typed = typed
        self._text.search(parse_filter(typed).matches if typed else None)
        self._draw_title()

    def _redraw(self) -> None:
        if not self.is_mounted:
            return
        count = len(self.run.output.lines)
        if count != self._drawn or not count:
            self._drawn = count
            follows = self._follows
            self._text.show(self._lines(), keep_place=True)
            self._follows = follows
            self._stay()
        self._draw_title()

    def _lines(self) -> list[TextLine]:
        lines = self.run.output.lines
        if not lines:
            said = "nothing was written yet" if self.run.running else "nothing was written"
            return [[Span(f" {said}", "dim")]]
        hidden = len(lines) - MOST_LINES
        before: list[TextLine] = [[Span(f" … {hidden:,} lines before", "dim")]] if hidden > 0 else []
        return [*before, *([Span(f" {line}")] for line in lines[-MOST_LINES:])]

    def _stay(self) -> None:
        if self._follows and self.is_mounted:
            self._text.action_edge(1)

    def _draw_title(self) -> None:
        run, width = self.run, int(self.size.width * _SHARE)
        command = self._command if len(self._command) <= width else f"{self._command[: width - 1]}…"
        found = [Span(f" · /{self._typed} {self._text.match}", "changing")] if self._typed else []
        said = run.summary if not run.running else f"{run.summary}{' · following' if self._follows else ''}"
        ways = "x cancels it · escape leaves it running" if run.running else "escape goes back"
        self._foot.show((), [Span(f"/ search · f follow · c copy · {ways} ", "dim")])
        lines = len(run.output.lines)
        counted = f" · {lines} line{'' if lines == 1 else 's'} " if lines else " "
        self._heading.show(
            [Span("─ ", "dim"), Span(command, "strong"), *found, Span(" ")],
            [Span(f" {said}", run_tone(run)), Span(counted, "dim")],
        )


def run_tone(run: CommandRun) -> Tone:
    """Give the colour of how a command stands."""
    if run.running:
        return "changing"
    return "well" if run.well else "wrong"


def _complaint(typed: str) -> str | None:
    try:
        parse_filter(typed)
    except FilterError as error:
        return str(error)
    return None
