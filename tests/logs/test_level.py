"""The severity that a line states."""

import pytest

from cockpit.logs.level import error_matcher, warning_matcher


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("2026-11-21 14:08:51 ERROR no database", "ERROR"),
        ("E1121 14:08:51.120 main.go:12] lost", "E1121 "),
        ('{"ts":1,"level":"error","msg":"x"}', 'level":"error'),
        ("ts=1 level=fatal msg=x", "level=fatal"),
        ("[error] 12#0: upstream", "[error]"),
        ("panic: runtime error", "panic:"),
        ("GET /errors 200, 0 errors", None),
        ("no error here: all WARN", None),
        ("TERRORS", None),
    ],
)
def test_an_error_is_known_by_its_form(line: str, word: str | None) -> None:
    spans = error_matcher().spans(line)
    assert [line[start:end] for start, end in spans] == ([] if word is None else [word])


@pytest.mark.parametrize(("line", "found"), [("WARN slow", True), ("level=warning", True), ("a warning", False)])
def test_a_warning_is_known_by_its_form(line: str, found: bool) -> None:
    assert bool(warning_matcher().spans(line)) == found
