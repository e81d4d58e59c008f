"""The times of an incident: what each is computed from, and whether the policy's target was met."""

from datetime import UTC, datetime, timedelta

import pytest

from cockpit.incident.report.milestones import NAMES
from cockpit.incident.report.model import Measure, Milestone
from cockpit.incident.report.promises import Promises
from cockpit.incident.report.times import measures
from cockpit.incident.state import Period
from cockpit.runbooks.model import Runbook, Severity

START = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
SEV1 = Severity("SEV1", "all down", response_minutes=5, update_minutes=15, resolution_minutes=60)
SEV3 = Severity("SEV3", "hardly noticed", response_words="Next business day")
RUNBOOK = Runbook("shop", (SEV1, SEV3), ("investigating", "resolved"), ())
MINUTES = {"impact started": -9, "detected": -4, "declared": 0, "acknowledged": 3, "mitigated": 40, "resolved": 50}
END = 90


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def measured(
    minutes: dict[str, int], told: tuple[int, ...] = (), severities: tuple[tuple[str, int], ...] = (("SEV1", 0),)
) -> dict[str, Measure]:
    """Compute the times from minutes after the declaration, in an incident that is written about after `END`."""
    known = {name: Milestone(name, at(minutes[name]) if name in minutes else None) for name in NAMES}
    updates = [Milestone("update", at(each)) for each in told]
    promises = Promises(RUNBOOK, [Period(name, at(each)) for name, each in severities], known["declared"].at)
    return {each.name: each for each in measures(known, updates, promises, at(END))}


def values(measures: dict[str, Measure]) -> dict[str, float | None]:
    return {
        name: each.value / timedelta(minutes=1) if each.value is not None else None for name, each in measures.items()
    }


def test_each_time_is_a_difference_of_two_moments() -> None:
    assert values(measured(MINUTES, told=(10, 20, 45))) == {
        "time to detect": 5,
        "time to declare": 4,
        "time to acknowledge": 3,
        "time to first update": 10,
        "time to mitigate": 49,
        "time to resolve": 50,
        "longest silence": 25,
    }


@pytest.mark.parametrize(
    ("missing", "unknown"),
    [
        ("impact started", {"time to detect", "time to mitigate"}),
        ("detected", {"time to detect", "time to declare"}),
        ("acknowledged", {"time to acknowledge"}),
        ("mitigated", {"time to mitigate"}),
        ("resolved", {"time to resolve"}),
        (
            "declared",
            {"time to declare", "time to acknowledge", "time to first update", "time to resolve", "longest silence"},
        ),
    ],
)
def test_what_rests_on_an_unknown_moment_is_unknown(missing: str, unknown: set[str]) -> None:
    known = {name: minutes for name, minutes in MINUTES.items() if name != missing}
    found = values(measured(known, told=(10, 20)))
    assert {name for name, value in found.items() if value is None} == unknown


def test_formulae_name_their_inputs() -> None:
    for measure in measured(MINUTES, told=(10,)).values():
        assert "\N{MINUS SIGN}" in measure.formula
        assert len(measure.inputs) == 2
    detect = measured(MINUTES)["time to detect"]
    assert detect.formula == "detected \N{MINUS SIGN} impact started"
    assert [(each.name, each.at) for each in detect.inputs] == [("detected", at(-4)), ("impact started", at(-9))]


@pytest.mark.parametrize(("minutes", "met"), [(5, True), (6, False)])
def test_a_target_is_met_up_to_the_moment_at_which_it_was_due(minutes: int, met: bool) -> None:
    acknowledge = measured({**MINUTES, "acknowledged": minutes})["time to acknowledge"]
    assert (acknowledge.met, acknowledge.severity, acknowledge.due_at) == (met, "SEV1", at(5))
    assert acknowledge.target == timedelta(minutes=5)


def test_who_acknowledged_before_it_was_declared_was_in_time() -> None:
    acknowledge = measured({**MINUTES, "acknowledged": -2})["time to acknowledge"]
    assert (acknowledge.value, acknowledge.met) == (timedelta(minutes=-2), True)


def test_the_target_is_that_of_the_severity_at_that_time() -> None:
    raised = (("SEV3", 0), ("SEV1", 30))
    times = measured({**MINUTES, "resolved": 80}, severities=raised)
    assert times["time to acknowledge"].severity == "SEV3"
    assert times["time to resolve"].severity == "SEV1"
    assert times["time to resolve"].met is False


def test_before_the_first_severity_was_set_its_target_holds() -> None:
    assert measured(MINUTES, severities=(("SEV1", 10),))["time to acknowledge"].severity == "SEV1"


def test_without_a_severity_there_is_no_target() -> None:
    for measure in measured(MINUTES, told=(10,), severities=()).values():
        assert (measure.target, measure.met) == (None, None)


def test_a_severity_that_the_runbook_does_not_know_has_no_target() -> None:
    assert measured(MINUTES, severities=(("SEV9", 0),))["time to resolve"].target is None


def test_nobody_knows_whether_a_target_was_met_that_no_moment_is_known_for() -> None:
    known = {name: minutes for name, minutes in MINUTES.items() if name != "acknowledged"}
    assert measured(known)["time to acknowledge"].met is None
    assert measured(known)["time to first update"].met is None


def test_what_is_not_resolved_when_it_was_due_has_missed_its_target() -> None:
    known = {name: minutes for name, minutes in MINUTES.items() if name != "resolved"}
    resolve = measured(known)["time to resolve"]
    assert (resolve.value, resolve.met) == (None, False)


def test_silence_is_counted_from_the_declaration_to_the_resolution() -> None:
    silence = measured(MINUTES)["longest silence"]
    assert [each.name for each in silence.inputs] == ["resolved", "declared"]
    assert (silence.value, silence.met) == (timedelta(minutes=50), False)


def test_silence_lasts_as_long_as_nothing_is_resolved() -> None:
    known = {name: minutes for name, minutes in MINUTES.items() if name != "resolved"}
    assert measured(known, told=(10,))["longest silence"].value == timedelta(minutes=80)


def test_what_was_told_after_the_resolution_ends_no_silence() -> None:
    assert measured(MINUTES, told=(10, 55))["longest silence"].value == timedelta(minutes=40)


def test_the_longest_silence_is_held_against_the_severity_at_its_end() -> None:
    calm_at_last = (("SEV1", 0), ("SEV3", 20))
    silence = measured({**MINUTES, "resolved": 80}, told=(18,), severities=calm_at_last)["longest silence"]
    assert (silence.value, silence.target) == (timedelta(minutes=62), None)


def test_every_silence_has_to_keep_its_target() -> None:
    kept = measured({**MINUTES, "resolved": 40}, told=(14, 28))["longest silence"]
    missed = measured({**MINUTES, "resolved": 40}, told=(16, 30))["longest silence"]
    assert (kept.met, missed.met) == (True, False)
