"""What is asked of CloudWatch, what its numbers mean, and what that costs."""

from datetime import datetime, timedelta

import pytest
from support.aws_facts import balancer_arn, group_arn
from support.aws_server import AwsFaultError, AwsServer, Parameters
from support.aws_watch import Time

from cockpit.reading import SourceError
from cockpit.sources.aws.alarms import read_alarm_changes, read_alarms
from cockpit.sources.aws.asking import Ask
from cockpit.sources.aws.calls import CallLedger
from cockpit.sources.aws.metrics import QUERIES_A_CALL, Measured, measure
from cockpit.sources.aws.model import (
    Balancer,
    BalancerKind,
    BalancerMetric,
    DbInstance,
    DbMetric,
    DbRole,
    TargetGroup,
)
from cockpit.sources.aws.wanted import Key, Wanted, of_balancer, of_group, of_instance

SHOP = Balancer(balancer_arn("shop"), "shop", BalancerKind.APPLICATION, "active")


def numbers(aws: AwsServer, **points: list[tuple[datetime, float]]) -> None:
    """Have CloudWatch tell the points of the metrics by name, percentiles as `p99`."""

    def answer(parameters: Parameters) -> dict[str, object]:
        results = []
        for query in parameters["MetricDataQueries"]:
            stat = query["MetricStat"]
            told = points.get(stat["Stat"]) or points.get(stat["Metric"]["MetricName"], [])
            times, values = [at for at, _ in told], [value for _, value in told]
            results.append({"Id": query["Id"], "Timestamps": times, "Values": values})
        return {"MetricDataResults": results}

    aws.answer("cloudwatch:GetMetricData", answer)


def database(**more: object) -> DbInstance:
    given: dict[str, object] = {"instance_class": "db.r6g.large", "engine": "postgres", **more}
    return DbInstance(name="shop", version="16", status="available", **given)  # type: ignore[arg-type]


def metrics_of(instance: DbInstance) -> set[str]:
    return {wanted.key.metric for wanted in of_instance(instance)}


def test_a_minute_without_a_count_is_zero_but_one_without_a_latency_is_unknown(
    aws: AwsServer, ask: Ask, time: Time
) -> None:
    lately = time.now - timedelta(minutes=4)
    numbers(aws, RequestCount=[(lately, 50.0)], HTTPCode_ELB_5XX_Count=[(lately - timedelta(minutes=1), 7.0)])
    measured = measure(ask, list(of_balancer(SHOP)), Measured(), time.now).series
    faults = measured[Key(SHOP.arn, BalancerMetric.ELB_5XX)]
    assert (faults.newest, faults.newest_at) == (0.0, time.now - timedelta(minutes=3))
    assert sum(faults.values) == 7.0
    assert len(faults.values) == 27
    assert measured[Key(SHOP.arn, BalancerMetric.REQUESTS)].newest == 0.0
    assert measured[Key(SHOP.arn, BalancerMetric.P99)].newest is None


def test_percentiles_are_told_apart(aws: AwsServer, ask: Ask, time: Time) -> None:
    numbers(aws, p50=[(time.now, 0.2)], p99=[(time.now, 6.5)])
    measured = measure(ask, list(of_balancer(SHOP)), Measured(), time.now).series
    assert measured[Key(SHOP.arn, BalancerMetric.P50)].newest == 0.2
    assert measured[Key(SHOP.arn, BalancerMetric.P99)].newest == 6.5


def test_what_is_new_is_merged_with_what_was_known_and_half_an_hour_is_kept(
    aws: AwsServer, ask: Ask, time: Time
) -> None:
    wanted = [each for each in of_instance(database()) if each.key.metric == DbMetric.CPU]
    began = time.now
    numbers(aws, CPUUtilization=[(began - timedelta(minutes=28), 10.0), (began - timedelta(minutes=1), 20.0)])
    first = measure(ask, wanted, Measured(), began)
    numbers(aws, CPUUtilization=[(began - timedelta(minutes=1), 25.0), (began, 30.0)])
    second = measure(ask, wanted, first, began + timedelta(minutes=1))
    third = measure(ask, wanted, second, began + timedelta(minutes=3))
    key = Key("shop", DbMetric.CPU)
    assert second.series[key].values == (10.0, 25.0, 30.0)
    assert third.series[key].values == (25.0, 30.0)
    begins = [asked.parameters["StartTime"] for asked in aws.asked]
    assert begins == [(began - timedelta(minutes=back)).timestamp() for back in (30, 5, 4)]


def test_after_a_long_silence_half_an_hour_is_asked_for_again(aws: AwsServer, ask: Ask, time: Time) -> None:
    wanted = list(of_instance(database()))
    first = measure(ask, wanted, Measured(), time.now)
    later = time.now + timedelta(hours=1)
    measure(ask, wanted, first, later)
    assert aws.asked[-1].parameters["StartTime"] == (later - timedelta(minutes=30)).timestamp()


def test_five_hundred_metrics_go_into_a_call(aws: AwsServer, ask: Ask, time: Time) -> None:
    wanted = [Wanted(Key(f"db-{nth}", "cpu"), "AWS/RDS", "CPUUtilization", (), "Maximum") for nth in range(1001)]
    measured = measure(ask, wanted, Measured(), time.now)
    assert [len(asked.parameters["MetricDataQueries"]) for asked in aws.asked] == [QUERIES_A_CALL, QUERIES_A_CALL, 1]
    assert len(measured.series) == 1001


