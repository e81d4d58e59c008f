"""Text for any terminal."""

from hypothesis import given
from hypothesis import strategies as st

from cockpit.plain import plain


@given(st.text())
def test_nothing_but_printable_ascii_is_left(text: str) -> None:
    result = plain(text)
    assert result.isascii()
    assert result.isprintable()


def test_plain_text_stays_as_it_is() -> None:
    assert plain("api: 3 of 3 pods [bold]") == "api: 3 of 3 pods [bold]"


def test_what_would_steer_a_terminal_is_made_visible() -> None:
    assert plain("a\x1b[31mb\nc\u2026") == "a\\x1b[31mb\\nc\\u2026"
