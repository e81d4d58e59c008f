"""Which balancer and which health endpoint tell of the same requests: what both see has one cause, and is told once."""

from collections.abc import Callable, Collection, Iterator
from typing import Final

from cockpit.diagnosis import outside
from cockpit.diagnosis.aws.account_view import A_MINUTE
from cockpit.diagnosis.aws.kinds import BALANCER, aws_ref
from cockpit.diagnosis.causes import Cause
from cockpit.diagnosis.problem import Problem
from cockpit.diagnosis.view import View
from cockpit.diagnosis.web.hosts import host_of, is_for
from cockpit.diagnosis.web.kinds import HEALTH
from cockpit.sources.aws.model import Balancer
from cockpit.sources.kubernetes.objects import ObjectRef
from cockpit.sources.web.model import HealthLook, Outcome

_SAME_ANSWERS: Final[dict[Cause, Collection[Outcome]]] = {
    Cause.SERVER_ERRORS: (Outcome.SERVER_ERROR, Outcome.TIMEOUT),
    Cause.LATENCY: (Outcome.GOOD, Outcome.TIMEOUT),
}
"""What a check meets that is one of the requests that a balancer counts. Of a good one, that it is slow is told."""
_SAME_ILLNESS: Final[dict[Cause, Collection[Outcome]]] = {
    Cause.SERVER_ERRORS: (*_SAME_ANSWERS[Cause.SERVER_ERRORS], Outcome.WRONG_BODY),
    Cause.LATENCY: _SAME_ANSWERS[Cause.LATENCY],
}
"""What a check of a workload meets while the workload gives such answers to others: it may also say that it is ill."""
_BOTH_STACKS = "dualstack."
"""Stands before a balancer's name where an alias leads to it."""


def counted_by(view: View, workloads: Callable[[Problem], set[ObjectRef]]) -> Callable[[Problem, Problem], bool]:
    """Give what tells whether a balancer counts what a health endpoint meets.

    It does if the endpoint's host is the balancer's own or that of an ingress behind it, or if the workload that
    answers is the one behind both. CloudWatch is minutes late: it has to have counted since the endpoint began to fail.

    Args:
        view: what is known.
        workloads: gives those that a problem is about.
    """
    balancers = dict(_balancers(view))

    def explains(problem: Problem, effect: Problem) -> bool:
        balancer, known = balancers.get(problem.subject), view.facts.health.get(effect.subject.name)
        if balancer is None or effect.subject.kind != HEALTH or known is None or known.look is None:
            return False
        if not _has_counted_since(balancer, effect):
            return False
        outcome = known.look.newest.outcome
        if outcome in _SAME_ILLNESS.get(problem.cause, ()) and workloads(problem) & workloads(effect):
            return True
        return outcome in _SAME_ANSWERS.get(problem.cause, ()) and _leads_to(known.look, balancer, view)

    return explains


def _balancers(view: View) -> Iterator[tuple[ObjectRef, Balancer]]:
    for account, known in view.facts.aws.items():
        look = outside.current(known, view.now)
        for balancer in look.balancers if look is not None else ():
            yield aws_ref(BALANCER, account, balancer.name), balancer


def _has_counted_since(balancer: Balancer, effect: Problem) -> bool:
    newest = max((each.newest_at for each in balancer.metrics.values() if each.newest_at is not None), default=None)
    return newest is not None and effect.since is not None and effect.since <= newest + A_MINUTE


def _leads_to(look: HealthLook, balancer: Balancer, view: View) -> bool:
    host, own = host_of(look.url), _plain(balancer.host)
    if not host or not own:
        return False
    behind = [each for each in view.ingresses.values() if own in map(_plain, each.addresses)]
    return _plain(host) == own or any(is_for(rule.host, host) for each in behind for rule in each.rules)


def _plain(host: str) -> str:
    return host.lower().rstrip(".").removeprefix(_BOTH_STACKS)
