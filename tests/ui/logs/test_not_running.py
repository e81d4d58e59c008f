"""The title of a log says why no line comes."""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace
from support.shop import NOW, pod

from cockpit.sources.kubernetes.model import Container, Pod
from cockpit.ui.logs.not_running import not_running

CRASHING = Container(
    "api",
    "api:1",
    state="waiting",
    reason="CrashLoopBackOff",
    message="back-off 2m40s restarting failed container=api pod=api-1",
    last_reason="OOMKilled",
    last_exit_code=137,
    last_finished_at=NOW - timedelta(minutes=1),
)
RUNNING = Container("proxy", "proxy:1", state="running")


def of(*containers: Container) -> Pod:
    return replace(pod("api-7f9c4-x2k4p"), containers=containers)


def told(*pods: Pod, now: datetime = NOW) -> str:
    return not_running(pods, now, UTC)


def test_a_back_off_names_how_the_run_ended_and_when_the_next_begins() -> None:
    assert told(of(CRASHING)) == "not running: OOMKilled, exit 137 · next start 14:24:47"


def test_a_start_that_should_have_been_is_not_promised() -> None:
    assert told(of(CRASHING), now=NOW + timedelta(minutes=5)) == "not running: OOMKilled, exit 137"


@pytest.mark.parametrize(
    ("container", "why"),
    [
        (replace(CRASHING, last_reason="Error", last_exit_code=1, message=""), "exit 1"),
        (Container("api", "api:1", state="waiting", reason="ImagePullBackOff"), "ImagePullBackOff"),
        (Container("api", "api:1", state="terminated", reason="OOMKilled", exit_code=137), "OOMKilled, exit 137"),
    ],
)
def test_why_it_does_not_run_is_said(container: Container, why: str) -> None:
    assert told(of(container)) == f"not running: {why}"


@pytest.mark.parametrize(
    "container",
    [
        RUNNING,
        Container("api", "api:1", state="terminated", reason="Completed", exit_code=0),
        Container("api", "api:1", state="waiting", reason="ContainerCreating"),
        Container("api", "api:1"),
    ],
)
def test_nothing_is_said_of_what_runs_is_done_or_begins(container: Container) -> None:
    assert told(of(container)) == ""


def test_nothing_is_said_while_one_of_them_runs() -> None:
    assert told(of(CRASHING), of(RUNNING)) == ""
    assert told(of(CRASHING, RUNNING)) == ""
    assert told() == ""


def test_what_the_cluster_says_is_made_harmless() -> None:
    assert "\x1b" not in told(of(replace(CRASHING, last_reason="\x1b[31mOOM")))
