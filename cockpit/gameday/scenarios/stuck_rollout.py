"""A stuck rollout: web 2.9.1 listens on another port than its probe asks; the old pods go on serving."""

from cockpit.gameday.cluster import Cluster, Timings
from cockpit.gameday.scenarios import shop, shop_images
from cockpit.gameday.scenarios.release import release
from cockpit.gameday.scenarios.scenario import Scenario

DEADLINE = 30
"""Seconds that the pipeline gives the rollout."""


def stuck_rollout(*, healthy_for: float = 3.0, timings: Timings | None = None) -> Scenario:
    """Make the scenario.

    Args:
        healthy_for: Seconds until the release goes out.
        timings: How long the cluster takes; None: as a real one.
    """

    async def play(cluster: Cluster) -> None:
        await cluster.pace.sleep(healthy_for)
        spec = {"progressDeadlineSeconds": DEADLINE}
        release(cluster, "web", "release 2.9.1", spec=spec, image=shop_images.WEB_DEAF)

    return shop.scenario(
        "stuck-rollout",
        "A rollout that does not end",
        "web 2.9.1 goes out to the shop; its pod runs but never becomes ready, and the pipeline gives up.",
        play,
        timings=timings,
    )
