from hypothesis import given
from hypothesis import strategies as st
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from cockpit.ui.terminal.changed_runs import changed_runs

RED = Style(color="red")
pieces = st.lists(st.tuples(st.text("ab漢", max_size=4), st.sampled_from([None, RED])), max_size=6)


def strip(*texts: tuple[str, Style | None], width: int = 30) -> Strip:
    return Strip([Segment(text, style) for text, style in texts]).adjust_cell_length(width)


def test_the_same_line_is_not_painted_again() -> None:
    assert list(changed_runs(strip(("14:23:07", None)), strip(("14:23:07", None)))) == []


def test_a_clock_that_ticks_costs_one_cell() -> None:
    assert list(changed_runs(strip(("14:23:07", None)), strip(("14:23:08", None)))) == [(7, 8)]


def test_two_clocks_side_by_side_are_one_run() -> None:
    before, after = strip(("00:14:32  14:23:07", None)), strip(("00:14:33  14:23:08", None))
    assert list(changed_runs(before, after)) == [(7, 18)]


def test_changes_far_apart_are_two_runs() -> None:
    before, after = strip(("a" + " " * 20 + "a", None)), strip(("b" + " " * 20 + "b", None))
    assert list(changed_runs(before, after)) == [(0, 1), (21, 22)]


def test_a_change_of_colour_alone_is_a_change() -> None:
    assert list(changed_runs(strip(("live", None)), strip(("live", RED)))) == [(0, 4)]


def test_another_width_repaints_everything() -> None:
    assert list(changed_runs(strip(width=10), strip(width=12))) == [(0, 12)]


@given(pieces, pieces)
def test_every_changed_cell_lies_in_a_run_and_no_wide_character_is_cut(
    before: list[tuple[str, Style | None]], after: list[tuple[str, Style | None]]
) -> None:
    old, new = strip(*before, width=24), strip(*after, width=24)
    repainted = old
    for start, end in reversed(list(changed_runs(old, new))):
        repainted = Strip.join([repainted.crop(0, start), new.crop(start, end), repainted.crop(end)])
    assert repainted.text == new.text


def test_a_wide_character_in_the_place_of_another_is_painted_whole() -> None:
    assert list(changed_runs(strip(("漢", None)), strip(("語", None)))) == [(0, 2)]


def test_a_combining_mark_alone_is_a_change() -> None:
    assert list(changed_runs(strip(("e", None)), strip(("e\u0301", None)))) == [(0, 1)]


def test_a_colour_of_text_is_no_change_where_there_is_no_text() -> None:
    before, after = strip(("api", None), ("   ", Style())), strip(("api", None), ("   ", RED))
    assert list(changed_runs(before, after)) == []
    assert list(changed_runs(before, strip(("api", None), ("   ", Style(reverse=True))))) == [(3, 6)]
