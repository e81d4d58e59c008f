"""What a person does to the incident record: notes, severity, status, ticks, the report.

Loaded after the first frame: it brings along the incident file and the runbook.
"""

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, tzinfo
from pathlib import Path

import msgspec

from cockpit.clock import Clock
from cockpit.diagnosis.policy import Policy
from cockpit.incident import action, change, closing, roles
from cockpit.incident.clocks import RESOLVED
from cockpit.incident.correction import CORRECTIONS, holding, standings
from cockpit.incident.entry import Draft, Entry, EntryKind, EntrySource, TimeSource
from cockpit.incident.errors import IncidentFileError
from cockpit.incident.evidence import Piece
from cockpit.incident.known import MILESTONES
from cockpit.incident.log import IncidentLog
from cockpit.incident.opening import opening
from cockpit.incident.report.milestones import milestones
from cockpit.incident.state import IncidentState, with_news
from cockpit.incident.who import who
from cockpit.runbooks.applies import common_status
from cockpit.runbooks.load import load_or_builtin
from cockpit.runbooks.model import Phase, Runbook, Severity, Step
from cockpit.threads import call_in_thread
from cockpit.ui.tones import Tone


class IncidentDesk:
    """Turns a person's wishes into entries, and says whether they are on the disk.

    An entry is told as saved only after the commit; a draft that could not be saved stays with the log and is offered
    again.
    """

    def __init__(
        self, log: IncidentLog, runbook: Runbook, actor: str, clock: Clock, tell: Callable[[str, Tone], None]
    ) -> None:
        """Write into `log` in the name of `actor`; `tell` says how it went."""
        self.runbook = runbook
        self.actor = actor
        """In whose name it is written."""
        self.known = ""
        """How it is known that it is them; every entry of a person says so."""
        self._log = log
        self.subscribe = log.subscribe
        self.keep = log.capture
        """Saves a draft of the cockpit itself with the pieces that it rests on, without a word."""
        self._clock = clock
        self._tell = tell
        self._state = IncidentState()
        self._counted = 0
        self._added: Sequence[Entry] = ()

    @property
    def name(self) -> str:
        """The incident's id; empty while nothing was recorded."""
        return self._log.path.stem if self._log.path else ""

    @property
    def path(self) -> Path | None:
        """The incident file; None while nothing was recorded."""
        return self._log.path

    @property
    def entries(self) -> Sequence[Entry]:
        """What is saved."""
        return self._log.entries

    @property
    def outgoing(self) -> Sequence[Entry]:
        """What is saved here, but belongs to an incident of another host and has no place there yet."""
        return self._log.outgoing

    @property
    def unsaved(self) -> Sequence[Draft]:
        """What could not be saved; nothing while saving goes well."""
        return self._log.pending if self._log.trouble else ()

    def trouble_text(self) -> tuple[str, str | None]:
        """Say why nothing can be saved, and what to type; an empty text while saving goes well."""
        error = self._log.trouble
        return ("", None) if error is None else (str(error), error.remedy)

    @property
    def state(self) -> IncidentState:
        """What the saved entries add up to."""
        entries = self._log.entries
        if entries is not self._added:  # all was read anew
            self._state, self._counted, self._added = IncidentState(), 0, entries
        if len(entries) != self._counted:
            self._state, self._counted = with_news(self._state, entries, self._counted), len(entries)
        return with_news(self._state, self._outgoing_news, 0)

    @property
    def held(self) -> Sequence[Entry]:
        """What holds of it all, as corrections leave it."""
        return [*holding(standings(self.entries)), *self._outgoing_news]

    @property
    def lead(self) -> str | None:
        """Who leads; None: nobody was named."""
        return roles.lead(self.state.roles)

    @property
    def unknown_times(self) -> str:
        """Name the milestones that nobody has told yet, and the key that does; empty when all are known."""
        known = milestones(self.held, self.state, self.runbook)
        unknown = [name for name in MILESTONES if known[name].at is None]
        return f"H: unknown when {', '.join(unknown)}" if unknown else ""

    @property
    def open(self) -> bool:
        """Whether an incident was declared and not closed yet."""
        return self.state.open

    def name_by(self, title: Callable[[], str]) -> None:
        """Have an incident that is opened by its first entry called what `title` says then; empty: nothing."""
        self._log.title = title

    def severity_rank(self, name: str | None) -> int:
        """Tell how far down the scheme a severity stands; 0 is the worst."""
        names = [severity.name for severity in self.runbook.severities]
        return names.index(name) if name in names else 0

    async def check(self) -> None:
        """Say now, before the first note is typed, if nothing could be saved."""
        try:
            await self._log.check()
        except IncidentFileError as error:
            self._tell(f"the incident log cannot be saved: {_in_full(error)}", "wrong")

    async def note(self, text: str) -> None:
        """Write a note."""
        if text.strip():
            await self.write(Draft(EntryKind.NOTE, text.strip(), self.actor))

    async def pin(self, stream: str, text: str, moment: datetime | None, time_from: TimeSource) -> None:
        """Write a line of a log, or what was read of a source, at its own time; None: nobody knows when that was."""
        await self.write(
            Draft(
                EntryKind.NOTE,
                f"{stream}: {text}",
                self.actor,
                occurred_at=moment,
                time_from=time_from,
                data={"stream": stream},
            )
        )

    async def set_severity(self, severity: Severity) -> None:
        """Change the severity."""
        before = self.state.severity
        if before != severity.name:
            await self.write(change.severity(before, severity.name, self.actor))

    async def set_status(self, status: str) -> None:
        """Change the public status."""
        before = self.state.status
        if before != status:
            over = common_status(status) == RESOLVED
            await self.write(change.status(before, status, self.actor), self.unknown_times if over else "")

    async def mark_step(self, phase: Phase, step: Step, state: str, why: str = "") -> None:
        """Say what has become of a step (`StepState.state`), and why."""
        said = {"done": "✔", "open": "opened again:"}.get(state, f"{state}:")
        data: dict[str, str | None] = {"step": step.id, "phase": phase.title, "text": step.text, "state": state}
        text = f"{said} {step.text} ({why})" if why else f"{said} {step.text}"
        await self.write(Draft(EntryKind.STEP, text, self.actor, data=data | ({"note": why} if why else {})))

    async def note_on_step(self, phase: Phase, step: Step, state: str, note: str) -> None:
        """Write a note beside a step, which stays in its `state`."""
        data: dict[str, str | None] = {"step": step.id, "phase": phase.title, "text": step.text, "state": state}
        await self.write(Draft(EntryKind.STEP, f"{step.text}: {note}", self.actor, data=data | {"note": note}))

    def now(self) -> datetime:
        """Tell the time (UTC)."""
        return self._clock()

    async def intend(self, token: str, title: str, command: str) -> None:
        """Write that something is about to be changed outside.

        Raises:
            IncidentFileError: It is not saved, but kept like any other entry; or the incident is closed.
        """
        draft = self._signed(action.intent(token, title, command, self.actor))
        if not closing.takes(self.state, draft.kind):  # closed by somebody else while it was being confirmed
            raise IncidentFileError(f"{self.name} is closed")
        await self._log.append(draft)

    async def settle(self, token: str, title: str, outcome: str, summary: str) -> None:
        """Write what became of it.

        Raises:
            IncidentFileError: It is not saved; the entry is kept like any other.
        """
        await self._log.append(self._signed(action.receipt(token, title, outcome, summary, self.actor)))

    async def observe(self, text: str) -> None:
        """Write what the cockpit itself has seen; it stays with the log when it cannot be saved."""
        await self.chronicle(Draft(EntryKind.NOTE, text, "cockpit", EntrySource.COCKPIT))

    async def chronicle(self, draft: Draft) -> None:
        """Write what the cockpit itself has found; it stays with the log when it cannot be saved."""
        with suppress(IncidentFileError):
            await self._log.append(draft)

    async def capture(self, name: str, pieces: Sequence[Piece], said: str = "") -> Entry | None:
        """Keep `pieces` as evidence, with their secrets masked, and say so; what cannot be saved is not kept.

        Args:
            name: what was captured, such as `pods (14 rows)` or the command whose output it is.
            pieces: data, text, pictures: see `cockpit.incident.evidence`.
            said: what a person says of it.

        Returns:
            The entry, once it is durable; None when it is not saved, which the person is told.
        """
        text = f"captured: {name}{f': {said}' if said else ''}"
        return await self.write_with(Draft(EntryKind.EVIDENCE, text, self.actor), pieces)

    async def write_with(self, draft: Draft, pieces: Sequence[Piece]) -> Entry | None:
        """Write an entry of any kind with the pieces that it rests on, such as a command with its whole output.

        The entry's `data` refers to them (`cockpit.incident.evidence.references`). Where there is no room for the
        pieces, an entry that is not `EVIDENCE` is saved without.

        Returns:
            The entry, once it is durable; None when it is not saved, which the person is told.
        """
        if self._refused(draft):
            return None
        try:
            entry = await self._log.capture(pieces, self._signed(draft))
        except IncidentFileError as error:
            if draft.kind is EntryKind.EVIDENCE:
                self._tell(f"NOT CAPTURED: {_in_full(error)}", "wrong")
            else:
                self._not_saved(error)
            return None
        self._tell(f"{entry.text} → {self.name}", "")
        return entry

    async def close_incident(self) -> None:
        """Close the incident: nothing but what is told late goes into it then, until it is opened again."""
        await self.write(closing.closed(self.actor))

    async def reopen(self) -> None:
        """Open a closed incident again."""
        await self.write(closing.reopened(self.actor))

    async def retry(self) -> None:
        """Try again to save what could not be saved."""
        if not self.unsaved:
            return
        try:
            await self._log.retry()
        except IncidentFileError as error:
            self._not_saved(error)
        else:
            self._tell("everything is saved", "well")

    async def write_report(self, zone: tzinfo) -> None:
        """Write the report beside the incident file, as Markdown and as a page to read, and say where it is.

        Its times are those of `zone`.
        """
        if self._log.path is None:
            self._tell("nothing is recorded yet: i writes a note, S sets the severity", "doubtful")
            return
        targets = [self._log.path.with_suffix(ending) for ending in (".md", ".html")]
        try:
            await self._log.write_report(targets, self.runbook, zone)
        except (OSError, IncidentFileError) as error:
            self._tell(f"the report could not be written: {error}", "wrong")
        else:
            unknown = f"; {self.unknown_times}" if self.unknown_times else ""
            self._tell(f"report written to {targets[0]} and {targets[1].suffix}{unknown}", "well")

    async def aclose(self) -> None:
        """Close the file."""
        await self._log.aclose()

    async def write(self, draft: Draft, remark: str = "") -> None:
        """Write an entry, and say whether it is on the disk, and a `remark`; what could not be saved stays here."""
        if self._refused(draft):
            return
        try:
            entry = await self._log.append(self._signed(draft))
        except IncidentFileError as error:
            self._not_saved(error)
        else:
            said = f"saved: {entry.text}" if entry.sequence else f"saved here, not yet shared: {entry.text}"
            self._tell(f"{said}; {remark}" if remark else said, "")

    def _refused(self, draft: Draft) -> bool:
        """Say so, if the incident is closed and does not take such an entry."""
        if closing.takes(self.state, draft.kind):
            return False
        self._tell(f"NOT WRITTEN, {self.name} is closed: {draft.text}", "wrong")
        return True

    @property
    def _outgoing_news(self) -> Sequence[Entry]:
        """What is outgoing; corrections count once they have their place."""
        return [entry for entry in self.outgoing if entry.kind not in CORRECTIONS]

    def _signed(self, draft: Draft) -> Draft:
        """Add to what a person writes how it is known who that is."""
        if not self.known or draft.actor != self.actor:
            return draft
        return msgspec.structs.replace(draft, data={**draft.data, "known": self.known})

    def _not_saved(self, error: IncidentFileError) -> None:
        self._tell(f"NOT SAVED: {_in_full(error)}; what you typed is kept, R tries again", "wrong")


async def open_record(
    directory: Path,
    resume: Path | None,
    clock: Clock,
    tell: Callable[[str, Tone], None],
    runbook_file: Path | None,
    thresholds: Policy | None = None,
) -> IncidentDesk:
    """Open the incident record, and the runbook whose steps are ticked in it; the built-in one without a file.

    A new incident keeps the runbook as it is now, and the `thresholds` of the diagnosis.
    """
    runbook, trouble = await call_in_thread(load_or_builtin, runbook_file)
    if trouble is not None:
        tell(f"{trouble}; the checklist is the generic one", "wrong")
    elif runbook.contradictions:
        tell(f"the runbook contradicts itself; see: cockpit runbook lint {runbook_file}", "doubtful")
    begins_with = await call_in_thread(opening, runbook, runbook_file, thresholds)
    person = await call_in_thread(who, os.environ)  # asks the directory of accounts, which may be slow or away
    log = IncidentLog(directory, clock=clock, resume=resume, opening=begins_with)
    desk = IncidentDesk(log, runbook, person.name, clock, tell)
    desk.known = person.how
    return desk


def _in_full(error: IncidentFileError) -> str:
    return f"{error}; try: {error.remedy}" if error.remedy else str(error)
