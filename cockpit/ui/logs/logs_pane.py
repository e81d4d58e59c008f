"""The logs pane: whose lines are read, how many streams, and what is searched for."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.events import Resize

from cockpit.clock import Clock
from cockpit.ui.logs.grep_line import parse_grep
from cockpit.ui.terminal.clipboard import Copied
from cockpit.ui.widgets.line import Span
from cockpit.ui.widgets.pane import Pane
from cockpit.ui.widgets.prompt import Prompt

if TYPE_CHECKING:
    from cockpit.logs.buffer import LogBuffer
    from cockpit.sources.kubernetes.model import Pod
    from cockpit.ui.logs.keeper import LogKeeper
    from cockpit.ui.logs.log_view import LogView
    from cockpit.ui.logs.logs_desk import LogsDesk
    from cockpit.ui.logs.status import States

CHART_HEIGHT = 20
"""From this height on, there is room for a chart above the lines."""
_FOLLOWING = "following"
"""What the lines say of themselves that would deny that nothing runs."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class LogsPane(Pane):
    """The log view with its title, and the keys that need the prompt, the cluster, or the disk."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "grep", "grep", id="logs.grep", tooltip="Search: regex (RE2), before it -A -B -C n"),
        Binding("p", "previous", "previous", id="logs.previous_run", tooltip="The run before, or the present one"),
        Binding("s", "since", "since", id="logs.since", tooltip="How far back the log begins"),
        Binding("T", "time", "go to time", id="logs.time", tooltip="Go to a time: 14:08, -10m, or a date with a time"),
        Binding(
            "P",
            "pin",
            "pin",
            id="logs.pin",
            tooltip="Write the line gone to, or else the last in view, into the incident log",
        ),
        Binding("D", "save", "save", id="logs.save", show=False, tooltip="Save the whole log to a file"),
        Binding("A", "group", "log group", id="logs.group", show=False, tooltip="Follow a CloudWatch log group"),
        Binding("c", "copy", "copy", id="logs.copy", show=False, tooltip="Copy the line gone to, or the last in view"),
        Binding("escape", "clear", "clear", id="logs.clear", show=False, tooltip="End the search, or drop the mark"),
    ]

    def __init__(self, clock: Clock, zone: tzinfo, *, id: str = "logs") -> None:  # noqa: A002
        super().__init__(id=id)
        self._clock = clock
        self._zone = zone
        self._view: LogView | None = None
        self._desk: LogsDesk | None = None
        self._keeper: LogKeeper | None = None
        self._reading = ""
        self._left_out = 0
        self._nothing = ""
        self._not_running = ""
        self._typed = ""

    def compose(self) -> ComposeResult:
        """Title; the lines come with the first look at `view`."""
        yield from self.frame()

    def fill(self) -> None:
        """Mount the lines, which the first frame does without."""
        self.view.refresh()

    def serve(self, desk: "LogsDesk", keeper: "LogKeeper") -> None:
        """Do what the keys ask for: `desk` reads other logs, `keeper` saves lines. There is none in the first frame."""
        self._desk, self._keeper = desk, keeper

    @property
    def pods_read(self) -> "Sequence[Pod]":
        """The pods whose logs are read."""
        return self._desk.pods_read if self._desk is not None else ()

    @property
    def view(self) -> "LogView":
        """The lines. They are mounted when first asked for: the first frame does without what they bring along."""
        if self._view is None:
            from cockpit.logs.buffer import LogBuffer  # noqa: PLC0415
            from cockpit.ui.logs.chart import LogChart  # noqa: PLC0415
            from cockpit.ui.logs.log_view import LogView  # noqa: PLC0415

            chart = LogChart(lambda: view.search.grep.survey, self._zone)
            view = LogView(LogBuffer(), zone=self._zone, clock=self._clock, progressed=chart.counted, id="log-view")
            self._view = view
            self.mount(chart, view)
        return self._view

    def on_mount(self) -> None:
        """Draw the title."""
        self._draw_title()

    def on_resize(self, event: Resize) -> None:
        """Find room for the chart."""
        self.set_class(event.size.height >= CHART_HEIGHT, "high")

    def begin(self, buffer: "LogBuffer", reading: str, states: "States") -> None:
        """Show another buffer, in which the lines of `reading` will arrive; `states` tells of their streams."""
        self._reading, self._left_out, self._nothing, self._not_running = reading, 0, "", ""
        self.view.show(buffer, states)
        self._draw_title()

    def say_nothing_to_read(self, why: str) -> None:
        """Say in the title why no line will come."""
        self._nothing = why
        self._draw_title()

    def say_not_running(self, pods: "Sequence[Pod]") -> None:
        """Say in the title why no line comes from the `pods` that are read, if none of them runs."""
        from cockpit.ui.logs.not_running import not_running  # noqa: PLC0415  (not needed for the first frame)

        why = not_running(pods, self._clock(), self._zone)
        if why != self._not_running:
            self._not_running = why
            self._draw_title()

    def leave_out(self, streams: int) -> None:
        """Say that so many streams are not read, because there are too many."""
        if streams != self._left_out:
            self._left_out = streams
            self._draw_title()

    def action_grep(self) -> None:
        """Ask for a pattern; the view follows while it is typed."""
        typed, asked = self._typed, self.view.search.asked

        def restore() -> None:
            self._typed = typed
            self.view.search.ask_again(asked)

        self._prompt.ask("grep", text=typed, typing=self._search, leave=restore)

    def action_previous(self) -> None:
        """Read the run before, or the present one again."""
        if self._desk is not None:
            self._desk.turn_previous()

    @work
    async def action_since(self) -> None:
        """Ask how far back."""
        from cockpit.ui.logs import dialogs as log_dialogs  # noqa: PLC0415  (not needed for the first frame)

        chosen = await log_dialogs.pick_since(self.app)
        if chosen == log_dialogs.A_TIME:
            self._ask_moment("logs since", self._read_since)
        elif chosen is not None and self._desk is not None:
            self._desk.since(log_dialogs.SINCE[chosen])

    def action_time(self) -> None:
        """Ask for a time, and go there."""
        self._ask_moment("go to time", self._go_to)

    @work
    async def action_group(self) -> None:
        """Ask for a log group, and follow it."""
        if self._desk is not None:
            await self._desk.ask_group(self.app)

    def action_pin(self) -> None:
        """Write the current line into the incident log."""
        line = self.view.current_line
        if self._keeper is not None and line is not None:
            self._keeper.pin(self.view.buffer.line(line))

    def action_save(self) -> None:
        """Ask for a file, and save all lines there."""
        if (keeper := self._keeper) is not None:
            buffer, path = self.view.buffer, keeper.proposed_path(self._reading)
            self._prompt.ask("save to", text=str(path), accept=lambda typed: keeper.save(buffer, typed))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Leave escape to the way back when there is nothing to end."""
        return action != "clear" or bool(self._typed) or (self._view is not None and self._view.marks)

    def action_clear(self) -> None:
        """Search for nothing any more; when nothing is searched for, drop the mark."""
        if self._typed:
            self._search("")
        else:
            self.view.action_mark()

    def action_copy(self) -> None:
        """Copy the line that was gone to, or the last in view, with its full time."""
        if line := self.view.copy_line():
            self.post_message(Copied(line))

    @property
    def _prompt(self) -> Prompt:
        return self.screen.query_one(Prompt)

    def _search(self, typed: str) -> str | None:
        wanted = parse_grep(typed)
        problem = self.view.search.look_for(wanted.pattern)
        if problem is None:
            self._typed = typed
            if wanted.context is not None:
                self.view.search.show_matches_with(*wanted.context)
        return problem

    def _ask_moment(self, question: str, accept: Callable[[datetime], None]) -> None:
        """Ask for a time until it is one."""
        from cockpit.logs.moment import MomentError, moment_of  # noqa: PLC0415  (not needed for the first frame)

        def problem(typed: str) -> str | None:
            try:
                moment_of(typed, self._clock(), self._zone)
            except MomentError as error:
                return str(error)
            return None

        self._prompt.ask(
            question,
            text="",
            typing=problem,
            accept=lambda typed: accept(moment_of(typed, self._clock(), self._zone)),
        )

    def _go_to(self, moment: datetime) -> None:
        self.view.go_to_time((moment - _EPOCH) // timedelta(microseconds=1) * 1000)

    def _read_since(self, moment: datetime) -> None:
        if self._desk is not None:
            self._desk.since(max(1, int((self._clock() - moment).total_seconds())))

    def on_log_view_status_changed(self) -> None:
        """Say what the lines say about themselves, and what keeps them from being kept."""
        self.show_trouble(self.view.buffer.trouble, self.view.buffer.remedy)
        self._draw_title()

    def _draw_title(self) -> None:
        title = [Span("─ ", "dim"), Span("Logs", "strong"), Span(f" {self._reading} " if self._reading else " ")]
        itself = self._view.status_text if self._view else ""
        if why := self._nothing or self._not_running:
            facts = [fact for fact in itself.split(" · ") if fact not in ("", _FOLLOWING)]
            rest = "" if self._nothing else "".join(f" · {fact}" for fact in facts)
            status = [Span(" "), Span(why, "doubtful"), Span(rest, "dim"), Span(" ")]
        else:
            status = [Span(" "), Span(itself, "dim"), Span(" ")]
        if self._left_out:
            status.insert(0, Span(f" {self._left_out} more streams not opened ·", "doubtful"))
        self.title.show(title, status)
