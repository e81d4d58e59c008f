"""Health endpoints, the worst first."""

from collections.abc import Iterator, Sequence
from typing import Final

from cockpit.reading import Reading
from cockpit.sources.web.model import Check, HealthLook, Outcome
from cockpit.ui.paged import spark
from cockpit.ui.paged.facts import LABEL_CELLS, fact, facts, heading, moment, stamp
from cockpit.ui.paged.page import SIGN, Choices, Detail, Page, accepts, amount_of, badness, nothing_matches, sign
from cockpit.ui.tones import Tone
from cockpit.ui.web.health_words import (
    WORDS,
    certificate_days,
    certificate_tone,
    check_tone,
    health_tone,
    latency_tone,
    outcome_tone,
)
from cockpit.ui.web.web_view import WebView, trouble_words, unread
from cockpit.ui.widgets.amounts import milliseconds, percent
from cockpit.ui.widgets.format import age
from cockpit.ui.widgets.line import Span
from cockpit.ui.widgets.rows import Cell, Column, Row
from cockpit.ui.widgets.text_view import TextLine

ORDERS: Final = ("worst first", "by name", "slowest first")
_CHART_CELLS: Final = 16
_FAILED: Final = "✗"
_MOST_BODY_LINES: Final = 40
_MOST_CHECKS: Final = 15
COLUMNS: Final = (
    SIGN,
    Column("name", "NAME", 18),
    Column("state", "STATE", 13),
    Column("status", "CODE", 4, right=True, importance=1),
    Column("since", "FOR", 5, right=True),
    Column("p50", "P50", 6, right=True, importance=2),
    Column("p95", "P95", 6, right=True),
    Column("availability", "AVAIL", 7, right=True),
    Column("chart", "LAST CHECKS", _CHART_CELLS, importance=3),
    Column("certificate", "CERT", 6, right=True),
    Column("message", "WHAT IS WRONG", 16, grows=True, importance=4),
)


def draw(view: WebView, choices: Choices) -> Page:
    """List the endpoints."""
    names = [name for name in view.health if accepts(choices, lambda: _words(name, view.health[name]))]  # noqa: B023
    names.sort(key=lambda name: _rank(name, view, ORDERS[choices.order]), reverse=choices.reverse)
    bad = sum(tone_of(reading, view) == "wrong" for reading in view.health.values())
    known = any(reading.data is not None for reading in view.health.values())
    said = f"{bad} failing" if bad else "none failing" if known else "nothing known yet"
    return Page(
        COLUMNS,
        [_row(name, view.health[name], view) for name in names],
        f"{amount_of(len(names), len(view.health))} · {said} · {ORDERS[choices.order]}",
        (),
        nothing_matches(choices, len(view.health), "no health endpoint: [web.health.NAME] with url in cockpit.toml"),
    )


def detail(view: WebView, key: str) -> Detail | None:
    """Tell where the time of a request went, where it was sent on, and how the answer begins."""
    reading = view.health.get(key)
    if reading is None:
        return None
    if reading.data is None:
        return Detail(key, fact("not read", trouble_words(reading), "wrong"))
    look = reading.data
    return Detail(key, [*_endpoint(look, view), *_certificate(look, view), *_newest(look, view), *_checks(look, view)])


def tone_of(reading: Reading[HealthLook], view: WebView) -> Tone:
    """Judge an endpoint."""
    return (
        "wrong" if reading.data is None and reading.trouble else health_tone(reading.data, view) if reading.data else ""
    )


def _rank(name: str, view: WebView, order: str) -> tuple[float, str]:
    reading = view.health[name]
    look = reading.data
    slow = -(look.p95 or 0.0) if look is not None else 0.0
    figures = {"worst first": float(badness(tone_of(reading, view))), "by name": 0.0, "slowest first": slow}
    return figures[order], name


def _words(name: str, reading: Reading[HealthLook]) -> str:
    look = reading.data
    return f"{name} {look.url} {WORDS[look.newest.outcome]} {look.newest.message}" if look is not None else name


def _row(name: str, reading: Reading[HealthLook], view: WebView) -> Row:
    look = reading.data
    if look is None:
        return unread(name, name, reading, view, len(COLUMNS))
    newest, tone = look.newest, health_tone(look, view)
    outcome = outcome_tone(look, view)
    days = certificate_days(look, view)
    certificate = certificate_tone(look, view)
    slow = latency_tone(look, view)
    cells = (
        sign(tone),
        Cell(name, "strong"),
        Cell(WORDS[newest.outcome], "" if outcome == "well" else outcome),
        Cell(str(newest.status or "-"), "" if newest.status else "dim"),
        Cell(age(look.bad_since, view.moment_of(reading)) if look.bad_since else "", outcome),
        Cell(_time(look.p50)),
        Cell(_time(look.p95), slow),
        Cell(percent(look.availability), "" if look.availability in (None, 1) else "doubtful"),
        Cell(chart(look.recent, _CHART_CELLS, view.policy.latency_seconds), "changing"),
        Cell("" if days is None else "ended" if days < 0 else f"{days}d", certificate or "dim"),
        Cell(_wrong(look, days, slow), tone if tone != "well" else "dim"),
    )
    return Row(name, cells, faint=view.old(reading))


