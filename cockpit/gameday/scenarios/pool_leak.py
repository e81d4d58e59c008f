"""A pool leak: api 1.4.1 does not give its database connections back, until there are none left."""

from cockpit.gameday.cluster import Cluster, Timings
from cockpit.gameday.scenarios import shop, shop_images
from cockpit.gameday.scenarios.release import release
from cockpit.gameday.scenarios.scenario import Scenario


def pool_leak(*, healthy_for: float = 8.0, timings: Timings | None = None) -> Scenario:
    """Make the scenario.

    Args:
        healthy_for: Seconds until the release goes out.
        timings: How long the cluster takes; None: as a real one.
    """

    async def play(cluster: Cluster) -> None:
        await cluster.pace.sleep(healthy_for)
        release(cluster, "api", "release 1.4.1", image=shop_images.API_LEAKING)

    return shop.scenario(
        "pool-leak",
        "A pool leak",
        "api 1.4.1 has just gone out to the shop; it does not give its database connections back.",
        play,
        timings=timings,
    )
