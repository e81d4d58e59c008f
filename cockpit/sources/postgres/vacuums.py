"""Which vacuums run, and which tables wait for one for too long."""

from collections.abc import Sequence
from typing import Any

from cockpit.sources.postgres.asking import Asks, utc
from cockpit.sources.postgres.model import Activity, Backend, OverdueTable, Vacuum

_RUNNING = """
SELECT pid, coalesce(datname, ''),
    CASE WHEN datname = current_database() THEN relid::regclass::text ELSE relid::text END,
    coalesce(phase, ''), heap_blks_scanned::float8 / nullif(heap_blks_total, 0)
FROM pg_stat_progress_vacuum"""
_OVERDUE = """
SELECT c.oid::regclass::text, t.dead, t.live, t.threshold,
    greatest(pg_stat_get_last_vacuum_time(c.oid), pg_stat_get_last_autovacuum_time(c.oid))
FROM pg_class AS c
CROSS JOIN LATERAL (
    SELECT pg_stat_get_dead_tuples(c.oid) AS dead, pg_stat_get_live_tuples(c.oid) AS live,
        least(
            coalesce(o.base, current_setting('autovacuum_vacuum_threshold')::float8)
            + coalesce(o.scale, current_setting('autovacuum_vacuum_scale_factor')::float8) * greatest(c.reltuples, 0),
            nullif(coalesce(o.most, current_setting('autovacuum_vacuum_max_threshold', true)::float8), -1)
        ) AS threshold
    FROM (
        SELECT max(option_value::float8) FILTER (WHERE option_name = 'autovacuum_vacuum_threshold') AS base,
            max(option_value::float8) FILTER (WHERE option_name = 'autovacuum_vacuum_scale_factor') AS scale,
            max(option_value::float8) FILTER (WHERE option_name = 'autovacuum_vacuum_max_threshold') AS most
        FROM pg_options_to_table(c.reloptions)
        WHERE option_name IN (
            'autovacuum_vacuum_threshold', 'autovacuum_vacuum_scale_factor', 'autovacuum_vacuum_max_threshold'
        )
    ) AS o
) AS t
WHERE c.relkind IN ('r', 'm', 't') AND pg_stat_get_dead_tuples(c.oid) > %s AND t.dead > t.threshold
ORDER BY t.dead DESC
LIMIT 20"""
"""The rule of autovacuum itself (PostgreSQL documentation, 24.1.6); from 18 on there is a greatest threshold."""
_FEWEST_DEAD = 1000
"""Tables with fewer dead rows than this harm nobody, and their settings need not be looked at."""


async def running(session: Asks, activity: Activity) -> tuple[Vacuum, ...]:
    """Read which vacuums run; the activity tells which of them are autovacuum's.

    Raises:
        SourceError: The server cannot be asked.
    """
    backends = activity.by_pid()
    rows = (await session.query(_RUNNING)).rows
    return tuple(_vacuum(row, backends.get(row[0])) for row in rows)


async def overdue(session: Asks) -> tuple[OverdueTable, ...]:
    """Read which tables of this database have more dead rows than autovacuum should have left.

    Raises:
        SourceError: The server cannot be asked.
    """
    rows = (await session.query(_OVERDUE, (_FEWEST_DEAD,))).rows
    return tuple(OverdueTable(relation, dead, live, threshold, utc(at)) for relation, dead, live, threshold, at in rows)


def _vacuum(row: Sequence[Any], backend: Backend | None) -> Vacuum:
    pid, database, relation, phase, done = row
    automatic = backend is None or backend.backend_type == "autovacuum worker"
    since = backend.transaction_since if backend else None
    return Vacuum(pid, database, relation or "", phase, done, automatic=automatic, since=since)
