"""The Textual application: it wires session, incident record and screen together, and keeps the clock ticking."""

import gc
from collections import deque
from collections.abc import Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import platformdirs
from rich.console import RenderableType
from textual import on, work
from textual._compositor import ChopsUpdate
from textual.app import App
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.worker import Worker, WorkerState

from cockpit.clock import Clock, utc_now
from cockpit.config import Config
from cockpit.incident.errors import IncidentFileError
from cockpit.session import PODS, Session
from cockpit.ui import dialogs
from cockpit.ui.checklist_pane import ChecklistPane
from cockpit.ui.clipboard import Copied, copy
from cockpit.ui.driver import CockpitDriver
from cockpit.ui.findings_pane import FindingsPane
from cockpit.ui.help import Help
from cockpit.ui.logs_desk import LogsDesk
from cockpit.ui.logs_pane import LogsPane
from cockpit.ui.messages import Messages, Told
from cockpit.ui.partial_update import PartialUpdate
from cockpit.ui.pods_pane import PodsPane
from cockpit.ui.scope_desk import ScopeDesk
from cockpit.ui.screen import CockpitScreen
from cockpit.ui.standing import standing
from cockpit.ui.theme import Theme, load_theme, to_textual
from cockpit.ui.tones import Tone

if TYPE_CHECKING:
    from cockpit.ui.incident_desk import IncidentDesk

MESSAGES_KEPT = 200
TABLE_TICK = 5
"""Seconds between two redraws of the tables when nothing but the time moves on."""


