"""Which runs of which containers crashed lately."""

from typing import Any

import pytest
from support.ward import Ward

from cockpit.sources.kubernetes.crash_runs import CrashedRun, crashed_runs
from cockpit.sources.kubernetes.model import Container, Pod, Workload


@pytest.fixture
def ward() -> Ward:
    return Ward()


def runs(ward: Ward, *pods: Pod) -> list[CrashedRun]:
    return crashed_runs(pods, ward.now)


def looping(ward: Ward, minutes: float = 1, restarts: int = 4, **facts: Any) -> Container:
    ended = {"last_exit_code": 1, "last_finished_at": ward.ago(minutes=minutes)}
    waiting = {"ready": False, "state": "waiting", "reason": "CrashLoopBackOff"}
    return ward.container(restarts=restarts, **{**waiting, **ended, **facts})


def restarted(ward: Ward, minutes: float, **facts: Any) -> Pod:
    """Make a pod whose container runs again."""
    ended = {"last_exit_code": 1, "last_finished_at": ward.ago(minutes=minutes), **facts}
    return ward.pod("api-1", ward.container(restarts=2, **ended), last_restart=ward.ago(minutes=minutes))


def test_a_container_that_waits_in_back_off_crashed_in_the_run_of_its_restart_count(ward: Ward) -> None:
    (run,) = runs(ward, ward.ill("api-1", looping(ward)))
    assert (run.key, run.number, run.restarts, run.previous, run.current) == ("shop/api-1/api", 4, 4, True, True)
    assert run.ended_at == ward.ago(minutes=1)


def test_once_it_runs_again_it_is_the_same_run_that_crashed(ward: Ward) -> None:
    """So that its log is not read again."""
    again = looping(ward, restarts=5, state="running", reason="", ready=True)
    (run,) = runs(ward, ward.pod("api-1", again, last_restart=ward.ago(minutes=1)))
    assert (run.number, run.restarts, run.previous, run.current) == (4, 5, True, False)


def test_a_container_that_has_just_ended_has_the_log_itself(ward: Ward) -> None:
    ended = ward.container(state="terminated", exit_code=137, restarts=4, finished_at=ward.ago(minutes=0.1))
    (run,) = runs(ward, ward.ill("api-1", ended))
    assert (run.number, run.previous, run.current) == (4, False, True)


def test_a_job_that_failed_long_ago_still_has_last_words(ward: Ward) -> None:
    ended = ward.container(state="terminated", exit_code=1, finished_at=ward.ago(hours=9))
    assert len(runs(ward, ward.ill("import-1", ended, workload=Workload("Job", "import")))) == 1


@pytest.mark.parametrize(
    ("minutes", "facts", "found"),
    [
        (5, {}, 1),
        (59, {}, 1),
        (61, {}, 0),
        (5, {"last_exit_code": 0}, 0),
        (5, {"last_exit_code": None}, 0),
        (5, {"last_exit_code": 0, "last_reason": "OOMKilled"}, 1),
    ],
)
def test_a_restart_counts_while_it_is_recent_and_was_a_crash(
    ward: Ward, minutes: float, facts: dict[str, Any], found: int
) -> None:
    assert len(runs(ward, restarted(ward, minutes, **facts))) == found


def test_a_container_that_ends_well_again_and_again_is_in_a_crash_loop_too(ward: Ward) -> None:
    assert len(runs(ward, ward.ill("api-1", looping(ward, last_exit_code=0)))) == 1


def test_who_is_well_or_was_never_started_has_not_crashed(ward: Ward) -> None:
    waiting = ward.container(ready=False, state="waiting", reason="ImagePullBackOff")
    done = ward.container(state="terminated", exit_code=0)
    assert runs(ward, ward.pod("api-1"), ward.ill("api-2", waiting), ward.pod("import-1", done)) == []


def test_an_init_container_counts(ward: Ward) -> None:
    pod = ward.ill("api-1", looping(ward, name="migrate", init=True), ward.container(ready=False, state="waiting"))
    assert [run.container for run in runs(ward, pod)] == ["migrate"]


def test_of_each_workload_the_three_pods_that_crashed_last_are_read(ward: Ward) -> None:
    many = [ward.ill(f"api-{nth}", looping(ward, minutes=nth)) for nth in range(1, 61)]
    other = ward.ill("web-1", looping(ward, minutes=90), workload=Workload("Deployment", "web"))
    assert [run.pod for run in runs(ward, *many, other)] == ["api-1", "api-2", "api-3", "web-1"]


def test_there_is_a_bound_for_a_cluster_in_which_everything_crashes(ward: Ward) -> None:
    pods = [ward.ill(f"p{nth}", looping(ward, minutes=nth), workload=Workload("Pod", f"p{nth}")) for nth in range(200)]
    assert [run.pod for run in runs(ward, *pods)] == [f"p{nth}" for nth in range(100)]
