"""Pods in every kind of trouble, at a time that stands still."""

from datetime import UTC, datetime, timedelta
from typing import Any

from cockpit.sources.kubernetes.model import Container, Health, Pod, Pods, Workload

NOW = datetime(2026, 11, 21, 14, 23, tzinfo=UTC)


class Ward:
    """Makes pods and containers; what is not said is as in a healthy pod that is three days old."""

    now = NOW

    def ago(self, **span: float) -> datetime:
        return NOW - timedelta(**span)

    def container(self, **facts: Any) -> Container:
        defaults = {"name": "api", "image": "shop/api:12", "ready": True, "state": "running"}
        return Container(**{**defaults, "started_at": self.ago(days=3), **facts})

    def pod(self, name: str, *containers: Container, **facts: Any) -> Pod:
        containers = containers or (self.container(),)
        defaults: dict[str, Any] = {
            "namespace": "shop",
            "uid": name,
            "resource_version": "1",
            "status": "Running",
            "health": Health.WELL,
            "ready": sum(container.ready for container in containers),
            "total": len(containers),
            "restarts": sum(container.restarts for container in containers),
            "restarts_rise": 0,
            "last_restart": None,
            "created": self.ago(days=3),
            "node": "node-1",
            "ip": "10.0.0.1",
            "workload": Workload("Deployment", "api"),
            "labels": {},
        }
        return Pod(name=name, containers=containers, **{**defaults, **facts})

    def ill(self, name: str, *containers: Container, **facts: Any) -> Pod:
        """Make a pod that is not ready since 14:08."""
        return self.pod(name, *containers, **{"health": Health.WRONG, "not_ready_since": self.ago(minutes=15), **facts})

    def pods(self, *pods: Pod, scope: str = "shop") -> Pods:
        return Pods(scope=scope, pods={pod.key: pod for pod in pods}, resource_version="1")
