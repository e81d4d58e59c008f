"""What stands before a log line: its time and a short name of its stream."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum
from itertools import takewhile

from rich.cells import cell_len

from cockpit.text import clean

MOST_NAME_CELLS = 20
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_OWN = re.compile(
    r"(?:\[|(?:time|ts)=\"?)?"
    r"(\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:\d\d)?)"
    r"[\]\"]?\s+(?=\S)",
    re.ASCII,
)
"""A time at the beginning of a line, as programs and `key=value` loggers write it."""
_ALIKE_SECONDS = 2.0
"""A line is read and given its time somewhat later than it was written."""


class Stamps(StrEnum):
    """How the time of a line is drawn."""

    OFF = "off"
    TIME = "time"
    """Time of day with its zone: `14:08:51Z`."""
    FULL = "full"
    """RFC 3339 with milliseconds: `2026-11-21T14:08:51.120Z`."""


def stamp(nanoseconds: int, stamps: Stamps, zone: tzinfo) -> str:
    """Write a line's time as seen in `zone`; empty when stamps are off or the line has no time (0)."""
    if stamps is Stamps.OFF or not nanoseconds:
        return ""
    try:
        moment = (_EPOCH + timedelta(microseconds=nanoseconds // 1000)).astimezone(zone)
    except OverflowError:
        return "?"
    full = stamps is Stamps.FULL
    text = moment.isoformat(timespec="milliseconds" if full else "seconds").replace("+00:00", "Z")
    return text if full else text[text.index("T") + 1 :]


def stamp_width(stamps: Stamps, zone: tzinfo) -> int:
    """Give the cells that the times take; a change between summer and winter time leaves them alike."""
    return len(stamp(1_700_000_000_000_000_000, stamps, zone))


def own_stamp(text: str, nanoseconds: int) -> int:
    """Give how many characters a line's own time at its beginning takes, if it says the same as the log's.

    One without a zone is taken for UTC; another that says the same by chance is hours away.
    """
    found = _OWN.match(text)
    if found is None:
        return 0
    try:
        moment = datetime.fromisoformat(found[1].replace("/", "-"))
        own = (moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return 0
    return found.end() if abs(own - nanoseconds / 1e9) <= _ALIKE_SECONDS else 0


def short_names(streams: Sequence[str]) -> list[str]:
    """Shorten `pod/container` names to what tells them apart.

    Replicas of one workload differ in the end of the pod's name only: `api-7f9-x2/api` and `api-7f9-k8/api` become
    `x2` and `k8`. A single stream keeps its name. Long names keep their end, which tells more than the beginning.
    """
    names = [clean(stream) for stream in streams]
    if len(names) < 2:
        return [_end_of(name) for name in names]
    pods, containers = zip(*(name.rpartition("/")[::2] for name in names), strict=True)
    alike = takewhile(lambda letters: len(set(letters)) == 1, zip(*pods, strict=False))
    common = "".join(letters[0] for letters in alike)
    cut = max(common.rfind("-"), common.rfind(".")) + 1 if len(set(pods)) > 1 else 0
    if len(set(containers)) == 1:
        return [_end_of(pod[cut:]) for pod in pods]
    if len(set(pods)) == 1:
        return [_end_of(container) for container in containers]
    return [_end_of(f"{pod[cut:]}/{container}") for pod, container in zip(pods, containers, strict=True)]


def _end_of(name: str) -> str:
    if cell_len(name) <= MOST_NAME_CELLS:
        return name
    start = len(name) - 1
    while cell_len(name[start - 1 :]) < MOST_NAME_CELLS:
        start -= 1
    return "…" + name[start:]
