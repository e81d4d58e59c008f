"""`pods/eviction`: a deletion that respects disruption budgets."""

from aiohttp import web

from cockpit.gameday.api.call import Call, answer_json
from cockpit.gameday.api.deletion import Deletion, delete
from cockpit.gameday.api.errors import internal_error, too_many_requests
from cockpit.gameday.api.kinds import DISRUPTION_BUDGETS
from cockpit.gameday.api.selectors import match_labels
from cockpit.gameday.api.store import Stored

_SEVERAL = "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support."


async def evict(call: Call) -> web.StreamResponse:
    """Delete a pod unless a disruption budget forbids it.

    Raises:
        ApiError: 429, without Retry-After, when a budget is used up; 500 when several count the pod.
    """
    store = call.cluster.store
    pod = store.get(call.kind, call.info.namespace, call.info.name)
    if not _passes(pod):
        labels = pod.obj["metadata"].get("labels") or {}
        budgets = store.list(DISRUPTION_BUDGETS, pod.namespace)
        counting = [each for each in budgets if match_labels(each.obj["spec"].get("selector") or {}, labels)]
        if len(counting) > 1:
            raise internal_error(_SEVERAL)
        for budget in counting:
            _spend(call, budget)
    options = (await call.obj()).get("deleteOptions") or {}
    deletion = Deletion.read(call.query, options)
    deletion.check(pod)
    if not call.dry_run:
        delete(call.cluster, pod, deletion)
    return await answer_json(
        call.request, {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "code": 201}, 201
    )


def _passes(pod: Stored) -> bool:
    """Tell whether a pod is evicted without regard to budgets: it does not run yet, or no more, or ends already."""
    phase = (pod.obj.get("status") or {}).get("phase")
    return phase in ("Pending", "Succeeded", "Failed") or "deletionTimestamp" in pod.obj["metadata"]


def _spend(call: Call, budget: Stored) -> None:
    """Take one disruption from a budget.

    Raises:
        ApiError: 429, it is used up.
    """
    status = budget.obj.get("status") or {}
    allowed = status.get("disruptionsAllowed", 0)
    if allowed < 1:
        need, have = status.get("desiredHealthy", 0), status.get("currentHealthy", 0)
        why = f"The disruption budget {budget.name} needs {need} healthy pods and has {have} currently"
        raise too_many_requests(
            "Cannot evict pod as it would violate the pod's disruption budget.",
            [{"reason": "DisruptionBudget", "message": why}],
        )
    if not call.dry_run:
        call.cluster.store.replace(budget, {**budget.obj, "status": {**status, "disruptionsAllowed": allowed - 1}})
