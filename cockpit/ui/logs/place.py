"""Where a person is in a log, when one line may take several rows of the screen."""

from collections.abc import Callable
from typing import NamedTuple

from cockpit.logs.rows import Rows, is_separator, line_of


class Place(NamedTuple):
    """One screen row: a row of the log by its key, and which of the screen rows that it takes."""

    key: int
    row: int


class Sheet(NamedTuple):
    """The whole log as it would be drawn."""

    rows: Rows
    height: Callable[[int], int]
    """Tells how many screen rows a row of the log takes, by its key."""
    end: int
    """Number of the line after the last."""

    def last(self) -> Place | None:
        """Give the last screen row; None when the log is empty."""
        key = self.rows.before(2 * self.end)
        return None if key is None else Place(key, self.height(key) - 1)

    def up(self, place: Place, count: int) -> Place:
        """Give the place `count` screen rows above, or the first."""
        key, row = place
        while count > row:
            before = self.rows.before(key)
            if before is None:
                return Place(key, 0)
            count -= row + 1
            key, row = before, self.height(before) - 1
        return Place(key, row - count)

    def down(self, place: Place, count: int) -> list[Place]:
        """Give `count` places from `place` on downwards, or as many as there are."""
        key = self.rows.at_or_after(place.key)
        row = place.row if key == place.key else 0
        places: list[Place] = []
        while key is not None and len(places) < count:
            height = self.height(key)
            visible = range(min(row, height - 1), height)[: count - len(places)]
            places.extend(Place(key, row) for row in visible)
            key, row = self.rows.at_or_after(key + 1), 0
        return places


class Viewport:
    """The part of a log that is looked at: its newest rows while following, or those from a fixed place on."""

    def __init__(self) -> None:
        """Follow the log."""
        self.following = True
        self._top = Place(0, 0)
        self._paused_at = 0

    def follow(self) -> None:
        """Show the newest rows from now on."""
        self.following = True

    def places(self, sheet: Sheet, size: int) -> list[Place]:
        """Give what stands in each of `size` screen rows; fewer when the log is shorter."""
        places = [] if self.following else sheet.down(self._top, size)
        if len(places) < size and (last := sheet.last()) is not None:
            top = sheet.up(last, size - 1)
            places = sheet.down(top, size)
        if places:
            self._top = places[0]
        return places

    def scroll(self, sheet: Sheet, size: int, count: int) -> None:
        """Move by `count` screen rows, upwards if it is negative. Moving up ends following; moving down never does."""
        places = self.places(sheet, size)
        if not places:
            return
        if count > 0:
            self._top = sheet.down(places[0], count + 1)[-1]
        elif (top := sheet.up(places[0], -count)) != places[0]:
            self._pause(sheet, top)

    def to_top(self, sheet: Sheet) -> None:
        """Stop at the oldest row."""
        key = sheet.rows.at_or_after(-1)
        if key is not None:
            self._pause(sheet, Place(key, 0))

    def to_line(self, sheet: Sheet, size: int, line: int) -> None:
        """Stop, and bring a line into view if it is not: a third of the screen below the top."""
        places = self.places(sheet, size)
        visible = any(place.key == 2 * line for place in places)
        self._pause(sheet, places[0] if visible else sheet.up(Place(2 * line, 0), size // 3))

    def new_lines(self, rows: Rows) -> int:
        """Count the shown lines that have come since following ended."""
        return 0 if self.following else rows.count_from(self._paused_at)

    def _pause(self, sheet: Sheet, top: Place) -> None:
        if self.following:
            self._paused_at = sheet.end
        self.following = False
        self._top = top


def lines_of(places: list[Place]) -> list[int]:
    """Give the numbers of the lines that stand in these places."""
    return list(dict.fromkeys(line_of(place.key) for place in places if not is_separator(place.key)))
