"""The newest readings of all Postgres servers, and the pods that their clients may be."""

from datetime import datetime, tzinfo
from typing import Any

from cockpit.diagnosis.holders import Clients
from cockpit.diagnosis.policy import Policy
from cockpit.reading import Reading, State
from cockpit.sources.kubernetes.model import PODS, Pods
from cockpit.sources.postgres.model import POSTGRES, PostgresLook
from cockpit.ui.postgres.page import View


class HeldServers:
    """Keeps what the panes are drawn from."""

    def __init__(self, zone: tzinfo, policy: Policy) -> None:
        self.zone = zone
        self._policy = policy
        self._readings: dict[str, Reading[PostgresLook]] = {}
        self._pods: Pods | None = None
        self._clients: dict[str, tuple[PostgresLook, Pods | None, Clients]] = {}

    def take(self, reading: Reading[Any]) -> bool:
        """Take over a reading; False when it has nothing to do with Postgres."""
        if reading.source == PODS:
            self._pods = reading.data
            return bool(self._readings)
        if not reading.source.startswith(POSTGRES):
            return False
        name = reading.source.removeprefix(POSTGRES)
        if reading.off:
            self._readings.pop(name, None)
            self._clients.pop(name, None)
        else:
            self._readings[name] = reading
        return True

    @property
    def names(self) -> list[str]:
        """The servers that are read."""
        return sorted(self._readings)

    def reading(self, name: str) -> Reading[PostgresLook] | None:
        """Give the newest reading of a server."""
        return self._readings.get(name)

    def view(self, reading: Reading[PostgresLook], now: datetime) -> View | None:
        """Look at a server at the moment `now`, or at the moment of the last look when that is old; None before it.

        Who its clients are is found out once for each look.
        """
        look = reading.data
        if look is None:
            return None
        known = self._clients.get(look.server.name)
        if known is None or known[0] is not look or known[1] is not self._pods:
            known = look, self._pods, Clients(look.activity, self._pods)
            self._clients[look.server.name] = known
        seen_at = reading.taken_at if is_old(reading, now) and reading.taken_at is not None else now
        return View(look, known[2], seen_at, self.zone, self._policy)


def is_old(reading: Reading[Any], now: datetime) -> bool:
    """Tell whether things may have changed since a reading was taken: what had lasted then may be over."""
    return reading.state(now) not in (State.LIVE, State.LOADING)
