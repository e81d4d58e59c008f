"""All that works behind the screen. It is loaded after the first frame, which does without it."""

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from textual.app import App

from cockpit.clock import Clock
from cockpit.config import Config
from cockpit.diagnosis.finding import FindingSeverity
from cockpit.incident.entry import TimeSource
from cockpit.session import Session
from cockpit.sources.kubernetes.model import Pod
from cockpit.threads import call_in_thread
from cockpit.ui.actions.directions import point_out
from cockpit.ui.actions.selecting import (
    alerts_told_with_their_cause,
    can_act_on,
    ports_of,
    selected,
    selected_alerts,
    selected_elsewhere,
    selected_pod,
    selected_server,
    worst_on_server,
)
from cockpit.ui.actions.write_switch import WriteSwitch
from cockpit.ui.aws.aws_desk import AwsDesk
from cockpit.ui.findings.finding_desk import FindingDesk
from cockpit.ui.incident.clock_dialogs import ask_clock
from cockpit.ui.incident.observer_desk import ObserverDesk
from cockpit.ui.incident.record_dialogs import NOT_OPEN, RecordDialogs
from cockpit.ui.incident.record_works import RecordWorks
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
from cockpit.ui.web.web_desk import WebDesk

if TYPE_CHECKING:  # brings along the incident file and the runbook
    from cockpit.ui.actions.acting import Acting
    from cockpit.ui.actions.silencing import Silencing
    from cockpit.ui.incident.command_desk import CommandDesk
    from cockpit.ui.incident.incident_desk import IncidentDesk
    from cockpit.ui.incident.message_desk import MessageDesk


