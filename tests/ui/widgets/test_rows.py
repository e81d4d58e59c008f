from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from cockpit.ui.widgets.rows import Cell, Column, layout, place

COLUMNS = (
    Column("name", "NAME", 10, grows=True),
    Column("ready", "READY", 5),
    Column("age", "AGE", 5, importance=1),
    Column("node", "NODE", 12, importance=2),
)


def test_all_columns_are_shown_where_there_is_room_and_the_growing_one_takes_the_rest() -> None:
    assert layout(COLUMNS, 50) == [(0, 25), (1, 5), (2, 5), (3, 12)]


def test_the_least_important_columns_go_first() -> None:
    assert [index for index, _ in layout(COLUMNS, 25)] == [0, 1, 2]
    assert [index for index, _ in layout(COLUMNS, 18)] == [0, 1]


def test_at_least_one_column_is_shown_however_narrow_it_is() -> None:
    assert len(layout(COLUMNS, 3)) == 1


@given(st.integers(0, 300))
def test_the_columns_never_need_more_than_the_width(width: int) -> None:
    places = layout(COLUMNS, width)
    if len(places) > 1:
        assert sum(cells + 1 for _, cells in places) - 1 <= width


def text(cells: list[Cell]) -> str:
    return "".join(cell.text for cell in cells)


def test_cells_stand_under_their_titles() -> None:
    cells = (Cell("api"), Cell("0/1"), Cell("12m"), Cell("node-1"))
    assert text(place(cells, COLUMNS, 40)) == "api             0/1   12m   node-1      "


def test_a_long_text_goes_on_into_empty_columns_but_not_over_full_ones() -> None:
    long = Cell("a step with many words")
    assert text(place((long, Cell(""), Cell(""), Cell("x")), COLUMNS, 36)) == "a step with many words  x           "
    assert text(place((long, Cell("1"), Cell(""), Cell("x")), COLUMNS, 36)) == "a step wit… 1           x           "


@given(st.lists(st.text("ab漢\x1b", max_size=30), min_size=4, max_size=4), st.integers(12, 80))
def test_a_row_is_exactly_as_wide_as_its_columns(texts: list[str], width: int) -> None:
    expected = sum(cells + 1 for _, cells in layout(COLUMNS, width)) - 1
    assert cell_len(text(place([Cell(each) for each in texts], COLUMNS, width))) == expected
