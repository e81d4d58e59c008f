"""From what is known of the Postgres servers to problems."""

from collections.abc import Callable, Iterator

import msgspec

from cockpit.diagnosis.causes import Cause
from cockpit.diagnosis.postgres import (
    connections,
    locks,
    replication,
    server,
    statements,
    transactions,
    unreadable,
    wraparound,
)
from cockpit.diagnosis.postgres.server_view import OF, ServerView
from cockpit.diagnosis.problem import Problem
from cockpit.diagnosis.view import View
from cockpit.diagnosis.way_back import with_rollout

RULES: tuple[Callable[[ServerView], Iterator[Problem]], ...] = (
    unreadable.problems,
    connections.problems,
    locks.problems,
    transactions.idle_in_transaction,
    transactions.long_statements,
    statements.problems,
    replication.problems,
    wraparound.problems,
    server.changed,
    server.deadlocks,
    server.disk_full,
)
"""Each finds the problems of one family with one server."""


def problems(view: View) -> Iterator[Problem]:
    """Find what is wrong with the servers, one after the other. A server that is well gives nothing."""
    for name, facts in view.facts.postgres.items():
        server_view = ServerView(name, facts, view)
        found = {problem.key: problem for rule in reversed(RULES) for problem in rule(server_view)}
        yield from (with_rollout(problem, view) for problem in _joined(list(found.values())))


def _joined(problems: list[Problem]) -> list[Problem]:
    """Tell of transactions that are idle only once, when the connections that they take are told of."""
    idle = next((each for each in problems if each.cause is Cause.IDLE_IN_TRANSACTION), None)
    taken = next((each for each in problems if each.cause is Cause.TOO_MANY_CONNECTIONS), None)
    if idle is None or taken is None:
        return problems
    others = [each for each in problems if each not in (idle, taken)]
    together = taken.explaining(idle, idle.what.partition(OF)[0])
    return [*others, msgspec.structs.replace(together, covers=(*together.covers, idle.key))]
