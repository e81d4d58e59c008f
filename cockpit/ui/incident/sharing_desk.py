"""Shares the incident with cockpits on other hosts, and says how that goes."""

import asyncio
import socket
from collections.abc import Callable
from datetime import tzinfo
from typing import TYPE_CHECKING

from cockpit.clock import Clock
from cockpit.incident.mirror.mirror import Mirror
from cockpit.incident.mirror.standing import Standing, told
from cockpit.text import clean
from cockpit.threads import call_in_thread
from cockpit.ui.incident.incident_log_pane import IncidentLogPane
from cockpit.ui.tones import Tone
from cockpit.ui.widgets.format import clock as time_of_day

if TYPE_CHECKING:  # brings along the incident file and the runbook
    from cockpit.ui.incident.incident_desk import IncidentDesk


class SharingDesk:
    """Has a mirror share the record as soon as there is a file. Only the end of the program waits for it: a second."""

    def __init__(
        self, shared: str, pane: IncidentLogPane, clock: Clock, zone: tzinfo, tell: Callable[[str, Tone], None]
    ) -> None:
        """Share by the PostgreSQL at `shared`; the title of `pane` says how it stands, and `tell` what went wrong."""
        self._shared = shared
        self._pane = pane
        self._clock = clock
        self._zone = zone
        self._tell = tell
        self._mirror: Mirror | None = None
        self._shown = Standing()

    async def accompany(self, record: "IncidentDesk") -> None:
        """Share the `record` until cancelled."""
        loop, news = asyncio.get_running_loop(), asyncio.Event()

        def hear(_: Standing) -> None:
            loop.call_soon_threadsafe(news.set)

        mirror = self._mirror = Mirror(self._shared, record.actor, clock=self._clock, tell=hear)

        def begin() -> None:
            if record.path is not None and not mirror.started:
                mirror.start(record.path)
            news.set()  # how many entries there are may have changed

        record.subscribe(begin)
        begin()
        while True:
            await news.wait()
            news.clear()
            if mirror.started:
                self._show(mirror.standing, len(record.entries))

    async def aclose(self) -> None:
        """Share the last entry, if that is soon done."""
        if self._mirror is not None:
            self._mirror.stop()
            await call_in_thread(self._mirror.join)

    def _show(self, standing: Standing, entries: int) -> None:
        lost_since = standing.lost_since
        words = told(standing, entries, time_of_day(lost_since, self._zone)[:5] if lost_since else "")
        is_elsewhere = any(not each.endswith(f" on {socket.gethostname()}") for each in standing.present)
        self._pane.share(
            [clean(each) for each in words],
            [clean(each).replace(", via ", " via ") for each in standing.present] if is_elsewhere else [],
        )
        before, self._shown = self._shown, standing
        if standing.trouble is not None and standing.trouble != before.trouble and before.lost_since is None:
            remedy = f"; try: {standing.remedy}" if standing.remedy else ""
            self._tell(f"not shared: {clean(standing.trouble)}{remedy}; all is saved here", "doubtful")
        elif before.lost_since is not None and lost_since is None:
            self._tell("shared with the other hosts again", "well")
