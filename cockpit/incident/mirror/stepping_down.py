"""What becomes of the file of a home that comes back after another host has become the home.

It goes on as a replica of the new home. Entries that it had given places to, and that were never published, have other
places in the chain or none: they become drafts on their way to the new home, each of which says what it was. The file
as it was is kept beside it, read-only, and can be verified and reported like any other.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from cockpit.incident.connection import connect
from cockpit.incident.correction import CORRECTIONS
from cockpit.incident.entry import Draft, Entry, EntryKind, EntrySource
from cockpit.incident.errors import IncidentFileError
from cockpit.incident.evidence import Sealed, references, without_references
from cockpit.incident.mirror import outbox
from cockpit.incident.mirror.local import Copied, LocalFile, Origin, become_replica

_GUARDS = ("entry_is_never_deleted", "evidence_is_never_deleted")


def step_down(local: LocalFile, incident: str, adoption: Entry, host: str) -> None:
    """Make the file of the home `host` a replica, all of it or nothing; then it can follow from `adoption` on.

    Raises:
        IncidentFileError: It cannot be written, or the disk is full.
    """
    connection, last = local.store.connection, adoption.sequence - 1
    with local.store.writing():
        if outbox.is_replica(connection):
            return  # another cockpit on this host has done it
        forked = _behind(local, last)
        shared = _evidence(connection, last)
        drafts = list(_drafts(local, forked, shared, adoption, host))
        if forked:
            _keep_aside(local.path, _aside(local.path, adoption))
            _cut_off(connection, last, shared)
        become_replica(connection, Origin(incident, adoption.data.get("home") or ""))
        for draft, written in drafts:
            outbox.put(connection, draft, written.recorded_at)


def _aside(path: Path, adoption: Entry) -> Path:
    """Name the copy of the file as it was; it is not listed among the incidents."""
    return path.with_name(f"{path.name}.before-{adoption.sequence}")


def _behind(local: LocalFile, last: int) -> list[Copied]:
    behind: list[Copied] = []
    while more := local.batch(behind[-1].entry.sequence if behind else last):
        behind += more
    return behind


def _drafts(
    local: LocalFile, forked: Sequence[Copied], shared: set[str], adoption: Entry, host: str
) -> Iterator[tuple[Draft, Entry]]:
    """Give what is to be sent, and the entry that each draft was."""
    texts = {str(each.entry.sequence): each.entry.text for each in forked}
    for each in forked:
        entry, pieces = each.entry, _pieces(local, each)
        kept = {piece.sha256 for piece in pieces}
        data = {**without_references(entry.data), "was": f"entry {entry.sequence} on {host}"}
        if any(reference.sha256 not in kept for reference in references(entry.data)):
            data["not kept"] = f"removed on {host}"
        draft = Draft(entry.kind, entry.text, entry.actor, entry.source, entry.occurred_at, data=data, pieces=pieces)
        draft = msgspec.structs.replace(draft, key=each.key or _key(entry))
        if draft.kind is EntryKind.REMOVED and entry.data.get("sha256") not in shared:
            draft = msgspec.structs.replace(_as_note(draft, draft.text), key=_key(entry))
        elif draft.kind in CORRECTIONS and (target := texts.get(draft.data.get("entry") or "")) is not None:
            words = f"{draft.text} (of what was entry {draft.data['entry']}: {target})"
            draft = _as_note(draft, words)
        yield draft, entry
    if forked:
        name = adoption.data.get("home")
        words = f"{len(forked)} entries that {host} wrote before it knew that {name} is the home follow the chain"
        text = f"{words}; its file as it was: {host}:{_aside(local.path, adoption)}"
        key = f"was-all-{forked[-1].entry.hash}"
        yield Draft(EntryKind.NOTE, text, "cockpit", EntrySource.COCKPIT, key=key), forked[-1].entry


def _pieces(local: LocalFile, copied: Copied) -> tuple[Sealed, ...]:
    """Seal the evidence of an entry as it is; what was removed has gone."""
    found = {piece.sha256: piece for piece in local.pieces([copied])}
    return tuple(
        Sealed(each.sha256, each.name, each.media_type, each.size, piece.salt, piece.content_sha256, piece.content)
        for each in references(copied.entry.data)
        if (piece := found.get(each.sha256)) and piece.salt and piece.content_sha256 and piece.content
    )


def _as_note(draft: Draft, text: str) -> Draft:
    """Say in words what an entry did to an entry or to evidence that is not in the chain."""
    data = {name: value for name, value in draft.data.items() if name not in ("entry", "sha256")}
    return msgspec.structs.replace(draft, kind=EntryKind.NOTE, text=text, data=data)


def _key(entry: Entry) -> str:
    return f"was-{entry.hash}"


def _keep_aside(path: Path, aside: Path) -> None:
    """Copy the file as it is, for those to read who may read it. Nobody writes meanwhile.

    Raises:
        IncidentFileError: It cannot be written there.
    """
    try:
        with TemporaryDirectory(dir=path.parent, prefix=f".{path.name}.") as folder:
            partial = Path(folder) / "copy"
            partial.touch(0o600)
            with closing(connect(path)) as reader, closing(connect(partial)) as writer:
                reader.backup(writer)
                writer.execute("PRAGMA journal_mode = DELETE")
            partial.chmod(path.stat().st_mode & 0o440)
            partial.replace(aside)
    except OSError as error:
        remedy = f"ls -ld {path.parent}; df -h {path.parent}"
        raise IncidentFileError(f"{aside} cannot be written: {error.strerror}", remedy) from error


def _evidence(connection: sqlite3.Connection, last: int) -> set[str]:
    """Name the evidence that the entries up to `last` refer to."""
    rows = connection.execute("SELECT data FROM entry WHERE sequence <= ?", (last,))
    return {each.sha256 for row in rows for each in references(msgspec.json.decode(row["data"]))}


def _cut_off(connection: sqlite3.Connection, last: int, kept: set[str]) -> None:
    """Take the entries behind `last` out of the file, and all evidence but what is `kept`."""
    gone = {row["sha256"] for row in connection.execute("SELECT sha256 FROM evidence")} - kept
    guards = [
        connection.execute("SELECT name, sql FROM sqlite_master WHERE name = ?", (name,)).fetchone() for name in _GUARDS
    ]
    for guard in guards:
        connection.execute(f"DROP TRIGGER {guard['name']}")
    connection.execute("DELETE FROM entry WHERE sequence > ?", (last,))
    connection.executemany("DELETE FROM evidence WHERE sha256 = ?", [(sha256,) for sha256 in gone])
    connection.execute("UPDATE sqlite_sequence SET seq = ? WHERE name = 'entry'", (last,))
    for guard in guards:
        connection.execute(guard["sql"])
