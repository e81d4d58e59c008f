"""A third party is down: the payment provider has an outage, and every fourth order fails until orders do without."""

from cockpit.gameday.cluster import Cluster, Timings
from cockpit.gameday.scenarios import shop, shop_images
from cockpit.gameday.scenarios.scenario import Scenario


def third_party_down(*, healthy_for: float = 20.0, timings: Timings | None = None) -> Scenario:
    """Make the scenario.

    Args:
        healthy_for: Seconds until the provider goes down.
        timings: How long the cluster takes; None: as a real one.
    """

    async def play(cluster: Cluster) -> None:
        await cluster.pace.sleep(healthy_for)
        cluster.switches.add(shop_images.PROVIDER_DOWN)

    return shop.scenario(
        "third-party-down",
        "Somebody else's outage",
        "Orders fail though nobody has changed anything; api can take them unpaid with PAYMENTS=off.",
        play,
        timings=timings,
    )
