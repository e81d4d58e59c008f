"""Rows and columns (meta.k8s.io/v1 Table), as `kubectl get` prints them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from cockpit.gameday.api import table_rows as rows
from cockpit.gameday.api import table_rows_around as around
from cockpit.gameday.api.kinds import (
    AUTOSCALERS,
    CERTIFICATE_REQUESTS,
    CERTIFICATES,
    CONFIG_MAPS,
    CRON_JOBS,
    DAEMON_SETS,
    DEPLOYMENTS,
    DISRUPTION_BUDGETS,
    ENDPOINT_SLICES,
    ENDPOINTS,
    EVENTS,
    INGRESSES,
    ISSUERS,
    JOBS,
    NAMESPACES,
    NODES,
    PODS,
    QUOTAS,
    REPLICA_SETS,
    SECRETS,
    SERVICES,
    STATEFUL_SETS,
    STORAGE_CLASSES,
    VOLUME_CLAIMS,
    Kind,
)
from cockpit.gameday.api.store import Stored

Columns = tuple[str, ...]
"""Titles; one that begins with `+` is shown with `-o wide` only."""

WORKLOAD_DETAILS = ("+Containers", "+Images", "+Selector")
LAYOUTS: Mapping[str, tuple[Columns, rows.Cells]] = {
    PODS.resource: (
        ("Name", "Ready", "Status", "Restarts", "Age", "+IP", "+Node", "+Nominated Node", "+Readiness Gates"),
        rows.pod,
    ),
    NAMESPACES.resource: (("Name", "Status", "Age"), rows.namespace),
    NODES.resource: (
        (
            "Name",
            "Status",
            "Roles",
            "Age",
            "Version",
            "+Internal-IP",
            "+External-IP",
            "+OS-Image",
            "+Kernel-Version",
            "+Container-Runtime",
        ),
        rows.node,
    ),
    EVENTS.resource: (
        (
            "Last Seen",
            "Type",
            "Reason",
            "Object",
            "+Subobject",
            "+Source",
            "Message",
            "+First Seen",
            "+Count",
            "+Name",
        ),
        rows.event,
    ),
    SERVICES.resource: (
        ("Name", "Type", "Cluster-IP", "External-IP", "Port(s)", "Age", "+Selector"),
        rows.service,
    ),
    ENDPOINT_SLICES.resource: (("Name", "AddressType", "Ports", "Endpoints", "Age"), rows.endpoint_slice),
    DEPLOYMENTS.resource: (
        ("Name", "Ready", "Up-to-date", "Available", "Age", *WORKLOAD_DETAILS),
        rows.deployment,
    ),
    REPLICA_SETS.resource: (
        ("Name", "Desired", "Current", "Ready", "Age", *WORKLOAD_DETAILS),
        rows.replica_set,
    ),
    STATEFUL_SETS.resource: (("Name", "Ready", "Age", "+Containers", "+Images"), rows.stateful_set),
    DAEMON_SETS.resource: (
        ("Name", "Desired", "Current", "Ready", "Up-to-date", "Available", "Node Selector", "Age", *WORKLOAD_DETAILS),
        rows.daemon_set,
    ),
    JOBS.resource: (("Name", "Status", "Completions", "Duration", "Age", *WORKLOAD_DETAILS), rows.job),
    INGRESSES.resource: (("Name", "Class", "Hosts", "Address", "Ports", "Age"), around.ingress),
    AUTOSCALERS.resource: (
        ("Name", "Reference", "Targets", "MinPods", "MaxPods", "Replicas", "Age"),
        around.autoscaler,
    ),
    CONFIG_MAPS.resource: (("Name", "Data", "Age"), around.config_map),
    SECRETS.resource: (("Name", "Type", "Data", "Age"), around.secret),
    VOLUME_CLAIMS.resource: (
        (
            "Name",
            "Status",
            "Volume",
            "Capacity",
            "Access Modes",
            "StorageClass",
            "VolumeAttributesClass",
            "Age",
            "+VolumeMode",
        ),
        around.volume_claim,
    ),
    ENDPOINTS.resource: (("Name", "Endpoints", "Age"), around.endpoints),
    QUOTAS.resource: (("Name", "Request", "Limit", "Age"), around.quota),
    DISRUPTION_BUDGETS.resource: (
        ("Name", "Min Available", "Max Unavailable", "Allowed Disruptions", "Age"),
        around.disruption_budget,
    ),
    CRON_JOBS.resource: (
        ("Name", "Schedule", "Timezone", "Suspend", "Active", "Last Schedule", "Age"),
        around.cron_job,
    ),
    STORAGE_CLASSES.resource: (
        ("Name", "Provisioner", "ReclaimPolicy", "VolumeBindingMode", "AllowVolumeExpansion", "Age"),
        around.storage_class,
    ),
    CERTIFICATES.resource: (("Name", "Ready", "Secret", "+Issuer", "+Status", "Age"), around.certificate),
    CERTIFICATE_REQUESTS.resource: (
        ("Name", "Approved", "Denied", "Ready", "Issuer", "Requester", "+Status", "Age"),
        around.certificate_request,
    ),
    ISSUERS.resource: (("Name", "Ready", "+Status", "Age"), around.issuer),
}
PLAIN: tuple[Columns, rows.Cells] = (("Name", "Created At"), rows.plain)
NUMBERS = frozenset(
    {
        "Desired",
        "Current",
        "Up-to-date",
        "Available",
        "MinPods",
        "MaxPods",
        "Replicas",
        "Count",
        "Active",
        "Allowed Disruptions",
    }
)


def table(
    kind: Kind, objects: list[Stored], metadata: Mapping[str, Any], now: datetime, include: str = ""
) -> dict[str, Any]:
    """Lay objects out in rows.

    Args:
        kind: Their kind; decides on the columns.
        objects: One row each.
        metadata: The list's metadata.
        now: Ages are counted up to here.
        include: The request's includeObject: what comes with each row, `Object`, `None` or (the default) `Metadata`.
    """
    titles, cells = LAYOUTS.get(kind.resource, PLAIN)
    return {
        "kind": "Table",
        "apiVersion": "meta.k8s.io/v1",
        "metadata": metadata,
        "columnDefinitions": [_column(title, kind) for title in titles],
        "rows": [{"cells": cells(stored.obj, now), **_included(stored, include)} for stored in objects],
    }


def _column(title: str, kind: Kind) -> dict[str, Any]:
    name = title.lstrip("+")
    is_number = name in NUMBERS or (name == "Ready" and kind in {REPLICA_SETS, DAEMON_SETS})
    return {
        "name": name,
        "type": "integer" if is_number else "string",
        "format": "name" if name == "Name" else "",
        "description": "",
        "priority": 1 if title.startswith("+") else 0,
    }


def _included(stored: Stored, include: str) -> dict[str, Any]:
    if include == "None":
        return {"object": None}
    if include == "Object":
        return {"object": msgspec.Raw(stored.whole())}
    partial = {"kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": stored.obj["metadata"]}
    return {"object": partial}
