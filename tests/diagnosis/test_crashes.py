"""Why containers crash, run out of memory, or are not ready."""

from typing import Any

import pytest
from support.estate import Estate

from cockpit.diagnosis.finding import FindingSeverity, Verb
from cockpit.sources.kubernetes.crash_log import CrashLogs
from cockpit.sources.kubernetes.model import Container, Health, Pod, Workload
from cockpit.sources.kubernetes.objects import Resources

MIB = 2**20


def crashed(estate: Estate, **facts: Any) -> Container:
    backing_off = {"state": "waiting", "reason": "CrashLoopBackOff", "ready": False, "restarts": 8, "started_at": None}
    return estate.container(**{**backing_off, "last_reason": "Error", "last_exit_code": 1, **facts})


def test_the_last_lines_of_the_run_before_explain_a_crash_loop(estate: Estate) -> None:
    log = estate.crash_log("api-2", "api 1.4.3 starting", "FATAL: DATABASE_URL is not set")
    pods = [estate.ill(f"api-{number}", crashed(estate)) for number in (1, 2, 3)]
    finding = estate.only(*pods, crash_logs=log)
    assert finding.title == "api: 3 of 3 pods crash-loop, exit 1: environment variable DATABASE_URL is not set"
    assert [(each.source, each.ref, each.fact) for each in finding.evidence[3:]] == [
        ("kubernetes/crash-logs", "shop/api-2/api", "FATAL: DATABASE_URL is not set"),
        ("kubernetes/crash-logs", "shop/api-2/api", "api 1.4.3 starting"),
    ]
    (action,) = finding.actions
    assert (action.verb, action.target.kind, action.parameters) == (
        Verb.SET_ENV,
        "Deployment",
        {"container": "api", "name": "DATABASE_URL"},
    )


def test_the_log_of_a_pod_that_explains_its_end_goes_before_those_that_do_not(estate: Estate) -> None:
    unknown, known = estate.crash_log("api-1", "gone fishing"), estate.crash_log("api-2", "MemoryError")
    pods = [estate.ill(f"api-{number}", crashed(estate)) for number in (1, 2)]
    told = CrashLogs({**unknown.logs, **known.logs})
    assert estate.only(*pods, crash_logs=told).title.endswith(": it runs out of heap")


def test_a_line_that_nobody_knows_is_quoted(estate: Estate) -> None:
    log = estate.crash_log("api-1", "gone fishing")
    assert estate.only(estate.ill("api-1", crashed(estate)), crash_logs=log).title.endswith(", exit 1: gone fishing")


def test_an_init_container_that_fails_is_explained_by_its_log(estate: Estate) -> None:
    migrate = crashed(estate, name="migrate", init=True)
    log = estate.crash_log("api-1", "error: Dirty database version 12. Fix and force version.", container="migrate")
    finding = estate.only(estate.ill("api-1", migrate), crash_logs=log)
    assert finding.title == (
        "api: 1 of 1 pod waits for init container migrate, exit 1: a database migration failed"
    )  # fmt: skip


@pytest.mark.parametrize(
    ("code", "told"),
    [(0, "exit 0 (ended without an error)"), (127, "exit 127 (command not found)"), (137, "exit 137 (SIGKILL)")],
)
def test_exit_codes_that_mean_something_say_so(estate: Estate, code: int, told: str) -> None:
    finding = estate.only(estate.ill("api-1", crashed(estate, last_exit_code=code)))
    assert finding.title == f"api: 1 of 1 pod crash-loops, {told}"


def test_a_container_that_its_liveness_probe_kills_is_told_from_one_that_crashes(estate: Estate) -> None:
    pod = estate.ill("api-1", crashed(estate, last_exit_code=137, last_finished_at=estate.ago(minutes=1)))
    killing = estate.event("Killing", "Pod/api-1", "Container api failed liveness probe, will be restarted")
    answer = 'Get "http://10.0.0.1:8080/healthz": context deadline exceeded'
    unhealthy = estate.event("Unhealthy", "Pod/api-1", f"Liveness probe failed: {answer}")
    finding = estate.only(pod, killing, unhealthy, crash_logs=estate.crash_log("api-1", "shutting down"))
    assert finding.title.endswith(f"exit 137 (SIGKILL): its liveness probe fails: {answer}")
    earlier = estate.event("Killing", "Pod/api-1", killing.message, at=estate.ago(minutes=40))
    assert "probe" not in estate.only(pod, earlier).title


