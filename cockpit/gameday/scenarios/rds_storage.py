"""RDS storage fills up: report 1.2.0 sorts more than fits, and its temporary files take all there is."""

from cockpit.gameday.cluster import Cluster, Timings
from cockpit.gameday.scenarios import shop, shop_images
from cockpit.gameday.scenarios.release import release
from cockpit.gameday.scenarios.scenario import Scenario


def rds_storage(*, healthy_for: float = 20.0, timings: Timings | None = None) -> Scenario:
    """Make the scenario.

    Args:
        healthy_for: Seconds until the report goes out with which it begins.
        timings: How long the cluster takes; None: as a real one.
    """

    async def play(cluster: Cluster) -> None:
        await cluster.pace.sleep(healthy_for)
        release(cluster, "report", "release 1.2.0", image=shop_images.REPORT_SPILLING)

    return shop.scenario(
        "rds-storage",
        "The storage fills up",
        "The storage of the database melts away, 9 GiB a minute; in two minutes it will stand still.",
        play,
        timings=timings,
        build=shop.build_with_report,
    )
