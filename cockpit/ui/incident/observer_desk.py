"""What the cockpit sees by itself, offered to the log; who may be typing; and who else has the incident open."""

import asyncio
import os
import socket
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from textual.app import App

from cockpit.clock import Clock
from cockpit.diagnostician import facts_on
from cockpit.incident import roles
from cockpit.incident.beforehand import Happened
from cockpit.incident.roles import DRIVER
from cockpit.incident.who import Who, tmux_clients
from cockpit.observer.attendance import Attendance
from cockpit.observer.beforehand import happened
from cockpit.observer.observer import Observer
from cockpit.observer.presence import BEAT_SECONDS, Here, Presence, names, terminal
from cockpit.observer.promotion import evidence, promotion
from cockpit.session import Session
from cockpit.text import clean
from cockpit.threads import call_in_thread
from cockpit.ui.incident.people import one_name
from cockpit.ui.incident.role_dialogs import ask_role
from cockpit.ui.screen import CockpitScreen
from cockpit.ui.tones import Tone

if TYPE_CHECKING:  # brings along the incident file and the runbook
    from cockpit.ui.incident.incident_desk import IncidentDesk

_RESTART_SECONDS = 5.0
_LONGEST_BEAT = 5.0
"""Seconds after which a directory that does not answer says nothing of who is there."""
_STUCK_SECONDS = 60.0
"""Pause after that: each try leaves a thread behind that waits for the directory."""
_LONGEST_GOODBYE = 1.0
_LONGEST_NAME = 40
_NOT_OPEN = "the incident log is not open yet"


