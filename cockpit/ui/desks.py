"""All that works behind the screen. It is loaded after the first frame, which does without it."""

import asyncio
from collections.abc import Coroutine, Mapping
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from textual.app import App

from cockpit.chronicler import Chronicler
from cockpit.clock import Clock
from cockpit.config import Config
from cockpit.diagnosis.finding import Finding
from cockpit.diagnosis.postgres.server_view import KIND as POSTGRES
from cockpit.history import History, hand_over
from cockpit.session import Session
from cockpit.sources.kubernetes.model import Pod
from cockpit.threads import call_in_thread
from cockpit.timekeeper import Timekeeper
from cockpit.ui.actions.selecting import ports_of, selected, selected_alerts, selected_pod, selected_server
from cockpit.ui.actions.write_switch import WriteSwitch
from cockpit.ui.aws.aws_desk import AwsDesk
from cockpit.ui.incident.clock_dialogs import ask_clock
from cockpit.ui.incident.observer_desk import ObserverDesk
from cockpit.ui.incident.record_dialogs import NOT_OPEN, RecordDialogs
from cockpit.ui.incident.sharing_desk import SharingDesk
from cockpit.ui.kubernetes.holdings import Holdings
from cockpit.ui.kubernetes.kind_desk import KindDesk
from cockpit.ui.kubernetes.object_pages import pod_reference
from cockpit.ui.kubernetes.object_reader import ObjectReader
from cockpit.ui.logs.keeper import LogKeeper
from cockpit.ui.logs.logs_desk import LogsDesk
from cockpit.ui.message_log import MessageLog
from cockpit.ui.postgres.postgres_desk import PostgresDesk
from cockpit.ui.postgres.questions import ServerQuestions
from cockpit.ui.presenter import Presenter
from cockpit.ui.scope_desk import ScopeDesk
from cockpit.ui.screen import CockpitScreen
from cockpit.ui.terminal.driver import CockpitDriver
from cockpit.ui.web.web_desk import WebDesk

if TYPE_CHECKING:  # brings along the incident file and the runbook
    from cockpit.ui.actions.acting import Acting
    from cockpit.ui.actions.silencing import Silencing
    from cockpit.ui.incident.command_desk import CommandDesk
    from cockpit.ui.incident.incident_desk import IncidentDesk
    from cockpit.ui.incident.message_desk import MessageDesk


PINNED_CHARACTERS = 4000
"""Of what was read that go into the incident log."""
_TOLD_BY_PODS = ("Pod", "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job")


