"""Changes of workloads, as a pipeline would write them."""

from collections.abc import Mapping
from typing import Any

from cockpit.gameday.api.defaults import with_defaults
from cockpit.gameday.api.kinds import DEPLOYMENTS, Kind
from cockpit.gameday.cluster import Cluster
from cockpit.gameday.scenarios import shop
from cockpit.gameday.scenarios.past import CHANGE_CAUSE
from cockpit.gameday.scenarios.past import env as variables


def release(
    cluster: Cluster,
    name: str,
    cause: str,
    *,
    kind: Kind = DEPLOYMENTS,
    env: Mapping[str, str] | None = None,
    spec: Mapping[str, Any] | None = None,
    pod: Mapping[str, Any] | None = None,
    **container: Any,
) -> None:
    """Roll a new revision of one of the shop's workloads out.

    Args:
        cluster: Where the shop runs.
        name: The workload.
        cause: What `kubectl rollout history` says of it.
        kind: Its kind.
        env: Variables that are set or changed.
        spec: Fields of its spec that change.
        pod: Fields of its pods' spec that change.
        **container: Fields of its first container that change: image, resources, imagePullPolicy …
    """
    workload = cluster.store.get(kind, shop.NAMESPACE, name)
    obj = workload.copy()
    obj["metadata"].setdefault("annotations", {})[CHANGE_CAUSE] = cause
    obj["spec"] |= spec or {}
    template = obj["spec"]["template"]["spec"]
    template |= pod or {}
    changed = template["containers"][0]
    changed |= container
    if env:
        others = [variable for variable in changed.get("env", ()) if variable["name"] not in env]
        changed["env"] = others + variables(**env)
    cluster.store.replace(workload, with_defaults(kind, obj))
