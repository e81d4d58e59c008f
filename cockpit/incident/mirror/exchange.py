"""Moves entries between one incident file and the shared log, in rounds; each can be done again after any failure."""

from contextlib import suppress
from pathlib import Path
from typing import Protocol

import msgspec

from cockpit.clock import Clock
from cockpit.incident.entry import Draft
from cockpit.incident.errors import InputError
from cockpit.incident.file import IncidentFile
from cockpit.incident.mirror.local import LocalFile, MirrorError, is_content, piece_names
from cockpit.incident.mirror.shared_log import SharedLog
from cockpit.incident.mirror.standing import Standing

_AT_ONCE = 100
_READ_ONLY = "this role may only read the shared log: what is written here stays here"


class Exchange(Protocol):
    """One side's part in the exchange."""

    @property
    def incident(self) -> str | None:
        """The hash of the first entry; None before there is one."""

    def round(self, shared: SharedLog) -> Standing:
        """Move all that can be moved.

        Raises:
            MirrorError: Both sides do not fit together.
            IncidentFileError: The file cannot be used.
            psycopg.Error: The server or the way to it failed.
        """

    def changed(self) -> bool:
        """Tell whether others have written into the file since this was asked last."""

    def close(self) -> None:
        """Close the file."""


def exchange_for(path: Path, host: str, clock: Clock) -> Exchange:
    """Open the file for its part: as the home of its incident, or as a replica.

    Raises:
        IncidentFileError: It cannot be used.
    """
    local = LocalFile(path)
    if local.replica_of is None:
        return Home(local, host, clock)
    return Replica(local, *local.replica_of)


class Home:
    """The host that declared the incident: it gives every entry its place."""

    def __init__(self, local: LocalFile, host: str, clock: Clock) -> None:
        """Share the file `local` in the name of `host`."""
        self._local = local
        self._host = host
        self._clock = clock
        self._begun = False

    @property
    def incident(self) -> str | None:
        """The hash of the first entry; None before there is one."""
        return self._local.hash_at(1)

    def changed(self) -> bool:
        """Tell whether others have written into the file since this was asked last."""
        return self._local.changed()

    def close(self) -> None:
        """Close the file."""
        self._local.close()

    def round(self, shared: SharedLog) -> Standing:
        """Take the drafts of the others into the chain, and publish what the shared log lacks.

        Raises:
            MirrorError: The shared log holds something else than this file, or this role may not write.
            IncidentFileError: The file cannot be used.
            psycopg.Error: The server or the way to it failed.
        """
        incident = self.incident
        if incident is None:
            return Standing()
        if not shared.may_write():
            raise MirrorError(_READ_ONLY)
        if not self._begun:
            shared.begin(incident, self._local.path.stem, self._host)
            self._begun = True
        refused = self._take(incident, shared)
        end = self._publish(incident, shared)
        shared.tidy(incident)
        trouble = f"{refused} drafts in the shared log make no sense, and are not taken over" if refused else None
        return Standing(shared=end, trouble=trouble)

    def _take(self, incident: str, shared: SharedLog) -> int:
        """Append what is in the inbox, and count what had to be refused."""
        refused = after = 0
        while drafts := shared.inbox(incident, after):
            file = IncidentFile.open(self._local.path, clock=self._clock)
            try:
                for waiting in drafts:
                    after = waiting.number
                    if (draft := _draft(waiting.draft, waiting.key)) is None:
                        refused += 1
                    else:
                        file.append(draft)
            finally:
                file.close()
        return refused

    def _publish(self, incident: str, shared: SharedLog) -> int:
        while True:
            sequence, last_hash = shared.end(incident)
            if sequence and self._local.hash_at(sequence) != last_hash:
                raise MirrorError(
                    f"the shared log holds another entry {sequence} than {self._local.path}: nothing more is shared",
                    f"cockpit log verify {self._local.path}",
                )
            copied = self._local.batch(sequence)
            if not copied:
                return sequence
            if not shared.publish(incident, copied, self._local.pieces(copied)):
                return sequence  # the other's notification comes, and with it the next round


class Replica:
    """Another host: it holds what has come of the chain, and sends what is written there."""

    def __init__(self, local: LocalFile, incident: str, host: str) -> None:
        """Follow the `incident` of `host` in the file `local`."""
        self.incident = incident
        self._local = local
        self._host = host
        self._sent = 0

    def changed(self) -> bool:
        """Tell whether others have written into the file since this was asked last."""
        return self._local.changed()

    def close(self) -> None:
        """Close the file."""
        self._local.close()

    def round(self, shared: SharedLog) -> Standing:
        """Send what is in the outbox, and take over what has come of the chain.

        Raises:
            MirrorError: What has come does not follow.
            IncidentFileError: The file cannot be used.
            psycopg.Error: The server or the way to it failed.
        """
        self._follow(shared)
        waiting = self._local.waiting(0, -1)
        standing = Standing(home=self._host, shared=self._local.end(), waiting=len(waiting))
        if waiting and not shared.may_write():
            return msgspec.structs.replace(standing, trouble=_READ_ONLY)
        unsent = [each for each in waiting if each.number > self._sent]
        for start in range(0, len(unsent), _AT_ONCE):
            shared.post(self.incident, unsent[start : start + _AT_ONCE])
            self._sent = unsent[start : start + _AT_ONCE][-1].number
        return standing

    def _follow(self, shared: SharedLog) -> None:
        while shared.end(self.incident)[0] > (last := self._local.end()):
            copied = shared.after(self.incident, last)
            self._local.take(copied, shared.pieces(self.incident, piece_names(copied)))


def _draft(text: str, key: str) -> Draft | None:
    """Read a draft of another host; None when it makes no sense, or its evidence is not what it says."""
    with suppress(msgspec.MsgspecError, InputError):
        draft = msgspec.json.decode(text, type=Draft)
        if draft.key == key and all(is_content(piece.salt, piece.packed, piece.sha256) for piece in draft.pieces):
            return draft
    return None
