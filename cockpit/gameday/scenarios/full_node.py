"""Full nodes: the worker asks for more memory on more pods while one of three nodes takes none."""

from cockpit.gameday.api.kinds import NODES
from cockpit.gameday.cluster import Cluster, Timings
from cockpit.gameday.scenarios import shop
from cockpit.gameday.scenarios.release import release
from cockpit.gameday.scenarios.scenario import Scenario

CORDONED = "node3"
REPLICAS = 6
"""Two fit on a node: all of them on three nodes, four on two."""


def full_node(*, healthy_for: float = 3.0, timings: Timings | None = None) -> Scenario:
    """Make the scenario.

    Args:
        healthy_for: Seconds until the node is cordoned; the worker grows a little later.
        timings: How long the cluster takes; None: as a real one.
    """

    async def play(cluster: Cluster) -> None:
        await cluster.pace.sleep(healthy_for)
        node = cluster.store.get(NODES, "", CORDONED)
        cluster.store.replace(node, {**node.obj, "spec": {**node.obj["spec"], "unschedulable": True}})
        await cluster.pace.sleep(3.0)
        resources = {"requests": {"cpu": "200m", "memory": "6Gi"}, "limits": {"memory": "6Gi"}}
        release(cluster, "worker", "grow for the sale", spec={"replicas": REPLICAS}, resources=resources)

    return shop.scenario(
        "full-node",
        "No room",
        "The shop's worker is to grow for a sale while a node is in maintenance; some of its pods stay Pending.",
        play,
        timings=timings,
    )
