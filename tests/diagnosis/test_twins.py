"""Postgres servers that are instances of RDS."""

from typing import Any

from support.outside_looks import alarm, aws, instance, series, trouble
from support.postgres_looks import ACTIVE, IDLE, ago, backends, look
from support.ward import NOW

from cockpit.diagnosis.diagnose import diagnose
from cockpit.diagnosis.facts import Facts, Outside, PostgresFacts
from cockpit.diagnosis.finding import Finding, FindingSeverity
from cockpit.diagnosis.policy import Policy
from cockpit.reading import TroubleKind
from cockpit.sources.aws.model import AwsLook, DbCluster, DbEvent, DbMetric
from cockpit.sources.postgres.model import PostgresLook

HOST = "shop-db.abc.us-west-2.rds.amazonaws.com"
AT_RDS = {"host": HOST, "address": "10.1.2.3", "port": 5432}
AWAY = trouble(TroubleKind.UNREACHABLE, f'connection to server at "{HOST}" (10.1.2.3), port 5432 failed: refused')


def both(server: PostgresFacts | PostgresLook, rds: AwsLook) -> list[Finding]:
    known = server if isinstance(server, PostgresFacts) else PostgresFacts(server)
    return diagnose(Facts(postgres={"main": known}, aws={"shop": Outside(rds)}), NOW, Policy())


def counted(*values: float, **facts: Any) -> AwsLook:
    return aws(instances=(instance(metrics={DbMetric.CONNECTIONS: series(*values)}, **facts),))


def steady(count: int, *earlier: int, minutes: float = 6, **facts: Any) -> PostgresLook:
    """Look at a server that has been known for so many minutes, and had other numbers first."""
    used = (*earlier, *[count] * 5)
    step = minutes / (len(used) - 1)
    at = tuple(ago(minutes=minutes - number * step) for number in range(len(used)))
    return look(*backends(count), **{"server": AT_RDS, "used_before": used, "used_at": at, **facts})


def test_both_agree_as_long_as_they_differ_by_little() -> None:
    assert both(steady(40), counted(*[48] * 5)) == []


def test_connections_that_are_no_sessions_are_told_with_both_numbers() -> None:
    (finding,) = both(steady(40), counted(*[90] * 5))
    assert finding.title == (
        "main: CloudWatch counts 90 connections, Postgres 40: connections that are no sessions: half open, being let "
        "in, or to another server behind the same name"
    )
    assert (finding.severity, finding.scenario) == (FindingSeverity.DOUBTFUL, "too-many-connections")
    assert [(proof.source, proof.fact) for proof in finding.evidence] == [
        ("aws/shop", "DatabaseConnections is 90"),
        ("postgres/main", "pg_stat_activity has 40 client backends"),
    ]
    (fewer,) = both(steady(40), counted(*[5] * 5))
    assert "is it the same server?" in fewer.title


def test_numbers_that_move_differ_because_cloudwatch_is_behind() -> None:
    assert both(steady(40), counted(90, 80, 70, 60, 90)) == []
    assert both(steady(40), counted(90, 90)) == []
    assert both(steady(40, 9, 9, minutes=4), counted(*[9] * 5)) == []
    for earlier in ((9, 9, 20), (90, 90, 70)):
        assert both(steady(40, *earlier), counted(*[float(earlier[0])] * 5)) == []


def test_numbers_are_compared_only_where_both_are_known_for_long_enough() -> None:
    assert both(look(*backends(40), server=AT_RDS), counted(*[90] * 5)) == []
    assert both(steady(40, minutes=4.9), counted(*[90] * 5)) == []
    late = aws(instances=(instance(metrics={DbMetric.CONNECTIONS: series(*[90] * 5, end=ago(minutes=5))}),))
    assert both(steady(40), late) == []
    assert len(both(steady(40, 9, 9, minutes=30), counted(9, 9, 90, 90, 90))) == 1


def test_another_server_is_not_compared() -> None:
    for server in ({"host": "10.1.2.3"}, {"host": HOST, "port": 6432}, {"host": ""}):
        assert both(steady(40, server=server), counted(*[90] * 5)) == []


def test_the_writer_is_also_meant_by_the_endpoint_of_its_cluster() -> None:
    cluster = DbCluster("shop", "aurora-postgresql", "16", "available", writer="shop-db", host="shop.cluster-abc")
    rds = aws(clusters=(cluster,), instances=counted(*[90] * 5, cluster="shop").instances)
    assert len(both(steady(40, server={"host": "Shop.cluster-abc."}), rds)) == 1


def test_a_server_that_is_away_because_its_instance_is_not_available_is_told_once() -> None:
    """Also if it has never answered: the error names the host."""
    for server in (PostgresFacts(None, AWAY), PostgresFacts(None, AWAY, look(server=AT_RDS))):
        (finding,) = both(server, aws(instances=(instance(status="rebooting"),)))
        assert finding.title == (
            "RDS shop-db: is rebooting: it takes no connections until it has started; main: cannot be reached"
        )
        assert finding.severity is FindingSeverity.WRONG
        assert ("Postgres", "main") in [(ref.kind, ref.name) for ref in finding.objects]


def test_a_failover_that_both_tell_of_is_told_once() -> None:
    event = DbEvent(ago(minutes=6), "shop-db", "db-instance", ("failover",), "Multi-AZ instance failover completed")
    promoted = look(server=AT_RDS, promoted_at=ago(minutes=5))
    (finding,) = both(promoted, aws(instances=(instance(),), db_events=(event,)))
    assert finding.key == "postgres/role-changed/main"
    assert "; RDS shop-db: failed over at 14:17Z" in finding.title


def test_long_statements_explain_a_high_load_and_its_alarm() -> None:
    running = look(*backends(2, ACTIVE, since=ago(minutes=9)), server=AT_RDS)
    busy = instance(metrics={DbMetric.CPU: series(*[93] * 5)})
    watched = alarm("db-cpu", dimensions={"DBInstanceIdentifier": "shop-db"})
    (finding,) = both(running, aws(instances=(busy,), alarms=(watched,)))
    assert finding.scenario == "slow-queries"
    assert "; RDS shop-db: CPU at 93 %" in finding.title
    assert finding.title.endswith("; alarm db-cpu: is in ALARM")


def test_while_a_server_refuses_us_cloudwatch_still_counts() -> None:
    full = trouble(TroubleKind.REFUSED, "FATAL:  sorry, too many clients already")
    before = look(*backends(97, IDLE), server=AT_RDS)
    (finding,) = both(PostgresFacts(None, full, before), counted(*[100] * 5))
    assert finding.evidence[-1].fact == "DatabaseConnections is 100"
