"""A dead node: its kubelet stops answering; the pods on it look well until somebody looks twice."""

from cockpit.gameday.api.kinds import NODES
from cockpit.gameday.cluster import Cluster, Timings
from cockpit.gameday.controllers.node_state import silent_node
from cockpit.gameday.scenarios import shop
from cockpit.gameday.scenarios.scenario import Scenario

NODE = "node2"
EVICTION = 60.0
"""Seconds until the pods are taken from it; a real cluster waits 300 unless it is told otherwise."""


def dead_node(*, healthy_for: float = 10.0, timings: Timings | None = None) -> Scenario:
    """Make the scenario.

    Args:
        healthy_for: Seconds until the cluster notices.
        timings: How long the cluster takes; None: as a real one, but for the eviction.
    """

    async def play(cluster: Cluster) -> None:
        cluster.dead_nodes.add(NODE)
        await cluster.pace.sleep(healthy_for)
        node = cluster.store.get(NODES, "", NODE)
        cluster.store.replace(node, silent_node(node, cluster.pace.now()))

    return shop.scenario(
        "dead-node",
        "A dead node",
        "One of three nodes has stopped answering; some of the shop's pods say Running and are not there.",
        play,
        timings=timings or Timings(eviction=EVICTION),
    )
