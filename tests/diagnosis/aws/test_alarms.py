"""CloudWatch alarms."""

from support.outside_looks import ALB, ago, alarm, balancer, found_in_aws, instance, only_in_aws, series

from cockpit.diagnosis.finding import FindingSeverity
from cockpit.sources.aws.model import DbMetric

CPU = {"metric": "AWS/RDS CPUUtilization", "dimensions": {"DBInstanceIdentifier": "shop-db"}}


def test_an_alarm_is_told_with_its_reason_and_since_when() -> None:
    finding = only_in_aws(alarms=(alarm("orders-late"),))
    assert finding.title == "alarm orders-late: is in ALARM: Threshold Crossed: 3 datapoints"
    assert (finding.severity, finding.scenario, finding.since) == (FindingSeverity.DOUBTFUL, "alarm", ago(minutes=5))


def test_too_little_data_is_no_alarm() -> None:
    assert found_in_aws(alarms=(alarm("orders-late", insufficient=True),)) == []


def test_an_autoscaler_that_could_do_with_less_is_no_fault() -> None:
    idle, busy = (f"TargetTracking-service/shop/api-{each}-4f1c" for each in ("AlarmLow", "AlarmHigh"))
    assert [finding.key for finding in found_in_aws(alarms=(alarm(idle), alarm(busy)))] == [
        f"aws/alarm/Alarm/shop/{busy}"
    ]


def test_an_alarm_names_what_it_is_about() -> None:
    suffix = {"LoadBalancer": ALB.partition(":loadbalancer/")[2]}
    finding = only_in_aws(balancers=(balancer(),), alarms=(alarm("alb-5xx", dimensions=suffix),))
    assert [str(ref) for ref in finding.objects] == ["alarm/shop/alb-5xx", "balancer/shop/shop-alb"]


def test_an_alarm_about_what_is_found_anyway_is_evidence_for_it() -> None:
    busy = instance(metrics={DbMetric.CPU: series(*[93] * 5)})
    finding = only_in_aws(instances=(busy,), alarms=(alarm("db-cpu", **CPU),))
    assert finding.title == "RDS shop-db: CPU at 93 %; alarm db-cpu: is in ALARM"
    assert finding.evidence[-1].fact == "db-cpu (AWS/RDS CPUUtilization): Threshold Crossed: 3 datapoints"


def test_an_alarm_does_not_make_a_mere_notice_worse() -> None:
    found = found_in_aws(instances=(instance(status="modifying"),), alarms=(alarm("db-cpu", **CPU),))
    assert [finding.severity for finding in found] == [FindingSeverity.DOUBTFUL, FindingSeverity.NOTICE]


def test_the_parts_of_a_composite_alarm_are_told_with_it() -> None:
    reason = (
        "arn:aws:cloudwatch:us-west-2:123456789012:alarm:db-cpu transitioned to ALARM; "
        "arn:aws:cloudwatch:us-west-2:123456789012:alarm:db-disk transitioned to ALARM"
    )
    alarms = (alarm("shop", composite=True, reason=reason), alarm("db-cpu"), alarm("db-disk"), alarm("db"))
    found = found_in_aws(alarms=alarms)
    assert [finding.title.partition(": arn")[0] for finding in found] == [
        "alarm db: is in ALARM: Threshold Crossed: 3 datapoints",
        "alarm shop: is in ALARM, with 2 parts: db-cpu, db-disk",
    ]
