"""The kinds of objects that the API server knows: their names, scope, verbs and subresources."""

from typing import Any

import msgspec

ALL_VERBS = ("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch")
READ_VERBS = ("get", "list")
STATUS = ("status",)
SCALE = ("scale", "status")


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
    is_custom: bool = False
    """Whether a CustomResourceDefinition makes it: only some clusters have it, and it takes no strategic patch."""

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


def _core(plural: str, kind: str, *short_names: str, **more: Any) -> Kind:
    return Kind("", "v1", plural, kind, short_names=short_names, **more)


def _grouped(group: str, plural: str, kind: str, *short_names: str, **more: Any) -> Kind:
    given: dict[str, Any] = {"subresources": STATUS, "has_generation": True, **more}
    return Kind(group, "v1", plural, kind, short_names=short_names, **given)


def _workload(plural: str, kind: str, *short_names: str, group: str = "apps", **more: Any) -> Kind:
    return _grouped(group, plural, kind, *short_names, in_all=True, **more)


def _of_cluster(group: str, plural: str, kind: str, **more: Any) -> Kind:
    return Kind(group, "v1", plural, kind, namespaced=False, **more)


NAMESPACES = _core("namespaces", "Namespace", "ns", namespaced=False, subresources=STATUS)
NODES = _core("nodes", "Node", "no", namespaced=False, subresources=STATUS)
POD_SUBRESOURCES = ("eviction", "exec", "log", "portforward", "status")
PODS = _core("pods", "Pod", "po", in_all=True, subresources=POD_SUBRESOURCES, has_generation=True)
EVENTS = _core("events", "Event", "ev")
SERVICES = _core("services", "Service", "svc", in_all=True, subresources=STATUS)
ENDPOINTS = _core("endpoints", "Endpoints", "ep")
CONFIG_MAPS = _core("configmaps", "ConfigMap", "cm")
SECRETS = _core("secrets", "Secret")
SERVICE_ACCOUNTS = _core("serviceaccounts", "ServiceAccount", "sa")
VOLUME_CLAIMS = _core("persistentvolumeclaims", "PersistentVolumeClaim", "pvc", subresources=STATUS)
QUOTAS = _core("resourcequotas", "ResourceQuota", "quota", subresources=STATUS)
DEPLOYMENTS = _workload("deployments", "Deployment", "deploy", subresources=SCALE)
REPLICA_SETS = _workload("replicasets", "ReplicaSet", "rs", subresources=SCALE)
STATEFUL_SETS = _workload("statefulsets", "StatefulSet", "sts", subresources=SCALE)
DAEMON_SETS = _workload("daemonsets", "DaemonSet", "ds")
JOBS = _workload("jobs", "Job", group="batch")
CRON_JOBS = _workload("cronjobs", "CronJob", "cj", group="batch")
INGRESSES = _grouped("networking.k8s.io", "ingresses", "Ingress", "ing")
ENDPOINT_SLICES = _grouped("discovery.k8s.io", "endpointslices", "EndpointSlice", subresources=())
AUTOSCALERS = Kind(
    "autoscaling",
    "v2",
    "horizontalpodautoscalers",
    "HorizontalPodAutoscaler",
    short_names=("hpa",),
    in_all=True,
    subresources=STATUS,
)
DISRUPTION_BUDGETS = _grouped("policy", "poddisruptionbudgets", "PodDisruptionBudget", "pdb")
STORAGE_CLASSES = _of_cluster("storage.k8s.io", "storageclasses", "StorageClass", short_names=("sc",))
CERTIFICATES = _grouped("cert-manager.io", "certificates", "Certificate", "cert", "certs", is_custom=True)
CERTIFICATE_REQUESTS = _grouped(
    "cert-manager.io", "certificaterequests", "CertificateRequest", "cr", "crs", is_custom=True
)
ISSUERS = _grouped("cert-manager.io", "issuers", "Issuer", is_custom=True)
CERT_MANAGER = (CERTIFICATES, CERTIFICATE_REQUESTS, ISSUERS)
"""What a cluster has in which cert-manager is installed."""

STORED_KINDS = (
    NAMESPACES,
    NODES,
    PODS,
    EVENTS,
    SERVICES,
    ENDPOINTS,
    CONFIG_MAPS,
    SECRETS,
    SERVICE_ACCOUNTS,
    VOLUME_CLAIMS,
    QUOTAS,
    DEPLOYMENTS,
    REPLICA_SETS,
    STATEFUL_SETS,
    DAEMON_SETS,
    JOBS,
    CRON_JOBS,
    INGRESSES,
    ENDPOINT_SLICES,
    AUTOSCALERS,
    DISRUPTION_BUDGETS,
    STORAGE_CLASSES,
    *CERT_MANAGER,
)
"""Kinds whose objects live in the store."""

POD_METRICS = Kind("metrics.k8s.io", "v1beta1", "pods", "PodMetrics", verbs=READ_VERBS)
NODE_METRICS = Kind("metrics.k8s.io", "v1beta1", "nodes", "NodeMetrics", namespaced=False, verbs=READ_VERBS)
ACCESS_REVIEWS = _of_cluster(
    "authorization.k8s.io", "selfsubjectaccessreviews", "SelfSubjectAccessReview", verbs=("create",)
)
RULES_REVIEWS = _of_cluster(
    "authorization.k8s.io", "selfsubjectrulesreviews", "SelfSubjectRulesReview", verbs=("create",)
)
SELF_REVIEWS = _of_cluster("authentication.k8s.io", "selfsubjectreviews", "SelfSubjectReview", verbs=("create",))

COMPUTED_KINDS = (POD_METRICS, NODE_METRICS, ACCESS_REVIEWS, RULES_REVIEWS, SELF_REVIEWS)
"""Kinds whose objects are made for each answer."""

BUILT_IN_KINDS = (*(kind for kind in STORED_KINDS if not kind.is_custom), *COMPUTED_KINDS)
"""Kinds that every cluster serves."""
