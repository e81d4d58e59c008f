"""What is wrong with workloads as a whole."""

from typing import Any

import pytest
from support.estate import Estate
from support.samples import samples

from cockpit.diagnosis.finding import FindingSeverity, Verb
from cockpit.diagnosis.rollouts import refusal
from cockpit.sources.kubernetes.model import Health, Pod, Workload
from cockpit.sources.kubernetes.objects import DaemonSet, Deployment, Job, Owner, StatefulSet

WRONG, DOUBTFUL = FindingSeverity.WRONG, FindingSeverity.DOUBTFUL
QUOTA = (
    'pods "api-7f9-x2" is forbidden: exceeded quota: compute-resources, requested: requests.memory=1Gi, '
    "used: requests.memory=4Gi, limited: requests.memory=4Gi"
)


@pytest.mark.parametrize(("why", "message"), samples("refusals"))
def test_why_a_pod_may_not_be_created_is_told(why: str, message: str) -> None:
    assert refusal(message) == why


def short_of_quota(estate: Estate, **facts: Any) -> Deployment:
    failure = estate.condition("ReplicaFailure", "True", "FailedCreate", QUOTA)
    stuck = estate.condition("Progressing", "False", "ProgressDeadlineExceeded", "has timed out progressing.")
    counts = {"replicas": 1, "updated": 1, "ready": 1, "available": 1}
    return estate.deployment(conditions=(failure, stuck), **{**counts, **facts})


def test_a_quota_that_is_used_up_explains_the_rollout_that_is_stuck(estate: Estate) -> None:
    finding = estate.only(short_of_quota(estate), estate.pod("api-1"))
    assert finding.title == (
        "api: 2 of 3 pods cannot be created: quota compute-resources is used up: requests.memory=4Gi allowed, "
        "requests.memory=4Gi used, requests.memory=1Gi asked for; its rollout is stuck"
    )
    assert (finding.scenario, finding.severity, finding.since) == ("not-created", WRONG, estate.ago(minutes=15))


def stuck(estate: Estate, **facts: Any) -> Deployment:
    late = estate.condition("Progressing", "False", "ProgressDeadlineExceeded", 'ReplicaSet "api-r12" has timed out.')
    counts = {"replicas": 4, "updated": 1, "ready": 3, "available": 3}
    return estate.deployment(conditions=(late,), **{**counts, **facts})


def test_a_rollout_that_missed_its_deadline_is_stuck_and_can_be_rolled_back(estate: Estate) -> None:
    revisions = [estate.revision(11), estate.revision(12)]
    finding = estate.only(stuck(estate), *revisions)
    assert finding.title == "api: its rollout is stuck, 60 s after revision 12: 1 of 3 updated"
    assert finding.severity is DOUBTFUL
    (action,) = finding.actions
    assert (action.verb, action.parameters) == (Verb.ROLLBACK, {"revision": "11"})
    assert estate.only(stuck(estate, ready=1, available=1), *revisions).severity is WRONG


def test_pods_in_trouble_explain_a_rollout_that_is_stuck_and_say_who_still_serves(estate: Estate) -> None:
    waiting = estate.container(state="waiting", reason="CrashLoopBackOff", restarts=4, last_exit_code=1, ready=False)
    pod = estate.ill("api-r12-x", waiting)
    old = [estate.pod(f"api-r11-{number}") for number in (1, 2, 3)]
    finding = estate.only(stuck(estate), estate.revision(11, ready=3), estate.revision(12), pod, *old)
    assert finding.title == (
        "api: 1 of 4 pods crash-loops, exit 1, 60 s after revision 12; its rollout is stuck; "
        "revision 11 serves on with 3 pods"
    )


def test_a_rollout_that_is_paused_halfway_is_doubtful_and_one_paused_before_it_began_is_nothing(estate: Estate) -> None:
    finding = estate.only(estate.deployment(paused=True, updated=1))
    assert (finding.title, finding.severity) == ("api: its rollout is paused: 1 of 3 updated", DOUBTFUL)
    assert estate.find(estate.deployment(paused=True)) == []


def test_a_rollout_on_its_way_is_nothing(estate: Estate) -> None:
    going = estate.condition("Progressing", "True", "ReplicaSetUpdated")
    assert estate.find(estate.deployment(updated=1, available=2, ready=2, conditions=(going,))) == []


def stateful(estate: Estate, **facts: Any) -> StatefulSet:
    counts = {"replicas": 3, "ready": 2, "updated": 1, "available": 2}
    revisions = {"current_revision": "db-1", "update_revision": "db-2"}
    return StatefulSet(meta=estate.meta("db"), desired=3, **{**counts, **revisions, **facts})


def db_pod(estate: Estate, minutes: float, **facts: Any) -> Pod:
    defaults = {"workload": Workload("StatefulSet", "db"), "created": estate.ago(minutes=minutes)}
    return estate.pod("db-2", **{**defaults, **facts})


def test_a_stateful_set_that_stands_still_is_told_after_ten_minutes(estate: Estate) -> None:
    finding = estate.only(stateful(estate), db_pod(estate, 11))
    assert finding.title == "db: its rollout does not go on: 1 of 3 updated, 2 ready"
    assert estate.find(stateful(estate), db_pod(estate, 9)) == []


def test_the_pods_before_the_partition_do_not_keep_a_rollout_from_its_end(estate: Estate) -> None:
    assert estate.find(stateful(estate, left_alone=2), db_pod(estate, 11)) == []
    finding = estate.only(stateful(estate, left_alone=1), db_pod(estate, 11))
    assert finding.title == "db: its rollout does not go on: 1 of 2 updated, 2 ready"


