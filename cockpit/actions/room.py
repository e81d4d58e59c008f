"""Whether further pods of a workload find room: on the nodes, and within the quotas of their namespace."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import msgspec

from cockpit.actions.live import Live, read_all
from cockpit.actions.resource import Resource
from cockpit.reading import SourceError
from cockpit.sources.kubernetes.asked import asked_by
from cockpit.sources.kubernetes.model import Pod, Pods
from cockpit.sources.kubernetes.objects import Node
from cockpit.sources.kubernetes.quantity import parse_quantity
from cockpit.sources.kubernetes.rollout import condition

if TYPE_CHECKING:
    from cockpit.sources.kubernetes.connection import Cluster

_QUOTAS = Resource("", "resourcequotas", "quota")
_REPELS = ("NoSchedule", "NoExecute")


class Quotas(msgspec.Struct, frozen=True):
    """The resource quotas of a namespace."""

    known: tuple[Live, ...] = ()
    trouble: str = ""
    """Why they could not be read; empty: they are all known."""


class Room(msgspec.Struct, frozen=True):
    """What is known of the room for further pods of a workload."""

    pod_spec: Mapping[str, Any]
    """Of its template; empty: unknown."""
    quotas: Quotas = Quotas()
    nodes: Sequence[Node] = ()
    """Empty: they are not known."""
    pods: Pods | None = None
    """Those that take room already; None: they are not known."""

    def warnings(self, more: int) -> list[str]:
        """Warn of what `more` pods will not find room in."""
        told = [self.quotas.trouble] if self.quotas.trouble else []
        if not self.pod_spec:
            return [*told, "what its pods ask for is not known, nor whether there is room for them"]
        asked = _asked(self.pod_spec)
        told += [line for quota in self.quotas.known for line in _beyond(quota, asked, more)]
        if not self.nodes or self.pods is None or not self.pods.resource_version:
            return [*told, "whether the nodes have room is not known"]
        there = _by_node(self.pods)
        fits = sum(_fits(node, there[node.meta.name], asked) for node in self.nodes if _takes_pods(node))
        if fits < more:
            unseen = "at most " if self.pods.scope else ""
            told.append(f"the nodes without taints have room for {unseen}{fits} of {more} more pods")
        return told


async def read_quotas(cluster: "Cluster", namespace: str) -> Quotas:
    """Read the quotas of a namespace; that one may not is no reason not to act."""
    try:
        return Quotas(tuple(await read_all(cluster, "ResourceQuota", _QUOTAS.path(namespace))))
    except SourceError as error:
        return Quotas(trouble=f"quotas are not known: {error.message}")


def _asked(pod_spec: Mapping[str, Any]) -> dict[str, Decimal]:
    """Add up what a pod asks for, under the names that quotas use: `pods`, `requests.cpu`, `limits.memory`."""
    sidecars = [each for each in pod_spec.get("initContainers") or () if each.get("restartPolicy") == "Always"]
    total = {"pods": Decimal(1)}
    for container in (*sidecars, *(pod_spec.get("containers") or ())):
        resources = container.get("resources") or {}
        limits = resources.get("limits") or {}
        # The server takes a limit for the request of what names no request.
        for part, amounts in (("limits", limits), ("requests", {**limits, **(resources.get("requests") or {})})):
            for name, amount in amounts.items():
                key = f"{part}.{name}"
                total[key] = total.get(key, Decimal()) + parse_quantity(str(amount))
    return total


def _beyond(quota: Live, asked: Mapping[str, Decimal], more: int) -> Iterator[str]:
    """Tell of each limit of a quota for how many of the pods it leaves room."""
    if quota.spec.get("scopes") or quota.spec.get("scopeSelector"):
        return
    used = quota.status.get("used") or {}
    for name, hard in (quota.status.get("hard") or {}).items():
        each = asked.get(_long_name(name))
        if not each:
            continue
        left = parse_quantity(str(hard)) - parse_quantity(str(used.get(name, "0")))
        fits = max(0, int(left // each))
        if fits < more:
            taken = f"{used.get(name, '0')} of {hard} {name} used"
            yield f"quota {quota.ref.name} has room for {fits} of {more} more pods: {taken}"


def _long_name(name: str) -> str:
    """Give the other name of what a quota can call in two ways (Kubernetes: Resource Quotas)."""
    short = {"cpu": "requests.cpu", "memory": "requests.memory", "count/pods": "pods"}
    return short.get(name, name)


def _takes_pods(node: Node) -> bool:
    ready = condition(node.conditions, "Ready")
    repels = any(taint.effect in _REPELS for taint in node.taints)
    return not node.unschedulable and not repels and (ready is None or ready.status == "True")


def _by_node(pods: Pods) -> Mapping[str, Sequence[Pod]]:
    """Give the pods that take room on each node."""
    there: defaultdict[str, list[Pod]] = defaultdict(list)
    for pod in pods.pods.values():
        if not pod.ended:
            there[pod.node].append(pod)
    return there


def _fits(node: Node, there: Sequence[Pod], asked: Mapping[str, Decimal]) -> int:
    """Tell how many further pods a node takes."""
    room = [node.pods - len(there)]
    if cpu := asked.get("requests.cpu"):
        room.append(int((node.cpu - sum(asked_by(pod, "cpu_request") for pod in there)) // (1000 * cpu)))
    if memory := asked.get("requests.memory"):
        room.append(int((node.memory - sum(asked_by(pod, "memory_request") for pod in there)) // memory))
    return max(0, min(room))
