"""The command `cockpit log`: an incident log for scripts and second terminals."""

import argparse
import socket
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any, NamedTuple, TextIO

import msgspec

from cockpit.clock import Clock, rfc3339
from cockpit.incident import action_item, change, correction, evidence_command, roles, share_command
from cockpit.incident.action_item import ActionItem
from cockpit.incident.catalogue import incidents
from cockpit.incident.closing import how_closed, takes
from cockpit.incident.correction import CORRECTIONS
from cockpit.incident.entry import Draft, EntryKind, EntrySource, TimeSource
from cockpit.incident.errors import IncidentFileError, InputError
from cockpit.incident.evidence import seal_all
from cockpit.incident.file import IncidentFile
from cockpit.incident.lines import as_json, as_text, put
from cockpit.incident.listing import as_table
from cockpit.incident.names import GAMEDAYS, files
from cockpit.incident.opening import opening
from cockpit.incident.state import IncidentState, state_of
from cockpit.incident.title import renamed
from cockpit.runbooks.load import load_or_builtin, load_runbook
from cockpit.runbooks.model import Runbook
from cockpit.runbooks.source import RunbookError
from cockpit.text import clean

EXIT_FAILED = 1
EXIT_USAGE = 2

LAST = 10
"""How many entries `tail` begins with."""
LOOK_SECONDS = 0.2
"""How often it looks for more."""
AHEAD = timedelta(minutes=1)
"""How far the clock that a time was read from may be ahead of ours."""

KINDS = ("note", "severity", "status", "action item", "todo", "role", "title", "closed", "reopened")
"""What can be typed as the kind of an entry; a todo is an action item, and a title amends the declaration."""
NOT_YET = "saved here; it gets its number from another host"
_COMMAND = EntrySource.COMMAND
_ITEM = '--kind todo "alarm on the queue @ana due in 2 weeks"'
"""How an action item is typed."""


class Streams(NamedTuple):
    """Where a command reads and writes."""

    stdin: TextIO
    stdout: TextIO
    stderr: TextIO


class Settings(NamedTuple):
    """What the person chose."""

    directory: Path
    """Where incident files are kept."""
    runbook: Path | None = None
    """What severities and statuses there are; None: the built-in ones."""
    thresholds: Any = None
    """From when on the cockpit finds something wrong; kept with a new incident."""
    shared: str | None = None
    """Where the shared log is, if there is one."""
    zone: tzinfo = UTC
    """In which the person reads times: what is `tomorrow` depends on it."""


