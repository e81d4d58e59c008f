"""An API server to be examined, and programs that the doctor asks."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml
from support.api_server import ScriptedServer
from support.postgres import postgres

__all__ = ["postgres"]

PODS = "/api/v1/namespaces/shop/pods"
LOG = f"{PODS}/api-1/log"
NODES = "/api/v1/nodes"
METRICS = "/apis/metrics.k8s.io/v1beta1/namespaces/shop/pods"


@pytest.fixture(autouse=True)
def _nothing_of_this_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    names = ("KUBECONFIG", "KUBERNETES_SERVICE_HOST", "AWS_PROFILE", "HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "TMUX")
    servers = ("DATABASE_URL", "PGSERVICE", "PGHOST", "PGHOSTADDR", "PGPORT", "PGDATABASE", "PGUSER", "PGPASSWORD")
    for name in (*names, *servers):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    """A server that allows everything."""
    scripted = ScriptedServer()
    scripted.json("/version", {"gitVersion": "v1.36.0"})
    scripted.json(PODS, {"items": [{"metadata": {"name": "api-1", "namespace": "shop"}}]})
    scripted.text(LOG, "a")
    scripted.json(NODES, {"items": []})
    scripted.json(METRICS, {"items": []})
    yield scripted
    scripted.close()


@pytest.fixture
def kubeconfig(server: ScriptedServer, tmp_path: Path) -> Path:
    """A kubeconfig whose current context is the server."""
    path = tmp_path / "kubeconfig"
    content = {
        "current-context": "practice",
        "contexts": [{"name": "practice", "context": {"cluster": "c", "user": "ana", "namespace": "shop"}}],
        "clusters": [{"name": "c", "cluster": {"server": server.url}}],
        "users": [{"name": "ana", "user": {"token": "hush-hush"}}],
    }
    path.write_text(yaml.safe_dump(content))
    return path


@pytest.fixture
def program(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[str, str], None]:
    """Put a program of a test's own in place of a real one."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))

    def write(name: str, script: str) -> None:
        path = folder / name
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)

    return write
