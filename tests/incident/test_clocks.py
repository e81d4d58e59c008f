"""What is due in an incident, and when."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from cockpit.incident.business_time import after, end_of_next_day
from cockpit.incident.clocks import ClockName, Due, Level, acknowledged_at, dues
from cockpit.incident.state import ClockState, IncidentState, StepState
from cockpit.runbooks.load import load_runbook
from cockpit.runbooks.model import BusinessHours, Escalation, Phase, Runbook, Severity, Step

START = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)  # a Friday
SEV1 = Severity("SEV1", "all down", response_minutes=5, update_minutes=15, resolution_minutes=60)
SEV3 = Severity("SEV3", "hardly noticed", response_words="Next business day")
RUNBOOK = Runbook("shop", (SEV1, SEV3), ("investigating", "resolved"), ())
DECLARED = IncidentState(declared_at=START, severity="SEV1", severity_since=START)
SEEDS = Path(__file__).parents[1] / "runbooks" / "seeds"


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


def at(state: IncidentState, runbook: Runbook = RUNBOOK) -> dict[str, float]:
    """Give the minutes after the declaration at which each clock is due, in order."""
    return {due.key: (due.at - START) / minutes(1) for due in dues(state, runbook)}


def with_escalation(*steps: Escalation) -> Runbook:
    return replace(RUNBOOK, severities=(Severity("SEV1", ""), SEV3), escalation=steps)


def test_a_severity_promises_answer_updates_and_resolution() -> None:
    assert at(DECLARED) == {"acknowledge": 5, "update": 15, "resolve": 60}


def test_without_a_severity_nothing_is_promised() -> None:
    assert at(IncidentState(declared_at=START)) == {}


@pytest.mark.parametrize("over", [{"status": "resolved"}, {"closed_at": START + minutes(9)}])
def test_an_incident_that_is_over_owes_nothing(over: dict[str, object]) -> None:
    assert at(replace(DECLARED, **over)) == {}


def test_an_acknowledged_incident_need_not_be_acknowledged() -> None:
    assert "acknowledge" not in at(replace(DECLARED, milestones={"acknowledged": START}))


def test_so_need_one_whose_step_for_it_was_ticked() -> None:
    steps = (Step("ack", "**Acknowledge** the page"), Step("who", "Find out who acknowledged it"))
    runbook = replace(RUNBOOK, phases=(Phase("Triage", steps),))
    other = replace(DECLARED, steps={"who": StepState("done", "ana", START)})
    assert "acknowledge" in at(other, runbook)
    ticked = replace(DECLARED, steps={"ack": StepState("done", "ana", START)})
    assert "acknowledge" not in at(ticked, runbook)


@pytest.mark.parametrize(("said", "asked"), [("skipped", False), ("not applicable", False), ("open", True)])
def test_nobody_waits_for_an_acknowledgement_that_was_passed_over(said: str, asked: bool) -> None:
    runbook = replace(RUNBOOK, phases=(Phase("Triage", (Step("ack", "Acknowledge the page"),)),))
    state = replace(DECLARED, steps={"ack": StepState(said, "ana", START)})
    assert ("acknowledge" in at(state, runbook)) is asked
    assert acknowledged_at(state, runbook) is None


def test_what_is_called_the_acknowledgement_counts_before_a_tick() -> None:
    runbook = replace(RUNBOOK, phases=(Phase("Triage", (Step("ack", "Acknowledge the page"),)),))
    ticked = replace(DECLARED, steps={"ack": StepState("done", "ana", START + minutes(2))})
    assert acknowledged_at(ticked, runbook) == START + minutes(2)
    stopped = replace(ticked, clocks={"acknowledge": ClockState(met_at=START + minutes(1))})
    assert acknowledged_at(stopped, runbook) == START + minutes(1)
    said = replace(stopped, milestones={"acknowledged": START + minutes(5)})
    assert acknowledged_at(said, runbook) == START + minutes(5)


def test_an_update_puts_off_the_next_one() -> None:
    assert at(replace(DECLARED, updated_at=START + minutes(12)))["update"] == 27


def test_saying_that_people_were_told_elsewhere_puts_it_off_as_well() -> None:
    told = ClockState(met_at=START + minutes(10))
    assert at(replace(DECLARED, clocks={"update": told}))["update"] == 25


def test_a_lower_severity_owes_what_it_promises_itself() -> None:
    assert at(replace(DECLARED, severity="SEV3", severity_since=START + minutes(9))) == {"acknowledge": 3 * 1440 + 180}


def test_immediately_means_within_five_minutes() -> None:
    now = Runbook("shop", (Severity("SEV1", "", response_minutes=0, response_words="Immediate"),), (), ())
    assert at(DECLARED, now) == {"acknowledge": 5}


def test_each_person_is_called_in_at_their_time_since_the_severity_was_set() -> None:
    runbook = with_escalation(Escalation("lead", "SEV1", 30), Escalation("CTO", "SEV1", 60), Escalation("x", "SEV3", 1))
    raised = replace(DECLARED, severity_since=START + minutes(10))
    assert at(raised, runbook) == {"escalate lead": 40, "escalate CTO": 70}


def test_who_was_called_in_is_not_asked_for_again() -> None:
    runbook = with_escalation(Escalation("lead", "SEV1", 30), Escalation("CTO", "SEV1", 60))
    called = replace(DECLARED, clocks={"escalate lead": ClockState(met_at=START + minutes(31))})
    assert at(called, runbook) == {"escalate CTO": 60}


def test_in_a_chain_time_counts_from_when_the_one_before_took_over() -> None:
    runbook = with_escalation(
        Escalation("L2", "SEV1", 15, origin="L1"), Escalation("L3", "SEV1", 30, origin="L2"), Escalation("boss", None)
    )
    assert at(DECLARED, runbook) == {"escalate L2": 15}
    handed = replace(DECLARED, clocks={"escalate L2": ClockState(met_at=START + minutes(20))})
    assert at(handed, runbook) == {"escalate L3": 50}


def test_what_names_no_severity_is_for_the_worst() -> None:
    runbook = with_escalation(Escalation("CEO", None, 240))
    assert at(DECLARED, runbook) == {"escalate CEO": 240}
    assert "escalate CEO" not in at(replace(DECLARED, severity="SEV3"), runbook)


@pytest.mark.parametrize(
    ("passed", "level"),
    [(0, Level.CALM), (9, Level.CALM), (10, Level.AMBER), (13, Level.AMBER), (13.5, Level.RED), (15, Level.OVERDUE)],
)
def test_a_clock_grows_pressing(passed: float, level: Level) -> None:
    assert Due(ClockName.UPDATE, START, START + minutes(15)).level(START + minutes(passed)) is level


def test_what_may_wait_presses_nobody_until_then() -> None:
    (update,) = (
        due
        for due in dues(replace(DECLARED, clocks={"update": ClockState(snoozed_until=START + minutes(40))}), RUNBOOK)
        if due.clock is ClockName.UPDATE
    )
    assert update.level(START + minutes(39)) is Level.SNOOZED
    assert update.level(START + minutes(40)) is Level.OVERDUE


def test_raised_and_lowered_again_it_is_judged_by_what_it_is_now() -> None:
    lowered = replace(DECLARED, severity="SEV1", severity_since=START + minutes(50))
    runbook = with_escalation(Escalation("lead", "SEV1", 30))
    assert at(lowered, runbook) == {"escalate lead": 80}


def test_an_update_is_due_after_midnight_on_the_next_day() -> None:
    late = START.replace(hour=23, minute=55)
    (due,) = (due for due in dues(replace(DECLARED, declared_at=late), RUNBOOK) if due.clock is ClockName.UPDATE)
    assert due.at == datetime(2026, 11, 21, 0, 10, tzinfo=UTC)


HOURS = BusinessHours(zone="America/New_York")


def test_business_hours_end_in_the_evening_and_go_on_on_monday() -> None:
    friday = datetime(2026, 11, 20, 21, 0, tzinfo=UTC)  # 16:00 in New York
    assert after(friday, 120, HOURS) == datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
    assert end_of_next_day(friday, HOURS) == datetime(2026, 11, 23, 22, 0, tzinfo=UTC)


def test_business_hours_are_those_on_the_wall_when_summer_time_ends() -> None:
    friday = datetime(2026, 10, 30, 20, 30, tzinfo=UTC)  # 16:30; on Sunday the clocks are set back
    assert after(friday, 60, HOURS) == datetime(2026, 11, 2, 14, 30, tzinfo=UTC)


def test_a_team_that_never_works_has_no_working_time_to_wait_for() -> None:
    assert after(START, 60, BusinessHours(days=())) == START + minutes(60)


def declared_at(seed: str, severity: str) -> tuple[IncidentState, Runbook]:
    (file,) = SEEDS.glob(f"*{seed}*")
    return replace(DECLARED, severity=severity), load_runbook(file)


def keys(found: Iterable[str]) -> list[str]:
    return [key for key in found if key.startswith("escalate")]


def test_the_runbook_of_seed_003_calls_in_manager_vp_and_cto() -> None:
    state, runbook = declared_at("003", "P1")
    found = at(state, runbook)
    assert (found["acknowledge"], found["update"], found["resolve"]) == (5, 15, 60)
    assert keys(found) == [
        "escalate Primary + Secondary On-Call",
        "escalate Engineering Manager",
        "escalate VP Engineering",
        "escalate CTO",
    ]
    assert [found[key] for key in keys(found)] == [5, 30, 60, 120]


def test_the_runbook_of_seed_004_hands_on_from_level_to_level() -> None:
    state, runbook = declared_at("004", "P0")
    found = at(state, runbook)
    assert keys(found) == ["escalate L2"]
    assert found["escalate L2"] == 15


def test_the_business_hours_of_seed_003_count_for_its_lowest_level() -> None:
    state, runbook = declared_at("003", "P4")
    assert at(state, runbook)["acknowledge"] == 3 * 1440 - 5 * 60 + 60  # 3 of its 4 hours pass on Friday
