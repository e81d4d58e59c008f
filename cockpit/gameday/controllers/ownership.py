"""Who owns whom."""

from typing import Any

from cockpit.gameday.api.kinds import Kind
from cockpit.gameday.api.store import Change, Obj, Store, Stored


def owner_reference(owner: Stored) -> dict[str, Any]:
    """Write the reference by which an object names the controller that owns it."""
    return {
        "apiVersion": owner.kind.api_version,
        "kind": owner.kind.kind,
        "name": owner.name,
        "uid": owner.uid,
        "controller": True,
        "blockOwnerDeletion": True,
    }


def controller_of(obj: Obj) -> dict[str, Any] | None:
    """Give the reference to the controller that owns an object."""
    for reference in obj["metadata"].get("ownerReferences") or ():
        if reference.get("controller"):
            return dict(reference)
    return None


def owner_key(obj: Obj, kind: Kind) -> str | None:
    """Give `namespace/name` of the controller that owns an object, if it is of this kind."""
    reference = controller_of(obj)
    if reference is None or reference["kind"] != kind.kind:
        return None
    return f"{obj['metadata']['namespace']}/{reference['name']}"


def itself_or_owner(change: Change, kind: Kind) -> tuple[str, ...]:
    """Give the key of an object of a kind that has changed, or of the one that owns what has changed."""
    if change.now.kind == kind:
        return (change.now.key,)
    key = owner_key(change.now.obj, kind)
    return () if key is None else (key,)


def owned(store: Store, kind: Kind, owner: Stored) -> list[Stored]:
    """List the objects of a kind that an object controls."""
    found = []
    for stored in store.list(kind, owner.namespace):
        reference = controller_of(stored.obj)
        if reference is not None and reference["uid"] == owner.uid:
            found.append(stored)
    return found
