"""The three kinds of patches: JSON patch (RFC 6902), merge patch (RFC 7386) and Kubernetes' strategic merge patch."""

import copy
from collections.abc import Mapping
from typing import Any

from cockpit.gameday.api.errors import ApiError, bad_request
from cockpit.gameday.api.store import Obj

STRATEGIC_MERGE = "application/strategic-merge-patch+json"
MERGE_KEYS: Mapping[str, tuple[str, ...]] = {
    "containers": ("name",),
    "initContainers": ("name",),
    "ephemeralContainers": ("name",),
    "env": ("name",),
    "volumes": ("name",),
    "imagePullSecrets": ("name",),
    "volumeMounts": ("mountPath",),
    "ports": ("containerPort", "port"),
    "conditions": ("type",),
    "addresses": ("type",),
    "taints": ("key",),
    "hostAliases": ("ip",),
    "ownerReferences": ("uid",),
}
"""Lists that are merged by a key of their elements (`patchMergeKey` in the types of k8s.io/api)."""

MERGED_PRIMITIVES = ("finalizers",)
"""Lists of plain values that are merged as sets (`patchStrategy=merge` without a key)."""


def apply_patch(content_type: str, obj: Obj, patch: Any) -> Obj:
    """Patch a copy of an object.

    Args:
        content_type: Says which kind of patch it is.
        obj: The object; it stays as it is.
        patch: The decoded body of the request.

    Raises:
        ApiError: 400 for a patch that is not well formed, 415 for a kind that is not known, 422 for a JSON patch
            that does not fit the object.
    """
    obj = copy.deepcopy(obj)
    if content_type == "application/json-patch+json":
        patched = json_patch(obj, patch)
    elif not isinstance(patch, dict):
        raise bad_request("the patch is not a JSON object")
    elif content_type == "application/merge-patch+json":
        patched = merge_patch(obj, patch)
    elif content_type == STRATEGIC_MERGE:
        patched = strategic_merge(obj, patch)
    else:
        raise unknown_format(is_custom=False)
    if not isinstance(patched, dict):
        raise bad_request("the patch does not leave an object")
    return patched


def unknown_format(*, is_custom: bool) -> ApiError:
    """Refuse a kind of patch that is not known, or that a custom resource does not take."""
    message = "the body of the request was in an unknown format - accepted media types include: "
    kinds = ["application/json-patch+json", "application/merge-patch+json", *([] if is_custom else [STRATEGIC_MERGE])]
    return ApiError(415, "UnsupportedMediaType", message + ", ".join(kinds))


def merge_patch(target: Any, patch: Any) -> Any:
    """Apply a JSON merge patch: null deletes, objects merge, everything else replaces."""
    if not isinstance(patch, dict):
        return patch
    merged = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        if value is None:
            merged.pop(key, None)
        else:
            merged[key] = merge_patch(merged.get(key), value)
    return merged


def strategic_merge(target: Any, patch: dict[str, Any]) -> dict[str, Any]:
    """Apply a strategic merge patch, with the directives that kubectl writes."""
    directive = patch.get("$patch")
    if directive == "replace":
        return {key: value for key, value in patch.items() if key != "$patch"}
    if directive == "delete":
        return {}
    merged = dict(target) if isinstance(target, dict) else {}
    retained = patch.get("$retainKeys")
    if retained is not None:
        merged = {key: value for key, value in merged.items() if key in retained}
    for key, value in patch.items():
        if key.startswith("$deleteFromPrimitiveList/"):
            field = key.partition("/")[2]
            merged[field] = [item for item in merged.get(field, []) if item not in value]
        elif key.startswith("$"):
            continue
        elif value is None:
            merged.pop(key, None)
        elif isinstance(value, dict):
            merged[key] = strategic_merge(merged.get(key), value)
        elif isinstance(value, list):
            merged[key] = _merge_list(key, merged.get(key) or [], value, patch.get(f"$setElementOrder/{key}"))
        else:
            merged[key] = value
    return merged


def _merge_list(field: str, target: list[Any], patch: list[Any], order: list[Any] | None) -> list[Any]:
    if field in MERGED_PRIMITIVES:
        return target + [item for item in patch if item not in target]
    merge_key = _merge_key(field, patch + target)
    if merge_key is None:
        return patch
    if any(item.get("$patch") == "replace" for item in patch):
        return [item for item in patch if "$patch" not in item]
    merged = {item.get(merge_key): item for item in target}
    for item in patch:
        key = item.get(merge_key)
        if item.get("$patch") == "delete":
            merged.pop(key, None)
        else:
            merged[key] = strategic_merge(merged.get(key), item)
    wanted = [item.get(merge_key) for item in order or ()]
    present = list(merged)
    present.sort(key=lambda key: wanted.index(key) if key in wanted else len(wanted))
    return [merged[key] for key in present]


def _merge_key(field: str, items: list[Any]) -> str | None:
    if not all(isinstance(item, dict) for item in items):
        return None
    for key in MERGE_KEYS.get(field, ()):
        if all(key in item or "$patch" in item for item in items):
            return key
    return None


def json_patch(target: Any, operations: Any) -> Any:
    """Apply the operations of a JSON patch in order.

    Raises:
        ApiError: 400 for an operation that is not well formed, 422 for one that does not fit the object.
    """
    if not isinstance(operations, list):
        raise bad_request("a JSON patch is a list of operations")
    document = {"": target}
    for operation in operations:
        try:
            _apply_operation(document, operation)
        except (KeyError, IndexError, ValueError, TypeError) as problem:
            message = f"the server rejected our request due to an error in our request: {problem}"
            raise ApiError(422, "Invalid", message) from problem
    return document[""]


def _apply_operation(document: dict[str, Any], operation: dict[str, Any]) -> None:
    name, path = operation["op"], _pointer(operation["path"])
    if name == "add":
        _add(document, path, operation["value"])
    elif name == "replace":
        _read(document, path)
        _remove(document, path)
        _add(document, path, operation["value"])
    elif name == "remove":
        _remove(document, path)
    elif name == "test":
        if _read(document, path) != operation["value"]:
            raise ValueError(f"testing value {operation['path']} failed")
    elif name in {"copy", "move"}:
        source = _pointer(operation["from"])
        value = copy.deepcopy(_read(document, source))
        if name == "move":
            _remove(document, source)
        _add(document, path, value)
    else:
        raise ValueError(f"unknown operation {name!r}")


def _pointer(text: str) -> list[str]:
    return [step.replace("~1", "/").replace("~0", "~") for step in text.split("/")]


def _read(document: Any, path: list[str]) -> Any:
    for step in path:
        document = document[int(step)] if isinstance(document, list) else document[step]
    return document


def _add(document: Any, path: list[str], value: Any) -> None:
    parent, last = _read(document, path[:-1]), path[-1]
    if isinstance(parent, list):
        parent.insert(len(parent) if last == "-" else int(last), value)
    else:
        parent[last] = value


def _remove(document: Any, path: list[str]) -> None:
    parent, last = _read(document, path[:-1]), path[-1]
    if isinstance(parent, list):
        parent.pop(int(last))
    else:
        parent.pop(last)
