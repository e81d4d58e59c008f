"""All objects of one kind, pods excepted, kept up to date by one list and one watch."""

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from typing import Generic, NamedTuple, Protocol, TypeVar

import msgspec

from cockpit.sources.kubernetes import wire
from cockpit.sources.kubernetes.connection import Cluster
from cockpit.sources.kubernetes.list_watch import ApiObject, Change, Collection, Listed, ListWatch, WatchPace
from cockpit.sources.kubernetes.objects import Meta, Objects


class WithMeta(Protocol):
    """An object of any kind, converted."""

    @property
    def meta(self) -> Meta:
        """What every object has."""


Raw = TypeVar("Raw", bound=ApiObject)
T = TypeVar("T", bound=WithMeta)


class WatchedKind(NamedTuple, Generic[Raw, T]):
    """What must be known of a kind to watch it."""

    name: str
    """Of the reading, such as `kubernetes/deployments`."""
    path: str
    """Of the API's group and version, such as `/apis/apps/v1`."""
    plural: str
    """Such as `deployments`."""
    namespaced: bool
    """False: its objects belong to the whole cluster."""
    object_decoder: "msgspec.json.Decoder[Raw]"
    page_decoder: "msgspec.json.Decoder[wire.Page[Raw]]"
    convert: Callable[[Raw], T]
    """Called in a thread."""
    keep: int = 0
    """How many objects are kept even if the server deletes them, as it does with events after an hour; 0: none."""
    chosen: str = ""
    """A field selector; empty: all objects of the kind."""

    def path_in(self, namespace: str | None) -> str:
        """Give the path of the objects in a namespace (None: in all)."""
        scope = f"/namespaces/{namespace}" if namespace and self.namespaced else ""
        return f"{self.path}{scope}/{self.plural}"


class ObjectsSource(Generic[Raw, T]):
    """Reads the objects of one kind in one namespace, or in all.

    They are listed once, in pages; each page is yielded at once. From then on a watch tells the changes, gathered into
    at most ten snapshots a second.
    """

    def __init__(
        self,
        cluster: Cluster,
        kind: WatchedKind[Raw, T],
        namespace: str | None = None,
        pace: WatchPace = WatchPace(),  # noqa: B008  (immutable)
    ) -> None:
        """Prepare to read the objects in `namespace` (None: in all); a kind of the whole cluster is in none."""
        self.name = kind.name
        collection = Collection(kind.path_in(namespace), kind.page_decoder, kind.object_decoder, kind.chosen)
        self._watch = ListWatch(cluster, collection, self._convert, pace)
        self._kind = kind
        self._scope = (namespace or "") if kind.namespaced else ""
        self._objects: dict[str, T] = {}

    async def stream(self) -> AsyncGenerator[Objects[T], None]:
        """Yield all objects, first after each page of the list, then whenever something changed.

        Ends when the server ends the watch.

        Raises:
            SourceError: the server cannot be reached, does not let us read this kind, or does not know it.
        """
        async with aclosing(self._watch.stream()) as parts:
            async for part in parts:
                if isinstance(part, Listed):
                    shown = self._list(part)
                elif part.changes or part.first:
                    shown = self._objects = self._apply(part.changes)
                else:
                    continue
                yield Objects(self._scope, shown, self._watch.version)

    def _list(self, listed: Listed[T]) -> dict[str, T]:
        """Give the objects to show: what was known stays until a new list is complete."""
        if not listed.complete:
            return self._objects or listed.items
        self._objects = self._newest(self._objects | listed.items) if self._kind.keep else listed.items
        return self._objects

    def _apply(self, changes: Sequence[Change[T]]) -> dict[str, T]:
        objects = dict(self._objects)
        for key, item in changes:
            if item is not None:
                objects[key] = item
            elif not self._kind.keep:
                objects.pop(key, None)
        return self._newest(objects) if self._kind.keep else objects

    def _newest(self, objects: dict[str, T]) -> dict[str, T]:
        """Let the oldest go once there are a tenth too many. Versions are numbers: the longer, the newer."""
        if len(objects) <= 1.1 * self._kind.keep:
            return objects
        versions = {key: item.meta.resource_version for key, item in objects.items()}
        oldest_first = sorted(objects, key=lambda key: (len(versions[key]), versions[key]))
        return {key: objects[key] for key in oldest_first[-self._kind.keep :]}

    def _convert(self, raw: Raw) -> T:
        """Convert an object, in the reading thread; one that is as it was stays the same object."""
        item = self._kind.convert(raw)
        known = self._objects.get(item.meta.key)
        return known if known is not None and known == item else item
