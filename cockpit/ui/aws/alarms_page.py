"""CloudWatch alarms that are not OK, and below them what has changed."""

from collections.abc import Iterator, Sequence
from typing import Final

from cockpit.sources.aws.model import Alarm, AlarmChange
from cockpit.ui.aws import limits
from cockpit.ui.aws.aws_view import AwsView, gap_notes, nothing_words
from cockpit.ui.paged.facts import fact, facts, heading, moment, stamp
from cockpit.ui.paged.page import SIGN, Choices, Detail, Page, accepts, nothing_matches, sign
from cockpit.ui.widgets.format import age
from cockpit.ui.widgets.rows import Cell, Column, Row
from cockpit.ui.widgets.text_view import TextLine

SERVICES: Final = ("cloudwatch",)
COLUMNS: Final = (
    SIGN,
    Column("name", "ALARM", 22, grows=True),
    Column("state", "STATE", 17, importance=1),
    Column("since", "SINCE", 14, importance=3),
    Column("age", "FOR", 5, right=True),
    Column("metric", "METRIC", 22, importance=4),
    Column("reason", "REASON", 24, grows=True, importance=2),
)


def draw(view: AwsView, choices: Choices) -> Page:
    """List those in ALARM, those with too little data, and the history."""
    look = view.look
    wanted = [each for each in look.alarms if accepts(choices, lambda: _words(each))]  # noqa: B023  (called at once)
    wanted.sort(key=lambda each: (each.insufficient, -(each.since.timestamp() if each.since else 0), each.name))
    changes = [each for each in look.alarm_changes if accepts(choices, lambda: f"{each.name} {each.summary}")]  # noqa: B023
    rows = [*_alarms(wanted, view), *_history(changes, view)]
    firing = sum(not each.insufficient for each in look.alarms)
    quiet = len(look.alarms) - firing
    nothing = nothing_words(view, "no alarm", SERVICES, "cloudwatch:DescribeAlarms")
    return Page(
        COLUMNS,
        rows,
        f"{firing} in ALARM{f' · {quiet} without data' if quiet else ''}",
        gap_notes(view, *SERVICES),
        nothing_matches(choices, len(look.alarms) + len(look.alarm_changes), nothing),
    )


def detail(view: AwsView, key: str) -> Detail | None:
    """Tell all about an alarm, and when it changed."""
    name = key.partition(" at ")[0]
    alarm = next((each for each in view.look.alarms if each.name == name), None)
    changes = [each for each in view.look.alarm_changes if each.name == name]
    if alarm is None and not changes:
        return None
    return Detail(name, [*(_alarm(alarm, view) if alarm is not None else ()), *_changes(changes, view)])


def state_words(alarm: Alarm) -> str:
    """Say in which state an alarm is."""
    return f"{'no data' if alarm.insufficient else 'ALARM'}{' · composite' if alarm.composite else ''}"


def _words(alarm: Alarm) -> str:
    return f"{alarm.name} {state_words(alarm)} {alarm.metric} {alarm.reason} {' '.join(alarm.dimensions.values())}"


def _group(title: str) -> Row:
    return Row(f"group {title}", (Cell(""), Cell(title, "strong"), *[Cell("")] * (len(COLUMNS) - 2)))


def _alarms(alarms: Sequence[Alarm], view: AwsView) -> Iterator[Row]:
    apart = next((at for at, each in enumerate(alarms) if each.insufficient), None)
    for at, alarm in enumerate(alarms):
        if at == apart:
            yield _group("too little data")
        tone = limits.of_alarm(alarm)
        cells = (
            sign(tone),
            Cell(alarm.name, "dim" if alarm.insufficient else ""),
            Cell(state_words(alarm), tone),
            Cell(stamp(alarm.since, view.now, view.zone) if alarm.since else "", "dim"),
            Cell(age(alarm.since, view.now)),
            Cell(alarm.metric, "dim"),
            Cell(alarm.reason, "dim" if alarm.insufficient else ""),
        )
        yield Row(alarm.name, cells)


def _history(changes: Sequence[AlarmChange], view: AwsView) -> Iterator[Row]:
    if changes:
        yield _group("history")
    for nth, change in enumerate(changes):
        when = Cell(stamp(change.at, view.now, view.zone), "dim")
        cells = (Cell(""), Cell(change.name), Cell(""), when, Cell(age(change.at, view.now), "dim"), Cell(""))
        yield Row(f"{change.name} at {change.at.isoformat()} {nth}", (*cells, Cell(change.summary)))


def _alarm(alarm: Alarm, view: AwsView) -> Iterator[TextLine]:
    yield from fact("state", state_words(alarm), limits.of_alarm(alarm))
    yield from facts(
        (
            ("since", moment(alarm.since, view.now, view.zone)),
            ("reason", alarm.reason),
            ("metric", alarm.metric),
            *((f"  {name}", value) for name, value in alarm.dimensions.items()),
            ("description", alarm.description),
        )
    )


def _changes(changes: Sequence[AlarmChange], view: AwsView) -> Iterator[TextLine]:
    yield from heading("history")
    for change in changes:
        yield from fact(stamp(change.at, view.now, view.zone), change.summary)
