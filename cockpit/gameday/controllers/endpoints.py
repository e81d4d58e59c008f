"""Endpoint slices: which pods stand behind a service, and which of them are ready."""

from collections.abc import Iterable
from typing import Any

from cockpit.gameday.api.kinds import ENDPOINT_SLICES, ENDPOINTS, PODS, SERVICES
from cockpit.gameday.api.store import Change, Obj, Stored
from cockpit.gameday.cluster import Cluster
from cockpit.gameday.controllers.ownership import owned, owner_reference
from cockpit.gameday.controllers.pod_state import is_ready


class EndpointController:
    """Keeps one endpoint slice for each service with a selector."""

    watches = (SERVICES, PODS)

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._store = cluster.store

    def keys(self, change: Change) -> Iterable[str]:
        """Look at the service itself, or at the services that choose a pod."""
        if change.now.kind == SERVICES:
            return (change.now.key,)
        return [
            service.key for service in self._store.list(SERVICES, change.now.namespace) if _selects(service, change.now)
        ]

    def reconcile(self, key: str) -> None:
        """Write the slice of a service."""
        namespace, _, name = key.partition("/")
        service = self._store.find(SERVICES, namespace, name)
        left = self._store.find(ENDPOINTS, namespace, name)
        if service is None and left is not None:
            self._store.remove(left)
        if service is None or not service.obj["spec"].get("selector"):
            return
        pods = [pod for pod in self._store.list(PODS, namespace) if _selects(service, pod) and _has_address(pod)]
        content = {
            "addressType": "IPv4",
            "endpoints": [_endpoint(pod) for pod in pods],
            "ports": [_port(port, pods) for port in service.obj["spec"].get("ports") or ()],
        }
        self._write_endpoints(service, content)
        slices = owned(self._store, ENDPOINT_SLICES, service)
        if slices:
            self._store.replace(slices[0], {**slices[0].obj, **content})
            return
        labels = {
            **(service.obj["metadata"].get("labels") or {}),
            "endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io",
            "kubernetes.io/service-name": name,
        }
        metadata = {"generateName": f"{name}-", "namespace": namespace, "labels": labels}
        metadata["ownerReferences"] = [owner_reference(service)]
        self._store.create(ENDPOINT_SLICES, {"metadata": metadata, **content})

    def _write_endpoints(self, service: Stored, content: Obj) -> None:
        """Write the older form of the same, which `kubectl get endpoints` shows."""
        subset: Obj = {}
        for endpoint in content["endpoints"]:
            field = "addresses" if endpoint["conditions"]["ready"] else "notReadyAddresses"
            address = {"ip": endpoint["addresses"][0], "nodeName": endpoint["nodeName"]}
            subset.setdefault(field, []).append({**address, "targetRef": endpoint["targetRef"]})
        if subset:
            subset["ports"] = content["ports"]
        subsets = {"subsets": [subset]} if subset else {}
        before = self._store.find(ENDPOINTS, service.namespace, service.name)
        if before is not None:
            self._store.replace(before, {"metadata": before.obj["metadata"], **subsets})
            return
        metadata: Obj = {"name": service.name, "namespace": service.namespace}
        metadata["labels"] = service.obj["metadata"].get("labels") or {}
        self._store.create(ENDPOINTS, {"metadata": metadata, **subsets})


def _selects(service: Stored, pod: Stored) -> bool:
    selector = service.obj["spec"].get("selector") or {}
    labels = pod.obj["metadata"].get("labels") or {}
    return bool(selector) and all(labels.get(key) == value for key, value in selector.items())


def _has_address(pod: Stored) -> bool:
    status = pod.obj.get("status") or {}
    return bool(status.get("podIP")) and status.get("phase") not in {"Succeeded", "Failed"}


def _endpoint(pod: Stored) -> dict[str, Any]:
    is_terminating = "deletionTimestamp" in pod.obj["metadata"]
    serving = is_ready(pod.obj)
    return {
        "addresses": [pod.obj["status"]["podIP"]],
        "conditions": {"ready": serving and not is_terminating, "serving": serving, "terminating": is_terminating},
        "targetRef": {"kind": "Pod", "namespace": pod.namespace, "name": pod.name, "uid": pod.uid},
        "nodeName": pod.obj["spec"].get("nodeName"),
        "zone": "z1",
    }


def _port(port: dict[str, Any], pods: list[Stored]) -> dict[str, Any]:
    """Resolve a service's port to the number on the pods."""
    target = port.get("targetPort", port["port"])
    if isinstance(target, str):
        declared = [
            entry["containerPort"]
            for pod in pods[:1]
            for container in pod.obj["spec"]["containers"]
            for entry in container.get("ports") or ()
            if entry.get("name") == target
        ]
        target = declared[0] if declared else port["port"]
    return {"name": port.get("name", ""), "protocol": port.get("protocol", "TCP"), "port": target}
