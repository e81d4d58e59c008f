"""Nothing is wrong: the shop on a quiet day."""

from cockpit.gameday.scenarios import shop
from cockpit.gameday.scenarios.scenario import Scenario


def steady() -> Scenario:
    """Make the scenario."""
    story = "The shop runs and all is well: look around, restart and scale things, break them yourself."
    return shop.scenario("steady", "A quiet day", story)
