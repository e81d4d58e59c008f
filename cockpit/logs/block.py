"""What a log source hands over: whole lines of one stream, many at a time."""

from array import array
from enum import StrEnum
from typing import Protocol

import msgspec


class LineKind(StrEnum):
    """What a block holds: lines of the log, or one remark of the cockpit that stands between them."""

    TEXT = "text"
    GAP = "gap"
    """Lines may be missing here; the text says why and between which times."""
    RESTART = "restart"
    """The container ended and another run of it began."""
    WAITING = "waiting"
    """There is no log yet, and that is nothing bad: the container is being created."""
    END = "end"
    """The stream ended for good (pod deleted, container completed)."""
    TROUBLE = "trouble"
    """The stream cannot be read at the moment; the text says why and what to type."""


class Target(Protocol):
    """Which log to read, and from where. Two that are equal are the same; they can be the keys of a dictionary."""

    @property
    def stream(self) -> str:
        """Name under which the pane shows remarks on it."""


class LogTarget(msgspec.Struct, frozen=True):
    """The log of a container, and from where to read it."""

    namespace: str
    pod: str
    container: str
    previous: bool = False
    """The container's run before the present one: what explains a crash loop."""
    since_seconds: int | None = None
    """How far back to begin; None: with the newest `tail_lines`."""
    tail_lines: int = 1000

    @property
    def stream(self) -> str:
        """Name under which the pane shows the stream: `pod/container`."""
        return f"{self.pod}/{self.container}"


class LogBlock(msgspec.Struct, frozen=True, gc=False):
    """Lines of one stream in the order in which the container wrote them; none says how it still is, by the kind."""

    stream: str
    """`pod/container`: the name under which the pane shows the stream."""
    text: bytes
    """Complete lines joined by newlines, without a last newline, without time stamps, otherwise as they came."""
    times: "array[int]"  # quoted: array takes a parameter at run time only from Python 3.12 on
    """One time a line: nanoseconds since 1970, UTC (typecode `q`); 0 where the source gave none."""
    kind: LineKind = LineKind.TEXT
