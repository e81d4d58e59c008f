"""Resource quotas: what the pods of a namespace use of them, and whether another one is still within."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from cockpit.gameday.api.errors import ApiError
from cockpit.gameday.api.kinds import PODS, QUOTAS
from cockpit.gameday.api.store import Obj, Store, Stored
from cockpit.gameday.quantity import amount, quantity


def used_of(hard: Iterable[str], pods: Iterable[Stored]) -> dict[str, Decimal]:
    """Add up what pods that have not ended use of each limited resource."""
    used = dict.fromkeys(hard, Decimal(0))
    for pod in pods:
        if (pod.obj.get("status") or {}).get("phase") not in {"Succeeded", "Failed"}:
            for resource in used:
                used[resource] += _asked(pod.obj["spec"], resource)
    return used


def require_quota(store: Store, namespace: str, pod: Obj) -> None:
    """Let a pod pass that is to be created.

    Raises:
        ApiError: 403, a quota would be exceeded.
    """
    for quota in store.list(QUOTAS, namespace):
        hard = {resource: amount(text) for resource, text in (quota.obj["spec"].get("hard") or {}).items()}
        used = used_of(hard, store.list(PODS, namespace))
        asked = {resource: _asked(pod["spec"], resource) for resource in hard}
        over = [
            resource
            for resource in sorted(hard)
            if asked[resource] and used[resource] + asked[resource] > hard[resource]
        ]
        if over:
            parts = (("requested", asked), ("used", used), ("limited", hard))
            told = ", ".join(f"{title}: {_written(amounts, over)}" for title, amounts in parts)
            name = pod["metadata"]["name"]
            message = f'pods "{name}" is forbidden: exceeded quota: {quota.name}, {told}'
            raise ApiError(403, "Forbidden", message, {"name": name, "kind": "pods"})


def _written(amounts: Mapping[str, Decimal], resources: Iterable[str]) -> str:
    return ",".join(f"{resource}={quantity(amounts[resource], resource)}" for resource in resources)


def _asked(spec: Obj, resource: str) -> Decimal:
    """Tell what a pod takes of a resource that a quota names: `pods`, `cpu`, `requests.memory` and such."""
    if resource in {"pods", "count/pods"}:
        return Decimal(1)
    field, _, name = resource.rpartition(".")
    total = Decimal(0)
    for container in spec["containers"]:
        resources = container.get("resources") or {}
        limits = resources.get("limits") or {}
        chosen = limits if field == "limits" else {**limits, **(resources.get("requests") or {})}
        total += amount(chosen.get(name, 0))
    return total
