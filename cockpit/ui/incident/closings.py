"""A closed incident is closed: who wants to write says where, and everybody hears when somebody else closes it."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import tzinfo
from typing import TYPE_CHECKING, Final

from textual.app import App

from cockpit.incident.closing import how_closed
from cockpit.text import clean
from cockpit.ui.dialogs import ask, pick_closing
from cockpit.ui.tones import Tone
from cockpit.ui.widgets.picker import Choice, Picker

if TYPE_CHECKING:  # brings along the incident file and the runbook
    from cockpit.ui.incident.incident_desk import IncidentDesk

ANOTHER: Final = "new incident"
REOPEN: Final = "reopen"
LATE: Final = "late entry"
NOT_WRITTEN: Final = "nothing was written: the incident is closed"


class Closings:
    """Asks what to do about a closed incident, and says who closed one under our eyes."""

    def __init__(
        self,
        app: App[None],
        record: "Callable[[], IncidentDesk | None]",
        tell: Callable[[str, Tone], None],
        zone: tzinfo,
    ) -> None:
        """Ask on the screens of `app` about the `record` that is open now; times are those of `zone`."""
        self.another = asyncio.Event()
        """A person wants another incident: whoever opens records opens one, and calls `opened`."""
        self.others: Callable[[], Sequence[str]] = tuple
        """Names who else has the incident open."""
        self._app = app
        self._record = record
        self._tell = tell
        self._zone = zone
        self._opened = asyncio.Event()
        self._closing = False

    async def writable(self, *, late: bool = False) -> "IncidentDesk | None":
        """Give the record to write into, once a person has said what to do about a closed one.

        Args:
            late: whether what is to be written may be added to a closed incident.

        Returns:
            The record: opened again, or another one; None: the person goes back, or there is none yet.
        """
        record = self._record()
        if record is None or record.state.closed_at is None:
            return record
        title = f"{record.name} is closed ({self._how(record)})"
        choices = [
            Choice(ANOTHER, "this is about something else: it gets a file of its own"),
            Choice(REOPEN, f"it was not over: {record.name} goes on"),
            *([Choice(LATE, f"it is about what is over: add it to {record.name}, which stays closed")] if late else []),
        ]
        match await ask(self._app, Picker(title, choices)):
            case "new incident":
                return await self._begin_another(record)
            case "reopen":
                await record.reopen()
                return record
            case "late entry":
                return record
        self._tell(NOT_WRITTEN, "doubtful")
        return None

    def opened(self) -> None:
        """Tell that a record was opened."""
        self.another.clear()
        self._opened.set()

    async def ask_close(self, record: "IncidentDesk") -> None:
        """Close the incident for a person who stays, once they say so; without an open one, tell why not."""
        if record.unsaved:
            self._tell(f"{len(record.unsaved)} entries are not saved: R tries again, before you close", "wrong")
        elif record.state.closed_at is not None:
            self._tell(f"{record.name} is closed already ({self._how(record)})", "doubtful")
        elif not record.open:
            self._tell("there is no open incident to close", "doubtful")
        elif await pick_closing(self._app, record.name, record.unknown_times, self.others()) and record.open:
            await self.close(record)

    async def close(self, record: "IncidentDesk") -> None:
        """Close an incident ourselves."""
        self._closing = True
        try:
            await record.close_incident()
        finally:
            self._closing = False

    def watch(self, record: "IncidentDesk") -> None:
        """Say from now on when somebody else closes an incident, or opens it again."""
        was_open = record.open

        def look() -> None:
            nonlocal was_open
            is_open = record.open
            if was_open and not is_open and not self._closing:
                self._tell(f"{record.name} was closed: {self._how(record)}", "wrong")
            was_open = is_open

        record.subscribe(look)

    async def _begin_another(self, before: "IncidentDesk") -> "IncidentDesk | None":
        self._opened.clear()
        self.another.set()
        await self._opened.wait()
        record = self._record()
        return None if record is before else record

    def _how(self, record: "IncidentDesk") -> str:
        return clean(how_closed(record.state, self._zone))
