"""The runbook of the configuration is the one that is worked with."""

import io
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cockpit.config import Flags
from cockpit.config_error import ConfigError
from cockpit.config_load import load
from cockpit.incident.command import Wish, run_report
from cockpit.incident.entry import Draft, EntryKind
from cockpit.incident.file import IncidentFile
from cockpit.ui.incident.incident_desk import open_record

NOW = datetime(2026, 11, 21, 14, 8, 51, tzinfo=UTC)
SEED = Path(__file__).parent / "seeds" / "002.md"


def clock() -> datetime:
    return NOW


def test_the_file_is_named_in_the_configuration_or_on_the_command_line(tmp_path: Path) -> None:
    path = tmp_path / "cockpit.toml"
    path.write_text('[runbook]\nfile = "shop.md"')
    assert load(Flags(config=path), {}).runbook.file == tmp_path / "shop.md"
    assert load(Flags(config=path, runbook=Path("mine.md")), {}).runbook.file == Path("mine.md")
    path.write_text("")
    assert load(Flags(config=path), {}).runbook.file is None


def test_a_mistake_in_its_table_is_told(tmp_path: Path) -> None:
    path = tmp_path / "cockpit.toml"
    path.write_text('[runbook]\nfiel = "shop.md"')
    with pytest.raises(ConfigError, match=r"\[runbook\] has no setting 'fiel'; did you mean 'file'"):
        load(Flags(config=path), {})


async def test_the_record_is_opened_with_its_phases_and_severities(tmp_path: Path) -> None:
    told: list[str] = []
    desk = await open_record(tmp_path, None, clock, lambda text, _: told.append(text), SEED)
    assert desk.runbook.phases[0].title == "Phase 1: Detection"
    assert [severity.update_minutes for severity in desk.runbook.severities] == [15, 30, 120, None]
    assert desk.runbook.statuses == ("investigating", "identified", "monitoring", "resolved")
    assert told == [f"the runbook contradicts itself; see: cockpit runbook lint {SEED}"]
    await desk.aclose()


async def test_a_runbook_that_cannot_be_read_does_not_keep_the_cockpit_from_opening(tmp_path: Path) -> None:
    told: list[str] = []
    desk = await open_record(tmp_path, None, clock, lambda text, _: told.append(text), tmp_path / "gone.md")
    assert desk.runbook.title == "Generic incident"
    assert told == [
        f"{tmp_path / 'gone.md'} cannot be read: No such file or directory; the checklist is the generic one"
    ]
    await desk.aclose()


def test_the_report_ticks_its_steps(tmp_path: Path) -> None:
    data: dict[str, str | None] = {
        "step": "detection-initial-actions-steps-verify-incident",
        "phase": "Phase 1: Detection",
        "text": "Verify Incident",
        "state": "done",
    }
    file = IncidentFile.create(tmp_path, clock=clock)
    file.append(Draft(EntryKind.STEP, "Verify Incident", "ana", data=data))
    file.close()
    stdout, stderr = io.StringIO(), io.StringIO()
    assert run_report(file.path, tmp_path, Wish(), clock, stdout, stderr, runbook=SEED) == 0
    checklist = stdout.getvalue().partition("## Checklist")[2]
    assert "Runbook: Runbook: Incident Response" in checklist
    assert "[x] Verify Incident" in checklist
    assert "Steps of another runbook" not in checklist
