"""Nothing is wrong: the shop on a quiet day."""

from cockpit.gameday.scenarios import shop
from cockpit.gameday.scenarios.scenario import Scenario


def steady() -> Scenario:
    """Make the scenario."""
    return Scenario(
        name="steady",
        title="A quiet day",
        story="The shop runs and all is well: look around, restart and scale things, break them yourself.",
        namespace=shop.NAMESPACE,
        images=shop.IMAGES,
        build=shop.build,
    )
