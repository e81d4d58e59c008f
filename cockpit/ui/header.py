"""The header: where we are, how bad it is, since when, and what time it is."""

from collections.abc import Iterable, Sequence
from datetime import datetime, tzinfo
from typing import Any

import msgspec
from rich.cells import cell_len

from cockpit.reading import Reading
from cockpit.ui.source_states import source_spans
from cockpit.ui.tones import Tone
from cockpit.ui.widgets.format import clock, elapsed, zone_name
from cockpit.ui.widgets.line import Line, Span, Texts
from cockpit.ui.widgets.text import fit

SEVERITY_TONES: tuple[Tone, ...] = ("sev1", "sev2", "sev3", "sev4", "sev5")
"""From the worst level of a scheme down."""
_LEAST_WORST = 24
"""Cells from which on the worst finding is worth to be begun."""
_GAP = 4
"""Cells that stay free beside it."""


class Standing(msgspec.Struct, frozen=True):
    """What the header tells."""

    context: str = ""
    namespace: str = ""
    """Empty for all namespaces."""
    protected: bool = False
    writes: bool = False
    """The cockpit may change what is looked at."""
    severity: str | None = None
    severity_rank: int = 0
    """0 for the worst level of the scheme."""
    status: str | None = None
    declared_at: datetime | None = None
    closed: str = ""
    """The incident that is closed; nothing is told of it as if it lasted."""
    closed_at: datetime | None = None
    unsaved: int = 0
    findings: int | None = None
    """How many things are wrong; None while that is not known."""
    worst: str = ""
    watched: int = 0
    """How many things would be wrong if they lasted."""
    last_known: bool = False
    """The findings were so when the cluster could be read last."""
    due: Sequence[Span] = ()
    """What is due next. Where the screen is narrow, only what presses most is told, and sources only in trouble."""


class Header(Line):
    """One line where the screen is wide, two where it is narrow.

    The incident clock and the time of day stand side by side at the right end, so that their ticking is one run of
    changed cells.
    """

    def __init__(self, zone: tzinfo) -> None:
        super().__init__(id="header")
        self._zone = zone
        self._place: Sequence[Span] = ()
        self._sources: Sequence[Span] = ()
        self._wrong: Sequence[Span] = ()
        self._count: Sequence[Span] = ()
        self._worst = ""
        self._counts = False
        self._clocks: Sequence[Span] = ()
        self._due: Sequence[Span] = ()

    def tell(self, standing: Standing, readings: Iterable[Reading[Any]], now: datetime) -> None:
        """Show how things stand at `now`."""
        self.set_class(standing.protected, "protected")
        self._place = _place(standing)
        sources = source_spans(readings, now, self._zone)
        well = all(span.tone == "dim" and span.text != "off" for span in sources if span.text.strip())
        self._sources = [Span("all live  ", "dim")] if well and standing.due else sources
        troubled = any(span.tone in ("wrong", "doubtful") for span in sources)
        self._wrong = _wrong(standing)
        self._worst = standing.worst if standing.findings else ""
        counts = standing.findings or (standing.watched and standing.findings is not None)
        self._count = [Span(f"{self._wrong[0].text.strip()}  ", self._wrong[0].tone)] if counts else ()
        due = standing.due if self.size.height == 1 else ()
        self._clocks = [*_incident(standing, self._zone), *due, *_times(standing, now, self._zone)]
        self._due = [*standing.due[:1], *(sources if troubled or not standing.due else ())]
        for y in range(self.size.height):
            self.redraw(y)

    def count(self, *, wanted: bool) -> None:
        """Tell in the one line of a wide screen how much is wrong: the findings are not on the screen themselves."""
        self._counts = wanted
        self.redraw()

    def _texts(self, y: int) -> Texts:
        if self.size.height == 1:
            left = [*self._place, Span("   "), *self._sources]
            return left, [Span(" "), *self._counted([*left, *self._clocks]), *self._clocks]
        if y == 0:
            return self._place, [Span(" "), *self._clocks]
        return self._wrong, [Span(" "), *self._due]

    def _counted(self, beside: Sequence[Span]) -> Sequence[Span]:
        """Say how much is wrong, where that is wanted, and what is worst as far as there is room between the ends."""
        if not self._counts or not self._count:
            return ()
        (count,) = self._count
        room = self.size.width - sum(cell_len(span.text) for span in (*beside, count)) - _GAP
        if not self._worst or room < _LEAST_WORST:
            return self._count
        return Span(f"{count.text.rstrip()} ", count.tone), Span(f"{fit(self._worst, room)}  ")


def _place(standing: Standing) -> list[Span]:
    namespace = standing.namespace or "all namespaces"
    place = f"{standing.context} / {namespace}" if standing.context else "no cluster yet"
    spans = [Span(" "), Span(place, "strong"), Span("  ")]
    if standing.protected:
        spans.append(Span("protected · ", "doubtful"))
    return [*spans, Span("WRITES ALLOWED", "wrong") if standing.writes else Span("read-only", "dim")]


def _incident(standing: Standing, zone: tzinfo) -> list[Span]:
    spans: list[Span] = []
    if standing.unsaved:
        spans.append(Span(f"{standing.unsaved} NOT SAVED  ", "wrong"))
    if standing.severity is not None:
        rank = min(standing.severity_rank, len(SEVERITY_TONES) - 1)
        spans.append(Span(standing.severity, SEVERITY_TONES[rank]))
    if standing.status is not None:
        spans.append(Span(f" · {standing.status}" if spans else standing.status))
    if standing.closed_at is not None:
        spans.append(Span(f"{standing.closed} closed {clock(standing.closed_at, zone)[:5]}", "dim"))
    return [*spans, Span("  ")] if spans else []


def _times(standing: Standing, now: datetime, zone: tzinfo) -> list[Span]:
    spans = [Span(f"{elapsed(now - standing.declared_at)}  ", "strong")] if standing.declared_at else []
    return [*spans, Span(clock(now, zone)), Span(f" {zone_name(now, zone)} ", "dim")]


def _forming(watched: int) -> Span:
    return Span(f" nothing wrong yet, {watched} watched", "doubtful")


def _wrong(standing: Standing) -> Sequence[Span]:
    if standing.findings is None:
        return [Span(" nothing known yet", "changing")]
    if not standing.findings:
        if standing.last_known:
            return [Span(" last known well", "doubtful")]
        return [_forming(standing.watched)] if standing.watched else [Span(" nothing wrong", "well")]
    tone: Tone = "doubtful" if standing.last_known else "wrong"
    return [Span(f" {standing.findings} wrong ", tone), Span(standing.worst)]
