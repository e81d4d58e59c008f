"""Where actions leave their mark: the intent before anything is sent, the receipt after."""

from typing import Protocol

from cockpit.actions.plan import Plan
from cockpit.actions.receipt import Receipt


class Recorder(Protocol):
    """Keeps the record. The incident log is one, as whoever builds the cockpit puts it together."""

    async def intend(self, token: str, plan: Plan) -> None:
        """Record durably that a plan is about to be run; `token` names it.

        Raises:
            Exception: it is not recorded, whatever the reason; the plan is then not run unless the person insists.
        """

    async def settle(self, token: str, receipt: Receipt) -> None:
        """Record what became of it. Follows every `intend`, also one that failed and kept its plan for later.

        Raises:
            Exception: it is not recorded, whatever the reason.
        """
