"""Acting over the connection of who looks, where there is no room for one of one's own."""

from cockpit.actions.postgres.lasting_session import Acts
from cockpit.sources.postgres.model import Server


class BorrowedSession:
    """Uses a session that somebody else has opened, and leaves its end to them."""

    def __init__(self, lent: Acts) -> None:
        """Use `lent`, which may write."""
        self._lent = lent
        self.query = lent.query
        self.execute = lent.execute

    @property
    def server(self) -> Server | None:
        """What it is connected to."""
        return self._lent.server

    @property
    def alive(self) -> bool:
        """Whether a statement can be tried."""
        return self._lent.alive

    async def open(self) -> Server:
        """Tell to what it is connected.

        Raises:
            SourceError: it is not, and cannot be.
        """
        return self._lent.server or await self._lent.open()

    def close(self) -> None:
        """Use it no longer; it stays open."""
