"""Steps that the record itself proves done."""

from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from cockpit.incident.proven import proven
from cockpit.incident.state import ClockState, IncidentState, StepState
from cockpit.runbooks.load import load_builtin
from cockpit.runbooks.model import Phase, Runbook, Step

NOW = datetime(2026, 11, 21, 14, 0, tzinfo=UTC)
BUILT_IN = load_builtin()
DECLARED = IncidentState(declared_at=NOW)


def ticked(state: IncidentState, runbook: Runbook = BUILT_IN) -> list[str]:
    return [draft.text for draft in proven(state, runbook)]


@pytest.mark.parametrize(
    ("state", "texts"),
    [
        (DECLARED, []),
        (replace(DECLARED, severity="SEV2"), ["✔ Set the severity; in doubt, higher (severity set to SEV2)"]),
        (replace(DECLARED, roles={"incident lead": "ana"}), ["✔ Name one person who leads (ana leads)"]),
        (replace(DECLARED, roles={"driver": "ana"}), []),
        (replace(DECLARED, milestones={"impact started": NOW}), ["✔ Note when it began (impact started is noted)"]),
        (
            replace(DECLARED, clocks={"acknowledge": ClockState(met_at=NOW)}),
            ["✔ Acknowledge the page (acknowledged)"],
        ),
        (replace(DECLARED, status="resolved"), ["✔ Set the status to resolved (status set to resolved)"]),
        (replace(DECLARED, status="monitoring"), []),
    ],
)
def test_the_built_in_runbook_says_what_proves_its_steps(state: IncidentState, texts: list[str]) -> None:
    assert ticked(state) == texts


def test_what_a_person_said_of_a_step_stands() -> None:
    step = next(step for phase in BUILT_IN.phases for step in phase.steps if step.proof == "severity")
    opened = replace(DECLARED, severity="SEV2", steps={step.id: StepState("open", "ana", NOW)})
    assert ticked(opened) == []


def test_several_cockpits_tick_it_once() -> None:
    state = replace(DECLARED, severity="SEV2")
    assert [draft.key for draft in proven(state, BUILT_IN)] == [draft.key for draft in proven(state, BUILT_IN)]


def test_steps_beside_the_phases_are_left_alone() -> None:
    step = Step("a", "Set the severity", proof="severity")
    runbook = replace(BUILT_IN, phases=(Phase("Later", (step,), "reference"), Phase("Disk", (step,), "scenario")))
    assert ticked(replace(DECLARED, severity="SEV2"), runbook) == []
