"""What the doctor says of the shared log."""

import io
import os
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from support.mirror import Host
from support.postgres_session import run_sql

from cockpit.clock import Clock, utc_now
from cockpit.config import Flags
from cockpit.doctor import run_doctor
from cockpit.doctor.result import Result, Verdict
from cockpit.doctor.shared_log import shared_log_probe
from cockpit.gameday.postgres.server import PostgresServer
from cockpit.incident.entry import Draft, EntryKind
from cockpit.incident.file import IncidentFile

GRANTS = (
    "GRANT USAGE ON SCHEMA cockpit TO responder",
    "GRANT SELECT ON ALL TABLES IN SCHEMA cockpit TO responder",
    "GRANT INSERT ON ALL TABLES IN SCHEMA cockpit TO responder",
    "GRANT UPDATE (salt, content, content_sha256) ON cockpit.evidence TO responder",
    "GRANT DELETE ON cockpit.inbox TO responder",
    "GRANT UPDATE, DELETE ON cockpit.presence TO responder",
)


@pytest.fixture(scope="module")
def _database(postgres: PostgresServer) -> Iterator[None]:
    run_sql(postgres.dsn(), "CREATE DATABASE ops", "CREATE ROLE responder LOGIN")
    yield
    run_sql(postgres.dsn(), "DROP DATABASE ops WITH (FORCE)", "DROP ROLE responder")


@pytest.fixture
def dsn(postgres: PostgresServer, _database: None) -> str:
    """A database without a shared log."""
    dsn = postgres.dsn(database="ops")
    run_sql(dsn, "DROP SCHEMA IF EXISTS cockpit CASCADE", "REVOKE CREATE ON DATABASE ops FROM responder")
    return dsn


@pytest.fixture
def responder(postgres: PostgresServer, dsn: str) -> str:
    """The same database, for a role that may do nothing."""
    return postgres.dsn("responder", "ops")


@pytest.fixture
def home(tmp_path: Path, dsn: str) -> Iterator[Host]:
    """A host with an open incident, all of it shared."""
    with closing(Host("bastion-a", tmp_path / "a", dsn, utc_now)) as host:
        with closing(IncidentFile.create(host.directory, clock=utc_now)) as file:
            host.path = file.path
        host.note("api is down")
        host.round()
        yield host


@pytest.fixture
def other(tmp_path: Path, dsn: str, home: Host) -> Iterator[Host]:
    """A host that has joined it."""
    with closing(Host("bastion-b", tmp_path / "b", dsn, utc_now)) as host:
        host.join()
        yield host


Said = Callable[..., dict[str, Result]]


@pytest.fixture
def said(tmp_path: Path) -> Said:
    """Give what is said, by subject."""

    def examine(dsn: str, directory: Path = tmp_path, clock: Clock = utc_now) -> dict[str, Result]:
        results = shared_log_probe(dsn, directory, clock)()
        return {result.subject.removeprefix("shared log").strip() or "log": result for result in results}

    return examine


def test_what_cannot_be_reached_is_broken_with_what_to_type(said: Said) -> None:
    (result,) = said("host=127.0.0.1 port=1 dbname=none").values()
    assert (result.verdict, result.subject) == (Verdict.BROKEN, "shared log")
    assert "127.0.0.1:1" in result.message
    assert (result.remedy or "").startswith("pg_isready")


def test_where_there_is_none_yet_whoever_may_make_it_is_told_so_and_nothing_is_made(said: Said, dsn: str) -> None:
    for _ in range(2):
        result = said(dsn)["log"]
        assert result.verdict is Verdict.OK
        assert result.message.endswith("/ops, as postgres: there is none yet; the first cockpit makes it")


def test_where_there_is_none_yet_and_it_may_not_be_made_the_right_is_named(said: Said, responder: str) -> None:
    result = said(responder)["log"]
    assert result.verdict is Verdict.BROKEN
    assert result.message.endswith("as responder: there is none yet, and responder may not make it")
    assert result.remedy == "GRANT CREATE ON DATABASE ops TO responder"


