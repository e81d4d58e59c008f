"""One entry of the incident log."""

from datetime import datetime
from enum import StrEnum
from typing import Final

import msgspec

from cockpit.incident.evidence import Sealed

ID_DIGITS = 16


class EntryKind(StrEnum):
    """What an entry records."""

    DECLARED = "declared"
    """The incident was opened; the first entry of every file. `data`: {"title": that of the worst finding} when the
    cockpit wrote it, and something was wrong."""
    NOTE = "note"
    SEVERITY = "severity"
    """`data`: {"from": "SEV3" or null, "to": "SEV2"}."""
    STATUS = "status"
    """`data`: {"from": ..., "to": "investigating" | "identified" | "monitoring" | "resolved"}."""
    STEP = "step"
    """`data`: {"step": id, "phase": title, "text": step text, "state": "open" | "doing" | "done" | "skipped" |
    "failed" | "not applicable", "note": why}."""
    ACTION = "action"
    """Something is about to be changed outside. `data`: {"action": token, "title": ..., "command": ...}."""
    RECEIPT = "receipt"
    """What became of an action. `data`: {"action": token, "title": ..., "outcome": "done" | "refused" | ...,
    "summary": "done in 12 s"}."""
    FOUND = "found"
    """The cockpit found something wrong. `data`: {"finding": key, "title": ...}."""
    CLEARED = "cleared"
    """It is over. `data`: {"finding": key, "title": ...}."""
    AMENDED = "amended"
    """An earlier entry should have said something else. `data`: {"entry": its sequence, "text": ...}."""
    RETRACTED = "retracted"
    """An earlier entry does not hold. `data`: {"entry": its sequence, "reason": ...}."""
    RETIMED = "retimed"
    """What an earlier entry says happened at another time. `data`: {"entry": its sequence, "to": RFC 3339, "reason":
    ...}."""
    OBSERVED = "observed"
    """What the cockpit saw and a person found worth keeping: a pod's change, a rollout, a target's flip. `data`:
    {"subject": "pod shop/api-x", "observed": "restarts", "token": what the last is known by, "until": RFC 3339,
    "count": "14" when it was folded}."""
    EVIDENCE = "evidence"
    """Something was captured. `data`: {"sha256": ..., "name": "pods", "media_type": ..., "bytes": ...}; several of a
    kind: "sha256" and "name" hold one each, separated by spaces."""
    REMOVED = "removed"
    """A captured thing turned out to hold a secret and was taken out. `data`: {"sha256": ..., "reason": ...}."""
    COMMAND = "command"
    """A command was run. `data`: {"command": ..., "step": id or null, "risk": "read" | "write" | "destroy", "exit":
    status or null, "seconds": ..., "sha256": of its whole output or null}; the text ends with how the output ends."""
    MESSAGE = "message"
    """`data`: {"message": name, "channel": ..., "token": ..., "state": "drafted" | "saved" | "copied" | "sent" |
    "failed" | "unknown", "audience": "internal" | "customer", "answer": what the target said, "target": its name,
    "reference": by which the target knows it}. The text is a line about it, and the message below that."""
    CLOCK = "clock"
    """Something came due. `data`: {"clock": "acknowledge" | "update" | "escalate" | "resolve", "state": "overdue" |
    "snoozed" | "met", "until": RFC 3339 or null, "reason": ..., "to": whom or null}."""
    GATE = "gate"
    """`data`: {"step": id, "gate": text, "state": "broken" | "passed", "minutes": ...}."""
    ROLE = "role"
    """Who does what. `data`: {"role": "driver" | "lead" | ..., "person": ...}."""
    MILESTONE = "milestone"
    """When something was so. `data`: {"milestone": "impact started" | "detected" | "acknowledged" | "identified" |
    "mitigated"}; the entry's own time is that of the milestone."""
    HYPOTHESIS = "hypothesis"
    """`data`: {"hypothesis": id, "state": "open" | "confirmed" | "ruled out"}."""
    ACTION_ITEM = "action item"
    """Something to do after the incident. `data`: {"item": id, "status": "open" | "done" | "dropped", "owner": whom or
    null, "due": a date such as 2026-12-01 or null}; a later entry of the same id replaces the earlier one."""
    ADOPTED = "adopted"
    """Another host became the home of the incident. `data`: {"home": its name, "from": that of the one before,
    "reason": ...}."""
    CLOSED = "closed"
    """The incident is over; what may be added then: `cockpit.incident.closing.LATE`."""
    REOPENED = "reopened"
    """It was not over after all."""


class EntrySource(StrEnum):
    """Who or what wrote an entry."""

    PERSON = "person"
    COCKPIT = "cockpit"
    COMMAND = "command"


class TimeSource(StrEnum):
    """How it is known when something happened."""

    CLOCK = "clock"
    """It happened when it was written down."""
    PERSON = "person"
    """A person said when."""
    LOG_LINE = "log line"
    """The line of a log bears the time."""
    SERVER = "server"
    """The system that it happened to says when: Kubernetes, PostgreSQL, AWS, Alertmanager."""
    SEEN = "seen"
    """The cockpit saw it then; it may have been so since the reading before."""
    COMPUTED = "computed"
    """It follows from other entries and the policy, as what comes due."""


class Draft(msgspec.Struct, frozen=True):
    """An entry that is not saved yet."""

    kind: EntryKind
    text: str
    actor: str
    source: EntrySource = EntrySource.PERSON
    occurred_at: datetime | None = None
    """When it happened, if that is not now (UTC)."""
    time_from: TimeSource = TimeSource.CLOCK
    """How `occurred_at` is known."""
    data: dict[str, str | None] = {}
    """As its kind says; what a person wrote has also {"known": how it is known that it was them}."""
    key: str | None = None
    """Idempotency key: a second draft with the same key gives the first one's entry."""
    pieces: tuple[Sealed, ...] = ()
    """What it rests on; the entry's `data` then refers to them, as that of `EVIDENCE` does."""


DRAFT_DECODER: Final = msgspec.json.Decoder(Draft)


def stored_data(draft: Draft) -> dict[str, str | None]:
    """Give the `data` that the entry of `draft` has, without its pieces: how its time is known is part of it."""
    return draft.data if draft.time_from is TimeSource.CLOCK else {**draft.data, "time": draft.time_from}


class Entry(msgspec.Struct, frozen=True):
    """A saved entry. It exists only after the commit that made it durable."""

    sequence: int
    """1, 2, 3 … without holes, in the order of recording."""
    recorded_at: datetime
    occurred_at: datetime
    kind: EntryKind
    actor: str
    source: EntrySource
    text: str
    data: dict[str, str | None]
    previous_hash: str
    hash: str
    """SHA-256 over the canonical JSON of all other fields: the chain."""

    @property
    def time_from(self) -> str:
        """How `occurred_at` is known, a `TimeSource`: `data` has it as "time", unless it is the clock."""
        return self.data.get("time") or TimeSource.CLOCK

    @property
    def id(self) -> str:
        """By which it can be named wherever a copy of it is; empty before it has its place in the chain."""
        return self.hash[:ID_DIGITS]
