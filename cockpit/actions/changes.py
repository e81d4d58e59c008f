"""What is different between two specs, told as people read it. Never the value of an environment variable."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from cockpit.text import clean

RESTARTED_AT = "kubectl.kubernetes.io/restartedAt"
"""Annotation of a pod template by which `kubectl rollout restart` makes it a new one."""
_PLAIN = (
    "replicas",
    "minReplicas",
    "maxReplicas",
    "unschedulable",
    "paused",
    "nodeName",
    "serviceAccountName",
    "schedulerName",
    "priorityClassName",
)
"""Fields whose values are told."""


def describe(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[str, ...]:
    """Tell what is different between two specs of a workload, pod or node."""
    return tuple(clean(line) for line in _spec(before, after))


def _spec(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    for key in _different(before, after):
        one, other = before.get(key), after.get(key)
        if key == "template":
            yield from _template(one or {}, other or {})
        elif key in ("containers", "initContainers"):
            yield from _containers(one or [], other or [])
        elif key in _PLAIN:
            yield f"{key} {_value(one)} → {_value(other)}"
        else:
            yield _named(key, one, other)


def _template(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    for kind, show in (("label", True), ("annotation", False)):
        one, other = ((each.get("metadata") or {}).get(f"{kind}s") or {} for each in (before, after))
        for key in _different(one, other):
            if show or key == RESTARTED_AT:
                yield f"{kind} {key} {_value(one.get(key))} → {_value(other.get(key))}"
            else:
                yield _named(f"{kind} {key}", one.get(key), other.get(key))
    yield from _spec(before.get("spec") or {}, after.get("spec") or {})


def _containers(before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    old, new = _by_name(before), _by_name(after)
    for name in _different(old, new):
        one, other = old.get(name), new.get(name)
        if one is None or other is None:
            yield _named(f"container {name}", one, other)
        else:
            yield from (f"{name}: {line}" for line in _container(one, other))


def _container(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    for key in _different(before, after):
        one, other = before.get(key), after.get(key)
        if key == "image":
            yield f"image {_value(one)} → {_value(other)}"
        elif key == "env":
            old, new = _by_name(one or []), _by_name(other or [])
            for name in _different(old, new):
                yield _named(f"env {name}", old.get(name), new.get(name))
        elif key == "resources":
            yield from _resources(one or {}, other or {})
        else:
            yield _named(key, one, other)


def _resources(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    for part in _different(before, after):
        old, new = before.get(part) or {}, after.get(part) or {}
        if not (isinstance(old, Mapping) and isinstance(new, Mapping)):
            yield _named(part, old, new)
            continue
        for name in _different(old, new):
            yield f"{part}.{name} {_value(old.get(name))} → {_value(new.get(name))}"


def _different(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Give the keys whose values differ; nothing, null and empty are the same to the API."""
    return [key for key in dict.fromkeys((*before, *after)) if (before.get(key) or None) != (after.get(key) or None)]


def _by_name(items: Sequence[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    return {str(item.get("name")): item for item in items}


def _named(name: str, before: Any, after: Any) -> str:
    return f"{name} {'added' if not before else 'removed' if not after else 'changed'}"


def _value(value: Any) -> str:
    return "none" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
