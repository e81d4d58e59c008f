"""What the nodes use, as `kubectl top nodes` shows it."""

import pytest
from support.api_server import ScriptedServer

from cockpit.gameday.scenarios import steady
from cockpit.gameday.world import World
from cockpit.reading import SourceError, TroubleKind
from cockpit.sources.kubernetes.connection import Cluster
from cockpit.sources.kubernetes.metrics import NodeMetricsSource
from cockpit.sources.kubernetes.model import Usage

PATH = "/apis/metrics.k8s.io/v1beta1/nodes"


async def test_each_node_has_its_numbers(server: ScriptedServer, cluster: Cluster) -> None:
    node = {"metadata": {"name": "node-1"}, "usage": {"cpu": "1250m", "memory": "3Gi"}}
    server.json(PATH, {"metadata": {}, "items": [node]})
    read = await anext(NodeMetricsSource(cluster).stream())
    assert read.usage == {"node-1": Usage(1250, 3 * 2**30)}


async def test_without_the_metrics_api_there_are_none(server: ScriptedServer, cluster: Cluster) -> None:
    server.text(PATH, "404 page not found", 404)
    with pytest.raises(SourceError, match="not installed") as caught:
        await anext(NodeMetricsSource(cluster).stream())
    assert caught.value.kind is TroubleKind.MISSING


async def test_the_practice_world_measures_its_nodes() -> None:
    async with World(steady(), speed=50, seed=1) as world:
        read = await anext(NodeMetricsSource(Cluster(world.kubeconfig)).stream())
    assert set(read.usage) == {"node1", "node2", "node3"}
    assert all(usage.cpu_millicores > 0 and usage.memory_bytes > 0 for usage in read.usage.values())
