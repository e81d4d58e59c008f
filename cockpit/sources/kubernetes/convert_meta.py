"""From the API's metadata, conditions and quantities to those that the panes and rules know."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from cockpit.sources.kubernetes import wire_meta as wire
from cockpit.sources.kubernetes.objects import Condition, Meta, Owner

LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
"""Annotation with kubectl's copy of what was applied: long, and whoever writes secrets there keeps them there."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def meta_of(metadata: wire.ObjectMetadata) -> Meta:
    """Convert the metadata of an object."""
    return Meta(
        name=metadata.name or "",
        uid=metadata.uid or "",
        resource_version=metadata.resource_version or "",
        created=metadata.creation_timestamp or _EPOCH,
        namespace=metadata.namespace or "",
        generation=metadata.generation or 0,
        labels=metadata.labels or {},
        annotations=annotations_of(metadata),
        owner=_owner_of(metadata),
        deleting_since=_deleting_since(metadata),
    )


def annotations_of(metadata: wire.ObjectMetadata) -> Mapping[str, str]:
    """Give the annotations without kubectl's copy of the object."""
    annotations = metadata.annotations or {}
    if LAST_APPLIED not in annotations:
        return annotations
    return {name: value for name, value in annotations.items() if name != LAST_APPLIED}


def conditions_of(conditions: Sequence[wire.ObjectCondition] | None) -> tuple[Condition, ...]:
    """Convert conditions, in the order of the API."""
    return tuple(
        Condition(
            type=condition.type,
            status=condition.status or "Unknown",
            reason=condition.reason or "",
            message=condition.message or "",
            since=condition.last_transition_time,
            updated_at=condition.last_update_time,
        )
        for condition in conditions or ()
    )


def labels_selected(selector: wire.Selector | None) -> Mapping[str, str]:
    """Give the labels that a selector asks for."""
    return (selector.match_labels or {}) if selector else {}


def addresses_of(status: wire.LoadBalancerStatus | None) -> tuple[str, ...]:
    """Give the names or addresses of a load balancer."""
    balancer = status.load_balancer if status else None
    found = (balancer.ingress or ()) if balancer else ()
    return tuple(address.hostname or address.ip or "" for address in found)


def whole_number(text: str | None) -> int:
    """Read a number that stands in an annotation; 0 when there is none."""
    return int(text) if text and text.isascii() and text.isdigit() else 0


def amount(read: Callable[[str], int], quantities: Mapping[str, str] | None, name: str) -> int:
    """Read a quantity out of several; 0 when it is not told, or cannot be understood."""
    with suppress(ValueError):  # one odd quantity must not hide all other objects
        return read((quantities or {}).get(name, "0"))
    return 0


def _owner_of(metadata: wire.ObjectMetadata) -> Owner | None:
    owners = metadata.owner_references or ()
    owner = next((owner for owner in owners if owner.controller), owners[0] if owners else None)
    return Owner(owner.kind, owner.name, owner.uid or "") if owner else None


def _deleting_since(metadata: wire.ObjectMetadata) -> datetime | None:
    """Give when the deletion was asked for: the API's time stamp has the grace period added."""
    if metadata.deletion_timestamp is None:
        return None
    return metadata.deletion_timestamp - timedelta(seconds=metadata.deletion_grace_period_seconds or 0)
