"""A bad deploy: api 1.5.0 wants DATABASE_URL, which nobody has set, and crash-loops."""

from cockpit.gameday.cluster import Cluster, Timings
from cockpit.gameday.scenarios import shop, shop_images
from cockpit.gameday.scenarios.release import release
from cockpit.gameday.scenarios.scenario import Scenario

HEALTHY_FOR = 5.0


def bad_deploy(*, healthy_for: float = HEALTHY_FOR, timings: Timings | None = None) -> Scenario:
    """Make the scenario.

    Args:
        healthy_for: Seconds until the release goes out.
        timings: How long the cluster takes; None: as a real one.
    """

    async def play(cluster: Cluster) -> None:
        await cluster.pace.sleep(healthy_for)
        release(cluster, "api", "release 1.5.0", image=shop_images.API_BAD)

    return shop.scenario(
        "bad-deploy",
        "A bad deploy",
        "api 1.5.0 has just gone out to the shop, and its pods crash one after the other.",
        play,
        timings=timings,
    )
