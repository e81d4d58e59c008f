"""What is amiss, but not for so long yet that it is called wrong: it may pass by itself, and is watched."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import datetime
from itertools import chain

from msgspec.structs import replace

from cockpit.diagnosis import pods
from cockpit.diagnosis.causes import Cause
from cockpit.diagnosis.facts import Facts
from cockpit.diagnosis.finding import Finding
from cockpit.diagnosis.policy import Policy
from cockpit.diagnosis.postgres import locks
from cockpit.diagnosis.postgres.server_view import ServerView
from cockpit.diagnosis.problem import Problem
from cockpit.diagnosis.symptoms import Symptom, lost_readiness
from cockpit.diagnosis.view import View, workload_of
from cockpit.diagnosis.web import health
from cockpit.sources.kubernetes.model import Health, Pod
from cockpit.sources.kubernetes.objects import ObjectRef

BLOCKED_SECONDS = 2
"""A shorter wait for a lock is everyday."""

_TROUBLED = (Health.WRONG, Health.DOUBTFUL)


def forming(facts: Facts, now: datetime, policy: Policy, findings: Collection[Finding]) -> tuple[Finding, ...]:
    """Find what would be wrong if it lasted, the worst first; what `findings` tell is left out.

    Args:
        facts: What was read.
        now: The time (UTC).
        policy: From when on something counts as wrong.
        findings: What is wrong.
    """
    told = {key for finding in findings for key in (finding.key, *finding.covers)}
    about = {ref for finding in findings for ref in finding.objects}
    view = View(facts, now, replace(policy, blocked_seconds=min(policy.blocked_seconds, BLOCKED_SECONDS)))
    found = chain(_of_pods(view, about), _of_servers(view), health.failing(view, in_a_row=1))
    untold = [each for each in found if each.key not in told]
    return tuple(each.finding() for each in sorted(untold, key=lambda each: each.order))


def _of_pods(view: View, about: Collection[ObjectRef]) -> Iterator[Problem]:
    """Find the pods that do not serve though they should; one that starts is none of them."""
    suspects: dict[ObjectRef, list[Symptom]] = defaultdict(list)
    for pod in view.pods.values():
        if _is_amiss(pod, view.now) and (workload := workload_of(pod)) not in about:
            suspects[workload].append(Symptom(Cause.NOT_READY, pod, pod.not_ready_since))
    for workload, found in suspects.items():
        yield pods.problem(Cause.NOT_READY, workload, found, view)


def _is_amiss(pod: Pod, now: datetime) -> bool:
    if pod.deleting_since is not None or pod.not_ready_since is None or pod.health is Health.DONE:
        return False
    return pod.health in _TROUBLED or lost_readiness(pod, now) is not None


def _of_servers(view: View) -> Iterator[Problem]:
    for name, facts in view.facts.postgres.items():
        yield from locks.problems(ServerView(name, facts, view))
