"""The cells of one row, by kind (k8s.io/kubernetes, pkg/printers/internalversion/printers.go)."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from cockpit.gameday.api.pod_summary import pod_status, restarts
from cockpit.gameday.api.store import Obj
from cockpit.gameday.timing import parse_timestamp

Cells = Callable[[Obj, datetime], list[Any]]
"""Makes the cells of one object's row at a moment."""

NONE = "<none>"


def age(obj: Obj, now: datetime) -> str:
    """Tell how old an object is."""
    return since(obj["metadata"].get("creationTimestamp"), now)


def since(moment: str | None, now: datetime) -> str:
    """Tell how long ago something was; `<unknown>` when nobody knows."""
    if not moment:
        return "<unknown>"
    return duration(int((now - parse_timestamp(moment)).total_seconds()))


def duration(seconds: int) -> str:
    """Write a time span as kubectl does (apimachinery, duration.HumanDuration)."""
    minutes, hours, days = seconds // 60, seconds // 3600, seconds // 86400
    if seconds < 120:
        text = f"{max(0, seconds)}s" if seconds > -2 else "<invalid>"
    elif minutes < 10:
        text = _two(minutes, "m", seconds % 60, "s")
    elif minutes < 180:
        text = f"{minutes}m"
    elif hours < 8:
        text = _two(hours, "h", minutes % 60, "m")
    elif hours < 48:
        text = f"{hours}h"
    elif days < 8:
        text = _two(days, "d", hours % 24, "h")
    elif days < 730:
        text = f"{days}d"
    else:
        text = _two(days // 365, "y", days % 365, "d")
    return text


def _two(large: int, unit: str, small: int, small_unit: str) -> str:
    return f"{large}{unit}{small}{small_unit}" if small else f"{large}{unit}"


def spec_of(obj: Obj) -> Obj:
    """Give the spec of an object; an empty one when it has none."""
    return obj.get("spec") or {}


def status_of(obj: Obj) -> Obj:
    """Give the status of an object; an empty one when it has none."""
    return obj.get("status") or {}


def _workload(obj: Obj) -> list[Any]:
    containers = spec_of(obj)["template"]["spec"]["containers"]
    labels = (spec_of(obj).get("selector") or {}).get("matchLabels") or {}
    return [
        ",".join(container["name"] for container in containers),
        ",".join(container["image"] for container in containers),
        _labels(labels),
    ]


def _labels(labels: dict[str, str]) -> str:
    return ",".join(f"{key}={value}" for key, value in sorted(labels.items())) or NONE


def pod(obj: Obj, now: datetime) -> list[Any]:
    """Lay a pod out."""
    statuses = status_of(obj).get("containerStatuses", ())
    ready = sum(1 for status in statuses if status["ready"])
    count, last = restarts(obj)
    restarted = f"{count} ({since(last, now)} ago)" if count and last else str(count)
    return [
        obj["metadata"]["name"],
        f"{ready}/{len(spec_of(obj)['containers'])}",
        pod_status(obj),
        restarted,
        age(obj, now),
        status_of(obj).get("podIP") or NONE,
        spec_of(obj).get("nodeName") or NONE,
        NONE,
        NONE,
    ]


def namespace(obj: Obj, now: datetime) -> list[Any]:
    """Lay a namespace out."""
    return [obj["metadata"]["name"], status_of(obj).get("phase", "Active"), age(obj, now)]


def node(obj: Obj, now: datetime) -> list[Any]:
    """Lay a node out."""
    status, info = status_of(obj), status_of(obj).get("nodeInfo") or {}
    ready = next((entry["status"] for entry in status.get("conditions", ()) if entry["type"] == "Ready"), "Unknown")
    state = "Ready" if ready == "True" else "NotReady"
    if spec_of(obj).get("unschedulable"):
        state += ",SchedulingDisabled"
    labels = obj["metadata"].get("labels") or {}
    prefix = "node-role.kubernetes.io/"
    roles = ",".join(sorted(label.removeprefix(prefix) for label in labels if label.startswith(prefix)))
    address = next((entry["address"] for entry in status.get("addresses", ()) if entry["type"] == "InternalIP"), NONE)
    return [
        obj["metadata"]["name"],
        state,
        roles or NONE,
        age(obj, now),
        info.get("kubeletVersion", ""),
        address,
        NONE,
        info.get("osImage", ""),
        info.get("kernelVersion", ""),
        info.get("containerRuntimeVersion", ""),
    ]


def event(obj: Obj, now: datetime) -> list[Any]:
    """Lay an event out."""
    involved = obj["involvedObject"]
    first = obj.get("firstTimestamp") or obj.get("eventTime")
    last = obj.get("lastTimestamp") or first
    source = obj.get("source") or {}
    component = source.get("component") or obj.get("reportingComponent", "")
    return [
        since(last, now),
        obj.get("type", ""),
        obj.get("reason", ""),
        f"{involved['kind'].lower()}/{involved['name']}",
        involved.get("fieldPath", ""),
        ", ".join(filter(None, (component, source.get("host")))),
        obj.get("message", "").strip(),
        since(first, now),
        obj.get("count") or 1,
        obj["metadata"]["name"],
    ]


def service(obj: Obj, now: datetime) -> list[Any]:
    """Lay a service out."""
    spec = spec_of(obj)
    ports = ",".join(f"{port['port']}/{port.get('protocol', 'TCP')}" for port in spec.get("ports") or ())
    return [
        obj["metadata"]["name"],
        spec.get("type", "ClusterIP"),
        spec.get("clusterIP") or "None",
        NONE,
        ports or NONE,
        age(obj, now),
        _labels(spec.get("selector") or {}),
    ]


def endpoint_slice(obj: Obj, now: datetime) -> list[Any]:
    """Lay an endpoint slice out."""
    ports = ",".join(str(port["port"]) for port in obj.get("ports") or ()) or "<unset>"
    addresses = [address for endpoint in obj.get("endpoints") or () for address in endpoint["addresses"]]
    shown = ",".join(addresses[:3]) or "<unset>"
    if len(addresses) > 3:
        shown += f" + {len(addresses) - 3} more..."
    return [obj["metadata"]["name"], obj.get("addressType", ""), ports, shown, age(obj, now)]


def deployment(obj: Obj, now: datetime) -> list[Any]:
    """Lay a deployment out."""
    status = status_of(obj)
    return [
        obj["metadata"]["name"],
        f"{status.get('readyReplicas', 0)}/{spec_of(obj).get('replicas', 0)}",
        status.get("updatedReplicas", 0),
        status.get("availableReplicas", 0),
        age(obj, now),
        *_workload(obj),
    ]


def replica_set(obj: Obj, now: datetime) -> list[Any]:
    """Lay a replica set out."""
    status = status_of(obj)
    return [
        obj["metadata"]["name"],
        spec_of(obj).get("replicas", 0),
        status.get("replicas", 0),
        status.get("readyReplicas", 0),
        age(obj, now),
        *_workload(obj),
    ]


def stateful_set(obj: Obj, now: datetime) -> list[Any]:
    """Lay a stateful set out."""
    ready = f"{status_of(obj).get('readyReplicas', 0)}/{spec_of(obj).get('replicas', 0)}"
    return [obj["metadata"]["name"], ready, age(obj, now), *_workload(obj)[:2]]


def daemon_set(obj: Obj, now: datetime) -> list[Any]:
    """Lay a daemon set out."""
    status = status_of(obj)
    fields = (
        "desiredNumberScheduled",
        "currentNumberScheduled",
        "numberReady",
        "updatedNumberScheduled",
        "numberAvailable",
    )
    selector = _labels(spec_of(obj)["template"]["spec"].get("nodeSelector") or {})
    counts = [status.get(field, 0) for field in fields]
    return [obj["metadata"]["name"], *counts, selector, age(obj, now), *_workload(obj)]


def job(obj: Obj, now: datetime) -> list[Any]:
    """Lay a job out."""
    status = status_of(obj)
    conditions = {entry["type"] for entry in status.get("conditions", ()) if entry["status"] == "True"}
    state = "Complete" if "Complete" in conditions else "Failed" if "Failed" in conditions else "Running"
    took = ""
    if status.get("startTime"):
        end = parse_timestamp(status["completionTime"]) if status.get("completionTime") else now
        took = since(status["startTime"], end)
    completions = f"{status.get('succeeded', 0)}/{spec_of(obj).get('completions', 1)}"
    return [obj["metadata"]["name"], state, completions, took, age(obj, now), *_workload(obj)]


def plain(obj: Obj, now: datetime) -> list[Any]:  # noqa: ARG001  (one signature for all kinds)
    """Lay an object of any other kind out."""
    return [obj["metadata"]["name"], obj["metadata"].get("creationTimestamp", "")]
