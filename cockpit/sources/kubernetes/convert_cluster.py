"""From the API's nodes, volume claims, events and certificates to those that the panes and rules know."""

from cockpit.sources.kubernetes import wire_cluster as wire
from cockpit.sources.kubernetes.convert_meta import amount, conditions_of, meta_of, whole_number
from cockpit.sources.kubernetes.objects import Certificate, Event, Node, Taint, VolumeClaim
from cockpit.sources.kubernetes.quantity import millicores, whole_bytes

_ROLE = "node-role.kubernetes.io/"
"""Labels that begin so end in a role of the node."""


def node_of(raw: wire.Node) -> Node:
    """Convert a Node."""
    meta, spec, status = meta_of(raw.metadata), raw.spec, raw.status
    internal = (address.address or "" for address in status.addresses or () if address.type == "InternalIP")
    roles = {label.removeprefix(_ROLE) for label in meta.labels if label.startswith(_ROLE)}
    return Node(
        meta=meta,
        conditions=conditions_of(status.conditions),
        unschedulable=bool(spec.unschedulable),
        taints=tuple(Taint(taint.key, taint.effect or "", taint.value or "") for taint in spec.taints or ()),
        cpu=amount(millicores, status.allocatable, "cpu"),
        memory=amount(whole_bytes, status.allocatable, "memory"),
        pods=whole_number((status.allocatable or {}).get("pods")),
        address=next(internal, ""),
        provider_id=spec.provider_id or "",
        version=(status.node_info.kubelet_version or "") if status.node_info else "",
        roles=tuple(sorted(filter(None, roles))),
    )


def volume_claim_of(raw: wire.VolumeClaim) -> VolumeClaim:
    """Convert a PersistentVolumeClaim. One that is to be deleted stays bound for as long as a pod uses it."""
    spec, status = raw.spec, raw.status
    return VolumeClaim(
        meta=meta_of(raw.metadata),
        phase="Terminating" if raw.metadata.deletion_timestamp else status.phase or "",
        volume=spec.volume_name or "",
        storage_class=spec.storage_class_name or "",
        requested=amount(whole_bytes, spec.resources.requests if spec.resources else None, "storage"),
        capacity=amount(whole_bytes, status.capacity, "storage"),
        conditions=conditions_of(status.conditions),
    )


def event_of(raw: wire.Event) -> Event:
    """Convert an Event. What the scheduler tells has only an eventTime; what repeats itself, a series."""
    about, series = raw.involved_object, raw.series or wire.EventSeries()
    first_at = raw.first_timestamp or raw.event_time or raw.last_timestamp or raw.metadata.creation_timestamp
    return Event(
        meta=meta_of(raw.metadata),
        type=raw.type or "Normal",
        reason=raw.reason or "",
        message=raw.message or "",
        kind=about.kind or "",
        name=about.name or "",
        namespace=about.namespace or "",
        uid=about.uid or "",
        count=series.count or raw.count or 1,
        first_at=first_at,
        last_at=series.last_observed_time or raw.last_timestamp or first_at,
        reporter=raw.reporting_component or (raw.source.component if raw.source else None) or "",
    )


def certificate_of(raw: wire.Certificate) -> Certificate:
    """Convert a Certificate."""
    spec, issuer = raw.spec, raw.spec.issuer_ref
    names = (spec.common_name, *(spec.dns_names or ()), *(spec.ip_addresses or ()), *(spec.uris or ()))
    return Certificate(
        meta=meta_of(raw.metadata),
        secret=spec.secret_name or "",
        names=tuple(dict.fromkeys(name for name in names if name)),
        issuer=f"{issuer.kind or 'Issuer'}/{issuer.name}" if issuer and issuer.name else "",
        not_after=raw.status.not_after,
        renewal_at=raw.status.renewal_time,
        conditions=conditions_of(raw.status.conditions),
    )
