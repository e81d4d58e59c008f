"""Whose logs a person wants to read, and which streams that means now."""

from collections.abc import Mapping

import msgspec

from cockpit.logs.block import LogTarget
from cockpit.sources.aws.log_group_target import SINCE_SECONDS, LogGroupTarget
from cockpit.sources.kubernetes.model import Container, Pod, Workload

AnyTarget = LogTarget | LogGroupTarget


class LogSelection(msgspec.Struct, frozen=True):
    """Certain pods, or every replica of a workload, and log groups beside them or alone."""

    pods: tuple[str, ...] = ()
    """`namespace/name` of each."""
    namespace: str = ""
    workload: Workload | None = None
    groups: tuple[str, ...] = ()
    """Names of CloudWatch log groups."""
    previous: bool = False
    since_seconds: int | None = None
    tail_lines: int = 1000

    @property
    def title(self) -> str:
        """Name what is read, for the title of the pane."""
        names = [key.partition("/")[2] for key in self.pods]
        if self.workload is not None:
            names = [f"{self.workload.kind.lower()}/{self.workload.name}"]
        names += self.groups
        what = ", ".join(names[:2]) + (f" and {len(names) - 2} more" if len(names) > 2 else "")
        run = " · previous run" if self.previous else ""
        since = f" · last {_duration(self.since_seconds)}" if self.since_seconds else ""
        return f"{what}{run}{since}"

    def wants(self, pod: Pod) -> bool:
        """Tell whether a pod belongs to the selection."""
        if self.workload is not None:
            return pod.workload == self.workload and pod.namespace == self.namespace
        return pod.key in self.pods

    def among(self, pods: Mapping[str, Pod]) -> list[Pod]:
        """Give the pods of the selection that are there."""
        if self.workload is not None:
            return [pod for pod in pods.values() if self.wants(pod)]
        return [pods[key] for key in self.pods if key in pods]

    def targets(self, pods: Mapping[str, Pod]) -> list[AnyTarget]:
        """Give a target for each container whose log can be read, and for each group."""
        containers = [
            LogTarget(
                namespace=pod.namespace,
                pod=pod.name,
                container=container.name,
                previous=self.previous,
                since_seconds=self.since_seconds,
                tail_lines=self.tail_lines,
            )
            for pod in self.among(pods)
            for container in pod.containers
            if self._readable(container)
        ]
        since = self.since_seconds or SINCE_SECONDS
        return [*containers, *(LogGroupTarget(group, since) for group in self.groups)]

    def _readable(self, container: Container) -> bool:
        """Leave out what has no log: previous runs that never were, and init containers that are done and went well."""
        if self.previous:
            return container.restarts > 0
        finished_init = container.init and not container.sidecar and container.exit_code == 0
        return not finished_init


def _duration(seconds: int) -> str:
    """Say how far back a log begins: `40 s`, `15 min`, `6 h`."""
    if seconds < 120:
        return f"{seconds} s" if seconds % 60 else f"{seconds // 60} min"
    return f"{seconds // 60} min" if seconds < 7200 else f"{seconds // 3600} h"