class LogCommand:
    """Does what was typed after `cockpit log`."""

    def __init__(
        self, settings: Callable[[], Settings], clock: Clock, actor: Callable[[], str], streams: Streams
    ) -> None:
        """Prepare the commands.

        Args:
            settings: tells what the person chose; asked only by the commands that need it.
            clock: where the time comes from.
            actor: tells who is typing.
            streams: where to read and write.
        """
        self._settings = settings
        self._clock = clock
        self._actor = actor
        self._streams = streams

    def run(self, typed: argparse.Namespace) -> int:
        """Do it, and give the exit status: 0; 1 when it failed; 2 when what was typed makes no sense."""
        command: Callable[[argparse.Namespace], int] = getattr(self, f"_{typed.log}")
        try:
            return command(typed)
        except IncidentFileError as error:
            self._complain(typed, error.in_full)
            return EXIT_USAGE if isinstance(error, InputError) else EXIT_FAILED

    def _new(self, typed: argparse.Namespace) -> int:
        severity = None if typed.severity is None else _one_of("severity", typed.severity, self._severities())
        title, actor = _said(typed.title), self._actor()
        settings = self._settings()
        runbook, _ = load_or_builtin(settings.runbook)
        pieces = seal_all(opening(runbook, settings.runbook, settings.thresholds))
        with closing(IncidentFile.create(settings.directory, clock=self._clock)) as file:
            file.append(Draft(EntryKind.DECLARED, title, actor, _COMMAND), pieces)
            if severity is not None:
                file.append(change.severity(None, severity, actor, _COMMAND))
            self._say(str(file.path))
        return 0

    def _add(self, typed: argparse.Namespace) -> int:
        text = _said(self._streams.stdin.read() if typed.text == "-" else typed.text)
        moment = None if typed.occurred_at is None else _moment(typed.occurred_at, self._clock())
        with closing(IncidentFile.open(typed.file, clock=self._clock)) as file:
            draft = _correction(typed, text, moment, self._actor()) or self._draft(typed.kind, text, moment, file)
            if draft.kind in CORRECTIONS:
                correction.check(draft, file.salvage())
            self._admit(typed, draft, state_of(file.salvage()))
            self._say(str(file.append(draft).sequence or NOT_YET))
        return 0

    def _draft(self, kind: str, text: str, occurred_at: datetime | None, file: IncidentFile) -> Draft:
        actor = self._actor()
        match _one_of("kind of entry", kind, KINDS):
            case "severity":
                name = _one_of("severity", text, self._severities())
                draft = change.severity(state_of(file.salvage()).severity, name, actor, _COMMAND)
            case "status":
                name = _one_of("status", text, self._runbook().statuses)
                draft = change.status(state_of(file.salvage()).status, name, actor, _COMMAND)
            case "action item" | "todo":
                draft = action_item.draft(self._item(text), actor, _COMMAND)
            case "role":
                role, person = roles.typed(text)
                draft = roles.given(role, person, state_of(file.salvage()).roles.get(role), actor, _COMMAND)
            case "title":
                return renamed(text, actor, _COMMAND)
            case plain:
                draft = Draft(EntryKind(plain), text, actor, _COMMAND)
        if occurred_at is None:
            return draft
        return msgspec.structs.replace(draft, occurred_at=occurred_at, time_from=TimeSource.PERSON)

    def _admit(self, typed: argparse.Namespace, draft: Draft, state: IncidentState) -> None:
        """Say of a late entry that the incident is closed.

        Raises:
            IncidentFileError: It is closed, and takes no such entry; or it is to be opened again, and is not closed.
        """
        closed = f"{typed.file.stem} is closed ({how_closed(state, self._settings().zone)})" if state.closed_at else ""
        if not takes(state, draft.kind):
            raise IncidentFileError(closed, f'cockpit log add {typed.file} "why" --kind reopened')
        if draft.kind is EntryKind.REOPENED and not closed:
            raise InputError(f"{typed.file.stem} is not closed")
        if closed and draft.kind is not EntryKind.REOPENED:
            self._complain(typed, f"{closed}; this is added to it all the same")

    def _item(self, text: str) -> ActionItem:
        """Read an action item.

        Raises:
            InputError: It says nothing, or no date that is to come.
        """
        try:
            return action_item.new(action_item.typed(text, self._clock().astimezone(self._settings().zone).date()))
        except ValueError as error:
            raise InputError(str(error), _ITEM) from error

    def _severities(self) -> list[str]:
        return [severity.name for severity in self._runbook().severities]

    def _runbook(self) -> Runbook:
        """Load the runbook that the person works with.

        Raises:
            InputError: It cannot be read: which severities there are is not known.
        """
        try:
            return load_runbook(self._settings().runbook)
        except RunbookError as error:
            raise InputError(str(error)) from error

    def _list(self, typed: argparse.Namespace) -> int:
        directory = typed.directory or self._settings().directory
        listed = incidents(directory, self._clock)
        for line in as_table(listed):
            self._say(line)
        practised = files(directory / GAMEDAYS) if typed.directory is None else []
        where = f"cockpit log list --directory {directory / GAMEDAYS}"
        if practised and not listed:
            self._complain(typed, f"there is no incident in {directory}, but {len(practised)} of game days: {where}")
        elif practised:
            self._complain(typed, f"{len(practised)} more of game days: {where}")
        elif not listed:
            self._complain(typed, f"there is no incident in {directory} (try: cockpit log new)")
        return EXIT_FAILED if any(incident.trouble for incident in listed) else 0

    def _tail(self, typed: argparse.Namespace) -> int:
        after: int | None = None
        while True:
            with closing(IncidentFile.read(typed.file, clock=self._clock)) as file:
                after = file.last_sequence() - LAST if after is None else after
                for entry in file.entries(after):
                    self._say(as_text(entry))
                    after = entry.sequence
                if not typed.follow:
                    return 0
                time.sleep(LOOK_SECONDS)
                while not file.frozen and not file.changed():
                    time.sleep(LOOK_SECONDS)

    def _show(self, typed: argparse.Namespace) -> int:
        with closing(IncidentFile.read(typed.file, clock=self._clock)) as file, file.one_moment():
            entries, broken = file.audit()
            waiting = file.waiting()
        lines = [(as_json if typed.json else as_text)(entry) for entry in entries]
        put("".join(f"{line}\n" for line in lines), self._streams.stdout)
        for entry in waiting:
            self._complain(typed, f"written here, not yet in the log of its home: {as_text(entry)}")
        return self._judge(typed, broken)

    def _evidence(self, typed: argparse.Namespace) -> int:
        if typed.sha256 is None:
            evidence_command.list_evidence(typed.file, self._clock, self._streams.stdout)
        else:
            evidence_command.extract(typed.file, typed.sha256, typed.output, self._clock, self._streams.stdout)
        return 0

    def _remove(self, typed: argparse.Namespace) -> int:
        entry = evidence_command.remove(typed.file, typed.sha256, _said(typed.reason), self._actor(), self._clock)
        self._say(str(entry.sequence))
        return 0

    def _share(self, typed: argparse.Namespace) -> int:
        self._say(share_command.share(typed.file, self._settings().shared, socket.gethostname(), self._clock))
        return 0

    def _adopt(self, typed: argparse.Namespace) -> int:
        host, reason = socket.gethostname(), _said(typed.reason)
        said = share_command.adopt(typed.file, self._settings().shared, host, self._actor(), reason, self._clock)
        self._say(said)
        return 0

    def _verify(self, typed: argparse.Namespace) -> int:
        with closing(IncidentFile.read(typed.file, clock=self._clock)) as file:
            entries, broken = file.audit()
        if not entries:
            self._complain(typed, f"{typed.file} holds no entry: was it copied without {typed.file.name}-wal?")
            return EXIT_FAILED
        if broken is None:
            count, last = len(entries), entries[-1].hash
            self._say(f"{typed.file}: {count} entries, all sound, the last with the hash {last}")
        return self._judge(typed, broken)

    def _judge(self, typed: argparse.Namespace, broken: int | None) -> int:
        if broken is None:
            return 0
        self._complain(typed, f"the record is damaged: entry {broken} of {typed.file} is missing or was changed")
        return EXIT_FAILED

    def _say(self, line: str) -> None:
        put(f"{line}\n", self._streams.stdout)

    def _complain(self, typed: argparse.Namespace, message: str) -> None:
        put(f"cockpit log {typed.log}: {message}\n", self._streams.stderr)


