"""The header: where we are, how bad it is, since when, and what time it is."""

from collections.abc import Iterable, Sequence
from datetime import datetime, tzinfo
from typing import Any

import msgspec
from textual.app import ComposeResult
from textual.containers import Vertical

from cockpit.reading import Reading
from cockpit.ui.format import clock, elapsed, zone_name
from cockpit.ui.line import Line, Span
from cockpit.ui.state_text import state_span
from cockpit.ui.tones import Tone

SEVERITY_TONES: tuple[Tone, ...] = ("sev1", "sev2", "sev3", "sev4", "sev5")
"""From the worst level of a scheme down."""


class Standing(msgspec.Struct, frozen=True):
    """What the header tells."""

    context: str = ""
    namespace: str = ""
    """Empty for all namespaces."""
    protected: bool = False
    severity: str | None = None
    severity_rank: int = 0
    """0 for the worst level of the scheme."""
    status: str | None = None
    declared_at: datetime | None = None
    unsaved: int = 0
    findings: int | None = None
    """How many things are wrong; None while that is not known."""
    worst: str = ""
    last_known: bool = False
    """The findings were so when the cluster could be read last."""


class Header(Vertical):
    """One line where the screen is wide, two where it is narrow.

    The incident clock and the time of day stand side by side at the right end, so that their ticking is one run of
    changed cells.
    """

    def __init__(self, zone: tzinfo) -> None:
        super().__init__(id="header")
        self._zone = zone
        self._first = Line(id="header-first")
        self._second = Line(id="header-second")

    def compose(self) -> ComposeResult:
        """Two lines."""
        yield self._first
        yield self._second

    def show(self, standing: Standing, readings: Iterable[Reading[Any]], now: datetime, *, narrow: bool) -> None:
        """Draw the header as of `now`."""
        self.set_class(standing.protected, "protected")
        place, sources = self._place(standing), self._sources(readings, now)
        incident, time = self._incident(standing), self._times(standing, now)
        if narrow:
            self._first.show(place, [*incident, *time])
            self._second.show(self._wrong(standing), [Span(" "), *sources])
        else:
            self._first.show([*place, Span("   "), *sources], [*incident, *time])

    def _place(self, standing: Standing) -> list[Span]:
        namespace = standing.namespace or "all namespaces"
        place = f"{standing.context} / {namespace}" if standing.context else "no cluster yet"
        spans = [Span(" "), Span(place, "strong"), Span("  ")]
        if standing.protected:
            spans.append(Span("protected · ", "doubtful"))
        return [*spans, Span("read-only", "dim")]

    def _sources(self, readings: Iterable[Reading[Any]], now: datetime) -> list[Span]:
        spans: list[Span] = []
        for reading in readings:
            spans += [Span(f"{reading.source.rpartition('/')[2]} ", "dim"), state_span(reading, now, self._zone)]
            spans.append(Span("  "))
        return spans

    def _incident(self, standing: Standing) -> list[Span]:
        spans: list[Span] = []
        if standing.unsaved:
            spans.append(Span(f"{standing.unsaved} NOT SAVED  ", "wrong"))
        if standing.severity is not None:
            rank = min(standing.severity_rank, len(SEVERITY_TONES) - 1)
            spans.append(Span(standing.severity, SEVERITY_TONES[rank]))
        if standing.status is not None:
            spans.append(Span(f" · {standing.status}" if spans else standing.status))
        return [*spans, Span("  ")] if spans else []

    def _times(self, standing: Standing, now: datetime) -> list[Span]:
        spans = [Span(f"{elapsed(now - standing.declared_at)}  ", "strong")] if standing.declared_at else []
        return [*spans, Span(clock(now, self._zone)), Span(f" {zone_name(now, self._zone)} ", "dim")]

    def _wrong(self, standing: Standing) -> Sequence[Span]:
        if standing.findings is None:
            return [Span(" nothing known yet", "changing")]
        if not standing.findings:
            return [Span(" last known well", "doubtful") if standing.last_known else Span(" nothing wrong", "well")]
        tone: Tone = "doubtful" if standing.last_known else "wrong"
        return [Span(f" {standing.findings} wrong ", tone), Span(standing.worst)]
