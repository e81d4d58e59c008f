"""What the overview says of the web: what is in trouble, and nothing but the title while all is well."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple

from cockpit.reading import Reading
from cockpit.ui.paged.page import SIGNS, badness, dimmed
from cockpit.ui.paged.strip import Summary
from cockpit.ui.paged.trust import worst_reading
from cockpit.ui.tones import Tone
from cockpit.ui.web import alerts_page, health_page, others_page
from cockpit.ui.web.health_words import WORDS, certificate_days, certificate_tone, latency_tone
from cockpit.ui.web.metrics_page import labels, limit_words, sample_tone
from cockpit.ui.web.units import with_unit
from cockpit.ui.web.web_held import ALL, WebHeld
from cockpit.ui.web.web_view import WebView, trouble_words
from cockpit.ui.widgets.amounts import percent
from cockpit.ui.widgets.format import age
from cockpit.ui.widgets.line import Span

_MOST_LINES: Final = 5
_NAME_CELLS: Final = 18
_TROUBLE: Final = ("wrong", "doubtful")


class _Told(NamedTuple):
    """Something in trouble."""

    tone: Tone
    kind: str
    name: str
    words: str
    old: bool = False


def summary(held: WebHeld, now: datetime) -> Summary:
    """Say what an eye has to catch."""
    view = held.view(ALL, now)
    if view is None:
        return Summary([Span("Web", "strong")])
    told = sorted(_in_trouble(view), key=lambda each: badness(each.tone))
    shown = told if len(told) <= _MOST_LINES else told[: _MOST_LINES - 1]
    lines = [_line(each) for each in shown]
    if len(told) > len(shown):
        lines.append([Span(f"   and {len(told) - len(shown)} more: 6 shows all", "dim")])
    state = held.state(worst_reading(held.readings(), now), now)
    if not told:
        return Summary([Span("Web", "strong"), Span(f" {_read(view)}", "dim")], state=state)
    tone: Tone = "wrong" if any(each.tone == "wrong" for each in told) else "doubtful"
    listed = [Span(f" {', '.join(dict.fromkeys(each.name for each in told))}")]
    return Summary([Span("Web", "strong"), Span(f" {SIGNS[tone]} {len(told)} in trouble", tone)], listed, state, lines)


def _read(view: WebView) -> str:
    """Say what is read, while nothing is wrong with it."""
    kinds = {
        "endpoint": view.health,
        "Prometheus": view.prometheus,
        "Alertmanager": view.alertmanagers,
        "status page": view.status,
    }
    return " · ".join(f"{len(each)} {what}{'s' if len(each) > 1 else ''}" for what, each in kinds.items() if each)


def _ends(days: int | None) -> str:
    if days is None or days < 0:
        return "has ended"
    return f"ends in {days} days"


def _line(told: _Told) -> list[Span]:
    spans = [
        Span(f" {SIGNS.get(told.tone, '')} ", told.tone),
        Span(f"{told.kind:<7}", "dim"),
        Span(f"{told.name:<{_NAME_CELLS}} ", "strong"),
        Span(told.words, told.tone if told.tone == "wrong" else ""),
    ]
    return dimmed(spans) if told.old else spans


def _in_trouble(view: WebView) -> Iterator[_Told]:
    yield from _health(view)
    for group in alerts_page.groups(view):
        first, tone = group.first, alerts_page.alert_tone(group.first)
        if tone in _TROUBLE:
            many = f" x{len(group.alerts)}" if len(group.alerts) > 1 else ""
            since = age(first.starts_at, view.moment_of(group.reading))
            told = f"{first.severity}{many} for {since}  {alerts_page.about(first)}"
            yield _Told(tone, "alert", first.name, told.strip(), view.old(group.reading))
    yield from _metrics(view)
    for name, page in view.status.items():
        look, tone = page.data, others_page.tone_of(page)
        if look is not None and tone in _TROUBLE:
            yield _Told(tone, "status", look.name or name, look.description, view.old(page))
    yield from _unread("metrics", view.prometheus)
    yield from _unread("alerts", view.alertmanagers)


def _unread(kind: str, readings: Mapping[str, Reading[Any]]) -> Iterator[_Told]:
    for name, reading in readings.items():
        if reading.data is None and reading.trouble is not None:
            yield _Told("wrong", kind, name, trouble_words(reading))


def _health(view: WebView) -> Iterator[_Told]:
    for name, reading in view.health.items():
        tone, look = health_page.tone_of(reading, view), reading.data
        if tone not in _TROUBLE:
            continue
        if look is None:
            yield _Told(tone, "health", name, trouble_words(reading))
            continue
        parts = []
        if look.bad_since is not None:
            parts.append(f"{WORDS[look.newest.outcome]} for {age(look.bad_since, view.moment_of(reading))}")
            parts.append(f"{look.newest.message}  available {percent(look.availability)}")
        if certificate_tone(look, view):
            parts.append(f"certificate {_ends(certificate_days(look, view))}")
        if latency_tone(look, view):
            parts.append(f"slow: p95 {look.p95:.1f} s")
        yield _Told(tone, "health", name, "  ".join(parts), view.old(reading))


def _metrics(view: WebView) -> Iterator[_Told]:
    for reading in view.prometheus.values():
        for result in reading.data.results if reading.data is not None else ():
            for samples in result.series:
                value = samples.newest
                tone = sample_tone(result, samples, view.moment_of(reading))
                if tone in _TROUBLE and value is not None:
                    limit = limit_words(result, value)
                    told = f"{with_unit(value, result.unit)} {limit}  {labels(samples)}".rstrip()
                    yield _Told(tone, "metric", result.name, told, view.old(reading))
