"""Health of a server: wraparound, vacuum, and what keeps old rows from being vacuumed."""

from collections.abc import Iterator

from cockpit.sources.postgres.model import DatabaseRates, Health, OverdueTable, Vacuum
from cockpit.ui.postgres.check import Check, Group, judged, missing
from cockpit.ui.postgres.postgres_view import View
from cockpit.ui.tones import Tone
from cockpit.ui.widgets.amounts import count, lasting, percent

WRAPAROUND = 2**31
"""Transactions after which numbers run out (PostgreSQL documentation, 24.1.5)."""
_OLD_XMIN = 1_000_000
"""Transactions: what holds a row version for so long makes tables grow."""
_MOST = 5
"""Lines of a kind."""


def vacuum(view: View, health: Health) -> Group:
    """Judge whether old rows go, and transaction numbers last."""
    checks = [
        *_frozen(view, health),
        *_holders(view, health),
        *_prepared(view, health),
        *_running(view, health),
        *_overdue(view, health),
    ]
    return Group("vacuum and wraparound", checks)


def _frozen(view: View, health: Health) -> Iterator[Check]:
    known = [each for each in health.databases if each.frozen_xid_age is not None]
    if not known:
        yield missing(view, "databases", "transaction numbers")
        return
    oldest = max(known, key=lambda each: each.frozen_xid_age or 0)
    yield _age(view, "oldest transaction number", oldest, oldest.frozen_xid_age, health.freeze_max_age)
    multi = max(known, key=lambda each: each.frozen_mxid_age or 0)
    yield _age(view, "oldest multixact", multi, multi.frozen_mxid_age, health.multixact_freeze_max_age)


def _age(view: View, what: str, database: DatabaseRates, age: int | None, allowed: int | None) -> Check:
    if age is None:
        return Check(what, "unknown")
    policy = view.policy
    tone = judged(age / WRAPAROUND, policy.wraparound_percent / 100, policy.wraparound_critical_percent / 100)
    remark = f"of {database.name}; {percent(age / WRAPAROUND)} of the way to wraparound"
    if allowed is not None:
        remark += f", autovacuum forces itself at {count(allowed)}"
    return Check(what, f"age {count(age)}", tone, remark)


def _holders(view: View, health: Health) -> Iterator[Check]:
    if health.xmin_holders is None:
        yield missing(view, "xmin_holders", "oldest row version in use")
        return
    if not health.xmin_holders:
        yield Check("oldest row version in use", "none", "well")
        return
    first = health.xmin_holders[0]
    since = f" for {lasting(first.since, view.now)}" if first.since is not None else ""
    tone: Tone = "doubtful" if first.age >= _OLD_XMIN else "well"
    told = f"held by {first.kind} {first.name}{since}"
    yield Check("oldest row version in use", f"age {count(first.age)}", tone, told)


def _prepared(view: View, health: Health) -> Iterator[Check]:
    if health.prepared is None:
        yield missing(view, "prepared", "prepared transactions")
    elif not health.prepared:
        yield Check("prepared transactions", "none", "well")
    else:
        for each in health.prepared[:_MOST]:
            remark = f"of {each.owner} in {each.database}: ROLLBACK PREPARED '{each.gid}' if nobody will end it"
            yield Check(f"prepared {each.gid}", lasting(each.prepared_at, view.now), "doubtful", remark)


def _running(view: View, health: Health) -> Iterator[Check]:
    if health.vacuums is None:
        yield missing(view, "vacuums", "vacuum running")
    elif not health.vacuums:
        yield Check("vacuum running", "none")
    else:
        for each in health.vacuums[:_MOST]:
            yield Check(f"{'autovacuum' if each.automatic else 'vacuum'} {each.relation}", *_progress(view, each))


def _progress(view: View, vacuum: Vacuum) -> tuple[str, Tone, str]:
    since = f" for {lasting(vacuum.since, view.now)}" if vacuum.since is not None else ""
    done = percent(vacuum.done) if vacuum.done is not None else "running"
    return done, "changing", f"{vacuum.phase}{since}, pid {vacuum.pid} in {vacuum.database}"


def _overdue(view: View, health: Health) -> Iterator[Check]:
    if health.overdue is None:
        yield missing(view, "overdue", "tables overdue for vacuum")
    elif not health.overdue:
        yield Check("tables overdue for vacuum", "none", "well", f"in {view.look.server.database}")
    else:
        yield from (_table(view, each) for each in health.overdue[:_MOST])
        if len(health.overdue) > _MOST:
            yield Check("tables overdue for vacuum", f"{len(health.overdue) - _MOST} more", "doubtful")


def _table(view: View, table: OverdueTable) -> Check:
    last = f"{lasting(table.last_vacuum, view.now)} ago" if table.last_vacuum is not None else "never"
    told = f"{count(table.live_rows)} live, due at {count(table.threshold)}, vacuumed {last}: VACUUM {table.relation}"
    return Check(f"overdue {table.relation}", f"{count(table.dead_rows)} dead rows", "doubtful", told)
