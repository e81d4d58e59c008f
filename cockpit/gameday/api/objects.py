"""Single objects: get, create, update, patch, delete, and the status and scale subresources."""

from typing import Any

import msgspec
from aiohttp import web

from cockpit.gameday.api import errors, tables
from cockpit.gameday.api.call import Call, answer, answer_json
from cockpit.gameday.api.defaults import initial_status, with_defaults
from cockpit.gameday.api.deletion import Deletion, delete
from cockpit.gameday.api.kinds import NAMESPACES, PODS, Kind
from cockpit.gameday.api.listing import chosen_by, encode_list
from cockpit.gameday.api.patch import STRATEGIC_MERGE, apply_patch, unknown_format
from cockpit.gameday.api.quota import require_quota
from cockpit.gameday.api.store import Obj, Stored
from cockpit.gameday.api.validation import validate
from cockpit.gameday.timing import timestamp

SERVER_FIELDS = ("uid", "creationTimestamp", "generation", "deletionTimestamp", "deletionGracePeriodSeconds")
"""Metadata that clients cannot change."""


async def get_object(call: Call) -> web.StreamResponse:
    """Answer one object."""
    stored = _find(call)
    if call.wants_table:
        metadata = {"resourceVersion": str(stored.version)}
        return await answer_json(
            call.request,
            tables.table(call.kind, [stored], metadata, call.cluster.pace.now(), call.included),
        )
    return await answer(call.request, stored.whole() + b"\n")


async def create_object(call: Call) -> web.StreamResponse:
    """Store a new object."""
    obj = await call.obj()
    metadata = dict(obj.get("metadata") or {})
    if call.kind.namespaced:
        namespace = metadata["namespace"] = metadata.get("namespace") or call.info.namespace
        if namespace != call.info.namespace:
            raise errors.bad_request(
                "the namespace of the provided object does not match the namespace sent on the request"
            )
        call.cluster.store.get(NAMESPACES, "", namespace)
    for field in (*SERVER_FIELDS, "resourceVersion"):
        metadata.pop(field, None)
    obj = with_defaults(call.kind, {**obj, "metadata": metadata})
    validate(call.kind, obj)
    store = call.cluster.store
    if "name" not in metadata:
        metadata["name"] = metadata["generateName"] + store.random_suffix()
    metadata["uid"] = store.random_uid()
    if call.kind == PODS:
        require_quota(store, call.info.namespace, obj)
    obj = initial_status(call.kind, obj)
    if call.dry_run:
        if store.find(call.kind, call.info.namespace, metadata["name"]):
            raise errors.already_exists(call.kind, metadata["name"])
        obj["metadata"] |= {"uid": "", "creationTimestamp": timestamp(call.cluster.pace.now())}
        return await answer_json(call.request, _typed(call.kind, obj), 201)
    stored = store.create(call.kind, obj)
    return await answer(call.request, stored.whole() + b"\n", 201)


async def update_object(call: Call) -> web.StreamResponse:
    """Replace an object, if its resourceVersion is the newest or is left out."""
    before = _find(call)
    return await _store(call, before, await call.obj())


async def patch_object(call: Call) -> web.StreamResponse:
    """Change parts of an object."""
    before = _find(call)
    content_type = call.request.content_type
    if call.kind.is_custom and content_type == STRATEGIC_MERGE:
        raise unknown_format(is_custom=True)
    patched = apply_patch(content_type, before.copy(), await call.body())
    return await _store(call, before, patched)


async def _store(call: Call, before: Stored, obj: Obj) -> web.StreamResponse:
    obj = merged_update(before, obj, only_status=call.info.subresource == "status")
    if call.dry_run:
        return await answer_json(call.request, _typed(call.kind, obj))
    stored = call.cluster.store.replace(before, obj)
    return await answer(call.request, stored.whole() + b"\n")


