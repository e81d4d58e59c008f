"""Who blocks others and waits for nobody: the roots of the tree of blocked backends."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from cockpit.actions.postgres.lasting_session import Reads

PREPARED = 0
"""As pg_blocking_pids tells a prepared transaction: there is no backend."""

_SQL = """
SELECT pid, pg_blocking_pids(pid) FROM pg_stat_activity WHERE wait_event_type = 'Lock'
"""

_GIDS = """
SELECT DISTINCT x.gid FROM pg_locks AS w
JOIN pg_locks AS h ON h.granted AND h.pid IS NULL
    AND (h.locktype, h.database, h.relation, h.page, h.tuple, h.virtualxid, h.transactionid::text, h.classid, h.objid,
        h.objsubid)
    IS NOT DISTINCT FROM (w.locktype, w.database, w.relation, w.page, w.tuple, w.virtualxid, w.transactionid::text,
        w.classid, w.objid, w.objsubid)
JOIN pg_locks AS own ON own.virtualtransaction = h.virtualtransaction AND own.pid IS NULL AND own.granted
JOIN pg_prepared_xact() AS x ON x.transaction = own.transactionid
WHERE NOT w.granted AND w.pid = ANY(%s) ORDER BY x.gid
"""
"""A prepared transaction has no process: one of its locks, that on itself, tells its number."""


class Roots(NamedTuple):
    """The roots, and what there is to know about them."""

    waiting: Mapping[int, int]
    """By pid of a root: how many wait for it, directly or behind others; most first."""
    prepared: int = 0
    """How many wait for prepared transactions."""


async def read_blocking(session: Reads) -> dict[int, tuple[int, ...]]:
    """Read who waits for whom.

    Raises:
        SourceError: it cannot be read.
    """
    return {pid: tuple(dict.fromkeys(blockers)) for pid, blockers in (await session.query(_SQL)).rows if blockers}


async def read_prepared(session: Reads, blocked_by: Mapping[int, Sequence[int]]) -> tuple[str, ...]:
    """Read the names of the prepared transactions that somebody waits for.

    Raises:
        SourceError: they cannot be read.
    """
    waiting = [pid for pid, blockers in blocked_by.items() if PREPARED in blockers]
    return tuple(gid for (gid,) in (await session.query(_GIDS, (waiting,))).rows) if waiting else ()


def roots_of(blocked_by: Mapping[int, Sequence[int]]) -> Roots:
    """Find the roots. A circle has none: the server's deadlock check ends it."""
    behind: dict[int, set[int]] = {}
    for pid in blocked_by:
        seen, ahead = {pid}, list(blocked_by[pid])
        while ahead:
            blocker = ahead.pop()
            if blocker in seen:
                continue
            seen.add(blocker)
            if blocker in blocked_by:
                ahead += blocked_by[blocker]
            else:
                behind.setdefault(blocker, set()).add(pid)
    prepared = len(behind.pop(PREPARED, ()))
    most_first = sorted(behind, key=lambda root: (-len(behind[root]), root))
    return Roots({root: len(behind[root]) for root in most_first}, prepared)
