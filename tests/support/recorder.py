"""A recorder of actions that keeps what it is told in memory."""

import asyncio

from cockpit.actions.plan import Plan
from cockpit.actions.receipt import Receipt


class Memory:
    """Keeps plans and receipts in the order in which they came, or fails as a test wants it."""

    def __init__(self) -> None:
        self.told: list[Plan | Receipt] = []
        self.tokens: list[str] = []
        self.failure: Exception | None = None

    async def intend(self, token: str, plan: Plan) -> None:
        await self._keep(token, plan)

    async def settle(self, token: str, receipt: Receipt) -> None:
        await self._keep(token, receipt)

    @property
    def receipt(self) -> Receipt:
        """The newest one."""
        return next(told for told in reversed(self.told) if isinstance(told, Receipt))

    async def _keep(self, token: str, told: Plan | Receipt) -> None:
        await asyncio.sleep(0)
        if self.failure is not None:
            raise self.failure
        self.tokens.append(token)
        self.told.append(told)
