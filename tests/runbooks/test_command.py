"""`cockpit runbook lint` and `cockpit runbook show`."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cockpit.cli import run
from cockpit.runbooks.command import run_lint, run_show

SEEDS = Path(__file__).parent / "seeds"
GOOD = """# Shop
## Severity
| Severity | Definition | Response |
|---|---|---|
| SEV1 | all is lost | Immediate |
| SEV2 | some | next business day |

## Phase 1: Look

**Steps**:

1. Open logs

   ```sh
   kubectl logs <pod>
   # Should have no errors
   ```

**Validation**: cause known

## Templates

### Slack update

```
Status: [Open/Resolved]
Impact: [what]
```
"""

Write = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(text: str) -> Path:
        path = tmp_path / "shop.md"
        path.write_text(text)
        return path

    return write


def lint(path: Path) -> tuple[int, list[str], str]:
    stdout, stderr = io.StringIO(), io.StringIO()
    return run_lint(path, stdout, stderr), stdout.getvalue().splitlines(), stderr.getvalue()


def show(path: Path, *, as_json: bool = False) -> tuple[int, str, str]:
    stdout, stderr = io.StringIO(), io.StringIO()
    return run_show(path, stdout, stderr, as_json=as_json), stdout.getvalue(), stderr.getvalue()


def test_a_runbook_that_is_understood_lints_clean(write: Write) -> None:
    path = write(GOOD)
    read = "severities: 2, phases: 1, steps: 1, fences: 2, contradictions: 0, not understood: 0, mended: 0"
    assert lint(path) == (0, [f"{path}: {read}"], "")


def test_contradictions_and_unread_parts_are_told_by_line_and_make_it_fail(write: Write) -> None:
    path = write(GOOD + "\n| a | b |\n|---|---|\n| 1 | 2 |\n")
    status, lines, _ = lint(path)
    assert (status, lines[0]) == (1, f"{path}:30: not understood: table: a | b")
    status, lines, _ = lint(SEEDS / "002.md")
    told = "contradiction: SEV2: the update interval is 15 min here, and 30 min in line 200"
    assert (status, lines[0]) == (1, f"{SEEDS / '002.md'}:173: {told}")


def test_what_was_mended_is_told_and_is_no_failure() -> None:
    status, lines, _ = lint(SEEDS / "001.md")
    assert status == 0
    assert lines[0].startswith(f"{SEEDS / '001.md'}:25: mended: wrongly decoded characters mended")


@pytest.mark.parametrize("command", [lint, show])
def test_a_file_that_cannot_be_read_is_status_2(
    command: Callable[[Path], tuple[int, Any, str]], tmp_path: Path
) -> None:
    status, printed, complaint = command(tmp_path / "gone.md")
    assert (status, not printed) == (2, True)
    assert complaint.endswith(f"{tmp_path / 'gone.md'} cannot be read: No such file or directory\n")


def test_the_json_holds_what_the_text_says_and_null_where_it_is_silent(write: Write) -> None:
    status, printed, _ = show(write(GOOD), as_json=True)
    silent = {"resolution_minutes": None, "resolution_words": None, "update_minutes": None, "update_words": None}
    assert status == 0
    assert json.loads(printed) == {
        "title": "Shop",
        "severities": [
            {
                "name": "SEV1",
                "definition": "all is lost",
                "response_minutes": 0,
                "response_words": "Immediate",
                **silent,
            },
            {
                "name": "SEV2",
                "definition": "some",
                "response_minutes": None,
                "response_words": "next business day",
                **silent,
            },
        ],
        "phases": [
            {
                "title": "Phase 1: Look",
                "steps": [
                    {
                        "text": "Open logs",
                        "commands": ["kubectl logs <pod>"],
                        "expect": "Should have no errors",
                        "gate": "cause known",
                    }
                ],
            }
        ],
        "escalation": [],
        "messages": [{"name": "Slack update", "channel": "slack", "fields": ["Status", "Impact"]}],
        "fences": 2,
        "unread": [],
    }


def test_escalation_in_json_says_who_when_and_after_what() -> None:
    rules = json.loads(show(SEEDS / "003.md", as_json=True)[1])["escalation"]
    words = "+ Engineering Manager"
    assert {"severity": "P1", "after_minutes": 30, "from": None, "to": words[2:], "words": words} in rules


def test_people_are_shown_an_outline(write: Write) -> None:
    _, printed, _ = show(write(GOOD))
    assert "  SEV1  all is lost\n      respond 0 min  (Immediate)\n" in printed
    assert (
        "Phase 1: Look  (phase)\n  [ ] Open logs\n        kubectl logs <pod>\n      expect: Should have no errors\n"
        "      gate: cause known\n" in printed
    )


@pytest.mark.parametrize("number", ["000", "001", "002", "003", "004"])
def test_every_seed_can_be_shown_on_a_terminal_of_any_kind(number: str) -> None:
    raw = io.BytesIO()
    stdout = io.TextIOWrapper(raw, encoding="ascii")
    assert run_show(SEEDS / f"{number}.md", stdout, io.StringIO(), as_json=False) == 0
    assert raw.getvalue().count(b"[ ]") >= 45


def test_both_can_be_typed(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(GOOD)
    assert run(["runbook", "lint", str(path)]) == 0
    assert run(["runbook", "show", str(path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out.partition("\n")[2])["title"] == "Shop"
    assert run(["runbook", "lint", "/nowhere.md"]) == 2


@pytest.mark.parametrize("typed", [["runbook"], ["runbook", "show"]])
def test_without_a_file_the_runbook_in_use_is_shown(
    typed: list[str], write: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    assert run(typed) == 0
    assert capsys.readouterr().out.startswith("built-in runbook; your own: cockpit --runbook FILE, or [runbook] file")
    path = write(GOOD)
    assert run(["--runbook", str(path), *typed]) == 0
    assert capsys.readouterr().out.splitlines()[:3] == [str(path), "", "Shop"]


def test_the_built_in_runbook_lints_clean() -> None:
    stdout, stderr = io.StringIO(), io.StringIO()
    assert run_lint(None, stdout, stderr) == 0
    assert stdout.getvalue().startswith("built-in runbook: severities: ")
