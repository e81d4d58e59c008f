"""Has the incident log write itself: what the diagnosis finds wrong, and when it is over."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import datetime

from cockpit.board import Board
from cockpit.clock import Clock
from cockpit.config import IncidentConfig
from cockpit.diagnosis.finding import Finding
from cockpit.diagnostician import DIAGNOSIS
from cockpit.incident import finding as entries
from cockpit.incident.entry import Draft, TimeSource
from cockpit.incident.state import IncidentState

TICK = 2.0
"""Seconds between two looks."""

Append = Callable[[Draft], Awaitable[None]]


class Chronicle:
    """Follows the findings, and tells what there is to write down about them.

    What was written is read from the log itself, so that a cockpit that goes on with an incident says nothing twice. Of
    what others write, it learns a moment later: the keys of its drafts are such that what both say stands there once.
    """

    def __init__(self, config: IncidentConfig) -> None:
        """Write down what lasts as long as `config` asks for."""
        self._found_after = config.found_after_seconds
        self._over_after = config.over_after_seconds
        self._last_seen: dict[str, datetime] = {}
        self._first_seen: dict[str, datetime] = {}
        self._told: set[str | None] = set()
        """Keys of all drafts that were given: one that cannot be saved stays with the log, and is not given again."""

    def drafts(self, findings: Sequence[Finding], state: IncidentState, now: datetime) -> list[Draft]:
        """Give what has become wrong, or has ended.

        What cannot be seen now neither begins nor ends: it is over once its source is read again and does not show it.

        Args:
            findings: what is wrong at the time `now`.
            state: what the log says.
            now: UTC.
        """
        drafts: list[Draft] = []
        lasting, before = state.lasting, Counter(found.key for found in state.findings)
        first_seen, self._first_seen = self._first_seen, {}
        for finding in findings:
            self._first_seen[finding.key] = first_seen.get(finding.key, now)
            self._last_seen |= dict.fromkeys((finding.key, *finding.covers), now)
            since = finding.since or self._first_seen[finding.key]
            lasts = (now - since).total_seconds() >= self._found_after and finding.unseen_since is None
            if lasts and finding.key not in lasting:
                nth = before[finding.key] if finding.since is None else None
                known = TimeSource.SEEN if finding.since is None else TimeSource(finding.since_from)
                drafts.append(entries.found(finding.key, finding.title, since, time_from=known, before=nth))
        told_together = {key for finding in findings for key in finding.covers}
        for key in lasting.keys() - self._first_seen.keys() - told_together:
            gone = self._last_seen.setdefault(key, now)
            if (now - gone).total_seconds() >= self._over_after:
                drafts.append(entries.cleared(key, lasting[key].title, lasting[key].since, gone))
        news = [draft for draft in drafts if draft.key not in self._told]
        news.sort(key=lambda draft: (draft.occurred_at or now, draft.key or ""))
        self._told.update(draft.key for draft in news)
        return news


class Chronicler:
    """Writes into the incident log, while an incident is open, what the board says of the diagnosis."""

    def __init__(
        self, board: Board, clock: Clock, config: IncidentConfig, state: Callable[[], IncidentState], append: Append
    ) -> None:
        """Write with `append` into the incident whose `state` is told."""
        self._board = board
        self._clock = clock
        self._state = state
        self._append = append
        self._chronicle = Chronicle(config)
        self._hurry = asyncio.Event()

    def look(self) -> None:
        """Look soon: an incident may have been opened, and what is wrong now may be mended in a second."""
        self._hurry.set()

    async def run(self) -> None:
        """Write until cancelled."""
        while True:
            self._hurry.clear()
            await self.write()
            with suppress(TimeoutError):
                async with asyncio.timeout(TICK):
                    await self._hurry.wait()

    async def write(self) -> None:
        """Write what there is to write now. While the diagnosis is not known, nothing begins and nothing is over."""
        state, diagnosis = self._state(), self._board.latest(DIAGNOSIS)
        if state.declared_at is None or state.closed_at is not None:
            return
        if diagnosis is None or diagnosis.data is None or diagnosis.taken_at is None or diagnosis.trouble is not None:
            return
        for draft in self._chronicle.drafts(diagnosis.data.findings, state, self._clock()):
            await self._append(draft)
