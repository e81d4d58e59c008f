"""Runbook files as they should not be."""

import time
from pathlib import Path

import pytest

from cockpit.runbooks.load import open_runbook, read_runbook
from cockpit.runbooks.source import RunbookError

SEED = Path(__file__).parent / "seeds" / "002.md"


@pytest.mark.parametrize("text", ["", "\n\n", "# Only a title\n", "Nothing but prose.\n"])
def test_one_without_any_step_is_told(text: str) -> None:
    runbook = read_runbook(text)
    assert runbook.phases == ()
    assert [(remark.line, remark.text) for remark in runbook.unread] == [(1, "no step was found in the whole file")]


@pytest.mark.parametrize(
    ("raw", "complaint"),
    [
        (b"# Shop\n\x00\x01\x02", "is not text: it has NUL bytes"),
        ("# Shop\n- [ ] caf\xe9\n".encode("latin-1"), "line 2 is not UTF-8; .*iconv -f WINDOWS-1252 -t UTF-8 shop.md"),
        ("# Shop\n- [ ] go\n".encode("utf-16"), "is not text"),
    ],
)
def test_one_that_is_no_utf8_text_is_refused(tmp_path: Path, raw: bytes, complaint: str) -> None:
    path = tmp_path / "shop.md"
    path.write_bytes(raw)
    with pytest.raises(RunbookError, match=complaint):
        open_runbook(path)


def test_one_of_windows_is_read(tmp_path: Path) -> None:
    path = tmp_path / "shop.md"
    path.write_bytes(b"\xef\xbb\xbf# Shop\r\n## Look\r\n```sh\r\nls \\\r\n  -l\r\n```\r\n")
    runbook = open_runbook(path)
    assert runbook.title == "Shop"
    assert runbook.phases[0].steps[0].commands[0].text == "ls \\\n  -l"


def test_a_directory_and_an_endless_file_are_refused(tmp_path: Path) -> None:
    with pytest.raises(RunbookError, match="Is a directory"):
        open_runbook(tmp_path)
    with pytest.raises(RunbookError, match="larger than 32 MB"):
        open_runbook(Path("/dev/zero"))


