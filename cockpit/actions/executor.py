"""Who does what a plan says: one for each place of the outside world."""

from typing import Protocol

from cockpit.actions.pace import Carried, Pace
from cockpit.actions.plan import Target


class Executor(Protocol):
    """Deals with the targets of plans that were made for its place."""

    async def context(self) -> str:
        """Tell for which place: the context that its plans name.

        Raises:
            SourceError: it cannot be found out.
        """

    async def carry_out(self, target: Target, pace: Pace) -> Carried:
        """Do to a target what the plan says, if it still is what it was. Never raises a SourceError."""
