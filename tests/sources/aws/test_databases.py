"""What RDS says, as a person would say it."""

from datetime import UTC, datetime
from typing import Any

import pytest
from support.aws_facts import instance
from support.aws_server import AwsServer

from cockpit.aws_config import AwsAccount
from cockpit.sources.aws.asking import Ask
from cockpit.sources.aws.db_news import read_events, read_maintenance
from cockpit.sources.aws.instances import read_clusters, read_instances
from cockpit.sources.aws.model import DbInstance, DbRole
from cockpit.sources.aws.selection import left_out
from cockpit.sources.aws.vcpus import vcpus_of

ALL = AwsAccount()


def told(aws: AwsServer, ask: Ask, **more: Any) -> DbInstance:
    aws.answer("rds:DescribeDBInstances", {"DBInstances": [instance(**more)]})
    (one,) = read_instances(ask, ALL, 10).shown
    assert isinstance(one, DbInstance)
    return one


def names(aws: AwsServer, ask: Ask, where: AwsAccount, most: int = 10) -> list[str]:
    return [each.name for each in read_instances(ask, where, most).shown]


def test_an_instance_has_its_place_its_size_and_its_storage(aws: AwsServer, ask: Ask) -> None:
    shop = told(aws, ask, MaxAllocatedStorage=500, PerformanceInsightsEnabled=True)
    assert (shop.host, shop.port) == ("shop.abc.us-west-2.rds.amazonaws.com", 5432)
    assert (shop.storage_gib, shop.storage_most_gib, shop.vcpus, shop.insights) == (100, 500, 2, True)
    assert (shop.role, shop.zone, shop.multi_az) == (DbRole.PRIMARY, "us-west-2a", True)


def test_the_storage_of_aurora_is_not_told(aws: AwsServer, ask: Ask) -> None:
    assert told(aws, ask, Engine="aurora-postgresql", AllocatedStorage=1).storage_gib is None


def test_an_instance_that_is_being_made_has_no_endpoint(aws: AwsServer, ask: Ask) -> None:
    made = instance("new", DBInstanceStatus="creating")
    del made["Endpoint"]
    aws.answer("rds:DescribeDBInstances", {"DBInstances": [made]})
    (new,) = read_instances(ask, ALL, 10).shown
    assert (new.host, new.port, new.status) == ("", None, "creating")


def test_a_replica_names_its_source_and_what_is_wrong_with_its_replication(aws: AwsServer, ask: Ask) -> None:
    infos = [
        {"StatusType": "read replication", "Normal": False, "Status": "error", "Message": "slot is gone"},
        {"StatusType": "other", "Normal": True, "Status": "fine"},
    ]
    source = "arn:aws:rds:eu-central-1:1:db:shop"
    replica = told(aws, ask, ReadReplicaSourceDBInstanceIdentifier=source, StatusInfos=infos)
    assert (replica.role, replica.replica_of) == (DbRole.REPLICA, "shop")
    assert replica.status_infos == ("read replication error: slot is gone",)


def test_changes_that_wait_are_told_but_never_a_password(aws: AwsServer, ask: Ask) -> None:
    pending = {"DBInstanceClass": "db.r6g.xlarge", "MasterUserPassword": "hush-hush", "BackupRetentionPeriod": 14}
    waiting = told(aws, ask, PendingModifiedValues=pending).pending
    assert waiting == ("class db.r6g.large → db.r6g.xlarge", "master password", "backup retention period → 14")


def test_a_parameter_group_that_waits_for_a_reboot_is_among_them(aws: AwsServer, ask: Ask) -> None:
    groups = [
        {"DBParameterGroupName": "shop-pg16", "ParameterApplyStatus": "pending-reboot"},
        {"DBParameterGroupName": "default", "ParameterApplyStatus": "in-sync"},
    ]
    assert told(aws, ask, DBParameterGroups=groups).pending == ("parameter group shop-pg16: pending-reboot",)


def test_a_cluster_names_the_members_that_wait_for_a_reboot(aws: AwsServer, ask: Ask) -> None:
    members = [
        {"DBInstanceIdentifier": "a", "IsClusterWriter": True, "DBClusterParameterGroupStatus": "pending-reboot"},
        {"DBInstanceIdentifier": "b", "IsClusterWriter": False, "DBClusterParameterGroupStatus": "in-sync"},
    ]
    cluster = {"DBClusterIdentifier": "orders", "DBClusterParameterGroup": "orders-pg16", "DBClusterMembers": members}
    aws.answer("rds:DescribeDBClusters", {"DBClusters": [cluster]})
    (orders,) = read_clusters(ask, ALL, 10).shown
    assert orders.pending == ("parameter group orders-pg16 on a: pending-reboot",)


