"""Lists the objects of a kind once. Of secrets and config maps the metadata alone is asked for."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from cockpit.sources.kubernetes.connection import Cluster
from cockpit.sources.kubernetes.listed_kinds import Listed, ListedKind
from cockpit.sources.kubernetes.objects import Meta, Objects
from cockpit.sources.kubernetes.paging import pages
from cockpit.sources.kubernetes.wire import Page
from cockpit.sources.kubernetes.wire_meta import WireObject
from cockpit.threads import call_in_thread

_METADATA_ONLY = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"
"""With this form of the answer what the objects hold does not leave the server."""
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


class _ManagedFields(WireObject):
    """Who wrote some fields last (metav1.ManagedFieldsEntry), and when."""

    manager: str | None = None
    time: datetime | None = None
    subresource: str | None = None


class _Metadata(WireObject):
    """Metadata, and who wrote it. Annotations are passed over: those of a secret may hold a copy of it."""

    name: str | None = None
    namespace: str | None = None
    uid: str | None = None
    resource_version: str | None = None
    creation_timestamp: datetime | None = None
    deletion_timestamp: datetime | None = None
    """When it was asked for: none of these kinds has a grace period."""
    labels: dict[str, str] | None = None
    managed_fields: list[_ManagedFields] | None = None


class _Shell(WireObject):
    """An object of which nothing but the metadata is read."""

    metadata: _Metadata = msgspec.field(default_factory=_Metadata)


class _Whole(_Shell):
    """An object, with what decides about it."""

    spec: dict[str, Any] | None = None
    status: dict[str, Any] | None = None


_SHELLS: Final = msgspec.json.Decoder(Page[_Shell])
_WHOLE: Final = msgspec.json.Decoder(Page[_Whole])


class ListedSource:
    """Reads the objects of a kind in one namespace, or in all, once a stream."""

    def __init__(self, cluster: Cluster, kind: ListedKind, namespace: str | None = None) -> None:
        """Prepare to list the objects in `namespace` (None: in all); a kind of the whole cluster is in none."""
        self.name = kind.name
        self._cluster = cluster
        self._kind = kind
        self._path = kind.path_in(namespace)
        self._scope = (namespace or "") if kind.namespaced else ""

    async def stream(self) -> AsyncIterator[Objects[Listed]]:
        """Yield all objects, once.

        Raises:
            SourceError: they cannot be read, or the cluster does not have the kind.
        """
        yield await call_in_thread(self._read)

    def _read(self) -> Objects[Listed]:
        objects: dict[str, Listed] = {}
        version = ""
        decoder: Any = _SHELLS if self._kind.metadata_only else _WHOLE
        for page in pages(self._cluster, self._path, decoder, _METADATA_ONLY if self._kind.metadata_only else ""):
            version = page.metadata.resource_version or version
            for raw in page.items or ():
                listed = _listed(raw)
                objects[listed.meta.key] = listed
        return Objects(self._scope, objects, version)


def _listed(raw: _Shell) -> Listed:
    metadata = raw.metadata
    meta = Meta(
        name=metadata.name or "",
        uid=metadata.uid or "",
        resource_version=metadata.resource_version or "",
        created=metadata.creation_timestamp or _LONG_AGO,
        namespace=metadata.namespace or "",
        labels=metadata.labels or {},
        deleting_since=metadata.deletion_timestamp,
    )
    writes = [each for each in metadata.managed_fields or () if not each.subresource and each.time is not None]
    newest = max(writes, key=lambda each: each.time or _LONG_AGO, default=_ManagedFields())
    return Listed(
        meta=meta,
        changed_at=newest.time or meta.created,
        changed_by=newest.manager or "",
        spec=(raw.spec or {}) if isinstance(raw, _Whole) else {},
        status=(raw.status or {}) if isinstance(raw, _Whole) else {},
    )
