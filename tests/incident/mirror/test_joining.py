"""How a person on another host joins an incident."""

import stat
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from support.mirror import Host

from cockpit.clock import Clock
from cockpit.incident.catalogue import incidents
from cockpit.incident.entry import Draft, EntryKind
from cockpit.incident.errors import IncidentFileError
from cockpit.incident.file import IncidentFile
from cockpit.incident.mirror.joining import make_replica, offers, to_join

Sql = Callable[..., list[tuple[object, ...]]]
NOBODY = "host=127.0.0.1 port=1 dbname=none"


def declare(directory: Path, clock: Clock, title: str) -> Path:
    with closing(IncidentFile.create(directory, clock=clock)) as file:
        file.append(Draft(EntryKind.DECLARED, title, "ana"))
    return file.path


def test_the_one_open_incident_of_another_host_is_joined(home: Host, dsn: str, clock: Clock, tmp_path: Path) -> None:
    home.round()
    path = to_join(tmp_path / "b", clock, dsn)
    assert path.parent.parent == tmp_path / "b" / "shared"
    assert path.parent.name.startswith("bastion-a-")
    assert path.name == home.path.name
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with closing(IncidentFile.open(path, clock=clock)) as file:
        assert file.entries() == home.entries()
        assert file.verify() is None
    assert [listed.path for listed in incidents(tmp_path / "b", clock)] == [path]


def test_a_directory_of_a_group_gives_its_replicas_to_the_group(
    home: Host, dsn: str, clock: Clock, tmp_path: Path
) -> None:
    home.round()
    directory = tmp_path / "b"
    directory.mkdir()
    directory.chmod(0o2770)
    path = to_join(directory, clock, dsn)
    assert stat.S_IMODE(path.stat().st_mode) == 0o660
    assert [stat.S_IMODE(each.stat().st_mode) for each in (path.parent, path.parent.parent)] == [0o2770, 0o2770]


def test_of_several_open_incidents_a_person_picks_one(home: Host, dsn: str, clock: Clock, tmp_path: Path) -> None:
    home.round()
    own = declare(tmp_path / "b", clock, "db is slow")
    with pytest.raises(IncidentFileError) as caught:
        to_join(tmp_path / "b", clock, dsn)
    first, here, there = caught.value.message.splitlines()
    assert first == "several incidents are open; type the one that you mean:"
    assert here == f"  cockpit --join {own}"
    named, _, where = there.removeprefix("  cockpit --join ").partition("  ")
    assert where == "(bastion-a: Incident opened)"

    assert make_replica(tmp_path / "b", Path(named), dsn, clock) == Path(named)
    assert [each.host for each in offers(tmp_path / "b", clock, dsn)[0]] == [None, "bastion-a"], "still listed once"


def test_on_its_home_an_incident_is_listed_once(home: Host, dsn: str) -> None:
    home.round()
    assert to_join(home.directory, home.clock, dsn) == home.path


def test_what_is_closed_cannot_be_joined(home: Host, dsn: str, clock: Clock, tmp_path: Path) -> None:
    home.append(Draft(EntryKind.CLOSED, "over", "ana"))
    home.round()
    with pytest.raises(IncidentFileError, match=f"no incident is open in {tmp_path}/b or the shared log"):
        to_join(tmp_path / "b", clock, dsn)


def test_where_nobody_has_shared_anything_nothing_is_made(dsn: str, sql: Sql, clock: Clock, tmp_path: Path) -> None:
    with pytest.raises(IncidentFileError, match="no incident is open"):
        to_join(tmp_path / "b", clock, dsn)
    assert sql("SELECT to_regnamespace('cockpit')") == [(None,)]


def test_without_the_shared_log_what_is_here_can_be_joined(other: Host) -> None:
    assert to_join(other.directory, other.clock, NOBODY) == other.path


def test_that_the_shared_log_cannot_be_read_is_told(clock: Clock, tmp_path: Path) -> None:
    with pytest.raises(IncidentFileError, match=r"no incident is open .*; the shared log cannot be read \(127.0.0.1:1"):
        to_join(tmp_path, clock, NOBODY)


@pytest.mark.parametrize(("column", "value"), [("name", "../../../evil"), ("name", "INC-2026-11-21-001/../../x")])
def test_names_that_lead_elsewhere_are_not_offered(
    home: Host, dsn: str, sql: Sql, clock: Clock, tmp_path: Path, column: str, value: str
) -> None:
    home.round()
    sql("ALTER TABLE cockpit.incident DISABLE TRIGGER USER")
    sql(f"UPDATE cockpit.incident SET {column} = %s", value)  # noqa: S608
    assert offers(tmp_path / "b", clock, dsn) == ([], "")


def test_a_host_that_is_called_strangely_gets_a_plain_folder(
    home: Host, dsn: str, sql: Sql, clock: Clock, tmp_path: Path
) -> None:
    home.round()
    sql("ALTER TABLE cockpit.incident DISABLE TRIGGER USER")
    sql("UPDATE cockpit.incident SET host = '../../' || chr(27) || '[31m'")
    ((path, _, _),) = offers(tmp_path / "b", clock, dsn)[0]
    assert path.parent.name.startswith("31m-")
    assert path.parent.parent == tmp_path / "b" / "shared"
