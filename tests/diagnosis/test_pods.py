"""What is found wrong with pods."""

from datetime import UTC, datetime, timedelta

import pytest
from support.ward import Ward

from cockpit.diagnosis.diagnose import diagnose
from cockpit.diagnosis.facts import Facts
from cockpit.diagnosis.finding import Finding, FindingSeverity
from cockpit.diagnosis.policy import Policy
from cockpit.sources.kubernetes.model import Container, Health, Pod, Pods, Workload

POLICY = Policy()
WRONG, DOUBTFUL = FindingSeverity.WRONG, FindingSeverity.DOUBTFUL


def found(ward: Ward, *pods: Pod, scope: str = "shop", policy: Policy = POLICY) -> list[Finding]:
    return diagnose(Facts(ward.pods(*pods, scope=scope)), ward.now, policy)


def only(ward: Ward, *pods: Pod) -> Finding:
    (finding,) = found(ward, *pods)
    return finding


def crashed(ward: Ward, **facts: object) -> Container:
    """A container that the kubelet is about to start once more."""
    backing_off = {"state": "waiting", "reason": "CrashLoopBackOff", "ready": False, "restarts": 8, "started_at": None}
    return ward.container(**{**backing_off, "last_reason": "Error", "last_exit_code": 1, **facts})


def test_recorded_trouble_is_found_worst_first(recorded: Pods) -> None:
    findings = diagnose(Facts(recorded), datetime(2026, 11, 21, 8, 0, tzinfo=UTC), POLICY)
    assert [(finding.severity, finding.title) for finding in findings] == [
        (WRONG, "worker: 2 of 2 pods crash-loop, exit 1"),
        (WRONG, "hog: 1 of 1 pod runs out of memory (OOMKilled): limit 64Mi"),
        (WRONG, "web: 2 of 2 pods cannot pull registry.shop.local/web:9.9.9: host registry.shop.local is unknown"),
        (WRONG, "notready: 2 of 2 pods are not ready"),
    ]


def test_a_healthy_cluster_and_completed_jobs_give_nothing(ward: Ward) -> None:
    done = ward.pod("import-1", status="Completed", health=Health.DONE, workload=Workload("Job", "import"))
    assert found(ward, ward.pod("api-1"), ward.pod("api-2"), done) == []


def test_a_finding_says_since_when_and_what_it_rests_on(ward: Ward) -> None:
    pods = [ward.ill(f"api-{number}", crashed(ward)) for number in range(5)]
    finding = only(ward, *pods)
    assert finding.key == "pods/crash-loop/shop/Deployment/api"
    assert finding.title == "api: 5 of 5 pods crash-loop, exit 1"
    assert finding.scenario == "crash-loop"
    assert finding.since == ward.ago(minutes=15)
    assert [(each.source, each.ref) for each in finding.evidence] == [
        ("kubernetes/pods", f"shop/api-{number}") for number in range(3)
    ]
    assert finding.evidence[0].fact == "api: CrashLoopBackOff, exit 1, 8 restarts"


def test_the_same_trouble_has_the_same_key_however_many_pods_are_in_it(ward: Ward) -> None:
    ill, well = ward.ill("api-1", crashed(ward)), ward.pod("api-2")
    one, two = only(ward, ill, well), only(ward, ill, ward.ill("api-2", crashed(ward)))
    assert one.title == "api: 1 of 2 pods crash-loops, exit 1"
    assert one.key == two.key


def test_what_a_container_said_last_explains_its_crash(ward: Ward) -> None:
    finding = only(ward, ward.ill("api-1", crashed(ward, last_message="DATABASE_URL not set\n")))
    assert finding.title == "api: 1 of 1 pod crash-loops, exit 1: environment variable DATABASE_URL is not set"


def test_a_crash_loop_is_seen_in_all_of_its_states(ward: Ward) -> None:
    attempt = ward.container(ready=True, restarts=4, last_exit_code=1, started_at=ward.ago(seconds=5))
    ended = ward.container(ready=False, restarts=4, state="terminated", reason="Error", exit_code=1)
    for container in (crashed(ward), attempt, ended):
        assert only(ward, ward.ill("api-1", container)).scenario == "crash-loop"


def test_a_single_crash_is_no_loop(ward: Ward) -> None:
    again = ward.container(restarts=1, last_exit_code=1, started_at=ward.ago(seconds=5))
    assert found(ward, ward.pod("api-1", again, health=Health.DOUBTFUL)) == []


def test_the_crash_of_a_second_container_is_found(ward: Ward) -> None:
    proxy = crashed(ward, name="proxy", last_exit_code=137)
    assert only(ward, ward.ill("api-1", ward.container(), proxy)).evidence[0].fact.startswith("proxy: CrashLoopBackOff")


