"""Any single object, read when a person asks for it, and written as YAML."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar, Final, NamedTuple
from urllib.parse import quote

import msgspec
import yaml

from cockpit.reading import SourceError, TroubleKind
from cockpit.redact import MASK, redact
from cockpit.sources.kubernetes.connection import Cluster
from cockpit.sources.kubernetes.convert_meta import LAST_APPLIED
from cockpit.text import clean

NOT_READ = "keys and values of secrets are not read"
_METADATA_ONLY = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1"
"""With this form of the answer a secret's values do not leave the server."""


class _Place(NamedTuple):
    """Where the API has a kind."""

    path: str
    plural: str
    namespaced: bool = True


_PLACES: Final[Mapping[str, _Place]] = MappingProxyType(
    {
        "Certificate": _Place("/apis/cert-manager.io/v1", "certificates"),
        "ConfigMap": _Place("/api/v1", "configmaps"),
        "CronJob": _Place("/apis/batch/v1", "cronjobs"),
        "DaemonSet": _Place("/apis/apps/v1", "daemonsets"),
        "Deployment": _Place("/apis/apps/v1", "deployments"),
        "EndpointSlice": _Place("/apis/discovery.k8s.io/v1", "endpointslices"),
        "Event": _Place("/api/v1", "events"),
        "HorizontalPodAutoscaler": _Place("/apis/autoscaling/v2", "horizontalpodautoscalers"),
        "Ingress": _Place("/apis/networking.k8s.io/v1", "ingresses"),
        "Job": _Place("/apis/batch/v1", "jobs"),
        "Namespace": _Place("/api/v1", "namespaces", namespaced=False),
        "NetworkPolicy": _Place("/apis/networking.k8s.io/v1", "networkpolicies"),
        "Node": _Place("/api/v1", "nodes", namespaced=False),
        "PersistentVolume": _Place("/api/v1", "persistentvolumes", namespaced=False),
        "PersistentVolumeClaim": _Place("/api/v1", "persistentvolumeclaims"),
        "Pod": _Place("/api/v1", "pods"),
        "PodDisruptionBudget": _Place("/apis/policy/v1", "poddisruptionbudgets"),
        "ReplicaSet": _Place("/apis/apps/v1", "replicasets"),
        "ResourceQuota": _Place("/api/v1", "resourcequotas"),
        "Secret": _Place("/api/v1", "secrets"),
        "Service": _Place("/api/v1", "services"),
        "ServiceAccount": _Place("/api/v1", "serviceaccounts"),
        "StatefulSet": _Place("/apis/apps/v1", "statefulsets"),
    }
)
READABLE_KINDS = tuple(_PLACES)
"""The kinds of which an object can be read."""


def read_object(cluster: Cluster, kind: str, namespace: str, name: str) -> dict[str, Any]:
    """Read one object whole. Blocks. Of a secret only the metadata is asked for.

    What nobody wants to read is left out: managed fields, and kubectl's copy of what was applied.

    Raises:
        SourceError: it is gone, may not be read, or is of a kind that is not known.
    """
    place = _PLACES.get(kind)
    if place is None:
        remedy = cluster.kubectl.command("api-resources")
        raise SourceError(TroubleKind.MISSING, f"the cockpit does not know where the API has a {kind}", remedy)
    scope = f"/namespaces/{quote(namespace, safe='')}" if place.namespaced else ""
    path = f"{place.path}{scope}/{place.plural}/{quote(name, safe='')}"
    answer = cluster.get(path, accept=_METADATA_ONLY if kind == "Secret" else "")
    try:
        given = msgspec.json.decode(answer, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        message = f"the answer to {path} is no object: {error}"
        raise SourceError(TroubleKind.MALFORMED, message, cluster.kubectl.raw(path)) from error
    if kind == "Secret":  # whatever the server has answered
        given = {"apiVersion": "v1", "kind": "Secret", "metadata": given.get("metadata")}
    return {**given, "metadata": _metadata(given.get("metadata"))}


def yaml_lines(given: Mapping[str, Any]) -> tuple[str, ...]:
    """Write an object as `kubectl get -o yaml` does, fit to be shown: without secrets that somebody wrote in plain."""
    whole = yaml.dump(_without_secrets(given), Dumper=_Dumper, sort_keys=True, allow_unicode=True, width=10_000)
    text = redact(whole)
    notes = [f"# {NOT_READ}"] if given.get("kind") == "Secret" else []
    if masked := text.count(MASK):
        notes.append(f"# {masked} {'value' if masked == 1 else 'values'} masked as {MASK}…]: kubectl shows them")
    return (*notes, *(clean(line) for line in text.rstrip("\n").split("\n")))


def _without_secrets(given: Any) -> Any:
    """Mask values of environment variables and of options whose names stand on a line apart from them in YAML."""
    if isinstance(given, Mapping):
        name, value = given.get("name"), given.get("value")
        if isinstance(name, str) and isinstance(value, str):
            return {**given, "value": redact(f"{name}={value}").removeprefix(f"{name}=")}
        return {key: _without_secrets(part) for key, part in given.items()}
    if isinstance(given, list):
        return [_after(before, _without_secrets(part)) for before, part in zip(("", *given), given, strict=False)]
    return given


def _after(option: Any, argument: Any) -> Any:
    """Mask an argument that stands after an option such as `--token`."""
    if isinstance(option, str) and option.startswith("--") and isinstance(argument, str):
        return redact(f"{option} {argument}").removeprefix(f"{option} ")
    return argument


def _metadata(given: Any) -> dict[str, Any]:
    metadata = {name: value for name, value in (given or {}).items() if name != "managedFields"}
    annotations = metadata.get("annotations") or {}
    if LAST_APPLIED in annotations:
        metadata["annotations"] = {name: value for name, value in annotations.items() if name != LAST_APPLIED}
    return metadata


class _Dumper(yaml.SafeDumper):
    """Writes a text of several lines on several lines, and quotes what kubectl would read as something else.

    Its parser takes a lone `y` for a boolean, and `12e4` and `0o17` for numbers, which PyYAML does not.
    """

    yaml_representers: ClassVar[dict[Any, Any]] = {
        **yaml.SafeDumper.yaml_representers,
        str: lambda dumper, text: dumper.represent_scalar(
            "tag:yaml.org,2002:str", text, style="|" if "\n" in text else None
        ),
    }


_Dumper.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"[yYnN]$"), list("yYnN"))
_Dumper.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"[-+]?0o[0-7]+$"), list("-+0"))
_Dumper.add_implicit_resolver(
    "tag:yaml.org,2002:float", re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)[eE][-+]?\d+$"), list("-+.0123456789")
)
