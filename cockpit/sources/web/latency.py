"""Percentiles of a session of any length, in bounded memory."""

import math
from collections import Counter
from typing import Final

_STEP: Final = math.log(1.02)
"""Each bucket reaches 2 % further than the one before: a percentile is right to 1 %."""
_SHORTEST: Final = 1e-6


class Latencies:
    """Counts times in buckets. A microsecond to an hour are 1100 of them at most."""

    def __init__(self) -> None:
        """Begin with none."""
        self._buckets: Counter[int] = Counter()
        self._least = math.inf
        self._most = 0.0

    def add(self, seconds: float) -> None:
        """Count one more."""
        self._buckets[math.floor(math.log(max(seconds, _SHORTEST)) / _STEP)] += 1
        self._least, self._most = min(self._least, seconds), max(self._most, seconds)

    def percentile(self, percent: float) -> float | None:
        """Give the time that so many percent do not exceed (nearest rank); None: there is none yet."""
        rank = math.ceil(self._buckets.total() * percent / 100)
        for bucket in sorted(self._buckets):
            rank -= self._buckets[bucket]
            if rank <= 0:
                return min(max(math.exp((bucket + 0.5) * _STEP), self._least), self._most)
        return None
