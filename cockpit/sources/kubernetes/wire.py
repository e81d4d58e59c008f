"""The few fields of the API's objects that the cockpit needs, as msgspec Structs.

The API may write null for anything that is empty, so every field may be None. Decoding skips all other fields without
building them, which is what makes 5,000 pods cheap.
"""

from datetime import datetime
from typing import Generic, TypeVar

import msgspec

T = TypeVar("T")


class _Object(msgspec.Struct, frozen=True, gc=False, rename="camel"):
    """Options of all Structs here: immutable, no reference cycles, camelCase names."""


class Owner(_Object, frozen=True):
    """One of metadata.ownerReferences."""

    kind: str
    name: str
    controller: bool | None = None


class Metadata(_Object, frozen=True):
    """Metadata of one object."""

    name: str | None = None
    namespace: str | None = None
    uid: str | None = None
    resource_version: str | None = None
    creation_timestamp: datetime | None = None
    deletion_timestamp: datetime | None = None
    deletion_grace_period_seconds: int | None = None
    labels: dict[str, str] | None = None
    owner_references: list[Owner] | None = None


class Quantities(_Object, frozen=True):
    """Amounts such as `100m` and `128Mi`."""

    cpu: str | None = None
    memory: str | None = None


class ResourceRequirements(_Object, frozen=True):
    """What a container asks for and may use at most."""

    requests: Quantities | None = None
    limits: Quantities | None = None


class ContainerSpec(_Object, frozen=True):
    """A container as it was asked for."""

    name: str
    image: str | None = None
    restart_policy: str | None = None
    resources: ResourceRequirements | None = None


class SchedulingGate(_Object, frozen=True):
    """What keeps the scheduler from a pod until somebody takes it away."""

    name: str


class PodSpec(_Object, frozen=True):
    """What was asked for."""

    containers: list[ContainerSpec] | None = None
    init_containers: list[ContainerSpec] | None = None
    node_name: str | None = None
    restart_policy: str | None = None
    scheduling_gates: list[SchedulingGate] | None = None


class Waiting(_Object, frozen=True):
    """A container that does not run yet, or not again yet."""

    reason: str | None = None
    message: str | None = None


class Running(_Object, frozen=True):
    """A container that runs."""

    started_at: datetime | None = None


class Terminated(_Object, frozen=True):
    """A container, or its previous run, that ended."""

    exit_code: int | None = None
    signal: int | None = None
    reason: str | None = None
    message: str | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None


class ContainerState(_Object, frozen=True):
    """One of the three, or none."""

    waiting: Waiting | None = None
    running: Running | None = None
    terminated: Terminated | None = None


class ContainerStatus(_Object, frozen=True):
    """A container as it is."""

    name: str
    image_id: str | None = msgspec.field(default=None, name="imageID")
    ready: bool | None = None
    started: bool | None = None
    restart_count: int | None = None
    state: ContainerState | None = None
    last_state: ContainerState | None = None


class Condition(_Object, frozen=True):
    """One of a pod's conditions."""

    type: str
    status: str | None = None
    reason: str | None = None
    message: str | None = None
    last_transition_time: datetime | None = None


class PodStatus(_Object, frozen=True):
    """What is the case."""

    phase: str | None = None
    reason: str | None = None
    message: str | None = None
    pod_ip: str | None = msgspec.field(default=None, name="podIP")
    conditions: list[Condition] | None = None
    container_statuses: list[ContainerStatus] | None = None
    init_container_statuses: list[ContainerStatus] | None = None


class Pod(_Object, frozen=True):
    """A pod as the API gives it."""

    metadata: Metadata = msgspec.field(default_factory=Metadata)
    spec: PodSpec = msgspec.field(default_factory=PodSpec)
    status: PodStatus = msgspec.field(default_factory=PodStatus)


class Named(_Object, frozen=True):
    """An object of any kind; only its metadata."""

    metadata: Metadata = msgspec.field(default_factory=Metadata)


class ContainerUsage(_Object, frozen=True):
    """What a container uses now, in quantities such as `12m` and `34Ki`."""

    usage: dict[str, str] | None = None


class PodMetrics(_Object, frozen=True):
    """What a pod uses now (metrics.k8s.io)."""

    metadata: Metadata = msgspec.field(default_factory=Metadata)
    containers: list[ContainerUsage] | None = None


class NodeMetrics(_Object, frozen=True):
    """What a node uses now (metrics.k8s.io)."""

    metadata: Metadata = msgspec.field(default_factory=Metadata)
    usage: dict[str, str] | None = None


class PageMetadata(_Object, frozen=True):
    """Metadata of a list."""

    resource_version: str | None = None
    continue_token: str | None = msgspec.field(default=None, name="continue")


class PageHead(_Object, frozen=True):
    """What a page says of itself."""

    metadata: PageMetadata = msgspec.field(default_factory=PageMetadata)


class Page(PageHead, Generic[T], frozen=True):
    """A list, or one page of it."""

    items: list[T] | None = None


class StatusCause(_Object, frozen=True):
    """One of the reasons of a refusal."""

    message: str | None = None


class StatusDetails(_Object, frozen=True):
    """More about a refusal."""

    causes: list[StatusCause] | None = None


class Status(_Object, frozen=True):
    """The API's answer when it is not what was asked for."""

    message: str | None = None
    reason: str | None = None
    code: int | None = None
    details: StatusDetails | None = None


class WatchEvent(_Object, frozen=True):
    """One line of a watch. The object's type depends on the event's."""

    type: str
    object: msgspec.Raw


POD_DECODER = msgspec.json.Decoder(Pod)
POD_PAGE_DECODER = msgspec.json.Decoder(Page[Pod])
PAGE_HEAD_DECODER = msgspec.json.Decoder(PageHead)
NAMED_DECODER = msgspec.json.Decoder(Named)
NAMESPACE_PAGE_DECODER = msgspec.json.Decoder(Page[Named])
METRICS_PAGE_DECODER = msgspec.json.Decoder(Page[PodMetrics])
NODE_METRICS_PAGE_DECODER = msgspec.json.Decoder(Page[NodeMetrics])
STATUS_DECODER = msgspec.json.Decoder(Status)
EVENT_DECODER = msgspec.json.Decoder(WatchEvent)
