"""What statements cost since the session began and since the look before: differences of ever growing counters."""

import heapq
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from operator import itemgetter
from typing import NamedTuple

from cockpit.sources.postgres.model import Counters

Key = tuple[int, int, int, bool]
"""userid, dbid, queryid, toplevel."""

DEAREST = 30
"""How many statements are kept for each of the orders in each of the spans."""


class Cost(NamedTuple):
    """The counters of an entry, in the order of `Counters`."""

    calls: int
    total_ms: float
    rows: int
    blocks_hit: int
    blocks_read: int
    temp_blocks_written: int
    io_ms: float

    def since(self, before: "Cost") -> "Cost":
        """Give what was added since `before`; all of it when the entry was reset since then."""
        if self.fell_below(before):
            return self
        return Cost(
            self.calls - before.calls,
            self.total_ms - before.total_ms,
            self.rows - before.rows,
            self.blocks_hit - before.blocks_hit,
            self.blocks_read - before.blocks_read,
            self.temp_blocks_written - before.temp_blocks_written,
            self.io_ms - before.io_ms,
        )

    def fell_below(self, before: "Cost") -> bool:
        """Tell whether the entry was reset, or thrown out and made anew: its counters never fall otherwise."""
        return self.calls < before.calls or self.rows < before.rows or self.total_ms < before.total_ms

    def counters(self) -> Counters:
        """Give it as the model has it."""
        return Counters(*self)


ZERO = Cost(0, 0.0, 0, 0, 0, 0, 0.0)

_ORDERS: tuple[Callable[[Cost], float], ...] = (
    itemgetter(1),
    lambda cost: cost.total_ms / cost.calls if cost.calls else 0.0,
    itemgetter(0),
    itemgetter(2),
    itemgetter(6),
    lambda cost: cost.blocks_read + cost.temp_blocks_written,
)
"""By time, mean, calls, rows, and I/O as time and as blocks, because the time may not be taken."""


class Spans(NamedTuple):
    """What one entry cost over three spans of time."""

    total: Cost
    session: Cost
    interval: Cost


class StatementLedger:
    """Keeps what the entries had cost when the session began and at the look before."""

    def __init__(self) -> None:
        """Start with nothing known: the first look is the baseline."""
        self._baseline: dict[Key, Cost] = {}
        self._before: dict[Key, Cost] = {}
        self._taken_at: datetime | None = None
        self._reset_at: datetime | None = None
        self._dealloc: int | None = None
        self._dealloc_before: int | None = None
        self.active: frozenset[Key] = frozenset()
        """What has run since the session began."""
        self.session_since: datetime | None = None
        self.interval_seconds: float | None = None
        self.reset_seen_at: datetime | None = None

    @property
    def evicted(self) -> int | None:
        """How often entries were thrown out since the session began; None where the server does not count it."""
        if self._dealloc is None or self._dealloc_before is None:
            return None
        return self._dealloc - self._dealloc_before

    def take(
        self, costs: Mapping[Key, Cost], now: datetime, *, reset_at: datetime | None = None, dealloc: int | None = None
    ) -> dict[Key, Spans]:
        """Take the entries of a look, and give what the dearest of them cost.

        Args:
            costs: all entries.
            now: when they were read.
            reset_at: when the server says that the statistics were reset, if it does.
            dealloc: how often the server says that it has thrown out entries, if it does.
        """
        if self._taken_at is None:
            self._baseline = dict(costs)
            self._before = dict(costs)
            self.session_since = now
        else:
            self.interval_seconds = (now - self._taken_at).total_seconds()
            self._notice_reset(costs, now, reset_at)
        self._count_evictions(dealloc)
        moved = {key: cost for key, cost in costs.items() if self._before.get(key) != cost}
        intervals = {key: cost.since(self._before.get(key, ZERO)) for key, cost in moved.items()}
        sessions = self._sessions(costs, moved)
        self.active = frozenset(sessions)
        self._before, self._taken_at, self._reset_at = dict(costs), now, reset_at
        dearest = {*_dearest(costs), *_dearest(sessions), *_dearest(intervals)}
        return {key: Spans(costs[key], sessions.get(key, ZERO), intervals.get(key, ZERO)) for key in dearest}

    def _sessions(self, costs: Mapping[Key, Cost], moved: Mapping[Key, Cost]) -> dict[Key, Cost]:
        for key, cost in moved.items():
            before = self._before.get(key)
            if before is None or cost.fell_below(before):
                self._baseline.pop(key, None)  # it is new, and began at zero
        for key in self._before.keys() - costs.keys():
            self._baseline.pop(key, None)  # it was thrown out, and would begin at zero
        baseline = self._baseline
        return {
            key: cost.since(baseline.get(key, ZERO)) for key, cost in costs.items() if baseline.get(key, ZERO) != cost
        }

    def _notice_reset(self, costs: Mapping[Key, Cost], now: datetime, reset_at: datetime | None) -> None:
        """Notice that all was reset: as the server says, or else when not one of the entries went on."""
        if reset_at is not None and self._reset_at is not None:
            was_reset = reset_at > self._reset_at
        else:
            was_reset = bool(self._before) and all(
                key not in costs or costs[key].fell_below(before) for key, before in self._before.items()
            )
        if was_reset:
            self.reset_seen_at = now
            self._before.clear()
            self._baseline.clear()

    def _count_evictions(self, dealloc: int | None) -> None:
        if dealloc is not None and (self._dealloc is None or self._dealloc_before is None):
            self._dealloc_before = dealloc
        elif dealloc is not None and self._dealloc is not None and dealloc < self._dealloc:
            self._dealloc_before = 0  # a reset counts anew
        self._dealloc = dealloc


def _dearest(costs: Mapping[Key, Cost]) -> Iterable[Key]:
    """Give the entries that are among the dearest in one of the orders."""
    if len(costs) <= DEAREST:
        return costs
    return {
        key
        for order in _ORDERS
        for key in heapq.nlargest(DEAREST, costs, key=lambda key, order=order: order(costs[key]))  # type: ignore[misc]
    }
