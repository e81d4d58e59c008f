"""What two hosts see of one incident, round by round."""

import json
from collections.abc import Callable
from contextlib import closing
from unittest.mock import Mock

import psycopg
import pytest
from support.mirror import Host

from cockpit.gameday.postgres.server import PostgresServer
from cockpit.incident.entry import Draft, EntryKind, TimeSource
from cockpit.incident.errors import IncidentFileError
from cockpit.incident.evidence import seal, text_piece
from cockpit.incident.file import IncidentFile
from cockpit.incident.mirror.local import MirrorError
from cockpit.incident.mirror.shared_log import SharedLog
from cockpit.reading import SourceError

Sql = Callable[..., list[tuple[object, ...]]]


def test_another_host_sees_the_same_entries_with_the_same_hashes(home: Host, other: Host) -> None:
    home.note("looking at the db")
    assert home.round().shared == 3
    assert other.round().shared == 3
    assert other.texts() == ["api is down", "looking at the db"]
    assert other.entries() == home.entries()


def test_the_server_computes_the_same_hashes(home: Host, sql: Sql) -> None:
    home.note("Ωμέγα \x00 \x1b[31m 'quoted' \U0001f525")
    home.round()
    rows = sql("SELECT content, hash FROM cockpit.entry ORDER BY sequence")
    assert [hash_ for _, hash_ in rows] == [entry.hash for entry in home.entries()]
    assert json.loads(str(rows[-1][0]))["text"] == "Ωμέγα \x00 \x1b[31m 'quoted' \U0001f525"


def test_what_another_host_writes_is_saved_there_and_gets_its_place_at_home(home: Host, other: Host) -> None:
    saved = other.note("it is the network")
    assert (saved.sequence, saved.hash) == (0, "")
    assert (other.texts(), other.waiting()) == (["api is down"], ["it is the network"])

    home.note("looking at the db")
    assert other.round().waiting == 1
    home.round()
    standing = other.round()
    assert (standing.waiting, standing.home) == (0, "bastion-a")
    assert home.texts() == ["api is down", "looking at the db", "it is the network"]
    assert other.entries() == home.entries()
    assert other.waiting() == []


def test_how_a_time_is_known_comes_along_from_another_host(home: Host, other: Host) -> None:
    pinned = Draft(
        EntryKind.NOTE, "first error", "bob", occurred_at=home.clock(), time_from=TimeSource.LOG_LINE, key="pinned"
    )
    assert other.append(pinned).time_from == TimeSource.LOG_LINE
    for host in (other, home, other):
        host.round()
    assert other.entries() == home.entries()
    entry = home.entries()[-1]
    assert (entry.text, entry.time_from, entry.data) == ("first error", TimeSource.LOG_LINE, {"time": "log line"})


def test_what_was_sent_before_the_connection_was_lost_is_not_doubled(home: Host, other: Host, sql: Sql) -> None:
    other.note("it is the network")
    other.round()
    other.close()  # and nobody knows what has arrived
    other.round()
    assert sql("SELECT count(*) FROM cockpit.inbox") == [(1,)]
    home.round()
    home.close()
    home.round()
    other.close()
    other.round()
    assert other.texts() == home.texts() == ["api is down", "it is the network"]
    assert sql("SELECT count(*) FROM cockpit.inbox") == [(0,)]


