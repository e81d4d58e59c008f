"""The Textual application: it wires session, incident record and screen together, and says what each key does."""

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar

import platformdirs
from rich.console import RenderableType
from textual import on, work
from textual._compositor import CompositorUpdate
from textual.app import App
from textual.binding import BindingType
from textual.screen import Screen
from textual.theme import Theme as TextualTheme
from textual.worker import Worker, WorkerState

from cockpit.allocator import give_memory_back
from cockpit.clock import Clock, utc_now
from cockpit.collector import collect_seldom
from cockpit.config import Config
from cockpit.ui.app_keys import APP_BINDINGS
from cockpit.ui.findings.findings_pane import FindingsPane
from cockpit.ui.kubernetes.pods_pane import PodsPane
from cockpit.ui.message_log import MessageLog
from cockpit.ui.screen import CockpitScreen
from cockpit.ui.terminal.clipboard import Copied, copy
from cockpit.ui.terminal.driver import CockpitDriver
from cockpit.ui.theme import Theme, load_theme, to_textual

if TYPE_CHECKING:  # loaded after the first frame
    from cockpit.session import Session
    from cockpit.ui.desks import Desks
    from cockpit.ui.incident.checklist_pane import ChecklistPane
    from cockpit.ui.incident.incident_desk import IncidentDesk
    from cockpit.ui.incident.incident_log_pane import IncidentLogPane
    from cockpit.ui.kubernetes.object_pane import ObjectPane
    from cockpit.ui.kubernetes.objects_pane import ObjectsPane
    from cockpit.ui.paged.paged_pane import PagedPane
    from cockpit.ui.postgres.postgres_pane import PostgresPane


