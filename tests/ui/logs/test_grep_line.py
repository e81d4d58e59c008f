import pytest

from cockpit.ui.logs.grep_line import GrepLine, parse_grep


@pytest.mark.parametrize(
    ("typed", "understood"),
    [
        ("timeout", GrepLine("timeout")),
        ("-A3 timeout", GrepLine("timeout", (0, 3))),
        ("-B 2 timeout", GrepLine("timeout", (2, 0))),
        ("-C5 time out ", GrepLine("time out ", (5, 5))),
        ("-A 3 -B 1 x", GrepLine("x", (1, 3))),
        ("-C2", GrepLine("", (2, 2))),
        ("-A", GrepLine("-A")),
        ("-5 degrees", GrepLine("-5 degrees")),
        ("exit -A3", GrepLine("exit -A3")),
    ],
)
def test_options_stand_before_the_pattern_as_with_grep(typed: str, understood: GrepLine) -> None:
    assert parse_grep(typed) == understood
