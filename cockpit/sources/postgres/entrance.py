"""How one gets into a server: as ever, or by the one connection for emergencies once a person has said so."""

from cockpit.reading import SourceError, TroubleKind
from cockpit.sources.postgres.model import Server
from cockpit.sources.postgres.session import PostgresSession
from cockpit.sources.postgres.target import Target


class Entrance:
    """Opens the sessions for looking. The one for emergencies is lent to who acts: there is no room for a second one.

    Both leave it as soon as they get in by the ordinary way; the next time, a person has to be asked again.
    """

    def __init__(self, target: Target) -> None:
        """Prepare; nothing is opened yet."""
        self._target = target
        self._spare: Target | None = None
        """Set while a person wants it to be used."""
        self._emergency: PostgresSession | None = None
        self._lent = False
        self._ordinary: tuple[PostgresSession, Server] | None = None
        """Got in while the one for emergencies was used; the next to be given."""

    def use_emergency(self) -> None:
        """Go in by the connection for emergencies when the server refuses the ordinary one."""
        self._spare = self._target.in_emergency()

    def borrow(self) -> PostgresSession | None:
        """Lend the connection for emergencies to who acts; None while it is not used."""
        emergency = self._open_one()
        self._lent = emergency is not None
        return emergency

    async def give_back(self) -> None:
        """Take it back. If nobody looks through it, it ends after what was asked of it before."""
        self._lent = False
        if self._emergency is not None and self._spare is None:
            await self._emergency.leave()

    def is_emergency(self, session: PostgresSession) -> bool:
        """Tell whether a session is the one for emergencies."""
        return session is self._emergency

    async def open(self) -> tuple[PostgresSession, Server]:
        """Open a session, and tell which server answers.

        Raises:
            SourceError: There is no connection.
        """
        opened, self._ordinary = self._ordinary, None
        if opened is not None and opened[0].alive:
            return opened
        try:
            return await self._open(PostgresSession(self._target))
        except SourceError as refusal:
            if self._spare is None or refusal.kind is not TroubleKind.REFUSED:
                raise
            return await self._open_emergency(self._spare, refusal)

    async def is_free_again(self, session: PostgresSession) -> bool:
        """Tell whether there is an ordinary session to be had instead of `session`, which is for emergencies."""
        if not self.is_emergency(session):
            return False
        try:
            self._ordinary = await self._open(PostgresSession(self._target))
        except SourceError:
            return False
        return True

    def close(self, session: PostgresSession) -> None:
        """End a session for looking; the one for emergencies stays while it is lent."""
        if not (self._lent and self.is_emergency(session)):
            session.close()

    def _open_one(self) -> PostgresSession | None:
        return self._emergency if self._emergency is not None and self._emergency.alive else None

    async def _open(self, session: PostgresSession) -> tuple[PostgresSession, Server]:
        server = await session.open()
        self._spare = None
        return session, server

    async def _open_emergency(self, spare: Target, refusal: SourceError) -> tuple[PostgresSession, Server]:
        open_one = self._open_one()
        if open_one is not None and open_one.server is not None:
            return open_one, open_one.server
        session = PostgresSession(spare, purpose="act")
        try:
            server = await session.open()
        except SourceError as error:
            message = f"{refusal.message}; the emergency connection: {error.message}"
            raise SourceError(refusal.kind, message, error.remedy) from None
        self._emergency = session
        return session, server
