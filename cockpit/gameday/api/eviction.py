"""`pods/eviction`: a deletion that respects disruption budgets."""

from aiohttp import web

from cockpit.gameday.api.call import Call, answer_json
from cockpit.gameday.api.deletion import Deletion, delete
from cockpit.gameday.api.errors import too_many_requests
from cockpit.gameday.api.kinds import DISRUPTION_BUDGETS
from cockpit.gameday.api.selectors import match_labels


async def evict(call: Call) -> web.StreamResponse:
    """Delete a pod unless a disruption budget forbids it.

    Raises:
        ApiError: 429, without Retry-After, when a budget is used up.
    """
    store = call.cluster.store
    pod = store.get(call.kind, call.info.namespace, call.info.name)
    labels = pod.obj["metadata"].get("labels") or {}
    for budget in store.list(DISRUPTION_BUDGETS, pod.namespace):
        allowed = (budget.obj.get("status") or {}).get("disruptionsAllowed", 0)
        if match_labels(budget.obj["spec"].get("selector") or {}, labels) and allowed < 1:
            raise too_many_requests("Cannot evict pod as it would violate the pod's disruption budget.")
    options = (await call.obj()).get("deleteOptions") or {}
    deletion = Deletion.read(call.query, options)
    deletion.check(pod)
    if not call.dry_run:
        delete(call.cluster, pod, deletion)
    return await answer_json(
        call.request, {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "code": 201}, 201
    )
