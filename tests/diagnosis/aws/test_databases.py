"""Instances and clusters of RDS."""

from typing import Any

import pytest
from support.outside_looks import GIBI, ago, found_in_aws, instance, only_in_aws, series

from cockpit.diagnosis.finding import FindingSeverity
from cockpit.diagnosis.policy import Policy
from cockpit.sources.aws.model import DbCluster, DbEvent, DbMetric, DbRole, Maintenance, Series

WRONG, DOUBTFUL, NOTICE = FindingSeverity.WRONG, FindingSeverity.DOUBTFUL, FindingSeverity.NOTICE


def measured(metric: DbMetric, *values: float, **facts: Any) -> dict[str, Any]:
    return {"instances": (instance(metrics={metric: series(*values)}, **facts),)}


def free(*gibibytes: float, **facts: Any) -> dict[str, Any]:
    return measured(DbMetric.FREE_STORAGE, *(each * GIBI for each in gibibytes), **facts)


@pytest.mark.parametrize("status", ["available", "backing-up"])
def test_what_is_normal_is_no_finding(status: str) -> None:
    assert found_in_aws(instances=(instance(status=status),)) == []


@pytest.mark.parametrize(
    ("status", "severity", "scenario"),
    [
        ("failed", WRONG, "rds-down"),
        ("stopped", WRONG, "rds-down"),
        ("storage-full", WRONG, "disk-full"),
        ("rebooting", DOUBTFUL, "rds-down"),
        ("something-new", DOUBTFUL, "rds-down"),
        ("modifying", NOTICE, "rds-down"),
        ("configuring-enhanced-monitoring", NOTICE, "rds-down"),
    ],
)
def test_a_status_is_judged_by_what_it_means(status: str, severity: FindingSeverity, scenario: str) -> None:
    finding = only_in_aws(instances=(instance(status=status),))
    assert (finding.key, finding.severity, finding.scenario) == ("aws/status/RDS/shop/shop-db", severity, scenario)
    assert finding.title.startswith(f"RDS shop-db: is {status}")


def test_a_cluster_without_a_writer_takes_no_writes() -> None:
    cluster = DbCluster("shop", "aurora-postgresql", "16", "available", writer=None, readers=("shop-2",))
    finding = only_in_aws(clusters=(cluster,))
    assert finding.severity is WRONG
    assert finding.title.startswith("RDS cluster shop: has no writer: nothing can be written")
    assert "readers: shop-2" in finding.evidence[0].fact


def test_storage_that_is_ample_is_no_finding() -> None:
    assert found_in_aws(**free(*[50] * 9)) == []
    assert found_in_aws(**free(50, 50, 50, 50, 1)) == []


def test_little_storage_is_told_by_share_and_amount() -> None:
    low, lower = only_in_aws(**free(*[15] * 9)), only_in_aws(**free(*[4] * 9))
    assert low.title == "RDS shop-db: 15 GiB of 100 GiB (15 %) free"
    assert (low.severity, lower.severity, low.scenario) == (DOUBTFUL, WRONG, "disk-full")


def test_little_in_all_is_wrong_whatever_its_share() -> None:
    finding = only_in_aws(**free(*[0.5] * 9, storage_gib=1))
    assert finding.severity is WRONG


def test_storage_that_fills_says_when_it_will_be_full() -> None:
    finding = only_in_aws(**free(*(70 - minute for minute in range(30))))
    assert finding.title == "RDS shop-db: 41 GiB of 100 GiB (41 %) free, full at about 15:02Z"
    assert finding.severity is WRONG
    assert "4 GiB less than 4 min before" in finding.evidence[0].fact


def test_storage_that_falls_all_at_once_says_so_before_any_long_trend_shows() -> None:
    finding = only_in_aws(**free(*[80] * 26, 78, 76, 74, 72))
    assert finding.title == "RDS shop-db: 72 GiB of 100 GiB (72 %) free, full at about 14:57Z"
    assert finding.evidence[0].fact == "8 GiB less than 4 min before: at this rate full at about 14:57Z"


def test_when_storage_should_have_been_full_is_told_as_that_while_no_newer_number_comes() -> None:
    finding = only_in_aws(**free(*[80] * 26, 57, 34, 11))
    assert finding.title.endswith("(11 %) free, should have been full at about 14:21Z")


