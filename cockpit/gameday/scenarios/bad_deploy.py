"""A bad deploy: api 1.5.0 wants DATABASE_URL, which nobody has set, and crash-loops."""

from cockpit.gameday.api.kinds import DEPLOYMENTS
from cockpit.gameday.cluster import Cluster, Timings
from cockpit.gameday.scenarios import shop
from cockpit.gameday.scenarios.past import CHANGE_CAUSE
from cockpit.gameday.scenarios.scenario import Scenario

HEALTHY_FOR = 5.0


def bad_deploy(*, healthy_for: float = HEALTHY_FOR, timings: Timings | None = None) -> Scenario:
    """Make the scenario.

    Args:
        healthy_for: Seconds until the release goes out.
        timings: How long the kubelet takes; None: as a real one.
    """

    async def play(cluster: Cluster) -> None:
        await cluster.pace.sleep(healthy_for)
        release(cluster)

    return Scenario(
        name="bad-deploy",
        title="A bad deploy",
        story="api 1.5.0 has just gone out to the shop, and its pods crash one after the other.",
        namespace=shop.NAMESPACE,
        images=shop.IMAGES,
        build=shop.build,
        play=play,
        timings=timings or Timings(),
    )


def release(cluster: Cluster) -> None:
    """Roll the bad version out, as the shop's pipeline would."""
    deployment = cluster.store.get(DEPLOYMENTS, shop.NAMESPACE, "api")
    obj = deployment.copy()
    obj["metadata"]["annotations"][CHANGE_CAUSE] = "release 1.5.0"
    obj["spec"]["template"]["spec"]["containers"][0]["image"] = shop.API_BAD
    cluster.store.replace(deployment, obj)
