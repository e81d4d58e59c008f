"""What the databases of a server do: differences of the counters of `pg_stat_database`."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from cockpit.sources.postgres.asking import utc
from cockpit.sources.postgres.model import DatabaseRates

REMEMBERED = timedelta(hours=1)
"""How long it is told when deadlocks were seen."""


class DatabaseCounters(NamedTuple):
    """A row of `pg_stat_database`, and how old the oldest rows of the database are."""

    name: str
    commits: int
    rollbacks: int
    blocks_hit: int
    blocks_read: int
    deadlocks: int
    temp_files: int
    temp_bytes: int
    stats_reset: datetime | None
    frozen_xid_age: int | None
    frozen_mxid_age: int | None

    def was_reset_since(self, before: "DatabaseCounters") -> bool:
        """Tell whether its counters began anew."""
        return self.stats_reset != before.stats_reset or any(
            now < then for now, then in zip(self[1:8], before[1:8], strict=True)
        )

    def zeroed(self) -> "DatabaseCounters":
        """Give the same database before it has done anything."""
        return self._replace(
            commits=0, rollbacks=0, blocks_hit=0, blocks_read=0, deadlocks=0, temp_files=0, temp_bytes=0
        )


class DatabaseLedger:
    """Keeps what the databases had done when the session began and at the look before."""

    def __init__(self) -> None:
        """Start with nothing known: the first look is the baseline."""
        self._baseline: dict[str, DatabaseCounters] = {}
        self._before: dict[str, DatabaseCounters] = {}
        self._deadlocks: dict[str, tuple[tuple[datetime, int], ...]] = {}
        self._first_sizes: dict[str, int] = {}
        self._taken_at: datetime | None = None

    def take(
        self, counters: list[DatabaseCounters], now: datetime, sizes: Mapping[str, int | None]
    ) -> tuple[DatabaseRates, ...]:
        """Take the counters of a look, and give totals since the first and rates since the one before."""
        seconds = None if self._taken_at is None else (now - self._taken_at).total_seconds()
        rates = tuple(self._rates(row, now, seconds, sizes.get(row.name)) for row in counters)
        self._before, self._taken_at = {row.name: row for row in counters}, now
        return rates

    def _rates(self, row: DatabaseCounters, now: datetime, seconds: float | None, size: int | None) -> DatabaseRates:
        before = self._before.get(row.name)
        base = self._baseline.setdefault(row.name, row)
        if before is not None and row.was_reset_since(before):
            before = base = self._baseline[row.name] = row.zeroed()
        return DatabaseRates(
            name=row.name,
            size_bytes=size,
            grown_bytes=None if size is None else size - self._first_sizes.setdefault(row.name, size),
            commits_per_s=(row.commits - before.commits) / seconds if before and seconds else None,
            rollbacks_per_s=(row.rollbacks - before.rollbacks) / seconds if before and seconds else None,
            hit_ratio=_hit_ratio(row, before) if before else None,
            deadlocks=row.deadlocks - base.deadlocks,
            deadlocks_seen=self._seen(row.name, row.deadlocks - (before or row).deadlocks, now),
            temp_files=row.temp_files - base.temp_files,
            temp_bytes=row.temp_bytes - base.temp_bytes,
            frozen_xid_age=row.frozen_xid_age,
            frozen_mxid_age=row.frozen_mxid_age,
            stats_reset=utc(row.stats_reset),
        )

    def _seen(self, name: str, new: int, now: datetime) -> tuple[tuple[datetime, int], ...]:
        """Remember when deadlocks were found."""
        kept = tuple(each for each in self._deadlocks.get(name, ()) if now - each[0] <= REMEMBERED)
        self._deadlocks[name] = (*kept, (now, new)) if new else kept
        return self._deadlocks[name]


def _hit_ratio(row: DatabaseCounters, before: DatabaseCounters) -> float | None:
    hit, read = row.blocks_hit - before.blocks_hit, row.blocks_read - before.blocks_read
    return hit / (hit + read) if hit + read else None