def test_a_signal_is_told_as_such(ward: Ward) -> None:
    killed = ward.container(ready=False, restarts=3, state="terminated", exit_code=139, signal=11)
    assert only(ward, ward.ill("api-1", killed)).title.endswith("crash-loops, signal 11 (SIGSEGV)")


@pytest.mark.parametrize(
    ("facts", "scenario", "title"),
    [
        ({"last_reason": "OOMKilled", "last_exit_code": 137}, "oom", "runs out of memory (OOMKilled)"),
        ({"reason": "ImagePullBackOff"}, "image-pull", "cannot pull shop/api:12"),
        ({"reason": "ErrImagePull"}, "image-pull", "cannot pull shop/api:12"),
        (
            {"reason": "CreateContainerConfigError", "message": 'secret "db" not found'},
            "config",
            "cannot start: secret db is missing",
        ),
        (
            {"last_reason": "StartError", "last_message": "exec: no such file"},
            "config",
            "cannot start: exec: no such file",
        ),
        ({"init": True, "name": "migrate"}, "init", "waits for init container migrate, exit 1"),
        ({"init": True, "sidecar": True}, "crash-loop", "crash-loops, exit 1"),
        ({"init": True, "reason": "ErrImagePull"}, "image-pull", "cannot pull shop/api:12"),
    ],
)
def test_why_a_container_does_not_run(ward: Ward, facts: dict[str, object], scenario: str, title: str) -> None:
    finding = only(ward, ward.ill("api-1", crashed(ward, **facts)))
    assert (finding.scenario, finding.title) == (scenario, f"api: 1 of 1 pod {title}")
    assert finding.severity is WRONG


def test_an_init_container_that_failed_is_told(ward: Ward) -> None:
    failed = ward.container(name="migrate", init=True, ready=False, state="terminated", exit_code=2)
    waiting = ward.container(ready=False, state="waiting", reason="PodInitializing")
    assert (
        only(ward, ward.ill("api-1", failed, waiting)).title
        == "api: 1 of 1 pod waits for init container migrate, exit 2"
    )


def test_not_ready_is_a_finding_after_a_minute(ward: Ward) -> None:
    def pod(seconds: float) -> Pod:
        since = ward.ago(seconds=seconds)
        container = ward.container(ready=False, started_at=since)
        return ward.pod("api-1", container, health=Health.CHANGING, not_ready_since=since)

    assert found(ward, pod(60)) == []
    assert only(ward, pod(61)).title == "api: 1 of 1 pod is not ready"


def test_a_restart_gives_a_pod_time_again_to_become_ready(ward: Ward) -> None:
    container = ward.container(ready=False, started_at=ward.ago(seconds=30))
    pod = ward.pod("api-1", container, health=Health.CHANGING, not_ready_since=ward.ago(hours=1))
    assert found(ward, pod) == []


def test_not_ready_is_doubtful_while_others_serve(ward: Ward) -> None:
    slow = ward.ill("api-1", ward.container(ready=False), health=Health.DOUBTFUL)
    assert only(ward, slow).severity is WRONG
    assert only(ward, slow, ward.pod("api-2")).severity is DOUBTFUL


def test_a_pod_that_fits_nowhere_is_a_finding_after_half_a_minute(ward: Ward) -> None:
    def pod(seconds: float) -> Pod:
        waiting = ward.container(ready=False, state="")
        facts = {"reason": "Unschedulable", "message": "0/3 nodes are available", "node": "", "status": "Pending"}
        return ward.ill("api-1", waiting, created=ward.ago(seconds=seconds), **facts)

    assert found(ward, pod(30)) == []
    finding = only(ward, pod(31))
    assert finding.title == "api: 1 of 1 pod is pending: 0/3 nodes are available"
    assert (finding.scenario, finding.severity) == ("pending", WRONG)


def test_a_pod_that_takes_long_to_be_created_is_doubtful(ward: Ward) -> None:
    def pod(minutes: float) -> Pod:
        waiting = ward.container(ready=False, state="waiting", reason="ContainerCreating")
        since = ward.ago(minutes=minutes)
        facts = {"status": "ContainerCreating", "created": since, "not_ready_since": since}
        return ward.ill("api-1", waiting, health=Health.CHANGING, **facts)

    assert found(ward, pod(2)) == []
    finding = only(ward, pod(3))
    assert (finding.title, finding.severity) == ("api: 1 of 1 pod is pending: ContainerCreating", DOUBTFUL)


def test_a_pod_that_is_held_back_on_purpose_is_not_pending(ward: Ward) -> None:
    gated = ward.ill("api-1", ward.container(state=""), node="", status="SchedulingGated", health=Health.CHANGING)
    assert found(ward, gated) == []