def _wrong(look: HealthLook, days: int | None, slow: Tone) -> str:
    if look.newest.message:
        return look.newest.message
    if look.certificate is not None and not look.certificate.verified:
        return look.certificate.why_not or "the certificate does not verify"
    if slow:
        return "slow"
    return "certificate" if days is not None and look.newest.outcome is Outcome.GOOD and days < 0 else ""


def chart(checks: Sequence[Check], cells: int, slow: float) -> str:
    """Draw the total times of the newest checks against what is slow; those that failed as a cross."""
    shown = checks[-cells:]
    times = [check.timing.total or 0.0 for check in shown]
    bars = spark.bars(times, max((slow, *times)))
    return "".join(
        bar if check.outcome is Outcome.GOOD else _FAILED for bar, check in zip(bars, shown, strict=True)
    ).rjust(cells)


def _time(seconds: float | None) -> str:
    return "-" if seconds is None else milliseconds(round(seconds * 1000)).replace(".00ms", "ms")


def _endpoint(look: HealthLook, view: WebView) -> Iterator[TextLine]:
    newest = look.newest
    yield from fact("state", WORDS[newest.outcome], outcome_tone(look, view))
    yield from fact("", newest.message, outcome_tone(look, view))
    share = look.availability
    yield from facts(
        (
            ("url", look.url),
            ("status", str(newest.status or "no answer")),
            ("failing since", moment(look.bad_since, view.now, view.zone)),
            ("checked", moment(newest.at, view.now, view.zone)),
            ("availability", f"{percent(share)}, {look.good} of {look.checks} checks" if share is not None else ""),
            ("first check", moment(look.since, view.now, view.zone)),
            ("p50 / p95", f"{_time(look.p50)} / {_time(look.p95)} of the checks that were good"),
        )
    )


def _certificate(look: HealthLook, view: WebView) -> Iterator[TextLine]:
    certificate = look.certificate
    if certificate is None:
        return
    yield from heading("certificate")
    ends = f"{certificate.expires_at.astimezone(view.zone):%Y-%m-%d %H:%M}, {certificate_days(look, view)} days"
    yield from fact("ends", ends, certificate_tone(look, view))
    if not certificate.verified:
        yield from fact("does not verify", certificate.why_not or "why is not told", "wrong")
    yield from facts((("subject", certificate.subject), ("issuer", certificate.issuer)))


def _newest(look: HealthLook, view: WebView) -> Iterator[TextLine]:  # noqa: ARG001  (drawn like its neighbours)
    timing = look.newest.timing
    yield from heading("where the time of the newest check went")
    parts = (
        ("name (DNS)", timing.name),
        ("connect", timing.connect),
        ("TLS", timing.tls),
        ("first byte", timing.first_byte),
    )
    total = timing.total or 0.0
    for label, seconds in parts:
        if seconds is None:
            yield [Span(f" {label:<{LABEL_CELLS}} ", "dim"), Span("-".rjust(8), "dim")]
            continue
        bar = "█" * max(1, round(30 * seconds / total)) if total else ""
        yield [Span(f" {label:<{LABEL_CELLS}} ", "dim"), Span(f"{_time(seconds):>8}  "), Span(bar, "changing")]
    yield [Span(f" {'in all':<{LABEL_CELLS}} ", "dim"), Span(f"{_time(timing.total):>8}", "strong")]
    if look.newest.redirects:
        yield from heading("sent on to")
        for place in look.newest.redirects:
            yield [Span(f" → {place}")]
    if look.newest.body:
        yield from heading("the answer begins")
        for line in look.newest.body.splitlines()[:_MOST_BODY_LINES]:
            yield [Span(f"   {line}")]


def _checks(look: HealthLook, view: WebView) -> Iterator[TextLine]:
    yield from heading("newest checks")
    for check in reversed(look.recent[-_MOST_CHECKS:]):
        tone = check_tone(check.outcome)
        yield [
            Span(f" {stamp(check.at, view.now, view.zone)}  ", "dim"),
            Span(f"{WORDS[check.outcome]:<14}", "" if tone == "well" else tone),
            Span(f"{check.status or '-'!s:>4} {_time(check.timing.total):>8}  "),
            Span(check.message),
        ]
