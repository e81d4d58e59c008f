"""What is looked for in a text to find the lines that may match."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.logs.probes import ExpressionProbe, LiteralProbe, Probe, any_case_pieces, lower_case
from cockpit.regex import compile_re2, finder

PIECES = st.sampled_from([b"abc", b"abcabc", b"bcd", b"ab", b"c", b"\0", b"\r", b"", "é".encode(), b"\xff"])
LINES = st.lists(st.lists(PIECES, max_size=5).map(b"".join), min_size=1, max_size=30)


def as_text(lines: list[bytes]) -> bytes:
    return b"".join(line + b"\n" for line in lines)


def held(probe: Probe, lines: list[bytes], first: int = 0) -> list[bytes]:
    """Give the lines, from the `first` on, that a probe finds."""
    text = as_text(lines)
    return [text[text.rfind(b"\n", 0, end) + 1 : end] for end in probe.ends(text, len(as_text(lines[:first])))]


@given(LINES, st.sampled_from([[b"abc"], [b"abc", b"bcd"], [b"abcabc", b"abc", b"cab"], [b"\0\r\0"]]), st.data())
def test_a_line_with_any_of_the_literals_is_found_once(
    lines: list[bytes], literals: list[bytes], data: st.DataObject
) -> None:
    first = data.draw(st.integers(0, len(lines) - 1))
    expected = [line for line in lines[first:] if any(literal in line for literal in literals)]
    assert held(LiteralProbe(literals), lines, first) == expected


@given(LINES, st.data())
def test_an_expression_finds_the_lines_that_match_it(lines: list[bytes], data: st.DataObject) -> None:
    lines = [line.replace(b"\xff", b"") for line in lines]
    first = data.draw(st.integers(0, len(lines) - 1))
    probe = ExpressionProbe(finder(compile_re2("abc|bcd", ignore_case=False)))
    assert held(probe, lines, first) == [line for line in lines[first:] if b"abc" in line or b"bcd" in line]


def test_a_long_line_full_of_a_literal_is_found_once() -> None:
    assert LiteralProbe([b"aaa"]).ends(b"a" * 200_000 + b"\n", 0) == [200_000]


LETTERS = "tTsSkKeé-1\u017f\u212a"


@given(
    st.lists(st.text(LETTERS, min_size=3, max_size=6), min_size=1, max_size=3),
    st.lists(st.text(LETTERS, max_size=8), max_size=20),
)
def test_a_line_with_a_literal_in_any_case_holds_a_piece(literals: list[str], lines: list[str]) -> None:
    pieces = any_case_pieces(literals, "\n".join(lines).encode())
    compiled = compile_re2("|".join(literals), ignore_case=True)
    for line in lines:
        if pieces is not None and compiled.search(line):
            assert any(piece in line.encode() for piece in pieces)


def test_of_a_literal_the_letters_are_chosen_that_are_rarest() -> None:
    assert any_case_pieces(["the 1-2"], b"THE 1 -> 1-1") == [b"1-2"]
    assert any_case_pieces(["aé-b"], b"") is None


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("An ERROR", "an error"),
        ("CAFÉ", "cafÉ"),
        ("mi\u017fs", None),
        ("OK \u212a", "ok \u212a"),
    ],
)
def test_text_in_lower_case_is_given_unless_a_letter_has_a_third_case_there(text: str, plain: str | None) -> None:
    assert lower_case(text.encode(), [b"miss"]) == (None if plain is None else plain.encode())
