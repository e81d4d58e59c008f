"""The home of an incident: it gives every entry its place."""

from contextlib import closing, suppress

import msgspec

from cockpit.clock import Clock
from cockpit.incident.chain import hash_of
from cockpit.incident.entry import DRAFT_DECODER, Draft, Entry, EntryKind
from cockpit.incident.errors import InputError
from cockpit.incident.evidence import references
from cockpit.incident.file import IncidentFile, key_of_removal
from cockpit.incident.mirror.local import LocalFile, MirrorError, is_content
from cockpit.incident.mirror.shared_log import SharedLog
from cockpit.incident.mirror.standing import READ_ONLY, Standing
from cockpit.incident.mirror.stepping_down import step_down


class Home:
    """The part of the host that declared the incident, or that has adopted it."""

    def __init__(self, local: LocalFile, host: str, clock: Clock) -> None:
        """Share the file `local` in the name of `host`."""
        self._local = local
        self._host = host
        self._clock = clock
        self._begun = False

    @property
    def incident(self) -> str | None:
        """The hash of the first entry; None before there is one."""
        return self._local.store.hash_at(1)

    def round(self, shared: SharedLog) -> Standing:
        """Take the drafts of the others into the chain, and publish what the shared log lacks.

        When another host has become the home meanwhile, the file is its replica afterwards, and that is all.

        Raises:
            MirrorError: The shared log holds something else than this file, or this role may not write.
            IncidentFileError: The file cannot be used.
            psycopg.Error: The server or the way to it failed.
        """
        incident = self.incident
        if incident is None:
            return Standing()
        if not self._is_home(incident, shared):
            return Standing()
        if not shared.may_write():
            raise MirrorError(READ_ONLY)
        if not self._begun:
            shared.begin(incident, self._local.path.stem, self._host)
            self._begun = True
        refused = self._take(incident, shared)
        end = self._publish(incident, shared)
        shared.tidy(incident)
        trouble = f"{refused} drafts in the shared log make no sense, and are not taken over" if refused else None
        return Standing(shared=end, trouble=trouble)

    def _is_home(self, incident: str, shared: SharedLog) -> bool:
        """Tell whether all that the shared log holds is here; where another host has become the home, step down.

        Raises:
            MirrorError: It holds something else.
        """
        end, last_hash = shared.end(incident)
        if not end or self._local.store.hash_at(end) == last_hash:
            return True
        adoption = next((each for each in shared.adoptions(incident) if not self._holds(each)), None)
        follows = adoption and self._local.store.hash_at(adoption.sequence - 1) == adoption.previous_hash
        if adoption is None or not follows or adoption.hash != hash_of(adoption):
            raise MirrorError(
                f"the shared log holds another entry {end} than {self._local.path}: nothing more is shared",
                f"cockpit log verify {self._local.path}",
            )
        step_down(self._local, incident, adoption, self._host)
        return False

    def _holds(self, entry: Entry) -> bool:
        return self._local.store.hash_at(entry.sequence) == entry.hash

    def _take(self, incident: str, shared: SharedLog) -> int:
        """Append what is in the inbox, and count what had to be refused."""
        refused = after = 0
        while drafts := shared.inbox(incident, after):
            with closing(IncidentFile.open(self._local.path, clock=self._clock)) as file:
                for waiting in drafts:
                    after = waiting.number
                    draft = _draft(waiting.draft, waiting.key)
                    refused += draft is None or not _add(file, draft)
        return refused

    def _publish(self, incident: str, shared: SharedLog) -> int:
        """Copy what the shared log lacks, as long as this is the home, and give the end of what both hold."""
        while self._is_home(incident, shared):
            sequence = shared.end(incident)[0]
            copied = self._local.batch(sequence)
            if not copied or not shared.publish(incident, copied, self._local.pieces(copied)):
                return sequence  # if another publishes: its notification comes, and with it the next round
        return 0


def _add(file: IncidentFile, draft: Draft) -> bool:
    """Give a draft its place; what another home had removed is removed here as well, if it is here."""
    if draft.kind is not EntryKind.REMOVED:
        file.append(draft)
        return True
    try:
        file.remove(draft.data.get("sha256") or "", draft.data.get("reason") or "", draft.actor, draft.source)
    except InputError:
        return False
    return True


def _draft(text: str, key: str) -> Draft | None:
    """Read a draft of another host; None when it makes no sense."""
    with suppress(msgspec.MsgspecError, InputError):
        draft = DRAFT_DECODER.decode(text)
        if draft.key == key and _is_fit(draft):
            return draft
    return None


def _is_fit(draft: Draft) -> bool:
    """Tell whether other hosts may write such an entry: one with the evidence that it refers to."""
    if draft.kind is EntryKind.ADOPTED:
        return False
    if draft.kind is EntryKind.REMOVED and draft.key != key_of_removal(draft.data.get("sha256") or ""):
        return False
    return not references(draft.data) and all(
        is_content(piece.salt, piece.packed, piece.sha256) for piece in draft.pieces
    )
