"""Joins what follows from one another across cluster, AWS, the web and Postgres: each trouble is told once."""

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta

from cockpit.diagnosis.aws import kinds as aws
from cockpit.diagnosis.causes import ABOUT_PODS, Cause
from cockpit.diagnosis.dependencies import failed_by, lacking, starved_by
from cockpit.diagnosis.finding import FindingSeverity
from cockpit.diagnosis.outside import explained
from cockpit.diagnosis.problem import Problem
from cockpit.diagnosis.same_requests import counted_by
from cockpit.diagnosis.twins import joined_twins
from cockpit.diagnosis.view import View, workload_of
from cockpit.diagnosis.web.hosts import host_of, is_for
from cockpit.diagnosis.web.kinds import HEALTH
from cockpit.sources.kubernetes.objects import Certificate, ObjectRef
from cockpit.sources.web.model import HealthLook

_WORKLOADS = ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job")
_SERVING = (Cause.HEALTH, Cause.LATENCY, Cause.SERVER_ERRORS)
_KEEPS_FROM_SERVING = ABOUT_PODS | {
    Cause.NOT_CREATED,
    Cause.NO_ENDPOINTS,
    Cause.ROLLOUT_STUCK,
    Cause.SCALED_TO_ZERO,
    Cause.RESTARTS,
}
"""What of a workload explains what is seen outside. Errors in its log, its load and its memory come and go while the
fault stays: what is joined with them would come and go as well."""
_ALERTED = (
    *(Cause.TOO_MANY_CONNECTIONS, Cause.LOCKS, Cause.POSTGRES_DOWN, Cause.DISK_FULL),
    *(Cause.STORAGE, Cause.RDS_DOWN, Cause.REPLICATION, Cause.THIRD_PARTY),
)
"""What of a server, or of a service of others, alerts that name it are about as a rule."""
_EVENTFUL = (Cause.RDS_DOWN, Cause.DISK_FULL, Cause.STORAGE, Cause.ROLE_CHANGED)
"""What RDS writes events about."""

_Explains = Callable[[Problem, Problem], bool]
"""Tells whether the first problem explains the second."""


def joined_outside(problems: Sequence[Problem], view: View) -> list[Problem]:
    """Join the problems of AWS, of the web and of Postgres servers with each other and with those of the cluster.

    Alarms go with what they watch. Of the rest, what is nearest to the fault explains the others: the workload, then
    its target group, its balancer, its health endpoint, and last the alerts about it.
    """
    found = _absorb(problems, lambda effect: effect.cause is Cause.ALARM, _is_watched)
    found = _absorb(found, lambda effect: effect.key.startswith("aws/event/"), _is_told_of)
    found = joined_twins(found, view)
    found = _absorb(found, _is_kind(aws.BALANCER), _is_group_of)
    found = _absorb(found, _is_kind(aws.BALANCER), _is_behind)
    found = _absorb(found, _is_kind(aws.TARGET_GROUP), _is_behind)
    found = _absorb(found, lambda effect: effect.subject.kind == HEALTH and effect.cause in _SERVING, _is_behind)
    found = _absorb(found, lambda effect: effect.subject.kind == HEALTH and effect.cause in _SERVING, _serves_the_same)
    found = _absorb(found, _is_kind(HEALTH), counted_by(view, _workloads))
    found = _absorb(found, lambda effect: effect.cause is Cause.LOG_ERRORS, failed_by(view, _workloads))
    of_others = starved_by(view, _workloads), failed_by(view, _workloads), lacking(view, _KEEPS_FROM_SERVING)
    for explains in of_others:
        found = _absorb(found, _is_kind(HEALTH), explains)
    found = _absorb(found, lambda effect: effect.cause is Cause.ALERT, _is_behind)
    found = _absorb(found, lambda effect: effect.cause is Cause.ALERT, _is_named)
    return _absorb(found, lambda effect: effect.key.startswith("web/certificate/"), _is_shown(view))