class Desks:
    """The session, and who asks, reads and writes on behalf of a person."""

    def __init__(  # noqa: PLR0913  (each is another part of the whole)
        self,
        app: App[None],
        screen: CockpitScreen,
        config: Config,
        session: Session,
        clock: Clock,
        log: MessageLog,
        *,
        write: bool = False,
        environ: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """Stand behind `screen` and show what `session` reads.

        `write` allows to change what it looks at first; `environ` has the tokens for messages.
        """
        self.session = session
        self.scope = ScopeDesk(app, session, log.tell)
        held = Holdings()
        reader = ObjectReader(lambda: session.cluster, held)
        self.kinds = KindDesk(screen, held, reader.read, session.ask, clock, config.ui.tzinfo)
        screen.kinds = self.kinds
        self.postgres = screen.postgres = PostgresDesk(screen, clock, config.ui.tzinfo, session.policy)
        self.aws = screen.aws = AwsDesk(screen, clock, config.ui.tzinfo, session.policy)
        self.web = screen.web = WebDesk(screen, clock, config.ui.tzinfo, session.policy)
        self.records = RecordDialogs(app, screen.prompt, log.tell, config.ui.tzinfo)
        self.logs = LogsDesk(screen.logs, session, config, clock)
        screen.logs.serve(self.logs, LogKeeper(app, self.records, clock, log.tell))
        self.switch = WriteSwitch(session, config.web.alertmanager, allowed=write)
        self._app = app
        self._screen = screen
        self._tell = log.tell
        self.presenter = Presenter(screen, session, self.logs, self.kinds, self.switch, clock, log.tell)
        self.observing = ObserverDesk(app, screen, session, environ, lambda: self.record, log.tell, clock)
        self._config = config
        self._incident = config.incident
        self._sharing: SharingDesk | None = None
        self._history = History(session.board, clock)
        self._runbook = config.runbook.file
        self._messages = config.messages
        self._environ = environ
        self._clock = clock

    @property
    def record(self) -> "IncidentDesk | None":
        """The incident record; None until it is open."""
        return self.records.record

    async def open_record(self, resume: Path | None) -> None:
        """Open the incident record: a new one, or the file to `resume`."""
        self.records.commands = self.commands
        directory, show = self._incident.directory, self.presenter.show_record
        await self.records.open(directory, resume, self._clock, show, self._runbook, self.session.policy)
        await self.records.bring_back(directory)
        if (record := self.record) is not None:
            board, state = self.session.board, lambda: record.state
            chronicler = Chronicler(board, self._clock, self._incident, state, record.chronicle)
            record.subscribe(chronicler.look)
            keeper = Timekeeper(board, self._clock, record, record.chronicle, self._alarm)
            self.presenter.timekeeper = keeper
            self.records.doubt = keeper.doubt
            record.subscribe(keeper.hurry)
            works = [self._history.run(), chronicler.run(), keeper.run(), self.observing.accompany(record)]
            if resume is None:
                works.append(hand_over(self._history, record, record.keep))
            if self._incident.shared:
                pane, zone = self._screen.incident_log, self._config.ui.tzinfo
                self._sharing = SharingDesk(self._incident.shared, pane, self._clock, zone, self._tell)
                works.append(self._sharing.accompany(record))
            await asyncio.gather(*(self._by_itself(work) for work in works))

    async def _by_itself(self, work: Coroutine[Any, Any, None]) -> None:
        """Do a part of the record's work; a defect in it ends no other."""
        try:
            await work
        except Exception as error:  # noqa: BLE001  (whatever it is, it is told)
            self._tell(f"internal error, please report it: {error!r}", "wrong")

    def _alarm(self, text: str) -> None:
        """Say once, so that it is heard, that something is overdue."""
        self._tell(text, "wrong")
        if isinstance(driver := self._app._driver, CockpitDriver):  # noqa: SLF001  (Textual has no other way to it)
            driver.alarm(f"cockpit: {text}")

    async def capture(self) -> None:
        """Keep what the focused pane shows as evidence."""
        from cockpit.ui.incident.capture import look_at  # noqa: PLC0415  (not needed before)

        if self.record is None:
            self._tell(NOT_OPEN, "doubtful")
        elif (look := look_at(self._screen, self._clock())) is None:
            self._tell("no pane has the keys: tab goes to one", "")
        else:
            await self.record.capture(look.name, await call_in_thread(look.pieces))

    async def clocks(self) -> None:
        """Ask what there is to say of what is due, and write it."""
        record, keeper = self.record, self.presenter.timekeeper
        if record is None or keeper is None or not keeper.time.dues:
            self._tell("nothing is due: the runbook promises nothing for this severity, or none is set (S)", "")
            return
        draft = await ask_clock(self._app, keeper.time.dues, record.actor, self._clock())
        if draft is not None:
            await record.write(draft)

    @cached_property
    def acting(self) -> "Acting":
        """What changes the outside world; loaded when it is first asked for."""
        from cockpit.ui.actions.acting import Acting  # noqa: PLC0415  (brings along the HTTP client)

        held, record = self.kinds.held, lambda: self.record
        return Acting(self._app, self.session, held, self.switch, record, self._tell, self._clock)

    @cached_property
    def silencing(self) -> "Silencing":
        """What silences alerts; loaded when it is first asked for."""
        from cockpit.ui.actions.silencing import Silencing, alertmanager_apis  # noqa: PLC0415

        apis, record = alertmanager_apis(self._config.web, self._environ), lambda: self.record
        return Silencing(self._app, self.session, apis, self.switch, record, self._tell, self._clock)

    @cached_property
    def commands(self) -> "CommandDesk":
        """What runs the commands of the runbook."""
        from cockpit.ui.incident.command_desk import CommandDesk  # noqa: PLC0415  (brings along YAML)
        from cockpit.ui.incident.surroundings import Surroundings  # noqa: PLC0415

        looks = Surroundings(self._screen, self.session, self._config, self.kinds, self.postgres, self.logs)
        return CommandDesk(self._app, looks, self.switch, lambda: self.record, self._tell, self._clock)

    @cached_property
    def messages(self) -> "MessageDesk":
        """What people are told of the incident; loaded when it is first asked for."""
        from cockpit.ui.incident.message_desk import MessageDesk  # noqa: PLC0415

        return MessageDesk(self._app, self._messages, self._environ, lambda: self.record, self._tell, self._clock)

    @cached_property
    def questions(self) -> ServerQuestions:
        """What asks the Postgres servers on behalf of a person."""
        return ServerQuestions(self.postgres.pane, self.acting.server)

    def pin(self, source: str, text: str) -> None:
        """Write what was read of a source into the incident log."""
        cut = " …" if len(text) > PINNED_CHARACTERS else ""
        self.records.pin(source, f"{text[:PINNED_CHARACTERS]}{cut}", self._clock())

    def show_pod(self, pod: Pod, page: str) -> None:
        """Show a pod on pages of its own."""
        self._screen.action_view("pods")
        self.kinds.open(pod_reference(pod), page)

    def show_finding(self, finding: Finding) -> None:
        """Show what a finding is about: pods in their list, so that their log follows; all else on its own pages."""
        about = finding.objects[0] if finding.objects else None
        for view, desk in (("aws", self.aws), ("web", self.web)):
            if about is not None and desk.find(about):
                self._screen.action_view(view)
                return
        if finding.objects and finding.objects[0].kind == POSTGRES:
            self.postgres.open(finding.objects[0].name, finding.scenario, finding.key)
            self._screen.action_view("postgres")
            return
        list_in_view = self._screen.view != "pods" or self.kinds.subject is None
        about_pods = not finding.objects or finding.objects[0].kind in _TOLD_BY_PODS
        pods = [evidence.ref for evidence in finding.evidence]
        if finding.objects and not (list_in_view and about_pods and self._screen.pods.go_to(pods)):
            self._screen.action_view("pods")
            self.kinds.open(finding.objects[0])

    async def act(self) -> None:
        """Offer what can be done to what is under the cursor."""
        if (server := selected_server(self._screen, self.postgres)) is not None:
            await self.acting.offer_on_server(*server)
        elif (alerts := selected_alerts(self._screen, self.web)) is not None:
            await self.silencing.offer(*alerts)
        elif (found := selected(self._screen, self.kinds)) is not None:
            await self.acting.offer(*found)
        else:
            self._tell("nothing is selected that could be acted on", "")

    async def prepare_to_act(self) -> None:
        """Get ready to act on the Postgres servers before they have no room for it."""
        if self.session.servers.targets:
            await self.acting.prepare()

    async def shell(self) -> None:
        """Open a shell in the pod under the cursor."""
        pod = selected_pod(self._screen, self.kinds)
        if pod is None:
            self._tell("no pod is selected", "")
        else:
            await self.acting.shell(pod)

    async def forwards(self) -> None:
        """Show the ports that are open on this machine; one of what is under the cursor can be opened."""
        found = selected(self._screen, self.kinds)
        await self.acting.forwards(*(("", "", ()) if found is None else ports_of(found.selection, self.kinds)))

    async def aclose(self) -> None:
        """Let go of the cluster and the incident file; what is being changed gets its receipt first."""
        self.records.put_away(self._incident.directory)
        if "acting" in vars(self):
            await self.acting.aclose()
        if "silencing" in vars(self):
            await self.silencing.aclose()
        if "messages" in vars(self):
            await self.messages.aclose()
        if "commands" in vars(self):
            await self.commands.aclose()
        await self.logs.aclose()
        await self.observing.aclose()
        await self.session.stop()
        if self.record is not None:
            await self.record.aclose()
        if self._sharing is not None:
            await self._sharing.aclose()
