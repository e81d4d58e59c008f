"""Who waits for whom: from pairs to trees."""

from collections.abc import Iterable, Mapping
from datetime import datetime

import msgspec

from cockpit.sources.postgres.model import LockWait, PostgresLook

PREPARED = 0
"""The pid that `pg_blocking_pids` gives for a prepared transaction."""


class Tree(msgspec.Struct, frozen=True):
    """One that waits for nobody, and all that wait for it: directly, or for another that does."""

    root: int
    """Its pid."""
    waits: tuple[LockWait, ...]
    """Whoever waits longest first."""
    behind: Mapping[int, int]
    """How many wait for each that waits itself, by pid."""

    @property
    def since(self) -> datetime | None:
        """Since when the first of them has waited."""
        return min((wait.since for wait in self.waits if wait.since is not None), default=None)

    @property
    def relations(self) -> list[str]:
        """What they wait for: first what is waited for at the root itself."""
        direct = [wait for wait in self.waits if self.root in wait.blocked_by]
        return list(dict.fromkeys(wait.relation for wait in (*direct, *self.waits) if wait.relation))


def prepared_blockers(look: PostgresLook) -> tuple[str, ...]:
    """Name the prepared transactions that block; where that is not told, all that there are."""
    named = {gid: None for wait in look.activity.lock_waits for gid in wait.prepared}
    known = look.health.prepared or () if look.health is not None else ()
    return tuple(named) or tuple(each.gid for each in known)


def trees(waits: Iterable[LockWait]) -> list[Tree]:
    """Find the roots of all waits, the most waited for first. Who waits for several roots is in each of their trees.

    Of a circle, which Postgres is about to break, the lowest pid is the root.
    """
    by_pid = {wait.pid: wait for wait in sorted(waits, key=_oldest_first)}
    pids = sorted({*by_pid, *(pid for wait in by_pid.values() for pid in wait.blocked_by)})
    bits = {pid: 1 << number for number, pid in enumerate(pids)}
    reached = _reached(by_pid, bits)
    roots = {pid for pid in pids if pid not in by_pid} | _of_circles(by_pid, bits, reached)
    behind = {pid: sum(1 for other, mask in reached.items() if mask & bits[pid] and other != pid) for pid in by_pid}
    found: list[Tree] = []
    for root in roots:
        members = tuple(wait for pid, wait in by_pid.items() if reached[pid] & bits[root] and pid != root)
        found.append(Tree(root, members, {wait.pid: behind[wait.pid] for wait in members}))
    return sorted(found, key=lambda tree: (-len(tree.waits), tree.root))


def _reached(by_pid: Mapping[int, LockWait], bits: Mapping[int, int]) -> dict[int, int]:
    """Follow who blocks whom: for each that waits, the set of all that it waits for, as one bit each.

    A queue of n may name n²/2 pairs. Whoever has waited longest comes first, so that one pass finds nearly all.
    """
    reached = dict.fromkeys(by_pid, 0)
    changed = True
    while changed:
        changed = False
        for pid, wait in by_pid.items():
            mask = reached[pid]
            for blocker in wait.blocked_by:
                mask |= bits[blocker] | reached.get(blocker, 0)
            changed = changed or mask != reached[pid]
            reached[pid] = mask
    return reached


def _of_circles(by_pid: Mapping[int, LockWait], bits: Mapping[int, int], reached: Mapping[int, int]) -> set[int]:
    """Find one pid of each circle that waits for nobody outside."""
    waiting = sum(bits[pid] for pid in by_pid)
    circles = {mask for mask in reached.values() if mask and not mask & ~waiting}
    return {
        min(pid for pid in by_pid if bits[pid] & mask)
        for mask in circles
        if not any(_within(other, mask) for other in circles)
    }


def _within(smaller: int, larger: int) -> bool:
    return smaller != larger and smaller & larger == smaller


def _oldest_first(wait: LockWait) -> tuple[bool, float, int]:
    return wait.since is None, wait.since.timestamp() if wait.since is not None else 0.0, wait.pid
