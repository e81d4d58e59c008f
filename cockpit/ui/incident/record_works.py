"""What is done for an open incident record without being asked: found things, clocks, history, and other hosts."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import TYPE_CHECKING, Any

from textual.app import App

from cockpit.chronicler import Chronicler
from cockpit.clock import Clock
from cockpit.config import Config
from cockpit.history import History, hand_over
from cockpit.incident.beforehand import Happened
from cockpit.session import Session
from cockpit.timekeeper import Timekeeper
from cockpit.ui.incident.incident_log_pane import IncidentLogPane
from cockpit.ui.incident.sharing_desk import SharingDesk
from cockpit.ui.terminal.driver import CockpitDriver
from cockpit.ui.tones import Tone

if TYPE_CHECKING:  # brings along the incident file and the runbook
    from cockpit.ui.incident.incident_desk import IncidentDesk


class RecordWorks:
    """Each work is on its own: a defect in one ends no other."""

    def __init__(
        self,
        app: App[None],
        pane: IncidentLogPane,
        config: Config,
        session: Session,
        clock: Clock,
        tell: Callable[[str, Tone], None],
    ) -> None:
        """Write down what `session` reads from now on; `pane` says with whom the record is shared."""
        self._app = app
        self._pane = pane
        self._config = config
        self._board = session.board
        self._clock = clock
        self._tell = tell
        self._history = History(session.board, clock)
        self._sharing: SharingDesk | None = None

    def keep_time(self, record: "IncidentDesk") -> Timekeeper:
        """Say of a record what is due when, and sound an alarm once it is overdue."""
        keeper = Timekeeper(self._board, self._clock, record, record.chronicle, self._alarm)
        record.subscribe(keeper.hurry)
        return keeper

    async def accompany(
        self,
        record: "IncidentDesk",
        *others: Coroutine[Any, Any, None],
        resumed: bool,
        happened: Callable[[], Awaitable[Sequence[Happened]]],
        until: asyncio.Event,
    ) -> None:
        """Work beside a record, and do the `others`, until cancelled, or until something is the case.

        A new record gets what was read before it, and what has `happened` that may be the cause.
        """
        incident = self._config.incident
        chronicler = Chronicler(self._board, self._clock, incident, lambda: record.state, record.chronicle)
        record.subscribe(chronicler.look)
        works = [self._history.run(), chronicler.run(), *others]
        if not resumed:
            works.append(hand_over(self._history, record, record.keep, happened))
        if incident.shared:
            zone = self._config.ui.tzinfo
            self._sharing = SharingDesk(incident.shared, self._pane, self._clock, zone, self._tell)
            works.append(self._sharing.accompany(record))
        tasks = [asyncio.create_task(self._by_itself(work)) for work in works]
        try:
            await until.wait()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)

    async def aclose(self) -> None:
        """Let go of the record of other hosts."""
        if self._sharing is not None:
            await self._sharing.aclose()
            self._sharing = None
            self._pane.share([], [])

    async def _by_itself(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except Exception as error:  # noqa: BLE001  (whatever it is, it is told)
            self._tell(f"internal error, please report it: {error!r}", "wrong")

    def _alarm(self, text: str) -> None:
        """Say once, so that it is heard, that something is overdue."""
        self._tell(text, "wrong")
        if isinstance(driver := self._app._driver, CockpitDriver):  # noqa: SLF001  (Textual has no other way to it)
            driver.alarm(f"cockpit: {text}")
