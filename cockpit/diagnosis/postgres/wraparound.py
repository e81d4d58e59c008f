"""Databases whose transaction ids are used up faster than vacuum frees them.

PostgreSQL documentation, 24.1.5: with 3 million ids left the server takes no more writing transactions.
"""

from collections.abc import Iterator
from typing import NamedTuple

from cockpit.diagnosis.causes import Cause
from cockpit.diagnosis.finding import Evidence, FindingSeverity, Suggestion, Verb
from cockpit.diagnosis.policy import Policy
from cockpit.diagnosis.postgres.server_view import ServerView
from cockpit.diagnosis.problem import Problem
from cockpit.diagnosis.wording import one_line
from cockpit.sources.postgres.model import Health, XminHolder

IDS = 2**31
"""Transaction ids, and multixact ids, that may be in use."""
OVERDUE = 2
"""Autovacuum begins to freeze at autovacuum_freeze_max_age; at so many times that age it does not get on."""

_MILLION = 1_000_000


class _Aged(NamedTuple):
    """The oldest id of a database."""

    database: str
    ids: str
    age: int
    limit: int | None
    """From which age on autovacuum freezes."""


def problems(view: ServerView) -> Iterator[Problem]:
    """Tell of the database that is nearest to the end."""
    health = view.look.health if view.look is not None else None
    if health is None:
        return
    aged = sorted(_ages(health), key=lambda each: (-each.age, each.database))
    judged = [(severity, each) for each in aged if (severity := _severity(each, view.policy)) is not None]
    if not judged:
        return
    severity, worst = min(judged, key=lambda each: (each[0], -each[1].age))
    holder = _holder(health)
    held = f", held back by {_named(holder)}" if holder is not None else ""
    yield view.problem(
        Cause.WRAPAROUND,
        f"{one_line(worst.database)} has used {100 * worst.age // IDS} % of its {worst.ids}{held}",
        severity=severity,
        evidence=tuple(_evidence([each for _, each in judged], holder, view)),
        actions=tuple(_actions(holder, view)),
    )


def _ages(health: Health) -> Iterator[_Aged]:
    for each in health.databases:
        if each.frozen_xid_age is not None:
            yield _Aged(each.name, "transaction ids", each.frozen_xid_age, health.freeze_max_age)
        if each.frozen_mxid_age is not None:
            yield _Aged(each.name, "multixact ids", each.frozen_mxid_age, health.multixact_freeze_max_age)


def _severity(aged: _Aged, policy: Policy) -> FindingSeverity | None:
    """Judge an age. Between the limit and twice of it, autovacuum is at work."""
    percent = 100 * aged.age / IDS
    if percent > policy.wraparound_critical_percent:
        return FindingSeverity.WRONG
    past = aged.limit is None or aged.age > aged.limit
    overdue = aged.limit is not None and aged.age > OVERDUE * aged.limit
    return FindingSeverity.DOUBTFUL if overdue or (past and percent > policy.wraparound_percent) else None


def _holder(health: Health) -> XminHolder | None:
    """Give what keeps vacuum from freezing, if anything is old enough to."""
    oldest = max(health.xmin_holders or (), key=lambda each: each.age, default=None)
    return oldest if oldest is not None and oldest.age > (health.freeze_max_age or 0) // OVERDUE else None


def _named(holder: XminHolder) -> str:
    return f"{holder.kind} {one_line(holder.name)}"


def _evidence(judged: list[_Aged], holder: XminHolder | None, view: ServerView) -> Iterator[Evidence]:
    for each in judged[:3]:
        limit = f", autovacuum freezes from {each.limit // _MILLION} million on" if each.limit is not None else ""
        fact = f"the oldest of its {each.ids} is {each.age // _MILLION} million old{limit}"
        yield view.proof(each.database, fact)
    if holder is not None:
        yield view.proof(_named(holder), f"keeps row versions of {holder.age // _MILLION} million transactions ago")


def _actions(holder: XminHolder | None, view: ServerView) -> Iterator[Suggestion]:
    backend = view.backends.get(int(holder.name)) if holder is not None and _is_pid(holder) else None
    if backend is not None:
        yield from view.signal(Verb.TERMINATE, backend, "vacuum can freeze what its transaction keeps")


def _is_pid(holder: XminHolder) -> bool:
    return (
        holder.kind == "backend"
        and holder.name.isascii()
        and holder.name.isdigit()
        and len(holder.name) < len(str(IDS))
    )
