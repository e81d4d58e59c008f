"""Disruption budgets: how many pods may be missing at once by somebody's will."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from cockpit.actions.live import Live, read_all
from cockpit.actions.resource import Resource
from cockpit.reading import SourceError

if TYPE_CHECKING:
    from cockpit.sources.kubernetes.connection import Cluster

_BUDGETS = Resource("policy", "poddisruptionbudgets", "pdb")
_NOT_COUNTED = ("Pending", "Succeeded", "Failed")
"""Phases in which a pod is evicted without regard to budgets."""


class Budgets(msgspec.Struct, frozen=True):
    """The disruption budgets of some namespaces."""

    known: tuple[Live, ...] = ()
    trouble: str = ""
    """Why they could not be read; empty: they are all known."""

    def covering(self, pod: Live) -> list[Live]:
        """Give those that count a pod."""
        return [
            each
            for each in self.known
            if each.ref.namespace == pod.ref.namespace and _selects(each.spec.get("selector"), pod.labels)
        ]

    def barred(self, pod: Live) -> str:
        """Tell why the server would not even ask them (kubernetes: pkg/registry/core/pod/storage/eviction.go)."""
        names = self.names(pod)
        if len(names) < 2 or pod.is_ending or pod.status.get("phase") in _NOT_COUNTED:
            return ""
        return f"disruption budgets {', '.join(names)} count it, and with more than one the server evicts no pod"

    def names(self, pod: Live) -> tuple[str, ...]:
        """Name those that count a pod."""
        return tuple(each.ref.name for each in self.covering(pod))

    def used_up(self, pods: Sequence[Live]) -> list[str]:
        """Name those that allow less than to take all of these pods away, with how many they allow."""
        told = []
        for budget in self.known:
            covered = sum(budget in self.covering(pod) for pod in pods)
            allowed = budget.status.get("disruptionsAllowed", 0)
            if covered > allowed:
                told.append(f"disruption budget {budget.ref.name} allows {allowed}")
        return told


async def read_budgets(cluster: "Cluster", namespaces: Sequence[str]) -> Budgets:
    """Read the budgets of some namespaces; that one may not is no reason not to act."""
    known: list[Live] = []
    for namespace in namespaces:
        try:
            known += await read_all(cluster, "PodDisruptionBudget", _BUDGETS.path(namespace))
        except SourceError as error:
            return Budgets(tuple(known), f"disruption budgets are not known: {error.message}")
    return Budgets(tuple(known))


def _selects(selector: Mapping[str, Any] | None, labels: Mapping[str, str]) -> bool:
    """Match labels as policy/v1 does: an empty selector chooses every pod, none at all chooses no pod."""
    if selector is None:
        return False
    wanted = selector.get("matchLabels") or {}
    return all(labels.get(key) == value for key, value in wanted.items()) and all(
        _matches(each, labels) for each in selector.get("matchExpressions") or ()
    )


def _matches(expression: Mapping[str, Any], labels: Mapping[str, str]) -> bool:
    key, values = expression["key"], expression.get("values") or ()
    match expression["operator"]:
        case "In":
            return labels.get(key) in values
        case "NotIn":
            return labels.get(key) not in values
        case "Exists":
            return key in labels
        case _:
            return key not in labels
