"""The few fields of the API's objects that the cockpit needs, as msgspec Structs.

The API may write null for anything that is empty, so every field may be None. Decoding skips all other fields without
building them, which is what makes 5,000 pods cheap.
"""

from datetime import datetime
from typing import Generic, TypeVar

import msgspec

T = TypeVar("T")


class _Object(msgspec.Struct, gc=False, rename="camel"):
    """Options of all Structs here: no reference cycles, camelCase names."""


class Owner(_Object):
    """One of metadata.ownerReferences."""

    kind: str
    name: str
    controller: bool | None = None


class Metadata(_Object):
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


class ContainerSpec(_Object):
    """A container as it was asked for."""

    name: str
    image: str | None = None
    restart_policy: str | None = None


class PodSpec(_Object):
    """What was asked for."""

    containers: list[ContainerSpec] | None = None
    init_containers: list[ContainerSpec] | None = None
    node_name: str | None = None
    restart_policy: str | None = None


class Waiting(_Object):
    """A container that does not run yet, or not again yet."""

    reason: str | None = None
    message: str | None = None


class Running(_Object):
    """A container that runs."""

    started_at: datetime | None = None


class Terminated(_Object):
    """A container, or its previous run, that ended."""

    exit_code: int | None = None
    signal: int | None = None
    reason: str | None = None
    message: str | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None


class ContainerState(_Object):
    """One of the three, or none."""

    waiting: Waiting | None = None
    running: Running | None = None
    terminated: Terminated | None = None


class ContainerStatus(_Object):
    """A container as it is."""

    name: str
    image: str | None = None
    ready: bool | None = None
    started: bool | None = None
    restart_count: int | None = None
    state: ContainerState | None = None
    last_state: ContainerState | None = None


class Condition(_Object):
    """One of a pod's conditions."""

    type: str
    status: str | None = None
    reason: str | None = None
    message: str | None = None
    last_transition_time: datetime | None = None


class PodStatus(_Object):
    """What is the case."""

    phase: str | None = None
    reason: str | None = None
    message: str | None = None
    pod_ip: str | None = msgspec.field(default=None, name="podIP")
    conditions: list[Condition] | None = None
    container_statuses: list[ContainerStatus] | None = None
    init_container_statuses: list[ContainerStatus] | None = None


class Pod(_Object):
    """A pod as the API gives it."""

    metadata: Metadata = msgspec.field(default_factory=Metadata)
    spec: PodSpec = msgspec.field(default_factory=PodSpec)
    status: PodStatus = msgspec.field(default_factory=PodStatus)


class Namespace(_Object):
    """A namespace; only its name."""

    metadata: Metadata = msgspec.field(default_factory=Metadata)


class ContainerUsage(_Object):
    """What a container uses now, in quantities such as `12m` and `34Ki`."""

    usage: dict[str, str] | None = None


class PodMetrics(_Object):
    """What a pod uses now (metrics.k8s.io)."""

    metadata: Metadata = msgspec.field(default_factory=Metadata)
    containers: list[ContainerUsage] | None = None


class PageMetadata(_Object):
    """Metadata of a list."""

    resource_version: str | None = None
    continue_token: str | None = msgspec.field(default=None, name="continue")


class Page(_Object, Generic[T]):
    """A list, or one page of it."""

    metadata: PageMetadata = msgspec.field(default_factory=PageMetadata)
    items: list[T] | None = None


class Status(_Object):
    """The API's answer when it is not what was asked for."""

    message: str | None = None
    reason: str | None = None
    code: int | None = None


class WatchEvent(_Object):
    """One line of a watch. The object's type depends on the event's."""

    type: str
    object: msgspec.Raw


POD_DECODER = msgspec.json.Decoder(Pod)
POD_PAGE_DECODER = msgspec.json.Decoder(Page[Pod])
NAMESPACE_PAGE_DECODER = msgspec.json.Decoder(Page[Namespace])
METRICS_PAGE_DECODER = msgspec.json.Decoder(Page[PodMetrics])
STATUS_DECODER = msgspec.json.Decoder(Status)
EVENT_DECODER = msgspec.json.Decoder(WatchEvent)
