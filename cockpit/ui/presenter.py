"""Brings what is read and recorded to the screen, and lets its clocks move on."""

import asyncio
from typing import TYPE_CHECKING, Any

from cockpit import diagnostician, session
from cockpit.clock import Clock
from cockpit.diagnosis.facts import LOG_RATES
from cockpit.reading import Reading
from cockpit.session import Session
from cockpit.ui.actions.write_switch import WriteSwitch
from cockpit.ui.incident.clock_spans import clock_spans
from cockpit.ui.kubernetes.kind_desk import KindDesk
from cockpit.ui.logs.logs_desk import LogsDesk
from cockpit.ui.message_log import MessageLog
from cockpit.ui.screen import CockpitScreen
from cockpit.ui.standing import standing

if TYPE_CHECKING:  # brings along the incident file and the runbook
    from cockpit.timekeeper import Timekeeper
    from cockpit.ui.incident.incident_desk import IncidentDesk

TABLE_TICK = 5
"""Seconds between two redraws of the tables when nothing but the time moves on."""
RESTART_SECONDS = 1.0


class Presenter:
    """Hands each reading and each change of the record to whoever shows it; the header shows something of all."""

    def __init__(
        self,
        screen: CockpitScreen,
        session: Session,
        logs: LogsDesk,
        kinds: KindDesk,
        switch: WriteSwitch,
        clock: Clock,
        messages: MessageLog,
    ) -> None:
        """Show on `screen` what `session` reads.

        Args:
            screen: with its panes.
            session: tells what is read.
            logs: has to know which pods there are.
            kinds: shows the kinds beside pods.
            switch: tells whether writing is allowed.
            clock: tells the time.
            messages: says what went wrong, and that an incident was opened.
        """
        self._screen = screen
        self._session = session
        self._logs = logs
        self._kinds = kinds
        self._switch = switch
        self._clock = clock
        self._messages = messages
        self.timekeeper: Timekeeper | None = None
        """Tells what is due; None until there is a record."""
        self._record: IncidentDesk | None = None
        self._incident = ""
        """The name of the incident that is shown; empty while there is none."""
        self._ticks = 0

    async def run(self) -> None:
        """Hand out readings until cancelled; a pane that fails on one of them ends nothing."""
        while True:
            try:
                await self._dispatch()
            except Exception as error:  # noqa: BLE001  (a defect; the other panes go on)
                self._messages.tell(f"internal error, please report it: {error!r}", "wrong")
                await asyncio.sleep(RESTART_SECONDS)

    async def _dispatch(self) -> None:
        async for reading in self._session.board.subscribe():
            self._show(reading)
            self.draw_header()

    def _show(self, reading: Reading[Any]) -> None:
        """Hand a reading to the panes that show it."""
        self._kinds.show(reading)
        for desk in self._screen.source_desks.values():
            desk.show(reading)
        match reading.source:
            case session.PODS:
                self._screen.pods.show(reading)
                self._logs.update(reading.data.pods if reading.data else {})
            case session.METRICS:
                self._screen.pods.show_usage(reading)
            case diagnostician.DIAGNOSIS:
                self._screen.findings.show(reading)
                self._screen.checklist.offer(finding.scenario for finding in self._screen.findings.known or ())

    def show_record(self, record: "IncidentDesk") -> None:
        """Show what the record holds now."""
        if record.name and not self._incident and self._record is not None:  # else it was open before
            step = ": S sets its severity" if record.state.severity is None else ""
            self._messages.announce(f"incident {record.name} opened{step}")
        self._record, self._incident = record, record.name
        self._screen.show_record(record)
        self.draw_header()

    def tick(self) -> None:
        """Let the clocks move on by a second, and now and then the ages in the tables."""
        self._ticks += 1
        self.draw_header()
        if self._ticks % TABLE_TICK == 0:
            self._screen.redraw_tables()
            self._kinds.redraw()

    def draw_header(self) -> None:
        """Bring the header up to date."""
        readings = [reading for reading in self._session.board.readings() if _is_outside(reading.source)]
        now, known, keeper = self._clock(), self._screen.findings.known, self.timekeeper
        due = clock_spans(keeper.time, now) if keeper is not None else ()
        shown = standing(self._session, known, self._record, due, writes=self._switch.on)
        self._screen.header.tell(shown, readings, now)


def _is_outside(source: str) -> bool:
    """Tell whether a reading is of something outside, which may be in trouble."""
    return "/" in source and source != LOG_RATES
