"""What a log is like as a whole: its error lines, how many lines and errors came when, and from which stream."""

from array import array
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from cockpit.clock import Clock, utc_now
from cockpit.logs.buffer import LogBuffer
from cockpit.logs.chunk import TEXT, Part
from cockpit.logs.histogram import BUCKET, SECOND, LogHistogram
from cockpit.logs.level import error_matcher
from cockpit.logs.rates import FACTOR, LogRate, LogRates
from cockpit.logs.search import Search

MINUTE = 60 * SECOND
MINUTES_BEFORE = 10
_RATE_BUCKETS = (MINUTES_BEFORE + 5) * MINUTE // BUCKET
_SOME_ERRORS = 2.0
"""Fewer errors a minute of one stream, of which a workload may have many, begin nothing."""
_SAMPLE_BYTES = 300
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Counts = Counter[tuple[int, int]]
"""How many lines there are, by index of the stream and number of the bucket."""


class _Tally(NamedTuple):
    """What was counted in one part."""

    lines: Counts
    errors: Counts
    newest: dict[int, tuple[int, int]]
    """Time and number of the newest error line, by index of the stream."""


class Survey:
    """Finds the error lines of a buffer and counts its lines, as far as they have come, in other threads."""

    def __init__(self, buffer: LogBuffer, clock: Clock = utc_now) -> None:
        """Prepare to look at `buffer`; lines without a time count for the time at which they are looked at."""
        self._buffer = buffer
        self._clock = clock
        self._errors: Search | None = None
        self._streams: dict[int, LogHistogram] = {}
        self._newest_errors: dict[int, tuple[int, int]] = {}
        self.histogram = LogHistogram()
        """Lines and errors of all streams. Lines that were dropped are still counted."""

    async def step(self) -> bool:
        """Look at one slice of what was not looked at yet; False when nothing was left. May be cancelled."""
        if not self._buffer.end:
            return False
        if self._errors is None:
            self._errors = Search(error_matcher(), self._buffer)
        now = _nanoseconds(self._clock())
        found = await self._errors.step(lambda part, start, matches: _tally(part, start, matches, now))
        if found is None:
            return False
        for tally in found.noted:
            self._add(tally)
        return True

    @property
    def errors(self) -> int:
        """How many kept lines state an error, as far as was looked."""
        return 0 if self._errors is None else self._errors.count

    def error_position(self, line: int) -> int:
        """Give how many error lines lie before `line`."""
        return 0 if self._errors is None else self._errors.position(line)

    def error_after(self, line: int) -> int | None:
        """Give the first error line after `line`, if there is one."""
        return None if self._errors is None else self._errors.following(line)

    def error_before(self, line: int) -> int | None:
        """Give the last error line before `line`, if there is one."""
        return None if self._errors is None else self._errors.preceding(line)

    def rates(self) -> LogRates:
        """Tell how fast lines and errors come now from each stream, and came before."""
        now = _nanoseconds(self._clock())
        streams = sorted(self._streams.items(), key=lambda item: self._buffer.streams[item[0]])
        return LogRates(tuple(self._rate(stream, counted, now) for stream, counted in streams))

    def _add(self, tally: _Tally) -> None:
        lines, errors = _by_bucket(tally.lines), _by_bucket(tally.errors)
        every: Counter[int] = Counter()
        wrong: Counter[int] = Counter()
        for stream, counts in lines.items():
            counted = self._streams.setdefault(stream, LogHistogram(_RATE_BUCKETS))
            counted.add(counts, errors.get(stream, {}))
            every.update(counts)
            wrong.update(errors.get(stream, {}))
        self.histogram.add(every, wrong)
        for stream, newest in tally.newest.items():
            self._newest_errors[stream] = max(newest, self._newest_errors.get(stream, newest))

    def _rate(self, stream: int, counted: LogHistogram, now: int) -> LogRate:
        # The newest minute goes back from the bucket that is not over yet, so that it is a minute and no less.
        end = (now // BUCKET + 1) * BUCKET
        begin = now // BUCKET * BUCKET - MINUTE
        known = begin - max(counted.start or 0, begin - MINUTES_BEFORE * MINUTE)
        minute = (now - begin) / MINUTE
        current, before = counted.between(begin, end), counted.between(begin - known, begin)
        time, line = self._newest_errors.get(stream, (0, -1))
        usual = before.errors * MINUTE / known if known >= MINUTE else None
        since = counted.errors_since(now, MINUTE, max(_SOME_ERRORS, FACTOR * (usual or 0.0)))
        return LogRate(
            name=self._buffer.streams[stream],
            lines=current.lines / minute,
            errors=current.errors / minute,
            lines_before=before.lines * MINUTE / known if known >= MINUTE else None,
            errors_before=usual,
            newest_error=self._sample(line),
            newest_error_at=_moment(time) if time else None,
            errors_since=None if since is None else _moment(since),
        )

    def _sample(self, line: int) -> str:
        if line < self._buffer.first:
            return ""
        return self._buffer.line(line).text[:_SAMPLE_BYTES].decode("utf-8", "ignore")


def _tally(part: Part, start: int, matches: Sequence[int], now: int) -> _Tally:
    """Count the lines of a part from the one numbered `start` on, and the errors among them."""
    first = max(0, start - part.first)
    times = array("q", [time or now for time in part.times()[first:]])
    streams = part.streams()[first:]
    places = list(zip(streams, [time // BUCKET for time in times], strict=True))
    errors = [number - part.first - first for number in matches]
    newest: dict[int, tuple[int, int]] = {}
    for index, number in zip(errors, matches, strict=True):
        newest[streams[index]] = max((times[index], number), newest.get(streams[index], (0, 0)))
    lines = Counter(places)
    if part.remarks:
        lines -= Counter(place for place, kind in zip(places, part.kinds()[first:], strict=True) if kind != TEXT)
    return _Tally(lines, Counter([places[index] for index in errors]), newest)


def _by_bucket(counts: Counts) -> dict[int, dict[int, int]]:
    """Sort counts by stream, then by bucket."""
    streams: dict[int, dict[int, int]] = {}
    for (stream, bucket), count in counts.items():
        streams.setdefault(stream, {})[bucket] = count
    return streams


def _nanoseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(microseconds=1) * 1000


def _moment(nanoseconds: int) -> datetime:
    return _EPOCH + timedelta(microseconds=nanoseconds // 1000)
