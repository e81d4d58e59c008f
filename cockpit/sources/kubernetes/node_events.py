"""What happened to nodes, for those who look at one namespace: such events stand in `default`, whichever that is."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

from cockpit.sources.kubernetes.connection import Cluster
from cockpit.sources.kubernetes.kind_names import NODE_EVENTS
from cockpit.sources.kubernetes.kinds import node_events_kind
from cockpit.sources.kubernetes.list_watch import WatchPace
from cockpit.sources.kubernetes.objects import Event, Objects
from cockpit.sources.kubernetes.objects_source import ObjectsSource

HOME = "default"
"""The namespace of events about what stands in none (client-go, tools/record)."""


class NodeEventsSource:
    """Reads the events about nodes, where those of the namespace leave them out.

    It is a watch of its own, so that whoever may not read `default` lacks nothing else.
    """

    name = NODE_EVENTS

    def __init__(
        self,
        cluster: Cluster,
        namespace: str | None = None,
        pace: WatchPace = WatchPace(),  # noqa: B008  (immutable)
    ) -> None:
        """Prepare to read beside the events of `namespace` (None: of all namespaces)."""
        self._told = namespace in (None, HOME)
        self._source = ObjectsSource(cluster, node_events_kind(), HOME, pace)

    async def stream(self) -> AsyncGenerator[Objects[Event], None]:
        """Yield the events about nodes whenever there are new ones; none at all where the others hold them.

        Raises:
            SourceError: they cannot be read, or may not be.
        """
        if self._told:
            yield Objects(HOME, {}, resource_version="0")
            await asyncio.Event().wait()
        async with aclosing(self._source.stream()) as snapshots:
            async for events in snapshots:
                yield events
