"""Outside text, made drawable."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from cockpit.ui.text import REPLACEMENT, clean, fit, pad

NASTY = st.sampled_from(
    ["\x1b[31m", "\x1b]8;;http://x\x07", "\x1b", "\x9b", "[bold]", "日", "e\u0301", "\u0301" * 5, "\u202e", "\u200b"]
)
ANY_TEXT = st.lists(st.one_of(st.text(max_size=4), st.characters(categories=["Cc", "Cs", "Mn"]), NASTY)).map("".join)


@pytest.mark.parametrize(
    ("hostile", "drawn"),
    [
        ("plain [bold]x[/] stays", "plain [bold]x[/] stays"),
        ("\x1b[1;31mred\x1b[0m", "red"),
        ("\x9b31mred", "red"),
        ("\x1b]0;a new title\x07text", "text"),
        ("\x1b]52;c;c2VjcmV0\x1b\\text", "text"),
        ("\x1bP1$r q\x1b\\text", "text"),
        ("\x1b(Btext\x1b", "text"),
        ("\x1b]0;a title without an end", "0;a title without an end"),
        ("one\ttwo\r\nthree\u2028four\u00a0five", "one two  three four five"),
        ("a\x00b\x7fc\x85", f"a{REPLACEMENT}b{REPLACEMENT}c "),
        ("gnp.exe \u202eexe.png", "gnp.exe exe.png"),
        ("zero\u200bwidth\u200d\ufeff", "zerowidth"),
        ("lone \udcff surrogate", f"lone {REPLACEMENT} surrogate"),
        ("Z\u0301\u0302\u0303\u0304\u0305!", "Z\u0301\u0302!"),
        ("\u0301x", "x"),
        ("warn \u26a0\ufe0f", "warn \u26a0"),
    ],
)
def test_clean_leaves_only_what_can_be_drawn(hostile: str, drawn: str) -> None:
    assert clean(hostile) == drawn


@given(ANY_TEXT)
def test_clean_text_holds_no_character_that_steers_the_terminal(text: str) -> None:
    assert not {unicodedata.category(character) for character in clean(text)} & {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}


@given(ANY_TEXT)
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@given(ANY_TEXT, st.integers(-2, 30), st.booleans())
def test_fit_never_takes_more_cells_than_asked(text: str, cells: int, ellipsis: bool) -> None:
    fitted = fit(text, cells, ellipsis=ellipsis)
    assert cell_len(fitted) <= max(cells, 0)
    assert fit(fitted, cells, ellipsis=ellipsis) == fitted


@given(ANY_TEXT, st.integers(0, 30))
def test_pad_takes_exactly_the_cells_asked(text: str, cells: int) -> None:
    assert cell_len(pad(text, cells)) == cell_len(pad(text, cells, align="right")) == cells


def test_fit_keeps_what_fits_and_marks_what_it_cut() -> None:
    assert fit("api-7f9", 7) == "api-7f9"
    assert fit("api-7f9-x2", 7) == "api-7f…"
    assert fit("api-7f9-x2", 7, ellipsis=False) == "api-7f9"


def test_fit_never_cuts_a_wide_character_in_half() -> None:
    assert fit("日本語", 4) == "日…"
    assert pad("日本語", 4) == "日… "


def test_pad_aligns_numbers_to_the_right() -> None:
    assert pad("12", 5, align="right") == "   12"
