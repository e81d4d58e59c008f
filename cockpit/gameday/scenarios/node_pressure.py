"""Disk pressure: a node has run out of room, and its kubelet evicts pods until there is some again."""

from cockpit.gameday.api.kinds import NODES, PODS
from cockpit.gameday.api.store import Stored
from cockpit.gameday.cluster import Cluster, Timings
from cockpit.gameday.controllers.node_fit import on_node
from cockpit.gameday.controllers.node_state import with_node_condition
from cockpit.gameday.event_recorder import Event, Source
from cockpit.gameday.scenarios import shop
from cockpit.gameday.scenarios.scenario import Scenario

NODE = "node3"
MESSAGE = (
    "The node was low on resource: ephemeral-storage. Threshold quantity: 10Gi, available: 4811Mi. "
    "Container {container} was using 2311Mi, request is 0, has larger consumption of ephemeral-storage. "
)


def node_pressure(*, healthy_for: float = 3.0, lasts: float = 60.0, timings: Timings | None = None) -> Scenario:
    """Make the scenario.

    Args:
        healthy_for: Seconds until the disk is full.
        lasts: Seconds until there is room again; what was evicted then stays until somebody deletes it.
        timings: How long the cluster takes; None: as a real one.
    """

    async def play(cluster: Cluster) -> None:
        await cluster.pace.sleep(healthy_for)
        _change(cluster, status="True", reason="KubeletHasDiskPressure", message="kubelet has disk pressure")
        for pod in on_node(cluster.store.list(PODS, shop.NAMESPACE), NODE):
            if not pod.obj["spec"].get("tolerations"):  # the pods of daemon sets stay
                _evict(cluster, pod)
        await cluster.pace.sleep(lasts)
        _change(cluster, status="False", reason="KubeletHasNoDiskPressure", message="kubelet has no disk pressure")

    return shop.scenario(
        "node-pressure",
        "A full disk",
        "The disk of a node is full; the shop's pods on it are evicted.",
        play,
        timings=timings,
        is_listed=False,
    )


def _change(cluster: Cluster, **condition: str) -> None:
    node = cluster.store.get(NODES, "", NODE)
    changed = with_node_condition(node, cluster.pace.now(), type="DiskPressure", **condition)
    cluster.store.replace(node, changed)
    state = f"Node{condition['reason'].removeprefix('Kubelet')}"
    event = Event("Normal", state, f"Node {NODE} status is now: {state}")
    cluster.events.record(node, event, Source("kubelet", NODE))


def _evict(cluster: Cluster, pod: Stored) -> None:
    """Let a pod fail as the kubelet's eviction manager does."""
    message = MESSAGE.format(container=pod.obj["spec"]["containers"][0]["name"])
    cluster.events.record(pod, Event("Warning", "Evicted", message), Source("kubelet", NODE))
    kept = {
        key: value for key, value in pod.obj["status"].items() if key in {"startTime", "qosClass", "hostIP", "podIP"}
    }
    failed = {**kept, "phase": "Failed", "reason": "Evicted", "message": message}
    cluster.store.replace(pod, {**pod.obj, "status": failed})
