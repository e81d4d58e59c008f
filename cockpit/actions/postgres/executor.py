"""Does what plans say to the backends and tables of a Postgres server."""

from cockpit.actions.pace import Carried, Pace
from cockpit.actions.plan import Maintain, Signal, Target
from cockpit.actions.postgres.carry_out import signal
from cockpit.actions.postgres.lasting_session import LastingSession, Make
from cockpit.actions.postgres.maintain import maintain
from cockpit.sources.postgres.model import POSTGRES


class PostgresExecutor:
    """Acts on one server."""

    def __init__(self, session: LastingSession, make: Make, name: str) -> None:
        """Act on a server.

        Args:
            session: signals, and looks what became of it.
            make: makes a session of its own for what takes long.
            name: what the person calls the server.
        """
        self._session = session
        self._make = make
        self._name = name

    async def context(self) -> str:
        """Tell for which server: `postgres/shop-db`."""
        return f"{POSTGRES}{self._name}"

    async def carry_out(self, target: Target, pace: Pace) -> Carried:
        """Do to a backend or a table what the plan says, if it still is what it was."""
        match target.operation:
            case Signal() as operation:
                return await signal(self._session, target, operation, pace)
            case Maintain() as operation:
                return await maintain(self._session, self._make, target, operation, pace)
            case operation:
                raise TypeError(f"nothing that is done to a Postgres server: {operation}")
