"""What a table consists of, and where each text of a row is placed."""

from collections.abc import Callable, Sequence
from typing import Protocol, overload

import msgspec
from rich.cells import cell_len

from cockpit.ui.tones import Tone
from cockpit.ui.widgets.text import pad


class Column(msgspec.Struct, frozen=True):
    """One column of a table."""

    key: str
    title: str
    width: int
    """Cells; the least for a column that `grows`."""
    grows: bool = False
    right: bool = False
    """Aligned to the right, as numbers are."""
    importance: int = 0
    """When the width does not suffice, the columns with the highest number are left out first."""


class Cell(msgspec.Struct, frozen=True):
    """What stands in one place of a table."""

    text: str
    tone: Tone = ""


class Row(msgspec.Struct, frozen=True):
    """One row as it is drawn: a cell for each column, in the order of the columns."""

    key: str
    cells: tuple[Cell, ...]
    marked: bool = False
    faint: bool = False
    """Drawn dim as a whole: the row is old news."""


class RowSource(Protocol):
    """Where a table gets its rows when they come into view."""

    def __len__(self) -> int:
        """Count all rows."""

    def rows(self, first: int, count: int) -> Sequence[Row]:
        """Draw at most `count` rows from position `first` on."""

    def position(self, key: str) -> int | None:
        """Tell at which position a row stands; None when it is not there."""


class BuiltRows(Sequence[Row]):
    """Rows of a long list, each of which is built when it comes into view."""

    def __init__(self, keys: Sequence[str], build: Callable[[int], Row]) -> None:
        """List rows by their keys; `build` makes the one at a position."""
        self.keys = keys
        self._build = build

    def __len__(self) -> int:
        return len(self.keys)

    @overload
    def __getitem__(self, at: int) -> Row: ...

    @overload
    def __getitem__(self, at: slice) -> Sequence[Row]: ...

    def __getitem__(self, at: int | slice) -> Row | Sequence[Row]:
        """Build the row at a position, or those of a range."""
        places = range(len(self.keys))
        return [self._build(each) for each in places[at]] if isinstance(at, slice) else self._build(places[at])


class ListedRows:
    """Rows of a list that is known as a whole."""

    def __init__(self) -> None:
        self._rows: Sequence[Row] = ()
        self._faint = False
        self._positions: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._rows)

    def replace(self, rows: Sequence[Row], *, faint: bool = False) -> None:
        """Hold these rows from now on; `faint`: all of them are old news."""
        self._rows, self._faint = rows, faint
        keys = rows.keys if isinstance(rows, BuiltRows) else [row.key for row in rows]
        self._positions = {key: at for at, key in enumerate(keys)}

    def rows(self, first: int, count: int) -> Sequence[Row]:
        """Give at most `count` rows from position `first` on."""
        rows = self._rows[first : first + count]
        return [msgspec.structs.replace(row, faint=True) for row in rows] if self._faint else rows

    def position(self, key: str) -> int | None:
        """Tell at which position a row stands; None when it is not there."""
        return self._positions.get(key)


def layout(columns: Sequence[Column], width: int) -> list[tuple[int, int]]:
    """Choose which columns fit into `width` cells and how wide each is: (index, cells) from left to right.

    Columns are separated by one cell. What is left over goes to the columns that grow, in equal parts.
    """
    shown = sorted(range(len(columns)), key=lambda index: columns[index].importance)
    while len(shown) > 1 and sum(columns[index].width + 1 for index in shown) - 1 > width:
        shown.pop()
    shown.sort()
    spare = max(0, width - sum(columns[index].width + 1 for index in shown) + 1)
    growing = [index for index in shown if columns[index].grows]
    share, rest = divmod(spare, len(growing)) if growing else (0, 0)
    return [
        (index, columns[index].width + ((share + (rest if index == growing[0] else 0)) if index in growing else 0))
        for index in shown
    ]


def place(cells: Sequence[Cell], columns: Sequence[Column], width: int) -> list[Cell]:
    """Place the cells of a row side by side in `width` cells of the screen, separated by one.

    A text that is wider than its column goes on into the columns at its right that are empty in this row.
    """
    places = layout(columns, width)
    pieces: list[Cell] = []
    at = 0
    while at < len(places):
        index, room = places[at]
        cell, at = cells[index], at + 1
        needed = cell_len(cell.text)
        while needed > room and at < len(places) and not cells[places[at][0]].text and not columns[index].right:
            room += 1 + places[at][1]
            at += 1
        pieces.append(Cell(pad(cell.text, room, align="right" if columns[index].right else "left"), cell.tone))
        pieces.append(Cell(" "))
    return pieces[:-1]
