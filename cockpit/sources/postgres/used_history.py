"""How many connections were used since the session began, in few enough numbers for a sparkline."""

from datetime import datetime

_MOST = 120


class UsedHistory:
    """Keeps at most 120 numbers, each the most of equally many looks: a short peak is never thinned away."""

    def __init__(self) -> None:
        """Start empty."""
        self._peaks: list[int] = []
        self._times: list[datetime] = []
        """When the first of the looks was taken that make up each number."""
        self._stride = 1
        """Looks that make up one number."""
        self._looks = 0
        """Of which the newest number is made."""

    def add(self, used: int, at: datetime) -> None:
        """Take the number of a look."""
        if self._peaks and self._looks < self._stride:
            self._peaks[-1] = max(self._peaks[-1], used)
            self._looks += 1
            return
        if len(self._peaks) == _MOST:
            self._peaks = [max(self._peaks[n : n + 2]) for n in range(0, _MOST, 2)]
            self._times = self._times[::2]
            self._stride *= 2
        self._peaks.append(used)
        self._times.append(at)
        self._looks = 1

    def peaks(self) -> tuple[int, ...]:
        """Give the numbers, oldest first."""
        return tuple(self._peaks)

    def times(self) -> tuple[datetime, ...]:
        """Give from when on each number counts."""
        return tuple(self._times)
