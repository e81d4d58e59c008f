"""A look at the practice AWS, which speaks the protocols as the real one does."""

import logging
from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
from support.aws import REGION
from support.aws_watch import settled

from cockpit.aws_config import AwsAccount
from cockpit.clock import utc_now
from cockpit.sources.aws.account import Account
from cockpit.sources.aws.asking import Ask
from cockpit.sources.aws.aws_source import AwsSource
from cockpit.sources.aws.instances import read_instances
from cockpit.sources.aws.metrics import Measured, measure
from cockpit.sources.aws.model import DbMetric, DbRole, TargetState
from cockpit.sources.aws.wanted import Key, of_instance


@pytest.fixture
def name(account: Account) -> Iterator[str]:
    """Make a database with a replica, and a balancer with a target; gives their name."""
    name = f"shop-{uuid4().hex[:8]}"
    rds, elb, ec2 = account.client("rds"), account.client("elbv2"), account.client("ec2")
    made = {"DBInstanceClass": "db.t3.large", "Engine": "postgres", "AllocatedStorage": 20}
    users = {"MasterUsername": "ana", "MasterUserPassword": "hush-hush"}
    rds.create_db_instance(DBInstanceIdentifier=name, Tags=[{"Key": "team", "Value": name}], **made, **users)
    rds.create_db_instance_read_replica(DBInstanceIdentifier=f"{name}-replica", SourceDBInstanceIdentifier=name)
    network = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    place = {"VpcId": network, "AvailabilityZone": f"{REGION}a"}
    subnet = ec2.create_subnet(CidrBlock="10.0.1.0/24", **place)["Subnet"]["SubnetId"]
    balancer = elb.create_load_balancer(Name=name, Subnets=[subnet], Type="network")["LoadBalancers"][0]
    group = elb.create_target_group(Name=name, Protocol="TCP", Port=8080, VpcId=network, TargetType="ip")
    arn = group["TargetGroups"][0]["TargetGroupArn"]
    elb.register_targets(TargetGroupArn=arn, Targets=[{"Id": "10.0.1.7", "Port": 8080}])
    forward = [{"Type": "forward", "TargetGroupArn": arn}]
    elb.create_listener(LoadBalancerArn=balancer["LoadBalancerArn"], Protocol="TCP", Port=80, DefaultActions=forward)
    yield name
    elb.delete_load_balancer(LoadBalancerArn=balancer["LoadBalancerArn"])


async def test_databases_balancers_and_targets_are_seen(aws_url: str, name: str) -> None:
    logging.getLogger("werkzeug").setLevel(logging.CRITICAL)
    where = AwsAccount(region=REGION, endpoint_url=aws_url, instances=(f"{name}*",), balancers=(name,))
    look = await settled(AwsSource("shop", where, metrics=False))
    assert [(each.name, each.role, each.vcpus) for each in look.instances] == [
        (name, DbRole.PRIMARY, 2),
        (f"{name}-replica", DbRole.REPLICA, 2),
    ]
    assert [each.name for each in look.balancers] == [name]
    ((target,),) = [group.targets for group in look.groups]
    assert (target.id, target.state) == ("10.0.1.7", TargetState.HEALTHY)
    # What the practice AWS cannot do costs these parts only.
    assert {gap.api for gap in look.gaps} == {
        "rds:DescribePendingMaintenanceActions",
        "cloudwatch:DescribeAlarmHistory",
    }
    assert look.identity.account == "123456789012"
    assert look.clock_ahead is not None
    assert abs(look.clock_ahead) < timedelta(seconds=5)


async def test_tags_choose(aws_url: str, name: str) -> None:
    where = AwsAccount(region=REGION, endpoint_url=aws_url, tags={"team": name})
    look = await settled(AwsSource("shop", where, metrics=False))
    assert ([each.name for each in look.instances], look.balancers) == ([name, f"{name}-replica"], ())


def test_numbers_are_read(account: Account, name: str, aws_url: str) -> None:
    now = utc_now()
    dimensions = [{"Name": "DBInstanceIdentifier", "Value": name}]
    points = [
        {
            "MetricName": "CPUUtilization",
            "Dimensions": dimensions,
            "Timestamp": now - timedelta(minutes=back),
            "Value": cpu,
        }
        for back, cpu in ((9, 10.0), (3, 90.0))
    ]
    account.client("cloudwatch").put_metric_data(Namespace="AWS/RDS", MetricData=points)
    ask = Ask(account)
    (instance,) = read_instances(ask, AwsAccount(instances=(name,)), 10).shown
    measured = measure(ask, list(of_instance(instance)), Measured(), now)
    assert measured.series[Key(name, DbMetric.CPU)].values == (10.0, 90.0)
    assert measured.series[Key(name, DbMetric.FREE_STORAGE)].newest is None
