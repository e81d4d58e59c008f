"""The cells of one row, for what stands around the pods: traffic, limits, storage, settings, certificates."""

from datetime import datetime
from typing import Any

from cockpit.gameday.api.store import Obj
from cockpit.gameday.api.table_rows import NONE, age, since, spec_of, status_of


def ingress(obj: Obj, now: datetime) -> list[Any]:
    """Lay an ingress out."""
    spec = spec_of(obj)
    hosts = ",".join(rule.get("host", "*") for rule in spec.get("rules") or ()) or "*"
    entries = (status_of(obj).get("loadBalancer") or {}).get("ingress") or ()
    address = ",".join(entry.get("ip") or entry.get("hostname", "") for entry in entries)
    ports = "80, 443" if spec.get("tls") else "80"
    return [obj["metadata"]["name"], spec.get("ingressClassName") or NONE, hosts, address, ports, age(obj, now)]


def autoscaler(obj: Obj, now: datetime) -> list[Any]:
    """Lay a horizontal pod autoscaler out."""
    spec, status = spec_of(obj), status_of(obj)
    target = spec.get("scaleTargetRef") or {}
    used = {
        entry["resource"]["name"]: f"{entry['resource']['current'].get('averageUtilization')}%"
        for entry in status.get("currentMetrics") or ()
        if entry.get("type") == "Resource"
    }
    wanted = [
        f"{resource['name']}: {used.get(resource['name'], '<unknown>')}/{resource['target'].get('averageUtilization')}%"
        for resource in (metric["resource"] for metric in spec.get("metrics") or () if metric.get("type") == "Resource")
    ]
    return [
        obj["metadata"]["name"],
        f"{target.get('kind')}/{target.get('name')}",
        ", ".join(wanted) or NONE,
        spec.get("minReplicas", 1),
        spec.get("maxReplicas", 0),
        status.get("currentReplicas", 0),
        age(obj, now),
    ]


def endpoints(obj: Obj, now: datetime) -> list[Any]:
    """Lay the endpoints of a service out."""
    addresses = [
        f"{address['ip']}:{port['port']}"
        for subset in obj.get("subsets") or ()
        for port in subset.get("ports") or ()
        for address in subset.get("addresses") or ()
    ]
    shown = ",".join(addresses[:3]) or NONE
    if len(addresses) > 3:
        shown += f" + {len(addresses) - 3} more..."
    return [obj["metadata"]["name"], shown, age(obj, now)]


def quota(obj: Obj, now: datetime) -> list[Any]:
    """Lay a resource quota out."""
    status = status_of(obj)
    used, hard = status.get("used") or {}, status.get("hard") or {}
    entries = {resource: f"{resource}: {used.get(resource, 0)}/{hard[resource]}" for resource in sorted(hard)}
    limits = [entry for resource, entry in entries.items() if resource.startswith("limits")]
    requests = [entry for resource, entry in entries.items() if not resource.startswith("limits")]
    return [obj["metadata"]["name"], ", ".join(requests), ", ".join(limits), age(obj, now)]


def disruption_budget(obj: Obj, now: datetime) -> list[Any]:
    """Lay a disruption budget out."""
    spec = spec_of(obj)
    least, most = spec.get("minAvailable", "N/A"), spec.get("maxUnavailable", "N/A")
    return [obj["metadata"]["name"], str(least), str(most), status_of(obj).get("disruptionsAllowed", 0), age(obj, now)]


def cron_job(obj: Obj, now: datetime) -> list[Any]:
    """Lay a cron job out."""
    spec, status = spec_of(obj), status_of(obj)
    return [
        obj["metadata"]["name"],
        spec.get("schedule", ""),
        spec.get("timeZone") or NONE,
        "True" if spec.get("suspend") else "False",
        len(status.get("active") or ()),
        since(status.get("lastScheduleTime"), now) if status.get("lastScheduleTime") else NONE,
        age(obj, now),
    ]


def storage_class(obj: Obj, now: datetime) -> list[Any]:
    """Lay a storage class out."""
    is_default = (obj["metadata"].get("annotations") or {}).get("storageclass.kubernetes.io/is-default-class") == "true"
    return [
        obj["metadata"]["name"] + (" (default)" if is_default else ""),
        obj.get("provisioner", ""),
        obj.get("reclaimPolicy", "Delete"),
        obj.get("volumeBindingMode", "Immediate"),
        "true" if obj.get("allowVolumeExpansion") else "false",
        age(obj, now),
    ]


def _is_so(obj: Obj, condition: str) -> tuple[str, str]:
    """Give the status and the message of a condition, as the columns of a custom resource print them."""
    for entry in status_of(obj).get("conditions") or ():
        if entry["type"] == condition:
            return entry["status"], entry.get("message", "")
    return "", ""


def certificate(obj: Obj, now: datetime) -> list[Any]:
    """Lay a certificate out."""
    spec = spec_of(obj)
    ready, message = _is_so(obj, "Ready")
    issuer = (spec.get("issuerRef") or {}).get("name", "")
    return [obj["metadata"]["name"], ready, spec.get("secretName", ""), issuer, message, age(obj, now)]


def certificate_request(obj: Obj, now: datetime) -> list[Any]:
    """Lay a certificate request out."""
    spec = spec_of(obj)
    ready, message = _is_so(obj, "Ready")
    issuer = (spec.get("issuerRef") or {}).get("name", "")
    decided = [_is_so(obj, "Approved")[0], _is_so(obj, "Denied")[0]]
    return [obj["metadata"]["name"], *decided, ready, issuer, spec.get("username", ""), message, age(obj, now)]


def issuer(obj: Obj, now: datetime) -> list[Any]:
    """Lay an issuer out."""
    ready, message = _is_so(obj, "Ready")
    return [obj["metadata"]["name"], ready, message, age(obj, now)]


def config_map(obj: Obj, now: datetime) -> list[Any]:
    """Lay a config map out."""
    entries = len(obj.get("data") or {}) + len(obj.get("binaryData") or {})
    return [obj["metadata"]["name"], str(entries), age(obj, now)]


def secret(obj: Obj, now: datetime) -> list[Any]:
    """Lay a secret out, without what it keeps."""
    return [obj["metadata"]["name"], obj.get("type", "Opaque"), str(len(obj.get("data") or {})), age(obj, now)]


def volume_claim(obj: Obj, now: datetime) -> list[Any]:
    """Lay a persistent volume claim out."""
    spec, status = spec_of(obj), status_of(obj)
    capacity = (status.get("capacity") or {}).get("storage", "")
    modes = ",".join(spec.get("accessModes") or ())
    return [
        obj["metadata"]["name"],
        status.get("phase", "Pending"),
        spec.get("volumeName", ""),
        capacity,
        modes,
        spec.get("storageClassName", ""),
        "<unset>",
        age(obj, now),
        spec.get("volumeMode", "Filesystem"),
    ]
