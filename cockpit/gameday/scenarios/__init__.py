"""The practice scenarios, one module each."""

from cockpit.gameday.scenarios.bad_deploy import bad_deploy
from cockpit.gameday.scenarios.crowd import crowd
from cockpit.gameday.scenarios.scenario import Scenario
from cockpit.gameday.scenarios.steady import steady

__all__ = ["Scenario", "bad_deploy", "crowd", "find_scenario", "scenarios", "steady"]


def scenarios() -> tuple[Scenario, ...]:
    """Give every scenario, also those that are not listed."""
    return (bad_deploy(), steady(), crowd())


def find_scenario(name: str) -> Scenario:
    """Give a scenario by its name.

    Raises:
        LookupError: There is none; the message names those that are listed.
    """
    for scenario in scenarios():
        if scenario.name == name:
            return scenario
    names = ", ".join(scenario.name for scenario in scenarios() if scenario.is_listed)
    raise LookupError(f"there is no scenario {name!r}; choose one of {names}")
