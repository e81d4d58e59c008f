"""Literals that every matching line must hold."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.logs.literals import Required, required_literals
from cockpit.regex import PatternError, compile_re2


@pytest.mark.parametrize(
    ("pattern", "literals", "complete"),
    [
        ("timeout", ("timeout",), True),
        ("timeout|refused|reset by peer", ("refused", "reset by peer", "timeout"), True),
        ("connection (refused|reset)", ("connection refused", "connection reset"), True),
        (r"\d+ms for orders/\d+", ("ms for orders/",), False),
        ("ERROR.*timeout", ("timeout",), False),
        (r"\btimeout$", ("timeout",), False),
        ("(?:abc)+def", ("abc",), False),
        ("(?:abc)*def", ("def",), False),
        (r"a\.b\.c[\]x]+", ("a.b.c",), False),
        ("status=5.{2} .*(GET|POST) /orders", ("GET /orders", "POST /orders"), False),
    ],
)
def test_what_a_matching_line_must_hold(pattern: str, literals: tuple[str, ...], complete: bool) -> None:
    assert required_literals(pattern) == Required(literals, complete)


@pytest.mark.parametrize(
    "pattern",
    [
        "",
        "ab",
        "a.c",
        "abc|d+",
        "(?i)abc",
        r"abc\x41",
        "[[:alpha:]]bcd",
        "(abc",
        "abc)",
        r"\Qabc\E",
        "abc{",
        "abc\ndef",
    ],
)
def test_patterns_without_a_useful_literal_and_those_that_are_unclear_give_none(pattern: str) -> None:
    assert required_literals(pattern) is None


PIECES = st.one_of(
    st.sampled_from(["abc", "bcd", "a", "b", "c", "d", ".", " ", "|", "(", "(?:", ")", "*", "+", "?", "{0,2}", "{2}"]),
    st.sampled_from(["[ab]", "[^a]", "[]a]", r"[a\]]", "^", "$", r"\b", r"\.", r"\d"]),
)


@given(st.lists(PIECES, max_size=9).map("".join), st.lists(st.sampled_from("abcd. ]1"), max_size=14).map("".join))
def test_no_line_that_matches_is_without_them(pattern: str, line: str) -> None:
    required = required_literals(pattern)
    try:
        compiled = compile_re2(pattern, ignore_case=False)
    except PatternError:
        return
    if required is None:
        return
    held = any(literal in line for literal in required.literals)
    if compiled.search(line):
        assert held
    if required.complete:
        assert bool(compiled.search(line)) == held