class CockpitApp(App[None]):
    """The cockpit on a screen."""

    TITLE = "cockpit"
    CSS_PATH = "cockpit.tcss"
    AUTO_FOCUS = None
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = APP_BINDINGS

    def __init__(  # noqa: PLR0913  (each is one choice of the person or of the terminal)
        self,
        config: Config,
        session: "Session | None" = None,
        clock: Clock = utc_now,
        *,
        environ: Mapping[str, str] = MappingProxyType({}),
        theme: Theme | None = None,
        clipboard: bool = True,
        resume: Path | None = None,
        write: bool = False,
    ) -> None:
        """Prepare the first frame; the session is started once that is on the screen.

        Args:
            config: What the person chose.
            session: What is looked at; by default what `config` says.
            clock: Where the time comes from.
            environ: Names the Postgres server when neither `session` nor `config` does.
            theme: The colours; by default the built-in dark ones.
            clipboard: Whether the terminal is likely to take what is copied.
            write: Whether what is looked at first may be changed without switching writing on.
            resume: The incident file to go on with; by default a new one is made with the first entry.
        """
        self._colours = to_textual(theme or load_theme("dark"))
        super().__init__(driver_class=CockpitDriver)
        self._disable_tooltips = self._disable_notifications = True  # the bottom line says it all
        self.animation_level = "none"
        self.config = config
        self.clock = clock
        self.cockpit = CockpitScreen(clock, config.ui.tzinfo)
        self.messages = MessageLog(clock, self.cockpit.hints)
        self.tell = self.messages.tell
        self._session = session
        self._environ = environ
        self._clipboard_likely = clipboard
        self._resume = resume
        self._write = write

    def get_theme(self, theme_name: str) -> TextualTheme:  # noqa: ARG002  (there is one)
        """Give the colours. Textual would start with its own, and read all styles again for these."""
        return self._colours

    @property
    def record(self) -> "IncidentDesk | None":
        """The incident record; None until it is open."""
        return self.desks.record if "desks" in vars(self) else None  # not so when a signal came before the first frame

    @cached_property
    def desks(self) -> "Desks":
        """All that works behind the screen."""
        from cockpit.ui.desks import Desks  # noqa: PLC0415  (after the first frame)

        if self._session is None:
            from cockpit.outside import fed  # noqa: PLC0415
            from cockpit.session import Session  # noqa: PLC0415
            from cockpit.targets import targets  # noqa: PLC0415

            servers, others = targets(self.config, self._environ), fed(self.config, self._environ, self.clock)
            self._session = Session(self.config, self.clock, targets=servers, fed=others)
        return Desks(
            self,
            self.cockpit,
            self.config,
            self._session,
            self.clock,
            self.messages,
            write=self._write,
            environ=self._environ,
        )

    def get_default_screen(self) -> Screen[Any]:
        """Show the cockpit at once; there is no other screen below it."""
        return self.cockpit

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        if isinstance(renderable, CompositorUpdate) and isinstance(self._driver, CockpitDriver):
            renderable = self._driver.canvas.changes(renderable)
        super()._display(screen, renderable)

    def on_mount(self) -> None:
        """Start to read after the first frame."""
        self.set_keymap(dict(self.config.ui.keys))
        self.call_after_refresh(self._start)

    def _start(self) -> None:
        give_memory_back()
        self.desks.session.start()
        collect_seldom()
        self._tick()
        self.set_interval(1, self._tick)
        self._present()
        self._open_record()
        self._observe()
        self._prepare_to_act()

    # Functions, not coroutines: a worker that a signal cancels before it runs must not have one that nobody awaits.
    @work
    async def _present(self) -> None:
        await self.desks.presenter.run()

    @work(exit_on_error=False)
    async def _observe(self) -> None:
        await self.desks.observing.observe()

    @work(exit_on_error=False)
    async def _prepare_to_act(self) -> None:
        await self.desks.prepare_to_act()

    @work(exit_on_error=False)
    async def _open_record(self) -> None:
        await self.desks.open_record(self._resume)

    async def on_unmount(self) -> None:
        """Let go of the cluster and the incident file."""
        if "desks" in vars(self):  # not so when a signal came before the first frame
            await self.desks.aclose()

    @on(Worker.StateChanged)
    def _background_work_failed(self, event: Worker.StateChanged) -> None:
        """Say what failed in the background."""
        if event.state is WorkerState.ERROR:
            self.tell(f"internal error, please report it: {event.worker.error!r}", "wrong")

    def _tick(self) -> None:
        """Let the clocks move on; not while the terminal lags behind."""
        if not (isinstance(self._driver, CockpitDriver) and self._driver.busy):
            self.desks.presenter.tick()

    @work
    async def action_commands(self) -> None:
        """Offer whatever has a key now, by what it does."""
        from cockpit.ui.dialogs import run_command  # noqa: PLC0415  (not needed for the first frame)

        await run_command(self, self.cockpit.own_bindings(), self._show_kind)

    def action_redraw(self) -> None:
        """Paint everything again, over what other programs have written onto the terminal."""
        if isinstance(self._driver, CockpitDriver):
            self._driver.canvas.forget()
        self.refresh()

    def action_help(self) -> None:
        """Show the keys that work here."""
        from cockpit.ui.help import Help  # noqa: PLC0415

        self.push_screen(Help(self.cockpit.own_bindings()))

    def action_messages(self) -> None:
        """Show what was told lately."""
        from cockpit.ui.messages import Messages  # noqa: PLC0415

        self.push_screen(Messages(list(self.messages.told), self.config.ui.tzinfo))

    def action_record(self, wish: str) -> None:
        """Have something written into the incident record, or from it."""
        self.desks.records.ask(wish)

    @work
    async def action_capture(self) -> None:
        """Keep what the focused pane shows as evidence."""
        await self.desks.capture()

    @work
    async def action_clocks(self) -> None:
        """Say of what is due that it is done, or may wait."""
        await self.desks.clocks()

    @work
    async def action_driver(self) -> None:
        """Ask who types from now on."""
        await self.desks.observing.name_driver()

    @work
    async def action_outputs(self) -> None:
        """Show what the commands of the runbook said that were run."""
        await self.desks.commands.show_outputs()

    @work
    async def action_message(self) -> None:
        """Write a message to people."""
        await self.desks.messages.open()

    def action_retry(self) -> None:
        """Try again at once what failed."""
        self.desks.retry()

    @work
    async def action_scope(self, part: str) -> None:
        """Ask where to look instead: `namespace` or `context`."""
        await self.desks.scope.pick(part, self._begin_scope)

    def action_kind(self, kinds: int) -> None:
        """Show another kind of objects, in the view that is about them."""
        if self.cockpit.view == "pods":
            self.desks.kinds.turn(kinds)

    @work
    async def action_pick_kind(self) -> None:
        """Ask which kind of objects to show."""
        from cockpit.ui.dialogs import pick_kind  # noqa: PLC0415

        if (kind := await pick_kind(self)) is not None:
            self._show_kind(kind)

    def _show_kind(self, kind: str) -> None:
        self.cockpit.action_view("pods")
        self.desks.kinds.choose_kind(kind)

    def on_objects_pane_opened(self, event: "ObjectsPane.Opened") -> None:
        """Show an object from its list."""
        self.cockpit.leave()
        self.desks.kinds.open(event.reference, event.page, event.row)

    def on_object_pane_logs_wanted(self, event: "ObjectPane.LogsWanted") -> None:
        """Show the logs of the pods of an object."""
        self.desks.logs.choose(event.pods, previous=event.previous, workload=event.workload)
        self.cockpit.action_view("logs")

    @on(PodsPane.DetailWanted)
    def _open_pod(self, event: PodsPane.DetailWanted) -> None:
        """Show a pod on pages of its own."""
        self.desks.show_pod(event.pod, event.page)

    @on(FindingsPane.Opened)
    def _open_finding(self, event: FindingsPane.Opened) -> None:
        """Show what a finding is about."""
        self.desks.findings.open(event.finding)

    @work
    async def action_act(self) -> None:
        """Offer what can be done to what is under the cursor."""
        await self.desks.act()

    @work
    async def action_shell(self) -> None:
        """Open a shell in the pod under the cursor."""
        await self.desks.shell()

    @work
    async def action_forwards(self) -> None:
        """Show the ports that are open on this machine."""
        await self.desks.forwards()

    def action_writes(self) -> None:
        """Allow the cockpit to write, or forbid it again."""
        self.tell(self.desks.switch.turn(), "doubtful" if self.desks.switch.on else "")
        self.desks.presenter.draw_header()

    @work
    async def action_leave(self) -> None:
        """Leave, after a question while an incident is open."""
        if await self.desks.records.ask_leave():
            self.exit()

    async def action_quit(self) -> None:
        """Leave; Textual's own key for it asks like ours."""
        self.action_leave()

    @on(PodsPane.Selected)
    def _pod_under_cursor(self, event: PodsPane.Selected) -> None:
        self.desks.logs.rest_on(event.pod, led=event.led)

    @on(PodsPane.LogsWanted)
    def _open_logs(self, event: PodsPane.LogsWanted) -> None:
        self.desks.logs.choose(event.pods, previous=event.previous, workload=event.workload)
        self.cockpit.action_view("logs")

    @on(Copied)
    def _copy(self, event: Copied) -> None:
        file = platformdirs.user_state_path("cockpit") / "copied.txt"
        self.tell(copy(self, event.text, likely=self._clipboard_likely, file=file))

    @work
    async def on_postgres_pane_sql_typed(self, event: "PostgresPane.SqlTyped") -> None:
        """Run a statement that only reads."""
        await self.desks.questions.run_sql(event.server, event.sql)

    def on_postgres_pane_declined(self, event: "PostgresPane.Declined") -> None:
        """Say why a key does nothing."""
        self.tell(event.why)

    @work
    async def on_postgres_pane_explain_wanted(self, event: "PostgresPane.ExplainWanted") -> None:
        """Show how a statement would be run."""
        await self.desks.questions.explain(event.server, event.statement, event.database)

    def on_paged_pane_pinned(self, event: "PagedPane.Pinned") -> None:
        """Write what was read of a source into the incident log."""
        self.desks.pin(event.source, event.text)

    @work
    async def on_incident_log_pane_promoted(self, event: "IncidentLogPane.Promoted") -> None:
        """Take what the cockpit saw into the incident log."""
        await self.desks.observing.promote(event.candidate)

    def on_checklist_pane_ticked(self, event: "ChecklistPane.Ticked") -> None:
        """Write into the record that a step is done, skipped or open again."""
        self.desks.records.tick(event)

    def on_checklist_pane_step_wanted(self, event: "ChecklistPane.StepWanted") -> None:
        """Ask what has become of a step."""
        self.desks.records.show_step(event)

    def _begin_scope(self) -> None:
        self.desks.logs.reset()
        self.cockpit.pods.begin_scope()
        self.desks.kinds.begin_scope()
        self.cockpit.forget_way()
