"""Many pods that run: sixty that restart at once, and twenty that print as fast as a benchmark wants."""

import random
from datetime import datetime

from cockpit.gameday.cluster import Cluster, Timings
from cockpit.gameday.scenarios import shop, shop_images
from cockpit.gameday.scenarios.past import Past, Revision, container
from cockpit.gameday.scenarios.scenario import Scenario
from cockpit.gameday.workloads import Behaviour

STORM_PODS = 60
STORM_DEPLOYMENTS = 6
BUSY_IMAGE = f"{shop_images.REGISTRY}/busy:1.0.0"
BUSY = "busy"


def storm(*, healthy_for: float = 5.0, lasts: float = 20.0, timings: Timings | None = None) -> Scenario:
    """Make the scenario in which sixty pods restart at once.

    Args:
        healthy_for: Seconds until they do.
        lasts: Seconds for which they go on ending as soon as they have started.
        timings: How long the cluster takes; None: as a real one.
    """

    def build(cluster: Cluster) -> None:
        shop.build(cluster)
        past = Past(cluster)
        for number in range(1, STORM_DEPLOYMENTS + 1):
            name = f"service-{number}"
            revision = Revision(9.0, [container(name, shop_images.STORMY)])
            past.deployment(shop.NAMESPACE, name, [revision], replicas=STORM_PODS // STORM_DEPLOYMENTS)

    async def play(cluster: Cluster) -> None:
        await cluster.pace.sleep(healthy_for)
        cluster.switches.add(shop_images.STORM)
        await cluster.pace.sleep(lasts)
        cluster.switches.discard(shop_images.STORM)

    return shop.scenario(
        "storm",
        "A storm",
        "Sixty pods lose what they share, and restart at once.",
        play,
        timings=timings,
        build=build,
        has_database=False,
        has_outside=False,
        is_listed=False,
    )


def busy_logs(*, containers: int = 20, lines_per_second: float = 5000.0) -> Scenario:
    """Make the scenario in which many containers print.

    Each line ends in `n=` and its number in the run of its container, so that a lost one is noticed.

    Args:
        containers: How many pods with one container each there are, all of the deployment `busy`.
        lines_per_second: How many lines they print in all.
    """
    chatty = Behaviour(chatter=numbered, lines_per_second=lines_per_second / containers)

    def build(cluster: Cluster) -> None:
        past = Past(cluster)
        past.namespace(shop.NAMESPACE, days=2)
        past.node("node1", "10.89.0.1", days=2)
        revision = Revision(1.0, [container(BUSY, BUSY_IMAGE)])
        past.deployment(shop.NAMESPACE, BUSY, [revision], replicas=containers)

    return Scenario(
        name="busy-logs",
        title="Busy logs",
        story="Twenty containers print five thousand lines a second, to measure with.",
        namespace=shop.NAMESPACE,
        images={BUSY_IMAGE: chatty},
        build=build,
        is_listed=False,
    )


def numbered(rng: random.Random, now: datetime, number: int) -> str:
    """Print a line of the usual length that bears its number."""
    moment = now.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    level = "ERROR" if number % 100 == 0 else "INFO "
    return f"{moment} {level} req={rng.getrandbits(64):016x} GET /v1/products/{number % 400} 200 dur=12ms n={number}"
