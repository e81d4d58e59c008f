"""Unhealthy targets: web 2.9.2 tells of its health elsewhere, and only its pods' own probes were told so."""

from cockpit.gameday.cluster import Cluster, Timings
from cockpit.gameday.scenarios import shop, shop_images
from cockpit.gameday.scenarios.past import container
from cockpit.gameday.scenarios.release import release
from cockpit.gameday.scenarios.scenario import Scenario


def targets_unhealthy(*, healthy_for: float = 20.0, timings: Timings | None = None) -> Scenario:
    """Make the scenario.

    Args:
        healthy_for: Seconds until the release goes out.
        timings: How long the cluster takes; None: as a real one.
    """

    async def play(cluster: Cluster) -> None:
        await cluster.pace.sleep(healthy_for)
        probe = container("web", shop_images.WEB_MOVED, port=8081)["readinessProbe"]
        moved = {**probe, "httpGet": {**probe["httpGet"], "path": shop_images.MOVED_HEALTH_PATH}}
        release(cluster, "web", "release 2.9.2", image=shop_images.WEB_MOVED, readinessProbe=moved)

    return shop.scenario(
        "targets-unhealthy",
        "Unhealthy targets",
        "web 2.9.2 has just gone out; its pods are ready, but the load balancer does not believe them.",
        play,
        timings=timings,
    )
