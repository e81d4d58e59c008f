"""What changed with the pods that take a server's connections, shortly before they did."""

import msgspec

from cockpit.diagnosis.changes import with_change
from cockpit.diagnosis.finding import Suggestion, Verb
from cockpit.diagnosis.problem import Problem
from cockpit.diagnosis.revisions import rolled_out
from cockpit.diagnosis.view import View, workload_of


def with_rollout(problem: Problem, view: View) -> Problem:
    """Add what changed shortly before, and the way back if it was a revision; nothing where no pod is to blame."""
    if not problem.pods:
        return problem
    changed = with_change(problem, view)
    workload = workload_of(problem.pods[0])
    rolled = rolled_out(workload, problem.pods, view)
    if changed.changed is None or rolled is None or not rolled.previous or rolled.at != changed.changed.at:
        return changed
    details = f" ({rolled.details})" if rolled.details else ""
    back = Suggestion(
        Verb.ROLLBACK, workload, f"it came with {rolled.name}{details}", {"revision": str(rolled.previous)}
    )
    return msgspec.structs.replace(changed, actions=(back, *changed.actions))
