"""Cockpits that have the same incident open see each other; those that died are not seen for long."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from msgspec.structs import replace
from support.shop import NOW

from cockpit.observer.presence import GONE_AFTER, Here, Presence
from cockpit.observer.presence import names as named

ME = Here("ana", "bastion", os.getpid(), NOW)
ELSEWHERE = Here("bob", "laptop", 4711, NOW)


@pytest.fixture
def incident(tmp_path: Path) -> Path:
    path = tmp_path / "incidents" / "INC-2026-11-21-001.incident"
    path.parent.mkdir(mode=0o700)
    path.touch()
    return path


@pytest.fixture
def presence(incident: Path) -> Presence:
    return Presence(incident, ME)


def names(here: list[Here]) -> list[str]:
    return [each.actor for each in here]


def test_who_is_alone_sees_themselves(presence: Presence) -> None:
    assert names(presence.beat("ana")) == ["ana"]


def test_two_cockpits_see_each_other_until_one_leaves(presence: Presence, incident: Path) -> None:
    other = Presence(incident, ELSEWHERE)
    other.beat("bob")
    assert names(presence.beat("ana")) == ["ana", "bob"]
    assert names(other.beat("carol, via bob")) == ["carol, via bob", "ana"]
    assert names(presence.beat("ana")) == ["ana", "carol, via bob"]
    other.leave()
    assert names(presence.beat("ana")) == ["ana"]


def test_the_last_one_leaves_nothing_behind(presence: Presence, incident: Path) -> None:
    presence.beat("ana")
    presence.leave()
    assert list(incident.parent.iterdir()) == [incident]
    presence.leave()


def test_one_that_is_silent_for_a_minute_is_gone(presence: Presence, incident: Path) -> None:
    Presence(incident, ELSEWHERE).beat("bob")
    (file,) = incident.parent.glob("*.here/laptop-*.json")
    beat = file.stat().st_mtime
    os.utime(file, (beat, beat - GONE_AFTER + 5))
    assert names(presence.beat("ana")) == ["ana", "bob"]
    os.utime(file, (beat, beat - GONE_AFTER - 5))
    assert names(presence.beat("ana")) == ["ana"]
    assert not file.exists()


def test_one_whose_process_has_died_on_this_host_is_gone_at_once(presence: Presence, incident: Path) -> None:
    died = subprocess.Popen([sys.executable, "-c", ""])
    died.wait()
    Presence(incident, replace(ME, actor="bob", pid=died.pid)).beat("bob")
    assert names(presence.beat("ana")) == ["ana"]


@pytest.mark.parametrize("content", [b"", b"not JSON", b'{"actor": 3}', b"x" * 100_000])
def test_what_no_cockpit_wrote_is_ignored(presence: Presence, incident: Path, content: bytes) -> None:
    presence.beat("ana")
    (incident.with_suffix(".here") / "laptop-1.json").write_bytes(content)
    assert names(presence.beat("ana")) == ["ana"]


def test_a_pipe_or_a_link_holds_nobody_up(presence: Presence, incident: Path) -> None:
    presence.beat("ana")
    os.mkfifo(incident.with_suffix(".here") / "laptop-1.json")
    (incident.with_suffix(".here") / "laptop-2.json").symlink_to("/dev/zero")
    assert names(presence.beat("ana")) == ["ana"]


def test_only_the_owner_sees_it_unless_the_group_shares_the_incidents(presence: Presence, incident: Path) -> None:
    presence.beat("ana")
    directory = incident.with_suffix(".here")
    assert [stat.S_IMODE(path.stat().st_mode) for path in (directory, *directory.iterdir())] == [0o700, 0o600]
    presence.leave()
    incident.parent.chmod(0o770)
    presence.beat("ana")
    assert [stat.S_IMODE(path.stat().st_mode) for path in (directory, *directory.iterdir())] == [0o770, 0o640]


def test_where_it_cannot_be_written_nobody_knows(tmp_path: Path) -> None:
    nowhere = Presence(tmp_path / "gone" / "INC-2026-11-21-001.incident", ME)
    with pytest.raises(OSError, match="gone"):
        nowhere.beat("ana")
    nowhere.leave()


@pytest.mark.parametrize(
    ("here", "told"),
    [
        ([ME, ELSEWHERE], ["ana", "bob"]),
        (
            [replace(ME, actor="root", terminal="pts/3"), replace(ME, actor="root", terminal="pts/5")],
            ["root (pts/3)", "root (pts/5)"],
        ),
        ([replace(ME, actor="root"), replace(ME, actor="anna, via root")], ["root", "anna via root"]),
        (
            [replace(ME, actor="root", terminal="pts/3"), replace(ELSEWHERE, actor="root")],
            ["root (bastion pts/3)", "root (laptop pid 4711)"],
        ),
    ],
)
def test_those_who_share_an_account_are_told_apart(here: list[Here], told: list[str]) -> None:
    assert named(here) == told
