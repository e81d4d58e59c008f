"""Statements that take much longer than before."""

from collections.abc import Iterator
from typing import NamedTuple

from cockpit.diagnosis.causes import Cause
from cockpit.diagnosis.finding import Evidence
from cockpit.diagnosis.policy import Policy
from cockpit.diagnosis.postgres.server_view import LONGEST_STATEMENT, ServerView
from cockpit.diagnosis.problem import Problem
from cockpit.diagnosis.view import workload_of
from cockpit.diagnosis.wording import counted, one_line, quoted
from cockpit.sources.kubernetes.model import Pod
from cockpit.sources.postgres.model import Counters, Statement

MOST_NAMED = 3

_SECOND = 1000.0
_TEN = 10.0


class Slower(NamedTuple):
    """A statement whose calls take longer than they did."""

    statement: Statement
    now_ms: float
    before_ms: float

    @property
    def lost_ms(self) -> float:
        """How much time the calls of the newest interval took that they would not have taken before."""
        return (self.now_ms - self.before_ms) * self.statement.interval.calls


def problems(view: ServerView) -> Iterator[Problem]:
    """Tell of statements whose mean has risen, the one that costs most first."""
    told = view.look.statements if view.look is not None else None
    if told is None or told.sampled:  # what was seen running has no number of calls
        return
    found = [slower for each in told.statements if (slower := rose(each, view.policy)) is not None]
    if not found:
        return
    found.sort(key=lambda each: (-each.lost_ms, each.statement.key))
    worst = found[0]
    several = f"{counted(len(found), 'statement')} slower than before: " if len(found) > 1 else ""
    yield view.problem(
        Cause.SLOW_QUERIES,
        f"{several}a call takes {milliseconds(worst.now_ms)}, {milliseconds(worst.before_ms)} before",
        why=quoted(worst.statement.text, LONGEST_STATEMENT),
        evidence=tuple(_proof(each, view) for each in found[:MOST_NAMED]),
        pods=_pods(worst.statement, view),
    )


def _pods(statement: Statement, view: ServerView) -> tuple[Pod, ...]:
    """Give the pods whose role runs a statement, where they are of one workload."""
    pods = view.pods_of(each for each in view.clients if each.user == statement.user)
    return pods if len({workload_of(pod) for pod in pods}) == 1 else ()


def rose(statement: Statement, policy: Policy) -> Slower | None:
    """Hold the mean of the newest interval against that of earlier, where enough calls tell it.

    Earlier is the time before the session, which may have begun after the trouble, and the session until then; the
    shorter mean of the two counts.
    """
    interval, session = statement.interval, statement.session
    now = _mean(interval, Counters(), policy)
    if now is None or now < policy.statement_milliseconds:
        return None
    earlier = (_mean(statement.total, session, policy), _mean(session, interval, policy))
    before = min((mean for mean in earlier if mean is not None), default=None)
    return Slower(statement, now, before) if before is not None and now >= policy.statement_rise * before else None


def _mean(counters: Counters, without: Counters, policy: Policy) -> float | None:
    """Give the time of one call (ms); None when there were too few."""
    calls, spent = counters.calls - without.calls, counters.total_ms - without.total_ms
    return spent / calls if calls >= policy.statement_calls and spent > 0 else None


def milliseconds(amount: float) -> str:
    """Write how long a call takes: `0.31 ms`, `12 ms`, `4.2 s`."""
    if amount >= _SECOND:
        return f"{amount / _SECOND:.1f} s"
    return f"{amount:.0f} ms" if amount >= _TEN else f"{amount:.2g} ms"


def _proof(slower: Slower, view: ServerView) -> Evidence:
    statement = slower.statement
    calls = counted(statement.interval.calls, "call")
    told = f"{milliseconds(slower.now_ms)} a call in the last {calls}, {milliseconds(slower.before_ms)} before"
    whose = f"{one_line(statement.user)} in {one_line(statement.database)}"
    return view.proof(statement.key, f"{told}, {whose}: {quoted(statement.text, LONGEST_STATEMENT)}")