def _absorb(problems: Sequence[Problem], is_effect: Callable[[Problem], bool], explains: _Explains) -> list[Problem]:
    """Join each of some problems with the worst problem that explains it. A notice explains nothing."""
    kept = {problem.key: problem for problem in problems}
    for key in sorted(problem.key for problem in problems if is_effect(problem)):
        effect = kept[key]
        causes = [
            each
            for each in kept.values()
            if each.key != key and each.severity is not FindingSeverity.NOTICE and explains(each, effect)
        ]
        best = min(causes, key=lambda each: each.order, default=None)
        if best is not None:
            kept[best.key] = explained(best, effect)
            del kept[key]
    return list(kept.values())


def _is_kind(kind: str) -> Callable[[Problem], bool]:
    return lambda problem: problem.subject.kind == kind


def _is_watched(problem: Problem, alarm: Problem) -> bool:
    return problem.subject.kind != aws.ALARM and problem.subject in alarm.objects


def _is_named(problem: Problem, alert: Problem) -> bool:
    """Tell whether an alert names the database server, or the service of others, that a problem is about."""
    return problem.cause in _ALERTED and problem.subject in alert.objects


def _is_told_of(problem: Problem, event: Problem) -> bool:
    return problem.subject == event.subject and problem.cause in _EVENTFUL


def _is_behind(problem: Problem, effect: Problem) -> bool:
    """Tell whether a problem of the cluster keeps the workload behind something outside from serving, or its node."""
    if problem.cause is Cause.NODE_LOST:
        lost = {pod.key for pod in problem.pods}
        on_lost = bool(effect.pods) and all(pod.key in lost for pod in effect.pods)
        return on_lost or problem.subject in effect.objects
    if problem.cause not in _KEEPS_FROM_SERVING:
        return False
    about = {problem.subject, *(workload_of(pod) for pod in problem.pods)}
    return problem.subject.kind in _WORKLOADS and bool(about & _workloads(effect))


def _is_group_of(problem: Problem, effect: Problem) -> bool:
    """Tell whether the targets of a balancer fail, which then answers 5xx or is slow."""
    of_group = problem.subject.kind == aws.TARGET_GROUP and effect.subject in problem.objects
    return of_group and effect.cause in _SERVING


def _serves_the_same(problem: Problem, effect: Problem) -> bool:
    """Tell whether a target group fails for the same workload."""
    return problem.subject.kind == aws.TARGET_GROUP and bool(_workloads(problem) & _workloads(effect))


def _workloads(problem: Problem) -> set[ObjectRef]:
    return {workload_of(pod) for pod in problem.pods} | set(_named(problem.objects))


def _named(objects: Iterable[ObjectRef]) -> list[ObjectRef]:
    return [each for each in objects if each.kind in _WORKLOADS]


def _is_shown(view: View) -> _Explains:
    """Tell whether a certificate of the cluster is the one that an endpoint shows."""

    def explains(problem: Problem, effect: Problem) -> bool:
        certificate = view.certificates.get(problem.subject.key) if problem.subject.kind == "Certificate" else None
        shown = (effect.subject, *effect.objects)
        looks = (view.facts.health.get(ref.name) for ref in shown if ref.kind == HEALTH)
        known = [each.look for each in looks if each is not None and each.look is not None]
        return certificate is not None and any(_shows(look, certificate) for look in known)

    return explains


def _shows(look: HealthLook, certificate: Certificate) -> bool:
    """Tell whether an endpoint shows a certificate: it is for its host, or is that of the same name and the same end.

    Who asks at an address, such as that of a balancer, names no host.
    """
    if any(is_for(name, host_of(look.url)) for name in certificate.names):
        return True
    shown, ends = look.certificate, certificate.not_after
    if shown is None or ends is None or shown.subject not in certificate.names:
        return False
    return abs(shown.expires_at - ends) < timedelta(seconds=1)