def test_storage_of_which_nothing_is_free_is_full_and_has_no_forecast() -> None:
    finding = only_in_aws(**free(*[80] * 26, 60, 40, 20, 0))
    assert finding.title == "RDS shop-db: is full, 0 B of 100 GiB free"
    assert finding.evidence[0].fact == "FreeStorageSpace is 0 B"
    assert finding.severity is WRONG


def test_storage_that_is_full_in_minutes_is_wrong_at_the_third_fall() -> None:
    assert found_in_aws(**free(*[80] * 26, 65, 50)) == []
    finding = only_in_aws(**free(*[80] * 26, 65, 50, 35))
    assert finding.severity is WRONG
    assert finding.title.endswith("(35 %) free, full at about 14:23Z")


def test_three_falls_tell_nothing_of_storage_that_lasts_longer() -> None:
    assert found_in_aws(**free(*[80] * 26, 78, 76, 74)) == []


def test_storage_that_only_went_down_and_up_again_does_not_fill() -> None:
    assert found_in_aws(**free(*[70] * 10, *[41] * 10, *[70] * 10)) == []
    assert found_in_aws(**free(*[70] * 20, *[60] * 3)) == []


def test_storage_that_grows_by_itself_is_judged_a_step_milder() -> None:
    finding = only_in_aws(**free(*[4] * 9, storage_most_gib=200))
    assert finding.severity is DOUBTFUL
    assert finding.title.endswith("it grows by itself up to 200 GiB, at most once in 6 hours")
    assert only_in_aws(**free(*[4] * 9, storage_most_gib=100)).severity is WRONG


def test_cpu_over_its_limit_is_told_once_it_lasts() -> None:
    assert found_in_aws(**measured(DbMetric.CPU, 20, 20, 20, 20, 99)) == []
    finding = only_in_aws(**measured(DbMetric.CPU, 20, 20, 20, 93, 95, 93))
    assert finding.title == "RDS shop-db: CPU at 93 %"
    assert (finding.since, finding.severity, finding.scenario) == (ago(minutes=4), DOUBTFUL, "slow-queries")


def test_all_signs_of_too_much_work_are_one_finding_with_what_the_disk_does() -> None:
    high = {
        DbMetric.CPU: series(*[93] * 5),
        DbMetric.LOAD: series(*[12.3] * 5),
        DbMetric.BURST_BALANCE: series(*[8] * 5),
        DbMetric.CPU_CREDITS: series(*[3] * 5),
        DbMetric.QUEUE_DEPTH: series(*[64] * 5),
        DbMetric.READ_LATENCY: series(*[0.045] * 5),
    }
    finding = only_in_aws(instances=(instance(metrics=high),))
    assert finding.title == (
        "RDS shop-db: CPU at 93 %, 12.3 sessions at work on 4 vCPUs, burst balance of the disk at 8 %, "
        "3 CPU credits left"
    )
    assert finding.evidence[1].fact == "64 requests wait for the disk, a read takes 45 ms"


def test_neither_the_disk_nor_connections_nor_an_unknown_number_of_vcpus_is_a_finding_alone() -> None:
    assert found_in_aws(**measured(DbMetric.QUEUE_DEPTH, *[64] * 5)) == []
    assert found_in_aws(**measured(DbMetric.READ_LATENCY, *[0.5] * 5)) == []
    assert found_in_aws(**measured(DbMetric.CONNECTIONS, *[5000] * 5)) == []
    assert found_in_aws(**measured(DbMetric.LOAD, *[64] * 5, vcpus=None)) == []


def test_little_memory_is_told() -> None:
    finding = only_in_aws(**measured(DbMetric.FREE_MEMORY, *[100 * 2**20] * 5))
    assert (finding.title, finding.scenario) == ("RDS shop-db: 100 MiB of memory left", "memory")


def test_a_replica_that_is_behind_or_does_not_follow_is_told() -> None:
    replica: dict[str, Any] = {"role": DbRole.REPLICA, "replica_of": "shop-db", "name": "shop-db-2"}
    behind = only_in_aws(**measured(DbMetric.REPLICA_LAG, *[300] * 5, **replica))
    assert (behind.title, behind.scenario) == ("RDS shop-db-2: is 5 min behind shop-db", "replication")
    broken = only_in_aws(instances=(instance(**replica, status_infos=("read replication: error: slot is gone",)),))
    assert broken.title == "RDS shop-db-2: does not follow shop-db: read replication: error: slot is gone"
    assert found_in_aws(**measured(DbMetric.REPLICA_LAG, *[300] * 5)) == []


