"""What the doctor says about one thing."""

from collections.abc import Callable
from enum import StrEnum

import msgspec

from cockpit.text import plain


class Verdict(StrEnum):
    """How it is."""

    OK = "ok"
    WARNING = "warning"
    """The cockpit works, with less than it could do."""
    BROKEN = "broken"


class Result(msgspec.Struct, frozen=True):
    """One line of the doctor's report."""

    verdict: Verdict
    subject: str
    message: str
    remedy: str | None = None
    """What to type to mend it."""

    def __str__(self) -> str:
        remedy = f"; try: {self.remedy}" if self.remedy else ""
        return plain(f"{self.verdict.value:<8} {self.subject}: {self.message}{remedy}")


Probe = Callable[[], list[Result]]
"""Finds something out. May block; whoever runs it does so in a thread, and does not wait for ever."""


def ok(subject: str, message: str) -> Result:
    """Say that something is as it should be."""
    return Result(Verdict.OK, subject, message)


def warning(subject: str, message: str, remedy: str | None = None) -> Result:
    """Say what the cockpit will have to do without."""
    return Result(Verdict.WARNING, subject, message, remedy)


def broken(subject: str, message: str, remedy: str | None = None) -> Result:
    """Say what keeps the cockpit from working."""
    return Result(Verdict.BROKEN, subject, message, remedy)
