"""What a strategic merge patch makes of an object, for as much of that language as the actions write.

Source: k8s.io/apimachinery, pkg/util/strategicpatch. Lists are merged by `name`, the key of containers and environment
variables; no action patches a list with another key.
"""

from collections.abc import Mapping
from typing import Any


def apply(obj: Any, patch: Mapping[str, Any]) -> dict[str, Any]:
    """Give the object with the patch applied; it itself stays as it is."""
    if patch.get("$patch") == "replace":
        return {key: value for key, value in patch.items() if key != "$patch"}
    merged: dict[str, Any] = dict(obj) if isinstance(obj, Mapping) else {}
    for key, value in patch.items():
        if value is None:
            merged.pop(key, None)
        elif isinstance(value, Mapping):
            merged[key] = apply(merged.get(key), value)
        elif isinstance(value, list):
            merged[key] = _merge(merged.get(key) or [], value)
        else:
            merged[key] = value
    return merged


def holds(obj: Mapping[str, Any], patch: Mapping[str, Any]) -> bool:
    """Tell whether the object is as the patch wants it."""
    return bool(apply(obj, patch) == obj)


def _merge(items: list[Any], patches: list[Any]) -> list[Any]:
    if not all(isinstance(item, Mapping) and "name" in item for item in (*items, *patches)):
        return patches
    merged = {item["name"]: item for item in items}
    for patch in patches:
        name = patch["name"]
        if patch.get("$patch") == "delete":
            merged.pop(name, None)
        else:
            merged[name] = apply(merged.get(name), patch)
    return list(merged.values())
