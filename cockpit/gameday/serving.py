"""How well the pods of a workload serve: how many are ready, how much they fail, how long they take."""

from collections.abc import Sequence

import msgspec

from cockpit.gameday.api.kinds import PODS
from cockpit.gameday.api.store import Stored
from cockpit.gameday.cluster import Cluster
from cockpit.gameday.controllers.environment import ConfigurationError, environment
from cockpit.gameday.controllers.pod_state import is_ready
from cockpit.gameday.controllers.surroundings import ContainerSurroundings
from cockpit.gameday.workloads import Behaviour, Trouble

REFUSES_IN = 0.002
"""Seconds that a refusal takes when nobody is there."""


class Serving(msgspec.Struct, frozen=True):
    """What those who ask a workload get."""

    pods: int
    ready: int
    errors: float
    """The share of requests that fail."""
    takes: float
    """Seconds that half of the requests take at most."""
    slows: float
    """Seconds by which the slowest take longer."""
    spills: float
    """Gibibytes a second that its pods write into temporary files of the database."""


def pods_of(cluster: Cluster, namespace: str, app: str) -> list[Stored]:
    """Give the pods with a label `app` that have an address and have not ended."""
    return [
        pod
        for pod in cluster.store.list(PODS, namespace)
        if (pod.obj["metadata"].get("labels") or {}).get("app") == app
        and (pod.obj.get("status") or {}).get("podIP")
        and pod.obj["status"].get("phase") not in {"Succeeded", "Failed"}
    ]


def takes_requests(pod: Stored) -> bool:
    """Tell whether a pod is an endpoint of its service."""
    return is_ready(pod.obj) and "deletionTimestamp" not in pod.obj["metadata"]


def serving(cluster: Cluster, namespace: str, app: str) -> Serving:
    """Look at all pods of a workload."""
    pods = pods_of(cluster, namespace, app)
    ready = [pod for pod in pods if takes_requests(pod)]
    if not ready:
        return Serving(len(pods), 0, 1.0, REFUSES_IN, 0.0, 0.0)
    known = [(behaviour_of(cluster, pod), trouble_of(cluster, pod)) for pod in ready]
    troubles = [trouble for _, trouble in known]
    return Serving(
        pods=len(pods),
        ready=len(ready),
        errors=_mean([trouble.errors if trouble else 0.0 for trouble in troubles]),
        takes=_mean([behaviour.takes for behaviour, _ in known]),
        slows=max(trouble.slows if trouble else 0.0 for trouble in troubles),
        spills=sum(behaviour.spills for behaviour, _ in known),
    )


def behaviour_of(cluster: Cluster, pod: Stored) -> Behaviour:
    """Tell what the first container of a pod does."""
    statuses = pod.obj["status"].get("containerStatuses") or [{}]
    image = cluster.registry.find(statuses[0].get("imageID", ""))
    return image.behaviour if image is not None else Behaviour()


def trouble_of(cluster: Cluster, pod: Stored) -> Trouble | None:
    """Tell what is wrong with the first container of a pod, if anything is."""
    try:
        variables = environment(cluster.store, pod.namespace, pod.obj["spec"]["containers"][0])
    except ConfigurationError:
        variables = {}
    return behaviour_of(cluster, pod).trouble(ContainerSurroundings(cluster, pod.namespace, variables))


def _mean(numbers: Sequence[float]) -> float:
    return sum(numbers) / len(numbers)
