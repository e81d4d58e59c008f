"""A slow query: a migration of api 1.4.3 drops an index; the one of api 1.4.0 makes it again, so that undo mends it."""

from cockpit.gameday.cluster import Cluster, Timings
from cockpit.gameday.scenarios import shop, shop_images
from cockpit.gameday.scenarios.release import release
from cockpit.gameday.scenarios.scenario import Scenario


def slow_query(*, healthy_for: float = 8.0, timings: Timings | None = None) -> Scenario:
    """Make the scenario.

    Args:
        healthy_for: Seconds until the release goes out.
        timings: How long the cluster takes; None: as a real one.
    """

    async def play(cluster: Cluster) -> None:
        await cluster.pace.sleep(healthy_for)
        release(cluster, "api", "release 1.4.3", image=shop_images.API_UNINDEXED)

    return shop.scenario(
        "slow-query",
        "A slow query",
        "A migration of api 1.4.3 has dropped an index that looked unused.",
        play,
        timings=timings,
    )
