"""Whether the cockpit may change anything, and where: off at the start, and in every context anew."""

from cockpit.actions.permit import Permit
from cockpit.session import Session


class WriteSwitch:
    """Remembers in which contexts the person has allowed writing."""

    def __init__(self, session: Session, *, allowed: bool) -> None:
        """Start read-only, or with writing allowed in the first context that is looked at."""
        self._session = session
        self._from_the_start = allowed
        self._contexts: frozenset[str] = frozenset()

    @property
    def on(self) -> bool:
        """Whether the context that is looked at may be changed."""
        info = self._session.info
        if info is not None and self._from_the_start:
            self._from_the_start = False
            self._contexts |= {info.context}
        return info is not None and info.context in self._contexts

    @property
    def protected(self) -> bool:
        """Whether every action in the context that is looked at asks for a name."""
        info = self._session.info
        return info is not None and self._session.protects(info.context)

    @property
    def permit(self) -> Permit:
        """What actions may do."""
        if not self.on:
            return Permit()
        return Permit(self._contexts, frozenset(name for name in self._contexts if self._session.protects(name)))

    def turn(self) -> str:
        """Allow writing in the context that is looked at, or forbid it again; say what holds from now on."""
        info = self._session.info
        if info is None:
            return "no cluster is looked at yet"
        if self.on:
            self._contexts -= {info.context}
            return f"read-only again in {info.context}"
        self._contexts |= {info.context}
        care = "; it is protected: every action asks for a name" if self.protected else ""
        return f"writes are allowed in {info.context}{care}"
