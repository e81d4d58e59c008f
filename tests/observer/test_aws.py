"""Of AWS it is told what flips, fires and fails over, at the time that AWS gives; what was not read tells nothing."""

from datetime import timedelta
from typing import Any

import pytest
from support.outside_looks import HEALTHY, UNHEALTHY, ago, alarm, aws, group, instance, target
from support.readings import told
from support.shop import NOW

from cockpit.observer.aws import aws as observe
from cockpit.observer.observation import Kind, Observation, Weight
from cockpit.sources.aws.model import AlarmChange, AwsLook, DbCluster, DbEvent, Gap, TargetState

GOOD = target(HEALTHY)
BAD = target(UNHEALTHY, "Target.ResponseCodeMismatch", description="Health checks failed with these codes: [502]")
FAILOVER = DbEvent(ago(seconds=30), "shop-db", "db-instance", ("failover",), "Multi-AZ instance failover started")


def between(before: AwsLook, after: AwsLook) -> list[Observation]:
    return list(observe(before, after, NOW))


def change(before: dict[str, Any], after: dict[str, Any]) -> list[Observation]:
    return between(aws(**before), aws(**after))


def test_a_target_that_flips_is_told_with_the_reason() -> None:
    seen = ago(seconds=5)
    (lost,) = change({"groups": (group(GOOD),)}, {"groups": (group(BAD, read_at=seen),)})
    assert lost.text == "api 10.0.0.1:8080: healthy → unhealthy (Health checks failed with these codes: [502])"
    assert lost.at == seen
    assert told(change({"groups": (group(BAD),)}, {"groups": (group(GOOD),)})) == [
        "api 10.0.0.1:8080: unhealthy → healthy"
    ]


@pytest.mark.parametrize("state", [TargetState.INITIAL, TargetState.DRAINING, TargetState.UNUSED])
def test_targets_that_a_rollout_brings_and_takes_are_no_news(state: TargetState) -> None:
    assert change({"groups": (group(GOOD),)}, {"groups": (group(target(state)),)}) == []
    assert change({"groups": (group(target(state)),)}, {"groups": (group(GOOD),)}) == []
    assert change({"groups": (group(),)}, {"groups": (group(BAD),)}) == []


def test_a_group_that_was_not_asked_for_yet_tells_nothing() -> None:
    assert change({"groups": (group(GOOD, read_at=None),)}, {"groups": (group(BAD),)}) == []


def test_an_alarm_that_fires_and_is_over_is_told_at_its_times() -> None:
    since, over = ago(minutes=1), ago(seconds=10)
    fires = {"alarms": (alarm("cpu", since=since),)}
    (fired,) = change({}, fires)
    assert (fired.text, fired.at) == ("cpu: ALARM (Threshold Crossed: 3 datapoints)", since)
    (ended,) = change(fires, {"alarm_changes": (AlarmChange(over, "cpu", "Alarm updated from ALARM to OK"),)})
    assert (ended.text, ended.at) == ("cpu: OK", over)


def test_an_alarm_without_data_is_neither() -> None:
    unsure = {"alarms": (alarm("cpu", insufficient=True),)}
    assert change({}, unsure) == []
    assert told(change({"alarms": (alarm("cpu"),)}, unsure)) == ["cpu: too little data"]


def test_what_rds_says_is_told_at_its_time_and_failovers_weigh_most() -> None:
    older = DbEvent(ago(minutes=9), "shop-db", "db-instance", ("backup",), "Backing up DB instance")
    (event,) = change({"db_events": (older,)}, {"db_events": (FAILOVER, older)})
    assert (event.text, event.at) == ("shop-db: Multi-AZ instance failover started", FAILOVER.at)
    assert event.weight is Weight.GRAVE


def test_events_that_were_there_before_the_first_that_is_known_are_no_news() -> None:
    older = DbEvent(FAILOVER.at - timedelta(minutes=1), "shop-db", "db-instance", (), "told late")
    assert change({"db_events": (FAILOVER,)}, {"db_events": (FAILOVER, older)}) == []


def test_the_status_of_an_instance_and_another_writer_are_told() -> None:
    assert told(change({"instances": (instance(),)}, {"instances": (instance(status="rebooting"),)})) == [
        "shop-db: available → rebooting"
    ]
    before, after = (
        DbCluster("shop", "aurora-postgresql", "16.4", "available", writer=name) for name in ("shop-1", "shop-2")
    )
    (failover,) = change({"clusters": (before,)}, {"clusters": (after,)})
    assert (failover.text, failover.kind) == ("shop: the writer was shop-1, is shop-2", Kind.FAILOVER)


def test_a_part_that_could_not_be_read_before_tells_nothing_when_it_can() -> None:
    after = {"alarms": (alarm("cpu"),), "db_events": (FAILOVER,)}
    denied = tuple(Gap(api, "denied", denied=True) for api in ("cloudwatch:DescribeAlarms", "rds:DescribeEvents"))
    assert change({"gaps": denied}, after) == []
    assert change({"waiting": ("cloudwatch:DescribeAlarms", "rds:DescribeEvents")}, after) == []


def test_a_part_that_fails_for_a_while_has_lost_nothing() -> None:
    before = {"alarms": (alarm("cpu"),)}
    failing = {**before, "gaps": (Gap("cloudwatch:DescribeAlarms", "throttled"),)}
    assert change(before, failing) == []
    assert told(change(failing, {})) == ["cpu: OK"]


def test_two_looks_that_say_the_same_tell_nothing() -> None:
    look = aws(groups=(group(BAD),), alarms=(alarm("cpu"),), instances=(instance(),), db_events=(FAILOVER,))
    assert between(look, look) == []
