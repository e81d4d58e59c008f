"""The report as data. All times are UTC; None is unknown, or has not come to be."""

from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from cockpit.incident.beforehand import Happened
from cockpit.incident.entry import TimeSource
from cockpit.incident.state import Period


class Audience(StrEnum):
    """Whom a report is for."""

    INTERNAL = "internal"
    CUSTOMER = "customer"
    """No names, no insides: see `cockpit.incident.report.customer`."""


class Milestone(msgspec.Struct, frozen=True):
    """When something was so."""

    name: str
    at: datetime | None = None
    entry: int | None = None
    """The sequence of the entry that says so."""


class Measure(msgspec.Struct, frozen=True):
    """A time that was computed, and what the policy asks for."""

    name: str
    formula: str
    """In words: `acknowledged - declared`, with a minus sign."""
    inputs: tuple[Milestone, ...]
    """What the formula is computed from, in its order."""
    value: timedelta | None = None
    """None: an input is unknown. Below nothing where the first came before the second."""
    severity: str | None = None
    """Whose target it is: the severity at that time."""
    due_at: datetime | None = None
    """None: the policy promises nothing."""
    target: timedelta | None = None
    """From the beginning of the time to `due_at`."""
    met: bool | None = None
    """None: there is no target, or nobody knows."""


class Evidence(msgspec.Struct, frozen=True):
    """Something that was captured."""

    entry: int
    at: datetime
    name: str
    sha256: str
    media_type: str = ""
    size: int | None = None
    """In bytes."""
    removed: str | None = None
    """Why it was taken out of the file later."""


class Told(msgspec.Struct, frozen=True):
    """An entry in the timeline, as corrections leave it."""

    entry: int
    at: datetime
    who: str
    source: str
    kind: str
    text: str
    recorded_at: datetime
    time_from: str = TimeSource.CLOCK
    """How `at` is known, a `TimeSource`."""
    amended_by: tuple[int, ...] = ()
    text_before: str | None = None
    """What it said at first, when it was amended."""
    retimed_by: tuple[int, ...] = ()
    at_before: datetime | None = None
    retracted_by: int | None = None
    evidence: tuple[str, ...] = ()
    """SHA-256 of what was captured."""
    waits: bool = False
    """Whether it has no place in the chain yet; `entry` is the one that it would have now."""
    gap: timedelta | None = None
    """How long nothing had happened before it, when that is longer than `timeline.GAP`."""


class StatusChange(msgspec.Struct, frozen=True):
    """The public status from some time on."""

    status: str
    at: datetime


class Person(msgspec.Struct, frozen=True):
    """Somebody who wrote entries."""

    name: str
    entries: int
    first: datetime
    """When they wrote the first: what it tells may have happened earlier."""
    last: datetime


class Role(msgspec.Struct, frozen=True):
    """Who did what, from when to when."""

    role: str
    person: str
    since: datetime
    until: datetime | None = None
    """None: until the end."""


class Finding(msgspec.Struct, frozen=True):
    """Something wrong, as the cockpit saw it."""

    title: str
    since: datetime
    lasted: timedelta
    """At least, when it was not seen to end."""
    over_at: datetime | None = None


class Turn(msgspec.Struct, frozen=True):
    """What somebody thought of a hypothesis at some time."""

    state: str
    at: datetime
    who: str
    text: str


class Hypothesis(msgspec.Struct, frozen=True):
    """What somebody held for the cause."""

    text: str
    state: str
    """open, confirmed or ruled out."""
    turns: tuple[Turn, ...]


class Action(msgspec.Struct, frozen=True):
    """What was changed outside."""

    at: datetime
    who: str
    title: str
    command: str
    outcome: str | None
    """None: there is no receipt."""
    summary: str
    around: tuple[Finding, ...] = ()
    """What was wrong when it was begun: before and after."""


class Command(msgspec.Struct, frozen=True):
    """A command that was run."""

    at: datetime
    who: str
    command: str
    risk: str
    exit: str | None = None
    seconds: str | None = None
    sha256: str | None = None
    """Of its whole output, where that was kept."""


class Step(msgspec.Struct, frozen=True):
    """A step of the checklist."""

    text: str
    state: str = "open"
    who: str | None = None
    at: datetime | None = None
    why: str = ""


class Phase(msgspec.Struct, frozen=True):
    """Steps that belong together."""

    title: str
    steps: tuple[Step, ...]


class Checklist(msgspec.Struct, frozen=True):
    """What became of the runbook."""

    runbook: str = ""
    phases: tuple[Phase, ...] = ()


class Message(msgspec.Struct, frozen=True):
    """Something that people were told, or should have been."""

    name: str
    channel: str
    audience: str
    state: str
    at: datetime
    who: str
    text: str
    answer: str = ""
    """What the target said."""
    told: bool = False
    """Whether it reached people, as far as is known (`cockpit.incident.messages.told.tells_people`)."""
    due_at: datetime | None = None
    """When people had to be told by then; None: nothing was promised, or it was not sent."""


class FollowUp(msgspec.Struct, frozen=True):
    """Something to do after the incident."""

    text: str
    owner: str | None = None
    due: str | None = None
    """A date."""
    status: str = "open"
    """open, done or dropped."""
    why: str = ""
    """Why it was dropped."""
    entry: int | None = None


class Integrity(msgspec.Struct, frozen=True):
    """How far the record can be relied upon."""

    entries: int
    broken: int | None = None
    """The first entry that is missing or was changed; None: the chain of hashes holds."""
    last_hash: str | None = None
    waiting: int = 0
    """What was written into this replica besides, and has no place in the chain yet."""


class Report(msgspec.Struct, frozen=True):
    """All that a report says. What an audience may not read is empty."""

    audience: Audience
    written_at: datetime
    integrity: Integrity
    incident: str = ""
    """Its id; empty when nothing was recorded."""
    title: str = ""
    declared_at: datetime | None = None
    closed_at: datetime | None = None
    lasted: timedelta | None = None
    """From the declaration to the close, or until `written_at`."""
    severity: str | None = None
    severity_since: datetime | None = None
    status: str | None = None
    status_since: datetime | None = None
    scheme: tuple[str, ...] = ()
    """The severities that there are, the worst first."""
    periods: tuple[Period, ...] = ()
    time_at: dict[str, timedelta] = {}
    """By severity."""
    statuses: tuple[StatusChange, ...] = ()
    milestones: tuple[Milestone, ...] = ()
    measures: tuple[Measure, ...] = ()
    before: tuple[Happened, ...] = ()
    """What changed outside before it began, the newest of it, in order of time."""
    before_left_out: int = 0
    """How many older ones are in the evidence alone."""
    timeline: tuple[Told, ...] = ()
    last_gap: timedelta | None = None
    """How long nothing has happened since, in an incident that is not closed."""
    people: tuple[Person, ...] = ()
    roles: tuple[Role, ...] = ()
    findings: tuple[Finding, ...] = ()
    hypotheses: tuple[Hypothesis, ...] = ()
    actions: tuple[Action, ...] = ()
    commands: tuple[Command, ...] = ()
    checklist: Checklist = Checklist()
    messages: tuple[Message, ...] = ()
    update_due_at: datetime | None = None
    """When people had to be told again after the last message, when that was not done."""
    evidence: tuple[Evidence, ...] = ()
    follow_ups: tuple[FollowUp, ...] = ()
    loose_ends: tuple[str, ...] = ()
    """What the record leaves open."""
    left_out: str = ""
    """What was left out for this audience."""

    @property
    def end(self) -> datetime:
        """When it was closed; as long as it is not, when the report was written."""
        return self.closed_at or self.written_at