@pytest.mark.parametrize(("share", "severities"), [(0.2, []), (0.6, [DOUBTFUL]), (0.8, [WRONG])])
def test_transaction_ids_that_run_out_are_told(share: float, severities: list[FindingSeverity]) -> None:
    found = found_in_aws(**measured(DbMetric.TRANSACTION_IDS, *[share * 2**31] * 5))
    assert [finding.severity for finding in found] == severities


def event(message: str, *categories: str, **facts: Any) -> DbEvent:
    defaults: dict[str, Any] = {"at": ago(minutes=10), "name": "shop-db", "kind": "db-instance"}
    return DbEvent(message=message, categories=categories, **{**defaults, **facts})


def test_a_failover_is_told_for_half_an_hour() -> None:
    started = event("Multi-AZ instance failover started", "failover", at=ago(minutes=11))
    done = event("Multi-AZ instance failover completed", "failover")
    finding = only_in_aws(instances=(instance(),), db_events=(done, started))
    assert finding.title == "RDS shop-db: failed over at 14:12Z: Multi-AZ instance failover completed"
    assert (finding.since, finding.scenario) == (ago(minutes=11), "replication")
    assert found_in_aws(db_events=(event("failover", "failover", at=ago(minutes=31)),)) == []


def test_bad_events_are_told_and_others_are_not() -> None:
    assert found_in_aws(db_events=(event("Finished DB instance backup", "backup"),)) == []
    low = only_in_aws(db_events=(event("The free storage capacity is low at 9%", "low storage"),))
    assert (low.severity, low.scenario) == (DOUBTFUL, "disk-full")
    assert only_in_aws(db_events=(event("DB instance restarted", "availability"),)).severity is NOTICE


def test_a_low_storage_is_told_until_cloudwatch_says_that_there_is_room_again() -> None:
    low = event("The free storage capacity is low at 4%", "low storage", at=ago(minutes=4))
    before = series(*[40 * GIBI] * 3, end=ago(minutes=5))
    assert found_in_aws(**free(*[40] * 9), db_events=(low,)) == []
    (still,) = found_in_aws(instances=(instance(metrics={DbMetric.FREE_STORAGE: before}),), db_events=(low,))
    assert "RDS said at" in still.title
    assert "storage-full" in only_in_aws(**free(*[40] * 9, status="storage-full"), db_events=(low,)).title


def test_events_about_what_is_told_anyway_are_told_with_it() -> None:
    low = event("The free storage capacity is low at 4%", "low storage")
    finding = only_in_aws(**free(*[4] * 9), db_events=(low,))
    assert finding.title == (
        "RDS shop-db: 4 GiB of 100 GiB (4 %) free; RDS said at 14:13Z, The free storage capacity is low at 4%"
    )
    failover = event("Multi-AZ instance failover started", "failover", at=ago(minutes=11))
    restarted = event("DB instance restarted", "availability")
    assert only_in_aws(db_events=(failover, restarted)).key == "aws/failover/RDS/shop/shop-db"


def due(**span: float) -> tuple[Maintenance, ...]:
    return (Maintenance("system-update", "New Operating System update", due_at=ago(**span)),)


def test_maintenance_that_is_due_soon_is_a_notice_and_overdue_is_doubtful() -> None:
    soon = only_in_aws(instances=(instance(maintenance=due(days=-3)),))
    assert (soon.severity, soon.title) == (
        NOTICE,
        "RDS shop-db: maintenance system-update is due in 3 days: New Operating System update",
    )
    assert only_in_aws(instances=(instance(maintenance=due(hours=2)),)).severity is DOUBTFUL
    assert found_in_aws(instances=(instance(maintenance=due(days=-8)),)) == []
    assert found_in_aws(instances=(instance(maintenance=(Maintenance("upgrade", "wanted?"),)),)) == []


def test_changes_that_wait_are_a_notice() -> None:
    finding = only_in_aws(instances=(instance(pending=("parameter group shop-pg16: pending-reboot",)),))
    assert (finding.severity, finding.title) == (
        NOTICE,
        "RDS shop-db: waits for a reboot: parameter group shop-pg16: pending-reboot",
    )
    assert "maintenance window" in only_in_aws(instances=(instance(pending=("class a → b",)),)).title


def test_the_limits_are_those_of_the_configuration() -> None:
    high = instance(metrics={DbMetric.CPU: series(*[85] * 5), DbMetric.FREE_STORAGE: Series()})
    assert found_in_aws(Policy(database_cpu_percent=90), instances=(high,)) == []