def test_a_cluster_without_a_writer_says_so(aws: AwsServer, ask: Ask) -> None:
    members = [{"DBInstanceIdentifier": "b", "IsClusterWriter": False}]
    cluster = {"DBClusterIdentifier": "orders", "Engine": "aurora-postgresql", "Status": "failing-over"}
    aws.answer("rds:DescribeDBClusters", {"DBClusters": [{**cluster, "DBClusterMembers": members}]})
    (orders,) = read_clusters(ask, ALL, 10).shown
    assert (orders.writer, orders.readers, orders.status) == (None, ("b",), "failing-over")


def test_other_databases_of_the_same_api_are_no_rds(aws: AwsServer, ask: Ask) -> None:
    aws.answer("rds:DescribeDBInstances", {"DBInstances": [instance("graph", Engine="neptune"), instance("shop")]})
    assert names(aws, ask, ALL) == ["shop"]


def test_names_and_tags_choose(aws: AwsServer, ask: Ask) -> None:
    tags = [{"Key": "team", "Value": "shop"}]
    several = [instance("shop-1", TagList=tags), instance("shop-2"), instance("a", DBClusterIdentifier="shop-c")]
    aws.answer("rds:DescribeDBInstances", {"DBInstances": several})
    assert names(aws, ask, AwsAccount(instances=("SHOP-*",))) == ["a", "shop-1", "shop-2"]
    assert names(aws, ask, AwsAccount(tags={"team": "shop"})) == ["shop-1"]


def test_when_not_all_can_be_shown_those_that_are_not_available_are_and_the_rest_is_told(
    aws: AwsServer, ask: Ask
) -> None:
    several = [instance("a"), instance("b"), instance("z", DBInstanceStatus="storage-full")]
    aws.answer("rds:DescribeDBInstances", {"DBInstances": several})
    found = read_instances(ask, ALL, 2)
    assert [each.name for each in found.shown] == ["a", "z"]
    (sentence,) = left_out(found, "RDS instances", "instances")
    assert sentence.startswith("2 of 3 RDS instances are shown")


def test_events_come_newest_first(aws: AwsServer, ask: Ask) -> None:
    def event(hour: int, category: str) -> dict[str, object]:
        at = datetime(2026, 11, 21, hour, tzinfo=UTC)
        more = {"SourceIdentifier": "shop", "SourceType": "db-instance", "Message": category}
        return {"Date": at, "EventCategories": [category], **more}

    aws.answer("rds:DescribeEvents", {"Events": [event(11, "availability"), event(12, "failover")]})
    newest, _ = read_events(ask)
    assert (newest.name, newest.categories, newest.at.hour) == ("shop", ("failover",), 12)


def test_maintenance_is_due_when_aws_says_it_is_or_waits_for_the_person(aws: AwsServer, ask: Ask) -> None:
    forced = datetime(2026, 12, 1, tzinfo=UTC)
    actions = [{"Action": "system-update", "ForcedApplyDate": forced}, {"Action": "os-upgrade"}]
    upkeep = {
        "ResourceIdentifier": "arn:aws:rds:us-west-2:1:cluster:orders",
        "PendingMaintenanceActionDetails": actions,
    }
    aws.answer("rds:DescribePendingMaintenanceActions", {"PendingMaintenanceActions": [upkeep]})
    first, second = read_maintenance(ask)["orders"]
    assert (first.due_at, second.due_at) == (forced, None)


@pytest.mark.parametrize(
    ("instance_class", "vcpus"),
    [
        ("db.t4g.micro", 2),
        ("db.t2.micro", 1),
        ("db.r6g.large", 2),
        ("db.r6g.xlarge", 4),
        ("db.m5.24xlarge", 96),
        ("db.r5.2xlarge.tpc2.mem4x", 8),
        ("db.serverless", None),
        ("db.x9.metal", None),
        ("", None),
    ],
)
def test_the_size_of_a_class_tells_its_vcpus(instance_class: str, vcpus: int | None) -> None:
    assert vcpus_of(instance_class) == vcpus


def test_cores_that_were_chosen_count(aws: AwsServer, ask: Ask) -> None:
    features = [{"Name": "coreCount", "Value": "2"}, {"Name": "threadsPerCore", "Value": "1"}]
    assert told(aws, ask, DBInstanceClass="db.r5.2xlarge", ProcessorFeatures=features).vcpus == 2
