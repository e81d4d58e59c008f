"""Transactions in which nothing is done, and statements that do not end."""

from collections.abc import Iterator

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

    Whoever is named as the root of a wait is not told of twice.
    """
    idle = [
        each
        for each in view.clients
        if each.in_transaction_idle
        and each.pid not in view.roots
        and view.age(each.state_since) > view.policy.idle_in_transaction
    ]
    if not idle:
        return
    idle.sort(key=lambda each: (-view.age(each.state_since), each.pid))
    oldest = idle[0]
    what = f"{counted(len(idle), 'transaction')} idle for more than {view.policy.idle_in_transaction_minutes} min"
    yield view.problem(
        Cause.IDLE_IN_TRANSACTION,
        f"{what}{OF}{_most(idle, view)}",
        why=statement_of(oldest),
        since=oldest.state_since,
        evidence=tuple(view.proof_of(each) for each in idle[:MOST_NAMED]),
        objects=view.workload(oldest),
        pods=view.pods_of([oldest]),
        actions=tuple(
            suggestion
            for each in idle[:MOST_NAMED]
            for suggestion in view.signal(Verb.TERMINATE, each, f"{view.client(each)} does nothing in its transaction")
        ),
    )


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
        and view.age(each.query_since) > view.policy.statement
    ]
    if not running:
        return
    running.sort(key=lambda each: (-view.age(each.query_since), each.pid))
    longest = running[0]
    what = f"{counted(len(running), 'statement')} running for more than {view.policy.statement_minutes} min"
    yield view.problem(
        Cause.LONG_STATEMENTS,
        f"{what}{OF}{_most(running, view)}",
        why=statement_of(longest),
        since=longest.query_since,
        evidence=tuple(view.proof_of(each) for each in running[:MOST_NAMED]),
        objects=view.workload(longest),
        pods=view.pods_of([longest]),
        actions=tuple(
            suggestion
            for each in running[:MOST_NAMED]
            for suggestion in view.signal(Verb.CANCEL, each, f"it has run{view.since(each.query_since)}")
        ),
    )


def _most(backends: list[Backend], view: ServerView) -> str:
    """Name whoever most of them belong to."""
    names = [view.client(each) for each in backends]
    return max(sorted(set(names)), key=names.count)
