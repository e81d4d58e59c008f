"""What might go into the incident log: observations, folded so that noise is one line, and forgotten in time."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec

from cockpit.incident.entry import Entry, EntryKind, TimeSource
from cockpit.observer.observation import LONGEST, Kind, Observation, Weight
from cockpit.text import clean

MOST = 500
"""So many are kept."""
KEPT_FOR = timedelta(minutes=60)
FOLDED_WITHIN = timedelta(minutes=5)
"""What happens to the same subject again within this time after the last is one candidate."""
_SAME = timedelta(seconds=60)
"""What two cockpits see of the same thing, without a time of its own, is not further apart: each looks when it does."""

_TOLD_APART: Final = frozenset({Kind.ROLLOUT, Kind.PROGRESS, Kind.EVENT, Kind.FAILOVER})
"""Each of these matters by itself."""

_About = tuple[str, str, str]
"""A kind, a subject, and of what is told apart its token."""


class Candidate(msgspec.Struct, frozen=True):
    """What a person may take into the log, once or several times the same."""

    id: str
    """The same as long as it grows."""
    first: Observation
    last: Observation
    count: int

    @property
    def since(self) -> datetime:
        """When it happened, or began to."""
        return self._earlier.at

    @property
    def time_from(self) -> TimeSource:
        """How that is known."""
        return self._earlier.time_from

    @property
    def until(self) -> datetime:
        """When it happened last."""
        return max(self.first.at, self.last.at)

    @property
    def weight(self) -> Weight:
        """How much it would be missed."""
        return max(self.first.weight, self.last.weight)

    @property
    def text(self) -> str:
        """Say it in a line: what happened, or how often, in how long, and what was last."""
        if self.count == 1:
            return self.last.text
        span = self.until - self.since
        lasted = f" in {_length(span)}" if span >= timedelta(seconds=1) else ""
        return clean(f"{self.last.name}: {self.count} {self.last.kind}{lasted}, last: {self.last.what}"[:LONGEST])

    @property
    def _earlier(self) -> Observation:
        return min(self.first, self.last, key=lambda each: each.at)


class Told(msgspec.Struct, frozen=True):
    """Up to when the log has what happened to a subject, and what was last."""

    until: datetime
    token: str

    def covers(self, observation: Observation) -> bool:
        """Tell whether the log has an observation, whichever cockpit put it there."""
        if observation.at <= self.until:
            return True
        return observation.token == self.token and observation.at - self.until <= _SAME


class Candidates:
    """Keeps what was observed until it is taken into the log, or forgotten: the lightest first, then the oldest."""

    def __init__(self) -> None:
        """Start with nothing observed."""
        self._candidates: dict[str, Candidate] = {}
        self._open: dict[_About, str] = {}
        """The candidate that grows, by what it is about."""
        self._told: dict[_About, Told] = {}
        self._counted = 0

    def __len__(self) -> int:
        return len(self._candidates)

    def in_order(self) -> Sequence[Candidate]:
        """Give them in the order in which they began."""
        return sorted(self._candidates.values(), key=lambda candidate: candidate.since)

    def find(self, id: str) -> Candidate | None:  # noqa: A002
        """Give the one that is known by its `id`."""
        return self._candidates.get(id)

    def add(self, observations: Iterable[Observation], now: datetime) -> bool:
        """Take over what was observed, forget what is old, and tell whether anything is different."""
        came = [each for each in observations if self._add(each)]
        return self._forget(now) or bool(came)

    def settle(self, entries: Sequence[Entry]) -> bool:
        """Drop what the log has, whoever put it there, and tell whether that was anything.

        Args:
            entries: all of the incident; those that were seen before are not looked at again. Another incident
                begins with fewer.
        """
        seen = self._counted if self._counted <= len(entries) else 0
        news, self._counted = entries[seen:], len(entries)
        dropped = False
        for entry in news:
            if entry.kind is EntryKind.OBSERVED and (until := entry.data.get("until")):
                kind, subject, token = (entry.data.get(name) or "" for name in ("observed", "subject", "token"))
                about = _about(kind, subject, token)
                told = self._told[about] = Told(datetime.fromisoformat(until), token)
                dropped |= self._drop_told(about, told)
        return dropped

    def _drop_told(self, about: _About, told: Told) -> bool:
        gone = [
            id_ for id_, each in self._candidates.items() if _about_of(each.last) == about and told.covers(each.last)
        ]
        for id_ in gone:
            self._drop(id_)
        return bool(gone)

    def _add(self, observation: Observation) -> bool:
        about = _about_of(observation)
        told = self._told.get(about)
        if told is not None and told.covers(observation):
            return False
        known = self._candidates.get(self._open.get(about, ""))
        if known is not None and observation.at - known.until <= FOLDED_WITHIN:
            grown = Candidate(known.id, known.first, observation, known.count + observation.count)
            self._candidates[known.id] = grown
        else:
            id_ = f"{observation.kind} {observation.subject} {observation.token} {observation.at.timestamp()}"
            self._candidates[id_] = Candidate(id_, observation, observation, observation.count)
            self._open[about] = id_
        return True

    def _forget(self, now: datetime) -> bool:
        old = [id_ for id_, each in self._candidates.items() if now - each.until > KEPT_FOR]
        for id_ in old:
            self._drop(id_)
        surplus = len(self._candidates) - MOST
        if surplus > 0:
            by_weight = sorted(self._candidates.items(), key=lambda item: (item[1].weight, item[1].until))
            for id_, _ in by_weight[:surplus]:
                self._drop(id_)
        return bool(old) or surplus > 0

    def _drop(self, id_: str) -> None:
        about = _about_of(self._candidates.pop(id_).last)
        if self._open.get(about) == id_:
            del self._open[about]


def _about_of(observation: Observation) -> _About:
    return _about(observation.kind, observation.subject, observation.token)


def _about(kind: str, subject: str, token: str) -> _About:
    return kind, subject, token if kind in _TOLD_APART else ""


def _length(span: timedelta) -> str:
    seconds = round(span.total_seconds())
    return f"{seconds} s" if seconds < 100 else f"{round(seconds / 60)} min"
