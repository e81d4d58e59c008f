"""Looks at the board every second, and keeps what has happened outside as candidates for the incident log."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from cockpit.board import Board
from cockpit.clock import Clock
from cockpit.diagnosis.policy import Policy
from cockpit.observer.folding import Candidates
from cockpit.observer.observation import Observation
from cockpit.observer.transitions import is_observed, transitions
from cockpit.sources.kubernetes.model import KUBERNETES
from cockpit.threads import call_in_thread

TICK = 1.0
"""Seconds between two looks. What changed twice in between is seen once."""


class _Pair(NamedTuple):
    """Two data of one source."""

    source: str
    before: Any
    after: Any
    at: datetime


class Observer:
    """Compares the readings of each source. It reads nothing itself, and belongs to one event loop."""

    def __init__(
        self,
        board: Board,
        clock: Clock,
        policy: Policy = Policy(),  # noqa: B008  (immutable)
        changed: Callable[[], None] = lambda: None,
    ) -> None:
        """Observe what stands on `board`; `changed` is called when there are other candidates than before."""
        self.candidates = Candidates()
        self._board = board
        self._clock = clock
        self._policy = policy
        self._changed = changed
        self._seen: dict[str, Any] = {}
        """The newest data of each source."""
        self._cluster: Any = None

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            await self.look()
            await asyncio.sleep(TICK)

    async def look(self) -> None:
        """Look once. The comparing is done in a thread: there may be thousands of pods."""
        pairs = self._news()
        observations = await call_in_thread(_compare, pairs, self._policy) if pairs else []
        if self.candidates.add(observations, self._clock()):
            self._changed()

    def _news(self) -> list[_Pair]:
        """Give what has changed since the last look; what is read for the first time has not."""
        self._forget_another_cluster()
        pairs: list[_Pair] = []
        seen: dict[str, Any] = {}
        for reading in self._board.readings():
            if reading.off or not is_observed(reading.source):
                continue
            before = self._seen.get(reading.source)
            seen[reading.source] = before if reading.data is None else reading.data
            if before is not None and reading.data is not None and before is not reading.data:
                pairs.append(_Pair(reading.source, before, reading.data, reading.taken_at or self._clock()))
        self._seen = seen
        return pairs

    def _forget_another_cluster(self) -> None:
        """Forget what was read of the cluster when another one is looked at: nothing has happened between the two."""
        reading = self._board.latest(KUBERNETES)
        info = None if reading is None or reading.data is None else (reading.data.context, reading.data.server)
        if info is not None and info != self._cluster:
            self._seen = {name: data for name, data in self._seen.items() if not name.startswith(f"{KUBERNETES}/")}
            self._cluster = info


def _compare(pairs: Sequence[_Pair], policy: Policy) -> list[Observation]:
    return [each for pair in pairs for each in transitions(*pair, policy)]
