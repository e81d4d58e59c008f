"""The rows of the incident log: every entry as it stands after corrections, wrapped once for a width."""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import datetime, tzinfo

from cockpit.incident.correction import Standing, Standings
from cockpit.incident.entry import Draft, Entry, EntryKind, EntrySource
from cockpit.text import clean
from cockpit.ui.widgets.format import clock
from cockpit.ui.widgets.rows import Cell, Row
from cockpit.ui.widgets.wrap import wrap

_DRAFT = "draft"
_MOST_ROWS = 12
"""Of one entry; the rest of a longer one is read where it is opened."""


class IncidentLogRows:
    """Wraps what is new, and what a correction may have changed; all other lines stay as they are."""

    def __init__(self, zone: tzinfo) -> None:
        """Tell times in `zone`."""
        self._zone = zone
        self._cells = 0
        self._numbered = False
        self._corrections = Standings()
        self._standings: list[Standing] = []
        self._places: dict[int, int] = {}
        """Where an entry is in the lists, by its sequence."""
        self._lines: list[list[str]] = []
        """The text of each entry, never without a line."""
        self._starts: list[int] = []
        """The position of each entry's first row."""
        self._end = 0
        """How many rows the entries have."""
        self._unsaved: list[Row] = []

    def __len__(self) -> int:
        return self._end + len(self._unsaved)

    def rows(self, first: int, count: int) -> Sequence[Row]:
        """Give at most `count` rows from position `first` on."""
        return [self._row(position) for position in range(first, min(first + count, len(self)))]

    def position(self, key: str) -> int | None:
        """Tell where a row stands; one that is gone because its entry has become shorter: where the entry ends."""
        name, _, line = key.partition(":")
        if name.startswith(_DRAFT):
            return next((self._end + at for at, row in enumerate(self._unsaved) if row.key == key), None)
        place = self._places.get(int(name))
        return None if place is None else self._starts[place] + min(int(line), len(self._lines[place]) - 1)

    def standing_of(self, key: str | None) -> Standing | None:
        """Give the entry that a row belongs to, as it stands; None where that is not saved, or no entry's row."""
        name = (key or "").partition(":")[0]
        place = self._places.get(int(name)) if name.isdigit() else None
        return None if place is None else self._standings[place]

    def end_before(self, moment: datetime) -> int:
        """Tell where the rows end of what was recorded until `moment`."""
        place = bisect_right(self._standings, moment, key=lambda standing: standing.original.recorded_at)
        return self._starts[place] if place < len(self._starts) else self._end

    def update(
        self,
        entries: Sequence[Entry],
        unsaved: Sequence[Draft],
        cells: int,
        *,
        numbered: bool,
        outgoing: Sequence[Entry] = (),
    ) -> None:
        """Bring all rows up to date.

        Args:
            entries: what is saved; mostly what it was before, and some more.
            unsaved: what could not be saved.
            cells: how wide the texts may be.
            numbered: whether entries tell their numbers.
            outgoing: what is saved, but has no number yet: it is on its way to another host.
        """
        counted = len(self._standings)
        is_another = counted > len(entries) or (counted and entries[counted - 1] != self._standings[-1].original)
        if is_another or cells != self._cells:
            self._corrections, counted = Standings(), 0
            self._standings, self._places, self._lines, self._starts, self._end = [], {}, [], [], 0
        self._cells, self._numbered = cells, numbered
        for standing in self._corrections.take(entries[counted:]):
            self._put(standing)
        self._unsaved = [row for nth, entry in enumerate(outgoing) for row in self._outgoing_rows(nth, entry)]
        self._unsaved += [row for nth, draft in enumerate(unsaved) for row in self._draft_rows(nth, draft)]

    def _put(self, standing: Standing) -> None:
        """Add an entry, or take over how an earlier one stands now."""
        lines = _wrapped(standing, self._cells)
        place = self._places.setdefault(standing.original.sequence, len(self._standings))
        if place == len(self._standings):
            self._standings.append(standing)
            self._lines.append(lines)
            self._starts.append(self._end)
            self._end += len(lines)
            return
        longer = len(lines) - len(self._lines[place])
        self._standings[place], self._lines[place] = standing, lines
        if longer:
            self._starts[place + 1 :] = [start + longer for start in self._starts[place + 1 :]]
            self._end += longer

    def _row(self, position: int) -> Row:
        if position >= self._end:
            return self._unsaved[position - self._end]
        place = bisect_right(self._starts, position) - 1
        standing, line = self._standings[place], position - self._starts[place]
        sequence = standing.original.sequence
        time = Cell(clock(standing.entry.occurred_at, self._zone), "dim")
        cells = self._beside(line, str(sequence), time, Cell(self._lines[place][line]))
        return Row(f"{sequence}:{line}", cells, faint=standing.retracted_by is not None)

    def _outgoing_rows(self, nth: int, entry: Entry) -> list[Row]:
        time = Cell(clock(entry.occurred_at, self._zone), "dim")
        lines = _wrapped(Standing(entry, entry), self._cells, "(not yet shared)")
        return [
            Row(f"{_DRAFT}-out{nth}:{line}", self._beside(line, "", time, Cell(text, "dim")))
            for line, text in enumerate(lines)
        ]

    def _draft_rows(self, nth: int, draft: Draft) -> list[Row]:
        lines = _folded(clean(draft.actor), draft.text, "", self._cells)
        return [
            Row(f"{_DRAFT}{nth}:{line}", self._beside(line, "", Cell("UNSAVED", "wrong"), Cell(text, "wrong")))
            for line, text in enumerate(lines)
        ]

    def _beside(self, line: int, number: str, time: Cell, text: Cell) -> tuple[Cell, ...]:
        """Put number and time beside the first line of a text."""
        is_first = line == 0
        numbers = (Cell(number if is_first else "", "dim"),) if self._numbered else ()
        return (*numbers, time if is_first else Cell(""), text)


def _wrapped(standing: Standing, cells: int, *remarks: str) -> list[str]:
    """Say who says what, and what of it was corrected, in lines."""
    entry = standing.entry
    who = "⚙" if entry.source is EntrySource.COCKPIT else clean(entry.actor)
    tail = ["(amended)"] if standing.amended_by else []
    tail += ["(time corrected)"] if standing.retimed_by else []
    lead = who if standing.retracted_by is None else f"retracted: {who}"
    return _folded(lead, _head(entry), " ".join((*tail, *remarks)), cells)


def _folded(lead: str, text: str, tail: str, cells: int) -> list[str]:
    """Wrap a text between two others; of one that is too long no more is looked at than is shown."""
    room = _MOST_ROWS * cells
    lines = wrap(" ".join(filter(None, (lead, clean(text[:room]), tail))), cells)
    if len(text) <= room and len(lines) <= _MOST_ROWS:
        return lines
    kept = lines[: _MOST_ROWS - 1]
    more = max(1, len(lead) + len(text) - sum(len(line) + 1 for line in kept))
    return [*kept, *wrap(f"… {more:,} more characters: enter {tail}", cells)]


def _head(entry: Entry) -> str:
    """Give the text of an entry; of a message and of a command's output only the line that says what it is.

    What may be the cause is said to be no more than that: it would read as something that was seen.
    """
    if entry.kind is EntryKind.HYPOTHESIS:
        return f"hypothesis: {entry.text}"
    long = entry.kind in (EntryKind.MESSAGE, EntryKind.COMMAND)
    return entry.text.partition("\n")[0] if long else entry.text
