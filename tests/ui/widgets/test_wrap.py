from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from cockpit.ui.widgets.wrap import wrap


def test_lines_break_between_words() -> None:
    assert wrap("rolling back to eleven", 12) == ["rolling back", "to eleven"]


def test_a_word_that_fits_no_line_is_cut() -> None:
    assert wrap("see aaaaaaaaaaaaaaaa now", 6) == ["see", "aaaaaa", "aaaaaa", "aaaa", "now"]


def test_an_empty_text_is_one_empty_line() -> None:
    assert wrap("  ", 10) == [""]


@given(st.text(st.characters(categories=("L", "N", "P", "Zs"))), st.integers(2, 40))
def test_no_line_is_wider_than_asked_and_no_word_is_lost(text: str, cells: int) -> None:
    lines = wrap(text, cells)
    assert all(cell_len(line) <= cells for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())
