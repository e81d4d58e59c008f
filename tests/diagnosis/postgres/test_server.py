"""What happened to a server as a whole, and servers that are well."""

from datetime import datetime
from typing import Any

import pytest
from support.postgres_looks import ACTIVE, HIDDEN, IDLE, ago, backend, backends, found, look
from support.ward import NOW, Ward

from cockpit.diagnosis.diagnose import diagnose
from cockpit.diagnosis.facts import Facts, PostgresFacts
from cockpit.diagnosis.finding import Finding, FindingSeverity
from cockpit.diagnosis.policy import Policy
from cockpit.logs.rates import LogRate, LogRates
from cockpit.sources.postgres.model import DatabaseRates, Gap, Health, PostgresLook, Slot, Standby

FULL = 'ERROR:  could not extend file "base/5/16388": No space left on device'


def test_a_server_that_is_well_gives_nothing() -> None:
    health = Health(
        databases=(DatabaseRates("shop", deadlocks=1, frozen_xid_age=150 * 10**6),),
        freeze_max_age=200 * 10**6,
        standbys=(Standby(8, "db-2", "10.0.0.9", "streaming", "sync", 4096, 0.1),),
        slots=(Slot("db_2", "physical", active=True, retained_bytes=4096, wal_status="reserved"),),
        prepared=(),
        xmin_holders=(),
    )
    seen = look(*backends(20, IDLE), backend(7, ACTIVE), backend(8, ACTIVE, backend_type="walsender"), health=health)
    assert found(seen) == []


def test_a_restart_and_a_new_role_are_told_for_a_while() -> None:
    def told(at: datetime, **server: Any) -> list[tuple[str, str]]:
        seen = look(restarts=(ago(days=1), at), promoted_at=at, server=server)
        return [(finding.title, finding.scenario) for finding in found(seen)]

    assert told(ago(minutes=3)) == [
        ("shop-db: failed over, and is now the primary", "replication"),
        ("shop-db: was restarted", "postgres-down"),
    ]
    assert told(ago(minutes=31)) == []
    assert (
        told(ago(minutes=3), in_recovery=True)[0][0] == "shop-db: failed over, and is now a standby: it takes no writes"
    )


def test_several_restarts_are_counted_and_dated_from_the_last() -> None:
    (finding,) = found(look(restarts=(ago(minutes=9), ago(minutes=3))))
    assert (finding.title, finding.since) == ("shop-db: was restarted 2 times", ago(minutes=3))


def deadlocked(name: str, *seen: tuple[float, int]) -> DatabaseRates:
    """Give a database with deadlocks so many minutes ago, and how many each time."""
    times = tuple((ago(minutes=minutes), many) for minutes, many in seen)
    return DatabaseRates(name, deadlocks=sum(many for _, many in seen), deadlocks_seen=times)


def test_deadlocks_are_told_when_they_are_more_than_an_accident() -> None:
    def told(*databases: DatabaseRates) -> list[str]:
        return [finding.title for finding in found(look(health=Health(databases=databases)))]

    assert told(deadlocked("a", (1, 2)), deadlocked("b", (1, 2))) == []
    assert told(deadlocked("a", (9, 1), (1, 2)), deadlocked("b", (1, 1)), deadlocked("c", (2, 5))) == [
        "shop-db: 8 deadlocks within 10 min in c, a"
    ]


def test_deadlocks_that_have_stopped_rising_are_over() -> None:
    many = look(health=Health(databases=(deadlocked("shop", (40, 60), (9, 2)),)))
    assert found(many) == []
    (rising,) = found(look(health=Health(databases=(deadlocked("shop", (40, 60), (9, 2), (1, 1)),))))
    assert (rising.title, rising.since) == ("shop-db: 3 deadlocks within 10 min in shop", ago(minutes=9))
    assert "63 since the session began" in rising.evidence[0].fact


def logged(name: str, error: str = FULL, *, minutes: float = 1, **facts: Any) -> list[Finding]:
    rate = LogRate(name, 60, 1, 60, 0, newest_error=error, newest_error_at=ago(minutes=minutes))
    return found(look(backend(7)), log_rates=LogRates((rate,)), **facts)


def test_a_disk_that_is_full_is_read_in_the_log_of_the_server() -> None:
    (finding,) = logged("/aws/rds/instance/shop-db/postgresql")
    assert finding.title == f"shop-db: its disk is full: {' '.join(FULL.split())}"
    assert (finding.severity, finding.scenario) == (FindingSeverity.WRONG, "disk-full")
    assert finding.evidence[0].source == "logs/rates"


def test_a_disk_that_is_full_is_read_in_the_log_of_a_pod_that_is_connected(ward: Ward) -> None:
    pods = ward.pods(ward.pod("api-1"), ward.pod("web-1", ip="10.0.0.2"))
    assert [finding.scenario for finding in logged("api-1/api", pods=pods)] == ["disk-full"]
    assert logged("web-1/web", pods=pods) == []


@pytest.mark.parametrize(("error", "minutes"), [("ERROR: deadlock detected", 1), (FULL, 16), ("", 1)])
def test_another_error_or_one_of_long_ago_says_nothing_of_the_disk(error: str, minutes: float) -> None:
    assert logged("shop-db/postgres", error, minutes=minutes) == []


def test_a_look_that_fails_for_want_of_room_tells_it_too() -> None:
    (finding,) = found(
        look(gaps={"statements": Gap('could not write to file "base/pgsql_tmp": No space left on device')})
    )
    assert finding.scenario == "disk-full"


def test_hidden_states_make_neither_a_finding_nor_a_count_of_what_is_idle() -> None:
    assert found(look(*backends(50, HIDDEN, since=ago(hours=1)), server={"sees_all": False})) == []


def test_servers_are_told_apart_and_the_worse_comes_first() -> None:
    def crowded(used: int) -> PostgresFacts:
        return PostgresFacts(look(*backends(used)))

    servers = {"a": crowded(80), "b": crowded(96), "c": crowded(3)}
    findings = diagnose(Facts(postgres=servers), NOW, Policy())
    assert [finding.key for finding in findings] == ["postgres/connections/b", "postgres/connections/a"]


def test_a_server_and_a_cluster_are_diagnosed_together(ward: Ward) -> None:
    crashing = ward.ill("api-1", ward.container(state="waiting", reason="CrashLoopBackOff", ready=False, restarts=8))
    seen: PostgresLook = look(*backends(96))
    findings = diagnose(Facts(pods=ward.pods(crashing), postgres={"shop-db": PostgresFacts(seen)}), NOW, Policy())
    assert [finding.scenario for finding in findings] == ["too-many-connections", "crash-loop"]