def test_a_page_that_fails_leaves_nothing_half_merged(aws: AwsServer, ask: Ask, time: Time) -> None:
    def answer(parameters: Parameters) -> dict[str, object]:
        if "NextToken" in parameters:
            raise AwsFaultError("InternalServiceFault", "away", 500)
        return {"MetricDataResults": [{"Id": "m0", "Timestamps": [time.now], "Values": [1.0]}], "NextToken": "more"}

    aws.answer("cloudwatch:GetMetricData", answer)
    with pytest.raises(SourceError, match="away"):
        measure(ask, list(of_instance(database())), Measured(), time.now)


def test_only_metrics_that_an_instance_can_have_are_paid_for() -> None:
    plain = metrics_of(database(engine="mysql"))
    assert plain == {
        *(DbMetric.CPU, DbMetric.CONNECTIONS, DbMetric.FREE_MEMORY, DbMetric.FREE_STORAGE),
        *(DbMetric.READ_LATENCY, DbMetric.WRITE_LATENCY, DbMetric.QUEUE_DEPTH),
    }
    assert metrics_of(database()) - plain == {DbMetric.TRANSACTION_IDS}
    assert metrics_of(database(engine="mysql", role=DbRole.REPLICA)) - plain == {DbMetric.REPLICA_LAG}
    assert metrics_of(database(engine="mysql", storage_type="gp2")) - plain == {DbMetric.BURST_BALANCE}
    assert metrics_of(database(engine="mysql", instance_class="db.t3.small")) - plain == {DbMetric.CPU_CREDITS}
    assert metrics_of(database(engine="mysql", insights=True)) - plain == {DbMetric.LOAD}
    assert plain - metrics_of(database(engine="aurora-mysql")) == {DbMetric.FREE_STORAGE, DbMetric.QUEUE_DEPTH}


def test_the_lag_of_aurora_is_told_in_seconds_as_all_others(aws: AwsServer, ask: Ask, time: Time) -> None:
    reader = database(engine="aurora-postgresql", role=DbRole.READER)
    numbers(aws, AuroraReplicaLag=[(time.now, 1500.0)])
    measured = measure(ask, list(of_instance(reader)), Measured(), time.now).series
    assert measured[Key("shop", DbMetric.REPLICA_LAG)].newest == 1.5


def test_hosts_are_counted_by_group_and_balancer() -> None:
    group = TargetGroup(group_arn("api"), "api", ("arn:elsewhere", SHOP.arn))
    healthy, unhealthy = of_group(group, {SHOP.arn: BalancerKind.APPLICATION})
    assert healthy.dimensions == (
        ("LoadBalancer", "app/shop/50dc6c495c0c9188"),
        ("TargetGroup", "targetgroup/api/73e2d6bc24d8a067"),
    )
    assert (healthy.namespace, healthy.name, healthy.statistic) == ("AWS/ApplicationELB", "HealthyHostCount", "Minimum")
    assert (unhealthy.name, unhealthy.statistic) == ("UnHealthyHostCount", "Maximum")
    assert not list(of_group(group, {}))


def test_a_classic_balancer_is_known_by_its_name() -> None:
    old = Balancer("old", "old", BalancerKind.CLASSIC, "active")
    assert {wanted.dimensions for wanted in of_balancer(old)} == {(("LoadBalancerName", "old"),)}
    assert {wanted.namespace for wanted in of_balancer(old)} == {"AWS/ELB"}


def test_alarms_come_before_what_has_too_little_data(aws: AwsServer, ask: Ask, time: Time) -> None:
    def answer(parameters: Parameters) -> dict[str, object]:
        state = parameters["StateValue"]
        metric = {
            "AlarmName": f"cpu-{state}",
            "StateValue": state,
            "StateReason": "Threshold Crossed",
            "StateTransitionedTimestamp": time.now,
            "Namespace": "AWS/RDS",
            "MetricName": "CPUUtilization",
            "Dimensions": [{"Name": "DBInstanceIdentifier", "Value": "shop"}],
        }
        both = {"AlarmName": "shop is down", "StateValue": state}
        return {"MetricAlarms": [metric], "CompositeAlarms": [both] if state == "ALARM" else []}

    aws.answer("cloudwatch:DescribeAlarms", answer)
    both, cpu, unknown = read_alarms(ask).shown
    assert (both.name, both.composite, both.insufficient) == ("shop is down", True, False)
    assert (cpu.metric, cpu.dimensions, cpu.since) == (
        "AWS/RDS CPUUtilization",
        {"DBInstanceIdentifier": "shop"},
        time.now,
    )
    assert unknown.insufficient


def test_changes_of_alarms_come_newest_first(aws: AwsServer, ask: Ask, time: Time) -> None:
    items = [
        {"Timestamp": time.now - timedelta(minutes=back), "AlarmName": "cpu", "HistorySummary": f"{back} min ago"}
        for back in (9, 2)
    ]
    aws.answer("cloudwatch:DescribeAlarmHistory", {"AlarmHistoryItems": items})
    assert [change.summary for change in read_alarm_changes(ask, time.now)] == ["2 min ago", "9 min ago"]


def test_the_ledger_tells_calls_and_dollars(time: Time) -> None:
    ledger = CallLedger(time)
    for _ in range(10):
        ledger.add("cloudwatch:GetMetricData", 1000)
        ledger.add("rds:DescribeDBInstances")
        time.now += timedelta(minutes=1)
    time.now -= timedelta(seconds=30)
    told = ledger.told()
    assert (told.last_minute, told.total, told.metrics_last_minute) == (2, 20, 1000)
    assert told.dollars_per_hour == pytest.approx(0.60)
