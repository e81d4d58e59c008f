"""Runbooks are read from Markdown and TOML."""

from pathlib import Path

import msgspec
import pytest

from cockpit.runbooks.load import load_builtin, load_or_builtin, load_runbook, open_runbook, read_runbook
from cockpit.runbooks.model import Severity, Step

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


def test_headings_are_phases_and_boxes_and_numbers_are_steps() -> None:
    runbook = read_runbook(
        "# Shop\nProse.\n\n1. no phase yet\n## Look\nMore prose.\n- [ ] Open logs\n- [x] Open logs\n\n1. Open logs 2\n"
        "   - said of it\n   - [ ] nested\n## Empty\n## End\n1. `close` it\n- no step\n",
        POLICY,
    )
    assert runbook.title == "Shop"
    assert runbook.severities == (Severity("P0", "all is lost", response_minutes=5),)
    assert [(phase.title, phase.line) for phase in runbook.phases] == [("Look", 5), ("End", 14)]
    assert runbook.phases[0].steps == (
        Step("look-open-logs", "Open logs", line=7),
        Step("look-open-logs-2", "Open logs", line=8),
        Step("look-open-logs-2-2", "Open logs 2", notes=("said of it",), line=10),
        Step("look-nested", "nested", line=12),
    )
    assert runbook.phases[1].steps == (Step("end-close-it", "`close` it", line=15),)
    assert [note.text for note in runbook.notes] == ["Prose.", "no phase yet", "More prose.", "Empty", "no step"]


def test_bullets_are_the_steps_of_a_runbook_that_has_nothing_else() -> None:
    runbook = read_runbook("# Shop\n## Look\n* Open logs\n  * of the api\n")
    assert [step.text for step in runbook.phases[0].steps] == ["Open logs", "of the api"]


def test_boxes_without_any_heading_are_steps_of_the_runbook_itself() -> None:
    runbook = read_runbook("- [ ] Open logs\n- [ ] Close them\n")
    assert [(phase.title, len(phase.steps)) for phase in runbook.phases] == [("Steps", 2)]


def test_a_heading_that_is_a_step_and_only_explains_is_ticked_itself() -> None:
    runbook = read_runbook("## Step 1: Call the vendor\nTheir number is on the wall.\n## Step 2: Wait\n- [ ] an hour\n")
    assert [[step.text for step in phase.steps] for phase in runbook.phases] == [["Call the vendor"], ["an hour"]]


def ids(markdown: str) -> dict[str, str]:
    return {step.text: step.id for phase in read_runbook(markdown).phases for step in phase.steps}


def test_ids_stay_when_other_steps_and_phases_come_and_go() -> None:
    before = ids(
        "## Phase 1: Look\n1. Open logs\n2. Read them\n## Phase 2: Mend\n```sh\n# 1. Roll back\nkubectl x\n```\n"
    )
    after = ids(
        "## Phase 1: Call\n1. Call\n## Phase 2: Look\n1. New\n2. Read them\n## Phase 3: Mend\n"
        "```sh\n# 1. First this\nls\n# 2. Roll back\nkubectl x\n```\n"
    )
    assert {text: after[text] for text in ("Read them", "Roll back")} == {
        text: before[text] for text in ("Read them", "Roll back")
    }


@pytest.mark.parametrize(
    "policy",
    ["statuses = 1", "colour = 'red'" + POLICY, "= broken", "[[severities]]\nresponse_minutes = 5", "scheme = 'sev9'"],
)
def test_a_policy_that_is_none_is_refused(policy: str) -> None:
    with pytest.raises(msgspec.DecodeError):
        read_runbook("# Shop", policy)


def test_attributes_of_a_fence_stay_with_its_commands_and_limit_the_step() -> None:
    runbook = read_runbook(
        '## Mend\n```sh {name=restart interactive=false risk=write when=sev1,sev2 colour="dark red"}\nls\n```\n'
    )
    (step,) = runbook.phases[0].steps
    assert step.when == ("SEV1", "SEV2")
    assert step.commands[0].attributes == {
        "name": "restart",
        "interactive": "false",
        "risk": "write",
        "when": "sev1,sev2",
        "colour": "dark red",
    }


def test_a_runbook_that_is_silent_borrows_severities_and_statuses(tmp_path: Path) -> None:
    path = tmp_path / "shop.md"
    path.write_text("## Look\n- [ ] Open logs\n")
    runbook, generic = load_runbook(path), load_builtin()
    assert runbook.title == "shop"
    assert (runbook.severities, runbook.statuses) == (generic.severities, generic.statuses)
    assert open_runbook(path).severities == ()


def test_without_a_file_it_is_the_built_in_one() -> None:
    assert load_runbook(None) == load_builtin()
    assert not load_builtin().unread


def test_one_that_cannot_be_read_gives_way_to_the_built_in_one(tmp_path: Path) -> None:
    runbook, trouble = load_or_builtin(tmp_path / "gone.md")
    assert runbook == load_builtin()
    assert str(trouble) == f"{tmp_path / 'gone.md'} cannot be read: No such file or directory"
