"""Another host becomes the home of an incident whose home is gone."""

import errno
import re
import sqlite3
import stat
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from unittest.mock import Mock

import pytest
from support.incident_story import RUNBOOK
from support.mirror import Host, Running

from cockpit.clock import Clock
from cockpit.gameday.postgres.server import PostgresServer
from cockpit.incident import change
from cockpit.incident.catalogue import incidents
from cockpit.incident.correction import amendment
from cockpit.incident.entry import Draft, EntryKind, EntrySource
from cockpit.incident.errors import IncidentFileError, InputError
from cockpit.incident.evidence import seal, text_piece
from cockpit.incident.file import IncidentFile
from cockpit.incident.log import IncidentLog
from cockpit.incident.mirror.at_once import Adopter, adopt
from cockpit.incident.mirror.home import Home
from cockpit.incident.mirror.joining import offers, to_join
from cockpit.incident.mirror.local import MirrorError
from cockpit.incident.mirror.shared_log import SharedLog
from cockpit.ui.incident.incident_desk import IncidentDesk

Sql = Callable[..., list[tuple[object, ...]]]
ADOPTED = "bastion-b is the home of this incident now, instead of bastion-a: bastion-a is gone"


@pytest.fixture
def third(tmp_path: Path, dsn: str, clock: Clock, home: Host) -> Iterator[Host]:
    """One more host that has joined."""
    home.round()
    with closing(Host("bastion-c", tmp_path / "c", dsn, clock)) as host:
        host.join()
        yield host


def take_over(host: Host, person: str = "ben") -> None:
    """Adopt the incident as a person would."""
    adopt(host.path, host.dsn, Adopter(host.name, person, "bastion-a is gone"), host.clock)


def greet(host: Host, person: str = "ana") -> None:
    """Be seen with the incident open."""
    host.log().greet(host.entries()[0].hash, host.name, person)


def test_what_waits_gets_its_place_from_the_new_home(home: Host, other: Host, third: Host) -> None:
    home.close()
    other.note("it is the network")
    third.note("it is the cache")
    assert third.round().waiting == 1
    take_over(other)
    assert other.texts() == ["api is down", ADOPTED, "it is the cache", "it is the network"]
    assert other.waiting() == []

    assert third.round().home == "bastion-b"
    third.note("the cache is cold")
    for host in (third, other, third):
        host.round()
    assert third.entries() == other.entries()
    assert third.waiting() == []


def test_the_chain_says_who_adopted_it_from_which_host_and_why(home: Host, other: Host) -> None:
    home.close()
    take_over(other)
    entry = other.entries()[-1]
    assert (entry.kind, entry.actor, entry.source) == (EntryKind.ADOPTED, "ben", EntrySource.COMMAND)
    assert entry.data == {"home": "bastion-b", "from": "bastion-a", "reason": "bastion-a is gone"}


def test_a_home_that_is_at_work_keeps_the_incident(home: Host, other: Host, sql: Sql) -> None:
    greet(home)
    with pytest.raises(IncidentFileError, match=r"a cockpit was open there \d+ s ago") as caught:
        take_over(other)
    assert re.fullmatch(r"the same command in \d+ s, if it is really gone", caught.value.remedy or "")
    assert other.texts() == ["api is down"]
    sql("UPDATE cockpit.presence SET seen_at = seen_at - interval '61 seconds'")
    take_over(other)
    assert other.texts()[-1] == ADOPTED


def test_the_rights_that_are_told_suffice_to_adopt(home: Host, other: Host, sql: Sql, postgres: PostgresServer) -> None:
    sql("CREATE ROLE adopter LOGIN")
    sql("GRANT USAGE ON SCHEMA cockpit TO adopter")
    sql("GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA cockpit TO adopter")
    sql("GRANT UPDATE (salt, content, content_sha256) ON cockpit.evidence TO adopter")
    sql("GRANT DELETE ON cockpit.inbox TO adopter")
    sql("GRANT UPDATE, DELETE ON cockpit.presence TO adopter")
    home.close()
    other.close()
    other.dsn = postgres.dsn("adopter")
    other.note("it is the network")
    take_over(other)
    assert other.texts() == ["api is down", ADOPTED, "it is the network"]


