"""What changed shortly before something went wrong, and what could undo it."""

from typing import Any

from support.estate import Estate

from cockpit.diagnosis.beginning import Beginning
from cockpit.diagnosis.finding import Finding, Verb
from cockpit.diagnosis.policy import Policy
from cockpit.sources.kubernetes.model import Container, Health, Pod, Workload
from cockpit.sources.kubernetes.objects import (
    Autoscaler,
    ContainerTemplate,
    EnvVar,
    Objects,
    Owner,
    PodTemplate,
    Resources,
)


def crashed(estate: Estate, **facts: Any) -> Container:
    backing_off = {"state": "waiting", "reason": "CrashLoopBackOff", "ready": False, "restarts": 8, "started_at": None}
    return estate.container(**{**backing_off, "last_exit_code": 1, **facts})


def crashing(estate: Estate, name: str = "api-r12-x", **facts: Any) -> Pod:
    """Make a pod of revision 12 that crash-loops since 14:08."""
    return estate.ill(name, crashed(estate), **facts)


def after(estate: Estate, *things: Any, **more: Any) -> str:
    changed = estate.only(*things, **more).changed
    return changed.text if changed else ""


def test_a_new_revision_is_told_with_what_is_different_in_it(estate: Estate) -> None:
    revisions = [estate.revision(11), estate.revision(12, created=estate.ago(minutes=15, seconds=40))]
    finding = estate.only(crashing(estate), *revisions)
    assert finding.title == "api: 1 of 1 pod crash-loops, exit 1, 40 s after revision 12"
    assert finding.changed is not None
    assert finding.changed.at == estate.ago(minutes=15, seconds=40)
    assert finding.changed.text == "40 s after revision 12 (image shop/api:11 → 12)"
    assert (finding.evidence[-1].source, finding.evidence[-1].ref) == ("kubernetes/replicasets", "shop/api-r12")


def test_what_came_with_a_revision_is_undone_by_going_back(estate: Estate) -> None:
    (action,) = estate.only(crashing(estate), estate.revision(11), estate.revision(12)).actions
    assert (action.verb, action.target.name, action.parameters) == (Verb.ROLLBACK, "api", {"revision": "11"})
    assert action.why == "it came with revision 12 (image shop/api:11 → 12)"


def test_where_more_than_the_image_changed_the_former_image_is_offered_too(estate: Estate) -> None:
    pull = estate.container(state="waiting", reason="ImagePullBackOff", ready=False, started_at=None)
    template = estate.template("api", "shop/api:12", env=(EnvVar("LEVEL", "debug"),))
    things = [estate.revision(11), estate.revision(12, template=template), estate.ill("api-r12-x", pull)]
    actions = estate.only(*things).actions
    assert [action.verb for action in actions] == [Verb.ROLLBACK, Verb.SET_IMAGE]
    assert actions[1].parameters == {"container": "api", "image": "shop/api:11"}


def test_a_revision_is_not_blamed_for_pods_of_an_older_one(estate: Estate) -> None:
    finding = estate.only(crashing(estate, "api-r11-x"), estate.revision(11), estate.revision(12))
    assert finding.changed is None
    assert finding.actions == ()


def test_what_changed_long_before_or_afterwards_is_not_told(estate: Estate) -> None:
    for minutes in (31, 10):
        revisions = [estate.revision(11), estate.revision(12, created=estate.ago(minutes=minutes))]
        assert after(estate, crashing(estate), *revisions) == ""
    earlier = [estate.revision(11), estate.revision(12, created=estate.ago(minutes=31))]
    policy = Policy(change_minutes=20)
    assert after(estate, crashing(estate), *earlier, policy=policy).startswith("16 min after revision 12")


def test_a_rollback_is_dated_from_its_event_since_it_takes_up_an_old_replica_set(estate: Estate) -> None:
    back = estate.revision(13, created=estate.ago(days=9), template=estate.template("api", "shop/api:9"))
    event = estate.event(
        "ScalingReplicaSet",
        "Deployment/api",
        "Scaled up replica set api-r13 from 0 to 1",
        at=estate.ago(minutes=15, seconds=5),
    )
    pod = crashing(estate, "api-r13-x")
    assert after(estate, pod, estate.revision(12), back, event) == "5 s after revision 13 (image shop/api:12 → 9)"


def test_the_first_revision_is_the_creation(estate: Estate) -> None:
    only = estate.revision(1, created=estate.ago(minutes=15))
    assert after(estate, crashing(estate, "api-r1-x"), only) == "right after it was created"


def test_a_restart_by_hand_is_told_as_such(estate: Estate) -> None:
    again = estate.template("api", "shop/api:11")
    annotated = PodTemplate(again.labels, {"kubectl.kubernetes.io/restartedAt": "now"}, again.containers)
    revisions = [estate.revision(11), estate.revision(12, template=annotated)]
    assert after(estate, crashing(estate), *revisions) == "60 s after revision 12 (restarted)"


def test_literal_values_of_variables_are_never_told(estate: Estate) -> None:
    def template(value: str, key: str) -> PodTemplate:
        env = (EnvVar("PASSWORD", value), EnvVar("DATABASE_URL", source=f"secret db/{key}"))
        return PodTemplate(containers=(ContainerTemplate("api", "shop/api:1", env=env),))

    revisions = [
        estate.revision(11, template=template("hunter2", "old")),
        estate.revision(12, template=template("hunter3", "new")),
    ]
    text = after(estate, crashing(estate), *revisions)
    assert text == "60 s after revision 12 (env PASSWORD changed, env DATABASE_URL secret db/old → secret db/new)"


