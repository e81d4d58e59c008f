"""Log lines out of what a kubelet sends: time stamps parsed off, pieces joined, endless lines cut."""

from array import array
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import NamedTuple

LONGEST_LINE = 256 * 1024
"""Bytes that are kept of a line, its time stamp included."""

_NANOSECONDS = 1_000_000_000


class Lines(NamedTuple):
    """Complete lines and their times."""

    texts: list[bytes]
    times: "array[int]"
    """Nanoseconds since 1970, UTC; 0 where the line has no time stamp."""


class LineAssembler:
    """Joins lines that come in pieces. Of a line longer than `longest` it keeps the beginning and counts the rest."""

    def __init__(self, longest: int = LONGEST_LINE) -> None:
        self._longest = longest
        self._begun = bytearray()
        self._dropped = 0

    def feed(self, chunks: Iterable[bytes]) -> list[bytes]:
        """Take in what arrived; give the lines that are complete now, without their newlines."""
        *complete, rest = b"".join(chunks).split(b"\n")
        if complete:
            self._append(complete[0])
            complete[0] = self.flush() or b""
            complete[1:] = map(self._cut, complete[1:])
        self._append(rest)
        return complete

    def flush(self) -> bytes | None:
        """Give the line that has begun and will not go on, if there is one."""
        if not self._begun:
            return None
        line = bytes(self._begun) + (_marker(self._dropped) if self._dropped else b"")
        self._begun.clear()
        self._dropped = 0
        return line

    def _append(self, piece: bytes) -> None:
        room = self._longest - len(self._begun)
        self._begun += piece[:room]
        self._dropped += max(0, len(piece) - room)

    def _cut(self, line: bytes) -> bytes:
        dropped = len(line) - self._longest
        return line if dropped <= 0 else line[: self._longest] + _marker(dropped)


class TimestampParser:
    """Parses RFC 3339 times of nine digits; neighbours share their second, so it is remembered."""

    def __init__(self) -> None:
        self._second = b""
        self._nanoseconds = 0

    def parse(self, lines: Iterable[bytes]) -> Lines:
        """Take the time stamp off each line."""
        parsed = Lines([], array("q"))
        for line in lines:
            stamp, _, text = line.partition(b" ")
            time = self._time(stamp)
            parsed.times.append(time)
            parsed.texts.append(text if time else line)
        return parsed

    def _time(self, stamp: bytes) -> int:
        if len(stamp) != 30 or stamp[29:] != b"Z":
            return _any_time(stamp)
        if stamp[:19] != self._second:
            whole = _any_time(stamp[:19] + b"Z")
            if not whole:
                return 0
            self._second, self._nanoseconds = stamp[:19], whole
        digits = stamp[20:29]
        return self._nanoseconds + int(digits) if digits.isdigit() else 0


def nanoseconds(at: datetime) -> int:
    """Give a moment as log times are kept."""
    return int(at.replace(microsecond=0).timestamp()) * _NANOSECONDS + at.microsecond * 1000


def moment(time: int) -> datetime:
    """Give the moment of a log time."""
    return datetime.fromtimestamp(time // _NANOSECONDS, UTC).replace(microsecond=time % _NANOSECONDS // 1000)


def _marker(dropped: int) -> bytes:
    return f" …[+{dropped} bytes]".encode()


def _any_time(stamp: bytes) -> int:
    """Parse a time stamp of another shape: fewer digits, another zone. 0 when it is none."""
    if len(stamp) < 20 or stamp[10:11] != b"T":
        return 0
    try:
        parsed = datetime.fromisoformat(stamp.decode("ascii"))
    except ValueError:
        return 0
    return nanoseconds(parsed) if parsed.tzinfo is not None else 0
