"""CloudWatch tells of the shop what a balancer and a database tell: per minute, with percentiles, for half an hour."""

from datetime import timedelta
from typing import Any

import pytest
from support.outside import Outside, look_around
from support.practice import HASTY
from support.shop_database import ShopPractice

from cockpit.clock import utc_now
from cockpit.gameday.postgres.database import Database
from cockpit.gameday.scenarios import steady, targets_unhealthy

DATABASE = {"DBInstanceIdentifier": "shop-db"}
BALANCER = {"LoadBalancer": "app/shop/50dc6c495c0c9188"}


async def values(
    outside: Outside, namespace: str, metric: str, dimensions: dict[str, str], stat: str, minutes: int = 30
) -> list[float]:
    """Ask for a metric, the newest value first."""
    now = utc_now()
    pairs = [{"Name": name, "Value": value} for name, value in dimensions.items()]
    asked = {"Metric": {"Namespace": namespace, "MetricName": metric, "Dimensions": pairs}, "Period": 60, "Stat": stat}
    query: dict[str, Any] = {"Id": "a", "MetricStat": asked}
    arguments = {"StartTime": now - timedelta(minutes=minutes), "EndTime": now, "MetricDataQueries": [query]}
    (result,) = (await outside.ask("cloudwatch", "get_metric_data", **arguments))["MetricDataResults"]
    assert result["StatusCode"] == "Complete"
    assert result["Timestamps"] == sorted(result["Timestamps"], reverse=True)
    assert all(at.second == 0 for at in result["Timestamps"])
    numbers: list[float] = result["Values"]
    return numbers


async def test_the_half_hour_before_the_world_was_a_quiet_one() -> None:
    async with look_around(steady(), aws=True) as outside:
        cpu = await values(outside, "AWS/RDS", "CPUUtilization", DATABASE, "Maximum")
        assert 29 <= len(cpu) <= 31
        assert all(5 < each < 30 for each in cpu)
        assert all(
            2200 < each < 2800 for each in await values(outside, "AWS/ApplicationELB", "RequestCount", BALANCER, "Sum")
        )


async def test_percentiles_are_answered_and_differ() -> None:
    async with look_around(steady(), aws=True) as outside:
        half = await values(outside, "AWS/ApplicationELB", "TargetResponseTime", BALANCER, "p50")
        most = await values(outside, "AWS/ApplicationELB", "TargetResponseTime", BALANCER, "p99")
        assert 0.01 < half[0] < most[0] < 1.0


@pytest.mark.parametrize("metric", ["HTTPCode_ELB_5XX_Count", "HTTPCode_Target_5XX_Count"])
async def test_a_counter_that_has_counted_nothing_is_missing(metric: str) -> None:
    async with look_around(steady(), aws=True) as outside:
        assert await values(outside, "AWS/ApplicationELB", metric, BALANCER, "Sum") == []


async def test_a_namespace_tells_of_its_own_metrics_only() -> None:
    async with look_around(steady(), aws=True) as outside:
        assert await values(outside, "AWS/ELB", "RequestCount", BALANCER, "Sum") == []


async def test_what_somebody_writes_can_be_read_with_its_percentile() -> None:
    async with look_around(steady(), aws=True) as outside:
        datum = {"MetricName": "Wait", "Values": [1.0, 2.0, 3.0, 40.0], "Timestamp": utc_now() - timedelta(minutes=2)}
        await outside.ask("cloudwatch", "put_metric_data", Namespace="Shop", MetricData=[datum])
        assert await values(outside, "Shop", "Wait", {}, "p50") == [2.0]
        assert await values(outside, "Shop", "Wait", {}, "Maximum") == [40.0]


async def test_connections_are_those_of_the_practice_database() -> None:
    database = Database()
    async with look_around(steady(), aws=True, database=database) as outside:
        shop = ShopPractice(outside.practice, database)
        await shop.until_connected("api", 6)
        held = [await shop.connect() for _ in range(9)]

        async def connections() -> float:
            return (await values(outside, "AWS/RDS", "DatabaseConnections", DATABASE, "Maximum", minutes=2))[0]

        assert await outside.until(connections, lambda number: number >= 15) < 37
        for connection in held:
            await connection.close()
        (told,) = (await outside.ask("rds", "describe_db_instances", DBInstanceIdentifier="shop-db"))["DBInstances"]
        assert told["Endpoint"] == {"Address": "127.0.0.1", "Port": database.port}


async def test_targets_that_were_ill_before_aws_answered_are_not_said_to_have_been_ill_for_an_hour() -> None:
    scenario = targets_unhealthy(healthy_for=0.0, timings=HASTY)
    async with look_around(scenario, aws=True, late=1.5) as outside:
        await outside.until(outside.targets, lambda told: "unhealthy" in {state for state, _ in told.values()})
        groups = (await outside.ask("elbv2", "describe_target_groups"))["TargetGroups"]
        of_group = {**BALANCER, "TargetGroup": groups[0]["TargetGroupArn"].rpartition(":")[2]}
        ill = await values(outside, "AWS/ApplicationELB", "UnHealthyHostCount", of_group, "Maximum")
        assert max(ill[:2]) > 0
        assert max(ill[2:]) == 0
