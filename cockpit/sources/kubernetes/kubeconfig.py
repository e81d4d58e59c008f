"""Finds and reads kubeconfig files, and picks the context, as kubectl does."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import yaml

from cockpit.reading import SourceError, TroubleKind

DEFAULT_KUBECONFIG = Path("~/.kube/config")

IN_CLUSTER = "in-cluster"
"""Stands for the context of a pod, which has no kubeconfig."""
_SERVICE_ACCOUNT = Path("/var/run/secrets/kubernetes.io/serviceaccount")


class ClusterInfo(msgspec.Struct, frozen=True):
    """Which cluster is looked at, and as whom."""

    context: str
    namespace: str
    """The namespace of the context, or `default`."""
    user: str
    """Name of the user's entry in the kubeconfig; empty when the context names none."""
    server: str
    contexts: tuple[str, ...]
    """All contexts that can be chosen, in the order of the files."""


class Kubeconfig(NamedTuple):
    """A context of the merged kubeconfig files, and the entries that it names.

    The nodes are those of the kubernetes package (`ConfigNode`), which remember the file that they came from.
    """

    info: ClusterInfo
    merger: Any
    cluster: Any
    user: Any
    """None when the context names no user."""


class InCluster(NamedTuple):
    """The cluster that this process runs in as a pod."""

    info: ClusterInfo


def kubeconfig_paths(explicit: Path | None) -> list[Path]:
    """List the files to read: the given one, those of KUBECONFIG that exist, or ~/.kube/config.

    Raises:
        SourceError: the given file does not exist.
    """
    if explicit is not None:
        path = explicit.expanduser()
        if not path.exists():
            raise _missing(f"kubeconfig {path} does not exist")
        return [path]
    named = [Path(part).expanduser() for part in os.environ.get("KUBECONFIG", "").split(os.pathsep) if part]
    return [path for path in named or [DEFAULT_KUBECONFIG.expanduser()] if path.exists()]


def in_cluster() -> InCluster | None:
    """Find the cluster that this process runs in as a pod; None when it does not."""
    host, port = os.environ.get("KUBERNETES_SERVICE_HOST"), os.environ.get("KUBERNETES_SERVICE_PORT")
    if not (host and port and (_SERVICE_ACCOUNT / "token").is_file()):
        return None
    try:
        namespace = (_SERVICE_ACCOUNT / "namespace").read_text().strip()
    except OSError:
        namespace = "default"
    server = f"https://[{host}]:{port}" if ":" in host else f"https://{host}:{port}"
    return InCluster(ClusterInfo(IN_CLUSTER, namespace, "service account", server, (IN_CLUSTER,)))


def load_kubeconfig(paths: Sequence[Path], context: str | None) -> Kubeconfig:
    """Read and merge `paths` and pick `context`, or the current one when it is None.

    Raises:
        SourceError: nothing to read, not readable, not a kubeconfig, or no such context.
    """
    if not paths:
        looked_at = os.environ.get("KUBECONFIG") or str(DEFAULT_KUBECONFIG)
        raise _missing(f"there is no kubeconfig at {looked_at}, and this is not a pod of a cluster")
    merger = _merge(paths)
    names = tuple(entry["name"] for entry in merger.config["contexts"].value)
    chosen = context or _current_context(merger)
    where = ", ".join(map(str, paths))
    if not chosen:
        raise _unknown_context(f"{where} sets no current context", names)
    if chosen not in names:
        raise _unknown_context(f"there is no context {chosen!r} in {where}", names)
    try:
        return _pick(merger, chosen, names)
    except _malformed_errors() as error:
        message = f"context {chosen!r} in {where} cannot be used: {error}"
        raise SourceError(TroubleKind.MALFORMED, message, "kubectl config get-contexts") from error


def _merge(paths: Sequence[Path]) -> Any:
    from kubernetes.config.kube_config import KubeConfigMerger  # noqa: PLC0415  (not needed by the first frame)

    try:
        for path in paths:
            path.open("rb").close()
        merger = KubeConfigMerger(os.pathsep.join(map(str, paths)))  # type: ignore[no-untyped-call]
    except OSError as error:
        message = f"cannot read kubeconfig {error.filename}: {error.strerror}"
        raise SourceError(TroubleKind.MISSING, message, f"ls -l {error.filename}") from error
    except yaml.YAMLError as error:
        raise _not_yaml(error, paths) from error
    except _malformed_errors() as error:
        raise _not_a_kubeconfig(paths, error) from error
    for path in paths:
        file = merger.config_files[str(path)]
        entries = [entry for part in ("contexts", "clusters", "users") for entry in file.get(part) or ()]
        if not all(isinstance(entry, dict) and isinstance(entry.get("name"), str) for entry in entries):
            raise _not_a_kubeconfig([path], "an entry has no name")
    return merger


def _pick(merger: Any, chosen: str, names: tuple[str, ...]) -> Kubeconfig:
    context = merger.config["contexts"].get_with_name(chosen)["context"]
    cluster = merger.config["clusters"].get_with_name(context["cluster"])["cluster"]
    user_name = context.safe_get("user") or ""
    user = merger.config["users"].get_with_name(user_name)["user"] if user_name else None
    namespace = context.safe_get("namespace") or "default"
    info = ClusterInfo(chosen, str(namespace), str(user_name), str(cluster["server"]).rstrip("/"), names)
    return Kubeconfig(info, merger, cluster, user)


def _current_context(merger: Any) -> str:
    # The first file that sets it wins, as for kubectl; the merger lets the last one win.
    for file in merger.config_files.values():
        if file.get("current-context"):
            return str(file["current-context"])
    return ""


def _malformed_errors() -> tuple[type[Exception], ...]:
    """What the kubernetes package raises on files that are YAML, but no kubeconfig."""
    from kubernetes.config.config_exception import ConfigException  # noqa: PLC0415  (not needed by the first frame)

    return ConfigException, AttributeError, KeyError, TypeError, ValueError


def _not_yaml(error: yaml.YAMLError, paths: Sequence[Path]) -> SourceError:
    mark = error.problem_mark if isinstance(error, yaml.MarkedYAMLError) else None
    if mark is None:
        return _not_a_kubeconfig(paths, str(error).splitlines()[0])
    problem = getattr(error, "problem", None) or "not YAML"
    message = f"kubeconfig {mark.name}, line {mark.line + 1}: {problem}"
    return SourceError(TroubleKind.MALFORMED, message, f"${{EDITOR:-vi}} +{mark.line + 1} {mark.name}")


def _not_a_kubeconfig(paths: Sequence[Path], error: object) -> SourceError:
    where = ", ".join(map(str, paths))
    return SourceError(TroubleKind.MALFORMED, f"{where} is not a kubeconfig: {error}", f"${{EDITOR:-vi}} {paths[0]}")


def _missing(message: str) -> SourceError:
    return SourceError(TroubleKind.MISSING, message, "cockpit --kubeconfig FILE")


def _unknown_context(problem: str, names: Sequence[str]) -> SourceError:
    known = f"; there is {', '.join(names)}" if names else "; it has no contexts at all"
    return SourceError(TroubleKind.MISSING, problem + known, "cockpit --context NAME")
