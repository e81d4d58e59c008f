"""Which steps need no tick by a person."""

import pytest

from cockpit.runbooks.load import load_builtin, read_runbook


def proofs(markdown: str) -> dict[str, str]:
    return {step.text: step.proof for phase in read_runbook(markdown).phases for step in phase.steps}


def test_the_built_in_runbook_marks_them() -> None:
    marked = {step.text: step.proof for phase in load_builtin().phases for step in phase.steps if step.proof}
    assert marked == {
        "Acknowledge the page": "acknowledged",
        "Note when it began": "impact started",
        "Set the severity; in doubt, higher": "severity",
        "Name one person who leads": "lead",
        "Set the status to resolved": "resolved",
    }


def test_a_mark_is_no_part_of_the_step() -> None:
    (step,) = read_runbook("# R\n## Phase 1\n- [ ] Say how bad it is <!-- proven by: severity -->\n").phases[0].steps
    assert (step.text, step.proof, step.id) == ("Say how bad it is", "severity", "phase-1-say-how-bad-it-is")


@pytest.mark.parametrize(
    ("text", "proof"),
    [
        ("Determine Severity", "severity"),
        ("**Assess severity level**", "severity"),
        ("Set the severity and tell the CTO", ""),
        ("Declare the incident", "declared"),
        ("Declare Incident in PagerDuty", ""),
        ("Assess the damage", ""),
    ],
)
def test_without_a_mark_only_words_that_can_mean_nothing_else(text: str, proof: str) -> None:
    assert [*proofs(f"# R\n## Phase 1\n1. {text}\n").values()] == [proof]


def test_a_step_that_asks_for_more_is_not_proven_by_its_words() -> None:
    markdown = "# R\n## Phase 1\n1. **Declare Incident**\n   - Create it in PagerDuty\n"
    assert proofs(markdown) == {"Declare Incident": ""}


def test_a_mark_that_names_nothing_is_told() -> None:
    runbook = read_runbook("# R\n## Phase 1\n- [ ] Say so <!-- proven by: magic -->\n")
    (remark,) = runbook.unread
    assert (remark.line, remark.text.partition(";")[0]) == (3, "nothing is proven by 'magic'")


def test_the_policy_names_the_roles() -> None:
    assert read_runbook("# R\n", 'roles = ["incident commander", "scribe"]').roles == ("incident commander", "scribe")
