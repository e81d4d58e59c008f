"""A policy in TOML beats what the text says, and says where they differ."""

from itertools import pairwise
from pathlib import Path

import pytest

from cockpit.runbooks.load import open_runbook, read_runbook
from cockpit.runbooks.model import BusinessHours, Contact, Remark, Threshold
from cockpit.runbooks.policy import SCHEMES, ready_scheme
from cockpit.runbooks.source import RunbookError

TEXT = """# Shop
## Severity
| Severity | Definition | Response | Updates |
|---|---|---|---|
| SEV1 | all is lost | 5 min | every 15 min |
| SEV2 | some | next business day | every 30 min |

**Escalate to CTO:**
- SEV1 not resolved in 1 hour
- SEV2 not resolved in 4 hours

## Look
- [ ] Open logs
"""


def test_a_policy_beats_the_text_and_the_contradiction_is_told() -> None:
    runbook = read_runbook(TEXT, '[[severities]]\nname = "SEV2"\nresponse_minutes = 60\nupdate_minutes = 20')
    first, second = runbook.severities
    assert (first.response_minutes, first.update_minutes) == (5, 15)
    assert (second.definition, second.response_minutes, second.update_minutes) == ("some", 60, 20)
    assert runbook.contradictions == (Remark(6, "SEV2: the update interval is 30 min here, but 20 min in the policy"),)


def test_the_same_in_both_is_no_contradiction() -> None:
    assert read_runbook(TEXT, '[[severities]]\nname = "SEV1"\nresponse_minutes = 5').contradictions == ()


def test_escalation_of_the_policy_replaces_that_of_the_text() -> None:
    runbook = read_runbook(TEXT, '[[escalation]]\nto = "CTO"\nseverity = "SEV1"\nafter_minutes = 30')
    assert [(rule.severity, rule.to, rule.after_minutes) for rule in runbook.escalation] == [
        ("SEV1", "CTO", 30),
        ("SEV2", "CTO", 240),
    ]
    assert runbook.contradictions == (
        Remark(9, "SEV1: CTO is called in after 60 min here, but after 30 min in the policy"),
    )


def test_it_holds_what_prose_cannot_carry() -> None:
    runbook = read_runbook(
        "# Shop\n## Contact\n| Role | Contact |\n|---|---|\n| CTO | @old |\n| DBA | @dba |\n",
        """
        protected = ["*prod*"]
        [contacts]
        CTO = ["@cto", "+43 1 234"]
        Press = "press@example.com"
        [thresholds]
        "CPU usage" = 80
        [business_hours]
        start = "08:00"
        zone = "Europe/Vienna"
        """,
    )
    assert runbook.protected == ("*prod*",)
    assert runbook.contacts == (
        Contact("CTO", ("@cto", "+43 1 234")),
        Contact("Press", ("press@example.com",)),
        Contact("DBA", ("@dba",), line=6),
    )
    assert runbook.thresholds == (Threshold("CPU usage", "80"),)
    assert runbook.business_hours == BusinessHours(start="08:00", zone="Europe/Vienna")


def test_it_may_stand_in_front_of_the_text_whose_lines_keep_their_numbers() -> None:
    runbook = read_runbook('+++\nstatuses = ["open", "over"]\n+++\n# Shop\n## Look\n- [ ] Open logs\n')
    assert runbook.statuses == ("open", "over")
    assert (runbook.title, runbook.phases[0].steps[0].line) == ("Shop", 6)


def test_front_matter_in_yaml_is_told_as_unread() -> None:
    runbook = read_runbook("---\ntitle: Shop\n---\n## Look\n- [ ] Open logs\n")
    assert [remark.line for remark in runbook.unread] == [1, 2]
    assert runbook.phases[0].steps[0].line == 5


def test_a_rule_at_the_top_is_no_front_matter() -> None:
    runbook = read_runbook("---\nRead this: all of it\n\n## Look\n- [ ] Open logs\n\n---\n")
    assert [step.text for step in runbook.phases[0].steps] == ["Open logs"]
    assert runbook.unread == ()


def test_it_may_stand_beside_the_file(tmp_path: Path) -> None:
    (tmp_path / "shop.md").write_text('+++\nscheme = "p1-p4"\n+++\n## Look\n- [ ] Open logs\n')
    (tmp_path / "shop.toml").write_text('scheme = "p0-p3"')
    assert [severity.name for severity in open_runbook(tmp_path / "shop.md").severities] == ["P0", "P1", "P2", "P3"]


def test_a_wrong_one_names_its_file_and_key(tmp_path: Path) -> None:
    (tmp_path / "shop.md").write_text("## Look\n")
    (tmp_path / "shop.toml").write_text("[[severities]]\nname = 1")
    with pytest.raises(RunbookError, match=r"shop\.toml.*Expected `str`, got `int` - at `\$\.severities"):
        open_runbook(tmp_path / "shop.md")


@pytest.mark.parametrize(
    ("scheme", "names"),
    [
        ("sev1-4", ["SEV1", "SEV2", "SEV3", "SEV4"]),
        ("p0-p3", ["P0", "P1", "P2", "P3"]),
        ("p1-p4", ["P1", "P2", "P3", "P4"]),
    ],
)
def test_ready_schemes_give_the_worst_level_first_and_soonest(scheme: str, names: list[str]) -> None:
    levels = ready_scheme(scheme)
    assert [level.name for level in levels] == names
    times = [(level.response_minutes or 0, level.resolution_minutes or 0) for level in levels]
    assert all(worse < better for worse, better in pairwise(times))
    assert all(level.definition for level in levels)
    assert scheme in SCHEMES


def test_a_ready_scheme_fills_only_what_is_left_open() -> None:
    runbook = read_runbook(TEXT, 'scheme = "SEV1-4"')
    assert [severity.name for severity in runbook.severities] == ["SEV1", "SEV2", "SEV3", "SEV4"]
    assert (runbook.severities[0].definition, runbook.severities[0].resolution_minutes) == ("all is lost", 60)
    assert (runbook.severities[1].response_minutes, runbook.severities[1].response_words) == (None, "next business day")
    assert runbook.severities[2].update_minutes == 120
    assert runbook.contradictions == ()
