"""A lock pile-up: ALTER TABLE waits for a report that takes an hour, and everybody else waits for ALTER TABLE."""

from cockpit.gameday.api.kinds import JOBS
from cockpit.gameday.cluster import Cluster, Timings
from cockpit.gameday.scenarios import shop, shop_images
from cockpit.gameday.scenarios.create import create
from cockpit.gameday.scenarios.past import container
from cockpit.gameday.scenarios.release import release
from cockpit.gameday.scenarios.scenario import Scenario

LOOK_AGAIN = 0.5
"""Seconds between two looks at the database."""
REPORT_READS = "SELECT pid FROM pg_stat_activity WHERE usename = 'report' AND state = 'idle in transaction'"


def lock_pile_up(*, healthy_for: float = 6.0, timings: Timings | None = None) -> Scenario:
    """Make the scenario.

    Args:
        healthy_for: Seconds until the report goes out with which it begins.
        timings: How long the cluster takes; None: as a real one.
    """

    async def play(cluster: Cluster) -> None:
        await cluster.pace.sleep(healthy_for)
        release(cluster, "report", "release 1.1.0", image=shop_images.REPORT_LONG)
        if cluster.database is not None:
            while not await cluster.database.ask(REPORT_READS):
                await cluster.pace.sleep(LOOK_AGAIN)
        pod = {"restartPolicy": "Never", "containers": [container("migrate", shop_images.ADD_NOTE)]}
        create(cluster, JOBS, "migrate-orders", {"backoffLimit": 2, "template": {"metadata": {}, "spec": pod}})

    return shop.scenario(
        "lock-pile-up",
        "A lock pile-up",
        "A migration has just been started, and the shop stands still.",
        play,
        timings=timings,
        build=shop.build_with_report,
    )