def test_a_crash_loop_began_with_the_first_back_off_and_not_with_the_newest_attempt(estate: Estate) -> None:
    pod = estate.ill("api-1", crashed(estate), not_ready_since=estate.ago(seconds=10))
    event = estate.event("BackOff", "Pod/api-1", first_at=estate.ago(minutes=17))
    assert estate.only(pod, event).since == estate.ago(minutes=17)


def test_out_of_memory_is_held_against_limit_request_and_use(estate: Estate) -> None:
    resources = Resources(memory_limit=64 * MIB, memory_request=48 * MIB)
    killed = crashed(estate, last_reason="OOMKilled", last_exit_code=137, resources=resources)
    finding = estate.only(estate.ill("api-1", killed), usage=estate.usage(**{"api-1": (10, 40 * MIB)}))
    assert finding.title == "api: 1 of 1 pod runs out of memory (OOMKilled): limit 64Mi"
    assert [evidence.fact for evidence in finding.evidence[1:]] == [
        "api: memory limit 64Mi, request 48Mi",
        "the pod uses 40Mi now",
    ]
    (action,) = finding.actions
    assert (action.verb, action.parameters) == (Verb.SET_RESOURCES, {"container": "api", "memory_limit": "128Mi"})


def test_a_lone_pod_is_not_offered_what_only_a_workload_can_have(estate: Estate) -> None:
    resources = Resources(memory_limit=64 * MIB)
    killed = crashed(estate, last_reason="OOMKilled", resources=resources)
    assert estate.only(estate.ill("duo", killed, workload=Workload("Pod", "duo"))).actions == ()


def unready(estate: Estate, name: str) -> Pod:
    return estate.ill(name, estate.container(ready=False), health=Health.DOUBTFUL)


def test_the_newest_answer_to_the_readiness_probe_explains_why_a_pod_is_not_ready(estate: Estate) -> None:
    events = [
        estate.event("Unhealthy", "Pod/api-1", "Readiness probe failed: connection refused", at=estate.ago(minutes=9)),
        estate.event("Unhealthy", "Pod/api-1", "Readiness probe failed: HTTP probe failed with statuscode: 503"),
        estate.event("Unhealthy", "Pod/api-1", "Liveness probe failed: timeout", at=estate.ago(seconds=5)),
    ]
    finding = estate.only(unready(estate, "api-1"), *events)
    assert finding.title == (
        "api: 1 of 1 pod is not ready: the readiness probe fails: HTTP probe failed with statuscode: 503"
    )


def test_one_pod_of_several_that_is_not_ready_may_be_deleted_and_all_may_be_restarted(estate: Estate) -> None:
    (one,) = estate.only(unready(estate, "api-1"), estate.pod("api-2")).actions
    assert (one.verb, one.target.name) == (Verb.DELETE_POD, "api-1")
    (every,) = estate.only(unready(estate, "api-1"), unready(estate, "api-2")).actions
    assert (every.verb, every.target.kind) == (Verb.RESTART, "Deployment")


def test_pods_that_are_not_ready_beside_those_that_crash_are_told_with_them(estate: Estate) -> None:
    finding = estate.only(estate.ill("api-1", crashed(estate)), unready(estate, "api-2"))
    assert finding.title == "api: 1 of 2 pods crash-loops, exit 1; 1 of 2 pods is not ready"


def test_memory_that_runs_out_slowly_does_not_hide_that_nobody_serves(estate: Estate) -> None:
    again = estate.container(
        restarts=1, last_reason="OOMKilled", last_finished_at=estate.ago(minutes=9), started_at=estate.ago(minutes=9)
    )
    killed = estate.pod("api-1", again, last_restart=estate.ago(minutes=9), not_ready_since=estate.ago(minutes=9))
    finding = estate.only(killed, unready(estate, "api-2"))
    assert finding.scenario == "oom"
    assert finding.severity is FindingSeverity.WRONG