PINNED_CHARACTERS = 4000
"""Of what was read that go into the incident log."""
MOST_NAMED = 4
"""Of what is tried again."""


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
        self.findings = FindingDesk(screen, self.kinds, self.postgres, self.aws, self.web, log)
        self.records = RecordDialogs(app, screen.prompt, log.tell, config.ui.tzinfo)
        self.logs = LogsDesk(screen.logs, session, config, clock)
        screen.logs.serve(self.logs, LogKeeper(app, self.records, clock, log.tell))
        self.switch = WriteSwitch(session, config.web.alertmanager, allowed=write)
        self._app = app
        self._screen = screen
        self._tell = log.tell
        self.presenter = Presenter(screen, session, self.logs, self.kinds, self.switch, clock, log)
        self.observing = ObserverDesk(app, screen, session, environ, lambda: self.record, log.tell, clock)
        self.records.present = self.observing.present
        self.records.closings.others = self.observing.others
        self.observing.writable = self.records.closings.writable
        self._config = config
        self._works = RecordWorks(app, screen.incident_log, config, session, clock, log.tell)
        self._environ = environ
        self._clock = clock

    @property
    def record(self) -> "IncidentDesk | None":
        """The incident record; None until it is open."""
        return self.records.record

    async def open_record(self, resume: Path | None) -> None:
        """Open the incident record: a new one, or the file to `resume`; and work beside it.

        When that incident is closed, and a person wants another one, it is left for a new record.
        """
        self.records.commands = self.commands
        await self._open(resume)
        await self.records.bring_back(self._config.incident.directory)
        while (record := self.record) is not None:
            await self._accompany(record, resumed=resume is not None)
            resume = None
            await self._open(None)
            if self.record is not record:
                await record.aclose()
            self.records.closings.opened()

    async def _open(self, resume: Path | None) -> None:
        directory, show = self._config.incident.directory, self.presenter.show_record
        runbook, policy = self._config.runbook.file, self.session.policy
        await self.records.open(directory, resume, self._clock, show, runbook, policy)

    async def _accompany(self, record: "IncidentDesk", *, resumed: bool) -> None:
        """Work beside a record until another one is wanted."""
        keeper = self._works.keep_time(record)
        self.presenter.timekeeper = keeper
        self.records.doubt = keeper.doubt
        record.name_by(self._worst)
        others = keeper.run(), self.observing.accompany(record)
        another, happened = self.records.closings.another, self.observing.happened
        await self._works.accompany(record, *others, resumed=resumed, happened=happened, until=another)
        await self.observing.aclose()
        await self._works.aclose()

    def _worst(self) -> str:
        """Tell the worst that is wrong now; empty: nothing is, or nobody knows."""
        known = self._screen.findings.known or ()
        return known[0].title if known and known[0].severity is not FindingSeverity.NOTICE else ""

    async def capture(self) -> None:
        """Keep what the focused pane shows as evidence."""
        from cockpit.ui.incident.capture import look_at  # noqa: PLC0415  (not needed before)

        if self.record is None:
            self._tell(NOT_OPEN, "doubtful")
        elif (look := look_at(self._screen, self._clock())) is None:
            self._tell("no pane has the keys: tab goes to one", "")
        else:
            pieces = await call_in_thread(look.pieces)
            if (record := await self.records.closings.writable(late=True)) is not None:
                await record.capture(look.name, pieces)

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
        from cockpit.ui.incident.message_sending import Sending  # noqa: PLC0415

        app, record, tell, clock = self._app, lambda: self.record, self._tell, self._clock
        sending = Sending(app, self._config.messages, self._environ, record, tell, clock)
        return MessageDesk(app, sending, record, self.records.closings.writable, tell, clock)

    @cached_property
    def questions(self) -> ServerQuestions:
        """What asks the Postgres servers on behalf of a person."""
        return ServerQuestions(self.postgres.pane, self.acting.server)

    def pin(self, source: str, text: str) -> None:
        """Write what was read of a source into the incident log."""
        cut = " …" if len(text) > PINNED_CHARACTERS else ""
        self.records.pin(source, f"{text[:PINNED_CHARACTERS]}{cut}", self._clock(), TimeSource.SEEN)

    def show_pod(self, pod: Pod, page: str) -> None:
        """Show a pod on pages of its own."""
        self._screen.leave()
        self._screen.action_view("pods")
        self.kinds.open(pod_reference(pod), page)

    async def act(self) -> None:
        """Offer what can be done to what is under the cursor."""
        if not await self._may_act():
            return
        found = selected(self._screen, self.kinds)
        server = selected_server(self._screen, self.postgres, self.aws) or worst_on_server(found, self.postgres)
        if server is not None:
            await self.acting.offer_on_server(*server)
        elif (alerts := selected_alerts(self._screen, self.web)) is not None:
            await self.silencing.offer(*alerts)
        elif found is not None and can_act_on(found):
            await self.acting.offer(*found)
        elif (alerts := alerts_told_with_their_cause(self._screen, self.web)) is not None:
            await self.silencing.offer(*alerts)
        elif (directions := selected_elsewhere(self._screen, self.aws)) is not None:
            await point_out(self._app, self._screen, directions)
        elif found is not None:
            self._tell(f"there is nothing that could be done to {found.selection.about}", "")
        else:
            self._tell("nothing is selected that could be acted on", "")

    def retry(self) -> None:
        """Try again at once what failed, and say what that is."""
        readings = self.session.board.readings()
        failed = [each for each in readings if each.trouble is not None and not each.trouble.inherited]
        names = [each.source.rpartition("/")[2] for each in failed]
        names += ["saving"] if self.record is not None and self.record.unsaved else []
        self.session.retry_now()
        self.records.retry()
        more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
        tried = f"trying {', '.join(names[:MOST_NAMED])}{more} again"
        self._tell(tried if names else "nothing has failed that could be tried again", "")

    async def prepare_to_act(self) -> None:
        """Get ready to act on the Postgres servers before they have no room for it."""
        if self.session.servers.targets:
            await self.acting.prepare()

    async def shell(self) -> None:
        """Open a shell in the pod under the cursor."""
        pod = selected_pod(self._screen, self.kinds)
        if pod is None:
            self._tell("no pod is selected", "")
        elif await self._may_act():
            await self.acting.shell(pod)

    async def _may_act(self) -> bool:
        """Tell whether there is a record for what is to be done: a closed one has to be opened again, or another."""
        return self.record is None or await self.records.closings.writable() is not None

    async def forwards(self) -> None:
        """Show the ports that are open on this machine; one of what is under the cursor can be opened."""
        found = selected(self._screen, self.kinds)
        await self.acting.forwards(*(("", "", ()) if found is None else ports_of(found.selection, self.kinds)))

    async def aclose(self) -> None:
        """Let go of the cluster and the incident file; what is being changed gets its receipt first."""
        self.records.put_away(self._config.incident.directory)
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
        await self._works.aclose()
