"""Joins what follows from one another: one problem with its consequences instead of one for each symptom."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

import msgspec

from cockpit.diagnosis import scheduling, serving
from cockpit.diagnosis.causes import ABOUT_PODS, Cause
from cockpit.diagnosis.finding import FindingSeverity
from cockpit.diagnosis.problem import Problem
from cockpit.diagnosis.rollouts import still_serving
from cockpit.diagnosis.view import View
from cockpit.sources.kubernetes.objects import ObjectRef

_NO_PODS = ABOUT_PODS | {Cause.NOT_CREATED, Cause.NODE_LOST, Cause.ROLLOUT_STUCK}
"""Causes for which a service may have no endpoint."""

EXPLAINED_BY: Final[Mapping[Cause, frozenset[Cause]]] = MappingProxyType(
    {
        Cause.RESTARTS: frozenset((Cause.CRASH_LOOP, Cause.OOM)),
        Cause.LOG_ERRORS: frozenset((Cause.CRASH_LOOP, Cause.OOM, Cause.INIT, Cause.CONFIG, Cause.NOT_READY)),
        Cause.MEMORY: frozenset((Cause.OOM,)),
        Cause.JOB_FAILED: ABOUT_PODS,
        Cause.ROLLOUT_STUCK: ABOUT_PODS | {Cause.NOT_CREATED},
        Cause.NOT_READY: frozenset((Cause.CRASH_LOOP, Cause.OOM)),
    }
)
"""What explains a problem with the same workload. The later may explain the earlier, so that chains are followed."""

_UNSAID = (Cause.RESTARTS, Cause.LOG_ERRORS, Cause.MEMORY)
"""Consequences that go without saying."""


def joined(problems: Iterable[Problem], view: View) -> list[Problem]:
    """Join problems with what explains them, and with the services that have no endpoint because of them."""
    remaining = list(problems)
    for effect, causes in EXPLAINED_BY.items():
        remaining = _absorb(remaining, effect, _same_subject(causes), _words)
    remaining = _absorb(remaining, Cause.ROLLOUT_STUCK, _on_lost_node(view), _words_of_workload)
    remaining = _absorb(remaining, Cause.PENDING, _waits_for_lost_nodes(view), _words_of_workload)
    remaining = _absorb(remaining, Cause.EVICTED, _from_node_under_pressure, _words_of_workload)
    remaining = _absorb(remaining, Cause.AUTOSCALER, _scales_what_is_broken, _words_of_workload)
    remaining = _absorb(remaining, Cause.VOLUME_CLAIM, _is_waited_for(view), _words_of_claim)
    remaining = _absorb(remaining, Cause.CORDONED, _keeps_pending, _unsaid)
    remaining = [_with_older_revision(problem, view) for problem in remaining]
    return _with_services(remaining, view)


_Explains = Callable[[Problem, Problem], bool]
"""Tells whether the first problem explains the second."""


def _absorb(
    problems: Sequence[Problem], effect: Cause, explains: _Explains, words: Callable[[Problem], str]
) -> list[Problem]:
    """Join every problem of the cause `effect` with the worst problem that explains it."""
    effects = [problem for problem in problems if problem.cause is effect]
    if not effects:
        return list(problems)
    kept = {problem.key: problem for problem in problems}
    for problem in sorted(effects, key=lambda each: each.order):
        causes = [each for each in kept.values() if each.key != problem.key and explains(each, problem)]
        best = min(causes, key=lambda each: each.order, default=None)
        if best is not None:
            kept[best.key] = best.explaining(problem, words(problem))
            del kept[problem.key]
    return list(kept.values())


def _same_subject(causes: frozenset[Cause]) -> _Explains:
    return lambda problem, effect: problem.cause in causes and problem.subject == effect.subject


def _on_lost_node(view: View) -> _Explains:
    def explains(problem: Problem, effect: Problem) -> bool:
        if problem.cause is not Cause.NODE_LOST:
            return False
        lost = {pod.key for pod in problem.pods}
        return any(pod.key in lost for pod in view.pods_by_workload.get(effect.subject, ()))

    return explains


def _waits_for_lost_nodes(view: View) -> _Explains:
    def explains(problem: Problem, effect: Problem) -> bool:
        return problem.cause is Cause.NODE_LOST and all(
            scheduling.only_lost_nodes(pod.message, view) for pod in effect.pods if not pod.node
        )

    return explains


def _from_node_under_pressure(problem: Problem, effect: Problem) -> bool:
    return problem.cause is Cause.NODE_PRESSURE and all(
        pod.node == problem.subject.name and pod.reason == "Evicted" for pod in effect.pods
    )


def _scales_what_is_broken(problem: Problem, effect: Problem) -> bool:
    return (
        problem.cause in _NO_PODS
        and problem.severity is FindingSeverity.WRONG
        and problem.subject in effect.objects
        and "/maximum/" not in effect.key
    )


def _is_waited_for(view: View) -> _Explains:
    def explains(problem: Problem, effect: Problem) -> bool:
        if problem.cause is not Cause.PENDING or problem.subject.namespace != effect.subject.namespace:
            return False
        named = f"claim {effect.subject.name}" in view.template(problem.subject).volumes
        # The claims of a stateful set are called after its pods.
        made = any(effect.subject.name.endswith(f"-{pod.name}") for pod in problem.pods)
        return (named or made) and any(_waits(pod.message) for pod in problem.pods)

    return explains


def _waits(message: str) -> bool:
    return not message or scheduling.waits_for_claims(message)


def _keeps_pending(problem: Problem, effect: Problem) -> bool:  # noqa: ARG001  (one of several)
    return problem.cause is Cause.PENDING and any(scheduling.waits_for_cordoned(pod.message) for pod in problem.pods)


def _words(effect: Problem) -> str:
    return "" if effect.cause in _UNSAID else effect.what


def _words_of_workload(effect: Problem) -> str:
    return f"{effect.name}: {effect.what}"


def _words_of_claim(effect: Problem) -> str:
    return f"{effect.name} {effect.what}" + (f": {effect.why}" if effect.why else "")


def _unsaid(effect: Problem) -> str:  # noqa: ARG001  (one of several)
    return ""


def _with_older_revision(problem: Problem, view: View) -> Problem:
    if problem.cause not in ABOUT_PODS or problem.subject.kind != "Deployment":
        return problem
    return problem.with_consequence(still_serving(problem, view))


def _with_services(problems: Sequence[Problem], view: View) -> list[Problem]:
    """Tell of services without endpoints where the reason is told; those that have no such reason are problems."""
    kept = {problem.key: problem for problem in problems}
    unexplained: list[serving.Outage] = []
    for outage in serving.outages(view):
        behind = serving.workloads_behind(outage)
        of_outage = {pod.key for pod in outage.pods}
        causes = [each for each in kept.values() if _leaves_without_endpoint(each, behind, of_outage)]
        best = min(causes, key=lambda each: each.order, default=None)
        if best is None:
            unexplained.append(outage)
            continue
        told = best.with_consequence(outage.text, outage.evidence, outage.objects)
        kept[best.key] = msgspec.structs.replace(told, severity=FindingSeverity.WRONG)
    return [*kept.values(), *serving.problems(view, unexplained)]


def _leaves_without_endpoint(problem: Problem, workloads: set[ObjectRef], pods: set[str]) -> bool:
    if problem.cause is Cause.NODE_LOST:
        return any(pod.key in pods for pod in problem.pods)
    return problem.cause in _NO_PODS and problem.subject in workloads
