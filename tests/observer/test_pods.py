"""Of pods it is told what went wrong and what is mended, once, and nothing of those that come and go."""

from datetime import timedelta
from typing import Any

from msgspec.structs import replace
from support.readings import half, listed, told
from support.shop import NOW, pod

from cockpit.observer.observation import Kind, Observation
from cockpit.observer.pods import pods
from cockpit.sources.kubernetes.model import Container, Health, Pod

WELL = pod("api-7f9-x2")
CRASHED = pod("api-7f9-x2", "CrashLoopBackOff", Health.WRONG, ready=False, restarts=3, exit_code=1)


def between(before: Pod, after: Pod) -> list[Observation]:
    return list(pods(listed(before), listed(after), NOW))


def changed(before: Pod, **facts: Any) -> list[Observation]:
    return between(before, replace(before, **facts))


def test_a_restart_says_why_the_run_before_ended_at_the_time_when_it_did() -> None:
    (restart,) = changed(WELL, restarts=1, containers=CRASHED.containers)
    assert restart.text == "api-7f9-x2: restarted (Error, exit 1)"
    assert (restart.kind, restart.at) == (Kind.RESTART, NOW - timedelta(minutes=2))


def test_restarts_between_two_looks_are_counted() -> None:
    assert [each.count for each in changed(WELL, restarts=3)] == [3]


def test_of_several_containers_the_one_that_restarted_is_named() -> None:
    beside = Container("proxy", "proxy:1", ready=True)
    before = replace(WELL, containers=(*WELL.containers, beside))
    after = replace(before, restarts=1, containers=(before.containers[0], replace(beside, restarts=1)))
    assert told(between(before, after)) == ["api-7f9-x2: restarted (proxy)"]


def test_a_pod_that_goes_wrong_and_one_that_is_mended_are_told() -> None:
    assert told(changed(WELL, status="ImagePullBackOff", health=Health.WRONG)) == [
        "api-7f9-x2: Running → ImagePullBackOff"
    ]
    assert told(changed(CRASHED, status="Running", health=Health.DOUBTFUL)) == [
        "api-7f9-x2: CrashLoopBackOff → Running"
    ]


def test_a_pod_that_starts_as_pods_do_is_no_news() -> None:
    starting = replace(WELL, status="ContainerCreating", health=Health.CHANGING, ready=0, not_ready_since=WELL.created)
    assert changed(starting, status="Running", ready=0) == []
    assert changed(starting, status="Running", health=Health.WELL, ready=1, not_ready_since=None) == []


def test_readiness_that_is_lost_and_comes_back_is_told() -> None:
    since = NOW - timedelta(seconds=20)
    unready = replace(WELL, ready=0, not_ready_since=since, health=Health.DOUBTFUL)
    (lost,) = between(WELL, unready)
    assert (lost.text, lost.at) == ("api-7f9-x2: not ready (0 of 1)", since)
    assert told(between(unready, WELL)) == ["api-7f9-x2: ready (1 of 1)"]


def test_a_job_that_is_done_has_not_lost_its_readiness() -> None:
    assert changed(WELL, status="Completed", health=Health.DONE, ready=0) == []


def test_a_pod_on_its_way_out_is_no_news() -> None:
    assert changed(WELL, status="Error", health=Health.WRONG, ready=0, deleting_since=NOW) == []


def test_pods_that_come_and_go_or_bear_an_old_name_are_no_news() -> None:
    assert list(pods(listed(WELL), listed(WELL, pod("api-7f9-y3", "Error", Health.WRONG)), NOW)) == []
    assert list(pods(listed(WELL), listed(), NOW)) == []
    assert changed(WELL, uid="another", restarts=7) == []


def test_what_changes_without_meaning_is_no_news() -> None:
    assert changed(WELL, resource_version="2", labels={"touched": "yes"}) == []
    assert between(WELL, WELL) == []


def test_a_list_that_is_still_being_read_tells_nothing() -> None:
    crashed = replace(WELL, restarts=1)
    assert list(pods(half(listed(WELL)), listed(crashed), NOW)) == []
    assert list(pods(listed(WELL), half(listed(crashed)), NOW)) == []


def test_two_cockpits_know_a_restart_by_the_same_token() -> None:
    (one,) = changed(WELL, restarts=2)
    (other,) = changed(replace(WELL, restarts=1), restarts=2)
    assert one.token == other.token
