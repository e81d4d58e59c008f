"""A failing probe: api checks a payment provider that it cannot reach, and leaves its service without endpoints."""

from cockpit.gameday.cluster import Cluster, Timings
from cockpit.gameday.scenarios import shop, shop_images
from cockpit.gameday.scenarios.release import release
from cockpit.gameday.scenarios.scenario import Scenario


def failing_probe(*, healthy_for: float = 3.0, timings: Timings | None = None) -> Scenario:
    """Make the scenario.

    Args:
        healthy_for: Seconds until the configuration is changed.
        timings: How long the cluster takes; None: as a real one.
    """

    async def play(cluster: Cluster) -> None:
        await cluster.pace.sleep(healthy_for)
        release(cluster, "api", "new payment provider", env={"PAYMENTS_URL": shop_images.BAD_PAYMENTS_URL})

    return shop.scenario(
        "failing-probe",
        "Nobody is ready",
        "A change of the shop's configuration rolled out well, and then its customers saw nothing but 503.",
        play,
        timings=timings,
    )