def _said(text: str) -> str:
    """Give the text without the white space around it.

    Raises:
        InputError: There is none.
    """
    if not text.strip():
        raise InputError("there is no text to write down")
    return text.strip()


def _one_of(what: str, typed: str, names: Sequence[str]) -> str:
    """Find what was typed among `names`, whatever its case.

    Raises:
        InputError: It is none of them.
    """
    for name in names:
        if name.casefold() == typed.casefold():
            return name
    raise InputError(f"there is no {what} {clean(typed)!r}; type one of: {', '.join(names)}")


def _correction(typed: argparse.Namespace, text: str, moment: datetime | None, actor: str) -> Draft | None:
    """Give the correction that was typed; None when it is none.

    Raises:
        InputError: A time is missing, or says nothing.
    """
    if typed.retimes is not None:
        if moment is None:
            raise InputError("when did it happen?", "--occurred-at T")
        return correction.retiming(typed.retimes, moment, text, actor, _COMMAND)
    if typed.amends is None and typed.retracts is None:
        return None
    if moment is not None:
        raise InputError("--occurred-at corrects the time of an entry with --retimes alone")
    if typed.amends is not None:
        return correction.amendment(typed.amends, text, actor, _COMMAND)
    return correction.retraction(typed.retracts, text, actor, _COMMAND)


def _moment(typed: str, now: datetime) -> datetime:
    """Read when something happened.

    Raises:
        InputError: It is no time, has no zone, or is still to come.
    """
    example = rfc3339(now - timedelta(minutes=5))
    try:
        moment = datetime.fromisoformat(typed)
    except ValueError as error:
        raise InputError(f"{clean(typed)!r} is not a time", f"--occurred-at {example}") from error
    if moment.tzinfo is None:
        raise InputError(f"{clean(typed)!r} has no zone: Z stands for UTC", f"--occurred-at {example}")
    if moment > now + AHEAD:
        raise InputError(f"{clean(typed)!r} is still to come: it is {rfc3339(now)}", f"--occurred-at {example}")
    return moment.astimezone(UTC)
