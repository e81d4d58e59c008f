"""What RDS says has happened, the newest first."""

from typing import Final

from cockpit.sources.aws.model import DbEvent
from cockpit.ui.aws.aws_view import AwsView, gap_notes, nothing_words
from cockpit.ui.paged.facts import facts, moment, stamp
from cockpit.ui.paged.page import SIGN, Choices, Detail, Page, accepts, amount_of, nothing_matches, sign
from cockpit.ui.tones import Tone
from cockpit.ui.widgets.format import age
from cockpit.ui.widgets.rows import Cell, Column, Row

_WORRYING: Final = ("availability", "failover", "failure", "low storage", "recovery")
COLUMNS: Final = (
    SIGN,
    Column("at", "AT", 14),
    Column("age", "AGO", 5, right=True, importance=1),
    Column("name", "OF", 16),
    Column("categories", "CATEGORY", 20, importance=2),
    Column("message", "MESSAGE", 30, grows=True),
)


def draw(view: AwsView, choices: Choices) -> Page:
    """List the events."""
    events = view.look.db_events
    wanted = [
        (nth, each)
        for nth, each in enumerate(events)
        if accepts(choices, lambda: f"{each.name} {' '.join(each.categories)} {each.message}")  # noqa: B023
    ]
    nothing = nothing_words(view, "nothing has happened within the last hour", ("rds",), "rds:DescribeEvents")
    return Page(
        COLUMNS,
        [_row(nth, each, view) for nth, each in wanted],
        f"{amount_of(len(wanted), len(events))} · newest first",
        gap_notes(view, "rds"),
        nothing_matches(choices, len(events), nothing),
    )


def detail(view: AwsView, key: str) -> Detail | None:
    """Tell an event in full."""
    at = int(key.partition(" ")[0])
    if at >= len(view.look.db_events):
        return None
    event = view.look.db_events[at]
    told = (
        ("at", moment(event.at, view.now, view.zone)),
        ("of", f"{event.kind} {event.name}"),
        ("categories", ", ".join(event.categories)),
        ("message", event.message),
    )
    return Detail(f"event of {event.name}", list(facts(told)))


def _tone(event: DbEvent) -> Tone:
    return "doubtful" if any(category in _WORRYING for category in event.categories) else ""


def _row(nth: int, event: DbEvent, view: AwsView) -> Row:
    cells = (
        sign(_tone(event)),
        Cell(stamp(event.at, view.now, view.zone)),
        Cell(age(event.at, view.now), "dim"),
        Cell(event.name, "strong"),
        Cell(", ".join(event.categories), _tone(event) or "dim"),
        Cell(event.message),
    )
    return Row(f"{nth} {event.at.isoformat()} {event.name}", cells)
