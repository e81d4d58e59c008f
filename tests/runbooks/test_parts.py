"""The parts that read one thing each: times, damaged characters, labels, commands."""

import pytest

from cockpit.runbooks.blocks import Fence
from cockpit.runbooks.commands import scripts_of
from cockpit.runbooks.durations import minutes_of, span_of
from cockpit.runbooks.inline import Label, label_of, plain_text, severities_in, severity_heading, without_number
from cockpit.runbooks.mojibake import repair


@pytest.mark.parametrize(
    ("words", "minutes"),
    [
        ("15 minutes", 15),
        ("< 5 min", 5),
        ("Immediate", 0),
        ("Immediate (< 15 min)", 15),
        ("1-2 hours", 120),
        ("30 minutes - 2 hours", 120),
        ("10\u201330 min", 30),
        ("1.5 h", 90),
        ("15+ minutes", 15),
        ("24 hours", 1440),
        ("7 days", 10080),
        ("< 1 week", 10080),
        ("90 seconds", 2),
        ("< 4 hours (business hours)", 240),
        ("Next business day", None),
        ("2 business days", None),
        ("Varies (30 minutes to several hours)", None),
        ("As needed", None),
        ("24/7", None),
        ("p95 < 500ms", None),
        ("", None),
    ],
)
def test_times_in_prose(words: str, minutes: int | None) -> None:
    assert minutes_of(words) == minutes


@pytest.mark.parametrize(
    ("words", "span"),
    [("0-30 min", (0, 30)), ("30-60 min", (30, 60)), ("1-2 hours", (60, 120)), ("2+ hours", (120, 120))],
)
def test_when_a_time_begins_and_ends(words: str, span: tuple[int, int]) -> None:
    assert span_of(words) == span


@pytest.mark.parametrize(
    "text", ["→ √ é ü ß", "🚨 INCIDENT", "├─ YES → SEV1", "✅ naïve café \u2013 “quoted” …", "5 µs \u00d7 2"]
)
@pytest.mark.parametrize("code_page", ["cp1252", "mac_roman"])
def test_what_a_wrong_code_page_did_is_undone(text: str, code_page: str) -> None:
    raw = text.encode()
    damaged = "".join(bytes([byte]).decode(code_page, "ignore") or chr(byte) for byte in raw)
    assert damaged != text
    assert repair(damaged) == text


@pytest.mark.parametrize(
    "text",
    [
        "plain",
        "café…», «naïve»",
        "“école”",
        "\u201aÜber\u2018",
        "Ärger \u2013 größer",
        "→ ✅ 🚨",
        "5 °C ± 2",
        "日本語のテスト",
        "à «»",
    ],
)
def test_what_was_never_damaged_stays(text: str) -> None:
    assert repair(text) == text


@pytest.mark.parametrize(
    ("line", "label"),
    [
        ("**Duration**: 1-5 minutes", Label("Duration", "1-5 minutes")),
        ("**Response Time:** 15 minutes", Label("Response Time", "15 minutes")),
        ("**Fix:**", Label("Fix", "")),
        ("**1. Rollback Recent Deployment**", Label("1. Rollback Recent Deployment", "")),
        ("Apply via Helm:", Label("Apply via Helm", "")),
        ("**Bold** words in a sentence", None),
        ("A sentence. With a colon: inside", None),
        ("**never closed", None),
    ],
)
def test_labels(line: str, label: Label | None) -> None:
    assert label_of(line) == label


def test_severities_are_found_in_text_and_headings() -> None:
    assert severities_in("P0/P1 Notification, not p95") == ("P0", "P1")
    assert severities_in("SEV1/SEV2, sev-3 and SEV[4]") == ("SEV1", "SEV2", "SEV3")
    assert severities_in("SEV1/2") == ("SEV1", "SEV2")
    assert [severity_heading(text) for text in ("P1 - Critical", "SEV2", "SEV1 Response", "Pods")] == [
        "P1", "SEV2", None, None,
    ]  # fmt: skip


def test_markup_and_numbers_come_off() -> None:
    assert plain_text("**Check** the [guide](a/b.md) of `x`\n  __now__") == "Check the guide of `x` now"
    titles = ("Phase 2: Triage", "3. Mend", "Step 1 - Look", "24/7 support", "5xx errors")
    assert [without_number(text) for text in titles] == ["Triage", "Mend", "Look", "24/7 support", "5xx errors"]


def cut(text: str, language: str = "sh") -> list[str]:
    return [command.text for script in scripts_of(Fence(language, {}, text, 1)) for command in script.commands]


@pytest.mark.parametrize(
    "command",
    [
        "kubectl get pods \\\n  -n shop",
        "python -c \"\nimport os\n# not a comment\nprint('x')\n\"",
        "while true; do\n  ps\n\n  sleep 60\ndone",
        "cat <<EOF > file\n# kept\n\nx\nEOF",
        "curl -d '{\n \"a\": 1\n}' host",
        '{\n  "query": "x"\n}',
        "echo '#1' \"a # b\" ${x:-y}  # said of it",
    ],
)
def test_a_command_goes_on_where_a_shell_would_wait(command: str) -> None:
    assert cut(f"ls\n{command}\nls\n") == ["ls", command, "ls"]


def test_prompts_come_off_and_output_is_no_command() -> None:
    (script,) = scripts_of(
        Fence("console", {}, "$ kubectl get pods\nNAME   READY   STATUS\napi    1/1     Running\n\n$ ls\n", 1)
    )
    assert [command.text for command in script.commands] == ["kubectl get pods", "ls"]
    assert script.expect == ["NAME   READY   STATUS", "api    1/1     Running"]


def test_sql_is_cut_at_semicolons_and_code_stays_whole() -> None:
    assert cut("-- slow\nSELECT 1\nFROM a;\n\nVACUUM;\n", "sql") == ["SELECT 1\nFROM a;", "VACUUM;"]
    assert cut("// wait\nf(1);\n\ng(2);\n", "javascript") == ["// wait\nf(1);\n\ng(2);"]
