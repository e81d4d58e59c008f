"""Of each thing that happens it is known whether its time is the system's own, or that of the look that showed it."""

from collections.abc import Sequence
from typing import Any

import pytest
from msgspec.structs import replace
from support.objects import condition, deployment, node, stateful_set
from support.outside_looks import HEALTHY, UNHEALTHY, ago, alarm, aws, check, group, health, instance, target
from support.postgres_looks import look
from support.readings import listed, objects
from support.shop import NOW, pod

from cockpit.diagnosis.policy import Policy
from cockpit.incident.entry import TimeSource
from cockpit.observer.folding import Candidates
from cockpit.observer.observation import Observation
from cockpit.observer.promotion import promotion
from cockpit.observer.transitions import transitions
from cockpit.sources.aws.model import AlarmChange, DbCluster, DbEvent
from cockpit.sources.kubernetes.kind_names import DEPLOYMENTS, NODES, STATEFUL_SETS
from cockpit.sources.kubernetes.model import PODS, Health
from cockpit.sources.web.model import Alert, AlertmanagerLook, Outcome, StatusLook

SERVER, SEEN = TimeSource.SERVER, TimeSource.SEEN
TOLD = ago(seconds=40)
POD = pod("api-1")
CRASHED = pod("api-1", "CrashLoopBackOff", Health.WRONG, ready=False, restarts=3, exit_code=1)
NODE = node()
NEW_NODE = node("node-2")
NEW_NODE = replace(NEW_NODE, meta=replace(NEW_NODE.meta, created=TOLD))
API = deployment()
UNDER_WAY = replace(API, conditions=(condition("Progressing", reason="ReplicaSetUpdated"),))
DB = stateful_set(pods=3, update_revision="db-6b7")
ALERT = Alert("f1", "HighErrors", {}, starts_at=TOLD)
WELL = StatusLook("http://status", "Stripe", "none", "All Systems Operational")


def observed(source: str, before: Any, after: Any) -> Sequence[Observation]:
    return [*transitions(source, before, after, NOW, Policy())]


def of_pod(**facts: Any) -> Sequence[Observation]:
    return observed(PODS, listed(POD), listed(replace(POD, **facts)))


def of_node(after: Any) -> Sequence[Observation]:
    return observed(NODES, objects(NODE), objects(after))


def of_deployment(after: Any) -> Sequence[Observation]:
    return observed(DEPLOYMENTS, objects(UNDER_WAY), objects(after))


def of_account(before: dict[str, Any], after: dict[str, Any]) -> Sequence[Observation]:
    return observed("aws/", aws(**before), aws(**after))


def of_alerts(before: tuple[Alert, ...], after: tuple[Alert, ...]) -> Sequence[Observation]:
    return observed(
        "web/alertmanager/main", AlertmanagerLook("http://am", before), AlertmanagerLook("http://am", after)
    )


def lost(**facts: Any) -> Any:
    return node(conditions=(condition("Ready", "Unknown", "NodeStatusUnknown", **facts),))


def finished(**facts: Any) -> Any:
    return replace(API, conditions=(condition("Progressing", reason="NewReplicaSetAvailable", **facts),))


def cluster(writer: str) -> DbCluster:
    return DbCluster("shop", "aurora-postgresql", "16.4", "available", writer=writer)


ORIGINS: dict[str, tuple[Sequence[Observation], TimeSource]] = {
    "a restart whose end the kubelet tells": (of_pod(restarts=3, containers=CRASHED.containers), SERVER),
    "a restart that nothing is told of": (of_pod(restarts=3, last_restart=None), SEEN),
    "a pod's status": (of_pod(status="ImagePullBackOff", health=Health.WRONG), SEEN),
    "readiness that is lost": (of_pod(ready=0, not_ready_since=TOLD, health=Health.DOUBTFUL), SERVER),
    "a node that says since when": (of_node(lost(since=TOLD)), SERVER),
    "a node that does not": (of_node(lost(since=None)), SEEN),
    "a cordon": (of_node(node(unschedulable=True)), SEEN),
    "a node that joins": (observed(NODES, objects(NODE), objects(NODE, NEW_NODE)), SERVER),
    "a node that is gone": (observed(NODES, objects(NODE, node("node-2")), objects(NODE)), SEEN),
    "a rollout that begins": (observed(DEPLOYMENTS, objects(API), objects(deployment(image="shop/api:2"))), SEEN),
    "a rollout whose end is told": (of_deployment(finished(updated_at=TOLD)), SERVER),
    "a rollout whose end is not": (of_deployment(finished(since=None, updated_at=None)), SEEN),
    "pods that are all updated": (observed(STATEFUL_SETS, objects(replace(DB, updated=2)), objects(DB)), SEEN),
    "a target": (of_account({"groups": (group(target(HEALTHY)),)}, {"groups": (group(target(UNHEALTHY)),)}), SEEN),
    "an alarm that fires": (of_account({}, {"alarms": (alarm("cpu", since=TOLD),)}), SERVER),
    "an alarm whose end is told": (
        of_account({"alarms": (alarm("cpu"),)}, {"alarm_changes": (AlarmChange(TOLD, "cpu", "to OK"),)}),
        SERVER,
    ),
    "an alarm whose end is not": (of_account({"alarms": (alarm("cpu"),)}, {}), SEEN),
    "an event of RDS": (
        of_account({}, {"db_events": (DbEvent(TOLD, "shop-db", "db-instance", (), "failover started"),)}),
        SERVER,
    ),
    "the status of an instance": (
        of_account({"instances": (instance(),)}, {"instances": (instance(status="rebooting"),)}),
        SEEN,
    ),
    "another writer": (of_account({"clusters": (cluster("a"),)}, {"clusters": (cluster("b"),)}), SEEN),
    "a restart of Postgres": (observed("postgres/shop-db", look(), look(restarts=(TOLD,))), SEEN),
    "a promotion": (observed("postgres/shop-db", look(), look(promoted_at=TOLD)), SEEN),
    "a limit of connections": (observed("postgres/shop-db", look(), look(slots={"used": 96})), SEEN),
    "an endpoint": (observed("web/health/shop", health(), health(check(Outcome.TIMEOUT))), SEEN),
    "an alert that says since when": (of_alerts((), (ALERT,)), SERVER),
    "an alert that does not": (of_alerts((), (replace(ALERT, starts_at=None),)), SEEN),
    "an alert that is resolved": (of_alerts((ALERT,), ()), SEEN),
    "a status page that says when": (
        observed("web/status/Stripe", WELL, replace(WELL, indicator="major", updated_at=TOLD)),
        SERVER,
    ),
    "a status page that does not": (observed("web/status/Stripe", WELL, replace(WELL, indicator="major")), SEEN),
}


@pytest.mark.parametrize("what", ORIGINS)
def test_what_is_taken_into_the_log_says_how_its_time_is_known(what: str) -> None:
    observations, origin = ORIGINS[what]
    candidates = Candidates()
    candidates.add(observations, NOW)
    (candidate,) = candidates.in_order()
    draft = promotion(candidate, "ana")
    assert (draft.occurred_at, draft.time_from) == (candidate.since, origin)


def test_what_is_folded_is_dated_as_the_earliest_of_it_is() -> None:
    seen = of_pod(restarts=3, last_restart=None)[0]
    told = seen.dated(TOLD)
    candidates = Candidates()
    candidates.add([seen, told], NOW)  # Kubernetes tells the end of a run a moment late
    (folded,) = candidates.in_order()
    assert (promotion(folded, "ana").occurred_at, promotion(folded, "ana").time_from) == (TOLD, SERVER)
