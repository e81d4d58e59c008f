"""The incident log of one running cockpit: the incident file as the event loop sees it."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import msgspec

from cockpit.clock import Clock
from cockpit.incident import names
from cockpit.incident.atomic import write_atomically
from cockpit.incident.entry import Draft, Entry
from cockpit.incident.errors import IncidentFileError
from cockpit.incident.report import report
from cockpit.incident.worker import Worker
from cockpit.runbooks.model import Runbook

if TYPE_CHECKING:
    from cockpit.incident.file import IncidentFile


class IncidentLog:
    """Takes drafts, saves them in order, and keeps what could not be saved. Belongs to one event loop.

    The file is made with the first draft: a session in which nothing was recorded leaves none. All work on the disk is
    done in a thread of its own. What other cockpits wrote into the same file is read along with each own entry.
    """

    def __init__(self, directory: Path, *, clock: Clock, resume: Path | None = None) -> None:
        """Keep a new incident in `directory`, or go on with the one in the file `resume`."""
        self._directory = directory
        self._clock = clock
        self._resume = resume
        self._worker = Worker("incident-file")
        self._file: IncidentFile | None = None  # used by the worker's thread only
        self._path = resume
        self._turn = asyncio.Lock()
        self._entries: list[Entry] = []
        self._pending: list[Draft] = []
        self._saved: dict[str | None, Entry] = {}
        """What was saved while callers wait for it, by key."""
        self._waiting = 0
        """Callers that wait until something is saved."""
        self._trouble: IncidentFileError | None = None
        self._callbacks: list[Callable[[], None]] = []

    @property
    def path(self) -> Path | None:
        """The incident file; None before the first entry."""
        return self._path

    @property
    def entries(self) -> Sequence[Entry]:
        """What is saved, in order."""
        return self._entries

    @property
    def pending(self) -> Sequence[Draft]:
        """What is not saved: it is being saved, or, while there is `trouble`, waits for `retry` or the next draft."""
        return self._pending

    @property
    def trouble(self) -> IncidentFileError | None:
        """Why the newest try to save failed; None when it did not."""
        return self._trouble

    def subscribe(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Call `callback` on the loop after each change of entries, pending or trouble; the result ends that."""
        self._callbacks.append(callback)
        return lambda: self._callbacks.remove(callback)

    async def check(self) -> None:
        """Find out before the first note is typed whether it can be saved; an incident to go on with is read.

        Raises:
            IncidentFileError: It cannot.
        """
        async with self._turn:
            with self._trying():
                if self._resume is None:
                    await self._worker.run(names.probe, self._directory)
                else:
                    self._entries.extend(await self._worker.run(self._read, self._last_sequence()))
                    await self._worker.run(names.probe, self._resume.parent)

    async def append(self, draft: Draft) -> Entry:
        """Save `draft` after all that is pending, and return its entry once it is durable.

        It is saved even when the caller is cancelled meanwhile, and keeps the time at which it was given.

        Raises:
            IncidentFileError: It is not saved; the draft stays in `pending`.
        """
        draft = self._stamped(draft)
        self._pending.append(draft)
        self._tell()
        return await asyncio.shield(self._save_up_to(draft))

    async def retry(self) -> None:
        """Try to save everything that is pending.

        Raises:
            IncidentFileError: What is still pending is not saved.
        """
        if self._pending:
            await asyncio.shield(self._save_up_to(self._pending[-1]))

    async def write_report(self, target: Path, runbook: Runbook) -> None:
        """Write the report of what is in the file to `target`.

        Raises:
            OSError: It cannot be written there.
            IncidentFileError: Nothing was recorded yet, or the file cannot be opened.
        """
        if self._path is None:
            raise IncidentFileError("nothing is recorded yet")
        await self._worker.run(self._report, target, runbook)

    async def aclose(self) -> None:
        """Wait for what is being saved, and close the file."""
        async with self._turn:
            if self._file is not None:
                await self._worker.run(self._file.close)

    def _stamped(self, draft: Draft) -> Draft:
        """Give the draft its time, and a key that makes it safe to try again after a failure of unknown outcome."""
        return msgspec.structs.replace(
            draft, occurred_at=draft.occurred_at or self._clock(), key=draft.key or uuid4().hex
        )

    async def _save_up_to(self, last: Draft) -> Entry:
        self._waiting += 1
        try:
            async with self._turn:
                while last in self._pending:
                    await self._save_first()
                return self._saved[last.key]
        finally:
            self._waiting -= 1
            if not self._waiting:
                self._saved.clear()

    async def _save_first(self) -> None:
        draft = self._pending[0]
        with self._trying():
            entry, news = await self._worker.run(self._write, draft, self._last_sequence())
            self._pending.pop(0)
            self._saved[draft.key] = entry
            self._entries.extend(news)

    @contextmanager
    def _trying(self) -> Iterator[None]:
        """Keep in `trouble` how a try to use the file ends. Whatever it is that fails, nothing was saved."""
        try:
            yield
            self._trouble = None
        except IncidentFileError as error:
            self._trouble = error
            raise
        except Exception as error:
            place = self._path or self._directory
            self._trouble = IncidentFileError(f"{place} cannot be used: {error}", f"ls -ld {place} {place.parent}")
            raise self._trouble from error
        finally:
            self._tell()

    def _last_sequence(self) -> int:
        return self._entries[-1].sequence if self._entries else 0

    def _tell(self) -> None:
        for callback in tuple(self._callbacks):
            callback()

    def _write(self, draft: Draft, after: int) -> tuple[Entry, list[Entry]]:
        file = self._opened()
        return file.append(draft), file.entries(after)

    def _read(self, after: int) -> list[Entry]:
        return self._opened().entries(after)

    def _report(self, target: Path, runbook: Runbook) -> None:
        file = self._opened()
        write_atomically(target, report(file.salvage(), runbook, self._clock(), broken=file.verify()))

    def _opened(self) -> "IncidentFile":
        """Open or create the file, in the worker's thread: SQLite is loaded there, not before the first frame."""
        from cockpit.incident.file import IncidentFile  # noqa: PLC0415

        if self._file is None:
            if self._resume is None:
                self._file = IncidentFile.create(self._directory, clock=self._clock)
            else:
                self._file = IncidentFile.open(self._resume, clock=self._clock)
            self._path = self._file.path
        return self._file
