"""A bad image: web 2.9.0 has been announced, but what it should run cannot be pulled."""

from typing import Literal

from cockpit.gameday.cluster import Cluster, Timings
from cockpit.gameday.registry import repository_of
from cockpit.gameday.scenarios import shop, shop_images
from cockpit.gameday.scenarios.release import release
from cockpit.gameday.scenarios.scenario import Scenario

IMAGE = f"{shop_images.REGISTRY}/web:2.9.0"
Problem = Literal["missing", "denied", "unreachable", "never"]
"""The tag is not there; the registry wants other rights; it cannot be reached; pulling is forbidden."""


def bad_image(*, problem: Problem = "missing", healthy_for: float = 5.0, timings: Timings | None = None) -> Scenario:
    """Make the scenario.

    Args:
        problem: Why the image cannot be had.
        healthy_for: Seconds until the release goes out.
        timings: How long the cluster takes; None: as a real one.
    """

    async def play(cluster: Cluster) -> None:
        await cluster.pace.sleep(healthy_for)
        if problem in {"denied", "unreachable"}:
            cluster.registry.refuse(repository_of(IMAGE), problem)
        policy = "Never" if problem == "never" else "IfNotPresent"
        release(cluster, "web", "release 2.9.0", image=IMAGE, imagePullPolicy=policy)

    return shop.scenario(
        "bad-image",
        "An image that is not there",
        "web 2.9.0 goes out to the shop, but its first pod never starts.",
        play,
        timings=timings,
    )
