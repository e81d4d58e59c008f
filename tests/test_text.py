"""Outside text, made fit to be shown."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.hostile import ANY_TEXT

from cockpit.text import REPLACEMENT, clean, plain


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
        ("\u1100" + "\u1161" * 9, "\u1100" + "\u1161" * 2),
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


@given(ANY_TEXT | st.text())
def test_plain_text_is_printable_ascii(text: str) -> None:
    assert plain(text).isascii()
    assert plain(text).isprintable()


def test_what_plain_text_cannot_show_is_escaped() -> None:
    assert plain("api: 3 of 3 pods [bold]") == "api: 3 of 3 pods [bold]"
    assert plain("a\x1b[31mb\x9b2J\nc\u2026") == "ab c\\u2026"
