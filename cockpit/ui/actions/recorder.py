"""Writes actions into the incident log: what is about to be done, and what became of it."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from cockpit.actions.plan import Plan
from cockpit.actions.receipt import Receipt

if TYPE_CHECKING:  # brings along the incident file and the runbook
    from cockpit.ui.incident.incident_desk import IncidentDesk


class IncidentRecorder:
    """Records with the incident log of this session, once that is open."""

    def __init__(self, record: "Callable[[], IncidentDesk | None]") -> None:
        """`record` gives the incident log, or None while it is not open."""
        self._record = record

    async def intend(self, token: str, plan: Plan) -> None:
        """Record durably that a plan is about to be run.

        Raises:
            IncidentFileError: it is not recorded.
            RuntimeError: the incident log is not open yet.
        """
        await self._opened().intend(token, plan.title, plan.recorded or plan.command)

    async def settle(self, token: str, receipt: Receipt) -> None:
        """Record what became of it.

        Raises:
            IncidentFileError: it is not recorded.
            RuntimeError: the incident log is not open.
        """
        await self._opened().settle(token, receipt.title, receipt.outcome, receipt.summary)

    async def observe(self, text: str) -> None:
        """Record what the cockpit has seen. What cannot be saved now is kept by the log, and shown as such."""
        if (record := self._record()) is not None:
            await record.observe(text)

    def _opened(self) -> "IncidentDesk":
        record = self._record()
        if record is None:
            raise RuntimeError("the incident log is not open yet")
        return record
