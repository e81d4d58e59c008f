"""The newest readings of all Postgres servers, and the pods that their clients may be."""

from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import Any, Self

from cockpit.diagnosis.holders import Clients
from cockpit.diagnosis.policy import Policy
from cockpit.reading import Reading, State
from cockpit.sources.kubernetes.model import PODS, Pods
from cockpit.sources.postgres.model import POSTGRES, PostgresLook
from cockpit.ui.paged.held import Outlook
from cockpit.ui.paged.newest import Newest
from cockpit.ui.paged.trust import is_old
from cockpit.ui.postgres.postgres_view import View, way
from cockpit.ui.state_text import state_span, trouble_text
from cockpit.ui.widgets.format import age
from cockpit.ui.widgets.line import Span


class HeldServers:
    """Keeps what the panes are drawn from."""

    def __init__(self, zone: tzinfo, policy: Policy) -> None:
        self.zone = zone
        self._policy = policy
        self._readings = Newest[PostgresLook](POSTGRES)
        self._pods: Pods | None = None
        self._clients: dict[str, tuple[PostgresLook, Pods | None, Clients]] = {}
        """Found once for each look, and anew when the pods have changed."""

    def take(self, reading: Reading[Any]) -> bool:
        """Take over a reading; False when it has nothing to do with Postgres."""
        if reading.source == PODS:
            self._pods = reading.data
            return bool(self.names)
        return self._readings.take(reading)

    @property
    def names(self) -> Sequence[str]:
        """The servers that are read."""
        return self._readings.names

    def reading(self, name: str) -> Reading[PostgresLook] | None:
        """Give the newest reading of a server."""
        return self._readings.get(name)

    def view(self, name: str, now: datetime) -> View | None:
        """Look at a server at the moment `now`, or at the moment of the last look when that is old; None before it."""
        reading = self._readings.get(name)
        if reading is None or reading.data is None:
            return None
        look = reading.data
        known = self._clients.get(name)
        if known is None or known[0] is not look or known[1] is not self._pods:
            known = self._clients[name] = look, self._pods, Clients(look.activity, self._pods)
        seen_at = reading.taken_at if is_old(reading, now) and reading.taken_at is not None else now
        return View(look, known[2], seen_at, self.zone, self._policy)

    def outlook(self, name: str, tab: str, now: datetime) -> Outlook:  # noqa: ARG002  (every page rests on one look)
        """Say through which connection we look, and how far what is seen can be trusted."""
        reading = self._readings.get(name)
        if reading is None:
            nothing = "nothing is read: [postgres.NAME] in cockpit.toml, --dsn, DATABASE_URL or PGSERVICE name a server"
            return Outlook(state=[state_span(None, now, self.zone)], nothing=nothing)
        loading = reading.state(now) is State.LOADING
        return Outlook(
            way(reading.data) if reading.data is not None else [Span(" · unknown")],
            _state(reading, now, self.zone),
            trouble=trouble_text(reading, self.zone),
            old=is_old(reading, now),
            nothing="connecting …" if loading else "nothing read yet",
        )

    def copy(self) -> Self:
        """Hold what is held now."""
        other = type(self)(self.zone, self._policy)
        other._readings = self._readings.copy()  # noqa: SLF001  (of the same class)
        other._pods = self._pods  # noqa: SLF001
        return other


def _state(reading: Reading[PostgresLook], now: datetime, zone: tzinfo) -> list[Span]:
    """Say how far a server can be trusted: live, or how old it is and since when."""
    span = state_span(reading, now, zone)
    if reading.data is None or reading.state(now) is State.LIVE:
        return [span]
    return [Span(f"{age(reading.taken_at, now)} old · ", "doubtful"), span]