def test_pods_that_are_held_back_by_a_gate_explain_a_rollout_that_does_not_go_on(estate: Estate) -> None:
    new = estate.container(state="", ready=False, started_at=None)
    gated = estate.ill("api-1", new, node="", status="SchedulingGated", message="scheduling gate example.com/wait")
    finding = estate.only(stuck(estate, updated=3, replicas=3, available=2, ready=2), gated)
    assert finding.title == (
        "api: its rollout is stuck: 2 of 3 available; 1 pod waits for scheduling gate example.com/wait"
    )


def test_a_stateful_set_that_waits_by_its_own_wish_is_nothing(estate: Estate) -> None:
    """With a partition, or with the strategy OnDelete, all pods are ready and some are old."""
    assert estate.find(stateful(estate, ready=3), db_pod(estate, 60)) == []


def test_a_broken_pod_of_an_older_revision_has_to_be_deleted(estate: Estate) -> None:
    """A stateful set does not replace it, even when its template has been mended."""
    waiting = estate.container(state="waiting", reason="CrashLoopBackOff", restarts=4, last_exit_code=1, ready=False)
    facts = {"workload": Workload("StatefulSet", "db"), "labels": {"controller-revision-hash": "db-1"}}
    finding = estate.only(stateful(estate), estate.ill("db-2", waiting, **facts))
    assert [(action.verb, action.target.name) for action in finding.actions] == [(Verb.DELETE_POD, "db-2")]


def test_the_same_thing_is_suggested_once(estate: Estate) -> None:
    slow = estate.container(ready=False)
    facts = {"workload": Workload("StatefulSet", "db"), "labels": {"controller-revision-hash": "db-1"}}
    pods = [estate.ill("db-2", slow, health=Health.DOUBTFUL, **facts), estate.pod("db-1", **facts)]
    actions = estate.only(stateful(estate), *pods).actions
    assert [(action.verb, action.target.name) for action in actions] == [(Verb.DELETE_POD, "db-2")]


def test_a_stateful_set_whose_next_pod_is_refused_is_told(estate: Estate) -> None:
    refused = estate.event("FailedCreate", "StatefulSet/db", f"create Pod db-2 in StatefulSet db failed error: {QUOTA}")
    short = stateful(estate, replicas=2, updated=2, update_revision="db-1")
    assert estate.only(short, refused).title.startswith("db: 1 of 3 pods cannot be created: quota compute-resources")
    created = estate.event("SuccessfulCreate", "StatefulSet/db", "create Pod db-2", at=estate.ago(seconds=5))
    assert estate.find(short, refused, created) == []


MUST_SPECIFY = 'pods "import-mbcbf" is forbidden: failed quota: team: must specify requests.cpu for: import'


def job(estate: Estate, name: str = "import", **facts: Any) -> Job:
    meta = estate.meta(name, created=facts.pop("created", estate.ago(hours=1)), owner=facts.pop("owner", None))
    return Job(meta=meta, **{"completions": 3, "parallelism": 2, **facts})


def test_a_job_whose_pods_are_refused_is_told_as_long_as_it_wants_them(estate: Estate) -> None:
    again = f"(combined from similar events): Error creating: {MUST_SPECIFY}"
    refused = estate.event("FailedCreate", "Job/import", again)
    finding = estate.only(job(estate), refused)
    assert finding.title == (
        "import: 2 of 2 pods cannot be created: failed quota: team: must specify requests.cpu for: import"
    )
    assert (finding.scenario, finding.severity) == ("not-created", WRONG)
    assert estate.only(job(estate, succeeded=2), refused).title.startswith("import: 1 of 1 pod cannot be created")
    created = estate.event("SuccessfulCreate", "Job/import", "Created pod: import-x", at=estate.ago(seconds=5))
    assert estate.find(job(estate), refused, created) == []
    for settled in ({"suspended": True}, {"active": 2}, {"finished_at": estate.ago(minutes=1)}):
        assert estate.find(job(estate, **settled), refused) == []


def test_pods_are_refused_since_the_first_refusal_after_the_last_pod_that_was_made(estate: Estate) -> None:
    told = (("FailedCreate", 50), ("SuccessfulCreate", 40), ("FailedCreate", 30), ("FailedCreate", 1))
    events = [estate.event(reason, "Job/import", MUST_SPECIFY, at=estate.ago(minutes=ago)) for reason, ago in told]
    assert estate.only(job(estate), *events).since == estate.ago(minutes=30)


def test_the_jobs_of_a_cron_job_that_pile_up_are_told_once(estate: Estate) -> None:
    names = ("report-3", "report-1", "report-2")
    cron = Owner("CronJob", "report")
    jobs = [job(estate, name, owner=cron, created=estate.ago(minutes=10 * int(name[-1]))) for name in names]
    events = [estate.event("FailedCreate", f"Job/{name}", f"Error creating: {MUST_SPECIFY}") for name in names]
    assert estate.only(*jobs, *events).title.startswith("report-3: 2 of 2 pods cannot be created")


def test_a_replica_set_of_another_controller_whose_pods_are_refused_is_told(estate: Estate) -> None:
    canary = estate.revision(12, owner=Owner("Rollout", "api"), replicas=1)
    refused = estate.event("FailedCreate", "ReplicaSet/api-r12", f"Error creating: {QUOTA}")
    assert estate.only(canary, refused).title.startswith("api-r12: 2 of 3 pods cannot be created: quota compute")


def test_a_daemon_set_that_stands_still_is_told(estate: Estate) -> None:
    agent = DaemonSet(meta=estate.meta("agent"), desired=10, scheduled=10, ready=9, updated=3, available=9)
    pod = estate.pod("agent-1", workload=Workload("DaemonSet", "agent"), created=estate.ago(minutes=30))
    assert estate.only(agent, pod).title == "agent: its rollout does not go on: 3 of 10 updated, 9 ready"
