"""What changed with the pods behind a problem of something outside of the cluster, and the way back."""

import msgspec

from cockpit.diagnosis.changes import with_change
from cockpit.diagnosis.finding import Change, Suggestion, Verb
from cockpit.diagnosis.problem import Problem
from cockpit.diagnosis.revisions import rolled_out
from cockpit.diagnosis.view import View, workload_of
from cockpit.diagnosis.wording import one_line
from cockpit.sources.kubernetes.objects import ObjectRef


def with_rollout(problem: Problem, view: View) -> Problem:
    """Add what changed shortly before, and the way back if it was a revision; nothing where no pod is to blame."""
    if not problem.pods:
        return problem
    changed = with_change(problem, view)
    workload = workload_of(problem.pods[0])
    rolled = rolled_out(workload, problem.pods, view)
    if changed.changed is None or rolled is None or not rolled.previous or rolled.at != changed.changed.at:
        return changed
    changed = _naming(workload, changed, changed.changed)
    details = f" ({rolled.details})" if rolled.details else ""
    back = Suggestion(
        Verb.ROLLBACK, workload, f"it came with {rolled.name}{details}", {"revision": str(rolled.previous)}
    )
    return msgspec.structs.replace(changed, actions=(back, *changed.actions))


def _naming(workload: ObjectRef, problem: Problem, change: Change) -> Problem:
    """Say whose revision it was, where the problem does not."""
    name = one_line(workload.name)
    if name in f"{problem.name} {problem.what}":
        return problem
    told = msgspec.structs.replace(change, short=one_line(f"{change.short} of {name}"))
    return msgspec.structs.replace(problem, changed=told)
