"""How an operation on a target is said to the API server, with its guard."""

from typing import Any

import msgspec

from cockpit.actions.plan import Delete, Evict, Patch, Target

_JSON = "application/json"


class Call(msgspec.Struct, frozen=True):
    """One request that changes something."""

    method: str
    path: str
    content_type: str
    body: bytes
    query: dict[str, str]


def call_for(target: Target, version: str, *, answer_within: float, dry_run: bool = False) -> Call:
    """Write the request for a target.

    The guard goes along, so that the server does nothing when it is another object, or not the given version of it any
    more: in the metadata of a patch (HTTP 409), in the preconditions of a deletion.

    Args:
        target: the object, and what is done to it.
        version: the resourceVersion that it must have; empty: any, as a trial needs.
        answer_within: seconds after which the server gives up, so that it does not act when nobody waits any more.
        dry_run: have the server do all but store it.
    """
    ref, operation = target.ref, target.operation
    # A deletion with a body is governed by the body alone: a trial that stood in the query only would delete.
    trial = {"dryRun": ["All"]} if dry_run else {}
    query = {"timeout": f"{max(1, int(answer_within))}s"} | ({"dryRun": "All"} if dry_run else {})
    who = {"uid": target.guard.uid} | ({"resourceVersion": version} if version else {})
    match operation:
        case Patch(changes, subresource, content_type):
            path = ref.resource.path(ref.namespace, ref.name, subresource)
            metadata = {**(changes.get("metadata") or {}), **who}
            return Call("PATCH", path, content_type, _body({**changes, "metadata": metadata}), query)
        case Delete(force):
            grace = {"gracePeriodSeconds": 0} if force else {}
            options = {"apiVersion": "v1", "kind": "DeleteOptions", "preconditions": who, **grace, **trial}
            return Call("DELETE", ref.path, _JSON, _body(options), query)
        case Evict():
            metadata = {"name": ref.name, "namespace": ref.namespace}
            eviction = {
                "apiVersion": "policy/v1",
                "kind": "Eviction",
                "metadata": metadata,
                "deleteOptions": {"preconditions": who, **trial},
            }
            path = ref.resource.path(ref.namespace, ref.name, "eviction")
            return Call("POST", path, _JSON, _body(eviction), query)
        case _:
            raise TypeError(f"nothing that is done in a cluster: {operation}")


def _body(content: dict[str, Any]) -> bytes:
    return msgspec.json.encode(content)
