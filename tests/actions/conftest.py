"""A practice world with a client, the real kubectl, a record in memory, and objects to plan from."""

import asyncio
import os
import shutil
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from support import practice
from support.recorder import Memory

from cockpit.actions.cluster_executor import ClusterExecutor
from cockpit.actions.live import Live, live_of
from cockpit.actions.pace import Pace
from cockpit.actions.permit import Permit
from cockpit.actions.planner import Planner
from cockpit.actions.runner import Runner
from cockpit.actions.scene import Scene
from cockpit.gameday.world import World
from cockpit.sources.kubernetes.connection import Cluster
from cockpit.sources.kubernetes.kubectl import Kubectl

world, bad_world = practice.world, practice.bad_world
NOW = datetime(2026, 11, 21, 14, 8, 51, tzinfo=UTC)
QUICK = Pace(answer=2.0, find_out=0.3, look_again=0.02, blocked=0.3)


@pytest.fixture
def memory() -> Memory:
    return Memory()


@pytest.fixture
def cluster(world: World) -> Iterator[Cluster]:
    cluster = Cluster(world.kubeconfig)
    yield cluster
    cluster.close()


@pytest.fixture
def planner(cluster: Cluster) -> Planner:
    return Planner(cluster, clock=lambda: NOW)


@pytest.fixture
def runner(cluster: Cluster, memory: Memory) -> Runner:
    return Runner(ClusterExecutor(cluster), memory, pace=QUICK)


@pytest.fixture
def permit() -> Permit:
    return Permit(frozenset({"practice", "practice-viewer"}))


@pytest.fixture
def scene() -> Scene:
    return Scene("shop-prod", Kubectl(" --context shop-prod"), NOW)


@pytest.fixture
def deployment() -> Callable[..., Live]:
    """Make a deployment of three pods that is rolled out."""

    def make(template: dict[str, Any] | None = None, **spec: Any) -> Live:
        replicas = spec.setdefault("replicas", 3)
        template = template or pod_template()
        status = {"observedGeneration": 4, "updatedReplicas": replicas, "readyReplicas": replicas}
        metadata = {
            "name": "api",
            "namespace": "shop",
            "uid": "u-api",
            "resourceVersion": "70",
            "generation": 4,
            "annotations": {"deployment.kubernetes.io/revision": "12", "kubernetes.io/change-cause": "release 12"},
        }
        body = {"selector": {"matchLabels": {"app": "api"}}, "template": template, **spec}
        return live_of("Deployment", {"metadata": metadata, "spec": body, "status": status})

    return make


@pytest.fixture
def replica_set() -> Callable[..., Live]:
    """Make a revision of the deployment; its pods carry its number as their hash."""

    def make(revision: int, template: dict[str, Any] | None = None, uid: str = "u-api") -> Live:
        template = template or pod_template()
        labels = {**template["metadata"]["labels"], "pod-template-hash": f"h{revision}"}
        owner = {"kind": "Deployment", "name": "api", "uid": uid, "controller": True}
        metadata = {
            "name": f"api-h{revision}",
            "namespace": "shop",
            "uid": f"u-{revision}",
            "labels": labels,
            "annotations": {"deployment.kubernetes.io/revision": str(revision)},
            "ownerReferences": [owner],
        }
        hashed = {**template, "metadata": {**template["metadata"], "labels": labels}}
        return live_of("ReplicaSet", {"metadata": metadata, "spec": {"replicas": 0, "template": hashed}})

    return make


@pytest.fixture
def pod() -> Callable[..., Live]:
    """Make a ready pod of a ReplicaSet."""

    def make(name: str = "api-1", *, owner: str = "ReplicaSet", ready: bool = True, **parts: Any) -> Live:
        owners = [{"kind": owner, "name": "api-h12", "uid": "u-12", "controller": True}] if owner else []
        metadata = {
            "name": name,
            "namespace": "shop",
            "uid": f"u-{name}",
            "resourceVersion": "7",
            "labels": {"app": "api", "pod-template-hash": "h12"},
            "ownerReferences": owners,
            **parts.pop("metadata", {}),
        }
        status = {"phase": "Running", "conditions": [{"type": "Ready", "status": "True" if ready else "False"}]}
        return live_of("Pod", {"metadata": metadata, "spec": parts.pop("spec", {}), "status": {**status, **parts}})

    return make


def pod_template(image: str = "shop/api:1.4.0", **fields: Any) -> dict[str, Any]:
    """Write a pod template with one container."""
    annotations = fields.pop("annotations", {})
    container = {"name": "api", "image": image, **fields}
    return {"metadata": {"labels": {"app": "api"}, "annotations": annotations}, "spec": {"containers": [container]}}


@pytest.fixture
def template() -> Callable[..., dict[str, Any]]:
    return pod_template


@pytest.fixture
def kubectl(tmp_path: Path) -> Callable[..., Awaitable[str]]:
    """The real kubectl with a home of its own; gives what it printed when it succeeded."""
    if shutil.which("kubectl") is None:
        pytest.skip("kubectl is not installed")

    async def run(world: World, *arguments: str) -> str:
        environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "KUBECONFIG": str(world.kubeconfig)}
        child = await asyncio.create_subprocess_exec(
            "kubectl",
            *arguments,
            env=environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        output, _ = await child.communicate()
        assert child.returncode == 0, output.decode()
        return output.decode()

    return run
