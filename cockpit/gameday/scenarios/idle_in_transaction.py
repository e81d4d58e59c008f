"""Idle in transaction: api 1.4.2 waits for a payment provider while it holds locks on rows that the worker wants."""

from cockpit.gameday.cluster import Cluster, Timings
from cockpit.gameday.scenarios import shop, shop_images
from cockpit.gameday.scenarios.release import release
from cockpit.gameday.scenarios.scenario import Scenario


def idle_in_transaction(*, healthy_for: float = 8.0, timings: Timings | None = None) -> Scenario:
    """Make the scenario.

    Args:
        healthy_for: Seconds until the release goes out.
        timings: How long the cluster takes; None: as a real one.
    """

    async def play(cluster: Cluster) -> None:
        await cluster.pace.sleep(healthy_for)
        release(cluster, "api", "release 1.4.2", image=shop_images.API_DAWDLING)

    return shop.scenario(
        "idle-in-transaction",
        "Idle in transaction",
        "api 1.4.2 asks a payment provider in the midst of its transactions, and the worker waits for rows.",
        play,
        timings=timings,
    )
