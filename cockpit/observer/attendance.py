"""Who may be typing: everybody who is attached to the tmux session, written down when they come and go."""

from collections.abc import Sequence

from cockpit.incident.entry import Draft, EntryKind, EntrySource
from cockpit.incident.who import Who

_ACTOR = "cockpit"


class Attendance:
    """Knows in whose name is written, how that is known, and who else is at the keyboards of a shared tmux."""

    def __init__(self, login: Who) -> None:
        """Begin with who logged in, as the only one who can be typing."""
        self.login = login
        self.driver: str | None = None
        """Who types now, as was said in a shared tmux; None: nobody said."""
        self.clients: tuple[Who, ...] = ()
        self._written: tuple[Who, ...] | None = None
        """Who was attached when it was written down last; None: not yet."""

    @property
    def actor(self) -> str:
        """In whose name is written: `ana, via root` where root logged in and ana was said to type."""
        if self.driver is None or self.driver == self.login.name:
            return self.login.name
        return f"{self.driver}, via {self.login.name}"

    @property
    def known(self) -> str:
        """How that is known."""
        told = [self.login.how]
        if self.driver is not None:
            told.append(f"{self.driver} was named as the one who types")
        if len(self.clients) > 1:
            told.append(f"attached to this tmux: {_listed(self.clients)}")
        return "; ".join(told)

    def name_driver(self, person: str) -> Draft:
        """Take over who types from now on, and give what is to be written about it, in the name of who did so far."""
        before, self.driver = self.actor, person
        data: dict[str, str | None] = {"role": "driver", "person": person}
        return Draft(EntryKind.ROLE, f"{person} types now", before, data=data)

    def attached(self, clients: Sequence[Who]) -> None:
        """Take over who is attached now. A driver who was attached, and has left, types no more."""
        left = {client.name for client in self.clients} - {client.name for client in clients}
        self.clients = tuple(clients)
        if self.driver in left:
            self.driver = None

    def news(self) -> Draft | None:
        """Give what there is to write about who is attached, while an incident is open.

        One who is alone, and is who logged in, is no news, unless there were others before.
        """
        if self.clients == (self._written or ()):
            return None
        alone = len(self.clients) <= 1 and all(client.name == self.login.name for client in self.clients)
        if alone and self._written is None:
            return None
        self._written = self.clients
        names = ", ".join(sorted({client.name for client in self.clients})) or "nobody"
        data: dict[str, str | None] = {"clients": _listed(self.clients)}
        return Draft(EntryKind.NOTE, f"attached to this tmux: {names}", _ACTOR, EntrySource.COCKPIT, data=data)


def _listed(clients: Sequence[Who]) -> str:
    return "; ".join(f"{client.name} ({client.how})" for client in clients)
