"""From facts to findings."""

from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import chain

from cockpit.diagnosis import (
    autoscalers,
    certificates,
    claims,
    jobs,
    log_errors,
    nodes,
    pods,
    rollouts,
    usage,
)
from cockpit.diagnosis.aws import rules as aws
from cockpit.diagnosis.chain import joined
from cockpit.diagnosis.changes import with_change
from cockpit.diagnosis.common_causes import grouped
from cockpit.diagnosis.facts import Facts
from cockpit.diagnosis.finding import Finding
from cockpit.diagnosis.joins import joined_outside
from cockpit.diagnosis.policy import Policy
from cockpit.diagnosis.postgres import rules as postgres
from cockpit.diagnosis.problem import Problem
from cockpit.diagnosis.suggestions import with_suggestions
from cockpit.diagnosis.view import View
from cockpit.diagnosis.way_back import with_rollout
from cockpit.diagnosis.web import rules as web

RULES: tuple[Callable[[View], Iterator[Problem]], ...] = (
    nodes.problems,
    pods.problems,
    rollouts.problems,
    jobs.problems,
    claims.problems,
    certificates.problems,
    autoscalers.problems,
    usage.problems,
    log_errors.problems,
)
"""Each finds the problems of one family in a cluster; `chain` joins them, and finds the services without endpoints."""


def diagnose(facts: Facts, now: datetime, policy: Policy) -> list[Finding]:
    """Find what is wrong at the time `now`, worst first. What is well, and completed jobs, give nothing.

    Args:
        facts: What was read. What is missing makes the diagnosis poorer, never wrong.
        now: The time (UTC).
        policy: From when on something counts as wrong.
    """
    view = View(facts, now, policy)
    problems = joined_outside([*_of_cluster(view), *postgres.problems(view), *_outside(view)], view)
    problems.sort(key=lambda problem: problem.order)
    return [problem.finding() for problem in problems]


def _outside(view: View) -> Iterator[Problem]:
    """Find what is wrong in AWS and in the web. Of namesakes, such as two target groups, the worse is told."""
    found = sorted(chain(aws.problems(view), web.problems(view)), key=lambda problem: (problem.order, problem.what))
    distinct = {problem.key: problem for problem in reversed(found)}
    yield from (with_rollout(problem, view) for problem in distinct.values())


def _of_cluster(view: View) -> Iterator[Problem]:
    """Find what is wrong in the cluster, if one is read."""
    if view.facts.pods is None:
        return
    found = joined(chain.from_iterable(rule(view) for rule in RULES), view)
    yield from grouped((with_suggestions(with_change(problem, view), view) for problem in found), view)