def test_evicted_pods_that_were_replaced_are_doubtful(ward: Ward) -> None:
    evicted = ward.ill("api-1", status="Evicted", reason="Evicted", message="The node was low on resource: memory.")
    finding = only(ward, evicted, ward.pod("api-2"))
    assert finding.title == "api: 1 pod ended by the cluster (Evicted): The node was low on resource: memory."
    assert (finding.scenario, finding.severity) == ("evicted", DOUBTFUL)
    assert only(ward, evicted).severity is WRONG


def test_a_failed_job_is_wrong_until_another_try_succeeds(ward: Ward) -> None:
    job = Workload("Job", "import")
    ended = ward.container(ready=False, state="terminated", reason="Error", exit_code=3)
    failed = ward.ill("import-1", ended, status="Error", workload=job)
    assert only(ward, failed).title == "import: 1 pod failed, exit 3"
    succeeded = ward.pod("import-2", status="Completed", health=Health.DONE, workload=job)
    assert found(ward, failed, succeeded) == []


def test_many_restarts_within_the_hour_are_doubtful(ward: Ward) -> None:
    def pod(**facts: object) -> Pod:
        return ward.pod("api-1", restarts=40, **{"last_restart": ward.ago(minutes=20), **facts})

    finding = only(ward, pod(restarts_rise=6))
    assert (finding.scenario, finding.severity) == ("restarts", DOUBTFUL)
    assert found(ward, pod(restarts_rise=5)) == []
    assert found(ward, pod(restarts_rise=6, last_restart=ward.ago(minutes=61))) == []
    assert only(ward, pod(created=ward.ago(minutes=50))).title == "api: 1 of 1 pod restarted 40 times"


def test_a_lost_node_is_one_finding_for_all_its_pods(ward: Ward) -> None:
    pods = [
        ward.ill(name, reason="NodeNotReady", node="node-7", workload=Workload("Deployment", name))
        for name in ("api", "web", "worker", "cache")
    ]
    finding = only(ward, *pods)
    assert (finding.key, finding.scenario) == ("pods/node-lost/Node/node-7", "node-lost")
    assert finding.title == "node node-7: does not answer; 4 pods on it only look healthy"
    assert len(finding.evidence) == 3


def test_pods_that_are_being_deleted_are_left_in_peace(ward: Ward) -> None:
    assert found(ward, ward.ill("api-1", crashed(ward), deleting_since=ward.ago(seconds=5))) == []


def test_a_container_that_ran_out_of_memory_lately_is_doubtful_while_it_runs(ward: Ward) -> None:
    def pod(minutes: float, ended: float) -> Pod:
        facts = {"restarts": 1, "last_reason": "OOMKilled", "last_exit_code": 137}
        container = ward.container(
            started_at=ward.ago(minutes=minutes), last_finished_at=ward.ago(minutes=ended), **facts
        )
        return ward.pod("api-1", container, last_restart=ward.ago(minutes=ended))

    finding = only(ward, pod(10, 10), ward.pod("api-2"))
    assert (finding.title, finding.severity) == ("api: 1 of 2 pods ran out of memory (OOMKilled)", DOUBTFUL)
    assert finding.since == ward.ago(minutes=10)
    assert found(ward, pod(61, 61)) == []


def test_the_policy_says_from_when_on_something_is_wrong(ward: Ward) -> None:
    often = ward.pod("api-1", restarts_rise=3, last_restart=ward.ago(minutes=5))
    assert found(ward, often) == []
    assert found(ward, often, policy=Policy(restarts_per_hour=2)) != []


def test_a_lone_pod_is_not_counted(ward: Ward) -> None:
    assert (
        only(ward, ward.ill("duo", crashed(ward), workload=Workload("Pod", "duo"))).title == "duo: crash-loops, exit 1"
    )


def test_over_all_namespaces_a_finding_names_its_own(ward: Ward) -> None:
    (finding,) = found(ward, ward.ill("api-1", crashed(ward)), scope="")
    assert finding.title.startswith("shop/api: ")


def test_two_causes_in_one_workload_are_two_findings(ward: Ward) -> None:
    pull = ward.container(ready=False, state="waiting", reason="ImagePullBackOff")
    findings = found(ward, ward.ill("api-1", crashed(ward)), ward.ill("api-2", pull))
    assert [finding.scenario for finding in findings] == ["crash-loop", "image-pull"]


def test_findings_do_not_change_while_the_facts_stay_the_same(ward: Ward) -> None:
    facts = Facts(ward.pods(ward.ill("api-1", crashed(ward)), ward.ill("web-1", ward.container(ready=False))))
    assert diagnose(facts, ward.now, POLICY) == diagnose(facts, ward.now + timedelta(minutes=5), POLICY)


def test_what_a_server_wrote_is_cut_and_cannot_steer_a_terminal(ward: Ward) -> None:
    hostile = crashed(ward, last_message="\x1b[2J" + "x" * 100_000)
    title = only(ward, ward.ill("api-1", hostile)).title
    assert title.isprintable()
    assert len(title) < 250
