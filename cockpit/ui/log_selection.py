"""Whose logs a person wants to read, and which streams that means now."""

from collections.abc import Mapping

import msgspec

from cockpit.logs.block import LogTarget
from cockpit.sources.kubernetes.model import Container, Pod, Workload


class LogSelection(msgspec.Struct, frozen=True):
    """Certain pods, or every replica of a workload."""

    pods: tuple[str, ...] = ()
    """`namespace/name` of each."""
    namespace: str = ""
    workload: Workload | None = None
    previous: bool = False
    since_seconds: int | None = None
    tail_lines: int = 1000

    @property
    def title(self) -> str:
        """Name what is read, for the title of the pane."""
        if self.workload is not None:
            what = f"{self.workload.kind.lower()}/{self.workload.name}"
        else:
            what = ", ".join(key.partition("/")[2] for key in self.pods[:2])
            what += f" and {len(self.pods) - 2} more" if len(self.pods) > 2 else ""
        run = " · previous run" if self.previous else ""
        since = f" · last {self.since_seconds // 60} min" if self.since_seconds else ""
        return f"{what}{run}{since}"

    def wants(self, pod: Pod) -> bool:
        """Tell whether a pod belongs to the selection."""
        if self.workload is not None:
            return pod.workload == self.workload and pod.namespace == self.namespace
        return pod.key in self.pods

    def targets(self, pods: Mapping[str, Pod]) -> list[LogTarget]:
        """Give a target for each container whose log can be read."""
        if self.workload is not None:
            chosen = [pod for pod in pods.values() if self.wants(pod)]
        else:
            chosen = [pods[key] for key in self.pods if key in pods]
        return [
            LogTarget(
                namespace=pod.namespace,
                pod=pod.name,
                container=container.name,
                previous=self.previous,
                since_seconds=self.since_seconds,
                tail_lines=self.tail_lines,
            )
            for pod in chosen
            for container in pod.containers
            if self._readable(container)
        ]

    def _readable(self, container: Container) -> bool:
        """Leave out what has no log: previous runs that never were, and init containers that are done and went well."""
        if self.previous:
            return container.restarts > 0
        finished_init = container.init and not container.sidecar and container.exit_code == 0
        return not finished_init
