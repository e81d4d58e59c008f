"""Which steps are for this incident."""

from pathlib import Path

import pytest

from cockpit.runbooks.applies import common_status, phases_for
from cockpit.runbooks.load import load_builtin, load_runbook
from cockpit.runbooks.model import Runbook


def seed(number: str) -> Runbook:
    (file,) = (Path(__file__).parent / "seeds").glob(f"*{number}*")
    return load_runbook(file)


def titles(runbook: Runbook, severity: str | None = None, *scenarios: str) -> list[str]:
    return [phase.title for phase in phases_for(runbook, severity, scenarios)]


@pytest.mark.parametrize(
    ("number", "scenario", "title"),
    [
        ("000", "image-pull", "Scenario 1: Pod Not Starting (ImagePullBackOff)"),
        ("000", "crash-loop", "Scenario 2: Pod Crashing (CrashLoopBackOff)"),
        ("000", "no-endpoints", "Scenario 3: Service Returning 503 Errors"),
        ("001", "too-many-connections", "Scenario 1: Database Connection Pool Exhausted"),
        ("003", "slow-queries", "Slow Queries"),
        ("003", "oom", "Pod OOMKilled"),
        ("003", "certificate", "SSL Certificate Expired"),
        ("003", "third-party", "Third-Party API Down"),
        ("004", "cpu", "Incident 1: High CPU Usage"),
        ("004", "postgres-down", "Incident 3: Database Connection Issues"),
    ],
)
def test_what_is_found_wrong_brings_its_scenario_first(number: str, scenario: str, title: str) -> None:
    assert titles(seed(number), None, scenario)[0] == title


def test_other_scenarios_and_lists_of_commands_stay_out() -> None:
    assert titles(seed("003")) == [
        "Phase 1: Detection & Triage (0-15 minutes)",
        "Phase 2: Investigation (15-60 minutes)",
        "Phase 3: Mitigation (As Soon as Possible)",
        "Phase 4: Resolution",
    ]


def test_steps_for_another_severity_stay_out() -> None:
    communication = next(
        phase for phase in phases_for(seed("002"), "SEV3", ()) if phase.title == "Phase 3: Communication"
    )
    assert {when for step in communication.steps for when in step.when} == {"SEV3", "SEV4"}
    whole = next(phase for phase in seed("002").phases if phase.title == "Phase 3: Communication")
    assert len(communication.steps) < len(whole.steps)


def test_before_a_severity_is_set_all_are_there() -> None:
    assert sum(len(phase.steps) for phase in phases_for(load_builtin(), None, ())) == sum(
        len(phase.steps) for phase in load_builtin().phases
    )


def test_a_step_that_was_ticked_stays_when_its_scenario_is_over() -> None:
    runbook = seed("003")
    step = phases_for(runbook, None, ["oom"])[0].steps[0]
    (kept,) = (phase for phase in phases_for(runbook, None, (), touched=[step.id]) if phase.kind == "scenario")
    assert kept.steps == (step,)


@pytest.mark.parametrize(
    ("word", "means"),
    [("Mitigating", "identified"), ("Monitoring", "monitoring"), ("Resolved", "resolved"), ("triage", "investigating")],
)
def test_a_team_s_own_status_has_a_common_meaning(word: str, means: str) -> None:
    assert common_status(word) == means
