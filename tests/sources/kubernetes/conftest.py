"""What the tests of the Kubernetes sources stand on: a scripted API server, a clock, and pods to tell of."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from support.api_server import ScriptedServer, Time

from cockpit.sources.kubernetes.connection import Cluster


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keep the machine's own kubeconfig, proxies and profiles out."""
    for name in ("KUBECONFIG", "KUBERNETES_SERVICE_HOST", "AWS_PROFILE", "HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))


@pytest.fixture
def samples() -> Path:
    """Answers recorded from a Kubernetes 1.36 server."""
    return Path(__file__).parents[2] / "samples" / "kubernetes"


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    scripted = ScriptedServer()
    yield scripted
    scripted.close()


@pytest.fixture
def write_kubeconfig(tmp_path: Path) -> Callable[..., Path]:
    """Write a kubeconfig with one context and give its path."""

    def write(server: str, user: Mapping[str, Any] | None = None, *, name: str = "shop-prod", **context: Any) -> Path:
        path = tmp_path / f"{name}.kubeconfig"
        content = {
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": name,
            "contexts": [{"name": name, "context": {"cluster": name, "user": f"{name}-user", **context}}],
            "clusters": [{"name": name, "cluster": {"server": server}}],
            "users": [{"name": f"{name}-user", "user": dict(user or {"token": "s3cret-token"})}],
        }
        path.write_text(yaml.safe_dump(content))
        return path

    return write


@pytest.fixture
def cluster(server: ScriptedServer, write_kubeconfig: Callable[..., Path], time: Time) -> Iterator[Cluster]:
    """A cluster whose API server is the scripted one."""
    cluster = Cluster(write_kubeconfig(server.url), clock=time)
    yield cluster
    cluster.close()


@pytest.fixture
def pod_json() -> Callable[..., dict[str, Any]]:
    """Build a pod as the API gives it: running and ready unless told otherwise."""

    def build(name: str = "api-1", version: int = 1, *, restarts: int = 0, **parts: Any) -> dict[str, Any]:
        running = {"running": {"startedAt": "2026-11-21T07:00:00Z"}}
        container = {
            "name": "main",
            "ready": True,
            "restartCount": restarts,
            "state": running,
            **parts.pop("container", {}),
        }
        metadata = {
            "name": name,
            "namespace": "shop",
            "uid": f"uid-{name}",
            "resourceVersion": str(version),
            "creationTimestamp": "2026-11-21T06:59:00Z",
            **parts.pop("metadata", {}),
        }
        ready = "True" if container["ready"] else "False"
        conditions = [{"type": "Ready", "status": ready, "lastTransitionTime": "2026-11-21T07:00:00Z"}]
        status = {
            "phase": "Running",
            "conditions": conditions,
            "containerStatuses": [container],
            **parts.pop("status", {}),
        }
        spec = {"containers": [{"name": "main", "image": "api:1"}], "nodeName": "node1", **parts.pop("spec", {})}
        assert not parts, f"unknown parts: {parts}"
        return {"metadata": metadata, "spec": spec, "status": status}

    return build


@pytest.fixture
def page_json() -> Callable[..., dict[str, Any]]:
    """Build a page of a list."""

    def build(*items: Mapping[str, Any], version: int = 100, more: str = "") -> dict[str, Any]:
        metadata = {"resourceVersion": str(version), **({"continue": more} if more else {})}
        return {"kind": "PodList", "apiVersion": "v1", "metadata": metadata, "items": list(items)}

    return build
