"""Transactions in which nothing is done, and statements that do not end."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from operator import attrgetter
from typing import NamedTuple

from cockpit.diagnosis.causes import Cause
from cockpit.diagnosis.finding import Verb
from cockpit.diagnosis.postgres.server_view import OF, ServerView, statement_of
from cockpit.diagnosis.problem import Problem
from cockpit.diagnosis.wording import counted
from cockpit.sources.postgres.model import Backend, BackendState

MOST_NAMED = 3

_LOCK = "Lock"
"""`wait_event_type` of whoever waits for a lock, also where for whom could not be read."""


def idle_in_transaction(view: ServerView) -> Iterator[Problem]:
    """Tell of transactions that have been idle for too long. They keep locks, and vacuum from doing its work.

    Whoever is named as the root of a wait is not told of twice: the finding of the wait covers this one.
    """
    idle = [each for each in view.clients if each.in_transaction_idle and each.pid not in view.roots]
    yield from _lasting(
        view,
        idle,
        Lasting(
            Cause.IDLE_IN_TRANSACTION,
            "transaction",
            f"idle for more than {view.policy.idle_in_transaction_minutes} min",
            view.policy.idle_in_transaction,
            attrgetter("state_since"),
            Verb.TERMINATE,
            lambda each: f"{view.client(each)} does nothing in its transaction",
        ),
    )


def idle_too_long(backend: Backend, view: ServerView) -> bool:
    """Tell whether a connection has done nothing in its transaction for too long."""
    return backend.in_transaction_idle and view.age(backend.state_since) > view.policy.idle_in_transaction


def long_statements(view: ServerView) -> Iterator[Problem]:
    """Tell of statements that clients have run for too long, unless they wait for a lock or hold up others.

    Workers of a parallel statement are told of with their leader.
    """
    waiting = {wait.pid for wait in view.activity.lock_waits} if view.activity is not None else set()
    running = [
        each
        for each in view.clients
        if each.state is BackendState.ACTIVE
        and each.leader_pid is None
        and each.wait_event_type != _LOCK
        and each.pid not in waiting | view.roots
    ]
    yield from _lasting(
        view,
        running,
        Lasting(
            Cause.LONG_STATEMENTS,
            "statement",
            f"running for more than {view.policy.statement_minutes} min",
            view.policy.statement,
            attrgetter("query_since"),
            Verb.CANCEL,
            lambda each: f"it has run{view.since(each.query_since)}",
        ),
    )


class Lasting(NamedTuple):
    """Something that may last for so long only, and what ends it."""

    cause: Cause
    one: str
    """What it is, in the singular."""
    does: str
    limit: timedelta
    since: Callable[[Backend], datetime | None]
    ends: Verb
    why: Callable[[Backend], str]
    """Why one would end it."""


def _lasting(view: ServerView, backends: Iterable[Backend], lasting: Lasting) -> Iterator[Problem]:
    """Tell of those that have lasted for too long, the longest first."""
    found = [each for each in backends if view.age(lasting.since(each)) > lasting.limit]
    if not found:
        return
    found.sort(key=lambda each: (-view.age(lasting.since(each)), each.pid))
    oldest, named = found[0], found[:MOST_NAMED]
    yield view.problem(
        lasting.cause,
        f"{counted(len(found), lasting.one)} {lasting.does}{OF}{_most(found, view)}",
        why=statement_of(oldest),
        since=lasting.since(oldest),
        evidence=tuple(map(view.proof_of, named)),
        objects=view.workload(oldest),
        pods=view.pods_of([oldest]),
        actions=tuple(
            suggestion for each in named for suggestion in view.signal(lasting.ends, each, lasting.why(each))
        ),
    )


def _most(backends: list[Backend], view: ServerView) -> str:
    """Name whoever most of them belong to."""
    names = [view.client(each) for each in backends]
    return max(sorted(set(names)), key=names.count)