class ObserverDesk:
    """Runs the observer from the start, and the rest once there is a record."""

    def __init__(
        self,
        app: App[None],
        screen: CockpitScreen,
        session: Session,
        environ: Mapping[str, str],
        record: Callable[[], "IncidentDesk | None"],
        tell: Callable[[str, Tone], None],
        clock: Clock,
    ) -> None:
        """Show on `screen` what happens on the board of the `session`.

        Args:
            app: asks who types.
            screen: with the pane of the incident log.
            session: tells what is read.
            environ: tells whether we are in a tmux.
            record: gives the incident record; None until it is open.
            tell: says how it went.
            clock: tells the time.
        """
        self._app = app
        self._screen = screen
        self._environ = environ
        self._record = record
        self._tell = tell
        self._clock = clock
        self._observer = Observer(session.board, clock, session.policy, self._show)
        self._attendance: Attendance | None = None
        self._presence: Presence | None = None
        self._board, self._policy = session.board, session.policy
        self.writable: Callable[[], Awaitable[IncidentDesk | None]] = self._at_once
        """Gives the record to write into, once a person has said what to do about a closed one."""
        self._here: tuple[str, ...] = ()
        """Who has the incident open, one name for each cockpit."""
        self._news = asyncio.Event()
        self._opened = asyncio.Event()

    async def observe(self) -> None:
        """Observe until cancelled; strange facts end nothing."""
        await self._for_ever(self._observer.run)

    async def accompany(self, record: "IncidentDesk") -> None:
        """Know, until cancelled, who is at the keyboards of the `record`: here, and in other cockpits."""
        self._attendance = Attendance(Who(record.actor, record.known))
        record.subscribe(self._recorded)
        self._recorded()
        async with asyncio.TaskGroup() as group:
            group.create_task(self._for_ever(partial(self._be_there, record)))
            if "TMUX" in self._environ:
                group.create_task(self._for_ever(partial(self._attend, record, self._attendance)))

    async def promote(self, id_: str) -> None:
        """Take a candidate into the log, with what it rests on."""
        candidate = self._observer.candidates.find(id_)
        if self._record() is None:
            self._tell(_NOT_OPEN, "doubtful")
        elif candidate is not None and (record := await self.writable()) is not None:
            await record.write_with(promotion(candidate, record.actor), evidence(candidate))

    async def happened(self) -> Sequence[Happened]:
        """Tell what changed shortly before now that may be the cause."""
        candidates, facts = self._observer.candidates.in_order(), facts_on(self._board)
        return await call_in_thread(happened, candidates, facts, self._clock(), self._policy)

    def present(self) -> dict[str, str]:
        """Name who is there: at this keyboard, in this tmux, in other cockpits; and how that is known."""
        attendance = self._attendance
        if attendance is None:
            return {}
        login = attendance.login
        here = dict.fromkeys(map(one_name, self._here), "has the incident open")
        return here | {client.name: client.how for client in attendance.clients} | {login.name: login.how}

    def others(self) -> tuple[str, ...]:
        """Name who else has the incident open, one name for each cockpit."""
        return self._here[1:]

    async def name_driver(self) -> None:
        """Ask who types from now on, or who has another role, and write it."""
        if self._record() is None or self._attendance is None:
            self._tell(_NOT_OPEN, "doubtful")
            return
        record, attendance = await self.writable(), self._attendance
        if record is None:
            return
        given = await ask_role(self._app, attendance, record, self.present())
        if given is None:
            return
        role, person = given
        if role != DRIVER:
            await record.write(roles.given(role, person, record.state.roles.get(role), record.actor))
        elif person:
            await record.write(attendance.name_driver(person))
            self._sign(record, attendance)

    async def aclose(self) -> None:
        """Be there no longer: in the incident that was open."""
        if self._presence is not None:
            with suppress(TimeoutError):
                async with asyncio.timeout(_LONGEST_GOODBYE):
                    await call_in_thread(self._presence.leave)
        self._presence, self._here = None, ()
        self._screen.incident_log.attend(())

    async def _at_once(self) -> "IncidentDesk | None":
        return self._record()

    async def _for_ever(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        while True:
            try:
                await work()
            except Exception as error:  # noqa: BLE001  (a defect; all else goes on)
                self._tell(f"internal error, please report it: {error!r}", "wrong")
                await asyncio.sleep(_RESTART_SECONDS)

    def _show(self) -> None:
        self._screen.incident_log.offer(self._observer.candidates.in_order())

    def _recorded(self) -> None:
        """Drop the candidates that the log has, and tell soon who is there when an incident was opened."""
        record = self._record()
        if record is not None:
            self._news.set()
            if record.open:
                self._opened.set()
            if self._observer.candidates.settle(record.entries):
                self._show()

    def _sign(self, record: "IncidentDesk", attendance: Attendance) -> None:
        record.actor, record.known = attendance.actor, attendance.known

    async def _attend(self, record: "IncidentDesk", attendance: Attendance) -> None:
        """Look who is attached to the tmux session, and write it down while an incident is open."""
        clients = await call_in_thread(tmux_clients, self._environ)
        if clients is not None:
            attendance.attached(clients)
            self._sign(record, attendance)
            if record.open and (draft := attendance.news()) is not None:
                await record.chronicle(draft)
        if record.open:
            await asyncio.sleep(BEAT_SECONDS)
            return
        self._opened.clear()
        with suppress(TimeoutError):  # who is attached when an incident is opened is written down at once
            async with asyncio.timeout(BEAT_SECONDS):
                await self._opened.wait()

    async def _be_there(self, record: "IncidentDesk") -> None:
        """Say that we have the incident open, and show who else has."""
        if record.path is None:
            self._news.clear()
            await self._news.wait()
            return
        if self._presence is None:
            me = Here(record.actor, socket.gethostname(), os.getpid(), self._clock(), terminal())
            self._presence = Presence(record.path, me)
        pause = BEAT_SECONDS
        try:
            async with asyncio.timeout(_LONGEST_BEAT):
                here = await call_in_thread(self._presence.beat, record.actor)
        except (OSError, TimeoutError) as error:
            here = []
            pause = _STUCK_SECONDS if isinstance(error, TimeoutError) else pause
        self._here = tuple(clean(each.actor[:_LONGEST_NAME]) for each in here)
        told = [clean(name[:_LONGEST_NAME]) for name in names(here)]
        self._screen.incident_log.attend(told if len(here) > 1 else ())
        await asyncio.sleep(pause)