def test_who_may_do_nothing_is_told_all_that_is_to_be_granted(said: Said, home: Host, responder: str) -> None:
    result = said(responder)["log"]
    assert (result.verdict, result.remedy) == (Verdict.BROKEN, "; ".join(GRANTS))


@pytest.mark.parametrize("lacking", range(2, len(GRANTS)))
def test_a_single_right_that_is_missing_is_named(
    said: Said, home: Host, dsn: str, responder: str, lacking: int
) -> None:
    run_sql(dsn, *(grant for at, grant in enumerate(GRANTS) if at != lacking))
    result = said(responder)["log"]
    assert (result.verdict, result.remedy) == (Verdict.WARNING, GRANTS[lacking])


def test_with_the_rights_that_are_told_all_is_well(said: Said, home: Host, dsn: str, responder: str) -> None:
    run_sql(dsn, *GRANTS)
    assert {name: result.verdict for name, result in said(responder, home.directory).items()} == {
        "clock": Verdict.OK,
        "log": Verdict.OK,
        home.path.stem: Verdict.OK,
    }


def test_a_newer_shared_log_is_broken(said: Said, home: Host, dsn: str) -> None:
    run_sql(dsn, "INSERT INTO cockpit.version VALUES (99)")
    result = said(dsn)["log"]
    assert result.verdict is Verdict.BROKEN
    assert "made by a newer cockpit (schema 99" in result.message


def test_what_is_not_shared_yet_is_told_with_the_command_that_shares_it(said: Said, home: Host, dsn: str) -> None:
    home.note("rolled back")
    result = said(dsn, home.directory)[home.path.stem]
    assert result.verdict is Verdict.WARNING
    assert result.message == "1 of 3 entries are not shared yet"
    assert result.remedy == f"cockpit log share {home.path}"


def test_what_waits_and_what_has_not_come_is_told_of_a_replica(said: Said, home: Host, other: Host, dsn: str) -> None:
    name = other.path.stem
    assert said(dsn, other.directory)[name].message == "shared up to entry 2"
    other.note("it is the network")
    assert said(dsn, other.directory)[name].message == "1 entries wait for bastion-a to give them their places"
    home.note("rolled back")
    home.round()
    assert said(dsn, other.directory)[name].message == "1 entries have not come here yet"


def test_a_shared_log_that_goes_on_otherwise_is_told(said: Said, home: Host, dsn: str) -> None:
    run_sql(
        dsn,
        "INSERT INTO cockpit.entry SELECT incident, 3, 'note', hash, '{}', encode(sha256('{}'), 'hex')"
        " FROM cockpit.entry WHERE sequence = 2",
    )
    result = said(dsn, home.directory)[home.path.stem]
    assert result.verdict is Verdict.WARNING
    assert result.message == "the shared log goes on otherwise: another host may be the home now"


def test_closed_incidents_are_passed_over(said: Said, home: Host, dsn: str) -> None:
    home.append(Draft(EntryKind.CLOSED, "over", "ana"))
    assert home.path.stem not in said(dsn, home.directory)


@pytest.mark.parametrize(
    ("seconds", "verdict"), [(0, Verdict.OK), (10, Verdict.WARNING), (-10, Verdict.WARNING), (90, Verdict.BROKEN)]
)
def test_the_clock_is_held_against_the_servers(said: Said, dsn: str, seconds: int, verdict: Verdict) -> None:
    result = said(dsn, clock=lambda: utc_now() + timedelta(seconds=seconds))["clock"]
    assert result.verdict is verdict


def test_the_doctor_examines_the_one_that_is_set(dsn: str, kubeconfig: Path, tmp_path: Path) -> None:
    config, out = tmp_path / "cockpit.toml", io.StringIO()
    config.write_text(f'[incident]\nshared = "{dsn}"\n')
    run_doctor(Flags(config=config, kubeconfig=kubeconfig), os.environ, utc_now, out)
    assert "\nok       shared log: 127.0.0.1" in out.getvalue()
    out = io.StringIO()
    run_doctor(Flags(kubeconfig=kubeconfig), os.environ, utc_now, out)
    assert "shared log" not in out.getvalue()
