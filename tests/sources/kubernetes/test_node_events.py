"""NodeEventsSource: what happened to nodes, for those who look at one namespace."""

import asyncio
from collections.abc import Callable
from contextlib import aclosing
from typing import Any

import pytest
from support.api_server import ScriptedServer

from cockpit.reading import SourceError, TroubleKind
from cockpit.sources.kubernetes.connection import Cluster
from cockpit.sources.kubernetes.list_watch import WatchPace
from cockpit.sources.kubernetes.node_events import NodeEventsSource

PATH = "/api/v1/namespaces/default/events"
FAST = WatchPace(gather=0.01, read_timeout=0.3, answer_timeout=0.3)

Json = Callable[..., dict[str, Any]]


def rebooted(node: str) -> dict[str, Any]:
    return {
        "metadata": {"name": f"{node}.1", "namespace": "default", "resourceVersion": "7"},
        "involvedObject": {"kind": "Node", "name": node, "uid": node},
        "reason": "Rebooted",
        "type": "Warning",
    }


async def test_those_of_the_namespace_default_that_are_about_nodes_are_listed_and_watched(
    server: ScriptedServer, cluster: Cluster, page_json: Json
) -> None:
    server.json(PATH, page_json(rebooted("node1"), more="page-2"))
    server.json(PATH, page_json(rebooted("node2")))
    live = server.live(PATH)
    async with aclosing(NodeEventsSource(cluster, "shop", FAST).stream()) as snapshots:
        async for events in snapshots:
            if events.resource_version:
                break
        live.send_event("ADDED", rebooted("node3"))
        async for events in snapshots:
            if len(events.objects) == 3:
                break
    assert {event.name for event in events.objects.values()} == {"node1", "node2", "node3"}
    assert [each.query.get("fieldSelector") for each in server.asked] == ["involvedObject.kind=Node"] * 3
    assert server.asked[-1].query["watch"] == "1"


@pytest.mark.parametrize("namespace", [None, "default"])
async def test_they_are_not_read_twice(server: ScriptedServer, cluster: Cluster, namespace: str | None) -> None:
    async with aclosing(NodeEventsSource(cluster, namespace, FAST).stream()) as snapshots:
        events = await anext(snapshots)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(anext(snapshots), 0.05)
    assert (dict(events.objects), bool(events.resource_version)) == ({}, True)
    assert server.asked == []


async def test_a_right_that_lacks_is_named(server: ScriptedServer, cluster: Cluster) -> None:
    server.status(PATH, 403, "events is forbidden", reason="Forbidden")
    with pytest.raises(SourceError, match="may not list events in default") as caught:
        await anext(NodeEventsSource(cluster, "shop", FAST).stream())
    assert caught.value.kind is TroubleKind.DENIED
