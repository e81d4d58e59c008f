"""Which cluster is looked at, as whom, and what may be read there. Rights are found out by using them."""

from collections.abc import Mapping
from urllib.parse import quote

import msgspec

from cockpit.doctor.result import Probe, Result, broken, ok, warning
from cockpit.reading import SourceError, TroubleKind
from cockpit.sources.kubernetes.api_errors import ApiError
from cockpit.sources.kubernetes.connection import Cluster

TIME_OUT = 8.0
"""Seconds that the server may be silent."""
_NO_LOG_YET = 400
"""The answer for a container that has not started, and for a pod of several containers: asking was allowed."""


class _Metadata(msgspec.Struct):
    name: str
    namespace: str = ""


class _Item(msgspec.Struct):
    metadata: _Metadata


class _List(msgspec.Struct):
    items: list[_Item] | None = None


class _Version(msgspec.Struct, rename="camel"):
    git_version: str = "of unknown version"


def connection_probe(cluster: Cluster) -> Probe:
    """Tell what the kubeconfig says, and whether a server answers there."""

    def probe() -> list[Result]:
        info = cluster.describe()
        place = f"context {info.context}, namespace {info.namespace}, as {info.user or 'nobody'}, at {info.server}"
        version = msgspec.json.decode(cluster.get("/version", timeout=TIME_OUT), type=_Version).git_version
        return [ok("kubernetes", f"{place}, Kubernetes {version}")]

    return probe


def right_probes(cluster: Cluster, namespace: str) -> list[tuple[str, Probe]]:
    """Try everything that the cockpit reads, in `namespace` (empty: in all of them)."""
    scope = f"/namespaces/{quote(namespace, safe='')}" if namespace else ""
    where = f" in {namespace}" if namespace else " in all namespaces"
    pods = f"/api/v1{scope}/pods"
    return [
        (f"list pods{where}", _right(cluster, f"list pods{where}", pods, {"limit": "1"})),
        (
            f"watch pods{where}",
            _right(cluster, f"watch pods{where}", pods, {"watch": "1", "timeoutSeconds": "1", "limit": "1"}),
        ),
        (f"read logs{where}", _log_probe(cluster, f"read logs{where}", pods)),
        ("list nodes", _extra(cluster, "list nodes", "/api/v1/nodes", "lost nodes are seen by their pods only")),
        (
            f"metrics{where}",
            _extra(cluster, f"metrics{where}", f"/apis/metrics.k8s.io/v1beta1{scope}/pods", "no CPU and no MEM"),
        ),
    ]


def _right(cluster: Cluster, subject: str, path: str, query: Mapping[str, str]) -> Probe:
    def probe() -> list[Result]:
        cluster.get(path, query, TIME_OUT)
        return [ok(subject, "allowed")]

    return probe


def _extra(cluster: Cluster, subject: str, path: str, without: str) -> Probe:
    """Try something that the cockpit can do without."""

    def probe() -> list[Result]:
        try:
            cluster.get(path, {"limit": "1"}, TIME_OUT)
        except SourceError as error:
            if error.kind in (TroubleKind.DENIED, TroubleKind.MISSING):
                return [warning(subject, f"{error.message} ({without})", error.remedy)]
            raise
        return [ok(subject, "allowed")]

    return probe


def _log_probe(cluster: Cluster, subject: str, pods: str) -> Probe:
    """Read one byte of one log."""

    def probe() -> list[Result]:
        listed = msgspec.json.decode(cluster.get(pods, {"limit": "1"}, TIME_OUT), type=_List)
        if not listed.items:
            return [ok(subject, "not tried: there is no pod")]
        pod = listed.items[0].metadata
        path = f"/api/v1/namespaces/{quote(pod.namespace, safe='')}/pods/{quote(pod.name, safe='')}/log"
        try:
            cluster.get(path, {"tailLines": "1", "limitBytes": "1"}, TIME_OUT)
        except ApiError as error:
            if error.status != _NO_LOG_YET:
                return [broken(subject, error.message, error.remedy)]
        return [ok(subject, "allowed")]

    return probe