class CockpitApp(App[None]):
    """The cockpit on a screen."""

    TITLE = "cockpit"
    CSS_PATH = "cockpit.tcss"
    AUTO_FOCUS = None
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("i", "note", "note", id="incident.note", tooltip="Write a note into the incident log"),
        Binding("S", "severity", "severity", id="incident.severity", tooltip="Set the severity"),
        Binding("U", "status", "status", id="incident.status", show=False, tooltip="Set the public status"),
        Binding("r", "report", "report", id="incident.report", show=False, tooltip="Write the report to a file"),
        Binding("R", "retry", "retry", id="app.retry", show=False, tooltip="Try now what failed: saving and reading"),
        Binding("N", "namespace", "namespace", id="scope.namespace", show=False, tooltip="Choose the namespace"),
        Binding("C", "context", "context", id="scope.context", show=False, tooltip="Choose the context"),
        Binding("m", "messages", "messages", id="app.messages", show=False, tooltip="What the cockpit told lately"),
        Binding("colon,ctrl+p", "commands", "commands", id="app.commands", show=False, tooltip="Every command by name"),
        Binding("question_mark", "help", "help", id="app.help", tooltip="The keys that work here"),
        Binding("q,ctrl+c", "leave", "leave", id="app.leave", show=False, tooltip="Leave the cockpit"),
    ]

    def __init__(
        self,
        config: Config,
        session: Session,
        clock: Clock = utc_now,
        *,
        theme: Theme | None = None,
        clipboard: bool = True,
        resume: Path | None = None,
    ) -> None:
        """Prepare to show `session`; it is started once the first frame is on the screen.

        Args:
            config: What the person chose.
            session: What is looked at.
            clock: Where the time comes from.
            theme: The colours; by default the built-in dark ones.
            clipboard: Whether the terminal is likely to take what is copied.
            resume: The incident file to go on with; by default a new one is made with the first entry.
        """
        super().__init__(driver_class=CockpitDriver)
        self.animation_level = "none"
        self.config = config
        self.clock = clock
        self.told: deque[Told] = deque(maxlen=MESSAGES_KEPT)
        self.session = session
        self.cockpit = CockpitScreen(clock, config.ui.tzinfo)
        self.scope = ScopeDesk(self, session, self.tell)
        self.logs = LogsDesk(self.cockpit.logs, session.follow, config.logs)
        self.record: IncidentDesk | None = None
        self._clipboard_likely = clipboard
        self._resume = resume
        self._ticks = 0
        theme = theme or load_theme("dark")
        self.register_theme(to_textual(theme))
        self.theme = theme.name

    def get_default_screen(self) -> Screen[Any]:
        """Show the cockpit at once; there is no other screen below it."""
        return self.cockpit

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        super()._display(screen, PartialUpdate.of(renderable) if isinstance(renderable, ChopsUpdate) else renderable)

    def on_mount(self) -> None:
        """Start to read after the first frame."""
        self.set_keymap(dict(self.config.ui.keys))
        self.call_after_refresh(self._start)

    def _start(self) -> None:
        gc.freeze()  # what is there by now stays: no collection has to look through it again
        gc.enable()
        self.set_interval(1, self._tick)
        self._tick()
        self.session.start()
        self._dispatch()
        self._open_record()

    async def on_unmount(self) -> None:
        """Let go of the cluster and the incident file."""
        await self.logs.aclose()
        await self.session.stop()
        if self.record is not None:
            await self.record.aclose()

    @work(exit_on_error=False, group="dispatch")
    async def _dispatch(self) -> None:
        """Hand every new reading to whoever shows it."""
        async for reading in self.session.board.subscribe():
            self.cockpit.show(reading)
            if reading.source == PODS:
                self.logs.update(reading.data.pods if reading.data else {})
            self._draw_header()

    @work(exit_on_error=False, group="record")
    async def _open_record(self) -> None:
        """Load what needs modules that the first frame does without."""
        from cockpit.ui.incident_desk import open_record  # noqa: PLC0415  (after the first frame)

        try:
            self.record = await open_record(self.config.incident.directory, self._resume, self.clock, self.tell)
        except IncidentFileError as error:
            self.tell(f"{error}", "wrong")
            return
        self.record.subscribe(self._show_record)
        self._show_record()
        await self.record.check()

    @on(Worker.StateChanged)
    def _background_work_failed(self, event: Worker.StateChanged) -> None:
        """Say what failed in the background, and go on handing out readings."""
        if event.state is WorkerState.ERROR:
            self.tell(f"internal error, please report it: {event.worker.error!r}", "wrong")
            if event.worker.group == "dispatch":
                self.set_timer(1, self._dispatch)

    def _tick(self) -> None:
        """Let the clocks move on, and now and then the ages in the tables; not while the terminal lags behind."""
        if isinstance(self._driver, CockpitDriver) and self._driver.busy:
            return
        self._ticks += 1
        self._draw_header()
        if self._ticks % TABLE_TICK == 0:
            self.cockpit.redraw_tables()

    def _draw_header(self) -> None:
        readings = [reading for reading in self.session.board.readings() if "/" in reading.source]
        shown = standing(self.session, self.cockpit.findings.known, self.record)
        self.cockpit.header.show(shown, readings, self.clock(), narrow=self.cockpit.narrow)

    def _show_record(self) -> None:
        if self.record is not None:
            self.cockpit.checklist.show(self.record.runbook, self.record.state.steps)
            self.cockpit.incident_log.show(self.record.name, self.record.entries, self.record.unsaved)
            self.cockpit.incident_log.show_trouble(*self.record.trouble_text())
            self._draw_header()

    def tell(self, message: str, tone: Tone = "") -> None:
        """Show a message at the bottom, and keep it for the list of messages."""
        self.told.append(Told(self.clock(), message, tone))
        self.cockpit.hints.tell(message, tone)

    @work
    async def action_commands(self) -> None:
        """Offer whatever has a key now, by what it does."""
        active = await dialogs.pick_command(self, self.cockpit.own_bindings())
        if active is not None:
            await self.run_action(active.binding.action, active.node)

    def action_help(self) -> None:
        """Show the keys that work here."""
        self.push_screen(Help(self.cockpit.own_bindings()))

    def action_messages(self) -> None:
        """Show what was told lately."""
        self.push_screen(Messages(list(self.told), self.config.ui.tzinfo))

    def action_note(self) -> None:
        """Ask for a note; one that is typed before the log is open waits for it."""
        self.cockpit.prompt.ask(
            "note",
            typing=lambda _: None if self.record else "the incident log is not open yet",
            accept=self._note,
        )

    def _note(self, text: str) -> None:
        if (record := self._recording()) is not None:
            self._do(record.note(text))

    @work
    async def action_severity(self) -> None:
        """Ask for the severity."""
        if (record := self._recording()) is not None:
            severity = await dialogs.pick_severity(self, record.runbook, record.state.severity)
            if severity is not None:
                self._do(record.set_severity(severity))

    @work
    async def action_status(self) -> None:
        """Ask for the public status."""
        if (record := self._recording()) is not None:
            status = await dialogs.pick_status(self, record.runbook, record.state.status)
            if status is not None:
                self._do(record.set_status(status))

    def action_report(self) -> None:
        """Write the report beside the incident file."""
        if (record := self._recording()) is not None:
            self._do(record.write_report())

    def action_retry(self) -> None:
        """Try again at once what failed."""
        self.session.retry_now()
        if self.record is not None:
            self._do(self.record.retry())

    @work
    async def action_namespace(self) -> None:
        """Ask for the namespace."""
        await self.scope.pick_namespace(self._begin_scope)

    @work
    async def action_context(self) -> None:
        """Ask for the context."""
        await self.scope.pick_context(self._begin_scope)

    @work
    async def action_leave(self) -> None:
        """Leave, after a question while an incident is open."""
        record = self.record
        if record is not None and (record.open or record.unsaved):
            parting = await dialogs.pick_parting(self, record.name, len(record.unsaved))
            if parting == dialogs.STAY:
                return
            if parting == dialogs.CLOSE:
                await record.close_incident()
                if record.unsaved:
                    return
        self.exit()

    async def action_quit(self) -> None:
        """Leave; Textual's own key for it asks like ours."""
        self.action_leave()

    @on(PodsPane.Selected)
    def _pod_under_cursor(self, event: PodsPane.Selected) -> None:
        self.logs.rest_on(event.pod, led=event.led)

    @on(PodsPane.LogsWanted)
    def _open_logs(self, event: PodsPane.LogsWanted) -> None:
        self.logs.choose(event.pods, previous=event.previous, workload=event.workload)
        self.cockpit.action_view("logs")

    @on(LogsPane.PreviousWanted)
    def _turn_previous(self) -> None:
        self.logs.turn_previous()

    @on(LogsPane.SinceWanted)
    @work
    async def _pick_since(self) -> None:
        seconds = await dialogs.pick_since(self)
        if seconds is not None:
            self.logs.since(seconds or None)

    @on(Copied)
    def _copy(self, event: Copied) -> None:
        file = platformdirs.user_state_path("cockpit") / "copied.txt"
        self.tell(copy(self, event.text, likely=self._clipboard_likely, file=file))

    @on(FindingsPane.Opened)
    def _open_finding(self, event: FindingsPane.Opened) -> None:
        self.cockpit.pods.go_to([evidence.ref for evidence in event.finding.evidence])

    @on(ChecklistPane.Ticked)
    def _tick_step(self, event: ChecklistPane.Ticked) -> None:
        if (record := self._recording()) is not None:
            self._do(record.mark_step(event.phase, event.step, event.state))

    def _begin_scope(self) -> None:
        self.logs.reset()
        self.cockpit.pods.begin_scope()

    def _recording(self) -> "IncidentDesk | None":
        if self.record is None:
            self.tell("the incident log is not open yet", "doubtful")
        return self.record

    @work(exit_on_error=False, group="writing")
    async def _do(self, wish: Coroutine[Any, Any, None]) -> None:
        await wish
