"""What a workload depends on: what a database server or a service of others does to it is told with that."""

from collections.abc import Callable, Collection, Iterator
from datetime import timedelta

import msgspec

from cockpit.diagnosis.causes import Cause
from cockpit.diagnosis.postgres.server_view import KIND, ServerView
from cockpit.diagnosis.problem import Problem
from cockpit.diagnosis.view import View
from cockpit.diagnosis.web.kinds import HEALTH, STATUS_PAGE
from cockpit.sources.kubernetes.objects import ObjectRef

EARLIER = timedelta(seconds=30)
"""A consequence may be noticed so long before its cause: each is looked at in its own time."""

_SHORTEST_NAME = 4
"""A shorter name of a service stands in many a word."""
_STARVES = (Cause.TOO_MANY_CONNECTIONS, Cause.POSTGRES_DOWN, Cause.DISK_FULL)
"""What of a server hits all of its clients."""
_PARTS = ("checks", "components", "dependencies")
_WELL = ("ok", "up", "pass", "healthy", "unknown", "warn")
_SUFFERS = (Cause.HEALTH, Cause.LATENCY)

Explains = Callable[[Problem, Problem], bool]
Workloads = Callable[[Problem], Collection[ObjectRef]]


def starved_by(view: View, workloads: Workloads) -> Explains:
    """Give what tells whether a server fails the workload behind a health endpoint: as its client, or blocked on it.

    Args:
        view: what is known.
        workloads: gives those that a problem is about.
    """

    def explains(problem: Problem, effect: Problem) -> bool:
        if problem.subject.kind != KIND or effect.subject.kind != HEALTH or not _follows(problem, effect):
            return False
        if problem.cause is Cause.LOCKS:
            return not set(problem.objects).isdisjoint(workloads(effect))
        facts = view.facts.postgres.get(problem.subject.name)
        if problem.cause not in _STARVES or facts is None:
            return False
        clients = {each.workload for each in ServerView(problem.subject.name, facts, view).holders}
        return not clients.isdisjoint(workloads(effect))

    return explains


def failed_by(view: View, workloads: Workloads) -> Explains:
    """Give what tells whether a service of others fails a workload: its log or its health check names the service.

    Args:
        view: what is known.
        workloads: gives those that a problem is about.
    """

    def explains(problem: Problem, effect: Problem) -> bool:
        if problem.subject.kind != STATUS_PAGE or problem.cause is not Cause.THIRD_PARTY:
            return False
        names = [name for name in _names(problem, view) if len(name) >= _SHORTEST_NAME]
        if effect.cause is Cause.LOG_ERRORS:
            return _says(names, effect.why)
        if effect.subject.kind != HEALTH or not _follows(problem, effect):
            return False
        return _says(names, " ".join((effect.why, *(each.fact for each in effect.evidence)))) or any(
            _says(names, error) for workload in workloads(effect) for error in _errors(workload, view)
        )

    return explains


def lacking(view: View, keeps_from_serving: Collection[Cause]) -> Explains:
    """Give what tells whether a health endpoint says itself that it lacks a workload, of which a problem is told.

    Args:
        view: what is known.
        keeps_from_serving: what of a workload may fail those that need it.
    """

    def explains(problem: Problem, effect: Problem) -> bool:
        if problem.cause not in keeps_from_serving or effect.subject.kind != HEALTH or not _follows(problem, effect):
            return False
        known = view.facts.health.get(effect.subject.name)
        return known is not None and known.look is not None and problem.subject.name in _ailing(known.look.newest.body)

    return explains


def _ailing(body: str) -> Iterator[str]:
    """Name the parts that an answer says are not well.

    Health checks tell so in JSON, as `checks` (the draft application/health+json) or as `components` (Spring Boot).
    """
    try:
        told = msgspec.json.decode(body)
    except msgspec.DecodeError:
        return
    for parts in (told.get(field) for field in _PARTS) if isinstance(told, dict) else ():
        for name, part in parts.items() if isinstance(parts, dict) else ():
            newest = part[0] if isinstance(part, list) and part else part
            status = newest.get("status") if isinstance(newest, dict) else newest
            if isinstance(status, str) and status.lower() not in _WELL:
                yield name.partition(":")[0]


def _follows(problem: Problem, effect: Problem) -> bool:
    if effect.cause not in _SUFFERS:
        return False
    return problem.since is None or effect.since is None or effect.since >= problem.since - EARLIER


def _names(problem: Problem, view: View) -> tuple[str, ...]:
    """Give what a service is called by the person, and by its own page."""
    known = view.facts.status_pages.get(problem.subject.name)
    return problem.subject.name, known.look.name if known is not None and known.look is not None else ""


def _says(names: Collection[str], text: str) -> bool:
    return any(name.lower() in text.lower() for name in names)


def _errors(workload: ObjectRef, view: View) -> list[str]:
    """Give the newest errors in the logs of a workload's pods that are followed."""
    rates = view.facts.log_rates.rates if view.facts.log_rates is not None else ()
    pods = {pod.name for pod in view.pods_by_workload.get(workload, ())}
    return [rate.newest_error for rate in rates if rate.name.partition("/")[0] in pods]
