"""What the doctor says of Postgres servers."""

import io
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.pgbouncer import pgbouncer
from support.postgres_session import run_sql

from cockpit.clock import utc_now
from cockpit.config import Flags
from cockpit.diagnosis.policy import Policy
from cockpit.doctor import postgres as doctor
from cockpit.doctor import run_doctor
from cockpit.doctor.postgres import examine_server
from cockpit.doctor.result import Result, Verdict
from cockpit.gameday.postgres.server import PostgresServer
from cockpit.sources.postgres.target import Target, parameters_of


@pytest.fixture(scope="module")
def roles(postgres: PostgresServer) -> Iterator[PostgresServer]:
    """A server with a role that may do nothing, one for looking, and one for emergencies."""
    run_sql(
        postgres.dsn(),
        "CREATE ROLE nobody LOGIN",
        "CREATE ROLE looker LOGIN IN ROLE pg_monitor, pg_signal_backend",
        "CREATE ROLE spare LOGIN IN ROLE pg_use_reserved_connections",
        "CREATE DATABASE bare",
    )
    yield postgres
    run_sql(postgres.dsn(), "DROP DATABASE bare", "DROP ROLE nobody, looker, spare")


@pytest.fixture
def silent() -> Iterator[int]:
    """The port of a server that takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


async def examine(dsn: str, *, emergency: str | None = None, protected: bool = False) -> dict[str, Result]:
    """Give what is said of the server `shop-db`, by subject."""
    target = Target("shop-db", parameters_of(dsn), emergency=emergency, protected=protected)
    results = await examine_server(target, utc_now)
    return {result.subject.removeprefix("postgres shop-db").strip() or "server": result for result in results}


async def test_where_all_is_well_it_says_where_as_whom_and_what_may_be_done(roles: PostgresServer) -> None:
    said = await examine(roles.dsn("looker"), emergency=roles.dsn("spare"), protected=True)
    assert {result.verdict for result in said.values()} == {Verdict.OK}
    place = f"127.0.0.1:{roles.port}/postgres"
    assert said["server"].message.startswith(f"{place}, database postgres, as looker, Postgres ")
    assert said["server"].message.endswith(", primary")
    assert "usable of max_connections 100" in said["connections"].message
    assert said["statements"].message.startswith("pg_stat_statements knows ")
    assert said["emergency"].message == f"{place}, as spare, who may use reserved connections"
    assert said["protection"].message.startswith("protected")
    assert "pooler" not in said


async def test_what_a_role_lacks_is_a_warning_with_what_would_grant_it(roles: PostgresServer) -> None:
    said = await examine(roles.dsn("nobody", "bare"), emergency=roles.dsn("nobody"))
    remedies = {subject: result.remedy for subject, result in said.items() if result.verdict is Verdict.WARNING}
    assert remedies == {
        "sessions of others": "GRANT pg_monitor TO nobody",
        "signals": "GRANT pg_signal_backend TO nobody",
        "statements": "CREATE EXTENSION pg_stat_statements",
        "emergency": "GRANT pg_use_reserved_connections TO nobody",
    }
    assert said["protection"].message == "not protected"


async def test_no_emergency_connection_is_a_warning(roles: PostgresServer) -> None:
    said = await examine(roles.dsn("looker"))
    assert said["emergency"].verdict is Verdict.WARNING
    assert said["emergency"].remedy == "set emergency under [postgres.shop-db] in cockpit.toml"


async def test_nearly_all_connections_taken_is_a_warning_with_what_tells_who_has_them(
    roles: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "Policy", lambda: Policy(connections_percent=0))
    said = await examine(roles.dsn("looker"))
    assert said["connections"].verdict is Verdict.WARNING
    assert (said["connections"].remedy or "").startswith("psql ")


async def test_a_pooler_in_between_is_a_warning(roles: PostgresServer, tmp_path: Path) -> None:
    with pgbouncer(tmp_path, roles.port, {"pool_mode": "transaction"}) as port:
        said = await examine(f"host=127.0.0.1 port={port} user=postgres dbname=postgres")
    assert said["server"].verdict is Verdict.OK
    assert said["pooler"].verdict is Verdict.WARNING


async def test_a_standby_is_told_and_rights_are_granted_on_its_primary() -> None:
    with PostgresServer() as server:
        run_sql(server.dsn(), "CREATE ROLE nobody LOGIN")
        server.stop(at_once=False)
        (server.data / "standby.signal").touch()
        server.start()
        said = await examine(server.dsn("nobody"))
    assert said["server"].message.endswith(", standby")
    assert said["signals"].remedy == "GRANT pg_signal_backend TO nobody; -- on the primary"


async def test_a_refusal_is_broken_and_the_emergency_connection_is_tried_all_the_same(roles: PostgresServer) -> None:
    said = await examine(roles.dsn("looker", "gone"), emergency=roles.dsn("spare"))
    assert said["server"].verdict is Verdict.BROKEN
    assert said["server"].message.startswith(f"127.0.0.1:{roles.port}/gone, as looker: ")
    assert 'database "gone" does not exist' in said["server"].message
    assert (said["server"].remedy or "").endswith(" -l")
    assert said["emergency"].verdict is Verdict.OK


async def test_an_emergency_role_that_does_not_get_in_is_broken(roles: PostgresServer) -> None:
    said = await examine(roles.dsn("looker"), emergency=roles.dsn("ghost"))
    assert said["server"].verdict is Verdict.OK
    assert said["emergency"].verdict is Verdict.BROKEN
    assert 'role "ghost" does not exist' in said["emergency"].message


async def test_a_server_that_says_nothing_is_given_up(silent: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "TIME_OUT", 0.2)
    said = await examine(f"host=127.0.0.1 port={silent} user=ana")
    assert said["server"].message == f"127.0.0.1:{silent}, as ana: no answer within 0.2 s"
    assert (said["server"].remedy or "").startswith("pg_isready ")


def test_every_server_is_told_and_no_secret_of_any(
    roles: PostgresServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kubeconfig: Path
) -> None:
    url = f"postgresql://looker:hunter2@127.0.0.1:{roles.port}/gone"
    monkeypatch.setenv("DATABASE_URL", url)
    assert "broken   postgres gone: " in doctors_report(Flags(kubeconfig=kubeconfig))
    file = tmp_path / "cockpit.toml"
    file.write_text(f"[postgres.one]\ndsn = '{roles.dsn('looker')}'\n[postgres.two]\ndsn = '{roles.dsn('nobody')}'\n")
    told = doctors_report(Flags(kubeconfig=kubeconfig, config=file))
    assert "ok       postgres one: " in told
    assert "ok       postgres two: " in told


def doctors_report(flags: Flags) -> str:
    out = io.StringIO()
    run_doctor(flags, os.environ, utc_now, out)
    assert "hunter2" not in out.getvalue()
    return out.getvalue()