def test_the_earliest_beginning_counts_however_often_a_pod_crashes_anew(estate: Estate) -> None:
    key = "pods/crash-loop/shop/Deployment/api"
    pod = crashing(estate, not_ready_since=estate.ago(seconds=5))
    things = [pod, estate.revision(11), estate.revision(12, created=estate.ago(minutes=40))]
    assert after(estate, *things) == ""
    begun = {key: Beginning(estate.ago(minutes=39))}
    finding: Finding = estate.only(*things, begun=begun)
    assert finding.since == estate.ago(minutes=39)
    assert finding.changed is not None
    assert finding.changed.short == "60 s after revision 12"


def test_a_stateful_set_tells_its_revision_by_the_pods_that_have_it(estate: Estate) -> None:
    facts = {"workload": Workload("StatefulSet", "db"), "labels": {"controller-revision-hash": "db-7f9c"}}
    ill = crashing(estate, "db-1", created=estate.ago(minutes=16), **facts)
    old = estate.pod("db-0", workload=facts["workload"], labels={"controller-revision-hash": "db-5a1b"})
    assert after(estate, ill, old) == "60 s after revision 7f9c"


def test_a_node_in_trouble_shortly_before_is_told(estate: Estate) -> None:
    pressure = estate.condition("MemoryPressure", since=estate.ago(minutes=16))
    ready = estate.condition("Ready", since=estate.ago(days=3))
    findings = estate.find(crashing(estate), estate.node("node-1", ready, pressure))
    assert [finding.changed.text for finding in findings if finding.changed] == [
        "60 s after MemoryPressure on node node-1"
    ]


def test_what_happened_to_a_node_is_known_where_one_namespace_is_read(estate: Estate) -> None:
    event = estate.event("Rebooted", "Node/node-1", "Node node-1 has been rebooted", at=estate.ago(minutes=17))
    of_nodes = Objects("default", {event.meta.key: event}, "1")
    finding = estate.only(crashing(estate), node_events=of_nodes)
    assert finding.changed is not None
    assert finding.changed.text == "2 min after Rebooted on node node-1"
    assert (finding.evidence[-1].source, finding.evidence[-1].ref) == ("kubernetes/nodeevents", event.meta.key)


def test_a_reboot_of_the_node_is_told(estate: Estate) -> None:
    event = estate.event("Rebooted", "Node/node-1", "Node node-1 has been rebooted", at=estate.ago(minutes=17))
    finding = estate.only(crashing(estate), event)
    assert finding.changed is not None
    assert finding.changed.text == "2 min after Rebooted on node node-1"
    assert (finding.evidence[-1].source, finding.evidence[-1].ref) == ("kubernetes/events", event.meta.key)


def unschedulable(estate: Estate) -> Pod:
    message = "0/3 nodes are available: 3 Insufficient cpu."
    facts = {"reason": "Unschedulable", "message": message, "node": "", "created": estate.ago(minutes=15)}
    return estate.ill("api-r12-x", estate.container(state="", ready=False, started_at=None), **facts)


def test_a_deployment_that_was_scaled_is_told_and_can_be_scaled_back(estate: Estate) -> None:
    event = estate.event(
        "ScalingReplicaSet",
        "Deployment/api",
        "Scaled up replica set api-r12 from 3 to 10",
        at=estate.ago(minutes=15, seconds=2),
    )
    finding = estate.only(unschedulable(estate), event, estate.deployment())
    assert finding.changed is not None
    assert finding.changed.text == "2 s after it was scaled from 3 to 10"
    assert [(action.verb, action.parameters) for action in finding.actions] == [(Verb.SCALE, {"replicas": "3"})]


def test_a_revision_that_asks_for_too_much_is_gone_back_from(estate: Estate) -> None:
    greedy = estate.template("api", "shop/api:12", resources=Resources(cpu_request=64_000))
    frugal = estate.template("api", "shop/api:12", resources=Resources(cpu_request=100))
    revisions = [estate.revision(11, template=frugal), estate.revision(12, template=greedy)]
    (action,) = estate.only(unschedulable(estate), *revisions).actions
    assert (action.verb, action.parameters) == (Verb.ROLLBACK, {"revision": "11"})
    assert action.why == "it came with revision 12 (resources cpu request 100m → 64)"


def test_new_pods_are_not_offered_for_a_revision_that_is_to_blame(estate: Estate) -> None:
    slow = estate.ill("api-r12-x", estate.container(ready=False), health=Health.DOUBTFUL)
    finding = estate.only(slow, estate.pod("api-r11-x"), estate.revision(11), estate.revision(12))
    assert [action.verb for action in finding.actions] == [Verb.ROLLBACK]


def test_the_scaling_of_a_rollout_is_not_a_scaling_of_the_deployment(estate: Estate) -> None:
    events = [
        estate.event("ScalingReplicaSet", "Deployment/api", message, at=estate.ago(minutes=15, seconds=second))
        for second, message in enumerate(
            ("Scaled up replica set api-r12 from 1 to 2", "Scaled down replica set api-r11 from 3 to 2")
        )
    ]
    assert after(estate, unschedulable(estate), *events) == ""


def test_an_autoscaler_that_asked_for_more_is_told(estate: Estate) -> None:
    scaler = Autoscaler(meta=estate.meta("api"), target=Owner("Deployment", "api"), least=2, most=20)
    message = "New size: 10; reason: cpu resource utilization (percentage of request) above target"
    event = estate.event("SuccessfulRescale", "HorizontalPodAutoscaler/api", message, at=estate.ago(minutes=16))
    assert after(estate, unschedulable(estate), scaler, event) == (
        "60 s after its autoscaler asked for 10 pods (cpu resource utilization (percentage of request) above target)"
    )
