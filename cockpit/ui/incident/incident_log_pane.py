"""The incident log: what happened, who did what, newest at the bottom; and on demand what else the cockpit saw."""

from collections.abc import Sequence
from datetime import tzinfo
from typing import ClassVar

from rich.cells import cell_len
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message

from cockpit.incident.entry import Draft, Entry
from cockpit.observer.folding import Candidate
from cockpit.text import clean
from cockpit.ui.incident.candidate_rows import CandidateRows
from cockpit.ui.incident.entry_dialog import EntryDialog
from cockpit.ui.incident.incident_log_rows import IncidentLogRows
from cockpit.ui.widgets.line import Span
from cockpit.ui.widgets.pane import Pane
from cockpit.ui.widgets.rows import Column
from cockpit.ui.widgets.table import Table

NUMBERED_FROM = 60
"""Cells of the pane from which on there is room for the numbers by which people correct entries."""
_LEAST_TEXT = 20
_COLUMNS = (Column("time", "", 8), Column("text", "", _LEAST_TEXT, grows=True))
_NUMBERED = (Column("entry", "", 5, right=True), *_COLUMNS)
_BORDER = 2
"""Cells that the table keeps free at its sides."""


class IncidentLogPane(Pane):
    """Saved entries, and below them whatever could not be saved yet.

    Candidates stand between them, dim, once a person asks for them: what the cockpit saw, and nobody wrote down.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "v", "candidates", "candidates", id="log.candidates", tooltip="What else the cockpit saw, or only the log"
        ),
        Binding("p", "promote", "promote", id="log.promote", tooltip="Take the candidate into the log, with evidence"),
    ]

    class Promoted(Message):
        """A person wants a candidate in the log."""

        def __init__(self, candidate: str) -> None:
            super().__init__()
            self.candidate = candidate
            """Its id."""

    def __init__(self, zone: tzinfo, *, id: str = "incident-log") -> None:  # noqa: A002
        super().__init__(id=id)
        self._zone = zone
        self._entries: Sequence[Entry] = ()
        self._unsaved: Sequence[Draft] = ()
        self._outgoing: Sequence[Entry] = ()
        self._name = ""
        self._candidates: Sequence[Candidate] = ()
        self._shows_candidates = False
        self._lead = ""
        self._here: Sequence[str] = ()
        self._shared: Sequence[str] = ()
        self._everywhere: Sequence[str] = ()
        self._entry_rows = IncidentLogRows(zone)
        self._rows = CandidateRows(self._entry_rows, zone)
        self.table = Table(
            _COLUMNS, self._rows, titles=False, id="incident-log-table", empty="i writes a note, S sets the severity"
        )

    def compose(self) -> ComposeResult:
        """Title, trouble, table."""
        yield from self.frame()
        yield self.table

    def show(
        self, name: str, entries: Sequence[Entry], unsaved: Sequence[Draft], outgoing: Sequence[Entry] = ()
    ) -> None:
        """Take over the entries of the incident called `name`, and the drafts that could not be saved.

        Those that are `outgoing` are saved here, but have no place in the log of their home yet.
        """
        self._name, self._entries, self._unsaved, self._outgoing = name, entries, unsaved, outgoing
        self.redraw()

    def share(self, words: Sequence[str], everywhere: Sequence[str]) -> None:
        """Tell in a few words, or fewer, how it is shared with other hosts, and who is there; nobody: they are not."""
        if (words, everywhere) != (self._shared, self._everywhere):
            self._shared, self._everywhere = words, everywhere
            self.redraw()

    def offer(self, candidates: Sequence[Candidate]) -> None:
        """Take over what the cockpit saw, in the order in which it began."""
        self._candidates = candidates
        self.redraw()

    def name_lead(self, lead: str | None) -> None:
        """Tell who leads; None: nobody was named."""
        self._lead = clean(lead) if lead else ""
        self._entitle()

    def attend(self, here: Sequence[str]) -> None:
        """Tell who has the incident open, one name for each cockpit; nobody: it is not known, or we are alone."""
        if here != self._here:
            self._here = here
            self.redraw()

    def action_candidates(self) -> None:
        """Show the candidates, or only the log."""
        self._shows_candidates = not self._shows_candidates
        self.redraw()

    def action_promote(self) -> None:
        """Ask for the candidate under the cursor to be taken into the log."""
        if (candidate := self._rows.candidate_of(self.table.cursor_key)) is not None:
            self.post_message(self.Promoted(candidate))

    def redraw(self) -> None:
        """Bring title and rows up to date. Whoever reads the newest entry goes on to the next."""
        if self.size.width:  # else it is not seen, and its width will be told when it is
            at_end = self.table.cursor >= len(self._rows) - 1
            numbered = self.size.width >= NUMBERED_FROM
            self.table.columns = _NUMBERED if numbered else _COLUMNS
            beside = sum(column.width + 1 for column in self.table.columns if not column.grows)
            cells = max(_LEAST_TEXT, self.size.width - _BORDER - beside)
            self._entry_rows.update(self._entries, self._unsaved, cells, numbered=numbered, outgoing=self._outgoing)
            self._rows.update(self._candidates if self._shows_candidates else (), cells, numbered=numbered)
            self.table.redraw()
            if at_end:
                self.table.move_to(len(self._rows) - 1)
        self._entitle()

    def on_descendant_focus(self) -> None:
        """Say which key shows the candidates."""
        super().on_descendant_focus()
        self._entitle()

    def on_descendant_blur(self) -> None:
        """Say it no more: the key belongs to another pane now."""
        super().on_descendant_blur()
        self._entitle()

    def _entitle(self) -> None:
        left = [Span("─ ", "dim"), Span(self._name or "Incident log", "strong"), Span(f" {len(self._entries)} ")]
        room = self.size.width - sum(len(span.text) for span in left)
        lead = f"· {self._lead} leads " if self._lead else ""
        if lead and room - cell_len(lead) > sum(cell_len(span.text) for span in self._right(room)):
            left.append(Span(lead, "strong"))
            room -= cell_len(lead)
        self.title.show(left, self._right(room))

    def _right(self, room: int) -> Sequence[Span]:
        """Give the right end of the title: as much of it as there is room for, what matters most first."""
        present = self._everywhere or self._here
        people, count = ", ".join(dict.fromkeys(present)), len(self._candidates)
        here = [f"{len(present)} here: {people}", f"{len(present)} here"] if present else []
        what = "candidate" if count == 1 else "candidates"
        forms = (f"{count} {what}: v", f"{count}: v") if self.has_focus_within else (f"{count} {what}",) * 2
        candidates = forms if count else ()
        is_saved = self._entries and not self._unsaved
        saved = ["saved", *self._shared[:1]] if is_saved else []
        shared: list[tuple[Sequence[str], ...]] = [([], [], [each]) for each in self._shared] if is_saved else []
        ways: Sequence[tuple[Sequence[str], ...]] = (
            (here[:1], candidates[:1], saved),
            (here[:1], candidates[1:], saved),
            (here[1:], candidates[1:], saved),
            *shared,
            (here[1:], candidates[1:], []),
        )
        unsaved = [Span("NOT SAVED ", "wrong")] if self._unsaved else []
        taken = sum(len(span.text) for span in unsaved)
        told = [" · ".join(word for part in way for word in part) for way in ways]
        text = next((each for each in told if len(each) + 2 + taken < room), told[-1])
        shown = [*([Span(f"{text} ", "dim")] if text else []), *unsaved]
        return [Span(" "), *shown] if shown else []

    def on_resize(self) -> None:
        """Wrap the texts for the new width."""
        self.redraw()

    @on(Table.Opened)
    def _opened(self, event: Table.Opened) -> None:
        event.stop()
        if (standing := self._entry_rows.standing_of(self.table.cursor_key)) is not None:
            self.app.push_screen(EntryDialog(standing, self._zone))
        else:
            self.action_promote()

    @on(Table.Moved)
    def _moved(self, event: Table.Moved) -> None:
        event.stop()
