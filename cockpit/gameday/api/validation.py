"""The rules that an object must keep to be stored: the few that people practising can break."""

import re

from cockpit.gameday.api.errors import bad_request, invalid
from cockpit.gameday.api.kinds import AUTOSCALERS, DEPLOYMENTS, PODS, REPLICA_SETS, Kind
from cockpit.gameday.api.selectors import match_labels
from cockpit.gameday.api.store import Obj

SUBDOMAIN = re.compile(r"^[a-z0-9]([-a-z0-9.:]*[a-z0-9])?$")
MAX_NAME = 253


def validate(kind: Kind, obj: Obj, before: Obj | None = None) -> None:
    """Check an object that is to be stored.

    Args:
        kind: Its kind.
        obj: The object with its defaults.
        before: The version that it replaces, if it does.

    Raises:
        ApiError: 400 or 422, naming the field and the rule.
    """
    metadata = obj.get("metadata") or {}
    name = metadata.get("name", "")
    if not name and not metadata.get("generateName"):
        raise invalid(kind, "", "metadata.name", "Required value: name or generateName is required")
    if name and (len(name) > MAX_NAME or not SUBDOMAIN.match(name)):
        rule = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.'"
        raise invalid(kind, name, "metadata.name", f'Invalid value: "{name}": {rule}')
    spec = obj.get("spec") or {}
    if kind in {DEPLOYMENTS, REPLICA_SETS}:
        _validate_replicated(kind, name, obj, before)
    if kind == AUTOSCALERS and spec.get("maxReplicas", 0) < spec.get("minReplicas", 1):
        problem = f"Invalid value: {spec.get('maxReplicas', 0)}: must be greater than or equal to `minReplicas`"
        raise invalid(kind, name, "spec.maxReplicas", problem)
    if kind == PODS:
        _validate_containers(kind, name, "spec.containers", spec)
        if before is not None:
            _validate_pod_update(name, spec, before.get("spec") or {})


def _validate_replicated(kind: Kind, name: str, obj: Obj, before: Obj | None) -> None:
    spec = obj["spec"]
    if not isinstance(spec["replicas"], int):
        raise bad_request(f'{kind.kind} in version "{kind.version}" cannot be handled: spec.replicas is no number')
    if spec["replicas"] < 0:
        problem = f"Invalid value: {spec['replicas']}: must be greater than or equal to 0"
        raise invalid(kind, name, "spec.replicas", problem)
    template = spec["template"]
    _validate_containers(kind, name, "spec.template.spec.containers", template["spec"])
    selector = spec.get("selector") or {}
    labels = (template.get("metadata") or {}).get("labels") or {}
    if not selector:
        raise invalid(kind, name, "spec.selector", "Required value")
    if not match_labels(selector, labels):
        problem = "Invalid value: `selector` does not match template `labels`"
        raise invalid(kind, name, "spec.template.metadata.labels", problem)
    if before is not None and before["spec"]["selector"] != selector:
        raise invalid(kind, name, "spec.selector", "Invalid value: field is immutable")


def _validate_containers(kind: Kind, name: str, field: str, spec: Obj) -> None:
    containers = spec.get("containers")
    if not containers:
        raise invalid(kind, name, field, "Required value")
    for index, container in enumerate(containers):
        for key in ("name", "image"):
            if not container.get(key):
                raise invalid(kind, name, f"{field}[{index}].{key}", "Required value")


def _validate_pod_update(name: str, spec: Obj, before: Obj) -> None:
    """Let a pod change nothing but what a real one may: images, deadline, tolerations."""

    def fixed(whole: Obj) -> Obj:
        mutable = {"activeDeadlineSeconds", "tolerations"}
        kept = {key: value for key, value in whole.items() if key not in mutable}
        kept["containers"] = [{**container, "image": ""} for container in whole.get("containers", ())]
        return kept

    if fixed(spec) != fixed(before):
        problem = "Forbidden: pod updates may not change fields other than `spec.containers[*].image`"
        raise invalid(PODS, name, "spec", problem)
