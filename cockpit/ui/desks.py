"""All that works behind the screen. It is loaded after the first frame, which does without it."""

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import App

from cockpit.chronicler import Chronicler
from cockpit.clock import Clock
from cockpit.config import Config
from cockpit.diagnosis.finding import Finding
from cockpit.diagnosis.postgres.server_view import KIND as POSTGRES
from cockpit.session import Session
from cockpit.sources.kubernetes.model import Pod
from cockpit.ui.actions.selecting import ports_of, selected, selected_pod, selected_server
from cockpit.ui.actions.write_switch import WriteSwitch
from cockpit.ui.kubernetes.holdings import Holdings
from cockpit.ui.kubernetes.kind_desk import KindDesk
from cockpit.ui.kubernetes.object_pages import pod_reference
from cockpit.ui.kubernetes.object_reader import ObjectReader
from cockpit.ui.log_keeper import LogKeeper
from cockpit.ui.logs_desk import LogsDesk
from cockpit.ui.message_log import MessageLog
from cockpit.ui.postgres.postgres_desk import PostgresDesk
from cockpit.ui.postgres.questions import ServerQuestions
from cockpit.ui.presenter import Presenter
from cockpit.ui.record_dialogs import RecordDialogs
from cockpit.ui.scope_desk import ScopeDesk
from cockpit.ui.screen import CockpitScreen

if TYPE_CHECKING:  # brings along the incident file and the runbook
    from cockpit.ui.actions.acting import Acting
    from cockpit.ui.incident_desk import IncidentDesk


_TOLD_BY_PODS = ("Pod", "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job")


class Desks:
    """The session, and who asks, reads and writes on behalf of a person."""

    def __init__(
        self,
        app: App[None],
        screen: CockpitScreen,
        config: Config,
        session: Session,
        clock: Clock,
        log: MessageLog,
        *,
        write: bool = False,
    ) -> None:
        """Stand behind `screen` and show what `session` reads; `write` allows to change what it looks at first."""
        self.session = session
        self.scope = ScopeDesk(app, session, log.tell)
        held = Holdings()
        reader = ObjectReader(lambda: session.cluster, held)
        self.kinds = KindDesk(screen, held, reader.read, session.ask, clock, config.ui.tzinfo)
        screen.kinds = self.kinds
        self.postgres = screen.postgres = PostgresDesk(screen, clock, config.ui.tzinfo, session.policy)
        self.records = RecordDialogs(app, screen.prompt, log.tell)
        self.logs = LogsDesk(screen.logs, session, config, clock)
        screen.logs.serve(self.logs, LogKeeper(app, self.records, clock, log.tell))
        self.switch = WriteSwitch(session, allowed=write)
        self._app = app
        self._screen = screen
        self._tell = log.tell
        self.presenter = Presenter(screen, session, self.logs, self.kinds, self.switch, clock, log.tell)
        self._incident = config.incident
        self._runbook = config.runbook.file
        self._clock = clock

    @property
    def record(self) -> "IncidentDesk | None":
        """The incident record; None until it is open."""
        return self.records.record

    async def open_record(self, resume: Path | None) -> None:
        """Open the incident record: a new one, or the file to `resume`."""
        directory, show = self._incident.directory, self.presenter.show_record
        await self.records.open(directory, resume, self._clock, show, self._runbook)
        if (record := self.record) is not None:
            board, state = self.session.board, lambda: record.state
            chronicler = Chronicler(board, self._clock, self._incident, state, record.chronicle)
            record.subscribe(chronicler.look)
            await chronicler.run()

    @cached_property
    def acting(self) -> "Acting":
        """What changes the outside world; loaded when it is first asked for."""
        from cockpit.ui.actions.acting import Acting  # noqa: PLC0415  (brings along the HTTP client)

        held, record = self.kinds.held, lambda: self.record
        return Acting(self._app, self.session, held, self.switch, record, self._tell, self._clock)

    @cached_property
    def questions(self) -> ServerQuestions:
        """What asks the Postgres servers on behalf of a person."""
        return ServerQuestions(self.postgres.pane, self.acting.server, self.records, self._clock)

    def show_pod(self, pod: Pod, page: str) -> None:
        """Show a pod on pages of its own."""
        self._screen.action_view("pods")
        self.kinds.open(pod_reference(pod), page)

    def show_finding(self, finding: Finding) -> None:
        """Show what a finding is about: pods in their list, so that their log follows; all else on its own pages."""
        if finding.objects and finding.objects[0].kind == POSTGRES:
            self.postgres.open(finding.objects[0].name, finding.scenario)
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
        if "acting" in vars(self):
            await self.acting.aclose()
        await self.logs.aclose()
        await self.session.stop()
        if self.record is not None:
            await self.record.aclose()