def test_a_home_that_ends_before_it_has_published_takes_a_draft_once(
    home: Host, other: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    other.note("it is the network")
    other.round()
    with monkeypatch.context() as patch:
        patch.setattr(SharedLog, "publish", Mock(side_effect=KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            home.round()
    assert home.texts() == ["api is down", "it is the network"]
    home.close()
    for host in (home, other):
        host.round()
    assert other.texts() == home.texts() == ["api is down", "it is the network"]
    assert other.waiting() == []


def test_what_two_hosts_find_under_the_same_key_is_written_once(home: Host, other: Host) -> None:
    home.note("update overdue", key="overdue-1")
    other.note("update overdue", key="overdue-1")
    for host in (other, home, other):
        host.round()
    assert other.entries() == home.entries()
    assert home.texts() == ["api is down", "update overdue"]
    assert other.waiting() == []


def test_evidence_comes_along_and_goes_everywhere_when_it_is_removed(home: Host, other: Host, sql: Sql) -> None:
    piece = seal(text_piece("pods.txt", "api-1 CrashLoopBackOff"))
    home.append(Draft(EntryKind.EVIDENCE, "pods", "ana", pieces=(piece,)))
    home.round()
    other.round()
    assert other.entries() == home.entries()
    with closing(IncidentFile.open(other.path, clock=other.clock)) as file:
        assert file.content(piece.sha256) == b"api-1 CrashLoopBackOff"

    with closing(IncidentFile.open(home.path, clock=home.clock)) as file:
        file.remove(piece.sha256, "it holds a password", "ana")
    home.round()
    other.round()
    assert other.entries() == home.entries()
    assert sql("SELECT salt, content, content_sha256 FROM cockpit.evidence") == [(None, None, None)]
    with closing(IncidentFile.open(other.path, clock=other.clock)) as file:
        assert file.content(piece.sha256) is None
    assert piece.packed not in other.path.read_bytes()


def test_evidence_of_another_host_comes_home(home: Host, other: Host, sql: Sql) -> None:
    piece = seal(text_piece("pods.txt", "api-1 CrashLoopBackOff"))
    other.append(Draft(EntryKind.EVIDENCE, "pods", "ana", pieces=(piece,)))
    for host in (other, home, other):
        host.round()
    assert other.entries() == home.entries()
    with closing(IncidentFile.open(home.path, clock=home.clock)) as file:
        assert file.content(piece.sha256) == b"api-1 CrashLoopBackOff"
    assert sql("SELECT count(*) FROM cockpit.inbox") == [(0,)], "a copy would stay when the piece is removed"


def test_secrets_are_masked_before_they_leave_a_host(home: Host, other: Host, sql: Sql) -> None:
    other.note("password=hunter2hunter2 works")
    other.round()
    ((draft,),) = sql("SELECT draft FROM cockpit.inbox")
    assert "hunter2" not in str(draft)
    assert all(b"hunter2" not in path.read_bytes() for path in other.path.parent.iterdir())


def test_a_row_that_was_changed_is_refused_and_told(home: Host, other: Host, sql: Sql) -> None:
    home.note("all is well")
    home.round()
    sql("ALTER TABLE cockpit.entry DISABLE TRIGGER USER")
    sql("ALTER TABLE cockpit.entry DROP CONSTRAINT entry_check")
    sql("UPDATE cockpit.entry SET content = replace(content, 'all is well', 'drop it all') WHERE sequence = 3")
    with pytest.raises(MirrorError) as caught:
        other.round()
    assert caught.value.message == "entry 3 of the shared log is missing or was changed: it is not taken over"
    assert other.texts() == ["api is down"]


def test_a_row_with_a_hash_of_its_own_is_refused_as_it_breaks_the_chain(home: Host, other: Host, sql: Sql) -> None:
    home.note("all is well")
    home.note("really")
    home.round()
    sql("ALTER TABLE cockpit.entry DISABLE TRIGGER USER")
    sql("DELETE FROM cockpit.entry WHERE sequence = 3")
    with pytest.raises(MirrorError, match="entry 3 of the shared log is missing or was changed"):
        other.round()
    assert other.texts() == ["api is down"]


@pytest.mark.parametrize("content", ["{", "[]", '{"text": 1}'])
def test_a_row_that_is_no_entry_is_refused(home: Host, other: Host, sql: Sql, content: str) -> None:
    sql(
        "INSERT INTO cockpit.entry SELECT incident, 3, 'note', hash, %s, encode(sha256(%s), 'hex')"
        " FROM cockpit.entry WHERE sequence = 2",
        content,
        content.encode(),
    )
    with pytest.raises(MirrorError, match="entry 3 of the shared log cannot be read"):
        other.round()


def test_an_entry_in_a_place_of_another_is_refused(home: Host, other: Host, sql: Sql) -> None:
    sql("INSERT INTO cockpit.entry SELECT incident, 3, kind, hash, content, hash FROM cockpit.entry WHERE sequence = 2")
    with pytest.raises(MirrorError, match="entry 3 of the shared log is really entry 2"):
        other.round()


def test_evidence_that_was_changed_is_refused(home: Host, other: Host, sql: Sql) -> None:
    piece = seal(text_piece("pods.txt", "api-1 CrashLoopBackOff"))
    home.append(Draft(EntryKind.EVIDENCE, "pods", "ana", pieces=(piece,)))
    home.round()
    sql("ALTER TABLE cockpit.evidence DISABLE TRIGGER USER")
    sql("UPDATE cockpit.evidence SET content = %s", seal(text_piece("pods.txt", "all well")).packed)
    with pytest.raises(MirrorError, match="was changed: it is not taken over"):
        other.round()
    assert other.texts() == ["api is down"]


def test_home_tells_when_the_shared_log_holds_something_else(home: Host, sql: Sql) -> None:
    home.round()
    sql(
        "INSERT INTO cockpit.entry SELECT incident, 3, 'note', hash, '{}', encode(sha256('{}'), 'hex')"
        " FROM cockpit.entry WHERE sequence = 2"
    )
    home.note("looking at the db")
    with pytest.raises(MirrorError) as caught:
        home.round()
    assert caught.value.message == (f"the shared log holds another entry 3 than {home.path}: nothing more is shared")
    assert home.texts() == ["api is down", "looking at the db"]


def test_a_draft_that_refers_to_evidence_without_bringing_it_is_refused(home: Host, other: Host) -> None:
    data = {"sha256": "0" * 64, "name": "pods.txt", "media_type": "text/plain", "bytes": "3"}
    other.append(Draft(EntryKind.EVIDENCE, "pods", "eve", data=dict(data)))
    other.round()
    assert home.round().trouble == "1 drafts in the shared log make no sense, and are not taken over"
    assert home.texts() == ["api is down"]


@pytest.mark.parametrize("draft", ["{", '{"kind": "note"}', '{"kind":"x","text":"t","actor":"a","key":"k"}'])
def test_a_draft_that_makes_no_sense_is_told_and_holds_nothing_up(
    home: Host, other: Host, sql: Sql, draft: str
) -> None:
    sql("INSERT INTO cockpit.inbox (incident, key, draft) SELECT incident, 'k', %s FROM cockpit.incident", draft)
    other.note("it is the network")
    other.round()
    assert home.round().trouble == "1 drafts in the shared log make no sense, and are not taken over"
    other.round()
    assert other.texts() == home.texts() == ["api is down", "it is the network"]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE cockpit.entry SET key = 'x'",
        "DELETE FROM cockpit.entry",
        "TRUNCATE cockpit.incident CASCADE",
        "UPDATE cockpit.inbox SET draft = ''",
        "DELETE FROM cockpit.inbox",
        "INSERT INTO cockpit.entry SELECT incident, 9, kind, previous_hash, content, hash FROM cockpit.entry LIMIT 1",
        "UPDATE cockpit.evidence SET content = 'x'",
        "DELETE FROM cockpit.evidence",
    ],
)
def test_the_shared_log_only_grows(home: Host, other: Host, sql: Sql, statement: str) -> None:
    piece = seal(text_piece("pods.txt", "api-1 CrashLoopBackOff"))
    home.append(Draft(EntryKind.EVIDENCE, "pods", "ana", pieces=(piece,)))
    home.round()
    other.note("it is the network")
    other.round()
    with pytest.raises(psycopg.Error):
        sql(statement)


def test_only_what_comes_from_home_gets_into_a_replica(other: Host) -> None:
    file = IncidentFile.open(other.path, clock=other.clock)
    with closing(file), pytest.raises(IncidentFileError, match="it belongs to another host"):
        file.remove("0" * 64, "why", "ana")


def test_a_role_that_may_only_read_follows_and_says_that_it_cannot_write(
    home: Host, other: Host, sql: Sql, postgres: PostgresServer
) -> None:
    sql("CREATE ROLE reader LOGIN")
    sql("GRANT USAGE ON SCHEMA cockpit TO reader")
    sql("GRANT SELECT ON ALL TABLES IN SCHEMA cockpit TO reader")
    other.close()
    other.dsn = postgres.dsn("reader")
    home.note("looking at the db")
    home.round()
    other.note("it is the network")
    standing = other.round()
    assert other.texts() == ["api is down", "looking at the db"]
    assert other.waiting() == ["it is the network"]
    assert standing.trouble == "this role may only read the shared log: what is written here stays here"


def test_the_rights_that_are_told_suffice(home: Host, other: Host, sql: Sql, postgres: PostgresServer) -> None:
    sql("CREATE ROLE writer LOGIN")
    sql("GRANT USAGE ON SCHEMA cockpit TO writer")
    sql("GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA cockpit TO writer")
    sql("GRANT UPDATE (salt, content, content_sha256) ON cockpit.evidence TO writer")
    sql("GRANT DELETE ON cockpit.inbox TO writer")
    sql("GRANT UPDATE, DELETE ON cockpit.presence TO writer")
    for host in (home, other):
        host.close()
        host.dsn = postgres.dsn("writer")
    piece = seal(text_piece("pods.txt", "api-1 CrashLoopBackOff"))
    other.append(Draft(EntryKind.EVIDENCE, "pods", "ana", pieces=(piece,)))
    for host in (other, home, other):
        host.round()
    with closing(IncidentFile.open(home.path, clock=home.clock)) as file:
        file.remove(piece.sha256, "it holds a password", "ana")
    home.round()
    other.round()
    assert other.entries() == home.entries()


def test_a_shared_log_of_a_newer_version_is_left_alone(home: Host, sql: Sql) -> None:
    home.round()
    sql("INSERT INTO cockpit.version VALUES (2)")
    home.close()
    with pytest.raises(SourceError) as caught:
        home.round()
    assert caught.value.message == "the shared log was made by a newer cockpit (schema 2; this one knows 1)"
