"""Firing alerts grouped by name, and the silences that hold some of them back."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Final, NamedTuple

from cockpit.reading import Reading
from cockpit.sources.web.model import Alert, AlertmanagerLook, Matcher, Silence
from cockpit.ui.paged.facts import fact, facts, heading, moment, stamp
from cockpit.ui.paged.page import SIGN, Choices, Detail, Page, accepts, nothing_matches, sign
from cockpit.ui.tones import Tone
from cockpit.ui.web.web_view import WebView, trouble_words, unread
from cockpit.ui.widgets.format import age
from cockpit.ui.widgets.line import Span
from cockpit.ui.widgets.rows import Cell, Column, Row
from cockpit.ui.widgets.text_view import TextLine

BY_NAME: Final = "by name"
TURNS: Final = (BY_NAME, "one by one")
_CRITICAL: Final = ("critical", "page", "error", "emergency", "high", "sev1", "sev2")
_QUIET: Final = ("info", "none", "informational")
_LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)
_SILENCE: Final = "silence "
COLUMNS: Final = (
    SIGN,
    Column("name", "ALERT", 16, grows=True),
    Column("severity", "SEVERITY", 8),
    Column("count", "FIRING", 6, right=True),
    Column("since", "SINCE", 14, importance=3),
    Column("age", "FOR", 5, right=True),
    Column("held", "HELD BACK", 14, importance=1),
    Column("about", "ABOUT", 18, grows=True),
)


class Group(NamedTuple):
    """Alerts of one name and severity of an Alertmanager, those that are held back apart."""

    source: str
    reading: Reading[AlertmanagerLook]
    alerts: Sequence[Alert]

    @property
    def first(self) -> Alert:
        """The one that has fired longest."""
        return min(self.alerts, key=lambda each: each.starts_at or _LONG_AGO)

    @property
    def key(self) -> str:
        """Name of its row."""
        return f"{self.source}/{self.first.fingerprint}"


def draw(view: WebView, choices: Choices) -> Page:
    """List alerts, then silences."""
    grouped = TURNS[choices.turn] == BY_NAME
    everything = groups(view, together=grouped)
    wanted = [each for each in everything if accepts(choices, lambda: _words(each))]  # noqa: B023  (called at once)
    rows = [
        *(unread(name, name, each, view, len(COLUMNS)) for name, each in view.alertmanagers.items() if not each.data),
        *(_row(each, view) for each in wanted),
        *_silences(view, choices),
    ]
    firing = sum(not alert.suppressed for group in everything for alert in group.alerts)
    held = sum(alert.suppressed for group in everything for alert in group.alerts)
    nothing = "no alert fires" if view.alertmanagers else "no Alertmanager: [web.alertmanager.NAME] in cockpit.toml"
    return Page(
        COLUMNS,
        rows,
        f"{firing} firing{f', {held} held back' if held else ''} · {TURNS[choices.turn]}",
        _left_out(view),
        nothing_matches(choices, len(everything), nothing),
    )


def groups(view: WebView, *, together: bool = True) -> list[Group]:
    """Give the alerts, worst and oldest first, `together` by name and severity or each by itself."""
    found: dict[tuple[str, ...], list[Alert]] = defaultdict(list)
    for name, reading in view.alertmanagers.items():
        for alert in reading.data.alerts if reading.data is not None else ():
            apart = "" if together else alert.fingerprint
            found[name, alert.name, alert.severity, str(alert.suppressed), apart].append(alert)
    made = [Group(place[0], view.alertmanagers[place[0]], alerts) for place, alerts in found.items()]
    return sorted(made, key=lambda each: (each.first.suppressed, _rank(each.first), each.first.starts_at or _LONG_AGO))


def alert_tone(alert: Alert) -> Tone:
    """Judge an alert by its label `severity`."""
    if alert.suppressed:
        return "dim"
    severity = alert.severity.lower()
    return "wrong" if severity in _CRITICAL else "changing" if severity in _QUIET else "doubtful"


def about(alert: Alert) -> str:
    """Say what an alert is about: its summary, or the labels that tell it from others."""
    told = alert.annotations.get("summary") or alert.annotations.get("description")
    return told or labels(alert)


def labels(alert: Alert) -> str:
    """Write the labels but for the name and the severity."""
    return ", ".join(f"{name}={value}" for name, value in alert.labels.items() if name not in ("alertname", "severity"))


def first_of(view: WebView, alertmanager: str) -> str:
    """Give the key of the worst row of an Alertmanager; empty when there is none."""
    return next((group.key for group in groups(view) if group.source == alertmanager), "")


def alerts_of(view: WebView, key: str, *, together: bool) -> tuple[str, Sequence[Alert]]:
    """Give the Alertmanager and the alerts of a row; an empty name when it is no row of alerts."""
    found = next((group for group in groups(view, together=together) if group.key == key), None)
    return (found.source, found.alerts) if found is not None else ("", ())


def silence_of(view: WebView, key: str) -> tuple[str, Silence | None]:
    """Give the Alertmanager and the silence of a row; None when it is no row of a silence."""
    name, _, wanted = key.removeprefix(_SILENCE).partition("/")
    reading = view.alertmanagers.get(name) if key.startswith(_SILENCE) else None
    look = reading.data if reading is not None else None
    return name, next((each for each in (look.silences if look is not None else ()) if each.id == wanted), None)


def detail(view: WebView, key: str) -> Detail | None:
    """Tell all about the alerts of a row, or about a silence."""
    if key.startswith(_SILENCE):
        return _silence_detail(view, key)
    if key in view.alertmanagers:
        return Detail(key, fact("not read", trouble_words(view.alertmanagers[key]), "wrong"))
    group = next((each for each in groups(view) if any(_key(each, alert) == key for alert in each.alerts)), None)
    if group is None:
        return None
    lines = [line for alert in group.alerts for line in _alert(alert, view)]
    return Detail(f"{group.first.name} of {group.source}", lines)


def _key(group: Group, alert: Alert) -> str:
    return f"{group.source}/{alert.fingerprint}"


def _rank(alert: Alert) -> int:
    tones: tuple[Tone, ...] = ("wrong", "doubtful", "changing", "dim")
    return tones.index(alert_tone(alert))


def _words(group: Group) -> str:
    return " ".join(f"{alert.name} {alert.severity} {about(alert)} {labels(alert)}" for alert in group.alerts)


def _row(group: Group, view: WebView) -> Row:
    first, tone = group.first, alert_tone(group.first)
    many = len(group.alerts)
    others = (
        f"{labels(first)}, and {many - 1} more" if many > 1 and not first.annotations.get("summary") else about(first)
    )
    cells = (
        sign(tone),
        Cell(first.name, "strong"),
        Cell(first.severity or "-", tone),
        Cell(str(many)),
        Cell(stamp(first.starts_at, view.now, view.zone) if first.starts_at else "", "dim"),
        Cell(age(first.starts_at, view.moment_of(group.reading))),
        Cell("silenced" if first.silenced_by else "inhibited" if first.inhibited_by else ""),
        Cell(others),
    )
    return Row(group.key, cells, faint=first.suppressed or view.old(group.reading))


def _silences(view: WebView, choices: Choices) -> Iterator[Row]:
    silences = [
        (name, reading, silence)
        for name, reading in view.alertmanagers.items()
        for silence in (reading.data.silences if reading.data is not None else ())
        if accepts(choices, lambda: f"{matchers(silence)} {silence.created_by} {silence.comment}")  # noqa: B023
    ]
    if silences:
        yield Row("group silences", (Cell(""), Cell("silences", "strong"), *[Cell("")] * 6))
    for name, reading, silence in silences:
        ends = f"until {stamp(silence.ends_at, view.now, view.zone)}"
        cells = (
            Cell(""),
            Cell(matchers(silence)),
            Cell("pending" if silence.pending else "active", "changing"),
            Cell(str(_held_by(reading, silence) or "")),
            Cell(stamp(silence.starts_at, view.now, view.zone), "dim"),
            Cell(age(silence.starts_at, view.now) if not silence.pending else ""),
            Cell(ends),
            Cell(f"{silence.created_by}: {silence.comment}", "dim"),
        )
        yield Row(f"{_SILENCE}{name}/{silence.id}", cells, faint=view.old(reading))


def _held_by(reading: Reading[AlertmanagerLook], silence: Silence) -> int:
    alerts = reading.data.alerts if reading.data is not None else ()
    return sum(silence.id in alert.silenced_by for alert in alerts)


def matchers(silence: Silence) -> str:
    """Write what a silence is about, as Alertmanager does."""
    return ", ".join(f"{each.name}{_operator(each)}{each.value}" for each in silence.matchers)


def _operator(matcher: Matcher) -> str:
    return {(False, True): "=", (False, False): "!=", (True, True): "=~", (True, False): "!~"}[
        matcher.regex, matcher.equal
    ]


def _left_out(view: WebView) -> list[list[Span]]:
    return [
        [Span(f" {name}: {reading.data.left_out} more alerts are left out", "dim")]
        for name, reading in view.alertmanagers.items()
        if reading.data is not None and reading.data.left_out
    ]


def _alert(alert: Alert, view: WebView) -> Iterator[TextLine]:
    held = ""
    if alert.suppressed:
        why = [f"silence {each}" for each in alert.silenced_by] + [f"alert {each}" for each in alert.inhibited_by]
        held = f"nobody is told: {', '.join(why)}"
    yield [Span(f" {about(alert)}", "strong")]
    yield from fact("severity", alert.severity or "none given", alert_tone(alert))
    yield from facts(
        (
            ("since", moment(alert.starts_at, view.now, view.zone)),
            ("held back", held),
            ("receivers", ", ".join(alert.receivers)),
            ("graph", alert.url),
            *((name, value) for name, value in alert.annotations.items() if value != about(alert)),
        )
    )
    for name, value in alert.labels.items():
        yield [Span(f"   {name}=", "dim"), Span(value)]
    yield []


def _silence_detail(view: WebView, key: str) -> Detail | None:
    name, silence = silence_of(view, key)
    look = view.alertmanagers[name].data if silence is not None else None
    if look is None or silence is None:
        return None
    lines: list[TextLine] = list(
        facts(
            (
                ("silences", matchers(silence)),
                ("by", silence.created_by),
                ("because", silence.comment),
                ("from", moment(silence.starts_at, view.now, view.zone)),
                ("until", moment(silence.ends_at, view.now, view.zone)),
                ("id", silence.id),
            )
        )
    )
    lines += heading("holds back")
    held = [alert for alert in look.alerts if silence.id in alert.silenced_by]
    lines += [[Span(f" {alert.name}  "), Span(about(alert), "dim")] for alert in held] or [[Span(" nothing", "dim")]]
    return Detail(f"silence of {name}", lines)
