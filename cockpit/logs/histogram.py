"""How many lines and errors a log had over time."""

from collections.abc import Mapping
from typing import NamedTuple

SECOND = 1_000_000_000
BUCKET = 10 * SECOND
"""Width of a bucket in nanoseconds."""
MOST_BUCKETS = 6 * 360
"""Six hours of lines without a pause."""


class Bar(NamedTuple):
    """What fell into one span of time."""

    lines: int
    errors: int


class LogHistogram:
    """Counts lines and errors in buckets of ten seconds, in any order of their times.

    The oldest buckets are forgotten when there are too many. A time that is far off takes no more than a bucket.
    """

    def __init__(self, most_buckets: int = MOST_BUCKETS) -> None:
        """Count nothing yet."""
        self._most_buckets = most_buckets
        self._bars: dict[int, Bar] = {}
        self.counted = 0
        """Lines counted so far: the histogram is another one when this has changed."""

    def add(self, lines: Mapping[int, int], errors: Mapping[int, int]) -> None:
        """Count lines, and those of them that state an error, by the number of their bucket (`time // BUCKET`)."""
        for bucket, count in lines.items():
            self.counted += count
            before = self._bars.get(bucket, Bar(0, 0))
            self._bars[bucket] = Bar(before.lines + count, before.errors + errors.get(bucket, 0))
        if len(self._bars) > self._most_buckets:
            for bucket in sorted(self._bars)[: -self._most_buckets]:
                del self._bars[bucket]

    @property
    def start(self) -> int | None:
        """Begin of the oldest bucket with lines (ns since 1970, UTC); None while there is none."""
        return min(self._bars) * BUCKET if self._bars else None

    @property
    def end(self) -> int | None:
        """End of the newest bucket with lines (ns since 1970, UTC)."""
        return (max(self._bars) + 1) * BUCKET if self._bars else None

    def between(self, start: int, end: int) -> Bar:
        """Add up the buckets that begin at `start` or later, and before `end`."""
        bars = [bar for bucket, bar in self._bars.items() if start <= bucket * BUCKET < end]
        return Bar(sum(bar.lines for bar in bars), sum(bar.errors for bar in bars))

    def columns(self, start: int, end: int, count: int) -> list[Bar]:
        """Divide the time from `start` to before `end` into `count` columns (at least one) of the same width.

        A bucket counts for the column in which its middle lies: columns narrower than a bucket have gaps between them.
        """
        columns = [Bar(0, 0)] * count
        for bucket, bar in self._bars.items():
            middle = bucket * BUCKET + BUCKET // 2
            if start <= middle < end:
                at = (middle - start) * count // (end - start)
                columns[at] = Bar(columns[at].lines + bar.lines, columns[at].errors + bar.errors)
        return columns

    def errors_since(self, now: int, span: int, least: float) -> int | None:
        """Tell from when on every span of time had so many errors (more than none); None: there are fewer now.

        What was there before, however regularly, is not part of it.
        """
        since = None
        end, begin = (now // BUCKET + 1) * BUCKET, now // BUCKET * BUCKET - span
        while self.between(begin, end).errors >= least:
            since = (
                min(bucket for bucket, bar in self._bars.items() if bar.errors and bucket * BUCKET >= begin) * BUCKET
            )
            end, begin = begin, begin - span
        return since
