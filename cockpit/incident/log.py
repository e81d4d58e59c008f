"""The incident log of one running cockpit: the incident file as the event loop sees it."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from uuid import uuid4

import msgspec

from cockpit.clock import Clock
from cockpit.incident import names
from cockpit.incident.atomic import write_atomically
from cockpit.incident.entry import Draft, Entry, EntryKind
from cockpit.incident.errors import IncidentFileError
from cockpit.incident.evidence import Piece, seal_all
from cockpit.incident.worker import Worker
from cockpit.runbooks.model import Runbook
from cockpit.threads import call_in_thread

if TYPE_CHECKING:
    from cockpit.incident.file import IncidentFile


LOOK_SECONDS = 0.5
"""How often it looks whether others have written into the file."""


class _News(NamedTuple):
    """What was read in the file."""

    entries: Sequence[Entry]
    outgoing: Sequence[Entry]
    anew: bool
    """Whether `entries` are all that there are, and not only those that follow."""


class IncidentLog:
    """Takes drafts, saves them in order, and keeps what could not be saved. Belongs to one event loop.

    The file is made with the first draft: a session in which nothing was recorded leaves none. All work on the disk is
    done in a thread of its own. What others write into the same file is read along within `LOOK_SECONDS`.
    """

    def __init__(
        self, directory: Path, *, clock: Clock, resume: Path | None = None, opening: Sequence[Piece] = ()
    ) -> None:
        """Keep a new incident in `directory`, or go on with the one in the file `resume`.

        A new one begins with the pieces `opening`: what it is to be judged by, such as the runbook as it was.
        """
        self._directory = directory
        self._clock = clock
        self._opening = opening
        self.title: Callable[[], str] = str
        """Tells what an incident is called that is declared by its first entry; empty: nobody knows."""
        self._worker = Worker("incident-file")
        self._file: IncidentFile | None = None  # used by the worker's thread only
        self._path = resume
        self._watching = False
        self._catching_up: set[asyncio.Task[None]] = set()
        self._turn = asyncio.Lock()
        self._entries: list[Entry] = []
        self._outgoing: Sequence[Entry] = ()
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
    def outgoing(self) -> Sequence[Entry]:
        """What is saved in this replica of an incident of another host, and has no place in its chain yet."""
        return self._outgoing

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
                if self._path is None:
                    await self._worker.run(names.probe, self._directory)
                else:
                    await self._read_along()
                    await self._worker.run(names.probe, self._path.parent)

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

    async def capture(self, pieces: Sequence[Piece], draft: Draft) -> Entry:
        """Save `draft`, usually of the kind `EVIDENCE`, with the `pieces` that it rests on.

        Unlike what a person has typed, evidence does not stay in `pending`, in the way of what is smaller: it can be
        captured again.

        Raises:
            InputError: A piece is too large.
            IncidentFileError: It is not saved.
        """
        sealed = await call_in_thread(seal_all, pieces)
        return await self.append(msgspec.structs.replace(draft, pieces=sealed))

    async def content(self, sha256: str) -> bytes | None:
        """Read a piece of evidence; None when it was removed.

        Raises:
            IncidentFileError: There is no such piece, or it cannot be read.
        """
        return await self._worker.run(lambda: self._opened().content(sha256))

    async def retry(self) -> None:
        """Try to save everything that is pending.

        Raises:
            IncidentFileError: What is still pending is not saved.
        """
        if self._pending:
            await asyncio.shield(self._save_up_to(self._pending[-1]))

    async def write_report(self, targets: Sequence[Path], runbook: Runbook, zone: tzinfo = UTC) -> None:
        """Write the report of what is in the file to each of `targets`, in the format that its name ends in.

        Args:
            targets: files; older ones are replaced.
            runbook: what was followed, when the file itself does not hold it.
            zone: in which people read times.

        Raises:
            OSError: It cannot be written there.
            IncidentFileError: Nothing was recorded yet, or the file cannot be opened.
        """
        if self._path is None:
            raise IncidentFileError("nothing is recorded yet")
        await self._worker.run(self._report, targets, runbook, zone)

    async def aclose(self) -> None:
        """Wait for what is being saved, and close the file."""
        for task in self._catching_up:
            task.cancel()
        async with self._turn:
            if self._file is not None:
                await self._worker.unwatch()
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
                if last.key not in self._saved:  # evidence that was given up
                    raise self._trouble or IncidentFileError(f"not saved: {last.text}")
                return self._saved[last.key]
        finally:
            self._waiting -= 1
            if not self._waiting:
                self._saved.clear()

    async def _save_first(self) -> None:
        draft = self._pending[0]
        with self._trying():
            try:
                title = "" if self._entries else self.title()
                entry, news = await self._worker.run(self._write, draft, self._last(), title)
            except Exception:
                if draft.kind is EntryKind.EVIDENCE:
                    self._pending.pop(0)
                raise
            self._pending.pop(0)
            self._saved[draft.key] = entry
            self._take(news)
            await self._watch()

    async def _read_along(self) -> None:
        """Read what is in the file and not known here. To be done in turn."""
        self._take(await self._worker.run(self._read, self._last()))
        await self._watch()

    def _take(self, news: _News) -> None:
        if news.anew:
            self._entries = []
        self._entries.extend(news.entries)
        self._outgoing = news.outgoing

    async def _watch(self) -> None:
        if not self._watching:
            self._watching = True
            await self._worker.watch(self._others_wrote, self._catch_up_soon, LOOK_SECONDS)

    def _catch_up_soon(self) -> None:
        task = asyncio.create_task(self._catch_up())
        self._catching_up.add(task)
        task.add_done_callback(self._catching_up.discard)

    async def _catch_up(self) -> None:
        """Read what others wrote. Where they could, what could not be saved before may be saved now as well."""
        with suppress(IncidentFileError):  # it is in `trouble`
            if self._pending:
                await self.retry()
                return
            async with self._turn:
                with self._trying():
                    await self._read_along()

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

    def _last(self) -> Entry | None:
        return self._entries[-1] if self._entries else None

    def _tell(self) -> None:
        for callback in tuple(self._callbacks):
            callback()

    def _write(self, draft: Draft, last: Entry | None, title: str) -> tuple[Entry, _News]:
        opening = () if last else seal_all(self._opening)
        return self._opened().append(draft, opening, title), self._read(last)

    def _others_wrote(self) -> bool:
        """Look into the file, in the worker's thread. If it cannot be read, the next try to save tells."""
        with suppress(IncidentFileError):
            return self._file is not None and self._file.changed()
        return False

    def _read(self, last: Entry | None) -> _News:
        """Read what follows the `last` entry; all, when the file of a home that has stepped down holds another one."""
        file = self._opened()
        file.changed()  # what is read now is no news later
        outgoing = file.waiting()  # first: what gets its place meanwhile is seen twice rather than not at all
        is_there = last is None or file.holds(last)
        return _News(file.entries(last.sequence if last and is_there else 0), outgoing, anew=not is_there)

    def _report(self, targets: Sequence[Path], runbook: Runbook, zone: tzinfo) -> None:
        from cockpit.incident.report.formats import format_of, written  # noqa: PLC0415  (with SQLite, as below)
        from cockpit.incident.report.read import pictures_in, read_report  # noqa: PLC0415

        file = self._opened()
        report = read_report(file, runbook, self._clock())
        pictures = pictures_in(file, report)
        for target in targets:
            write_atomically(target, written(report, format_of(target), zone, pictures))

    def _opened(self) -> "IncidentFile":
        """Open or create the file, in the worker's thread: SQLite is loaded there, not before the first frame."""
        from cockpit.incident.file import IncidentFile  # noqa: PLC0415

        if self._file is None:
            if self._path is None:
                self._file = IncidentFile.create(self._directory, clock=self._clock)
            else:
                self._file = IncidentFile.open(self._path, clock=self._clock)
            self._path = self._file.path
        return self._file
