"""Nodes that do not answer: what is deleted on one stays Terminating, for only its kubelet could end it."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from cockpit.actions.live import Live, read
from cockpit.actions.resource import Ref
from cockpit.reading import SourceError

if TYPE_CHECKING:
    from cockpit.sources.kubernetes.connection import Cluster

UNTIL = "until it comes back or is deleted"
"""How long a pod stays on a node that does not answer."""


def is_silent(node: Live) -> bool:
    """Tell whether the kubelet of a node has stopped to answer: the cluster then knows nothing of its Ready."""
    conditions = node.status.get("conditions") or ()
    return any(each.get("type") == "Ready" and each.get("status") == "Unknown" for each in conditions)


def lingering(pod: Live, silent: Sequence[str]) -> str:
    """Say why a pod that is deleted will not end, where that is so; `silent` are the nodes that do not answer."""
    name = pod.spec.get("nodeName", "")
    return f"still Terminating, node/{name} does not answer" if name and name in silent else ""


async def silent_nodes(cluster: "Cluster", pods: Sequence[Live]) -> tuple[str, ...]:
    """Name the nodes of pods that do not answer; one that cannot be read is none: this only serves to warn."""
    return tuple(name for name, answer in (await answering(cluster, pods)).items() if not answer)


async def answering(cluster: "Cluster", pods: Sequence[Live]) -> Mapping[str, bool]:
    """Tell of each node of pods whether it answers; one that cannot be read is left out."""
    known: dict[str, bool] = {}
    for name in sorted({pod.spec.get("nodeName", "") for pod in pods} - {""}):
        try:
            node = await read(cluster, Ref("Node", name))
        except SourceError:
            continue
        known[name] = not is_silent(node)
    return known
