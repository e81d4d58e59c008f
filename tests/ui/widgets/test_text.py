"""Text measured in cells."""

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len, get_character_cell_size
from support.hostile import ANY_TEXT

from cockpit.text import clean
from cockpit.ui.widgets.text import fit, pad, shorten_paths


def test_what_takes_no_cell_is_never_drawn_alone() -> None:
    alone = [chr(code) for code in range(0x20000) if get_character_cell_size(chr(code)) == 0]
    assert len(alone) > 2000
    assert [character for character in alone if cell_len(clean(character)) != len(clean(character))] == []


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


def test_of_a_text_that_does_not_fit_the_names_of_files_stay() -> None:
    told = "report written to /var/lib/incidents/INC-2026-11-21-002.md and .html; see https://wiki/a/b"
    assert shorten_paths(told, 100) == told
    assert shorten_paths(told, 80) == "report written to …/INC-2026-11-21-002.md and .html; see https://wiki/a/b"
    assert shorten_paths("saved: ~/incidents/a.md; 3 of 4/5 done", 20) == "saved: …/a.md; 3 of 4/5 done"
