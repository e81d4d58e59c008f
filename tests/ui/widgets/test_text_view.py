"""Text that is wrapped, scrolled and searched."""

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from cockpit.ui.widgets.line import Span
from cockpit.ui.widgets.text_view import wrapped

TEXTS = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "Zs", "So")), max_size=200)


def rows(text: str, width: int) -> list[str]:
    return ["".join(span.text for span in row) for row in wrapped([Span(text)], width)]


@given(TEXTS, st.integers(4, 100))
def test_nothing_but_spaces_is_lost_and_no_row_is_too_wide(text: str, width: int) -> None:
    broken = rows(text, width)
    assert all(cell_len(row) <= width for row in broken)
    assert "".join("".join(broken).split()) == "".join(text.split())


def test_a_line_is_broken_between_words_and_goes_on_indented() -> None:
    assert rows("  kubectl -n shop rollout restart", 20) == ["  kubectl -n shop", "    rollout restart"]


def test_a_word_that_is_too_long_is_broken_where_the_row_ends() -> None:
    assert rows("x" * 12, 10) == ["x" * 10, "  xx"]


def test_what_goes_on_below_keeps_the_tone() -> None:
    broken = wrapped([Span("! ", "doubtful"), Span("a warning that is long", "wrong")], 12)
    assert [span.tone for row in broken[1:] for span in row] == ["wrong"] * (len(broken) - 1)
