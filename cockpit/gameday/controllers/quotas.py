"""Resource quotas and disruption budgets: what is used and what is still allowed."""

from collections.abc import Iterable
from typing import Any

from cockpit.gameday.api.kinds import DISRUPTION_BUDGETS, PODS, QUOTAS, REPLICA_SETS, STATEFUL_SETS, Kind
from cockpit.gameday.api.quota import used_of
from cockpit.gameday.api.selectors import match_labels
from cockpit.gameday.api.store import Change, Stored
from cockpit.gameday.cluster import Cluster
from cockpit.gameday.controllers.ownership import controller_of
from cockpit.gameday.controllers.pod_making import is_active
from cockpit.gameday.controllers.pod_state import is_ready
from cockpit.gameday.controllers.revisions import resolve_share
from cockpit.gameday.quantity import quantity
from cockpit.gameday.timing import timestamp


class QuotaController:
    """Counts what the pods of a namespace use of its quotas."""

    watches = (QUOTAS, PODS)

    def __init__(self, cluster: Cluster) -> None:
        self._store = cluster.store

    def keys(self, change: Change) -> Iterable[str]:
        """Look at the quota itself, or at those of a pod's namespace."""
        return _itself_or_in_namespace(self._store.list(QUOTAS, change.now.namespace), change, QUOTAS)

    def reconcile(self, key: str) -> None:
        """Write the status of a quota."""
        quota = self._store.find_alive(QUOTAS, key)
        if quota is None:
            return
        hard = quota.obj["spec"].get("hard") or {}
        used = used_of(hard, self._store.list(PODS, quota.namespace))
        written = {resource: quantity(amount, resource) for resource, amount in used.items()}
        self._store.replace(quota, {**quota.obj, "status": {"hard": hard, "used": written}})


class BudgetController:
    """Works out how many pods may be evicted at the moment."""

    watches = (DISRUPTION_BUDGETS, PODS)

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._store = cluster.store

    def keys(self, change: Change) -> Iterable[str]:
        """Look at the budget itself, or at those of a pod's namespace."""
        budgets = self._store.list(DISRUPTION_BUDGETS, change.now.namespace)
        return _itself_or_in_namespace(budgets, change, DISRUPTION_BUDGETS)

    def reconcile(self, key: str) -> None:
        """Write the status of a disruption budget."""
        budget = self._store.find_alive(DISRUPTION_BUDGETS, key)
        if budget is None:
            return
        spec = budget.obj["spec"]
        pods = [
            pod
            for pod in self._store.list(PODS, budget.namespace)
            if is_active(pod) and match_labels(spec.get("selector") or {}, pod.obj["metadata"].get("labels") or {})
        ]
        expected = self._expected(pods)
        healthy = sum(1 for pod in pods if is_ready(pod.obj))
        desired = _desired(spec, expected)
        allowed = max(0, healthy - desired) if expected else 0
        before = {entry["type"]: entry for entry in (budget.obj.get("status") or {}).get("conditions") or ()}
        condition: dict[str, Any] = {
            "type": "DisruptionAllowed",
            "status": "True" if allowed else "False",
            "reason": "SufficientPods" if allowed else "InsufficientPods",
            "message": "",
            "observedGeneration": budget.obj["metadata"]["generation"],
        }
        same = before.get(condition["type"], {})
        is_same = same.get("status") == condition["status"]
        condition["lastTransitionTime"] = same["lastTransitionTime"] if is_same else timestamp(self._cluster.pace.now())
        status = {
            "observedGeneration": budget.obj["metadata"]["generation"],
            "currentHealthy": healthy,
            "desiredHealthy": desired,
            "disruptionsAllowed": allowed,
            "expectedPods": expected,
            "conditions": [condition],
        }
        self._store.replace(budget, {**budget.obj, "status": status})

    def _expected(self, pods: list[Stored]) -> int:
        """Add up how many pods the owners of pods want."""
        wanted: dict[str, int] = {}
        for pod in pods:
            owner = controller_of(pod.obj)
            kind = next((each for each in (REPLICA_SETS, STATEFUL_SETS) if owner and each.kind == owner["kind"]), None)
            stored = self._store.find(kind, pod.namespace, owner["name"]) if owner and kind else None
            wanted[stored.uid if stored else pod.uid] = stored.obj["spec"]["replicas"] if stored else 1
        return sum(wanted.values())


def _desired(spec: dict[str, Any], expected: int) -> int:
    """Tell how many pods must stay healthy."""
    if "maxUnavailable" in spec:
        return max(0, expected - resolve_share(spec["maxUnavailable"], expected, up=True))
    return resolve_share(spec.get("minAvailable", 1), expected, up=True)


def _itself_or_in_namespace(stored: list[Stored], change: Change, kind: Kind) -> list[str]:
    return [change.now.key] if change.now.kind == kind else [each.key for each in stored]
