"""How far each source can be trusted, for the header: the main ones by name, kinds, AWS and the web in a word each."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime, tzinfo
from typing import Any, Final

from cockpit.reading import Reading, State
from cockpit.sources.kubernetes.crash_log import CRASH_LOGS
from cockpit.sources.kubernetes.kind_names import KIND_READINGS, NODE_EVENTS
from cockpit.sources.kubernetes.listed_kinds import LISTED_KINDS
from cockpit.sources.kubernetes.model import NODE_METRICS, PODS
from cockpit.ui.state_text import state_span
from cockpit.ui.tones import Tone
from cockpit.ui.widgets.line import Span

_FOLDED: Final = frozenset(
    (*KIND_READINGS, NODE_EVENTS, CRASH_LOGS, NODE_METRICS, *(kind.name for kind in LISTED_KINDS))
)
_OUTSIDE: Final = ("aws", "web")
"""What stands before the `/` of the names of their readings."""
_NO_NEWS = (State.LOADING, State.LIVE, State.OFF)
_TONES: Final[dict[str, Tone]] = {"failing": "wrong", "stale": "doubtful"}
"""A right that is missing is no alarm: many people may not read nodes."""


def source_spans(readings: Iterable[Reading[Any]], now: datetime, zone: tzinfo) -> list[Span]:
    """Say of each source how far it can be trusted: `pods live  metrics off  k8s 2 denied  `.

    The kinds that are read beside pods are told in one word, and only when something is wrong with them that is not
    wrong with the pods as well; so are AWS and the web.
    """
    spans: list[Span] = []
    folded: list[Reading[Any]] = []
    outside: dict[str, list[Reading[Any]]] = {}
    pods: Reading[Any] | None = None
    for reading in readings:
        if reading.source in _FOLDED:
            folded.append(reading)
            continue
        if (room := reading.source.partition("/")[0]) in _OUTSIDE:
            outside.setdefault(room, []).append(reading)
            continue
        pods = reading if reading.source == PODS else pods
        spans += [Span(f"{reading.source.rpartition('/')[2]} ", "dim"), state_span(reading, now, zone), Span("  ")]
    spans += _folded_spans("k8s", Counter(_words(folded, pods, now)))
    for room, those in outside.items():
        spans += _folded_spans(room, Counter(_words(those, None, now)))
    return spans


def _words(readings: Iterable[Reading[Any]], pods: Reading[Any] | None, now: datetime) -> Iterator[str]:
    known = pods.trouble.kind if pods is not None and pods.trouble is not None else None
    for reading in readings:
        state, trouble = reading.state(now), reading.trouble
        if state not in _NO_NEWS and trouble is not None and trouble.kind is not known:
            yield trouble.kind.value if state is State.DENIED else state.value


def _folded_spans(name: str, words: Counter[str]) -> Iterator[Span]:
    if not words:
        return
    yield Span(f"{name} ", "dim")
    for nth, (word, count) in enumerate(sorted(words.items())):
        yield Span(f"{', ' if nth else ''}{count} {word}", _TONES.get(word, "doubtful"))
    yield Span("  ")
