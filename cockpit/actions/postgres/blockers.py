"""Who blocks others and waits for nobody: the roots of the tree of blocked backends."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from cockpit.actions.postgres.lasting_session import Reads

PREPARED = 0
"""As pg_blocking_pids tells a prepared transaction: there is no backend."""

_SQL = """
SELECT pid, pg_blocking_pids(pid) FROM pg_stat_activity WHERE wait_event_type = 'Lock'
"""


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
