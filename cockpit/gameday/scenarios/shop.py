"""The web shop in which the scenarios play."""

from typing import Any

from cockpit.gameday.api.kinds import CERT_MANAGER
from cockpit.gameday.cluster import Timings
from cockpit.gameday.scenarios.scenario import Play, Scenario, nothing_happens
from cockpit.gameday.scenarios.shop_images import IMAGES
from cockpit.gameday.scenarios.shop_objects import NAMESPACE, build, build_with_report

__all__ = ["NAMESPACE", "build", "build_with_report", "scenario"]


def scenario(
    name: str, title: str, story: str, play: Play = nothing_happens, *, timings: Timings | None = None, **more: Any
) -> Scenario:
    """Make a scenario that plays in the shop.

    Args:
        name: How it is called on the command line.
        title: What the list calls it.
        story: One line for the person who practises.
        play: What happens.
        timings: How long the cluster takes; None: as a real one.
        **more: Any other field of a scenario.
    """
    shop: dict[str, Any] = {"namespace": NAMESPACE, "images": IMAGES, "build": build, "extensions": CERT_MANAGER}
    shop |= {"has_database": True, "has_outside": True}
    return Scenario(name=name, title=title, story=story, play=play, timings=timings or Timings(), **{**shop, **more})