@pytest.mark.parametrize(
    "text",
    [
        SEED.read_text("utf-8"),
        "- [ ] do it\n",
        "## Step 1: the same\n```sh\n# 1. one\nls\n```\n",
        "| Severity | Response |\n|---|---|\n| SEV1 | 5 min |\n\n",
        "## Contacts\n**Team**:\n- Slack: x\n",
        "echo don't\n",
        "[" * 40 + "**" * 40 + "`" * 40,
        "> " * 20 + "- " * 20 + "\n",
    ],
    ids=["seed", "steps", "fences", "tables", "contacts", "prose", "brackets", "nesting"],
)
def test_time_grows_with_the_length_and_not_with_its_square(text: str) -> None:
    def seconds(length: int) -> float:
        markdown = "## Look\n" + (text * (length // len(text) + 1))[:length]
        began = time.process_time()
        read_runbook(markdown)
        return time.process_time() - began

    seconds(4_000)
    small = min(seconds(16_000) for _ in range(3))
    large = min(seconds(64_000) for _ in range(2))
    assert large < 10 * small + 0.01  # 4 times as long; 16 times as slow if it were the square


def test_an_apostrophe_that_looks_like_a_quote_does_not_swallow_the_commands_after_it() -> None:
    runbook = read_runbook("## Look\n```sh\necho don't\n" + "ls\n" * 2_000 + "```\n")
    assert len(runbook.phases[0].steps[0].commands) == 2_001


def test_lists_ten_deep_are_read_to_the_bottom() -> None:
    text = "## Look\n" + "".join(f"{'  ' * depth}- [ ] level {depth}\n" for depth in range(10))
    assert [step.text for step in read_runbook(text).phases[0].steps] == [f"level {depth}" for depth in range(10)]


def test_what_lies_too_deep_is_listed_by_line() -> None:
    text = "## Look\n" + "".join(f"{'  ' * depth}- [ ] level {depth}\n" for depth in range(60))
    runbook = read_runbook(text)
    read = len(runbook.phases[0].steps)
    assert read >= 30
    unread = [remark for remark in runbook.unread if "level" in remark.text]
    assert read + len(unread) == 60
    assert (unread[-1].line, unread[-1].text) == (61, "- [ ] level 59")


def test_cells_that_are_missing_promise_nothing() -> None:
    runbook = read_runbook(
        "## Severity\n| Severity | Definition | Response | Update |\n|---|---|---|---|\n"
        "| SEV1 | all | 5 min | 15 min | too much |\n| SEV2 |\n| SEV3 | | 1 h |\n| | nameless | | |\n## Go\n- [ ] go\n"
    )
    read = [(s.name, s.definition, s.response_minutes, s.update_minutes) for s in runbook.severities]
    assert read == [("SEV1", "all", 5, 15), ("SEV2", "", None, None), ("SEV3", "", 60, None)]
    assert [(r.line, r.text) for r in runbook.unread] == [(7, "a level without a name: | nameless |  |")]


def test_an_empty_cell_of_an_escalation_matrix_is_told() -> None:
    runbook = read_runbook(
        "## Escalation\n| Severity | 0-30 min | 30+ min |\n|---|---|---|\n| P1 | Ana | |\n## Go\n- [ ] go\n"
    )
    assert [(rule.to, rule.after_minutes) for rule in runbook.escalation] == [("Ana", 0)]
    assert [(r.line, r.text) for r in runbook.unread] == [(4, "P1: nothing says what happens at 30+ min")]


@pytest.mark.parametrize(
    "text",
    ["## Look\n- [ ] go\n\n```sh\nls\n## Mend\n", "## Look\n- [ ] go\n\n  ```sh\n  ls\n\n## Mend\n- [ ] mend\n"],
    ids=["to the end of the file", "to the end of the item"],
)
def test_a_fence_that_is_never_closed_is_told_and_its_commands_are_kept(text: str) -> None:
    runbook = read_runbook(text)
    assert [(r.line, r.text) for r in runbook.unread] == [(4, "this fence is never closed: ```sh")]
    steps = [step for phase in runbook.phases for step in phase.steps]
    assert "ls" in [command.text for step in steps for command in step.commands]


def test_two_severity_tables_that_contradict_each_other_are_told() -> None:
    table = "| Severity | Response |\n|---|---|\n| SEV1 | {} |\n| SEV2 | 30 min |\n\n"
    runbook = read_runbook(f"## A\n{table.format('5 min')}## B\n{table.format('15 min')}## Go\n- [ ] go\n")
    assert [(r.line, r.text) for r in runbook.contradictions] == [
        (10, "SEV1: the response time is 15 min here, and 5 min in line 4")
    ]
    assert runbook.severities[0].response_minutes == 5


def test_levels_of_two_schemes_are_told() -> None:
    runbook = read_runbook(
        "## A\n### SEV1 - Bad\n**Response**: 5 min\n### P1 - Bad\n**Response**: 5 min\n## Go\n- [ ] go\n"
    )
    assert [r.text for r in runbook.contradictions] == ["levels of different schemes: SEV1, P1"]


def test_placeholders_stay_as_they_are_written() -> None:
    lines = [
        "kubectl logs <pod> -n {namespace}",
        "kubectl logs <<pod>>",
        "kill -9 [PID]",
        "psql $DATABASE_URL < backup.sql",
        "grep ${PATTERN:-error} `which x` $(cat <file>)",
        "curl {{ url }} > /tmp/<service>.txt",
        "echo don't",
        "rm -rf <dir>/*",
    ]
    runbook = read_runbook("## Look\n```sh\n" + "\n".join(lines) + "\n```\n")
    assert [command.text for command in runbook.phases[0].steps[0].commands] == lines


def test_html_is_listed_by_line_and_comments_are_not() -> None:
    runbook = read_runbook("## Look\n<!-- for\nauthors -->\n\n<details open>\nhidden\n\n- [ ] go\n")
    assert [(r.line, r.text) for r in runbook.unread] == [(5, "<details open>"), (6, "hidden")]


def test_what_a_comment_that_is_never_closed_swallows_is_listed_by_line() -> None:
    runbook = read_runbook("## Look\n- [ ] go\n\n<!-- old\n\n- [ ] swallowed\n")
    assert [(r.line, r.text) for r in runbook.unread] == [(4, "<!-- old"), (6, "- [ ] swallowed")]


def test_what_steers_a_terminal_is_taken_out_and_told() -> None:
    runbook = read_runbook("## Look\n- [ ] open \x1b[31mlogs\x1b[0m\n```sh\nls \u202egpj.exe\n```\n")
    first, second = runbook.phases[0].steps
    assert first.text == "open logs"
    assert second.commands[0].text == "ls gpj.exe"
    assert [r.line for r in runbook.repaired] == [2, 4]
