"""Workloads: from the API's objects to those that the panes and rules know."""

from datetime import UTC, datetime
from typing import Any

import pytest
from support.api_objects import convert, recorded

from cockpit.sources.kubernetes.objects import (
    Autoscaler,
    DaemonSet,
    Deployment,
    Job,
    Owner,
    ReplicaSet,
    StatefulSet,
)

MIB = 2**20


def test_a_recorded_deployment() -> None:
    api = recorded(Deployment, "deployments")["api"]
    assert api.meta.key == "shop/api"
    assert (api.desired, api.replicas, api.updated, api.ready, api.available) == (3, 3, 3, 3, 3)
    assert (api.revision, api.meta.generation, api.observed_generation) == (2, 3, 3)
    assert api.selector == {"app": "api"}
    progressing = next(condition for condition in api.conditions if condition.type == "Progressing")
    assert (progressing.status, progressing.reason) == ("True", "NewReplicaSetAvailable")
    assert progressing.since == datetime(2026, 11, 21, 7, 40, 41, tzinfo=UTC)
    assert progressing.updated_at == datetime(2026, 11, 21, 7, 40, 54, tzinfo=UTC)


def test_the_copy_of_what_was_applied_is_not_kept() -> None:
    """People write secrets into manifests, and kubectl copies them."""
    for deployment in recorded(Deployment, "deployments").values():
        assert "kubectl.kubernetes.io/last-applied-configuration" not in deployment.meta.annotations
    assert recorded(Deployment, "deployments")["api"].meta.annotations["kubernetes.io/change-cause"] == "release 1.5.0"


def test_a_counter_that_is_absent_is_zero() -> None:
    web = recorded(Deployment, "deployments")["web"]
    assert (web.desired, web.replicas, web.ready, web.available) == (2, 2, 0, 0)


def test_a_workload_that_says_no_number_wants_one_pod_and_one_that_says_zero_none() -> None:
    assert convert(Deployment, "deployments", {"spec": {}}).desired == 1
    assert convert(Deployment, "deployments", {"spec": {"replicas": 0}}).desired == 0


def test_what_a_bookmark_or_an_empty_object_holds_is_no_error() -> None:
    empty = {
        "metadata": {"annotations": None, "labels": None, "creationTimestamp": None, "ownerReferences": None},
        "spec": {"selector": None, "template": {"metadata": None, "spec": {"containers": None}}},
        "status": {"conditions": None},
    }
    bare = convert(Deployment, "deployments", empty)
    assert (bare.selector, bare.conditions, bare.template.containers, bare.revision) == ({}, (), (), 0)


@pytest.mark.parametrize("revision", ["", "newest", "-1", "²"])
def test_a_revision_that_is_no_number_is_unknown(revision: str) -> None:
    annotations = {"deployment.kubernetes.io/revision": revision}
    assert convert(Deployment, "deployments", {"metadata": {"annotations": annotations}}).revision == 0


def test_recorded_replica_sets_are_the_revisions_of_their_deployment() -> None:
    replica_sets = recorded(ReplicaSet, "replicasets")
    old, new = replica_sets["api-696fd47f54"], replica_sets["api-86b5479747"]
    assert (old.revision, old.desired, old.replicas, old.change_cause) == (1, 0, 0, "release 1.4.0")
    assert (new.revision, new.desired, new.ready, new.available) == (2, 3, 3, 3)
    assert old.meta.owner == Owner("Deployment", "api", "65cd0e5b-933d-4bc8-bca1-ce467dc11e24")
    assert [container.image for container in (*old.template.containers, *new.template.containers)] == [
        "registry.shop.local/api:1.4.0",
        "registry.shop.local/api:1.5.0",
    ]


def test_the_deletion_was_asked_for_before_its_grace_period() -> None:
    metadata = {"deletionTimestamp": "2026-11-21T08:00:30Z", "deletionGracePeriodSeconds": 30}
    deleted = convert(Deployment, "deployments", {"metadata": metadata})
    assert deleted.meta.deleting_since == datetime(2026, 11, 21, 8, 0, tzinfo=UTC)


def test_of_several_owners_the_controller_counts() -> None:
    owners = [{"kind": "Backup", "name": "b", "uid": "1"}, {"kind": "Deployment", "name": "d", "controller": True}]
    owned = convert(ReplicaSet, "replicasets", {"metadata": {"ownerReferences": owners}})
    assert owned.meta.owner == Owner("Deployment", "d")


def test_a_stateful_set_between_two_revisions() -> None:
    status = {
        "replicas": 3,
        "readyReplicas": 2,
        "updatedReplicas": 1,
        "currentRevision": "db-6f",
        "updateRevision": "db-7c",
        "observedGeneration": 4,
    }
    db = convert(StatefulSet, "statefulsets", {"spec": {"replicas": 3}, "status": status})
    assert (db.desired, db.ready, db.updated, db.available) == (3, 2, 1, 0)
    assert (db.current_revision, db.update_revision, db.observed_generation) == ("db-6f", "db-7c", 4)


