"""The practice scenarios, one module each; the small ones share a module."""

from cockpit.gameday.scenarios.bad_deploy import bad_deploy
from cockpit.gameday.scenarios.bad_image import bad_image
from cockpit.gameday.scenarios.crowd import crowd
from cockpit.gameday.scenarios.dead_node import dead_node
from cockpit.gameday.scenarios.expired_certificate import expired_certificate
from cockpit.gameday.scenarios.failing_probe import failing_probe
from cockpit.gameday.scenarios.full_node import full_node
from cockpit.gameday.scenarios.idle_in_transaction import idle_in_transaction
from cockpit.gameday.scenarios.lock_pile_up import lock_pile_up
from cockpit.gameday.scenarios.many import busy_logs, storm
from cockpit.gameday.scenarios.node_pressure import node_pressure
from cockpit.gameday.scenarios.oom import oom
from cockpit.gameday.scenarios.pool_leak import pool_leak
from cockpit.gameday.scenarios.rds_storage import rds_storage
from cockpit.gameday.scenarios.scenario import Scenario
from cockpit.gameday.scenarios.slow_query import slow_query
from cockpit.gameday.scenarios.steady import steady
from cockpit.gameday.scenarios.stuck_rollout import stuck_rollout
from cockpit.gameday.scenarios.targets_unhealthy import targets_unhealthy
from cockpit.gameday.scenarios.third_party_down import third_party_down
from cockpit.gameday.scenarios.troubles import TROUBLES, trouble
from cockpit.gameday.scenarios.web_certificate import web_certificate

__all__ = [
    "TROUBLES",
    "Scenario",
    "bad_deploy",
    "bad_image",
    "busy_logs",
    "crowd",
    "dead_node",
    "expired_certificate",
    "failing_probe",
    "find_scenario",
    "full_node",
    "idle_in_transaction",
    "lock_pile_up",
    "node_pressure",
    "oom",
    "pool_leak",
    "rds_storage",
    "scenarios",
    "slow_query",
    "steady",
    "storm",
    "stuck_rollout",
    "targets_unhealthy",
    "third_party_down",
    "trouble",
    "web_certificate",
]


def scenarios() -> tuple[Scenario, ...]:
    """Give every scenario, also those that are not listed."""
    return (
        bad_deploy(),
        bad_image(),
        oom(),
        failing_probe(),
        full_node(),
        stuck_rollout(),
        expired_certificate(),
        dead_node(),
        pool_leak(),
        idle_in_transaction(),
        lock_pile_up(),
        slow_query(),
        targets_unhealthy(),
        rds_storage(),
        web_certificate(),
        third_party_down(),
        steady(),
        crowd(),
        storm(),
        busy_logs(),
        node_pressure(),
        *map(trouble, TROUBLES),
    )


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