def test_a_role_that_may_only_read_adopts_nothing(home: Host, other: Host, sql: Sql, postgres: PostgresServer) -> None:
    sql("CREATE ROLE bystander LOGIN")
    sql("GRANT USAGE ON SCHEMA cockpit TO bystander")
    sql("GRANT SELECT ON ALL TABLES IN SCHEMA cockpit TO bystander")
    home.close()
    other.close()
    other.dsn = postgres.dsn("bystander")
    with pytest.raises(IncidentFileError, match="this role may only read the shared log"):
        take_over(other)
    assert other.round().home == "bastion-a"


def test_the_home_itself_has_nothing_to_adopt(home: Host) -> None:
    home.round()
    with pytest.raises(InputError, match="this host is the home of"):
        take_over(home)


def test_of_two_that_adopt_at_once_one_wins_and_the_other_is_told(home: Host, other: Host, third: Host) -> None:
    home.close()
    together, told = threading.Barrier(2), dict[str, str]()
    publish = SharedLog.publish

    def publish_together(*arguments: object, in_turn: bool = False) -> bool:
        if in_turn:
            together.wait(10)
        return publish(*arguments, in_turn=in_turn)  # type: ignore[arg-type]

    def do(host: Host) -> None:
        try:
            take_over(host, f"somebody on {host.name}")
        except IncidentFileError as error:
            told[host.name] = error.message

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SharedLog, "publish", publish_together)
        threads = [threading.Thread(target=do, args=(host,)) for host in (other, third)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    ((loser, words),) = told.items()
    winner = ({"bastion-b", "bastion-c"} - {loser}).pop()
    assert words == f"somebody on {winner} was faster: {winner} is the home since entry 3"
    for host in (other, third):
        host.round()
    assert other.entries() == third.entries()
    assert [entry.kind for entry in other.entries()].count(EntryKind.ADOPTED) == 1
    assert {other.round().home, third.round().home} == {None, winner}


def test_an_adoption_that_was_cut_short_is_finished_by_the_next_round(
    home: Host, other: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.close()
    publish = SharedLog.publish

    def publish_and_end(*arguments: object, in_turn: bool = False) -> bool:
        publish(*arguments, in_turn=in_turn)  # type: ignore[arg-type]
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(SharedLog, "publish", publish_and_end)
        with pytest.raises(KeyboardInterrupt):
            take_over(other)
    other.note("it is the network")
    assert other.waiting() == ["it is the network"]
    assert other.round().home is None
    assert other.texts() == ["api is down", ADOPTED, "it is the network"]


def test_the_old_home_without_anything_unpublished_goes_on_as_a_replica(home: Host, other: Host) -> None:
    home.close()
    take_over(other)
    assert home.round().home == "bastion-b"
    assert home.entries() == other.entries()
    home.note("here again")
    assert home.waiting() == ["here again"]
    for host in (home, other, home):
        host.round()
    assert home.entries() == other.entries()
    assert home.texts()[-1] == "here again"
    assert list(home.path.parent.glob("*.before-*")) == []


def test_what_the_old_home_had_not_published_goes_to_the_new_home_and_nothing_is_lost(
    home: Host, other: Host, wait: Callable[[timedelta], None]
) -> None:
    home.close()
    piece = seal(text_piece("pods.txt", "api-1 CrashLoopBackOff"))
    home.append(Draft(EntryKind.EVIDENCE, "pods", "ana", pieces=(piece,)))
    written = home.note("rolled back")
    before = home.entries()
    wait(timedelta(minutes=5))
    take_over(other)
    other.note("scaled up")
    other.round()

    home.round()
    assert home.texts() == ["api is down", ADOPTED, "scaled up"]
    assert home.waiting()[:2] == ["pods", "rolled back"]
    for host in (other, home):
        host.round()
    assert home.entries() == other.entries()
    assert home.waiting() == []
    *_, pods, note, told = other.entries()
    assert [pods.text, note.text] == ["pods", "rolled back"]
    assert (note.actor, note.occurred_at) == (written.actor, written.occurred_at)
    assert note.data["was"] == f"entry {written.sequence} on bastion-a"
    with closing(IncidentFile.open(other.path, clock=other.clock)) as file:
        assert file.content(pods.data["sha256"] or "") == b"api-1 CrashLoopBackOff"

    (aside,) = home.path.parent.glob("*.before-*")
    assert aside.name == f"{home.path.name}.before-3"
    assert stat.S_IMODE(aside.stat().st_mode) == 0o400
    assert told.text.startswith("2 entries that bastion-a wrote before it knew that bastion-b is the home")
    assert str(aside) in told.text
    with closing(IncidentFile.read(aside, clock=home.clock)) as file:
        assert file.audit() == (before, None)
    assert [listed.path for listed in incidents(home.directory, home.clock)] == [home.path], "it is no incident"


def test_an_old_home_that_comes_back_twice_doubles_nothing(home: Host, other: Host) -> None:
    home.close()
    home.note("rolled back")
    take_over(other)
    for host in (home, other, home, other, home):
        host.round()
        host.close()
    assert [text for text in other.texts() if text == "rolled back"] == ["rolled back"]
    assert home.entries() == other.entries()


def test_a_draft_that_the_old_home_took_and_never_published_is_written_once(
    home: Host, other: Host, third: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    third.note("it is the cache")
    third.round()
    with monkeypatch.context() as patch:
        patch.setattr(Home, "_publish", lambda *_: 0)
        home.round()
    assert home.texts() == ["api is down", "it is the cache"]
    take_over(other)
    for host in (home, other, third, home):
        host.round()
    assert other.entries() == home.entries() == third.entries()
    assert other.texts().count("it is the cache") == 1
    assert third.waiting() == home.waiting() == []


def test_a_correction_of_an_entry_that_lost_its_place_says_in_words_what_it_corrects(home: Host, other: Host) -> None:
    home.close()
    home.note("the cache is colt")
    home.append(amendment(3, "the cache is cold", "ana"))
    home.append(amendment(2, "the api is down", "ana"))
    take_over(other)
    for host in (home, other):
        host.round()
    note, known = other.entries()[-3:-1]
    assert note.kind is EntryKind.NOTE
    assert note.text == "amends entry 3: the cache is cold (of what was entry 3: the cache is colt)"
    assert (known.kind, known.data["entry"]) == (EntryKind.AMENDED, "2"), "entry 2 has kept its place"


def test_evidence_that_the_old_home_had_removed_does_not_come_back(home: Host, other: Host) -> None:
    home.close()
    piece = seal(text_piece("env.txt", "the customer is Ada"))
    home.append(Draft(EntryKind.EVIDENCE, "env", "ana", pieces=(piece,)))
    with closing(IncidentFile.open(home.path, clock=home.clock)) as file:
        file.remove(piece.sha256, "it holds a name", "ana")
    take_over(other)
    for host in (home, other, home):
        host.round()
    env, removed = other.entries()[-3:-1]
    assert (env.text, env.data["not kept"]) == ("env", "removed on bastion-a")
    assert "sha256" not in env.data
    assert (removed.kind, removed.text) == (EntryKind.NOTE, f"evidence {piece.sha256[:12]} removed: it holds a name")
    assert home.entries() == other.entries()
    for path in (home.path, other.path):
        assert piece.packed not in path.read_bytes()


def test_shared_evidence_that_the_old_home_had_removed_is_removed_by_the_new_one(
    home: Host, other: Host, sql: Sql
) -> None:
    piece = seal(text_piece("env.txt", "the customer is Ada"))
    home.append(Draft(EntryKind.EVIDENCE, "env", "ana", pieces=(piece,)))
    home.round()
    other.round()
    home.close()
    with closing(IncidentFile.open(home.path, clock=home.clock)) as file:
        file.remove(piece.sha256, "it holds a name", "ana")
    take_over(other)
    home.round()
    assert len(home.entries()) == 4, "sound, though the entry that says where it went has no place yet"
    for host in (other, home):
        host.round()
    removed = other.entries()[-2]
    assert (removed.kind, removed.actor, removed.data["reason"]) == (EntryKind.REMOVED, "ana", "it holds a name")
    assert home.entries() == other.entries()
    assert sql("SELECT content FROM cockpit.evidence") == [(None,)]
    for path in (home.path, other.path):
        assert piece.packed not in path.read_bytes()


@pytest.mark.parametrize("key", ["removed-0", "something-else"])
def test_a_draft_cannot_remove_what_is_not_there_nor_under_another_key(home: Host, other: Host, key: str) -> None:
    piece = seal(text_piece("pods.txt", "api-1 CrashLoopBackOff"))
    home.append(Draft(EntryKind.EVIDENCE, "pods", "ana", pieces=(piece,)))
    name = "0" if key == "removed-0" else piece.sha256
    other.append(Draft(EntryKind.REMOVED, "removed", "eve", data={"sha256": name, "reason": "why"}, key=key))
    other.round()
    assert home.round().trouble == "1 drafts in the shared log make no sense, and are not taken over"
    with closing(IncidentFile.open(home.path, clock=home.clock)) as file:
        assert file.content(piece.sha256) == b"api-1 CrashLoopBackOff"


def test_the_new_home_may_go_too(home: Host, other: Host, third: Host) -> None:
    home.close()
    take_over(other)
    other.note("written, and never published")
    third.round()
    adopt(third.path, third.dsn, Adopter("bastion-c", "cleo", "bastion-b is gone"), third.clock)
    for host in (home, other, third, home, other):
        host.round()
    assert home.entries() == other.entries() == third.entries()
    assert "written, and never published" in third.texts()
    assert home.round().home == other.round().home == "bastion-c"


def test_an_adoption_that_does_not_follow_deposes_nobody(home: Host, other: Host, sql: Sql) -> None:
    home.round()
    sql("ALTER TABLE cockpit.entry DISABLE TRIGGER USER")
    sql(
        "INSERT INTO cockpit.entry SELECT incident, 3, 'adopted', hash, replace(content, '\"sequence\":2', "
        "'\"sequence\":3'), encode(sha256(convert_to(replace(content, '\"sequence\":2', '\"sequence\":3'), 'UTF8')),"
        " 'hex') FROM cockpit.entry WHERE sequence = 2"
    )
    home.note("still here")
    with pytest.raises(MirrorError, match="the shared log holds another entry 3"):
        home.round()
    assert home.texts() == ["api is down", "still here"]


def test_a_draft_that_pretends_to_adopt_is_not_taken(home: Host, other: Host) -> None:
    other.append(Draft(EntryKind.ADOPTED, "mine", "eve", data={"home": "bastion-e"}))
    other.round()
    assert home.round().trouble == "1 drafts in the shared log make no sense, and are not taken over"
    assert home.texts() == ["api is down"]


def test_who_joins_later_is_told_the_home_of_today(home: Host, other: Host, dsn: str, tmp_path: Path) -> None:
    home.close()
    take_over(other)
    ((path, _, host),) = offers(tmp_path / "d", other.clock, dsn)[0]
    assert host == "bastion-b"
    assert to_join(tmp_path / "d", other.clock, dsn) == path
    with closing(Host("bastion-d", tmp_path / "d", dsn, other.clock)) as late:
        late.path = path
        assert late.round().home == "bastion-b"


def test_a_replica_made_before_there_was_adopting_can_adopt(home: Host, other: Host) -> None:
    with closing(sqlite3.connect(other.path)) as connection:
        connection.execute("ALTER TABLE replica DROP COLUMN adopting")
    home.close()
    assert other.round().home == "bastion-a"
    take_over(other)
    assert other.texts()[-1] == ADOPTED


def test_cockpits_that_have_it_open_go_on_in_their_new_parts(
    home: Host, other: Host, running: Callable[..., Running], sql: Sql
) -> None:
    there = running(other, "ben")
    there.wait_until(lambda standing: standing.shared == 2, "first entries")
    home.close()
    home.note("rolled back")
    take_over(other)
    there.wait_until(lambda standing: (standing.home, standing.shared) == (None, 3), "its new part")
    here = running(home)
    here.wait_until(lambda standing: (standing.home, standing.waiting) == ("bastion-b", 0), "its new part")
    other.note("scaled up")
    here.wait_until(lambda standing: standing.shared == 6, "what the new home writes")
    assert home.entries() == other.entries()


async def test_the_log_of_a_cockpit_on_the_old_home_shows_the_chain_as_it_is(home: Host, other: Host) -> None:
    home.close()
    log = IncidentLog(home.directory, clock=home.clock, resume=home.path)
    await log.append(Draft(EntryKind.NOTE, "rolled back", "ana"))
    await log.append(Draft(EntryKind.NOTE, "restarted", "ana"))
    take_over(other)
    home.round()
    await log.append(Draft(EntryKind.NOTE, "it is the network", "ana"))
    assert log.entries == home.entries()
    assert [entry.text for entry in log.outgoing if entry.actor == "ana"] == [
        "rolled back",
        "restarted",
        "it is the network",
    ]
    for host in (other, home):
        host.round()
    await log.append(Draft(EntryKind.NOTE, "well again", "ana"))
    assert log.entries == home.entries() == other.entries()
    await log.aclose()


async def test_what_the_chain_adds_up_to_is_known_on_the_old_home(home: Host, other: Host) -> None:
    home.close()
    log = IncidentLog(home.directory, clock=home.clock, resume=home.path)
    desk = IncidentDesk(log, RUNBOOK, "ana", home.clock, lambda *_: None)
    await desk.note("rolled back")
    await desk.note("restarted")
    assert desk.state.severity is None
    take_over(other)
    other.append(change.severity(None, "SEV1", "ben"))
    other.round()
    home.round()
    await desk.check()
    assert len(log.entries) == 4, "as many as before"
    assert desk.state.severity == "SEV1"
    await desk.aclose()


def test_a_file_that_cannot_be_kept_aside_stays_as_it_is(
    home: Host, other: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.close()
    home.note("rolled back")
    before = home.entries()
    take_over(other)
    with monkeypatch.context() as patch:
        full = OSError(errno.ENOSPC, "No space left on device")
        patch.setattr("cockpit.incident.mirror.stepping_down.TemporaryDirectory", Mock(side_effect=full))
        with pytest.raises(IncidentFileError, match="cannot be written: No space left on device"):
            home.round()
    assert home.entries() == before
    home.round()
    assert home.entries() == other.entries()
    assert home.waiting()[0] == "rolled back"


def test_a_replica_whose_home_is_silent_says_how_to_adopt(
    home: Host, other: Host, wait: Callable[[timedelta], None], sql: Sql
) -> None:
    greet(home)
    other.note("it is the network")
    assert other.round().trouble is None, "it has only just been written"
    wait(timedelta(minutes=3))
    assert other.round().trouble is None, "the home was seen a moment ago"
    sql("UPDATE cockpit.presence SET seen_at = seen_at - interval '121 seconds'")
    standing = other.round()
    assert standing.trouble == "no cockpit was open on bastion-a for 2 min: 1 wait for a place"
    assert standing.remedy == f"cockpit log adopt {other.path} --reason 'bastion-a is gone'"
    assert standing.lost_since is None
    home.round()
    assert other.round().trouble is None, "it has come back"
