"""Keeps the time of an incident: writes down what is overdue, what is done, and how long all has been well."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Protocol

import msgspec

from cockpit.board import Board
from cockpit.clock import Clock
from cockpit.diagnosis.finding import FindingSeverity
from cockpit.diagnostician import DIAGNOSIS
from cockpit.incident import clock_entry
from cockpit.incident.clocks import Due, Level, dues
from cockpit.incident.entry import Draft, EntryKind
from cockpit.incident.gates import Quiet, QuietGate, quiet_gates
from cockpit.incident.proven import proven
from cockpit.incident.state import IncidentState
from cockpit.runbooks.model import Runbook

TICK = 1.0
"""Seconds between two looks."""
_LONGEST_GAP = timedelta(seconds=30)
"""After a longer pause between two looks, the machine slept: nobody knows whether all was well meanwhile."""

_WORTH_TELLING = timedelta(minutes=1)
"""A shorter time of quiet is not worth an entry when it ends."""


class Record(Protocol):
    """What is read of the incident record."""

    @property
    def state(self) -> IncidentState:
        """What the entries add up to."""

    @property
    def runbook(self) -> Runbook:
        """What promises the times."""


class Time(msgspec.Struct, frozen=True):
    """How the clocks stand."""

    dues: tuple[Due, ...] = ()
    """The first first."""
    well_since: datetime | None = None
    """Since when nothing has been wrong; None: something is, or nobody knows."""
    gates: tuple[QuietGate, ...] = ()
    """Those of the runbook that nobody has confirmed."""
    open: bool = False
    """An incident is: declared, and not closed."""


class Timekeeper:
    """Looks at the clocks every second, while an incident is open."""

    def __init__(
        self,
        board: Board,
        clock: Clock,
        record: Record,
        append: Callable[[Draft], Awaitable[None]],
        alarm: Callable[[str], None],
    ) -> None:
        """Write with `append` what is to be written; `alarm` says, once each, what is overdue."""
        self.time = Time()
        self._board = board
        self._clock = clock
        self._record = record
        self._append = append
        self._alarm = alarm
        self._hurry = asyncio.Event()
        self._quiet = Quiet()
        self._looked: datetime | None = None
        self._gates = tuple(quiet_gates(record.runbook))
        self._told: set[str | None] = set()
        """Keys of all drafts that were given: one that cannot be saved stays with the log, and is not given again."""

    async def run(self) -> None:
        """Keep the time until cancelled."""
        while True:
            self._hurry.clear()
            await self.look()
            with suppress(TimeoutError):
                async with asyncio.timeout(TICK):
                    await self._hurry.wait()

    def hurry(self) -> None:
        """Look soon: something was written that clocks depend on."""
        self._hurry.set()

    async def look(self) -> None:
        """Bring the clocks up to date; write down what is overdue, what became of gates, and which steps are done."""
        now, state = self._clock(), self._record.state
        was_well_since = self._quiet.since
        slept = self._looked is not None and now - self._looked > _LONGEST_GAP
        self._looked = now
        if slept:
            self._quiet.look(well=False, now=now)
        self._quiet.look(well=self._well(), now=now)
        open_gates = tuple(gate for gate in self._gates if not _is_done(gate, state))
        is_open = state.declared_at is not None and state.closed_at is None
        self.time = Time(dues(state, self._record.runbook), self._quiet.since, open_gates, is_open)
        if not is_open:
            return
        drafts = [clock_entry.overdue(due) for due in self.time.dues if due.level(now) is Level.OVERDUE]
        drafts += [draft for gate in open_gates for draft in self._of_gate(gate, was_well_since, now)]
        drafts += proven(state, self._record.runbook)
        for draft in drafts:
            if draft.key not in self._told:
                self._told.add(draft.key)
                if draft.kind is EntryKind.CLOCK:
                    self._alarm(draft.text)
                await self._append(draft)

    def doubt(self, step: str) -> str:
        """Say what speaks against confirming the gate of a step; empty when nothing does, or it has none."""
        gate = next((each for each in self.time.gates if each.step.id == step), None)
        lasted = self._quiet.lasted(self._clock())
        if gate is None or lasted >= gate.wanted:
            return ""
        minutes = int(lasted / timedelta(minutes=1))
        return f"all has been well for {minutes} of {gate.minutes} min" if self._quiet.since else "not all is well now"

    def _of_gate(self, gate: QuietGate, before: datetime | None, now: datetime) -> list[Draft]:
        """Tell when the time of a gate was broken off, if it had nearly passed, and when it has."""
        since = self._quiet.since
        if since is not None and now - since >= gate.wanted:
            return [clock_entry.gate(gate.step.id, gate.text, "passed", since + gate.wanted, gate.minutes)]
        if before is not None and since != before and now - before >= _WORTH_TELLING:
            return [clock_entry.gate(gate.step.id, gate.text, "broken", now, (now - before) / timedelta(minutes=1))]
        return []

    def _well(self) -> bool:
        """Tell whether nothing is wrong, as far as it can be known now."""
        diagnosis = self._board.latest(DIAGNOSIS)
        if diagnosis is None or diagnosis.data is None or diagnosis.trouble is not None:
            return False
        return all(finding.severity is FindingSeverity.NOTICE for finding in diagnosis.data.findings)


def _is_done(gate: QuietGate, state: IncidentState) -> bool:
    step = state.steps.get(gate.step.id)
    return step is not None and step.state not in ("open", "doing")
