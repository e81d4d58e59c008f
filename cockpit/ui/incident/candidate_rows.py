"""The rows of the incident log with the candidates between the entries, each at its time."""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import tzinfo
from typing import NamedTuple

from cockpit.observer.folding import Candidate
from cockpit.ui.incident.incident_log_rows import IncidentLogRows
from cockpit.ui.widgets.format import clock
from cockpit.ui.widgets.rows import Cell, Row
from cockpit.ui.widgets.wrap import wrap

_KEY = "candidate "
_SIGN = "·"


class _Block(NamedTuple):
    """The rows of one candidate."""

    candidate: Candidate
    lines: Sequence[str]
    start: int
    """Of its first row, among all rows."""
    before: int
    """Rows of the log above it."""


class CandidateRows:
    """Puts the rows of candidates, drawn dim, between those of the log."""

    def __init__(self, log: IncidentLogRows, zone: tzinfo) -> None:
        """Stand between the rows of `log`; tell times in `zone`."""
        self._log = log
        self._zone = zone
        self._numbered = False
        self._blocks: Sequence[_Block] = ()
        self._by_id: dict[str, _Block] = {}
        self._wrapped: dict[tuple[str, int, int], Sequence[str]] = {}
        """The lines of each candidate, as long as it does not grow and the cells are as many."""

    def __len__(self) -> int:
        return len(self._log) + self._taken

    def rows(self, first: int, count: int) -> Sequence[Row]:
        """Give at most `count` rows from position `first` on."""
        if not self._blocks:
            return self._log.rows(first, count)
        return [self._row(position) for position in range(first, min(first + count, len(self)))]

    def position(self, key: str) -> int | None:
        """Tell where a row stands."""
        if key.startswith(_KEY):
            line, _, id_ = key.removeprefix(_KEY).partition(" ")
            block = self._by_id.get(id_)
            return None if block is None else block.start + min(int(line), len(block.lines) - 1)
        position = self._log.position(key)
        if position is None:
            return None
        above = bisect_right(self._blocks, position, key=lambda block: block.before)
        return position + sum(len(block.lines) for block in self._blocks[:above])

    @staticmethod
    def candidate_of(key: str | None) -> str | None:
        """Give the id of the candidate that a row belongs to; None when it is no candidate's."""
        return key.removeprefix(_KEY).partition(" ")[2] if key is not None and key.startswith(_KEY) else None

    def update(self, candidates: Sequence[Candidate], cells: int, *, numbered: bool) -> None:
        """Show these, after the rows of the log were brought up to date.

        Args:
            candidates: in the order in which they began.
            cells: how wide the texts may be.
            numbered: whether entries tell their numbers.
        """
        self._numbered = numbered
        known, self._wrapped = self._wrapped, {}
        blocks: list[_Block] = []
        taken = 0
        for candidate in candidates:
            asked = candidate.id, candidate.count, cells
            lines = self._wrapped[asked] = known.get(asked) or wrap(f"{_SIGN} {candidate.text}", cells)
            before = self._log.end_before(candidate.since)
            blocks.append(_Block(candidate, lines, before + taken, before))
            taken += len(lines)
        self._blocks = blocks
        self._by_id = {block.candidate.id: block for block in blocks}

    @property
    def _taken(self) -> int:
        """How many rows the candidates have."""
        return self._blocks[-1].start - self._blocks[-1].before + len(self._blocks[-1].lines) if self._blocks else 0

    def _row(self, position: int) -> Row:
        place = bisect_right(self._blocks, position, key=lambda block: block.start) - 1
        if place < 0:
            return self._log.rows(position, 1)[0]
        block = self._blocks[place]
        line = position - block.start
        if line >= len(block.lines):
            return self._log.rows(block.before + line - len(block.lines), 1)[0]
        time = clock(block.candidate.since, self._zone) if line == 0 else ""
        numbers = (Cell(""),) if self._numbered else ()
        cells = (*numbers, Cell(time), Cell(block.lines[line]))
        return Row(f"{_KEY}{line} {block.candidate.id}", cells, faint=True)
