"""Standbys that are behind, and slots that keep WAL."""

from typing import Any

import pytest
from support.postgres_looks import found, look

from cockpit.diagnosis.finding import Finding, FindingSeverity
from cockpit.sources.postgres.model import Health, Slot, Standby

GIB = 2**30


def standby(**facts: Any) -> list[Finding]:
    defaults = {
        "pid": 7,
        "application": "db-2",
        "client_address": "10.0.0.9",
        "state": "streaming",
        "sync_state": "async",
    }
    return found(look(health=Health(standbys=(Standby(**{**defaults, **facts}),))))


def slot(**facts: Any) -> list[Finding]:
    defaults = {"name": "db_2", "slot_type": "physical", "active": True, "wal_status": "reserved"}
    return found(look(health=Health(slots=(Slot(**{**defaults, **facts}),))))


def as_standby(**facts: Any) -> list[Finding]:
    return found(look(health=Health(**facts), server={"in_recovery": True}))


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        ({"replay_lag_seconds": 240.0, "lag_bytes": GIB // 4}, "4 min and 256 MiB behind"),
        ({"replay_lag_seconds": 61.0}, "61 s behind"),
        ({"lag_bytes": 2 * GIB}, "2 GiB behind"),
    ],
)
def test_a_standby_that_is_behind_is_named(facts: dict[str, Any], says: str) -> None:
    (finding,) = standby(**facts)
    assert finding.title == f"shop-db: standby db-2 is {says}"
    assert finding.scenario == "replication"


@pytest.mark.parametrize(
    "facts", [{}, {"replay_lag_seconds": 60.0, "lag_bytes": GIB}, {"state": "backup", "lag_bytes": 9 * GIB}]
)
def test_a_standby_that_follows_and_a_base_backup_are_well(facts: dict[str, Any]) -> None:
    assert standby(**facts) == []


def test_a_standby_tells_of_itself_that_it_is_behind_or_receives_nothing() -> None:
    assert [each.title for each in as_standby(replay_lag_seconds=90.0, receiving=True)] == [
        "shop-db: is 90 s behind its primary"
    ]
    assert [each.title for each in as_standby(replay_lag_seconds=90.0, receiving=False)] == [
        "shop-db: does not receive from its primary, 90 s behind"
    ]
    assert as_standby(replay_lag_seconds=0.0, receiving=True) == []
    assert as_standby() == []


def test_a_slot_that_nobody_reads_and_that_keeps_wal_fills_the_disk() -> None:
    (finding,) = slot(active=False, retained_bytes=12 * GIB, wal_status="extended")
    assert finding.title == "shop-db: slot db_2, not in use, keeps 12 GiB of WAL on the disk"
    assert finding.severity is FindingSeverity.DOUBTFUL
    assert "SELECT pg_drop_replication_slot('db_2')" in finding.evidence[-1].fact
    assert finding.evidence[-1].command == "SELECT pg_drop_replication_slot('db_2')"


@pytest.mark.parametrize(
    ("status", "says"), [("lost", "has lost its WAL"), ("unreserved", "is about to lose its WAL, in use, 1 MiB behind")]
)
def test_a_slot_that_loses_its_wal_is_wrong_whatever_it_keeps(status: str, says: str) -> None:
    (finding,) = slot(wal_status=status, retained_bytes=2**20)
    assert finding.severity is FindingSeverity.WRONG
    assert says in finding.title


@pytest.mark.parametrize("facts", [{}, {"retained_bytes": 2 * GIB}, {"active": False, "retained_bytes": 0}])
def test_a_slot_that_keeps_little_is_well(facts: dict[str, Any]) -> None:
    assert slot(**facts) == []