def test_a_daemon_set_counts_nodes() -> None:
    status = {
        "desiredNumberScheduled": 5,
        "currentNumberScheduled": 4,
        "numberReady": 3,
        "numberAvailable": 3,
        "updatedNumberScheduled": 2,
        "numberMisscheduled": 1,
        "observedGeneration": 2,
    }
    proxy = convert(DaemonSet, "daemonsets", {"status": status})
    assert (proxy.desired, proxy.scheduled, proxy.ready, proxy.available) == (5, 4, 3, 3)
    assert (proxy.updated, proxy.misscheduled, proxy.observed_generation) == (2, 1, 2)


def test_a_recorded_job_that_is_done() -> None:
    job = recorded(Job, "jobs")["import-ok"]
    assert (job.completions, job.parallelism, job.succeeded, job.failed, job.active) == (1, 1, 1, 0, 0)
    assert job.finished_at == datetime(2026, 11, 21, 7, 40, 49, tzinfo=UTC)
    assert {condition.type for condition in job.conditions} == {"SuccessCriteriaMet", "Complete"}


def test_a_job_that_failed_has_ended_when_it_was_given_up() -> None:
    """The API gives no completion time of it."""
    failed = {"type": "Failed", "status": "True", "lastTransitionTime": "2026-11-21T07:50:00Z"}
    job = convert(Job, "jobs", {"spec": {"backoffLimit": 0}, "status": {"failed": 1, "conditions": [failed]}})
    assert job.finished_at == datetime(2026, 11, 21, 7, 50, tzinfo=UTC)
    assert (job.failed, job.backoff_limit, job.suspended) == (1, 0, False)


def metric(**facts: Any) -> dict[str, Any]:
    name = facts.pop("name", "cpu")
    return {"type": "Resource", "resource": {"name": name, **facts}}


def autoscaler(asked: list[Any], amounts: list[Any] | None) -> tuple[str, ...]:
    given = {"spec": {"maxReplicas": 4, "metrics": asked}, "status": {"currentMetrics": amounts}}
    return convert(Autoscaler, "horizontalpodautoscalers", given).metrics


def test_a_recorded_autoscaler() -> None:
    api = recorded(Autoscaler, "horizontalpodautoscalers")["api"]
    assert (api.target, api.least, api.most, api.current, api.desired) == (Owner("Deployment", "api"), 3, 6, 3, 3)
    assert api.metrics == ("cpu 36% of 900%",)
    assert {condition.type for condition in api.conditions} == {"AbleToScale", "ScalingActive", "ScalingLimited"}


def test_a_metric_that_could_not_be_read_is_unknown_not_zero() -> None:
    asked = [metric(target={"averageUtilization": 80})]
    assert autoscaler(asked, None) == ("cpu unknown of 80%",)
    assert autoscaler(asked, [{"type": ""}]) == ("cpu unknown of 80%",)
    assert autoscaler(asked, [metric(current={"averageUtilization": None})]) == ("cpu unknown of 80%",)
    assert autoscaler(asked, [metric(current={"averageUtilization": 0})]) == ("cpu 0% of 80%",)


def test_amounts_belong_to_the_metric_at_the_same_place() -> None:
    asked = [
        metric(target={"averageUtilization": 80}),
        metric(name="memory", target={"averageValue": "500Mi"}),
        {"type": "External", "external": {"metric": {"name": "queue"}, "target": {"value": "30"}}},
        {"type": "ContainerResource", "containerResource": {"name": "cpu", "container": "api", "target": {}}},
    ]
    amounts = [
        metric(current={"averageUtilization": 93, "averageValue": "93m"}),
        metric(name="memory", current={"averageValue": "412Mi"}),
        {"type": "External", "external": {"metric": {"name": "queue"}, "current": {"value": "12"}}},
    ]
    assert autoscaler(asked, amounts) == (
        "cpu 93% of 80%",
        "memory 412Mi of 500Mi",
        "queue 12 of 30",
        "cpu of api unknown of unknown",
    )
    assert autoscaler(asked[:1], amounts[1:]) == ("cpu unknown of 80%",)


def test_an_autoscaler_that_names_no_minimum_keeps_one() -> None:
    bare = convert(Autoscaler, "horizontalpodautoscalers", {"spec": {"maxReplicas": 4}})
    assert (bare.least, bare.most, bare.target) == (1, 4, Owner("", ""))


@pytest.mark.parametrize(
    ("strategy", "left_alone"),
    [
        (None, 0),
        ({"type": "RollingUpdate"}, 0),
        ({"type": "RollingUpdate", "rollingUpdate": {"partition": 2}}, 2),
        ({"type": "RollingUpdate", "rollingUpdate": {"partition": 9}}, 3),
        ({"type": "OnDelete"}, 3),
    ],
)
def test_how_many_pods_a_stateful_set_leaves_as_they_are(strategy: dict[str, Any] | None, left_alone: int) -> None:
    spec = {"replicas": 3, "updateStrategy": strategy}
    assert convert(StatefulSet, "statefulsets", {"spec": spec}).left_alone == left_alone


def test_a_daemon_set_that_updates_on_delete_leaves_all_its_pods_as_they_are() -> None:
    given = {"spec": {"updateStrategy": {"type": "OnDelete"}}, "status": {"desiredNumberScheduled": 4}}
    assert convert(DaemonSet, "daemonsets", given).left_alone == 4
