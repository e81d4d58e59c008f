"""Runbooks are read from Markdown and TOML."""

import msgspec
import pytest

from cockpit.runbooks.load import load_builtin, read_runbook
from cockpit.runbooks.model import Phase, Severity, Step

POLICY = """
statuses = ["open", "over"]
[[severities]]
name = "P0"
definition = "all is lost"
response_minutes = 5
"""


def test_the_built_in_runbook_leads_from_triage_to_close() -> None:
    runbook = load_builtin()
    assert [phase.title for phase in runbook.phases] == ["Triage", "Communicate", "Mitigate", "Verify", "Close"]
    assert all(3 <= len(phase.steps) <= 7 for phase in runbook.phases)
    assert runbook.statuses == ("investigating", "identified", "monitoring", "resolved")


def test_its_steps_fit_the_sidebar_and_their_ids_differ() -> None:
    steps = [step for phase in load_builtin().phases for step in phase.steps]
    assert max(len(step.text) for step in steps) <= 46
    assert len({step.id for step in steps}) == len(steps)
    assert steps[0].id == "triage-acknowledge-the-page"


def test_the_worse_a_severity_the_sooner_it_is_answered_and_told() -> None:
    severities = load_builtin().severities
    assert [severity.name for severity in severities] == ["SEV1", "SEV2", "SEV3", "SEV4"]
    assert [severity.response_minutes for severity in severities] == [5, 15, 60, 240]
    assert [severity.update_minutes for severity in severities] == [15, 30, 120, None]
    assert all("\n" not in severity.definition for severity in severities)


def test_headings_are_phases_and_items_are_steps() -> None:
    runbook = read_runbook(
        "# Shop\nProse.\n- no phase yet\n## Look\nMore prose.\n- [ ] Open logs\n- [x] Open logs\n1. Open logs 2\n"
        "   - nested\n## Empty\n## End\n* `close` it\n",
        POLICY,
    )
    assert runbook.title == "Shop"
    assert runbook.severities == (Severity("P0", "all is lost", response_minutes=5),)
    assert runbook.phases == (
        Phase(
            "Look",
            (
                Step("look-open-logs", "Open logs"),
                Step("look-open-logs-2", "Open logs"),
                Step("look-open-logs-2-2", "Open logs 2"),
                Step("look-nested", "nested"),
            ),
        ),
        Phase("End", (Step("end-close-it", "`close` it"),)),
    )


@pytest.mark.parametrize("policy", ["statuses = 1", "severities = []", "colour = 'red'" + POLICY, "= broken"])
def test_a_policy_that_is_none_is_refused(policy: str) -> None:
    with pytest.raises(msgspec.DecodeError):
        read_runbook("# Shop", policy)
