"""`pods/eviction`: a deletion that respects disruption budgets."""

from aiohttp import web

from cockpit.gameday.api.call import Call, answer_json
from cockpit.gameday.api.deletion import Deletion, delete
from cockpit.gameday.api.errors import too_many_requests
from cockpit.gameday.api.kinds import DISRUPTION_BUDGETS
from cockpit.gameday.api.selectors import match_labels
from cockpit.gameday.api.store import Stored


async def evict(call: Call) -> web.StreamResponse:
    """Delete a pod unless a disruption budget forbids it.

    Raises:
        ApiError: 429, without Retry-After, when a budget is used up.
    """
    store = call.cluster.store
    pod = store.get(call.kind, call.info.namespace, call.info.name)
    labels = pod.obj["metadata"].get("labels") or {}
    for budget in store.list(DISRUPTION_BUDGETS, pod.namespace):
        if match_labels(budget.obj["spec"].get("selector") or {}, labels):
            _spend(call, budget)
    options = (await call.obj()).get("deleteOptions") or {}
    deletion = Deletion.read(call.query, options)
    deletion.check(pod)
    if not call.dry_run:
        delete(call.cluster, pod, deletion)
    return await answer_json(
        call.request, {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "code": 201}, 201
    )


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
