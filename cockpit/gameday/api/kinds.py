"""The kinds of objects that the API server knows: their names, scope, verbs and subresources."""

import msgspec

ALL_VERBS = ("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch")
READ_VERBS = ("get", "list")


class Kind(msgspec.Struct, frozen=True):
    """One kind, as discovery lists it."""

    group: str
    """API group; empty for the core group."""
    version: str
    plural: str
    kind: str
    namespaced: bool = True
    short_names: tuple[str, ...] = ()
    in_all: bool = False
    """Whether `kubectl get all` asks for it."""
    subresources: tuple[str, ...] = ()
    verbs: tuple[str, ...] = ALL_VERBS
    has_generation: bool = False
    """Whether a change of the spec raises metadata.generation."""

    @property
    def api_version(self) -> str:
        """`v1` or `apps/v1`."""
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def resource(self) -> str:
        """Name with the group, unique among the kinds: `pods`, `deployments.apps`."""
        return f"{self.plural}.{self.group}" if self.group else self.plural

    @property
    def path(self) -> str:
        """Where the group version is served: `/api/v1`, `/apis/apps/v1`."""
        return f"/apis/{self.api_version}" if self.group else f"/api/{self.version}"


NAMESPACES = Kind("", "v1", "namespaces", "Namespace", namespaced=False, short_names=("ns",), subresources=("status",))
NODES = Kind("", "v1", "nodes", "Node", namespaced=False, short_names=("no",), subresources=("status",))
PODS = Kind(
    "",
    "v1",
    "pods",
    "Pod",
    short_names=("po",),
    in_all=True,
    subresources=("eviction", "log", "status"),
    has_generation=True,
)
EVENTS = Kind("", "v1", "events", "Event", short_names=("ev",))
SERVICES = Kind("", "v1", "services", "Service", short_names=("svc",), in_all=True, subresources=("status",))
CONFIG_MAPS = Kind("", "v1", "configmaps", "ConfigMap", short_names=("cm",))
SECRETS = Kind("", "v1", "secrets", "Secret")
SERVICE_ACCOUNTS = Kind("", "v1", "serviceaccounts", "ServiceAccount", short_names=("sa",))
VOLUME_CLAIMS = Kind(
    "", "v1", "persistentvolumeclaims", "PersistentVolumeClaim", short_names=("pvc",), subresources=("status",)
)
DEPLOYMENTS = Kind(
    "apps",
    "v1",
    "deployments",
    "Deployment",
    short_names=("deploy",),
    in_all=True,
    subresources=("scale", "status"),
    has_generation=True,
)
REPLICA_SETS = Kind(
    "apps",
    "v1",
    "replicasets",
    "ReplicaSet",
    short_names=("rs",),
    in_all=True,
    subresources=("scale", "status"),
    has_generation=True,
)
STATEFUL_SETS = Kind(
    "apps",
    "v1",
    "statefulsets",
    "StatefulSet",
    short_names=("sts",),
    in_all=True,
    subresources=("scale", "status"),
    has_generation=True,
)
DAEMON_SETS = Kind(
    "apps",
    "v1",
    "daemonsets",
    "DaemonSet",
    short_names=("ds",),
    in_all=True,
    subresources=("status",),
    has_generation=True,
)
JOBS = Kind("batch", "v1", "jobs", "Job", in_all=True, subresources=("status",), has_generation=True)
INGRESSES = Kind(
    "networking.k8s.io",
    "v1",
    "ingresses",
    "Ingress",
    short_names=("ing",),
    subresources=("status",),
    has_generation=True,
)
ENDPOINT_SLICES = Kind("discovery.k8s.io", "v1", "endpointslices", "EndpointSlice", has_generation=True)
AUTOSCALERS = Kind(
    "autoscaling",
    "v2",
    "horizontalpodautoscalers",
    "HorizontalPodAutoscaler",
    short_names=("hpa",),
    in_all=True,
    subresources=("status",),
)
DISRUPTION_BUDGETS = Kind(
    "policy",
    "v1",
    "poddisruptionbudgets",
    "PodDisruptionBudget",
    short_names=("pdb",),
    subresources=("status",),
    has_generation=True,
)

STORED_KINDS = (
    NAMESPACES,
    NODES,
    PODS,
    EVENTS,
    SERVICES,
    CONFIG_MAPS,
    SECRETS,
    SERVICE_ACCOUNTS,
    VOLUME_CLAIMS,
    DEPLOYMENTS,
    REPLICA_SETS,
    STATEFUL_SETS,
    DAEMON_SETS,
    JOBS,
    INGRESSES,
    ENDPOINT_SLICES,
    AUTOSCALERS,
    DISRUPTION_BUDGETS,
)
"""Kinds whose objects live in the store."""

POD_METRICS = Kind("metrics.k8s.io", "v1beta1", "pods", "PodMetrics", verbs=READ_VERBS)
NODE_METRICS = Kind("metrics.k8s.io", "v1beta1", "nodes", "NodeMetrics", namespaced=False, verbs=READ_VERBS)
ACCESS_REVIEWS = Kind(
    "authorization.k8s.io",
    "v1",
    "selfsubjectaccessreviews",
    "SelfSubjectAccessReview",
    namespaced=False,
    verbs=("create",),
)
RULES_REVIEWS = Kind(
    "authorization.k8s.io",
    "v1",
    "selfsubjectrulesreviews",
    "SelfSubjectRulesReview",
    namespaced=False,
    verbs=("create",),
)

SELF_REVIEWS = Kind(
    "authentication.k8s.io",
    "v1",
    "selfsubjectreviews",
    "SelfSubjectReview",
    namespaced=False,
    verbs=("create",),
)

COMPUTED_KINDS = (POD_METRICS, NODE_METRICS, ACCESS_REVIEWS, RULES_REVIEWS, SELF_REVIEWS)
"""Kinds whose objects are made for each answer."""

ALL_KINDS = STORED_KINDS + COMPUTED_KINDS


def find_kind(group: str, version: str, plural: str) -> Kind | None:
    """Find a kind by the names that stand in a request's path."""
    for kind in ALL_KINDS:
        if (kind.group, kind.version, kind.plural) == (group, version, plural):
            return kind
    return None


def kind_of(api_version: str, name: str) -> Kind | None:
    """Find a stored kind by the `apiVersion` and `kind` of an object or an owner reference."""
    for kind in STORED_KINDS:
        if kind.kind == name and kind.api_version == api_version:
            return kind
    return None
