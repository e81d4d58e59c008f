"""The pods that pass the filter, in order, kept up to date by what changed."""

from bisect import bisect_left, insort
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

from cockpit.sources.kubernetes.model import Pod, Usage
from cockpit.ui.kubernetes.pod_filter import EVERYTHING, PodFilter

SortKey = tuple[Any, ...]


class Order(StrEnum):
    """What the list can be sorted by; the first is the default."""

    WORST = "worst first"
    NAME = "name"
    RESTARTS = "restarts"
    AGE = "youngest first"
    CPU = "CPU"
    MEMORY = "memory"
    NODE = "node"


class PodList:
    """An ordered, filtered view of the pods of a reading.

    Updating it costs time for the pods that changed, and one comparison of identity for each that did not.
    """

    def __init__(self) -> None:
        self.order = Order.WORST
        self.reverse = False
        self.filter: PodFilter = EVERYTHING
        self._pods: Mapping[str, Pod] = {}
        self._usage: Mapping[str, Usage] = {}
        self._sorted: list[SortKey] = []
        self._sort_keys: dict[str, SortKey] = {}

    def __len__(self) -> int:
        return len(self._sorted)

    @property
    def total(self) -> int:
        """How many pods there are, shown or not."""
        return len(self._pods)

    @property
    def has_usage(self) -> bool:
        """Whether the metrics API tells what the pods use."""
        return bool(self._usage)

    def get(self, key: str | None) -> Pod | None:
        """Give a pod by `namespace/name`, shown or not."""
        return None if key is None else self._pods.get(key)

    def usage(self, key: str) -> Usage | None:
        """Give what the pod uses, when the metrics API told."""
        return self._usage.get(key)

    def update(self, pods: Mapping[str, Pod]) -> None:
        """Take over another reading of the pods."""
        old, self._pods = self._pods, pods
        for key in old.keys() - pods.keys():
            self._remove(key)
        for key, pod in pods.items():
            if old.get(key) is not pod:
                self._remove(key)
                self._add(key, pod)

    def update_usage(self, usage: Mapping[str, Usage]) -> None:
        """Take over another reading of what the pods use."""
        self._usage = usage
        if self.order in (Order.CPU, Order.MEMORY):
            self.rebuild()

    def choose(
        self, *, order: Order | None = None, reverse: bool | None = None, wanted: PodFilter | None = None
    ) -> None:
        """Change the order or the filter."""
        self.order = order or self.order
        self.reverse = self.reverse if reverse is None else reverse
        self.filter = wanted or self.filter
        self.rebuild()

    def rebuild(self) -> None:
        """Filter and sort everything anew."""
        self._sort_keys = {key: self._sort_key(pod) for key, pod in self._pods.items() if self.filter.accepts(pod)}
        self._sorted = sorted(self._sort_keys.values())

    def slice(self, first: int, count: int) -> list[Pod]:
        """Give `count` pods from position `first` on."""
        size = len(self._sorted)
        if self.reverse:
            keys = [self._sorted[size - 1 - at][-1] for at in range(first, min(first + count, size))]
        else:
            keys = [sort_key[-1] for sort_key in self._sorted[first : first + count]]
        return [self._pods[key] for key in keys]

    def position(self, key: str) -> int | None:
        """Tell at which position a pod stands; None when it is not shown."""
        sort_key = self._sort_keys.get(key)
        if sort_key is None:
            return None
        at = bisect_left(self._sorted, sort_key)
        return len(self._sorted) - 1 - at if self.reverse else at

    def _add(self, key: str, pod: Pod) -> None:
        if self.filter.accepts(pod):
            sort_key = self._sort_key(pod)
            self._sort_keys[key] = sort_key
            insort(self._sorted, sort_key)

    def _remove(self, key: str) -> None:
        sort_key = self._sort_keys.pop(key, None)
        if sort_key is not None:
            del self._sorted[bisect_left(self._sorted, sort_key)]

    def _sort_key(self, pod: Pod) -> SortKey:
        return (*_SORT_KEYS[self.order](pod, self._usage.get(pod.key)), pod.key)


_SORT_KEYS: dict[Order, Callable[[Pod, Usage | None], SortKey]] = {
    Order.WORST: lambda pod, _: (pod.health, -pod.restarts_rise, pod.workload.name, -pod.restarts),
    Order.NAME: lambda _pod, _: (),
    Order.RESTARTS: lambda pod, _: (-pod.restarts, -pod.restarts_rise),
    Order.AGE: lambda pod, _: (-pod.created.timestamp(),),
    Order.CPU: lambda _, usage: (-usage.cpu_millicores if usage else 1,),
    Order.MEMORY: lambda _, usage: (-usage.memory_bytes if usage else 1,),
    Order.NODE: lambda pod, _: (pod.node,),
}
