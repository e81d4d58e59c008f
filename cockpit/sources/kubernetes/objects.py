"""What the panes and rules know of every watched kind but pods. Nothing here does I/O."""

from collections.abc import Mapping
from datetime import datetime
from typing import Generic, TypeVar

import msgspec

from cockpit.text import clean

T_co = TypeVar("T_co", covariant=True)


class ObjectRef(msgspec.Struct, frozen=True):
    """An object of the cluster, by what people call it."""

    kind: str
    """Such as `Deployment`."""
    namespace: str
    """Empty for what belongs to the whole cluster."""
    name: str

    @property
    def key(self) -> str:
        """`namespace/name`, or the name alone: as in `Meta.key`."""
        return f"{self.namespace}/{self.name}" if self.namespace else self.name

    def __str__(self) -> str:
        """Write it as kubectl takes it: `deployment/api`. Fit to be shown."""
        return clean(f"{self.kind.lower()}/{self.name}")


class Owner(msgspec.Struct, frozen=True, gc=False):
    """The controller that an object belongs to (metadata.ownerReferences)."""

    kind: str
    name: str
    uid: str = ""


class Meta(msgspec.Struct, frozen=True, gc=False):
    """What every object has (metav1.ObjectMeta)."""

    name: str
    uid: str
    resource_version: str
    created: datetime
    namespace: str = ""
    """Empty for what belongs to the whole cluster."""
    generation: int = 0
    labels: Mapping[str, str] = {}
    annotations: Mapping[str, str] = {}
    """Without kubectl's copy of the last applied configuration, which may be long and hold secrets."""
    owner: Owner | None = None
    deleting_since: datetime | None = None

    @property
    def key(self) -> str:
        """`namespace/name`, or the name alone for what belongs to the whole cluster; unique within a kind."""
        return f"{self.namespace}/{self.name}" if self.namespace else self.name


class Objects(msgspec.Struct, Generic[T_co], frozen=True):
    """All objects of one kind in the scope at one moment, by `Meta.key`. Unchanged ones stay the same object."""

    scope: str
    """The namespace that was asked for; empty for all of them, and for kinds of the whole cluster."""
    objects: Mapping[str, T_co]
    resource_version: str = ""
    """Up to which change of the cluster `objects` is complete; empty while the first list is still being read."""


class Condition(msgspec.Struct, frozen=True, gc=False):
    """One of an object's conditions (metav1.Condition)."""

    type: str
    status: str
    """`True`, `False` or `Unknown`."""
    reason: str = ""
    message: str = ""
    since: datetime | None = None
    """When the status changed last."""
    updated_at: datetime | None = None
    """When the condition was written last, where the kind tells (Deployment)."""


class Resources(msgspec.Struct, frozen=True, gc=False):
    """What a container asks for and may use at most; None: nothing said."""

    cpu_request: int | None = None
    """Millicores, as all CPU figures here."""
    memory_request: int | None = None
    """Bytes, as all memory figures here."""
    cpu_limit: int | None = None
    memory_limit: int | None = None


class EnvVar(msgspec.Struct, frozen=True, gc=False):
    """An environment variable of a container."""

    name: str
    value: str = ""
    """The literal value; empty when it comes from elsewhere. May be a secret that somebody wrote in plain."""
    source: str = ""
    """Where it comes from: `secret db-url/password`, `configmap api/LEVEL`, `field status.podIP`; empty: literal."""


class ContainerTemplate(msgspec.Struct, frozen=True, gc=False):
    """A container as a pod template asks for it."""

    name: str
    image: str
    init: bool = False
    env: tuple[EnvVar, ...] = ()
    env_from: tuple[str, ...] = ()
    """`secret NAME` and `configmap NAME`."""
    resources: Resources = Resources()
    command: tuple[str, ...] = ()
    """command and args, joined."""
    probes: Mapping[str, str] = {}
    """`readiness`, `liveness`, `startup`: what is asked, such as `GET :8080/healthz`."""


class PodTemplate(msgspec.Struct, frozen=True, gc=False):
    """What a workload makes its pods from."""

    labels: Mapping[str, str] = {}
    annotations: Mapping[str, str] = {}
    containers: tuple[ContainerTemplate, ...] = ()
    """Init containers first."""
    volumes: tuple[str, ...] = ()
    """`secret NAME`, `configmap NAME`, `claim NAME`; volumes that need no other object are left out."""


class Deployment(msgspec.Struct, frozen=True, gc=False):
    """A Deployment (apps/v1)."""

    meta: Meta
    desired: int
    replicas: int = 0
    updated: int = 0
    ready: int = 0
    available: int = 0
    observed_generation: int = 0
    paused: bool = False
    revision: int = 0
    """Annotation deployment.kubernetes.io/revision; 0: unknown."""
    selector: Mapping[str, str] = {}
    """matchLabels; expressions are left out."""
    template: PodTemplate = PodTemplate()
    conditions: tuple[Condition, ...] = ()


class ReplicaSet(msgspec.Struct, frozen=True, gc=False):
    """A ReplicaSet (apps/v1): one revision of a Deployment, or on its own."""

    meta: Meta
    desired: int
    replicas: int = 0
    ready: int = 0
    available: int = 0
    revision: int = 0
    """Of its Deployment; 0: unknown. The same template used again gets a new number, and keeps its object."""
    change_cause: str = ""
    """Annotation kubernetes.io/change-cause."""
    template: PodTemplate = PodTemplate()
    conditions: tuple[Condition, ...] = ()


