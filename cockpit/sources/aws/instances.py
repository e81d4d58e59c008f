"""RDS and Aurora: the instances and clusters, as RDS describes them."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from cockpit.aws_config import AwsAccount
from cockpit.sources.aws.asking import Ask, utc
from cockpit.sources.aws.model import DbCluster, DbInstance, DbRole, Maintenance
from cockpit.sources.aws.selection import Found, matches, tagged, up_to
from cockpit.sources.aws.vcpus import vcpus_of

A_PAGE = 100
_OTHER_DATABASES = ("docdb", "neptune")
"""They are told by the same API, but are no business of RDS."""
_WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_SHORTER = {
    "DBInstanceClass": "class",
    "AllocatedStorage": "storage GiB",
    "MasterUserPassword": "master password",
    "EngineVersion": "version",
    "MultiAZ": "multi-AZ",
    "CACertificateIdentifier": "certificate authority",
    "DBInstanceIdentifier": "name",
    "DBClusterIdentifier": "name",
    "DBSubnetGroupName": "subnet group",
}
_PENDING_REBOOT = "pending-reboot"
_SECRET = "MasterUserPassword"  # noqa: S105  (the name of a field)


def read_instances(ask: Ask, where: AwsAccount, most: int) -> Found:
    """Read the instances that are chosen, those first that are not available. Blocks.

    Raises:
        AwsError: they cannot be read.
    """
    seen, found = 0, []
    for page in ask.pages("rds", "DescribeDBInstances", token="Marker", MaxRecords=A_PAGE):  # noqa: S106
        for told in page["DBInstances"]:
            seen += 1
            cluster = told.get("DBClusterIdentifier")
            if not _is_rds(told) or not matches(where.instances, told["DBInstanceIdentifier"], cluster):
                continue
            if tagged(where.tags, told.get("TagList", ())):
                found.append(_instance(told))
    chosen = up_to(most, found, lambda each: (each.status == "available", each.name))
    return Found(tuple(sorted(chosen, key=lambda each: each.name)), len(found), seen)


def read_clusters(ask: Ask, where: AwsAccount, most: int) -> Found:
    """Read the clusters that are chosen. Blocks.

    Raises:
        AwsError: they cannot be read.
    """
    seen, found = 0, []
    for page in ask.pages("rds", "DescribeDBClusters", token="Marker", MaxRecords=A_PAGE):  # noqa: S106
        for told in page["DBClusters"]:
            seen += 1
            members = [member["DBInstanceIdentifier"] for member in told.get("DBClusterMembers", ())]
            if not _is_rds(told) or not matches(where.instances, told["DBClusterIdentifier"], *members):
                continue
            if tagged(where.tags, told.get("TagList", ())):
                found.append(_cluster(told))
    chosen = up_to(most, found, lambda each: (each.status == "available", each.name))
    return Found(tuple(sorted(chosen, key=lambda each: each.name)), len(found), seen)


def in_clusters(instance: DbInstance, clusters: Mapping[str, DbCluster]) -> DbInstance:
    """Give an instance the role that its cluster says it has."""
    cluster = clusters.get(instance.cluster or "")
    if cluster is None:
        return instance
    role = DbRole.WRITER if cluster.writer == instance.name else DbRole.READER
    return msgspec.structs.replace(instance, role=role)


def maintained(each: Any, maintenance: Mapping[str, tuple[Maintenance, ...]]) -> Any:
    """Give an instance or cluster what AWS will do to it."""
    due = maintenance.get(each.name)
    return msgspec.structs.replace(each, maintenance=due) if due else each


def _is_rds(told: Mapping[str, Any]) -> bool:
    return told.get("Engine") not in _OTHER_DATABASES


def _instance(told: Mapping[str, Any]) -> DbInstance:
    endpoint = told.get("Endpoint") or {}
    source = str(told.get("ReadReplicaSourceDBInstanceIdentifier") or "").rpartition(":")[2]
    instance_class, engine = str(told.get("DBInstanceClass", "")), str(told.get("Engine", ""))
    return DbInstance(
        name=str(told["DBInstanceIdentifier"]),
        engine=engine,
        version=str(told.get("EngineVersion", "")),
        instance_class=instance_class,
        status=str(told.get("DBInstanceStatus", "")),
        role=DbRole.REPLICA if source else DbRole.PRIMARY,
        status_infos=tuple(_status_infos(told)),
        cluster=told.get("DBClusterIdentifier") or None,
        replica_of=source or None,
        zone=told.get("AvailabilityZone") or None,
        multi_az=bool(told.get("MultiAZ")),
        storage_gib=None if engine.startswith("aurora") else told.get("AllocatedStorage"),
        storage_most_gib=told.get("MaxAllocatedStorage"),
        storage_type=str(told.get("StorageType") or ""),
        host=str(endpoint.get("Address") or ""),
        port=endpoint.get("Port"),
        resource_id=str(told.get("DbiResourceId") or ""),
        vcpus=vcpus_of(instance_class, told.get("ProcessorFeatures", ())),
        insights=bool(told.get("PerformanceInsightsEnabled")),
        pending=(*_pending(told), *_parameter_groups(told)),
        created_at=utc(told.get("InstanceCreateTime")),
    )


def _cluster(told: Mapping[str, Any]) -> DbCluster:
    members = told.get("DBClusterMembers", ())
    writers = [str(each["DBInstanceIdentifier"]) for each in members if each.get("IsClusterWriter")]
    readers = sorted(str(each["DBInstanceIdentifier"]) for each in members if not each.get("IsClusterWriter"))
    return DbCluster(
        name=str(told["DBClusterIdentifier"]),
        engine=str(told.get("Engine", "")),
        version=str(told.get("EngineVersion", "")),
        status=str(told.get("Status", "")),
        writer=writers[0] if writers else None,
        readers=tuple(readers),
        host=str(told.get("Endpoint") or ""),
        reader_host=str(told.get("ReaderEndpoint") or ""),
        port=told.get("Port"),
        pending=(*_pending(told), *_parameters_of_members(told)),
    )


def _parameter_groups(told: Mapping[str, Any]) -> Iterator[str]:
    """Name the parameter groups of which something waits for a reboot."""
    for group in told.get("DBParameterGroups", ()):
        if group.get("ParameterApplyStatus") == _PENDING_REBOOT:
            yield f"parameter group {group.get('DBParameterGroupName', '')}: {_PENDING_REBOOT}"


def _parameters_of_members(told: Mapping[str, Any]) -> Iterator[str]:
    """Name the members of a cluster that have to be rebooted for its parameter group."""
    group = told.get("DBClusterParameterGroup", "")
    for member in told.get("DBClusterMembers", ()):
        if member.get("DBClusterParameterGroupStatus") == _PENDING_REBOOT:
            yield f"parameter group {group} on {member['DBInstanceIdentifier']}: {_PENDING_REBOOT}"


def _status_infos(told: Mapping[str, Any]) -> Iterator[str]:
    for info in told.get("StatusInfos", ()):
        if not info.get("Normal", True):
            message = f": {info['Message']}" if info.get("Message") else ""
            yield f"{info.get('StatusType', 'status')} {info.get('Status', '')}{message}"


def _pending(told: Mapping[str, Any]) -> Iterator[str]:
    """Name the changes that wait. Never what a password becomes."""
    for key, value in (told.get("PendingModifiedValues") or {}).items():
        name = _SHORTER.get(key) or " ".join(_WORDS.sub(" ", key).lower().split())
        if key == _SECRET or isinstance(value, (dict, list)):
            if value:
                yield name
        elif key in told and not isinstance(told[key], (dict, list)):
            yield f"{name} {told[key]} → {value}"
        else:
            yield f"{name} → {value}"
