"""The defaults that an API server fills in, so that objects compare equal however they were written."""

from collections.abc import Callable, Mapping
from typing import Any

from cockpit.gameday.api.kinds import (
    DAEMON_SETS,
    DEPLOYMENTS,
    JOBS,
    NAMESPACES,
    PODS,
    REPLICA_SETS,
    SERVICES,
    STATEFUL_SETS,
    VOLUME_CLAIMS,
    Kind,
)
from cockpit.gameday.api.store import Obj

PROBES = ("livenessProbe", "readinessProbe", "startupProbe")


def with_defaults(kind: Kind, obj: Obj) -> Obj:
    """Give an object with the defaults of its kind filled in; `obj` stays as it is."""
    fill = DEFAULTS.get(kind.resource)
    return {**obj, "spec": fill(obj.get("spec") or {})} if fill else obj


def initial_status(kind: Kind, obj: Obj) -> Obj:
    """Give a new object what an API server adds when it stores it; `obj` stays as it is."""
    if kind == NAMESPACES:
        return {**obj, "status": {"phase": "Active"}}
    if kind == PODS:
        return {**obj, "status": {"phase": "Pending", "qosClass": _quality(obj["spec"])}}
    if kind == JOBS:
        return _with_job_selector(obj)
    if kind == VOLUME_CLAIMS:
        return {"status": {"phase": "Pending"}, **obj}
    return obj


def _with_job_selector(job: Obj) -> Obj:
    """Let a job know its pods by its uid (k8s.io/kubernetes, pkg/registry/batch/job/strategy.go)."""
    metadata, spec = job["metadata"], job["spec"]
    uid = {"batch.kubernetes.io/controller-uid": metadata["uid"]}
    labels = {
        **uid,
        "batch.kubernetes.io/job-name": metadata["name"],
        "controller-uid": metadata["uid"],
        "job-name": metadata["name"],
    }
    template = spec["template"]
    template_labels = {**(template["metadata"].get("labels") or {}), **labels}
    template = {**template, "metadata": {**template["metadata"], "labels": template_labels}}
    return {
        **job,
        "metadata": {**metadata, "labels": {**template_labels, **(metadata.get("labels") or {})}},
        "spec": {**spec, "selector": {"matchLabels": uid}, "manualSelector": False, "template": template},
    }


def _quality(spec: Obj) -> str:
    """Tell the quality-of-service class of a pod."""
    resources = [container.get("resources") or {} for container in spec["containers"]]
    if not any(entry.get("requests") or entry.get("limits") for entry in resources):
        return "BestEffort"
    guaranteed = all(
        (entry.get("limits") or {}).keys() >= {"cpu", "memory"}
        and (entry.get("requests") or entry["limits"]) == entry["limits"]
        for entry in resources
    )
    return "Guaranteed" if guaranteed else "Burstable"


def pod_spec(spec: Mapping[str, Any]) -> dict[str, Any]:
    """Fill in a pod's spec (k8s.io/kubernetes, pkg/apis/core/v1/defaults.go)."""
    filled = {
        "restartPolicy": "Always",
        "terminationGracePeriodSeconds": 30,
        "dnsPolicy": "ClusterFirst",
        "securityContext": {},
        "schedulerName": "default-scheduler",
        **spec,
    }
    for field in ("containers", "initContainers"):
        if field in filled:
            filled[field] = [_container(container) for container in filled[field]]
    return filled


def _container(container: Mapping[str, Any]) -> dict[str, Any]:
    image = str(container.get("image", ""))
    tag = image.rpartition("/")[2].partition(":")[2]
    filled = {
        "resources": {},
        "terminationMessagePath": "/dev/termination-log",
        "terminationMessagePolicy": "File",
        "imagePullPolicy": "Always" if tag in {"", "latest"} else "IfNotPresent",
        **container,
    }
    if "ports" in filled:
        filled["ports"] = [{"protocol": "TCP", **port} for port in filled["ports"]]
    for probe in PROBES:
        if probe in filled:
            times = {"timeoutSeconds": 1, "periodSeconds": 10, "successThreshold": 1, "failureThreshold": 3}
            filled[probe] = {**times, **filled[probe]}
    return filled


def _template(template: Mapping[str, Any]) -> dict[str, Any]:
    # kubectl's typed objects write a creation time of null, which a real server drops when it decodes the template.
    metadata = {key: value for key, value in (template.get("metadata") or {}).items() if value is not None}
    return {"metadata": metadata, "spec": pod_spec(template.get("spec") or {})}


def _deployment(spec: Mapping[str, Any]) -> dict[str, Any]:
    strategy = spec.get("strategy") or {"type": "RollingUpdate"}
    if strategy.get("type", "RollingUpdate") == "RollingUpdate":
        rolling = {"maxUnavailable": "25%", "maxSurge": "25%", **(strategy.get("rollingUpdate") or {})}
        strategy = {"type": "RollingUpdate", "rollingUpdate": rolling}
    return {
        "replicas": 1,
        "revisionHistoryLimit": 10,
        "progressDeadlineSeconds": 600,
        **spec,
        "strategy": strategy,
        "template": _template(spec.get("template") or {}),
    }


def _replicated(spec: Mapping[str, Any]) -> dict[str, Any]:
    return {"replicas": 1, **spec, "template": _template(spec.get("template") or {})}


def _templated(spec: Mapping[str, Any]) -> dict[str, Any]:
    return {**spec, "template": _template(spec.get("template") or {})}


def _job(spec: Mapping[str, Any]) -> dict[str, Any]:
    filled = {"parallelism": 1, "completions": 1, "backoffLimit": 6, **spec}
    filled |= {"completionMode": "NonIndexed", "suspend": False, "podReplacementPolicy": "TerminatingOrFailed"}
    return {**filled, "template": _template(spec.get("template") or {})}


def _stateful(spec: Mapping[str, Any]) -> dict[str, Any]:
    rolling = {"type": "RollingUpdate", "rollingUpdate": {"partition": 0}}
    filled = {"podManagementPolicy": "OrderedReady", "updateStrategy": rolling, "revisionHistoryLimit": 10, **spec}
    return _replicated(filled)


def _daemon(spec: Mapping[str, Any]) -> dict[str, Any]:
    rolling = {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 1, "maxSurge": 0}}
    return _templated({"updateStrategy": rolling, "revisionHistoryLimit": 10, **spec})


def _service(spec: Mapping[str, Any]) -> dict[str, Any]:
    filled = {"type": "ClusterIP", "sessionAffinity": "None", **spec}
    filled["ports"] = [{"protocol": "TCP", "targetPort": port.get("port"), **port} for port in spec.get("ports") or ()]
    return filled


def _namespace(spec: Mapping[str, Any]) -> dict[str, Any]:
    return {"finalizers": ["kubernetes"], **spec}


DEFAULTS: Mapping[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
    PODS.resource: pod_spec,
    DEPLOYMENTS.resource: _deployment,
    REPLICA_SETS.resource: _replicated,
    STATEFUL_SETS.resource: _stateful,
    DAEMON_SETS.resource: _daemon,
    JOBS.resource: _job,
    SERVICES.resource: _service,
    NAMESPACES.resource: _namespace,
}
