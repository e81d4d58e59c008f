"""Gates that ask for a time of quiet: "all metrics normal for 15+ minutes"."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

import msgspec

from cockpit.runbooks.durations import minutes_of
from cockpit.runbooks.model import Runbook, Step

_FOR = re.compile(r"\bfor\b(.*)", re.IGNORECASE)
_QUIET = re.compile(r"\b(normal|stable|healthy|no (?:new )?errors?|without|quiet|relapse|green)\b", re.IGNORECASE)


class QuietGate(msgspec.Struct, frozen=True):
    """A step that is done once everything has been well for a while."""

    step: Step
    text: str
    """What the runbook says."""
    minutes: int

    @property
    def wanted(self) -> timedelta:
        """For how long all has to be well."""
        return timedelta(minutes=self.minutes)


def quiet_gates(runbook: Runbook) -> Iterator[QuietGate]:
    """Find the steps whose gate, or whose own words, ask for a time of quiet."""
    for phase in runbook.phases:
        for step in phase.steps:
            text = step.gate or step.text
            minutes = _minutes(text)
            if minutes is not None:
                yield QuietGate(step, text, minutes)


def _minutes(text: str) -> int | None:
    said = _FOR.search(text)
    if said is None or not _QUIET.search(text):
        return None
    return minutes_of(said[1]) or None


class Quiet:
    """Measures for how long nothing has been wrong. What cannot be read is not known to be well."""

    def __init__(self) -> None:
        self.since: datetime | None = None
        """None: something is wrong, or nobody knows."""

    def look(self, *, well: bool, now: datetime) -> None:
        """Take note of how it is at the time `now`."""
        if not well:
            self.since = None
        elif self.since is None or self.since > now:  # a clock that was set back
            self.since = now

    def lasted(self, now: datetime) -> timedelta:
        """Tell for how long all has been well."""
        return max(now - self.since, timedelta()) if self.since is not None else timedelta()
