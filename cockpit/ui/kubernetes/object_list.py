"""The rows of one kind in the order in which they are shown."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from cockpit.ui.kubernetes.holdings import Holdings
from cockpit.ui.kubernetes.object_row import ObjectRow
from cockpit.ui.kubernetes.pod_filter import EVERYTHING, PodFilter

DrawRows = Callable[[Holdings, datetime], list[ObjectRow]]
"""Draws all objects of a kind, in any order."""


class ObjectList(Protocol):
    """The rows that a filter accepts."""

    @property
    def total(self) -> int:
        """How many rows there are without the filter."""

    def update(self, held: Holdings, now: datetime, wanted: PodFilter) -> None:
        """Show what is held as of `now`, as far as it is `wanted`."""

    def __len__(self) -> int:
        """Count the rows."""

    def rows(self, first: int, count: int) -> Sequence[ObjectRow]:
        """Give at most `count` rows from position `first` on."""

    def position(self, key: str) -> int | None:
        """Tell at which position a row stands; None when it is not there."""


class SortedList:
    """Draws and sorts all rows each time: fit for some hundred objects."""

    def __init__(self, draw: DrawRows) -> None:
        self.total = 0
        self._draw = draw
        self._rows: Sequence[ObjectRow] = ()
        self._positions: dict[str, int] = {}

    def update(self, held: Holdings, now: datetime, wanted: PodFilter) -> None:
        """Show what is held as of `now`, as far as it is `wanted`."""
        rows = self._draw(held, now)
        self.total = len(rows)
        accepted = [row for row in rows if wanted is EVERYTHING or wanted.accepts_text(row.text, row.labels)]
        self._rows = sorted(accepted, key=lambda row: (row.worst, row.rank, row.reference.key))
        self._positions = {row.key: at for at, row in enumerate(self._rows)}

    def __len__(self) -> int:
        return len(self._rows)

    def rows(self, first: int, count: int) -> Sequence[ObjectRow]:
        """Give at most `count` rows from position `first` on."""
        return self._rows[first : first + count]

    def position(self, key: str) -> int | None:
        """Tell at which position a row stands; None when it is not there."""
        return self._positions.get(key)
