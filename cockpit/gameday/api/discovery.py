"""What the server tells about itself: version, groups, resources, and as little OpenAPI as kubectl needs."""

from collections.abc import Iterable
from typing import Any

from cockpit.gameday.api.kinds import Kind
from cockpit.gameday.api.patch import STRATEGIC_MERGE

VERSION = {
    "major": "1",
    "minor": "33",
    "gitVersion": "v1.33.1+gameday",
    "gitCommit": "",
    "gitTreeState": "clean",
    "buildDate": "2025-05-15T08:19:08Z",
    "goVersion": "none",
    "compiler": "none",
    "platform": "linux/amd64",
}
SUBRESOURCE_KINDS = {
    "scale": ("autoscaling", "v1", "Scale", ("get", "patch", "update")),
    "eviction": ("policy", "v1", "Eviction", ("create",)),
    "exec": ("", "", "PodExecOptions", ("create", "get")),
    "portforward": ("", "", "PodPortForwardOptions", ("create", "get")),
    "log": ("", "", "", ("get",)),
    "status": ("", "", "", ("get", "patch", "update")),
}
"""Group, version and kind of a subresource (empty: those of its resource), and its verbs."""


def discover(path: str, kinds: Iterable[Kind]) -> dict[str, Any] | None:
    """Answer a path of discovery; None: it is no such path.

    Args:
        path: The path of the request.
        kinds: What the server serves.
    """
    parts = [part for part in path.split("/") if part]
    groups = list(dict.fromkeys(kind.group for kind in kinds if kind.group))
    if parts == ["version"]:
        return VERSION
    if parts == ["api"]:
        return {"kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": []}
    if parts == ["apis"]:
        return {"kind": "APIGroupList", "apiVersion": "v1", "groups": [_group(name, kinds) for name in groups]}
    if parts[:1] == ["apis"] and len(parts) == 2 and parts[1] in groups:
        return {"kind": "APIGroup", "apiVersion": "v1", **_group(parts[1], kinds)}
    served = [kind for kind in kinds if kind.path == "/" + "/".join(parts)]
    if served:
        resources = [resource for kind in served for resource in _resources(kind)]
        group_version = served[0].api_version
        return {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": group_version, "resources": resources}
    return _openapi(parts, [kind for kind in kinds if "patch" in kind.verbs])


def _group(name: str, kinds: Iterable[Kind]) -> dict[str, Any]:
    versions = dict.fromkeys(kind.version for kind in kinds if kind.group == name)
    entries = [{"groupVersion": f"{name}/{version}", "version": version} for version in versions]
    return {"name": name, "versions": entries, "preferredVersion": entries[0]}


def _resources(kind: Kind) -> list[dict[str, Any]]:
    main: dict[str, Any] = {
        "name": kind.plural,
        "singularName": kind.kind.lower(),
        "namespaced": kind.namespaced,
        "kind": kind.kind,
        "verbs": list(kind.verbs),
    }
    if kind.short_names:
        main["shortNames"] = list(kind.short_names)
    if kind.in_all:
        main["categories"] = ["all"]
    resources = [main]
    for name in kind.subresources:
        group, version, sub_kind, verbs = SUBRESOURCE_KINDS[name]
        resource = {"name": f"{kind.plural}/{name}", "singularName": "", "namespaced": kind.namespaced}
        if group:
            resource |= {"group": group, "version": version}
        resources.append({**resource, "kind": sub_kind or kind.kind, "verbs": list(verbs)})
    return resources


def _openapi(parts: list[str], kinds: list[Kind]) -> dict[str, Any] | None:
    """Say that every kind can be patched with server-side field validation; kubectl asks for no more."""
    if parts == ["openapi", "v2"]:
        return {"swagger": "2.0", "info": {"title": "practice world", "version": VERSION["gitVersion"]}, "paths": {}}
    if parts == ["openapi", "v3"]:
        paths = dict.fromkeys(kind.path.strip("/") for kind in kinds)
        return {"paths": {path: {"serverRelativeURL": f"/openapi/v3/{path}?hash=1"} for path in paths}}
    if parts[:2] == ["openapi", "v3"]:
        kinds = [kind for kind in kinds if kind.path.strip("/").split("/") == parts[2:]]
        info = {"title": "practice world", "version": VERSION["gitVersion"]}
        return {"openapi": "3.0.0", "info": info, "paths": dict(map(_patch_path, kinds)), "components": {}}
    return None


def _patch_path(kind: Kind) -> tuple[str, dict[str, Any]]:
    scope = "/namespaces/{namespace}" if kind.namespaced else ""
    operation = {
        "parameters": [
            {"name": name, "in": "query", "schema": {"type": "string"}} for name in ("dryRun", "fieldValidation")
        ],
        "requestBody": {"content": {STRATEGIC_MERGE: {"schema": {"type": "object"}}}},
        "responses": {"200": {"description": "OK"}},
        "x-kubernetes-action": "patch",
        "x-kubernetes-group-version-kind": {"group": kind.group, "version": kind.version, "kind": kind.kind},
    }
    return f"{kind.path}{scope}/{kind.plural}/{{name}}", {"patch": operation}
