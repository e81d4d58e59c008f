"""An object as a row of a table, of whatever kind it is."""

from collections.abc import Mapping
from typing import NamedTuple

from cockpit.sources.kubernetes.objects import ObjectRef
from cockpit.ui.widgets.rows import Cell

WRONG, DOUBTFUL, CHANGING, WELL, DONE = range(5)
"""How worried a row should make its reader; the lower, the worse. The order of the default sort."""

_SIGNS = ("●", "◐", "○", " ", " ")
_TONES = ("wrong", "doubtful", "changing", "", "dim")


class ObjectRow(NamedTuple):
    """A row, and what it is sorted and found by."""

    reference: ObjectRef
    worst: int
    cells: tuple[Cell, ...]
    """One for each column of the kind, without the sign."""
    rank: tuple[float, ...] = ()
    """Decides among rows that are equally bad, the lowest first; then the name does."""
    labels: Mapping[str, str] = {}
    part: str = ""
    """Sets rows of the same reference apart, at the end of their keys; empty where there can be but one."""

    @property
    def key(self) -> str:
        """Unique among the rows of a table."""
        return f"{self.reference.kind}/{self.reference.key}/{self.part}"

    @property
    def text(self) -> str:
        """What a filter looks at: the name, and a second line of kind, namespace/name and what stands in the row."""
        about = " ".join((self.reference.kind, self.reference.key, *(cell.text for cell in self.cells)))
        return f"{self.reference.name}\n{about}"

    @property
    def sign(self) -> Cell:
        """How bad it is, as a sign."""
        return tinted(_SIGNS[self.worst], self.worst)


def tinted(text: str, worst: int) -> Cell:
    """Draw a text in the tone of how bad it is."""
    return Cell(text, _TONES[worst])  # type: ignore[arg-type]