class StatefulSet(msgspec.Struct, frozen=True, gc=False):
    """A StatefulSet (apps/v1)."""

    meta: Meta
    desired: int
    replicas: int = 0
    ready: int = 0
    updated: int = 0
    available: int = 0
    observed_generation: int = 0
    current_revision: str = ""
    update_revision: str = ""
    selector: Mapping[str, str] = {}
    template: PodTemplate = PodTemplate()
    conditions: tuple[Condition, ...] = ()
    left_alone: int = 0
    """Pods that its controller does not update: those before the partition, or all with OnDelete."""


class DaemonSet(msgspec.Struct, frozen=True, gc=False):
    """A DaemonSet (apps/v1)."""

    meta: Meta
    desired: int
    """status.desiredNumberScheduled: nodes that should run it."""
    scheduled: int = 0
    ready: int = 0
    updated: int = 0
    available: int = 0
    misscheduled: int = 0
    observed_generation: int = 0
    selector: Mapping[str, str] = {}
    template: PodTemplate = PodTemplate()
    conditions: tuple[Condition, ...] = ()
    left_alone: int = 0
    """Pods that its controller does not update: all with OnDelete."""


class Job(msgspec.Struct, frozen=True, gc=False):
    """A Job (batch/v1)."""

    meta: Meta
    completions: int = 1
    parallelism: int = 1
    active: int = 0
    succeeded: int = 0
    failed: int = 0
    suspended: bool = False
    backoff_limit: int = 6
    started_at: datetime | None = None
    finished_at: datetime | None = None
    conditions: tuple[Condition, ...] = ()


class Taint(msgspec.Struct, frozen=True, gc=False):
    """What keeps pods away from a node."""

    key: str
    effect: str
    value: str = ""


class Node(msgspec.Struct, frozen=True, gc=False):
    """A node (v1)."""

    meta: Meta
    conditions: tuple[Condition, ...] = ()
    unschedulable: bool = False
    """Cordoned."""
    taints: tuple[Taint, ...] = ()
    cpu: int = 0
    """Allocatable millicores."""
    memory: int = 0
    """Allocatable bytes."""
    pods: int = 0
    """Allocatable pods."""
    address: str = ""
    """InternalIP."""
    provider_id: str = ""
    """Such as `aws:///us-west-2a/i-0abc`: what load balancers call it."""
    version: str = ""
    """Of its kubelet."""
    roles: tuple[str, ...] = ()


class ServicePort(msgspec.Struct, frozen=True, gc=False):
    """A port of a service."""

    port: int
    name: str = ""
    target: str = ""
    protocol: str = "TCP"
    node_port: int = 0


class Service(msgspec.Struct, frozen=True, gc=False):
    """A Service (v1)."""

    meta: Meta
    type: str = "ClusterIP"
    cluster_ip: str = ""
    selector: Mapping[str, str] = {}
    """Empty: its endpoints are kept by somebody else."""
    ports: tuple[ServicePort, ...] = ()
    addresses: tuple[str, ...] = ()
    """Of its load balancer."""


class Endpoint(msgspec.Struct, frozen=True, gc=False):
    """Where a service sends requests to."""

    addresses: tuple[str, ...]
    ready: bool = True
    serving: bool = True
    terminating: bool = False
    pod: str = ""
    """Name of the pod, in the slice's namespace; empty when it is none."""
    node: str = ""


class EndpointSlice(msgspec.Struct, frozen=True, gc=False):
    """Some of the endpoints of a service (discovery.k8s.io/v1)."""

    meta: Meta
    service: str
    """Label kubernetes.io/service-name."""
    endpoints: tuple[Endpoint, ...] = ()


class IngressRule(msgspec.Struct, frozen=True, gc=False):
    """Which requests an ingress sends to which service."""

    host: str
    path: str
    service: str
    port: str


class Ingress(msgspec.Struct, frozen=True, gc=False):
    """An Ingress (networking.k8s.io/v1)."""

    meta: Meta
    class_name: str = ""
    rules: tuple[IngressRule, ...] = ()
    """The default backend stands last, with an empty host and path."""
    tls_secrets: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()


class Autoscaler(msgspec.Struct, frozen=True, gc=False):
    """A HorizontalPodAutoscaler (autoscaling/v2)."""

    meta: Meta
    target: Owner
    least: int
    most: int
    current: int = 0
    desired: int = 0
    metrics: tuple[str, ...] = ()
    """Each as `cpu 93% of 80%`."""
    last_scaled_at: datetime | None = None
    conditions: tuple[Condition, ...] = ()


class VolumeClaim(msgspec.Struct, frozen=True, gc=False):
    """A PersistentVolumeClaim (v1)."""

    meta: Meta
    phase: str = ""
    """`Pending`, `Bound` or `Lost`; `Terminating` once it is to be deleted, as kubectl prints it."""
    volume: str = ""
    storage_class: str = ""
    requested: int = 0
    """Bytes."""
    capacity: int = 0
    conditions: tuple[Condition, ...] = ()


class Certificate(msgspec.Struct, frozen=True, gc=False):
    """A Certificate (cert-manager.io/v1)."""

    meta: Meta
    secret: str = ""
    names: tuple[str, ...] = ()
    issuer: str = ""
    not_after: datetime | None = None
    renewal_at: datetime | None = None
    conditions: tuple[Condition, ...] = ()


class Event(msgspec.Struct, frozen=True, gc=False):
    """An Event (v1)."""

    meta: Meta
    type: str
    """`Normal` or `Warning`."""
    reason: str
    message: str
    kind: str
    """Of the object that it is about (involvedObject)."""
    name: str
    namespace: str = ""
    uid: str = ""
    count: int = 1
    first_at: datetime | None = None
    last_at: datetime | None = None
    reporter: str = ""

    @property
    def about(self) -> str:
        """`Kind/namespace/name` of the object that it is about; without the namespace where there is none."""
        return "/".join(part for part in (self.kind, self.namespace, self.name) if part)
