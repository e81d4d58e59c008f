"""How much is asked of a large region."""

from collections import Counter
from collections.abc import Callable
from contextlib import aclosing
from datetime import timedelta

import pytest
from support.aws_facts import balancer, group, group_arn, instance, target
from support.aws_server import AwsServer, Parameters
from support.aws_watch import Time, Watch, settled

from cockpit.sources.aws.aws_source import AwsSource
from cockpit.sources.aws.calls import MOST_CALLS
from cockpit.sources.aws.estate import MOST_METRICS
from cockpit.sources.aws.model import AwsLook

Make = Callable[..., AwsSource]
MINUTES = 3
UNWELL = group_arn("group-299")


@pytest.fixture(autouse=True)
def region(aws: AwsServer) -> None:
    """A hundred instances, and three hundred groups behind a hundred balancers; the last group is unwell."""

    def numbers(parameters: Parameters) -> dict[str, object]:
        results = []
        for query in parameters["MetricDataQueries"]:
            metric = query["MetricStat"]["Metric"]
            unwell = metric["MetricName"] == "UnHealthyHostCount" and "group-299" in str(metric["Dimensions"])
            results.append({"Id": query["Id"], "Timestamps": [aws.clock()], "Values": [1.0 if unwell else 0.0]})
        return {"MetricDataResults": results}

    def health(parameters: Parameters) -> dict[str, object]:
        state = "unhealthy" if parameters["TargetGroupArn"] == UNWELL else "healthy"
        return {"TargetHealthDescriptions": [target("10.0.0.1", state)]}

    groups = [group(f"group-{nth:03}", f"lb-{nth // 3:03}") for nth in range(300)]
    aws.answer("rds:DescribeDBInstances", {"DBInstances": [instance(f"db-{nth:03}") for nth in range(100)]})
    aws.answer("elbv2:DescribeLoadBalancers", {"LoadBalancers": [balancer(f"lb-{nth:03}") for nth in range(100)]})
    aws.answer("elbv2:DescribeTargetGroups", {"TargetGroups": groups})
    aws.answer("elbv2:DescribeTargetHealth", health)
    aws.answer("cloudwatch:GetMetricData", numbers)


async def look_for_minutes(source: AwsSource, time: Time) -> AwsLook:
    began = time.now
    async with aclosing(source.stream()) as looks:  # type: ignore[type-var]
        return await Watch(looks).until(lambda _: time.now - began > timedelta(minutes=MINUTES))


async def test_a_large_region_takes_at_most_forty_calls_in_any_minute(
    make_source: Make, aws: AwsServer, time: Time
) -> None:
    look = await look_for_minutes(make_source(), time)
    moments = [asked.at for asked in aws.asked]
    busiest = max(sum(start <= at < start + timedelta(minutes=1) for at in moments) for start in moments)
    assert busiest <= MOST_CALLS
    assert look.calls.last_minute <= MOST_CALLS
    assert look.calls.total == len(moments)
    # Everything goes on all the same: instances twice a minute, 2100 metrics in five calls once a minute.
    assert aws.count("rds:DescribeDBInstances") == pytest.approx(2 * MINUTES, abs=2)
    assert look.calls.metrics_last_minute == 2100
    assert aws.count("cloudwatch:GetMetricData") == pytest.approx(5 * MINUTES, abs=5)


async def test_the_group_that_is_unwell_is_asked_for_often_and_the_others_take_turns(
    make_source: Make, aws: AwsServer, time: Time
) -> None:
    look = await look_for_minutes(make_source(), time)
    asked = Counter(each.parameters["TargetGroupArn"] for each in aws.asked if each.api == "elbv2:DescribeTargetHealth")
    assert asked.pop(UNWELL) >= 2 * MINUTES
    assert max(asked.values()) == 1
    assert len(asked) > 8 * MINUTES
    read = {each.name for each in look.groups if each.read_at is not None}
    assert "group-299" in read
    assert len(read) == len(asked) + 1


async def test_thousands_of_groups_do_not_run_up_the_bill(make_source: Make, aws: AwsServer) -> None:
    groups = [group(f"group-{nth:04}", f"lb-{nth % 100:03}") for nth in range(2000)]
    aws.answer("elbv2:DescribeTargetGroups", {"TargetGroups": groups})
    look = await settled(make_source())
    assert look.calls.metrics_last_minute == MOST_METRICS
    assert look.left_out == ("4000 of 5500 metrics are asked for, which AWS charges; [aws] most narrows the choice",)
