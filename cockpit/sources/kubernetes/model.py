"""What the panes and rules know of a cluster. Decoded from the API by `wire`; nothing here does I/O."""

from collections.abc import Mapping
from datetime import datetime
from enum import IntEnum

import msgspec

from cockpit.sources.kubernetes.objects import Resources

KUBERNETES = "kubernetes"
"""Name of the reading that tells which cluster is looked at."""
PODS = "kubernetes/pods"
"""Name of the reading of the pods."""
METRICS = "kubernetes/metrics"
"""Name of the reading of what the pods use."""
NODE_METRICS = "kubernetes/node-metrics"
"""Name of the reading of what the nodes use."""
TERMINATING = "Terminating"
"""STATUS of a pod that is being deleted, as `kubectl` prints it."""

SCHEDULING_GATED = "SchedulingGated"
"""STATUS of a pod that the scheduler leaves aside until its gates (spec.schedulingGates) are taken away."""


class Health(IntEnum):
    """How worried a pod should make its reader; the lower, the worse. The order of the default sort."""

    WRONG = 0
    """It does not serve and will not by waiting: crash loop, image not pulled, OOMKilled, failed, node lost."""
    DOUBTFUL = 1
    """It runs but should not be trusted: not ready for longer than a start should take, restarted lately."""
    CHANGING = 2
    """On its way: pending, creating, starting, terminating."""
    WELL = 3
    DONE = 4
    """Completed with success."""


class Container(msgspec.Struct, frozen=True, gc=False):
    """One container of a pod with its present and last state (Kubernetes: ContainerStatus)."""

    name: str
    image: str
    ready: bool = False
    restarts: int = 0
    state: str = ""
    """`waiting`, `running`, `terminated`, or empty while the kubelet has said nothing."""
    reason: str = ""
    message: str = ""
    exit_code: int | None = None
    signal: int | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    last_reason: str = ""
    """Why the previous run ended (lastState.terminated), such as `Error` or `OOMKilled`."""
    last_message: str = ""
    last_exit_code: int | None = None
    last_finished_at: datetime | None = None
    init: bool = False
    sidecar: bool = False
    """A native sidecar: an init container with restartPolicy Always."""
    image_id: str = ""
    """What the image's name stood for when it was pulled, with its digest."""
    resources: Resources = Resources()


class Workload(msgspec.Struct, frozen=True, gc=False):
    """What owns a pod: `Deployment/api`, `StatefulSet/db`, `Job/import`, or the pod itself when nothing does."""

    kind: str
    name: str


class Pod(msgspec.Struct, frozen=True, gc=False):
    """A pod as people look at it."""

    namespace: str
    name: str
    uid: str
    resource_version: str
    status: str
    """What `kubectl get pods` prints as STATUS."""
    health: Health
    ready: int
    """Ready containers, native sidecars included."""
    total: int
    restarts: int
    restarts_rise: int
    """Restarts since this session first saw the pod."""
    last_restart: datetime | None
    created: datetime
    node: str
    ip: str
    workload: Workload
    labels: Mapping[str, str]
    containers: tuple[Container, ...]
    """Init containers first, then the others, each in the order of the pod's spec."""
    reason: str = ""
    """Why the pod as a whole is where it is: status.reason, or the scheduler's `Unschedulable`."""
    message: str = ""
    deleting_since: datetime | None = None
    not_ready_since: datetime | None = None
    """Since when the Ready condition is not True; None while it is."""
    ended: bool = False
    """All its containers have ended for good, well or not (phase Succeeded or Failed): it takes no room any more."""

    @property
    def key(self) -> str:
        """`namespace/name`, unique among the pods of one moment."""
        return f"{self.namespace}/{self.name}"


class Pods(msgspec.Struct, frozen=True):
    """All pods of the scope at one moment, by `namespace/name`. Unchanged pods stay the same object."""

    scope: str
    """The namespace that was asked for, or empty for all of them."""
    pods: Mapping[str, Pod]
    resource_version: str = ""
    """Up to which change of the cluster `pods` is complete; empty while the first list is still being read."""


class Usage(msgspec.Struct, frozen=True, gc=False):
    """What a pod uses now, summed over its containers, or a node."""

    cpu_millicores: int
    memory_bytes: int


class PodUsage(msgspec.Struct, frozen=True):
    """The metrics API's newest numbers, by `namespace/name`."""

    usage: Mapping[str, Usage]


class NodeUsage(msgspec.Struct, frozen=True):
    """The metrics API's newest numbers of the nodes, by name: of all their pods, and of the system beside them."""

    usage: Mapping[str, Usage]
