"""What was before an incident began: what changed in the last half hour, kept in bounded memory."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

import msgspec

from cockpit.board import Board
from cockpit.clock import Clock, rfc3339
from cockpit.history_facts import Facts, facts_of
from cockpit.incident import beforehand
from cockpit.incident.beforehand import Happened
from cockpit.incident.entry import Draft, Entry, EntryKind, EntrySource, TimeSource
from cockpit.incident.errors import IncidentFileError
from cockpit.incident.evidence import Piece, json_piece, text_piece
from cockpit.incident.state import IncidentState
from cockpit.reading import Reading
from cockpit.text import clean
from cockpit.threads import call_in_thread

SECONDS = 15.0
"""Between two looks."""
KEPT = timedelta(minutes=30)
MOST_BYTES = 5 << 20
"""Of changes that are kept; when there are more, the oldest go earlier."""
WORTH = timedelta(minutes=1)
"""A cockpit that was opened only when it had begun has nothing to tell of the time before."""

_CHANGE_BYTES = 200
"""What a change takes beside its texts."""
_TRIES = 5
_PAUSE = 10.0
"""Seconds between two tries to save."""


class Change(msgspec.Struct, frozen=True):
    """Something was one way at a look, and another at the next."""

    at: datetime
    subject: str
    before: str | None
    """None: it was not there."""
    after: str | None


class Before(msgspec.Struct, frozen=True):
    """A stretch of time: how it was at first, and what changed."""

    start: datetime
    end: datetime
    at_first: Facts
    changes: tuple[Change, ...]
    happened: tuple[Happened, ...] = ()
    """What of it may be the cause, also from before the cockpit was opened."""

    @property
    def summary(self) -> str:
        """Say in a line what it is."""
        minutes = round((self.end - self.start) / timedelta(minutes=1))
        changes = "1 change" if len(self.changes) == 1 else f"{len(self.changes):,} changes"
        last = self.happened[-1].text if self.happened else ""
        if not self.changes and last:
            return f"before it began: {last}"
        return f"before it began: {changes} in {minutes} min{f'; last: {last}' if last else ''}"

    def pieces(self) -> list[Piece]:
        """Write it as data, and as a text with a timeline."""
        changed = [
            {"at": rfc3339(change.at), "subject": change.subject, "from": change.before, "to": change.after}
            for change in self.changes
        ]
        times = {"start": rfc3339(self.start), "end": rfc3339(self.end)}
        timeline = [f"{rfc3339(change.at)}  {clean(_told(change))}" for change in self.changes]
        mattered = [f"{rfc3339(each.at)}  {each.text}" for each in self.happened]
        at_first = [clean(f"{subject}: {words}") for subject, words in sorted(self.at_first.items())]
        lines = [self.summary, "", *mattered, *timeline, "", f"At first, {rfc3339(self.start)}:", *at_first]
        return [
            text_piece("before.txt", "\n".join(lines) + "\n"),
            json_piece(
                beforehand.NAME,
                {**times, "happened": self.happened, "at_first": self.at_first, "changes": changed},
            ),
        ]


class History:
    """Remembers what the board says, look by look: the facts of half an hour ago, and every change since."""

    def __init__(self, board: Board, clock: Clock, most_bytes: int = MOST_BYTES) -> None:
        """Look at `board`."""
        self._board = board
        self._clock = clock
        self._most_bytes = most_bytes
        self._bytes = 0
        self._start: datetime | None = None
        self._at_first: Facts = {}
        self._now: dict[str, Facts] = {}
        """By source."""
        self._read: dict[str, Reading[Any]] = {}
        self._known: set[str] = set()
        """Sources that have told something."""
        self._changes: deque[Change] = deque()

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            self.look()
            await asyncio.sleep(SECONDS)

    def look(self) -> None:
        """Take note of what has changed. What a source tells when it is first read was so before."""
        now = self._clock()
        self._start = self._start or now
        for reading in self._board.readings():
            told = self._now.get(reading.source, {})
            facts = facts_of(reading, self._read.get(reading.source), told, now)
            self._now[reading.source], self._read[reading.source] = facts, reading
            if reading.source not in self._known:
                self._at_first |= facts
                if reading.data is not None:
                    self._known.add(reading.source)
            elif facts != told:
                self._compare(told, facts, now)
        self._forget(now - KEPT)

    def before(self, happened: Sequence[Happened] = ()) -> Before | None:
        """Give what is known of the time until now; None when there is nothing to tell.

        Args:
            happened: what of it may be the cause; however short the cockpit was open, that is worth telling.
        """
        self.look()
        now = self._clock()
        if self._start is None or (now - self._start < WORTH and not happened):
            return None
        return Before(self._start, now, dict(self._at_first), tuple(self._changes), tuple(happened))

    def _compare(self, told: Facts, facts: Facts, now: datetime) -> None:
        for subject in told.keys() | facts.keys():
            before, after = told.get(subject), facts.get(subject)
            if before != after:
                change = Change(now, subject, before, after)
                self._changes.append(change)
                self._bytes += _size(change)

    def _forget(self, until: datetime) -> None:
        """Let the first facts take up the changes that are too old, or too many."""
        while self._changes and (self._changes[0].at < until or self._bytes > self._most_bytes):
            change = self._changes.popleft()
            self._bytes -= _size(change)
            self._start = change.at
            if change.after is None:
                self._at_first.pop(change.subject, None)
            else:
                self._at_first[change.subject] = change.after
        if self._start is not None:
            self._start = max(self._start, until)


class Record(Protocol):
    """What is needed of the incident record."""

    @property
    def state(self) -> IncidentState:
        """What the entries add up to."""

    def subscribe(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Call `callback` after each change; the result ends that."""


async def hand_over(
    history: History,
    record: Record,
    save: Callable[[Sequence[Piece], Draft], Awaitable[Entry]],
    happened: Callable[[], Awaitable[Sequence[Happened]]] | None = None,
) -> None:
    """Wait until an incident is declared in `record`, and have what was before saved with it, once.

    Args:
        history: what changed.
        record: that of the incident.
        save: saves a draft with its pieces.
        happened: tells what of it may be the cause.
    """
    declared = asyncio.Event()

    def look() -> None:
        if record.state.declared_at is not None:
            declared.set()

    leave = record.subscribe(look)
    try:
        look()
        await declared.wait()
    finally:
        leave()
    before, moment = history.before(await happened() if happened else ()), record.state.declared_at
    if before is None:
        return
    draft = Draft(
        EntryKind.EVIDENCE,
        before.summary,
        "cockpit",
        EntrySource.COCKPIT,
        occurred_at=moment,
        time_from=TimeSource.COMPUTED,
        key="before",
    )
    pieces = await call_in_thread(before.pieces)
    for _ in range(_TRIES):
        try:
            await save(pieces, draft)
        except IncidentFileError:
            await asyncio.sleep(_PAUSE)
        else:
            return


def _size(change: Change) -> int:
    return _CHANGE_BYTES + len(change.subject) + len(change.before or "") + len(change.after or "")


def _told(change: Change) -> str:
    if change.before is None:
        return f"{change.subject}: {change.after}"
    if change.after is None:
        return f"{change.subject}: gone (was {change.before})"
    return f"{change.subject}: {change.before} → {change.after}"
