"""Whether the cockpit may change anything, and where: off at the start, and in every context anew.

The Postgres servers and the Alertmanagers are switched along: they belong to the same estate, and are looked at
whatever the context.
"""

from collections.abc import Mapping
from types import MappingProxyType

from cockpit.actions.permit import Permit
from cockpit.session import KUBERNETES, Session
from cockpit.sources.postgres.model import POSTGRES
from cockpit.sources.web.model import ALERTMANAGER
from cockpit.web_config import AlertmanagerConfig

NO_CLUSTER = "no cluster"
"""Stands for the context where there are only servers to look at."""


class WriteSwitch:
    """Remembers in which contexts the person has allowed writing."""

    def __init__(
        self,
        session: Session,
        alertmanagers: Mapping[str, AlertmanagerConfig] = MappingProxyType({}),
        *,
        allowed: bool,
    ) -> None:
        """Start read-only, or with writing allowed in the first context that is looked at."""
        self._session = session
        self._alertmanagers = alertmanagers
        self._from_the_start = allowed
        self._contexts: frozenset[str] = frozenset()

    @property
    def on(self) -> bool:
        """Whether the context that is looked at may be changed."""
        context = self._context
        if context and self._from_the_start:
            self._from_the_start = False
            self._contexts |= {context}
        return context in self._contexts

    @property
    def protected(self) -> bool:
        """Whether every action in the context that is looked at asks for a name."""
        return self._session.protects(self._context)

    @property
    def permit(self) -> Permit:
        """What actions may do."""
        if not self.on:
            return Permit()
        servers = {f"{POSTGRES}{target.name}": target.protected for target in self._session.servers.targets}
        servers |= {f"{ALERTMANAGER}{name}": each.protected for name, each in self._alertmanagers.items()}
        protected = {name for name in self._contexts if self._session.protects(name)}
        protected |= {name for name, careful in servers.items() if careful}
        return Permit(self._contexts | servers.keys(), frozenset(protected))

    def turn(self) -> str:
        """Allow writing in the context that is looked at, or forbid it again; say what holds from now on."""
        context = self._context
        if not context:
            return "no cluster is looked at yet"
        servers = self._elsewhere
        if self.on:
            self._contexts -= {context}
            return f"read-only again in {context}{servers}"
        self._contexts |= {context}
        care = "; it is protected: every action asks for a name" if self.protected else ""
        return f"writes are allowed in {context}{servers}{care}"

    @property
    def _elsewhere(self) -> str:
        """Say what is switched along."""
        others = ["the Postgres servers"] if self._session.servers.targets else []
        others += ["the Alertmanagers"] if self._alertmanagers else []
        return f" and on {' and '.join(others)}" if others else ""

    @property
    def _context(self) -> str:
        """Where one is; empty: nowhere yet."""
        if self._session.info is not None:
            return self._session.info.context
        cluster = self._session.board.latest(KUBERNETES)
        return NO_CLUSTER if cluster is not None and cluster.off else ""
