"""The loop that every controller shares: look again at what changed, one object at a time."""

import asyncio
import logging
from collections.abc import Iterable
from typing import Protocol

from cockpit.gameday.api.kinds import Kind
from cockpit.gameday.api.store import Change
from cockpit.gameday.cluster import Cluster

log = logging.getLogger(__name__)


class Controller(Protocol):
    """Brings the cluster nearer to what its objects ask for."""

    @property
    def watches(self) -> tuple[Kind, ...]:
        """A change of these makes it look again."""
        ...

    def keys(self, change: Change) -> Iterable[str]:
        """Tell what to look at after a change."""
        ...

    def reconcile(self, key: str) -> float | None:
        """Look at one object and act.

        Returns:
            Seconds after which to look again though nothing changes; None: no need.
        """
        ...


async def run_controller(cluster: Cluster, controller: Controller) -> None:
    """Run a controller until it is cancelled."""
    loop = asyncio.get_running_loop()
    changes = cluster.store.follow(*controller.watches)
    due: dict[str, float] = {}
    for kind in controller.watches:
        for stored in cluster.store.list(kind):
            due.update(dict.fromkeys(controller.keys(Change("ADDED", stored, None)), 0.0))
    try:
        while True:
            for key in [key for key, when in due.items() if when <= loop.time()]:
                del due[key]
                again = _reconcile(controller, key)
                if again is not None:
                    due[key] = loop.time() + again / cluster.pace.speed
            await asyncio.sleep(0)  # what a controller changes itself must not keep the others waiting
            wait = max(0.0, min(due.values()) - loop.time()) if due else None
            for change in await changes.batch(wait):
                due.update(dict.fromkeys(controller.keys(change), 0.0))
    finally:
        changes.close()


def _reconcile(controller: Controller, key: str) -> float | None:
    try:
        return controller.reconcile(key)
    except Exception:  # an object that makes no sense to a controller must not stop the others
        log.exception("%s: %s", type(controller).__name__, key)
        return None
