"""What the balancer makes of the pods behind it: each target's state, and AWS' reason for it."""

from datetime import datetime, timedelta
from typing import Any

import msgspec

from cockpit.gameday.api.store import Stored
from cockpit.gameday.cluster import Cluster
from cockpit.gameday.controllers.pod_state import is_ready
from cockpit.gameday.serving import behaviour_of, pods_of, trouble_of
from cockpit.gameday.timing import parse_timestamp

JUDGED_AFTER = timedelta(seconds=10)
"""A new target is not judged before."""
DRAINS = timedelta(seconds=30)
"""So long a target stays that has been taken out."""


class TargetHealth(msgspec.Struct, frozen=True):
    """The state of a target as `describe-target-health` tells it."""

    ip: str
    port: int
    state: str
    reason: str | None = None
    description: str | None = None


class Targets:
    """The targets of a target group: the pods of a workload, by their addresses.

    Args:
        cluster: Where the pods are.
        namespace: Their namespace.
        app: Their label `app`.
        port: On which they are asked.
        health_path: Where they are asked for their health.
    """

    def __init__(self, cluster: Cluster, namespace: str, app: str, port: int, health_path: str) -> None:
        self._cluster = cluster
        self._namespace = namespace
        self._app = app
        self._port = port
        self._health_path = health_path
        self._gone: dict[str, datetime] = {}
        """When the targets that drain were taken out."""
        self.known: dict[str, TargetHealth] = {}
        """The targets by their addresses, as they were at the last look."""

    def look(self) -> None:
        """Judge all targets anew."""
        now, speed = self._cluster.pace.now(), self._cluster.pace.speed
        pods = [
            pod
            for pod in pods_of(self._cluster, self._namespace, self._app)
            if "deletionTimestamp" not in pod.obj["metadata"]
        ]
        found = {pod.obj["status"]["podIP"]: self._judge(pod, now) for pod in pods}
        for ip in self.known.keys() - found.keys() - self._gone.keys():
            self._gone[ip] = now
        self._gone = {ip: at for ip, at in self._gone.items() if ip not in found and now - at < DRAINS / speed}
        self.known = {**found, **{ip: self._drain(ip) for ip in self._gone}}

    def count(self, state: str) -> int:
        """Count the targets in a state."""
        return sum(target.state == state for target in self.known.values())

    def _judge(self, pod: Stored, now: datetime) -> TargetHealth:
        ip: str = pod.obj["status"]["podIP"]
        age = (now - parse_timestamp(pod.obj["metadata"]["creationTimestamp"])) * self._cluster.pace.speed
        state, reason, description = self._verdict(pod)
        if state == "unhealthy" and age < JUDGED_AFTER:
            state, reason, description = (
                "initial",
                "Elb.InitialHealthChecking",
                "Initial health checks in progress",
            )
        return TargetHealth(ip, self._port, state, reason, description)

    def _verdict(self, pod: Stored) -> tuple[str, str | None, str | None]:
        statuses: list[dict[str, Any]] = pod.obj["status"].get("containerStatuses") or []
        runs = bool(statuses) and all("running" in status["state"] for status in statuses)
        trouble = trouble_of(self._cluster, pod)
        if not runs or (not is_ready(pod.obj) and trouble is not None and "refused" in trouble.probe_says):
            return "unhealthy", "Target.FailedHealthChecks", "Health checks failed"
        code = 200
        if behaviour_of(self._cluster, pod).health_path != self._health_path:
            code = 404
        elif not is_ready(pod.obj):
            code = 503
        if code == 200:
            return "healthy", None, None
        return "unhealthy", "Target.ResponseCodeMismatch", f"Health checks failed with these codes: [{code}]"

    def _drain(self, ip: str) -> TargetHealth:
        reason, description = "Target.DeregistrationInProgress", "Target deregistration is in progress"
        return TargetHealth(ip, self._port, "draining", reason, description)
