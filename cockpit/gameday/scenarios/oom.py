"""Out of memory: somebody has lowered the memory limit of the worker below what it needs."""

from cockpit.gameday.cluster import Cluster, Timings
from cockpit.gameday.scenarios import shop
from cockpit.gameday.scenarios.release import release
from cockpit.gameday.scenarios.scenario import Scenario

LIMIT = "80Mi"


def oom(*, healthy_for: float = 3.0, timings: Timings | None = None) -> Scenario:
    """Make the scenario.

    Args:
        healthy_for: Seconds until the limit is lowered.
        timings: How long the cluster takes; None: as a real one.
    """

    async def play(cluster: Cluster) -> None:
        await cluster.pace.sleep(healthy_for)
        resources = {"requests": {"cpu": "50m", "memory": "64Mi"}, "limits": {"memory": LIMIT}}
        release(cluster, "worker", "trim memory limits", resources=resources)

    return shop.scenario(
        "oom",
        "Out of memory",
        "After a change of its limits the shop's worker runs for some seconds and is killed, again and again.",
        play,
        timings=timings,
    )