def merged_update(before: Stored, obj: Obj, *, only_status: bool = False) -> Obj:
    """Give what is to be stored when a client sends a new version of an object.

    Args:
        before: What is stored.
        obj: What the client sends.
        only_status: Take the status alone, as the `status` subresource does; otherwise all but the status.

    Raises:
        ApiError: 409 for an old resourceVersion or another uid, 422 for a broken rule.
    """
    kind, metadata = before.kind, dict(obj.get("metadata") or {})
    if metadata.get("name", before.name) != before.name:
        raise errors.bad_request("the name of the object does not match the name on the URL")
    if metadata.get("resourceVersion", str(before.version)) not in {"", str(before.version)}:
        raise errors.conflict(kind, before.name)
    if metadata.get("uid", before.uid) != before.uid:
        raise errors.conflict(kind, before.name)
    if only_status:
        return {**before.obj, "status": obj.get("status", {})}
    for field in (*SERVER_FIELDS, "name", "namespace"):
        metadata.pop(field, None)
        if field in before.obj["metadata"]:
            metadata[field] = before.obj["metadata"][field]
    obj = {key: value for key, value in obj.items() if key not in {"kind", "apiVersion", "status"}}
    obj = with_defaults(kind, {**obj, "metadata": metadata})
    if "status" in kind.subresources and "status" in before.obj:
        obj["status"] = before.obj["status"]
    validate(kind, obj, before.obj)
    return obj


async def delete_object(call: Call) -> web.StreamResponse:
    """Delete an object, gracefully where its kind has that."""
    before = _find(call)
    deletion = Deletion.read(call.query, await call.obj())
    deletion.check(before)
    if call.dry_run:
        return await answer(call.request, before.whole() + b"\n")
    last = delete(call.cluster, before, deletion)
    if last is not None:
        return await answer(call.request, last.whole() + b"\n")
    details = {"name": before.name, "group": call.kind.group, "kind": call.kind.plural, "uid": before.uid}
    success = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success"}
    return await answer_json(call.request, {**success, "details": {k: v for k, v in details.items() if v}})


async def delete_collection(call: Call) -> web.StreamResponse:
    """Delete everything that the selectors choose."""
    predicate = chosen_by(call)
    deletion = Deletion.read(call.query, await call.obj())
    objects = call.cluster.store.list(call.kind, call.info.namespace)
    chosen = [stored for stored in objects if predicate is None or predicate(stored.obj)]
    if not call.dry_run:
        for stored in chosen:
            delete(call.cluster, stored, deletion)
    metadata = {"resourceVersion": str(call.cluster.store.version)}
    return await answer(call.request, encode_list(call.kind, [stored.body for stored in chosen], metadata))


async def scale(call: Call) -> web.StreamResponse:
    """Read or change the number of replicas alone."""
    before = _find(call)
    if call.info.verb == "get":
        return await answer_json(call.request, _scale_of(before))
    if call.info.verb == "patch":
        wanted = apply_patch(call.request.content_type, _scale_of(before), await call.body())
    else:
        wanted = await call.obj()
    version = (wanted.get("metadata") or {}).get("resourceVersion", "")
    if version not in {"", str(before.version)}:
        raise errors.conflict(call.kind, before.name)
    obj = before.copy()
    obj["spec"]["replicas"] = (wanted.get("spec") or {}).get("replicas", 0)
    obj = merged_update(before, obj)
    if call.dry_run:
        scaled = Stored(call.kind, obj, before.version, msgspec.json.encode(obj))
    else:
        scaled = call.cluster.store.replace(before, obj)
    return await answer_json(call.request, _scale_of(scaled))


def _scale_of(stored: Stored) -> dict[str, Any]:
    metadata = stored.obj["metadata"]
    fields = ("name", "namespace", "uid", "resourceVersion", "creationTimestamp")
    labels = (stored.obj["spec"].get("selector") or {}).get("matchLabels") or {}
    return {
        "kind": "Scale",
        "apiVersion": "autoscaling/v1",
        "metadata": {field: metadata[field] for field in fields},
        "spec": {"replicas": stored.obj["spec"].get("replicas", 0)},
        "status": {
            "replicas": (stored.obj.get("status") or {}).get("replicas", 0),
            "selector": ",".join(f"{key}={value}" for key, value in sorted(labels.items())),
        },
    }


def _find(call: Call) -> Stored:
    return call.cluster.store.get(call.kind, call.info.namespace if call.kind.namespaced else "", call.info.name)


def _typed(kind: Kind, obj: Obj) -> Obj:
    return {"kind": kind.kind, "apiVersion": kind.api_version, **obj}
